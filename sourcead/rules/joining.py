"""Adjoints of the primitives that join arrays: the cotangent is cut where they were joined."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.registry import adjoint
from sourcead.runtime import hsplit_like, split_like


@adjoint(np.concatenate, containers=True)
def _(g, y, arrays, *, axis=0):
    if axis is None:
        return split_like(g, arrays, 0)
    return split_like(g, arrays, axis)


@adjoint(np.stack, containers=True)
def _(g, y, arrays, *, axis=0):
    return split_like(g, arrays, axis)


@adjoint(np.vstack, containers=True)
def _(g, y, arrays):
    return split_like(g, arrays, 0)


@adjoint(np.hstack, containers=True)
def _(g, y, arrays):
    return hsplit_like(g, arrays)


@adjoint(np.column_stack, containers=True)
def _(g, y, arrays):
    return split_like(g, arrays, 1)
