"""`Derivative`: a callable like the function it is made from, compiled for the kinds of its arguments at first use."""

from __future__ import annotations

import functools
import hashlib
import importlib
import os
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sourcead.cache import CACHE, COMPILING, MAX_ENTRIES, Bound, Entry, portable_entry
from sourcead.callee import Argnums, Callee, callee_of, check_argnums, positions
from sourcead.errors import ArgumentError, InternalError, Place, SourceADError
from sourcead.guard import HOLDER, AccessPath, Assumption, Environment, explain, read_path
from sourcead.kinds import TOP, Kind, Known, Opaque, Tree
from sourcead.signature import check_differentiable, kind_of, with_known

Made = TypeVar("Made")
Level: TypeAlias = "tuple[tuple[int, ...], bool, str, bool]"  # argnums, whether they are one, mode, has_aux


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for, apart from the function."""

    argnums: Argnums
    mode: str
    has_aux: bool


class Derivative:
    """The gradient (mode "grad"), or value and gradient (mode "value_and_grad"), of a function."""

    is_derivative = True  # the front end refuses a call of one inside a function, without knowing this class

    __name__: str
    __wrapped__: Callable[..., Any]

    def __init__(self, function: Any, options: Options) -> None:
        check_argnums(options.argnums)
        self._binding = type(function) if isinstance(function, staticmethod | classmethod) else None
        function = function.__func__ if self._binding is not None else function
        self._inner: Derivative | None = function if isinstance(function, Derivative) else None
        self._callee: Callee = callee_of(function) if self._inner is None else self._inner._callee
        self._options = options
        self._bound: tuple[Bound, ...] = ()
        self._generic: Bound | None = None
        self._arity = self._callee.arity
        functools.update_wrapper(self, function, updated=())
        if self._binding is None:
            self._positions: tuple[int, ...] | None = _positions_or_method(options.argnums, self._callee)
        else:
            self._positions = None if self._binding is classmethod else positions(options.argnums, self._callee)

    # -- calling -----------------------------------------------------------------------------------------------------

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        if not kwargs and len(args) == self._arity:
            for bound in self._bound:
                if bound.guard(*args):
                    if bound.check is not None:
                        bound.check(args)
                    return bound.fn(*args)
        return self._called(args, kwargs)

    def _called(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A call whose arguments need binding, or for which there may be no code yet."""
        callee = self._callee
        values = callee.bind(*args, **kwargs)
        bound = next((bound for bound in self._bound if bound.guard(*values)), None)
        if bound is None:
            bound = self._specialised(values)
        self._bound = (bound, *(other for other in self._bound if other is not bound))[:MAX_ENTRIES]
        if bound.check is not None:
            bound.check(values)
        return callee.spread(bound.fn, values)

    def _specialised(self, values: tuple[Any, ...], *, same_text: bool = False) -> Bound:
        """The specialisation for these values: from the cache, else compiled now."""
        callee, found = self._callee, self._found_positions()
        with COMPILING:
            table = CACHE.table(
                callee, (found, self._options.mode, self._options.has_aux, self._levels())
            )
            bound = table.find(callee, values, same_text=same_text)
            if bound is not None:
                return bound
            made = self._compile(values)
            if not made.guard(*values):  # another thread may have changed what is relied on
                made = self._compile(values)
            if made.guard(*values):
                table.put(made.entry)
                return made
            wrong = _first_wrong(made.entry, callee, values) or "the guard is wrong"
            raise InternalError.during("guard", AssertionError(wrong), _place_of(callee))

    # -- compiling ---------------------------------------------------------------------------------------------------

    def _compile(self, values: tuple[Any, ...] | None) -> Bound:
        """Compile for the kinds of these values, or for any (None)."""
        callee = self._callee

        def build(pipeline: Any, request: Any) -> Bound:
            load: Any = importlib.import_module("sourcead.backend.load")
            derived, kinds = pipeline.derive(request), request.kinds or {}
            facts = [Assumption((("param", name),), kind) for name, kind in kinds.items()]
            others = (a for a in derived.assumptions if isinstance(a.fact, Known) or not _is_said_by(kinds, a.path))
            compiled = load.compile_text(derived.text, derived.name, _filename(derived.text, callee))
            return portable_entry(derived, compiled, callee, (*facts, *others)).bind(callee)

        return self._with_request(values, build)

    def trace(self, example: tuple[tuple[Any, ...], dict[str, Any]] | None = None) -> list[tuple[str, str]]:
        """The intermediate form after each stage, as (stage, text): for these example (args, kwargs), or generic."""
        values = None if example is None else self._callee.bind(*example[0], **example[1])
        stages: list[tuple[str, str]] = self._with_request(values, lambda pipeline, request: pipeline.trace(request))
        return stages

    def _with_request(self, values: tuple[Any, ...] | None, run: Callable[[Any, Any], Made]) -> Made:
        """Run the compiler on what is asked for."""
        kinds = None if values is None else self._kinds(values)
        *inner, _ = self._levels()
        return with_request(self._callee, self._found_positions(), self._options, kinds, values, run, tuple(inner))

    def _levels(self) -> tuple[Level, ...]:
        """What is done to the function, in order: as (argnums, whether they are one, mode, has_aux)."""
        inner = self._inner._levels() if self._inner is not None else ()
        single = not isinstance(self._options.argnums, tuple)
        return (*inner, (self._found_positions(), single, self._options.mode, self._options.has_aux))

    def _kinds(self, values: tuple[Any, ...]) -> dict[str, Kind]:
        """The kind of each argument; refused where the differentiated ones are not differentiable."""
        callee = self._callee
        kinds = {name: kind_of(value, (("param", name),)) for name, value in zip(callee.names, values, strict=True)}
        for position in self._found_positions():
            name = callee.names[position]
            check_differentiable(kinds[name], values[position], name, callee.name)
        return kinds

    def _found_positions(self) -> tuple[int, ...]:
        if self._positions is None:
            self._positions = positions(self._options.argnums, self._callee)
        return self._positions

    # -- source ------------------------------------------------------------------------------------------------------

    def _generic_bound(self) -> Bound:
        """The code for arguments of any kind, made again when what it relies on outside its arguments has changed."""
        with COMPILING:
            if self._generic is None or _first_wrong(self._generic.entry, self._callee, None) is not None:
                self._generic = self._compile(None)
            return self._generic

    @property
    def source(self) -> str:
        """The generated source for arguments of any kind."""
        return self._generic_bound().entry.text

    def specialize(self, *args: Any, **kwargs: Any) -> Specialization:
        """The derivative for arguments of the kinds of these."""
        values = self._callee.bind(*args, **kwargs)
        return Specialization(self._callee, self._specialised(values, same_text=True))

    def save(self, path: str | os.PathLike[str], *, check: bool = True) -> None:
        """Write the generic source as a module that imports NumPy and the standard library only.

        It takes arguments of every kind, so `check` has nothing to add here; see `specialize(...).save`.
        """
        from sourcead.save import save

        save(self._generic_bound().entry, self._callee, path, check=check)

    def described(self) -> tuple[Any, Options]:
        """What is differentiated, and how."""
        return (self._callee.given if self._inner is None else self._inner), self._options

    # -- being a function --------------------------------------------------------------------------------------------

    def __get__(self, instance: object, owner: type | None = None) -> Derivative:
        if self._binding is staticmethod:
            return self
        holder = (owner or type(instance)) if self._binding is classmethod else instance
        if holder is None:
            return self
        return Derivative(types.MethodType(self._callee.given, holder), self._options)

    def __repr__(self) -> str:
        return f"<sourcead {self._options.mode} of {self._callee.name}, argnums={self._options.argnums!r}>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        given = self._callee.given
        name = getattr(given, "__qualname__", None)
        found: Any = sys.modules.get(getattr(given, "__module__", None) or "")
        try:
            found = functools.reduce(getattr, (name or "").split("."), found)
        except AttributeError:
            found = None
        if name is not None and found is self:  # what it was made from is hidden behind it: `@grad def loss...`
            return str(name)
        function = given if self._binding is None else self._binding(given)
        return Derivative, (function, self._options)


class Specialization:
    """A derivative compiled for arguments of certain kinds: a call checks them, a call of `fn` does not."""

    def __init__(self, callee: Callee, bound: Bound) -> None:
        self._callee = callee
        self._bound = bound
        functools.update_wrapper(self, callee.given, updated=())

    @property
    def source(self) -> str:
        """The generated source."""
        return self._bound.entry.text

    @property
    def fn(self) -> Callable[..., Any]:
        """The emitted function."""
        return self._bound.fn

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        values = self._callee.bind(*args, **kwargs)
        if not self._bound.guard(*values):
            wrong = _first_wrong(self._bound.entry, self._callee, values)
            raise ArgumentError(
                f"{self._callee.name} was specialised for other arguments: {wrong or 'one of them differs'}"
            )
        if self._bound.check is not None:
            self._bound.check(values)
        return self._callee.spread(self._bound.fn, values)

    def save(self, path: str | os.PathLike[str], *, check: bool = True) -> None:
        """Write a module that needs NumPy and Python only: the emitted function behind an argument check."""
        from sourcead.save import save

        wrong = _first_wrong(self._bound.entry, self._callee, None)
        if wrong is not None:
            raise ArgumentError(f"cannot save: {self._callee.name} was specialised when other things held: {wrong}")
        save(self._bound.entry, self._callee, path, check=check)

    def __repr__(self) -> str:
        return f"<sourcead specialization of {self._callee.name}>"


def with_request(
    callee: Callee,
    wanted: tuple[int, ...],
    options: Options,
    kinds: dict[str, Kind] | None,
    values: tuple[Any, ...] | None,
    run: Callable[[Any, Any], Made],
    inner: tuple[Level, ...] = (),
) -> Made:
    """Run the compiler (`run(pipeline, request)`); where it needs the value of an int argument, again with that."""
    while True:
        try:
            return _converting(callee, wanted, options, kinds, run, inner)
        except _NeedsLeaf as need:
            assert kinds is not None and values is not None
            kinds = _with_leaf(kinds, need.path, dict(zip(callee.names, values, strict=True)))


def _converting(
    callee: Callee,
    wanted: tuple[int, ...],
    options: Options,
    kinds: dict[str, Kind] | None,
    run: Callable[[Any, Any], Made],
    inner: tuple[Level, ...],
) -> Made:
    """Run the compiler: the one place where its defects become `InternalError`."""
    try:
        pipeline: Any = importlib.import_module("sourcead.pipeline")
        scalar = not isinstance(options.argnums, tuple)
        levels = tuple(pipeline.Wanted(*level) for level in inner)
        request = pipeline.Request(callee.function, wanted, scalar, options.mode, options.has_aux, kinds, levels)
        try:
            return run(pipeline, request)
        except pipeline.NeedsValue as need:
            raise _NeedsLeaf(need.path) from None
    except (SourceADError, _NeedsLeaf):
        raise
    except Exception as error:
        raise InternalError.during(_stage_of(error), error, _place_of(callee)) from error


class _NeedsLeaf(Exception):
    """The compiler needs the value of the int at this path."""

    def __init__(self, path: tuple[tuple[str, Any], ...]) -> None:
        super().__init__(path)
        self.path = path


def _with_leaf(kinds: dict[str, Kind], path: tuple[tuple[str, Any], ...], values: dict[str, Any]) -> dict[str, Kind]:
    """The kinds with the leaf at the path replaced by its value."""
    (_, name), *accessors = path
    refined = with_known(kinds[name], values[name], path[:1], tuple(accessors))
    if refined == kinds[name]:
        raise InternalError(f"the compiler asks again for a value that it was given: {name}")
    return {**kinds, name: refined}


def _is_said_by(kinds: dict[str, Kind], path: AccessPath) -> bool:
    """Whether the kinds of the arguments say what is at a path; they say nothing about the attributes of objects."""
    (how, name), *accessors = path
    kind = kinds.get(name) if how == "param" else None
    for _, key in accessors:
        if isinstance(kind, Opaque | None):
            return False
        kind = kind.items[kind.keys.index(key)] if isinstance(kind, Tree) and key in kind.keys else TOP
    return kind is not None


def _first_wrong(entry: Entry, callee: Callee, values: tuple[Any, ...] | None) -> str | None:
    """In words, the first assumption that does not hold; without values, those about arguments are left out."""
    arguments = dict(zip(callee.names, values, strict=True)) if values is not None else {}
    for assumption in entry.assumptions:
        if values is None and assumption.path[0][0] == "param":
            continue
        message = _wrong(assumption, arguments, callee.environment)
        if message is not None:
            return message
    return None


def _wrong(assumption: Assumption, values: dict[str, Any], environment: Environment) -> str | None:
    try:
        actual = read_path(assumption.path, values, environment)
    except (AttributeError, LookupError, NameError, TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    fact = environment.resolve_fact(assumption.fact)
    if fact == Known(HOLDER):
        fact = Known(read_path(assumption.path[:-2], values, environment))
    return explain(Assumption(assumption.path, fact), actual)


def _positions_or_method(argnums: Argnums, callee: Callee) -> tuple[int, ...] | None:
    """The positions; None where they can only be known once a method is bound."""
    in_class = "." in getattr(callee.given, "__qualname__", "").rpartition("<locals>.")[2]
    if in_class and isinstance(callee.given, types.FunctionType):
        return None
    return positions(argnums, callee)


def _filename(text: str, callee: Callee) -> str:
    """The name under which tracebacks find the text."""
    return f"<sourcead {callee.name} {hashlib.sha256(text.encode()).hexdigest()[:12]}>"


def _stage_of(error: BaseException) -> str:
    """The module of the compiler in which an exception was raised: the innermost frame of this package."""
    stage, trace = "derivative", error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.startswith("sourcead."):
            stage = module.removeprefix("sourcead.")
        trace = trace.tb_next
    return stage


def _place_of(callee: Callee) -> Place | None:
    """Where the function begins."""
    code = getattr(callee.function, "__code__", None)
    if not isinstance(code, types.CodeType):
        return None
    line = code.co_firstlineno
    return Place(code.co_filename, line, 0, line, 0, callee.name, "", line)
