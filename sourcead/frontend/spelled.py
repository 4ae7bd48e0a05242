"""Library functions spelled out as the Python that they stand for, and resolved like the text of the user."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.resolver import Resolver


def spell_out(resolver: Resolver, function: Callable[..., Any], *args: Abstract) -> Abstract:
    """Resolve the text of a function where the call stands."""
    from sourcead.frontend.inlining import inline

    outer, resolver.override = resolver.override, resolver.place
    try:
        return inline(resolver, function, list(args), {})
    finally:
        resolver.override = outer


def _reduce(function: Any, items: Any, result: Any) -> Any:
    for item in items:
        result = function(result, item)
    return result


def _reduce_from_first(function: Any, items: Any) -> Any:
    if len(items) == 0:
        raise TypeError("reduce() of empty iterable with no initial value")
    result = items[0]
    for item in items[1:]:
        result = function(result, item)
    return result


def reduce(resolver: Resolver, function: Abstract, items: Abstract, initial: Abstract | None = None, /) -> Any:
    """`functools.reduce(function, items, initial)`."""
    from sourcead.frontend.expansion import finite_items
    from sourcead.frontend.inlining import inline
    from sourcead.frontend.iterables import aggregate
    from sourcead.frontend.protocol import iterated

    items = iterated(resolver, items)
    if initial is not None:
        return inline(resolver, _reduce, [function, items, initial], {})
    known = finite_items(resolver, items)
    return inline(resolver, _reduce_from_first, [function, items if known is None else aggregate(tuple, known)], {})


FUNCTIONS: dict[Any, Callable[..., Any]] = {functools.reduce: reduce}
