"""Unpacking: `a, *b = x` of containers, of arrays, and of what is known at run time alone."""

from __future__ import annotations

from typing import Any

from sourcead.frontend.abstract import Abstract, Aggregate, Iteration, Static
from sourcead.frontend.data import child, is_object, item, of_known, trace
from sourcead.frontend.entries import call_entry
from sourcead.frontend.protocol import iterated
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Op, Span, Value
from sourcead.kinds import Array, Known, List, Tree
from sourcead.primitives import structural
from sourcead.primitives.structural import item_kind


def unpack(resolver: Resolver, container: Abstract, count: int, star: int | None, hints: list[str]) -> list[Abstract]:
    """`a, b = container`."""
    container = iterated(resolver, container)
    parts = resolver.parts_of(container)
    kind = resolver.kind(container)
    items: list[Abstract] | None = None
    if parts is not None:
        items = list(parts.keys) if parts.type is dict else list(parts.items)  # type: ignore[arg-type]
    elif isinstance(kind, Tree) and kind.type is not dict:
        if star is None and len(kind.items) == count:
            return _unpack_value(resolver, container, kind, hints)
        items = [child(resolver, container, kind, k) for k in range(len(kind.items))]
    if items is None and isinstance(container, Iteration):
        from sourcead.frontend.iteration import static_items

        items = static_items(resolver, container)
    if items is None:
        if star is not None and isinstance(kind, List | Array):
            return _unpack_starred(resolver, container, count, star)
        if star is not None:
            resolver.refuse("a starred target needs a container of known length", "give example arguments")
        item_of = kind.item if isinstance(kind, List) else item_kind(kind, ((0,),), ())
        outs = tuple(Value(h, item_of) for h in hints)
        atom, at = resolver.atom(container), resolver.place
        resolver.append(Op(structural.UNPACK, (atom,), outs, (), (), at, "", resolver.backward))
        return list(outs)
    if star is None:
        if len(items) != count:
            resolver.refuse(f"{len(items)} values are unpacked into {count} names")
        return items
    after = count - star - 1
    if len(items) < count - 1:
        resolver.refuse(f"{len(items)} values are too few for these targets")
    middle = items[star : len(items) - after]
    rest = Aggregate(list, tuple(range(len(middle))), tuple(middle))
    return [*items[:star], rest, *items[len(items) - after :]]


def _unpack_starred(resolver: Resolver, container: Abstract, count: int, star: int) -> list[Abstract]:
    """`a, *rest, z = xs` of a list whose length is not known: items from both ends, and a slice."""
    after = count - star - 1
    results: list[Abstract] = []
    for position in range(count):
        if position == star:
            span = Span(star or None, -after if after else None)
            rest = item(resolver, container, ((span,),), [])
            if isinstance(resolver.kind(rest), Array):
                rest = call_entry(resolver, _entry_of(list), [rest], {})
            results.append(rest)
        else:
            results.append(item(resolver, container, ((position if position < star else position - count,),), []))
    return results


def _entry_of(target: object) -> Any:
    from sourcead.primitives.registry import entry_of

    return entry_of(target)


def _unpack_value(resolver: Resolver, container: Abstract, kind: Tree, hints: list[str]) -> list[Abstract]:
    atom = resolver.atom(container)
    outs = tuple(Value(h, k) for h, k in zip(hints, kind.items, strict=True))
    resolver.append(Op(structural.UNPACK, (atom,), outs, (), (), resolver.place, "", resolver.backward))
    results: list[Abstract] = []
    for out, key in zip(outs, kind.keys, strict=True):
        trace(resolver, atom, out, ("attr" if hasattr(kind.type, "_fields") else "item", key))
        if atom in resolver.origins and is_object(out.kind):
            results.append(Static(out.kind.example, resolver.origins[out]))  # type: ignore[union-attr]
        else:
            results.append(of_known(resolver, out.kind) if isinstance(out.kind, Known) else out)
    return results
