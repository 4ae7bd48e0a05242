"""Adjoints of the primitives that make arrays out of values, copy them, or change their dtype."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.primitives.creation import astype, item
from sourcead.rules.registry import adjoint
from sourcead.runtime import cast, unbroadcast, unreduce, unstack_like


@adjoint(np.array, np.asarray, containers=True)
def _(g, y, x, *, dtype=None):
    if dtype is None:
        return unstack_like(g, x)
    return cast(unstack_like(g, x), x)


@adjoint(np.copy, containers=True)
def _(g, y, x):
    return unstack_like(g, x)


@adjoint(astype)
def _(g, y, x, *, dtype):
    return cast(g, x)


@adjoint(np.float64, np.float32)
def _(g, y, x):
    return cast(g, x)


@adjoint(item)
def _(g, y, x):
    return unreduce(g, x, None, False)


@adjoint(np.full)
def _(g, y, shape, value, *, dtype=None):
    return None, unbroadcast(g, value)


@adjoint(np.full_like)
def _(g, y, a, value, *, dtype=None):
    return None, unbroadcast(g, value)
