"""Helpers that the transform writes out in place of a call, where the kinds of the arguments say what they come to.

unbroadcast(g, x)  ->  g, g.sum(axis=0), ...      cast(g, x)  ->  g, g.astype(np.float32), ...
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead import runtime
from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.data import child
from sourcead.frontend.intrinsics import INTRINSICS
from sourcead.frontend.iterables import aggregate
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Const, Value
from sourcead.kinds import Array, List, Scalar, Tree, dims_of, is_float_dtype
from sourcead.primitives.lists import new_list
from sourcead.primitives.registry import primitive_of
from sourcead.transform.broadcasting import unbroadcast
from sourcead.transform.cotangents import Cotangents


def _unbroadcast(resolver: Resolver, g: Abstract, x: Abstract) -> Abstract:
    return unbroadcast(resolver, resolver.atom(g), resolver.atom(x))


def _cast(resolver: Resolver, g: Abstract, x: Abstract) -> Any:
    known = all(isinstance(resolver.kind(a), Array | Scalar) for a in (g, x))
    if not known or not isinstance(x, Value):
        return NotImplemented
    return Cotangents(resolver).conform(resolver.atom(g), x)


def _unstack_like(resolver: Resolver, g: Abstract, x: Abstract) -> Any:
    """The rows of g are the items' cotangents: a container of known structure, or a list, takes them apart itself."""
    kind = resolver.kind(x)
    rows = isinstance(kind, List) and isinstance(kind.item, Array | Scalar) and isinstance(resolver.kind(g), Array)
    return g if rows or isinstance(kind, Array | Scalar | Tree) else NotImplemented


def _spread(resolver: Resolver, g: Abstract, xs: Abstract) -> Any:
    """The items of a container of known structure each get g, in their own shape."""
    kind = resolver.kind(xs)
    if not isinstance(kind, Tree) or kind.type not in (tuple, list):
        return NotImplemented
    items = tuple(_unbroadcast(resolver, g, child(resolver, xs, kind, k)) for k in range(len(kind.items)))
    return Aggregate(kind.type, kind.keys, items)


def _split_like(resolver: Resolver, g: Abstract, arrays: Abstract, axis: Abstract) -> Any:
    """The parts of equal arrays that were stacked are the rows of what was made, its axis moved to the front."""
    kind, whole = resolver.kind(arrays), resolver.kind(g)
    known, where = resolver.static(axis)
    if not known or not isinstance(kind, List) or not isinstance(whole, Array):
        return NotImplemented
    part = dims_of(kind.item)
    if part is None or len(part) != len(whole.dims) - 1:
        return NotImplemented
    front = resolver.atom(g)
    if where == 1 and len(whole.dims) == 2:
        front = resolver.emit(primitive_of(np.transpose), (front,), form="attribute T")
    elif where:
        front = resolver.emit(primitive_of(np.moveaxis), (front,), source=where, destination=0)
    return resolver.emit(new_list, (front,))


def _inexact(resolver: Resolver, x: Abstract) -> Any:
    """A float, and an array of floats, as they are."""
    kind = resolver.kind(x)
    floats = isinstance(kind, Array | Scalar) and kind.dtype is not None and is_float_dtype(kind.dtype)
    return x if floats else NotImplemented


def _literal(value: Any) -> Abstract:
    """A text, number or None, or a tuple of such, as what rules compute with."""
    return aggregate(tuple, [_literal(item) for item in value]) if isinstance(value, tuple) else Const(value)


def _settled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A helper that is called while the text is generated, where all of its arguments are known."""

    def call(resolver: Resolver, *args: Abstract) -> Any:
        found = [resolver.static(a) for a in args]
        return _literal(function(*(v for _, v in found))) if all(ok for ok, _ in found) else NotImplemented

    return call


INTRINSICS.update({function: _settled(function) for function in runtime.SETTLED})
INTRINSICS.update(
    {
        runtime.spread: _spread,
        runtime.unbroadcast: _unbroadcast,
        runtime.cast: _cast,
        runtime.inexact: _inexact,
        runtime.unstack_like: _unstack_like,
        runtime.split_like: _split_like,
    }
)
