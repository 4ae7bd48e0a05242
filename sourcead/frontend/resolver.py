"""The state of resolving: the IR under construction, what is known of each value, and what compiling has relied on."""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, NoReturn

from sourcead.errors import Diagnosis, Place, SourceADError, UnsupportedError
from sourcead.frontend import integers
from sourcead.frontend.abstract import (
    Abstract,
    AccessPath,
    Aggregate,
    Bound,
    Closure,
    Iteration,
    Method,
    Poison,
    Ref,
    Static,
    is_unbound,
)
from sourcead.frontend.contents import container_atom, content_of, content_of_value, current
from sourcead.frontend.memory import Memory
from sourcead.frontend.owned_sizes import own_sizes
from sourcead.frontend.surroundings import assume, is_code, object_atom
from sourcead.ir import Atom, Block, Builder, Capture, Const, Op, Primitive, Value
from sourcead.kinds import TOP, Array, Dim, Fact, Kind, Known, List, Scalar, Tree, const_kind, is_complex
from sourcead.measures import Bounds, Polynomial
from sourcead.primitives import structural
from sourcead.primitives.registry import NotCovered
from sourcead.records import dataclass, field, replace
from sourcead.signature import is_static

if TYPE_CHECKING:
    from sourcead.frontend.collecting import Collector

MAX_DEPTH = 40


class UnboundRead(UnsupportedError):
    """A variable is read that is not bound on every path; within a first look at a loop, a path not taken yet."""


class UnknownResult(UnboundRead):
    """A recursive call whose result's kind is being found out: a first look at the function goes another path."""


class Undecided(Exception):
    """A branch of a helper does not fold: the helper is emitted and called instead."""


class NeedsValue(Exception):
    """Resolving needs the value of an int argument: an axis, a rank, a position in a tuple."""

    def __init__(self, path: AccessPath, at: Place | None) -> None:
        super().__init__(path)
        self.path = path
        self.at = at


@dataclass(slots=True, eq=False)
class Frame:
    """One call being inlined: where its free names are looked up."""

    code: object
    globals: dict[str, Any]
    cells: dict[str, Any]
    root: bool
    name: str
    enclosing: Frame | None = None  # of a nested function: the call that defined it
    defs: dict[str, Any] = field(default_factory=dict)  # the nested functions that it defined, by name
    key: Hashable = None  # what is the same for all calls of one function
    captured: list[Abstract] = field(default_factory=list)
    values: list[Abstract] = field(default_factory=list)  # the arguments
    outline: Hashable = None  # what the arguments are, but for values known now
    statics: list[Any] = field(default_factory=list)  # those
    procedure: Any = None  # the procedure whose body this is; none where the call is inlined
    body: Block | None = None  # what is being resolved
    unrolled: int = 0  # calls within this one that only values known now tell apart
    receiver: Abstract | None = None  # the first argument: of a method, the object


def kind_of_atom(atom: Atom) -> Kind:
    """The kind of a value or literal by itself."""
    return atom.kind if isinstance(atom, Value) else const_kind(atom.value)


@dataclass(slots=True, eq=False)
class Resolver:
    """Turns surface functions into resolved ops, appended to `builder`."""

    generic: bool = False
    builder: Builder = field(default_factory=Builder)
    known: dict[Value, Any] = field(default_factory=dict)
    parts: dict[Value, Aggregate] = field(default_factory=dict)
    params: dict[str, Value] = field(default_factory=dict)
    origins: dict[Value, AccessPath] = field(default_factory=dict)
    objects: dict[Value, int] = field(default_factory=dict)  # captured ints, whose value may be asked for
    assumptions: dict[Hashable, tuple[AccessPath, Fact]] = field(default_factory=dict)
    looked_at: dict[Hashable, Kind] = field(default_factory=dict)  # the kinds of captured objects, by path
    captures: dict[str, Capture] = field(default_factory=dict)
    frames: list[Frame] = field(default_factory=list)
    at: Place | None = None
    home: Place | None = None  # of the function: where a refusal stands that has no other place
    override: Place | None = None  # rules: ops stand where the primal op stands
    backward: bool = False
    note: str = ""  # what is said of the ops that a rule emits
    again: bool = True  # whether the derivative that is made is itself differentiated
    kinks: list[str] = field(default_factory=list)  # the primitives that were differentiated, in order
    reversed: set[str] = field(default_factory=set)  # the primitives whose adjoint was asked for
    first_look: int = 0  # > 0 while a loop is looked at before the kinds of what it carries are known
    unseen: UnboundRead | None = None  # a path that such a look could not follow
    depth: int = 0  # branches inside one another
    inlined: int = 0  # calls so far
    unrolling: int = 0  # turns of loops that are being unrolled because they cannot be loops
    decided_only: int = 0  # > 0 while a helper is tried: branches must fold
    sharing: set[Hashable] = field(default_factory=set)  # functions whose result may be memory that they are handed
    complexes: bool = False  # whether any value of the program may be a complex number
    looking: dict[Any, bool] = field(default_factory=dict)  # cached functions that are looked into: only at numbers?
    procedures: list[Any] = field(default_factory=list)  # the functions that are invoked, not inlined
    memory: Memory = field(default_factory=Memory)
    is_one: Callable[[Dim], bool | None] = lambda dim: dim.one  # whether a size is 1
    is_positive: Callable[[Dim], bool] = lambda dim: False  # whether a number that arguments decide is not negative
    bounds: Bounds = field(default_factory=dict)  # between which numbers the indices of loops are
    masks: dict[Value, Hashable] = field(default_factory=dict)  # by how they are computed
    counted: dict[Value, Polynomial] = field(default_factory=dict)  # the ints that are counted with
    stabilize: bool = False  # what is differentiated inside the function is differentiated stably
    nested: Any = None  # what makes derivatives that are called inside a function
    collector: Collector | None = None  # goes on behind refusals, to find them all

    # -- emitting --------------------------------------------------------------------------------------------

    def take_unseen(self, instead: UnboundRead | None) -> UnboundRead | None:
        """The path that a look could not follow, put back to another one."""
        found, self.unseen = self.unseen, instead
        return found

    def emit(
        self,
        primitive: Primitive,
        args: tuple[Atom, ...],
        *,
        hint: str = "",
        form: str = "",
        kind: Kind | None = None,
        **attrs: Any,
    ) -> Value:
        """Append an op with one result whose kind the primitive infers."""
        if kind is None:
            kind = self.infer(primitive, args, attrs)
            if primitive is structural.GETITEM and isinstance(kind, Array):
                kind = structural.counted_by(kind, integers.masks(self, args[1:]))
        out = Value(hint, kind)
        self.append(Op(primitive, args, (out,), tuple(sorted(attrs.items())), (), self.place, form, self.backward))
        return out

    def append(self, op: Op) -> None:
        """Append an op as it is."""
        if not self.backward:
            own_sizes(op)
        if not self.complexes:
            self.complexes = op.primitive.complexes or any(is_complex(kind_of_atom(a)) for a in (*op.args, *op.outs))
        self.builder.add(replace(op, note=self.note) if self.note and not op.note else op)
        if op.primitive.elementwise:
            integers.note(self, op)
        if not self.backward and not op.blocks:
            self.memory.note(op)

    @property
    def place(self) -> Place | None:
        """The place that emitted ops carry."""
        return self.override or self.at

    def infer(self, primitive: Primitive, args: tuple[Atom, ...], attrs: dict[str, Any]) -> Kind:
        """The kind of a primitive's result."""
        if primitive.infer is None:
            return TOP
        kinds = list(map(self.kind, args))
        if primitive in integers.MEASURED:
            kinds = integers.named(self, primitive, args, attrs)
        try:
            kind = primitive.infer(*kinds, **attrs)
            return integers.settled(self, primitive, kinds, kind) if isinstance(kind, Array) else kind
        except NotCovered as error:
            self.refuse(str(error))
        except (TypeError, ValueError, IndexError, KeyError, AttributeError, StopIteration, RuntimeError) as error:
            self.refuse(
                f"this use of `{primitive.form.split()[-1]}` does not fit: {error}", "call it as NumPy documents it"
            )

    def refuse(
        self, message: str, help: str = "", *notes: str, error: type[SourceADError] = UnsupportedError
    ) -> NoReturn:
        """Raise a refusal at the current place."""
        raise error(Diagnosis(message, self.place or self.home, tuple(notes), help))

    # -- facts -----------------------------------------------------------------------------------------------

    def kind(self, item: Abstract) -> Kind:
        """The kind of an abstract value."""
        if isinstance(item, Value):
            if not self.backward and isinstance(item.kind, (Tree, List)):
                held = content_of_value(self, item)
                return item.kind if held is item else self.kind(held)
            return item.kind
        if isinstance(item, Const):
            return const_kind(item.value)
        if is_view_of_dict(item):
            return self.kind(self.seen(item))
        if isinstance(item, Ref):
            return self.kind(content_of(self, item))
        if isinstance(item, Aggregate):
            return Tree(item.type, item.keys, tuple(map(self.kind, item.items)))
        if isinstance(item, Static):
            return Known(item.obj)
        return TOP

    def static(self, item: Abstract) -> tuple[bool, Any]:
        """Whether the Python value of this is known now, and the value."""
        if isinstance(item, Const):
            return not is_unbound(item), item.value
        if not isinstance(item, Value):
            if isinstance(item, Ref):
                item = content_of(self, item)
            elif is_view_of_dict(item):
                item = self.seen(item)
            if isinstance(item, Const):
                return not is_unbound(item), item.value
        if isinstance(item, Static):
            return True, item.obj
        if isinstance(item, Aggregate):
            found = [self.static(i) for i in item.items]
            if all(ok for ok, _ in found) and item.type in (tuple, list, set):
                return True, item.type(v for _, v in found)
            return False, None
        if isinstance(item, Value):
            if item in self.known:
                return True, self.known[item]
            if isinstance(item.kind, Known):
                return True, item.kind.value
            if isinstance(item.kind, Scalar) and item.kind.size is not None and item.kind.dtype == "pyint":
                size = item.kind.size
                if isinstance(size.key, int) and size.one is not None:
                    return True, size.key
            if item in self.parts:
                return self.static(self.parts[item])
        return False, None

    def need_static(self, item: Abstract, what: str) -> Any:
        """The Python value of this; refused, or asked for, where it is not known."""
        found, value = self.static(item)
        if found:
            return value
        if isinstance(item, Value) and item in self.objects:
            assume(self, self.origins[item], Known(self.objects[item]))
            return self.objects[item]
        is_int = isinstance(item, Value) and isinstance(item.kind, Scalar) and item.kind.dtype == "pyint"
        if isinstance(item, Value) and is_int and item in self.origins and not self.generic:
            raise NeedsValue(self.origins[item], self.place)
        self.refuse(
            f"{what} must be known when the gradient is generated", "write it as a literal, or give example arguments"
        )

    def truth(self, item: Abstract) -> bool | None:
        """The truth value, where it is known."""
        if isinstance(item, Ref):
            item = content_of(self, item)
        elif is_view_of_dict(item):
            item = self.seen(item)
        found, value = self.static(item)
        if found and is_known_by_type(item):
            return None if hasattr(value, "__bool__") or hasattr(value, "__len__") else True
        if found:
            try:
                return bool(value)
            except (ValueError, TypeError):
                return None
        if isinstance(item, Aggregate):
            cls = own_class(self, item)
            if cls is None:
                return bool(item.items)
            asked = any(isinstance(getattr(cls, name, None), types.FunctionType) for name in ("__bool__", "__len__"))
            return None if asked else not issubclass(cls, tuple) or bool(item.items)
        if isinstance(item, Closure | Method | Bound):
            return True
        return None

    def parts_of(self, item: Abstract) -> Aggregate | None:
        """The items of a container of static structure; those of a parameter are read where they are first needed."""
        if isinstance(item, Ref):
            item = content_of(self, item)
        elif is_view_of_dict(item):
            item = self.seen(item)
        elif isinstance(item, Value) and isinstance(item.kind, Tree) and not self.backward:
            item = content_of_value(self, item)
        if isinstance(item, Aggregate):
            return item
        if isinstance(item, Value) and item in self.parts:
            return self.parts[item]
        return None

    def seen(self, item: Abstract) -> Aggregate:
        """What a view of a dict shows now."""
        from sourcead.frontend.dictionaries import seen

        assert isinstance(item, Iteration)
        return seen(self, item)

    # -- from abstract to IR ---------------------------------------------------------------------------------

    def atom(self, item: Abstract) -> Atom:
        """The IR atom that stands for an abstract value as it is now, making containers and captures as needed."""
        if isinstance(item, Value):
            return item if self.backward and not self.memory.is_of_rule(item) else current(self, item)
        if is_view_of_dict(item):
            return self.atom(self.seen(item))
        if isinstance(item, Ref):
            return self.atom(content_of(self, item))
        if isinstance(item, Const):
            if is_unbound(item):
                self.refuse(
                    "a variable is read here that is not bound on every path",
                    "bind it before the branch or loop",
                    error=UnboundRead,
                )
            return item
        if isinstance(item, Aggregate):
            return container_atom(self, item)
        if isinstance(item, Static):
            return object_atom(self, item)
        if isinstance(item, Poison):
            self.refuse(item.reason, "give it one meaning on every path, or memory of its own (a copy)")
        if isinstance(item, Iteration) and item.form == "rows":
            return self.atom(item.parts[0])
        words = {Iteration: "an iterator", Closure: "a function defined here"}.get(type(item), "a bound method")
        self.refuse(f"{words} is used as a value", "call it, or loop over it, where it stands")

    # -- memory ----------------------------------------------------------------------------------------------

    def of_kind(self, value: Value, kind: Kind) -> Value:
        """The value of the op just emitted, of which more is known."""
        last = self.builder.ops[-1] if self.builder.ops else None
        if last is None or last.outs != (value,):
            return value
        typed = Value(value.hint, kind)
        self.builder.ops[-1] = replace(last, outs=(typed,))
        return typed

    # -- captured Python objects -----------------------------------------------------------------------------

def is_known_by_type(item: Abstract) -> bool:
    """Whether this is an object of the surroundings of which only the class is relied on: another call has another."""
    return isinstance(item, Static) and not is_code(item.obj) and not is_static(item.obj)


def own_class(resolver: Resolver, item: Abstract) -> type | None:
    """The class of an object that is none of Python's own containers; None for everything else."""
    parts, kind = resolver.parts_of(item), resolver.kind(item)
    cls = parts.type if parts is not None else kind.type if isinstance(kind, Tree) else None
    return None if cls in (tuple, list, dict, set, None) else cls


def is_view_of_dict(item: Abstract) -> bool:
    """Whether this is `d.keys()`, `d.values()` or `d.items()`."""
    return isinstance(item, Iteration) and item.form in ("keys", "values", "items")


