"""Resolving displays and the arguments of calls: `*` and `**` are replaced by the items of what they stand before."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

from sourcead.frontend.abstract import Abstract, Aggregate, Iteration, Method, Static
from sourcead.frontend.iteration import static_items
from sourcead.frontend.protocol import iterated
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Const, Hole, is_hashable
from sourcead.kinds import Tree

_REMEDY = "pass a tuple, whose number of items is known, or write the items one by one"


def sequence(resolver: Resolver, items: Sequence[Abstract], stars: Sequence[int]) -> list[Abstract]:
    """Items in order, those at the positions `stars` replaced by what they contain."""
    found: list[Abstract] = []
    for position, item in enumerate(items):
        found += _items(resolver, item) if position in stars else [item]
    return found


def _items(resolver: Resolver, item: Abstract) -> list[Abstract]:
    items = finite_items(resolver, item)
    if items is None:
        resolver.refuse("how many items `*` stands for is not known here", _REMEDY)
    return items


def finite_items(resolver: Resolver, item: Abstract) -> list[Abstract] | None:
    """The items of something whose number of items is known, texts and ranges included."""
    item = iterated(resolver, item)
    items = static_items(resolver, item)
    if items is not None:
        return items
    if isinstance(item, Iteration) and item.form == "range":
        ends = [resolver.static(p) for p in item.parts]
        if all(known and type(value) is int for known, value in ends) and ends[2][1]:
            return [Const(k) for k in range(*(value for _, value in ends))]
    return None


def mapping(resolver: Resolver, item: Abstract) -> dict[Any, Abstract]:
    """What `**` stands for: the items of a dict by key."""
    from sourcead.frontend.data import child

    kind = resolver.kind(item)
    if not isinstance(kind, Tree) or kind.type is not dict:
        resolver.refuse("which items `**` stands for is not known here", "pass a dict whose keys are known")
    return {key: child(resolver, item, kind, key) for key in kind.keys}


def keywords(resolver: Resolver, names: Sequence[str | None], values: Sequence[Abstract]) -> dict[str, Abstract]:
    """The keyword arguments of a call; those without a name are dicts of them."""
    found: dict[str, Abstract] = {}
    for name, value in zip(names, values, strict=True):
        given = {name: value} if name is not None else mapping(resolver, value)
        for key, item in given.items():
            if not isinstance(key, str):
                resolver.refuse("the keys of what `**` stands for are names of parameters", "use strings as keys")
            if key in found:
                resolver.refuse(f"`{key}` is passed twice in this call", "pass it once")
            found[key] = item
    return found


def dictionary(resolver: Resolver, keys: Sequence[Any], given: Sequence[Abstract]) -> Aggregate:
    """A dict display: a key is a literal, a `Hole` (the next value is the key), or `...` before a dict of items."""
    items: dict[Any, Abstract] = {}
    remaining = iter(given)
    for key in keys:
        if key is Ellipsis:
            items.update(mapping(resolver, next(remaining)))
        elif isinstance(key, Hole):
            found = resolver.need_static(next(remaining), "a key of a dict")
            items[hashable(resolver, found, "a key of a dict")] = next(remaining)
        else:
            items[key] = next(remaining)
    return Aggregate(dict, tuple(items), tuple(items.values()))


def hashable(resolver: Resolver, value: Any, what: str) -> Any:
    """A value that the program itself hashes."""
    if not is_hashable(value):
        resolver.refuse(f"{what} cannot be {type(value).__name__}")
    return value


def gathered(bound: dict[str, Any], kinds: dict[str, str]) -> dict[str, Any]:
    """Bound arguments with those of a `*` parameter as a tuple and those of a `**` parameter as a dict."""
    result = dict(bound)
    for name, kind in kinds.items():
        if kind == "VAR_POSITIONAL":
            rest = tuple(bound.get(name, ()))
            result[name] = Aggregate(tuple, tuple(range(len(rest))), rest)
        elif kind == "VAR_KEYWORD":
            named = bound.get(name, {})
            result[name] = Aggregate(dict, tuple(named), tuple(named.values()))
    return result


_READ_AT_ONCE = (
    all, any, dict, enumerate, filter, frozenset, functools.reduce, list, map, math.fsum, math.prod, max, min, set,
    sorted, sum, tuple, zip,
)  # fmt: skip


def check_reads_at_once(resolver: Resolver, callee: Abstract) -> None:
    """Refuse a generator as an argument of what may keep it, read it twice or ask for its type."""
    if isinstance(callee, Method) or (isinstance(callee, Static) and any(callee.obj is f for f in _READ_AT_ONCE)):
        return
    resolver.refuse(
        "a generator is handed to a function that may read it later, or not at all", "make a list of it: `[...]`"
    )
