"""Helpers that the transform writes out in place of a call, where the kinds of the arguments say what they come to.

unbroadcast(g, x)  ->  g, g.sum(axis=0), ...      cast(g, x)  ->  g, g.astype(np.float32), ...
"""

from __future__ import annotations

from typing import Any

from sourcead import runtime
from sourcead.frontend.abstract import Abstract
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


INTRINSICS.update({runtime.unbroadcast: _unbroadcast, runtime.cast: _cast, runtime.unstack_like: _unstack_like})
