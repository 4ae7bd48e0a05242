"""Adjoints of sorting: by position, so that each entry's cotangent goes back to where it came from."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.registry import adjoint, tangent
from sourcead.runtime import ordered, partition_adjoint, partition_tangent, reordered_adjoint, unique_adjoint


@adjoint(np.sort)
def _(g, y, x, *, axis=-1, kind=None, stable=None):
    return reordered_adjoint(g, x, np.argsort(x, axis, kind="stable"), axis)


@tangent(np.sort)
def _(t, y, x, *, axis=-1, kind=None, stable=None):
    return ordered(t, np.argsort(x, axis, kind="stable"), axis)


@adjoint(np.partition)
def _(g, y, x, kth, *, axis=-1, kind="introselect"):
    return partition_adjoint(g, y, x, axis), None


@tangent(np.partition)
def _(t, y, x, kth, *, axis=-1, kind="introselect"):
    return partition_tangent(t[0], y, x, axis)


@adjoint(np.unique)
def _(g, y, x, *, equal_nan=True, sorted=True):
    return unique_adjoint(g, y, x)
