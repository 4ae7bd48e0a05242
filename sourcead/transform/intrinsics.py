"""Helpers that the transform writes out in place of a call, where the kinds of the arguments say what they come to.

unbroadcast(g, x)  ->  g, g.sum(axis=0), ...      cast(g, x)  ->  g, g.astype(np.float32), ...
"""

from __future__ import annotations

from typing import Any

from sourcead import runtime
from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.data import child
from sourcead.frontend.intrinsics import INTRINSICS
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Value
from sourcead.kinds import Array, Scalar, Tree
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
    """The rows of g are the items' cotangents: a container of known structure takes them apart itself."""
    return g if isinstance(resolver.kind(x), Array | Scalar | Tree) else NotImplemented


def _spread(resolver: Resolver, g: Abstract, xs: Abstract) -> Any:
    """The items of a container of known structure each get g, in their own shape."""
    kind = resolver.kind(xs)
    if not isinstance(kind, Tree) or kind.type not in (tuple, list):
        return NotImplemented
    items = tuple(_unbroadcast(resolver, g, child(resolver, xs, kind, k)) for k in range(len(kind.items)))
    return Aggregate(kind.type, kind.keys, items)


INTRINSICS.update(
    {
        runtime.spread: _spread,
        runtime.unbroadcast: _unbroadcast,
        runtime.cast: _cast,
        runtime.unstack_like: _unstack_like,
    }
)
