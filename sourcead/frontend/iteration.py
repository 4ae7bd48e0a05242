"""What loops run over: items of containers of static structure, or the sources of a loop op."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from sourcead.frontend import integers
from sourcead.frontend.abstract import UNBOUND, Abstract, Aggregate, Iteration, Ref, Region, Static
from sourcead.frontend.joining import forget
from sourcead.frontend.resolver import Resolver, own_class
from sourcead.ir import Atom, Const, Hole, Op, Source, Value
from sourcead.kinds import INT, TOP, Array, Kind, Known, List, Scalar, Tree, join
from sourcead.primitives import structural
from sourcead.records import dataclass, field

Env = dict[Value, Abstract]
FEW = 16  # items that a loop may have to be unrolled where it need not


@dataclass(slots=True)
class Loop:
    """A loop being resolved: the emitted sources, and how the item of a turn is made when its body begins."""

    sources: list[Source]
    args: list[Atom]
    text: Any
    items: list[Value]
    make: Callable[[], Abstract]
    changed: set[Region]  # the memory that the body stores into
    runs_over: set[Region] = field(default_factory=set)

    def begin(self, resolver: Resolver, turn: Value) -> Abstract:
        """The item of a turn, made in the body."""
        return self.make()


def few_items(resolver: Resolver, iterable: Abstract) -> list[Abstract] | None:
    """The items of a loop whose number is known, ranges included, where they are few."""
    items = static_items(resolver, iterable, ranges=True)
    return None if items is None or len(items) > FEW else items


def static_items(resolver: Resolver, iterable: Abstract, ranges: bool = False) -> list[Abstract] | None:
    """The items of a loop whose number is known: those of tuples, lists of mixed kinds, dicts, and zips of them."""
    from sourcead.frontend.data import child

    parts, cls = resolver.parts_of(iterable), own_class(resolver, iterable)
    if cls is not None and not (issubclass(cls, tuple) and cls.__iter__ is tuple.__iter__):
        resolver.refuse(f"what going through a {cls.__name__} gives is not known", "go through a list or tuple of it")
    if parts is not None and parts.type is set:
        resolver.refuse(
            "a set has no order in which its items could be read", "use a tuple or a list, or `sorted(...)`"
        )
    if parts is not None:
        return [Const(k) for k in parts.keys] if parts.type is dict else list(parts.items)
    kind = resolver.kind(iterable)
    if isinstance(kind, Tree):
        if kind.type is dict:
            return [Const(k) for k in kind.keys]
        return [child(resolver, iterable, kind, k) for k in range(len(kind.items))]
    if isinstance(iterable, Iteration):
        if iterable.form == "range" and ranges:
            ends = [resolver.static(p) for p in iterable.parts]
            if all(known and type(value) is int for known, value in ends) and ends[2][1]:
                return [Const(k) for k in range(*(value for _, value in ends))[: FEW + 1]]
        if iterable.form == "zip":
            columns = [static_items(resolver, p, ranges) for p in iterable.parts]
            found = [c for c in columns if c is not None]
            if len(found) == len(columns) and found:
                return [Aggregate(tuple, tuple(range(len(row))), row) for row in zip(*found)]  # noqa: B905 -- as zip does
        if iterable.form == "enumerate":
            start, inner = iterable.parts
            known, first = resolver.static(start)
            values = static_items(resolver, inner, ranges)
            if known and values is not None:
                return [Aggregate(tuple, (0, 1), (Const(first + k), v)) for k, v in enumerate(values)]
        return None
    known, text = resolver.static(iterable)
    return [Const(letter) for letter in text] if known and isinstance(text, str) else None


def sources(resolver: Resolver, iterable: Abstract, op: Op, changed: set[Region]) -> Loop:
    """What a `for` runs over: its sources, in the order of the text."""
    loop = Loop([], [], None, [], lambda: UNBOUND, changed)
    hint = op.blocks[-1].params[0].hint
    loop.text, loop.make = _source(resolver, iterable, loop, hint)
    return loop


Made: TypeAlias = "tuple[Any, Callable[[], Abstract]]"


def _source(resolver: Resolver, iterable: Abstract, loop: Loop, hint: str) -> Made:
    if isinstance(iterable, Iteration) and iterable.form == "zip":
        found = [_source(resolver, p, loop, "") for p in iterable.parts]
        return ("zip", *(t for t, _ in found)), lambda: _pair(*(make() for _, make in found))
    if isinstance(iterable, Iteration) and iterable.form == "enumerate":
        start, inner = iterable.parts
        count = _add_source(resolver, loop, "count", [start], Value("", INT))
        text, make = _source(resolver, inner, loop, "")
        has_start = not (isinstance(start, Const) and start.value == 0)
        return ("enumerate", has_start, text), lambda: _pair(count, make())
    if isinstance(iterable, Iteration) and iterable.form == "range":
        item = _add_source(resolver, loop, "range", list(iterable.parts), Value(hint, INT))
        return ("range",), lambda: item
    rows = iterable.parts[0] if isinstance(iterable, Iteration) else iterable
    kind = resolver.kind(rows)
    if isinstance(kind, Scalar | Known) or (isinstance(kind, Array) and not kind.dims):
        resolver.refuse("this is nothing to loop over")
    region = _region(resolver, rows)
    if region is not None and isinstance(kind, List):
        loop.runs_over.add(region)
    if region in loop.changed:
        return _indexed(resolver, rows, loop, hint)
    item = _add_source(resolver, loop, "rows", [rows], Value(hint, row_kind(kind)))
    _is_row(resolver, loop.args[-1], item)
    return ("rows",), lambda: item


def _pair(*items: Abstract) -> Aggregate:
    return Aggregate(tuple, tuple(range(len(items))), items)


def _region(resolver: Resolver, rows: Abstract) -> Region | None:
    if isinstance(rows, Ref):
        return rows.region
    return resolver.memory.regions.get(rows) if isinstance(rows, Value) else None


def _is_row(resolver: Resolver, rows: Atom, item: Value) -> None:
    """An item of an array is a view of it; what is stored through one makes the next look read it by index."""
    if isinstance(rows, Value):
        path = (("path", ((Hole(0),),)),)
        resolver.memory.note(Op(structural.GETITEM, (rows, Value("", INT)), (item,), path))


def _indexed(resolver: Resolver, rows: Abstract, loop: Loop, hint: str) -> Made:
    """A loop over something that its body stores into: over its indices, each item read when its turn comes."""
    from sourcead.frontend.calls import call_static

    length = call_static(resolver, Static(len, (("builtin", "len"),)), [rows], {})
    index = _add_source(resolver, loop, "range", [Const(0), length, Const(1)], Value("", INT))

    def make() -> Abstract:
        item = resolver.emit(structural.GETITEM, (resolver.atom(rows), index), hint=hint, path=((Hole(0),),))
        return item

    return ("range",), make


def _add_source(resolver: Resolver, loop: Loop, form: str, parts: list[Abstract], item: Value) -> Value:
    loop.sources.append(Source(form))
    loop.args.extend(resolver.atom(p) for p in parts)
    loop.items.append(item)
    if form == "range":
        integers.bound(resolver, item, loop.args[-3:])
    return item


def row_kind(kind: Kind) -> Kind:
    """The kind of the items that iterating over something gives."""
    if isinstance(kind, List):
        return kind.item
    if isinstance(kind, Array):
        return structural.item_kind(kind, ((Hole(0),),), (INT,))
    if isinstance(kind, Tree) and kind.items:
        items = [forget(k) for k in kind.items]
        found = items[0]
        for other in items[1:]:
            found = join(found, other)
        return found
    return TOP
