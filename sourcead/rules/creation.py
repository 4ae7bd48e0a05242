"""Adjoints of the primitives that make arrays out of values, copy them, or change their dtype."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.primitives.creation import astype
from sourcead.rules.registry import adjoint
from sourcead.runtime import cast, unbroadcast, unstack_like


@adjoint(np.array, containers=True)
def _(g, y, x, *, dtype=None, order="K", ndmin=0):
    if ndmin:
        g = np.reshape(g, np.shape(x))
    if dtype is None:
        return unstack_like(g, x)
    return cast(unstack_like(g, x), x)


@adjoint(np.ascontiguousarray, np.asfortranarray, containers=True)
def _(g, y, x, *, dtype=None):
    whole = unstack_like(np.reshape(g, np.shape(x)), x)
    return whole if dtype is None else cast(whole, x)


@adjoint(np.asarray, containers=True)
def _(g, y, x, *, dtype=None, order=None):
    if dtype is None:
        return unstack_like(g, x)
    return cast(unstack_like(g, x), x)


@adjoint(np.copy, containers=True)
def _(g, y, x, *, order="K"):
    return unstack_like(g, x)


@adjoint(astype)
def _(g, y, x, *, dtype, order="K", casting="unsafe"):
    return cast(g, x)


@adjoint(np.float64, np.float32)
def _(g, y, x):
    return cast(g, x)


@adjoint(np.full)
def _(g, y, shape, value, *, dtype=None, order="C"):
    return None, unbroadcast(g, value)


@adjoint(np.full_like)
def _(g, y, a, value, *, dtype=None, order="K"):
    return None, unbroadcast(g, value)
