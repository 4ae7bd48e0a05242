"""What Python asks an object for by special methods: its length, its truth, its items, its absolute value.

An object whose class defines the method in Python answers with that text; one that cannot be asked is never taken for
a container of its attributes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sourcead.frontend.abstract import Abstract, Method
from sourcead.frontend.resolver import Resolver, own_class
from sourcead.ir import Const

UNARY = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}


def ask(resolver: Resolver, item: Abstract, method: str, *args: Abstract) -> Abstract | None:
    """What a special method of an object gives; None where its class has none that is written in Python."""
    from sourcead.frontend.calls import call
    from sourcead.frontend.objects import method_of

    own = method_of(resolver, item, method)
    return None if own is None else call(resolver, own, list(args), {})


def asks(method: str) -> Callable[..., Any]:
    """A builtin that asks its argument by a special method."""

    def resolve(resolver: Resolver, item: Abstract, *args: Abstract) -> Any:
        answer = ask(resolver, item, method, *args)
        return NotImplemented if answer is None else answer

    return resolve


def condition(resolver: Resolver, item: Abstract) -> Abstract:
    """What decides a branch on an object: what `__bool__` says, or whether `__len__` is not 0."""
    from sourcead.frontend.arithmetic import binary

    answer = ask(resolver, item, "__bool__")
    if answer is not None:
        return answer
    length = ask(resolver, item, "__len__")
    return item if length is None else binary(resolver, "!=", length, Const(0))


def iterated(resolver: Resolver, item: Abstract) -> Abstract:
    """What going through the items of an object goes through."""
    if isinstance(item, Method) and item.name == "flat":
        from sourcead.frontend.flat import flat_items

        return flat_items(resolver, item)
    cls = own_class(resolver, item)
    if cls is None:
        return item
    answer = ask(resolver, item, "__iter__")
    if answer is not None:
        return iterated(resolver, answer)
    if not issubclass(cls, tuple | list | dict):
        resolver.refuse(f"what going through a {cls.__name__} gives is not known", "go through a list or tuple of it")
    return item


def iterator(resolver: Resolver, item: Abstract) -> Any:
    """`iter(x)` as the result of `__iter__`, which is gone through once."""
    if resolver.frames and resolver.frames[-1].name == "__iter__":
        return iterated(resolver, item)
    return NotImplemented


def boolean(resolver: Resolver, item: Abstract = Const(False)) -> Any:  # noqa: B008 -- a constant
    """`bool(x)`."""
    answer = condition(resolver, item)
    if answer is item:
        return NotImplemented
    truth = resolver.truth(answer)
    return answer if truth is None else Const(truth)


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    abs: asks("__abs__"),
    int: asks("__int__"),
    round: asks("__round__"),
    bool: boolean,
    iter: iterator,
}
