"""Adjoints of the methods of ufuncs that are no reductions of another name."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.registry import adjoint
from sourcead.runtime import (
    extremes_of_parts_adjoint,
    logsumexp_adjoint,
    norm_adjoint,
    products_of_parts_adjoint,
    running_extreme_adjoint,
    sums_of_parts_adjoint,
)


@adjoint(np.logaddexp.reduce)
def _(g, y, x, *, axis=0, keepdims=False):
    return logsumexp_adjoint(g, y, x, axis, keepdims)


@adjoint(np.hypot.reduce)
def _(g, y, x, *, axis=0, keepdims=False):
    return norm_adjoint(g, y, x, axis, keepdims)


@adjoint(np.maximum.accumulate, np.minimum.accumulate)
def _(g, y, x, *, axis=0):
    return running_extreme_adjoint(g, y, axis)


@adjoint(np.add.reduceat)
def _(g, y, x, indices, *, axis=0):
    return sums_of_parts_adjoint(g, x, indices, axis), None


@adjoint(np.multiply.reduceat)
def _(g, y, x, indices, *, axis=0):
    return products_of_parts_adjoint(g, x, indices, axis), None


@adjoint(np.maximum.reduceat, np.minimum.reduceat)
def _(g, y, x, indices, *, axis=0):
    return extremes_of_parts_adjoint(g, y, x, indices, axis), None
