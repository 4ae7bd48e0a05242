"""Adjoints of helpers of the run time that stay calls: what the rules call is differentiated again. Those of the
helpers that the sweep itself emits are in `cotangents`."""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from sourcead.rules.registry import adjoint
from sourcead.runtime import (
    bessel_ratio,
    digamma,
    extreme_adjoint,
    filled,
    gathered_at_records,
    match,
    mean_of_some_adjoint,
    nested_adjoint,
    quotient,
    range_adjoint,
    taken_at_records,
    tile_adjoint,
    trigamma,
    unbroadcast,
    unreduce,
)


@adjoint(quotient)
def _(g, y, a, b):
    return unbroadcast(quotient(g, b), a), unbroadcast(quotient(-g * y, b), b)


@adjoint(bessel_ratio)
def _(g, y, x):
    return g * (1 - y * y - np.where(x == 0, 0.5, y / np.where(x == 0, 1, x)))


@adjoint(digamma)
def _(g, y, x):
    return g * trigamma(x)


@adjoint(gathered_at_records)
def _(g, y, t, x):
    return taken_at_records(g, x), None


@adjoint(taken_at_records)
def _(g, y, t, x):
    return gathered_at_records(g, x), None


@adjoint(unreduce)
def _(g, y, a, x, axis, keepdims):
    return g if np.ndim(x) == 0 else np.sum(g, axis=axis, keepdims=keepdims), None, None, None


@adjoint(tile_adjoint)
def _(g, y, a, x, reps):
    return np.tile(g, reps), None, None


@adjoint(nested_adjoint, containers=True)
def _(g, y, a, arrays, depth):
    return np.block(g), None, None


@adjoint(filled, containers=True)
def _(g, y, a, pieces):
    return g, None


@adjoint(match)
def _(g, y, a, x):
    return unbroadcast(g, a), None  # of numbers and arrays: those of a container are matched one by one


@adjoint(extreme_adjoint)
def _(g, y, a, extreme, x, axis, keepdims):
    if np.ndim(x) == 0:
        return g, None, None, None, None
    shares = extreme_adjoint(np.ones_like(extreme), extreme, x, axis, keepdims)
    return np.sum(g * shares, axis=axis, keepdims=keepdims), None, None, None, None


@adjoint(range_adjoint)
def _(g, y, a, x, axis, keepdims):
    if np.ndim(x) == 0:
        return 0 * g, None, None, None
    shares = range_adjoint(np.ones_like(a), x, axis, keepdims)
    return np.sum(g * shares, axis=axis, keepdims=keepdims), None, None, None


@adjoint(mean_of_some_adjoint)
def _(g, y, a, mean, x, where, axis, keepdims):
    taken = np.broadcast_to(where, np.shape(x))
    total = np.sum(np.where(taken, g, 0), axis=axis, keepdims=keepdims)
    return total / np.sum(taken, axis=axis, keepdims=keepdims), None, None, None, None, None
