"""Adjoints of helpers of the run time that stay calls: what the rules call is differentiated again."""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from sourcead.rules.registry import adjoint
from sourcead.runtime import (
    bessel_ratio,
    cast,
    digamma,
    gathered_at_records,
    match,
    quotient,
    stretched,
    taken_at_records,
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


@adjoint(cast)
def _(g, y, a, x):
    return cast(g, a), None


@adjoint(unbroadcast)
def _(g, y, a, x):
    return stretched(g, a), None


@adjoint(stretched)
def _(g, y, t, x):
    return unbroadcast(g, t), None


@adjoint(unreduce)
def _(g, y, a, x, axis, keepdims):
    return g if np.ndim(x) == 0 else np.sum(g, axis=axis, keepdims=keepdims), None, None, None


@adjoint(match)
def _(g, y, a, x):
    return unbroadcast(g, a), None  # of numbers and arrays: those of a container are matched one by one
