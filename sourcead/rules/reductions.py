"""Adjoints of reductions: a cotangent is repeated along the axes that were reduced."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.registry import adjoint
from sourcead.runtime import (
    count,
    cumprod_adjoint,
    cumsum_adjoint,
    extreme_adjoint,
    products_of_others,
    restore,
    unreduce,
)


@adjoint(np.sum)
def _(g, y, x, *, axis=None, keepdims=False):
    return unreduce(g, x, axis, keepdims)


@adjoint(np.mean)
def _(g, y, x, *, axis=None, keepdims=False):
    return unreduce(g, x, axis, keepdims) / count(x, axis)


@adjoint(np.max, np.min)
def _(g, y, x, *, axis=None, keepdims=False):
    return extreme_adjoint(g, y, x, axis, keepdims)


@adjoint(np.prod)
def _(g, y, x, *, axis=None, keepdims=False):
    return restore(g, axis, keepdims) * products_of_others(x, axis)


@adjoint(np.cumprod)
def _(g, y, x, *, axis=None):
    return cumprod_adjoint(g, x, axis)


@adjoint(np.cumsum)
def _(g, y, x, *, axis=None):
    return cumsum_adjoint(g, x, axis)
