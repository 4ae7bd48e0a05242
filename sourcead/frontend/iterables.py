"""Builtins over containers of static structure that resolving itself understands: sets, dicts of pairs, sorting,
reversing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sourcead.frontend.abstract import Abstract, Aggregate, Iteration
from sourcead.frontend.expansion import finite_items, hashable
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Const, Span
from sourcead.kinds import Array, List, Top, Tree
from sourcead.primitives import structural

FALSE, NOTHING = Const(False), Const(None)


def aggregate(kind: type, items: list[Abstract]) -> Aggregate:
    """A sequence of these items."""
    return Aggregate(kind, tuple(range(len(items))), tuple(items))


def to_sequence(kind: type) -> Callable[..., Any]:
    """`tuple(...)` and `list(...)`."""

    def resolve(resolver: Resolver, item: Abstract | None = None) -> Any:
        items = [] if item is None else finite_items(resolver, item)
        return NotImplemented if items is None else aggregate(kind, items)

    return resolve


def to_set(resolver: Resolver, item: Abstract | None = None) -> Any:
    """A set of values that are known: it answers what is in it, and how many there are."""
    items = [] if item is None else finite_items(resolver, item)
    if items is None:
        return NotImplemented
    values = [hashable(resolver, resolver.need_static(i, "an item of a set"), "an item of a set") for i in items]
    return aggregate(set, [Const(v) for v in dict.fromkeys(values)])


def to_dict(resolver: Resolver, pairs: Abstract | None = None, /, **named: Abstract) -> Any:
    """`dict(pairs, key=value)` with keys that are known."""
    from sourcead.frontend.data import child

    found: dict[Any, Abstract] = {}
    if pairs is not None:
        kind = resolver.kind(pairs)
        if isinstance(kind, Tree) and kind.type is dict:
            found.update((k, child(resolver, pairs, kind, k)) for k in kind.keys)
        else:
            items = finite_items(resolver, pairs)
            if items is None:
                return NotImplemented
            for item in items:
                pair = finite_items(resolver, item)
                if pair is None or len(pair) != 2:
                    resolver.refuse("a dict is made of something else than pairs", "give it (key, value) pairs")
                key = resolver.need_static(pair[0], "a key of a dict")
                found[hashable(resolver, key, "a key of a dict")] = pair[1]
    found.update(named)
    return Aggregate(dict, tuple(found), tuple(found.values()))


def to_sorted(resolver: Resolver, item: Abstract, /, *, key: Abstract = NOTHING, reverse: Abstract = FALSE) -> Any:
    """`sorted(...)` by keys that are known; without such keys it is left to others."""
    from sourcead.frontend.calls import call

    parts = resolver.parts_of(item)
    ordered = parts.items if parts is not None and parts.type is set else finite_items(resolver, item)
    down = resolver.truth(reverse)
    if ordered is None or down is None:
        return NotImplemented
    keys = list(ordered) if key == NOTHING else [call(resolver, key, [i], {}) for i in ordered]
    known = [resolver.static(k) for k in keys]
    if not all(ok for ok, _ in known):
        resolver.refuse("the order of `sorted` depends on values that are not known", "use np.sort or np.argsort")
    try:
        order = sorted(range(len(keys)), key=lambda k: known[k][1], reverse=down)
    except TypeError as error:
        resolver.refuse(f"this cannot be sorted: {error}")
    return aggregate(list, [ordered[k] for k in order])


def to_reversed(resolver: Resolver, item: Abstract, /) -> Any:
    """`reversed(...)`: the items backwards; of a range the range that runs down, of an array or list `x[::-1]`."""
    from sourcead.frontend.arithmetic import binary
    from sourcead.frontend.iteration import static_items

    items = static_items(resolver, item) if not isinstance(item, Iteration) else None
    if items is not None:
        return aggregate(tuple, items[::-1])
    if isinstance(item, Iteration) and item.form == "range":
        start, stop, step = item.parts
        if step == Const(1):
            before = binary(resolver, "-", start, Const(1))
            return Iteration("range", (binary(resolver, "-", stop, Const(1)), before, Const(-1)))
        known = [resolver.static(p) for p in item.parts]
        if all(ok for ok, _ in known):
            turned = range(*(v for _, v in known))[::-1]
            return Iteration("range", (Const(turned.start), Const(turned.stop), Const(turned.step)))
    kind = resolver.kind(item)
    if isinstance(kind, Array | List | Top) and not isinstance(item, Iteration):
        return resolver.emit(structural.GETITEM, (resolver.atom(item),), path=((Span(None, None, -1),),))
    resolver.refuse("`reversed` of this is not differentiated", "loop over an index that runs down")
