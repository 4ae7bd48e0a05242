"""The pipeline: from a function and what is known of its arguments to the text of its derivative.

    read -> fence -> lower -> resolve -> memory -> activity, adjoint -> passes -> write

Each stage is a function from one immutable value to another; observers see the IR after each of them.
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sourcead.backend.writer import write, written
from sourcead.emission import Emission
from sourcead.errors import Diagnosis, MissingRuleError, Place, SourceADError, UnsupportedError
from sourcead.frontend.abstract import Abstract, Region, Static
from sourcead.frontend.calls import call, in_libraries
from sourcead.frontend.collecting import Collector
from sourcead.frontend.inlining import surface_of
from sourcead.frontend.lowering import Surface
from sourcead.frontend.procedure import unique_names
from sourcead.frontend.procedures import enter
from sourcead.frontend.resolver import Frame, NeedsValue, Resolver, UnboundRead
from sourcead.frontend.source import SourceText, read
from sourcead.frontend.surroundings import is_code
from sourcead.guard import AccessPath, Assumption, path_text
from sourcead.head import documentation, emitted_params, function_name
from sourcead.ir import Block, Builder, Capture, Const, Function, Param, Value
from sourcead.kinds import TOP, Kind, Known, Opaque, Scalar
from sourcead.passes import passes_of
from sourcead.primitives.registry import dotted_name
from sourcead.records import dataclass, field, replace
from sourcead.sizes import Sizes
from sourcead.switches import OPTIMISATIONS, is_on
from sourcead.transform.checkpoints import refused_repetitions
from sourcead.transform.derive import Wanted, describe, is_number
from sourcead.transform.effects import Effect, effects_of
from sourcead.transform.examine import examine as look_for_refusals
from sourcead.transform.expanding import forget, stabilised
from sourcead.transform.levels import Differentiated, Levels
from sourcead.transform.memory import check_calls, refused_calls
from sourcead.transform.module import Module
from sourcead.transform.nested import Nested
from sourcead.transform.pairs import Pairs

if TYPE_CHECKING:
    from sourcead.backend.kept import Again, Kept

Observer = Callable[[str, Function], None]
OBSERVERS: list[Observer] = []  # see the IR after every stage of every compilation: the tests put the verifier here


@dataclass(frozen=True)
class Request:
    """What is to be differentiated. kinds: parameter name to kind; None for the generic form, where nothing is
    known."""

    function: Callable[..., Any]
    argnums: tuple[int, ...]
    scalar_argnums: bool
    mode: str
    has_aux: bool
    kinds: dict[str, Kind] | None
    inner: tuple[Wanted, ...] = ()  # what is differentiated is itself a derivative: its levels, from the function on
    emission: Emission = field(default_factory=Emission)
    sizes: Sizes = field(default_factory=Sizes, compare=False)

    @property
    def levels(self) -> tuple[Wanted, ...]:
        """Everything that is done to the function, in order."""
        return (*self.inner, Wanted(self.argnums, self.scalar_argnums, self.mode, self.has_aux))

    @property
    def size_classes(self) -> Sizes | None:
        """What an expert's NumPy is chosen by; None where the text is to be another."""
        return self.sizes if self.emission.style == "fast" and self.kinds is not None else None


@dataclass(frozen=True)
class Examined:
    """What is refused of a function; `returns` says in words what it gives instead of a number ("" for a number)."""

    refusals: tuple[Diagnosis, ...]
    returns: str


@dataclass(frozen=True)
class Derived:
    """The derivative as text, with what it refers to and what it relies on."""

    text: str
    name: str
    captures: tuple[Capture, ...]
    assumptions: tuple[Assumption, ...]
    module_globals: dict[str, Any]
    request: Request
    stored: tuple[tuple[AccessPath, Place | None], ...] = ()  # the caller's memory that is stored into, and where first
    effects: tuple[Effect, ...] = ()
    at: Place | None = None


def derive(request: Request, observer: Observer | None = None) -> Derived:
    """Compile one request.

    Raises:
        SourceADError: what cannot be differentiated, with its place.
        NeedsValue: resolving needs the value of an int argument.
    """
    source = read(request.function)
    resolver = Resolver(generic=request.kinds is None)
    primals: list[Function] = []

    def see(stage: str, function: Function) -> None:
        if stage == "resolve":
            primals.append(function)
        if observer is not None:
            observer(stage, function)

    try:
        function = build(request, source, resolver, see)
    except UnboundRead as error:  # a class of its own within the compiler only
        raise UnsupportedError(*error.diagnoses) from None
    facts = [*resolver.assumptions.values(), *request.sizes.facts()]
    assumptions = tuple(Assumption(path, fact) for path, fact in facts)
    stored = tuple((p, at) for p, at in resolver.memory.written.values() if not isinstance(p[0][1], Region))
    effects = effects_of(primals[0], stored)
    text = numba_text(function, request, stored) if request.emission.backend == "numba" else write(function)
    captures, found = function.captures, source.globals
    return Derived(text, function.name, captures, assumptions, found, request, stored, effects, function.at)


def numba_text(function: Function, request: Request, stored: tuple[tuple[AccessPath, Place | None], ...]) -> str:
    """The text for Numba.

    Raises:
        SourceADError: what Numba cannot take, with its place.
    """
    if request.kinds is None:
        raise UnsupportedError(
            Diagnosis("Numba needs the kinds of the arguments", function.at, (), "give example arguments: `specialize`")
        )
    from sourcead.backend.numba import write_for_numba

    for path, at in stored:
        raise UnsupportedError(Diagnosis(f"Numba cannot take this: a store into `{path_text(path)}`", at))
    return write_for_numba(function, request.size_classes)


def trace(request: Request) -> list[tuple[str, str]]:
    """The IR after each stage, as text."""
    from sourcead.dump import dump

    stages: list[tuple[str, str]] = []
    source = read(request.function)
    build(
        request,
        source,
        Resolver(generic=request.kinds is None),
        lambda name, function: stages.append((name, dump(function))),
    )
    return stages


def ledger(request: Request) -> tuple[str, Place | None, list[Kept], list[Again]]:
    """The text, where the function stands, what the derivative keeps for its backward part, and what that part
    computes again."""
    from sourcead.backend.kept import kept

    try:
        function = build(request, read(request.function), Resolver(generic=request.kinds is None), None)
    except UnboundRead as error:
        raise UnsupportedError(*error.diagnoses) from None
    if request.emission.backend != "numpy":
        remedy = 'ask for it with backend="numpy": another backend keeps the same values'
        raise UnsupportedError(Diagnosis("a ledger is read off NumPy text", function.at, (), remedy))
    if not function.parted and any(level.mode != "jvp" for level in request.levels):
        help = "take that of the gradient: its tangents double what it keeps"
        raise UnsupportedError(Diagnosis("tangents stand among both parts: no ledger", function.at, (), help))
    text, sheets = written(function)
    return (text, function.at, *kept(text, sheets))


def examine(request: Request) -> Examined:
    """Everything that is refused of a function, its result being what it may."""
    collector = Collector()
    returns = "nothing that could be found out"
    try:
        source = read(request.function)
        resolver = Resolver(generic=request.kinds is None, collector=collector)
        resolver.nested = Nested(Levels(resolver, Pairs(resolver)))
        primal, params, result = primal_of(request, source, resolver)
        for diagnosis in (*refused_calls(primal), *refused_repetitions(primal, resolver.procedures)):
            collector.found.setdefault(diagnosis)
        resolver.at = primal.at
        kind = resolver.kind(look_for_refusals(resolver, params, result, request.argnums))
        returns = "" if is_number(kind) else describe(kind)
        if not collector.found and not returns and request.argnums:
            derive(request)
    except SourceADError as error:  # nothing behind it can be seen
        collector.record(error)
    return Examined(tuple(sorted(collector.found, key=_in_text)), returns)


def _in_text(diagnosis: Diagnosis) -> tuple[str, int, int]:
    """The order of the text; what has no place comes first."""
    at = diagnosis.at
    return ("", 0, 0) if at is None else (at.file, at.line, at.column)


def primal_of(
    request: Request, source: SourceText, resolver: Resolver
) -> tuple[Function, tuple[Value, ...], Abstract]:
    """The resolved primal, its parameters and its result."""
    if in_libraries(source.function):
        raise MissingRuleError(
            Diagnosis(
                f"no derivative rule for {dotted_name(source.function)}", None, (), "it is differentiated by a rule"
            )
        )
    collector = resolver.collector
    surface = surface_of(source.function) if collector is None else collector.surface_of(source.function)
    parameters = list(source.signature.parameters.values())
    params = tuple(parameter(request, k, p.name, resolver) for k, p in enumerate(parameters))
    result = resolve(resolver, source, surface, params)
    body = Block(params, tuple(resolver.builder.ops), (_anchor(resolver, result),))
    name = function_name(source, "_".join(level.mode for level in request.levels))
    while name in {p.name for p in resolver.procedures}:
        name += "_"
    return Function(name, emitted_params(parameters), body, (), "", surface.at), params, result


def build(request: Request, source: SourceText, resolver: Resolver, observer: Observer | None) -> Function:
    """All stages up to the IR that is written."""
    def see(stage: str, function: Function) -> None:
        for look in (*OBSERVERS, *([observer] if observer else [])):
            look(stage, function)

    levels = Levels(resolver, Pairs(resolver))
    resolver.is_one, resolver.is_positive = request.sizes.is_one, request.sizes.is_positive
    resolver.nested, resolver.stabilize = Nested(levels), request.emission.stabilize
    primal, params, result = primal_of(request, source, resolver)
    module = Module.of(resolver.procedures)
    module.pairs = levels.pairs.made  # derivatives within the function have made some
    module.jvps, module.again = levels.jvps.made, levels.pairs.again
    see("resolve", module.attached(primal))
    module.check(primal, resolver.procedures)
    check_calls(primal)
    if request.emission.stabilize:
        primal = stabilised(resolver, primal)
        resolver.builder.ops = list(primal.body.ops)
        module.primals = Module.of(resolver.procedures).primals
        see("stabilise", module.attached(primal))
    resolver.at = primal.at
    made = levels.run(primal, params, result, request.levels)
    function = with_tangents(primal, made)
    if request.emission.stabilize:
        function = forget(function)
        module.run("stabilise", forget)
    see("adjoint", module.attached(function))
    for name, run_pass in passes_of(request.size_classes, compiled=request.emission.backend == "numba"):
        switch = name.removesuffix(" again")
        if switch in OPTIMISATIONS and not is_on(switch):
            continue
        function = run_pass(function)
        module.run(name, run_pass)
        see(name, module.attached(function))
    doc = documentation(source, request.levels, params, resolver.kinks, generic=request.kinds is None)
    return replace(module.attached(function), captures=tuple(resolver.captures.values()), doc=doc)


def _anchor(resolver: Resolver, result: Abstract) -> Any:
    """The result as one atom, for looking at the primal; containers it needs are not kept."""
    outer, resolver.builder = resolver.builder, Builder()
    try:
        atom = resolver.atom(result)
        return atom if not resolver.builder.ops else Const(None)
    finally:
        resolver.builder = outer


def with_tangents(function: Function, made: Differentiated) -> Function:
    """The derivative: the function's own parameters, and behind them those of tangents."""
    if not made.further:
        return replace(function, body=made.body)
    names = unique_names([*(p.name for p in function.params), *(t.hint for t in made.further)])
    own, others = list(zip(function.params, made.body.params, strict=True)), names[len(function.params) :]
    plain = all(p.kind in ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD") and p.default is None for p in function.params)
    kind = "POSITIONAL_OR_KEYWORD" if plain else "KEYWORD_ONLY"
    added = [(Param(name, kind), t) for name, t in zip(others, made.further, strict=True)]
    last = [pair for pair in own if pair[0].kind == "VAR_KEYWORD"]
    every = [*(pair for pair in own if pair not in last), *added, *last]
    params, values = tuple(p for p, _ in every), tuple(v for _, v in every)
    return replace(function, params=params, body=replace(made.body, params=values), parted=False)


def parameter(request: Request, position: int, name: str, resolver: Resolver) -> Value:
    """The value of a parameter. An int that is differentiated and that resolving needs the value of stays a value."""
    kind = TOP if request.kinds is None else request.kinds[name]
    if isinstance(kind, Known) and type(kind.value) is int and position in request.argnums:
        value = Value(name, Scalar("pyint"))
        resolver.known[value] = kind.value
        return value
    return Value(name, kind)


def resolve(resolver: Resolver, source: SourceText, surface: Surface, params: tuple[Value, ...]) -> Abstract:
    """Resolve the function's body into the resolver's builder, and give its result."""
    frame = Frame(source.function.__code__, source.globals, source.cells, True, source.name)
    resolver.at = surface.at
    resolver.frames.append(frame)
    given: list[Abstract] = []
    for param in params:
        resolver.origins[param] = (("param", param.hint),)
        resolver.memory.adopt(param, (), "argument").path = (("param", param.hint),)
        resolver.params[param.hint] = param
        if isinstance(param.kind, Opaque) and param.kind.example is not None:
            given.append(Static(param.kind.example, (("param", param.hint),)))
        elif isinstance(param.kind, Known):
            obj = param.kind.value
            path = (("object", obj),) if is_code(obj) else (("param", param.hint),)
            given.append(Static(obj, path) if is_code(obj) or isinstance(obj, enum.Enum) else Const(obj))
        else:
            given.append(param)
    parameters = inspect.signature(source.function, follow_wrapped=False).parameters
    names = list(parameters)
    gathers = [
        n for n in names if parameters[n].kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    ]
    if any(n in gathers for n in names[: len(source.bound_args)]) or (
        gathers and set(source.bound_kwargs) - set(names)
    ):
        resolver.refuse(
            f"arguments that functools.partial binds are collected by `{'`, `'.join(gathers)}`",
            "bind named parameters only, or call the function in a lambda",
        )
    bound: list[Abstract] = [Static(a, (("object", a),)) for a in source.bound_args]
    keywords = {k: Static(v, (("object", v),)) for k, v in source.bound_kwargs.items()}
    rest = dict(zip((p.hint for p in params), given, strict=True))
    values = [*bound, *(rest.get(n, keywords.get(n)) for n in names[len(bound) :])]
    resolver.frames.pop()
    return enter(resolver, surface, frame, values)  # type: ignore[arg-type]


__all__ = [
    "Derived",
    "NeedsValue",
    "Observer",
    "Request",
    "UnsupportedError",
    "build",
    "call",
    "derive",
    "examine",
    "trace",
]
