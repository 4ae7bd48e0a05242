"""The methods of dicts, whose keys are known: what they give, and what they leave in the dict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sourcead.frontend.abstract import Abstract, Aggregate, Iteration
from sourcead.frontend.data import child
from sourcead.frontend.iterables import aggregate, to_dict
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Const
from sourcead.kinds import Tree

NOTHING = Const(None)
_MISSING = Const(...)


def _kind(resolver: Resolver, d: Abstract) -> Tree:
    kind = resolver.kind(d)
    assert isinstance(kind, Tree)
    return kind


def _get(resolver: Resolver, d: Abstract, key: Abstract, default: Abstract = NOTHING) -> Abstract:
    wanted, kind = resolver.need_static(key, "the key of `get`"), _kind(resolver, d)
    return child(resolver, d, kind, wanted) if wanted in kind.keys else default


def _view(form: str) -> Callable[..., Abstract]:
    """`d.keys()`, `d.values()` or `d.items()`: what the dict holds whenever it is looked at."""
    return lambda resolver, d: Iteration(form, (d,))


def seen(resolver: Resolver, view: Iteration) -> Aggregate:
    """What a view of a dict shows now."""
    (d,) = view.parts
    kind = _kind(resolver, d)
    if view.form == "keys":
        return aggregate(tuple, [Const(k) for k in kind.keys])
    values = [child(resolver, d, kind, k) for k in kind.keys]
    if view.form == "values":
        return aggregate(tuple, values)
    return aggregate(tuple, [aggregate(tuple, [Const(k), v]) for k, v in zip(kind.keys, values, strict=True)])


def _copy(resolver: Resolver, d: Abstract) -> Abstract:
    return _dict(_held(resolver, d))


def _pop(resolver: Resolver, d: Abstract, key: Abstract, default: Abstract = _MISSING) -> Abstract:
    wanted, held = resolver.need_static(key, "the key of `pop`"), _held(resolver, d)
    if wanted not in held:
        if default is _MISSING:
            resolver.refuse(f"this `pop` finds no key {wanted!r}", "give it a default, or ask `in` first")
        return default
    item = held.pop(wanted)
    _change(resolver, d, held, "pop", (key,))
    return item


def _popitem(resolver: Resolver, d: Abstract) -> Abstract:
    held = _held(resolver, d)
    if not held:
        resolver.refuse("this `popitem` finds no item", "look at the length of the dict first")
    key, item = held.popitem()
    _change(resolver, d, held, "popitem", ())
    return aggregate(tuple, [Const(key), item])


def _setdefault(resolver: Resolver, d: Abstract, key: Abstract, default: Abstract = NOTHING) -> Abstract:
    from sourcead.frontend.stores import check_no_cycle, region_of

    wanted, held = resolver.need_static(key, "the key of `setdefault`"), _held(resolver, d)
    if wanted not in held:
        check_no_cycle(resolver, region_of(resolver, d), default)
        _change(resolver, d, held | {wanted: default}, "setdefault", (key, default))
        return default
    return held[wanted]


def _update(resolver: Resolver, d: Abstract, other: Abstract | None = None, /, **named: Abstract) -> Abstract:
    from sourcead.frontend.stores import check_no_cycle, region_of

    more = to_dict(resolver, other, **named)
    if more is NotImplemented:
        resolver.refuse("which items `update` stores is not known here", "store the items one by one")
    for item in more.items:
        check_no_cycle(resolver, region_of(resolver, d), item)
    _change(resolver, d, _held(resolver, d) | dict(zip(more.keys, more.items, strict=True)), "update", (more,))
    return NOTHING


def _clear(resolver: Resolver, d: Abstract) -> Abstract:
    _change(resolver, d, {}, "clear", ())
    return NOTHING


def _held(resolver: Resolver, d: Abstract) -> dict[Any, Abstract]:
    """The items of a dict by key, as they are now."""
    from sourcead.frontend.stores import contents

    held = contents(resolver, d)
    assert isinstance(held, Aggregate)
    return dict(zip(held.keys, held.items, strict=True))


def _dict(items: dict[Any, Abstract]) -> Aggregate:
    return Aggregate(dict, tuple(items), tuple(items.values()))


def _change(
    resolver: Resolver, d: Abstract, items: dict[Any, Abstract], method: str, args: tuple[Abstract, ...]
) -> None:
    from sourcead.frontend.stores import change, physical_call

    physical_call(resolver, d, method, args)
    change(resolver, d, _dict(items))


def union(resolver: Resolver, left: Abstract, right: Abstract) -> Abstract | None:
    """`left | right` of dicts."""
    kinds = resolver.kind(left), resolver.kind(right)
    if not all(isinstance(k, Tree) and k.type is dict for k in kinds):
        return None
    return _dict(_held(resolver, left) | _held(resolver, right))


def from_keys(resolver: Resolver, keys: Abstract, value: Abstract = NOTHING) -> Any:
    """`dict.fromkeys(keys, value)`."""
    from sourcead.frontend.expansion import finite_items, hashable

    items = finite_items(resolver, keys)
    if items is None:
        return NotImplemented
    known = [hashable(resolver, resolver.need_static(i, "a key of a dict"), "a key of a dict") for i in items]
    return _dict(dict.fromkeys(known, value))


METHODS: dict[str, Callable[..., Any]] = {
    "get": _get,
    "keys": _view("keys"),
    "values": _view("values"),
    "items": _view("items"),
    "copy": _copy,
    "pop": _pop,
    "popitem": _popitem,
    "setdefault": _setdefault,
    "update": _update,
    "clear": _clear,
}
FUNCTIONS: dict[Any, Callable[..., Any]] = {dict.fromkeys: from_keys}
