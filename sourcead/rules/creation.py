"""Adjoints of the primitives that make arrays out of values, copy them, or change their dtype."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.primitives.creation import astype, item
from sourcead.rules.facts import given
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


@adjoint(np.linspace)
def _(g, y, start, stop, num=50, *, endpoint=True, dtype=None, axis=0):
    steps = np.maximum(num - 1 if endpoint else num, 1)
    part = np.arange(num) / steps
    return np.sum(g * (1 - part)), np.sum(g * part), None


@adjoint(np.arange)
def _(g, y, start, stop=None, step=None, *, dtype=None):
    if not given(stop):
        return None
    if not given(step):
        return np.sum(g), None
    return np.sum(g), None, np.sum(g * np.arange(len(y)))
