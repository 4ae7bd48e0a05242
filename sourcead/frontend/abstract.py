"""Abstract values: what resolving knows a surface value to be, when that is more than an IR value with a kind."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, TypeAlias

from sourcead.errors import Place
from sourcead.frontend.lowering import Surface
from sourcead.ir import UNDEFINED, Atom, Const, Op, Value
from sourcead.records import dataclass, field, replace

AccessPath: TypeAlias = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Static:
    """A Python object known by identity: a function, module, class, or an object whose attributes are read at each
    call."""

    obj: Any
    path: AccessPath | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Aggregate:
    """A container of static structure with its items; `value` is the IR value of the container, where there is one."""

    type: type
    keys: tuple[Hashable, ...]
    items: tuple[Abstract, ...]
    value: Value | None = None

    def get(self, key: Hashable) -> Abstract | None:
        """The item under a key or position."""
        if issubclass(self.type, tuple | list) and isinstance(key, int):
            return self.items[key] if -len(self.items) <= key < len(self.items) else None
        return self.items[self.keys.index(key)] if key in self.keys else None

    def renamed(self, given: Mapping[Atom, Atom]) -> Aggregate:
        """The container with other values in place of some; the same one where it holds none of these."""
        items: list[Abstract] = []
        for item in self.items:
            inner = item.renamed(given) if isinstance(item, Aggregate) else item
            items.append(given.get(inner, inner) if isinstance(inner, Value) else inner)
        same = all(a is b for a, b in zip(items, self.items, strict=True))
        return self if same else replace(self, items=tuple(items))


class Apart(Aggregate):
    """A container that is handed over item by item."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Region:
    """Memory that a store may change: of an array, a list, a dict, an object, a closure cell.

    origin: "local" (made here), "argument", "captured", "unknown" (handed out by a function without source).
    tokens: two regions may be the same memory where these meet. summary: it stands for several things at once.
    birth: the value that it held first; op: how that was read, where it is a part of something else.
    """

    name: str
    origin: str = "local"
    at: Place | None = None
    tokens: set[object] = field(default_factory=set)
    path: AccessPath | None = None
    summary: bool = False
    birth: Value | None = None
    op: Op | None = None
    number: int = 0  # in the order of making
    whole: tuple[Region, Hashable] | None = None  # the container that it is a part of, and its key there

    @property
    def hint(self) -> str:
        """What the user calls this memory, also where it got its name after it was made."""
        return self.name or (self.birth.hint if isinstance(self.birth, Value) else "")

    @property
    def words(self) -> str:
        """How messages call this memory: `p['a']`; empty where it has no name."""
        if self.hint or self.whole is None:
            return self.hint
        holder, key = self.whole
        inside = repr(key) if isinstance(key, str | int) else "..."
        return f"{holder.words}[{inside}]" if holder.words else ""


@dataclass(frozen=True, slots=True, eq=False)
class Stale:
    """What is left of the content of a region that may have been changed through another name, `by`."""

    name: str
    by: str
    at: Place | None


    def poison(self) -> Poison:
        """What stands for the content where it is handed on without being read."""
        what = f"`{self.name}` is" if self.name else "this is"
        line = f" at line {self.at.line}" if self.at is not None and self.at.line else ""
        through = f"`{self.by}`" if self.by else "something else"
        return Poison(f"{what} read here, and may share its memory with {through}, which was changed{line}", self.at)


@dataclass(frozen=True, slots=True, eq=False)
class Undone(Stale):
    """The content of a region behind a `try` whose body has stored into it: `content`, if no exception was caught.

    code: what tells which handler caught one. Reading the content settles that no handler is followed.
    """

    code: Value
    content: Any


@dataclass(frozen=True, slots=True, eq=False)
class Ref:
    """A reference to a list, dict, object or closure cell made here; what it holds is on the heap."""

    region: Region


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A nested function together with what it captured, its defaults and the frame of the call that made it."""

    function: Surface
    captured: tuple[Abstract, ...]
    defaults: tuple[Abstract, ...]
    home: Any


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """A method looked up on a value and not called yet."""

    receiver: Abstract
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A Python function bound to the object whose method it is."""

    function: Any
    holder: Abstract


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """`functools.partial`: a callable with some of its arguments."""

    callee: Abstract
    args: tuple[Abstract, ...]
    kwargs: tuple[tuple[str, Abstract], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Differential:
    """The derivative of a callable, not called yet: `grad(f)`. argnums are positions or names."""

    callee: Abstract
    mode: str
    argnums: tuple[int | str, ...]
    single: bool
    has_aux: bool


@dataclass(frozen=True, slots=True, eq=False)
class Pullback:
    """What `vjp` gives beside the value: `pull(resolver, this, cotangent)` goes back through what `kept` holds; there
    were `count` primals, those at `places` are differentiated."""

    kept: Any
    pull: Any
    count: int
    places: tuple[int | str, ...]


class Cell:
    """The class of the objects that hold the variables which nested functions share."""


@dataclass(frozen=True, slots=True, eq=False)
class Outside:
    """The variables of a scope around the differentiated function: of the module, or closure cells."""

    how: str
    frame: Any


@dataclass(frozen=True, slots=True, eq=False)
class Super:
    """`super()`: the attributes of an object as the classes after `cls` define them."""

    cls: type
    holder: Abstract


@dataclass(frozen=True, slots=True, eq=False)
class Iteration:
    """What a loop can run over: form is "range" (parts start, stop, step), "zip", "enumerate" (start, inner) or
    "rows"."""

    form: str
    parts: tuple[Abstract, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Poison:
    """A value that is something else on each path; using it is refused."""

    reason: str
    at: Place | None = None


class Unsure(Poison):
    """What an attribute holds in a `finally`, where the body has stored into it: an exception may have come before."""


Callee: TypeAlias = Closure | Method | Bound | Super | Partial | Differential | Pullback
Abstract: TypeAlias = Atom | Static | Aggregate | Ref | Callee | Outside | Iteration | Poison

UNBOUND = Const(UNDEFINED)


def is_unbound(item: Abstract) -> bool:
    """Whether this is the mark of a name that is not bound on this path."""
    return isinstance(item, Const) and item.value is UNDEFINED
