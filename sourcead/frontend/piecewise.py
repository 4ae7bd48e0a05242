"""`np.piecewise` of functions that are known: spelled out as the stores that it stands for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.resolver import Resolver
from sourcead.kinds import Array, Scalar


def _stored(y: Any, x: Any, condition: Any, function: Any, *args: Any) -> None:
    values = x[condition]
    if values.size > 0:
        y[condition] = function(values, *args)


def _filled(y: Any, condition: Any, value: Any) -> None:
    y[condition] = value


def _zeros(x: Any) -> Any:
    return np.zeros_like(x)


def _otherwise(conditions: Any) -> Any:
    return ~np.any(conditions, axis=0, keepdims=False)


def piecewise(resolver: Resolver, x: Abstract, condlist: Abstract, funclist: Abstract, *args: Abstract) -> Any:
    """`np.piecewise(x, conditions, functions)`: for each condition a store of what the function gives there."""
    outer, resolver.override = resolver.override, resolver.place
    try:
        return _spelled_out(resolver, x, condlist, funclist, args)
    finally:
        resolver.override = outer


def _spelled_out(
    resolver: Resolver, x: Abstract, condlist: Abstract, funclist: Abstract, args: tuple[Abstract, ...]
) -> Abstract:
    from sourcead.frontend.inlining import inline

    conditions, functions = resolver.parts_of(condlist), resolver.parts_of(funclist)
    remedy = "write `np.where`, or stores: `y[condition] = f(x[condition])`"
    if conditions is None or functions is None or not isinstance(resolver.kind(x), Array):
        resolver.refuse("which pieces `np.piecewise` has is not known when the gradient is generated", remedy)
    assert conditions is not None and functions is not None
    places, given = list(conditions.items), list(functions.items)
    if not len(places) <= len(given) <= len(places) + 1 or any(
        not isinstance(resolver.kind(c), Array) for c in places
    ):
        resolver.refuse("`np.piecewise` takes a list of masks, and a function for each, here", remedy)
    if len(given) > len(places):
        places.append(inline(resolver, _otherwise, [Aggregate(list, tuple(range(len(places))), tuple(places))], {}))
    y = inline(resolver, _zeros, [x], {})
    for condition, function in zip(places, given, strict=True):
        if isinstance(resolver.kind(function), Scalar):
            inline(resolver, _filled, [y, condition, function], {})
        else:
            inline(resolver, _stored, [y, x, condition, function, *args], {})
    return y


FUNCTIONS: dict[Any, Callable[..., Any]] = {np.piecewise: piecewise}
