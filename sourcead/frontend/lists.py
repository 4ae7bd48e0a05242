"""Lists: the methods that change them, and how one of static structure becomes one of unknown length."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.contents import container_atom
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Const, Value
from sourcead.kinds import ANY, Array, List, joined
from sourcead.primitives import lists, structural
from sourcead.primitives.registry import entry_of

NOTHING, LAST = Const(None), Const(-1)


def as_list(resolver: Resolver, held: Aggregate | Value) -> Value:
    """The IR value of a list whose length is not followed any more."""
    if isinstance(held, Value):
        return held
    args = tuple(map(resolver.atom, held.items))
    if not args:
        value = container_atom(resolver, held)
        assert isinstance(value, Value)
        return value
    value = resolver.emit(structural.LIST, args, kind=List(joined([resolver.kind(a) for a in args]), ANY))
    for one in held.items:
        resolver.memory.hold(value, one)
    return value


def numbered(items: tuple[Abstract, ...]) -> Aggregate:
    """A list of static structure."""
    return Aggregate(list, tuple(range(len(items))), items)


def _append(resolver: Resolver, xs: Abstract, item: Abstract) -> Abstract:
    return _grow(resolver, xs, lists.APPEND, (item,), lambda held: (*held, item))


def _insert(resolver: Resolver, xs: Abstract, at: Abstract, item: Abstract) -> Abstract:
    known, place = resolver.static(at)

    def inserted(held: tuple[Abstract, ...]) -> tuple[Abstract, ...] | None:
        if not known or not isinstance(place, int):
            return None
        changed = list(held)
        changed.insert(place, item)
        return tuple(changed)

    return _grow(resolver, xs, lists.INSERT, (at, item), inserted)


def _extend(resolver: Resolver, xs: Abstract, items: Abstract) -> Abstract:
    from sourcead.frontend.entries import call_entry
    from sourcead.frontend.iteration import static_items

    more = static_items(resolver, items)
    if isinstance(resolver.kind(items), Array):
        entry = entry_of(list)
        assert entry is not None
        items = call_entry(resolver, entry, [items], {})
    return _grow(resolver, xs, lists.EXTEND, (items,), lambda held: None if more is None else (*held, *more))


def _reverse(resolver: Resolver, xs: Abstract) -> Abstract:
    return _grow(resolver, xs, lists.REVERSE, (), lambda held: held[::-1])


def _clear(resolver: Resolver, xs: Abstract) -> Abstract:
    return _grow(resolver, xs, lists.CLEAR, (), lambda held: ())


def _grow(
    resolver: Resolver,
    xs: Abstract,
    primitive: Any,
    args: tuple[Abstract, ...],
    static: Callable[[tuple[Abstract, ...]], tuple[Abstract, ...] | None],
) -> Abstract:
    """A method that changes a list and gives None."""
    from sourcead.frontend.stores import change, check_no_cycle, contents, physical_call, region_of

    for item in args:
        check_no_cycle(resolver, region_of(resolver, xs), item)
    held = contents(resolver, xs)
    found = static(held.items) if isinstance(held, Aggregate) else None
    if found is not None:
        physical_call(resolver, xs, primitive.name.rpartition(".")[2], args)
        change(resolver, xs, numbered(found))
        return NOTHING
    whole = as_list(resolver, held)
    for item in args:
        resolver.memory.hold(whole, item)
    atoms = tuple(map(resolver.atom, args))
    change(resolver, xs, resolver.emit(primitive, (whole, *atoms), hint=whole.hint), resized=True)
    return NOTHING


def _pop(resolver: Resolver, xs: Abstract, at: Abstract = LAST) -> Abstract:
    from sourcead.frontend.stores import change, contents, physical_call
    from sourcead.ir import Op

    held = contents(resolver, xs)
    known, place = resolver.static(at)
    given = () if at is LAST else (at,)
    if isinstance(held, Aggregate) and known and isinstance(place, int):
        if not -len(held.items) <= place < len(held.items):
            resolver.refuse("this `pop` finds no item", "look at the length of the list first")
        physical_call(resolver, xs, "pop", given)
        place %= len(held.items)
        change(resolver, xs, numbered((*held.items[:place], *held.items[place + 1 :])))
        return held.items[place]
    whole = as_list(resolver, held)
    atoms = tuple(map(resolver.atom, given))
    kind = resolver.infer(lists.POP, (whole, *atoms), {})
    item, rest = (Value(hint, k) for hint, k in zip(("", whole.hint), kind.items, strict=True))  # type: ignore[union-attr]
    resolver.append(Op(lists.POP, (whole, *atoms), (item, rest), (), (), resolver.place))
    change(resolver, xs, rest, resized=True)
    return item


METHODS: dict[str, Callable[..., Any]] = {
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "pop": _pop,
    "reverse": _reverse,
    "clear": _clear,
}
