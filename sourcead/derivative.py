"""`Derivative`: a callable like the function it is made from, compiled for the kinds of its arguments at first use."""

from __future__ import annotations

import functools
import importlib
import os
import sys
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sourcead.cache import CACHE, COMPILING, MAX_ENTRIES, Bound, portable_entry
from sourcead.callee import Argnums, Callee, callee_of, check_argnums, positions
from sourcead.compiling import Level, Made, Options, place_of, with_request
from sourcead.digests import digest
from sourcead.errors import ArgumentError, Diagnosis, InternalError
from sourcead.guard import Assumption
from sourcead.kinds import TOP, Kind, Known, Measured, Opaque, Sized, Tree
from sourcead.primitives.markers import unmarked
from sourcead.signature import check_differentiable, kind_of
from sourcead.specialization import NEEDS_TANGENTS, Specialization, first_wrong

if TYPE_CHECKING:
    from sourcead.ledger import Ledger


class Derivative:
    """A derivative of a function, or of another derivative.

    mode "grad": the gradient; "value_and_grad": both; "vjp": the value and the pullback; "jvp": the value and the
    tangent. The emitted function of a "jvp" has the tangents as further parameters: it is called through `jvp`.
    """

    is_derivative = True  # the front end refuses a call of one inside a function, without knowing this class

    __name__: str
    __wrapped__: Callable[..., Any]

    def __init__(self, function: Any, options: Options, callee: Callee | None = None) -> None:
        check_argnums(options.argnums)
        if getattr(type(function), "is_derivative", False) and not isinstance(function, Derivative):
            raise ArgumentError(
                Diagnosis(f"{function!r} is not differentiated", help="`hessian` is the Jacobian of a gradient")
            )
        self._binding = type(function) if isinstance(function, staticmethod | classmethod) else None
        function = function.__func__ if self._binding is not None else function
        function = unmarked(function)
        self._inner: Derivative | None = function if isinstance(function, Derivative) else None
        self._callee: Callee = self._inner._callee if self._inner is not None else callee or callee_of(function)
        self._options = options
        self._bound: tuple[Bound, ...] = ()
        self._generic: Bound | None = None
        self._arity = self._callee.arity if options.mode != "jvp" else -1
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
        if self._options.mode == "jvp":
            raise ArgumentError(NEEDS_TANGENTS)
        values = self._callee.bind(*args, **kwargs)
        return self._callee.spread(self.prepared(values).fn, values)

    def prepared(self, values: tuple[Any, ...]) -> Bound:
        """The specialisation for these arguments, one value for each parameter: found, or compiled now. Its `fn` may be
        called: they share no memory that the function changes."""
        bound = next((bound for bound in self._bound if bound.guard(*values)), None)
        if bound is None:
            bound = self._specialised(values)
        self._bound = (bound, *(other for other in self._bound if other is not bound))[:MAX_ENTRIES]
        if bound.check is not None:
            bound.check(values)
        return bound

    def _specialised(self, values: tuple[Any, ...], *, same_text: bool = False) -> Bound:
        """The specialisation for these values: from the cache, else compiled now."""
        callee, levels = self._callee, self._levels()
        with COMPILING:
            table = CACHE.table(callee, (levels, self._options.emission))
            bound = table.find(callee, values, same_text=same_text)
            if bound is not None:
                return bound
            made = self._compile(values)
            if not made.guard(*values):  # another thread may have changed what is relied on
                made = self._compile(values)
            if made.guard(*values):
                table.put(made.entry)
                return made
            wrong = first_wrong(made.entry, callee, values) or "the guard is wrong"
            raise InternalError.during("guard", AssertionError(wrong), place_of(callee))

    # -- compiling ---------------------------------------------------------------------------------------------------

    def _compile(self, values: tuple[Any, ...] | None) -> Bound:
        """Compile for the kinds of these values, or for any (None)."""
        callee = self._callee

        def build(pipeline: Any, request: Any) -> Bound:
            load: Any = importlib.import_module("sourcead.backend.load")
            derived, kinds = pipeline.derive(request), request.kinds or {}
            facts = [Assumption((("param", name),), kind) for name, kind in kinds.items()]
            others = (a for a in derived.assumptions if not (_is_said_by(kinds, a) or _is_certain(callee, a)))
            compiled = load.compile_text(derived.text, derived.name, _filename(derived.text, callee))
            bound = portable_entry(derived, compiled, callee, (*facts, *others)).bind(callee)
            if self._options.emission.backend == "numba" and values is not None and self._options.mode != "jvp":
                numba: Any = importlib.import_module("sourcead.backend.numba.compiling")
                numba.compile_kernels(lambda: callee.spread(bound.fn, values), bound.fn, derived.at)
            return bound

        return self._with_request(values, build)

    def trace(self, example: tuple[tuple[Any, ...], dict[str, Any]] | None = None) -> list[tuple[str, str]]:
        """The intermediate form after each stage, as (stage, text): for these example (args, kwargs), or generic."""
        values = None if example is None else self._callee.bind(*example[0], **example[1])
        stages: list[tuple[str, str]] = self._with_request(values, lambda pipeline, request: pipeline.trace(request))
        return stages

    def ledger(self, /, *args: Any, **kwargs: Any) -> Ledger:
        """What the derivative for these arguments keeps for its backward part, line by line, in bytes.

        Nothing is run: sizes that only a run can tell are None.
        """
        from sourcead.ledger import evaluator, ledger_of

        callee, values = self._callee, self._callee.bind(*args, **kwargs)
        found = self._with_request(values, lambda pipeline, request: pipeline.ledger(request))
        return ledger_of(self.words, found, evaluator(_surroundings(callee, values)))

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

    @property
    def callee(self) -> Callee:
        """The function at the bottom of all levels."""
        return self._callee

    @property
    def wanted(self) -> tuple[int, ...]:
        """The positions of the parameters with respect to which this differentiates."""
        return self._found_positions()

    def _found_positions(self) -> tuple[int, ...]:
        if self._positions is None:
            self._positions = positions(self._options.argnums, self._callee)
        return self._positions

    # -- source ------------------------------------------------------------------------------------------------------

    def _generic_bound(self) -> Bound:
        """The code for arguments of any kind, made again when what it relies on outside its arguments has changed."""
        with COMPILING:
            if self._generic is None or first_wrong(self._generic.entry, self._callee, None) is not None:
                self._generic = self._compile(None)
            return self._generic

    @property
    def source(self) -> str:
        """The generated source for arguments of any kind."""
        return self._generic_bound().entry.text

    def specialize(self, *args: Any, **kwargs: Any) -> Specialization:
        """The derivative for arguments of the kinds of these."""
        from sourcead.ledger import shape_alone

        values = self._callee.bind(*args, **kwargs)
        shapes = tuple(map(shape_alone, values))

        def ledger() -> Ledger:
            return self._callee.spread(self.ledger, shapes)  # type: ignore[no-any-return]

        return Specialization(self._callee, self._specialised(values, same_text=True), self._options.mode, ledger)

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
        if self._inner is not None:
            inner = self._inner.__get__(instance, owner)
            return self if inner is self._inner else Derivative(inner, self._options)
        if holder is None:
            return self
        return Derivative(types.MethodType(self._callee.given, holder), self._options)

    def __repr__(self) -> str:
        return f"<sourcead {self.words}, argnums={self._options.argnums!r}>"

    @property
    def words(self) -> str:
        """What this is: "jvp of grad of loss"."""
        return f"{self._options.mode} of {self._inner.words if self._inner is not None else self._callee.name}"

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
        function: Any = given if self._inner is None else self._inner
        function = function if self._binding is None else self._binding(function)
        return Derivative, (function, self._options)


def _is_certain(callee: Callee, assumption: Assumption) -> bool:
    """Whether nothing can change a fact: that an object is itself, and what stands in this package's own modules."""
    (how, root), *accessors = assumption.path
    if how != "object" or not isinstance(assumption.fact, Known) or callee.environment.portable(root) is not root:
        return False
    if not accessors:
        return assumption.fact == Known(root)
    return isinstance(root, types.ModuleType) and root.__name__.startswith("sourcead.")


def _is_said_by(kinds: dict[str, Kind], assumption: Assumption) -> bool:
    """Whether the kinds of the arguments say so: they say nothing about the attributes of objects, nor size classes."""
    if isinstance(assumption.fact, Known | Sized | Measured):
        return False
    (how, name), *accessors = assumption.path
    kind = kinds.get(name) if how == "param" else None
    for _, key in accessors:
        if isinstance(kind, Opaque | None):
            return False
        kind = kind.items[kind.keys.index(key)] if isinstance(kind, Tree) and key in kind.keys else TOP
    return kind is not None


def _surroundings(callee: Callee, values: tuple[Any, ...]) -> dict[str, Any]:
    """What names stand for in a function, called with these values."""
    environment = callee.environment
    cells = {name: cell.cell_contents for name, cell in environment.cells.items() if cell != types.CellType()}
    own = {name: obj for obj in environment.objects for name in ("self", type(obj).__name__)}
    return {**environment.module, **cells, **own, **dict(zip(callee.names, values, strict=True))}


def _positions_or_method(argnums: Argnums, callee: Callee) -> tuple[int, ...] | None:
    """The positions; None where they can only be known once a method is bound."""
    in_class = "." in getattr(callee.given, "__qualname__", "").rpartition("<locals>.")[2]
    if in_class and isinstance(callee.given, types.FunctionType):
        return None
    return positions(argnums, callee)


def _filename(text: str, callee: Callee) -> str:
    """The name under which tracebacks find the text."""
    return f"<sourcead {callee.name} {digest(text)}>"
