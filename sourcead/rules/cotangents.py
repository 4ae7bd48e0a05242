"""Rules of the helpers that the reverse sweep itself emits, so that a derivative can be differentiated again.

They are linear in the cotangent that they are given first (the front end knows that, so that each is its own tangent),
and most read no more of the other arguments than shape and dtype.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

from sourcead.kinds import TOP, Array, Kind, Scalar, is_float_dtype
from sourcead.rules.conjugation import with_conjugates
from sourcead.rules.registry import adjoint, helper_kind
from sourcead.runtime import (
    cast,
    dividend_cotangent,
    match,
    quotient,
    real_like,
    spread_over_items,
    stored,
    stored_adjoint,
    stretched,
    total_of_items,
    unbroadcast,
)

with_conjugates(cast, match, real_like, stored, stored_adjoint, stretched, unbroadcast)


@adjoint(unbroadcast)
def _(g, y, a, x):
    return unbroadcast(g, a), None


@adjoint(stretched)
def _(g, y, a, x):
    return unbroadcast(g, a), None


@adjoint(cast)
def _(g, y, a, x):
    return cast(g, a), None


@adjoint(real_like)
def _(g, y, a, x):
    return real_like(g, a), None


@adjoint(stored_adjoint)
def _(g, y, a, index, v):
    return stored(g, index, a), None, None


@adjoint(stored)
def _(g, y, v, index, x):
    return cast(stored_adjoint(g, index, v), v), None, None


@adjoint(spread_over_items, containers=True)
def _(g, y, a, xs):
    return total_of_items(g, a), None


@adjoint(total_of_items, containers=True)
def _(g, y, items, x):
    return spread_over_items(g, items), None


@adjoint(dividend_cotangent)
def _(g, y, c, a, b):
    return dividend_cotangent(g, a, b), None, quotient(-g * y, b)


def _like_last(*kinds: Kind) -> Kind:
    """The kind of a cotangent of the last argument."""
    kind = kinds[-1]
    if isinstance(kind, Scalar):
        return Scalar("real64") if kind.dtype in ("pyint", "pyfloat", "real64") else kind
    return kind if isinstance(kind, Array) and kind.dims and is_float_dtype(kind.dtype) else TOP


for _helper in (unbroadcast, total_of_items, stored):
    helper_kind(_helper, _like_last)
