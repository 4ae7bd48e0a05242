"""What loops run over: items of containers of static structure, or the sources of a loop op."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sourcead.frontend.abstract import UNBOUND, Abstract, Aggregate, Iteration
from sourcead.frontend.branches import forget
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Const, Hole, Op, Source, Value
from sourcead.kinds import INT, TOP, Array, Kind, Known, List, Scalar, Tree, join
from sourcead.primitives import structural

Env = dict[Value, Abstract]


@dataclass(slots=True)
class Loop:
    """A loop being resolved: how the items of a turn are made, and the emitted sources."""

    sources: list[Source]
    args: list[Atom]
    text: Any
    items: list[Value]
    item: Abstract


def static_items(resolver: Resolver, iterable: Abstract) -> list[Abstract] | None:
    """The items of a loop whose number is known: those of tuples, lists of mixed kinds, dicts, and zips of them."""
    from sourcead.frontend.data import child

    parts = resolver.parts_of(iterable)
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
        if iterable.form == "zip":
            columns = [static_items(resolver, p) for p in iterable.parts]
            found = [c for c in columns if c is not None]
            if len(found) == len(columns) and found:
                return [Aggregate(tuple, tuple(range(len(row))), row) for row in zip(*found)]  # noqa: B905 -- as zip does
        if iterable.form == "enumerate":
            start, inner = iterable.parts
            known, first = resolver.static(start)
            values = static_items(resolver, inner)
            if known and values is not None:
                return [Aggregate(tuple, (0, 1), (Const(first + k), v)) for k, v in enumerate(values)]
        return None
    known, text = resolver.static(iterable)
    return [Const(letter) for letter in text] if known and isinstance(text, str) else None


def sources(resolver: Resolver, iterable: Abstract, op: Op) -> Loop:
    """What a `for` runs over: its sources, in the order of the text."""
    loop = Loop([], [], None, [], UNBOUND)
    hint = op.blocks[-1].params[0].hint
    loop.text, loop.item = _source(resolver, iterable, loop, hint)
    return loop


def _source(resolver: Resolver, iterable: Abstract, loop: Loop, hint: str) -> tuple[Any, Abstract]:
    if isinstance(iterable, Iteration) and iterable.form == "zip":
        found = [_source(resolver, p, loop, "") for p in iterable.parts]
        return ("zip", *(t for t, _ in found)), Aggregate(tuple, tuple(range(len(found))), tuple(i for _, i in found))
    if isinstance(iterable, Iteration) and iterable.form == "enumerate":
        start, inner = iterable.parts
        count = _add_source(resolver, loop, "count", [start], Value("", INT))
        text, item = _source(resolver, inner, loop, "")
        has_start = not (isinstance(start, Const) and start.value == 0)
        return ("enumerate", has_start, text), Aggregate(tuple, (0, 1), (count, item))
    if isinstance(iterable, Iteration) and iterable.form == "range":
        return ("range",), _add_source(resolver, loop, "range", list(iterable.parts), Value(hint, INT))
    rows = iterable.parts[0] if isinstance(iterable, Iteration) else iterable
    kind = resolver.kind(rows)
    if isinstance(kind, Scalar | Known) or (isinstance(kind, Array) and not kind.dims):
        resolver.refuse("this is nothing to loop over")
    return ("rows",), _add_source(resolver, loop, "rows", [rows], Value(hint, row_kind(kind)))


def _add_source(resolver: Resolver, loop: Loop, form: str, parts: list[Abstract], item: Value) -> Value:
    loop.sources.append(Source(form))
    loop.args.extend(resolver.atom(p) for p in parts)
    loop.items.append(item)
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
