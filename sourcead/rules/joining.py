"""Adjoints of the primitives that join arrays: the cotangent is cut where they were joined."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.registry import adjoint
from sourcead.runtime import block_adjoint, cast_like, dsplit_like, hsplit_like, split_like


@adjoint(np.concatenate, containers=True)
def _(g, y, arrays, *, axis=0, dtype=None, casting="same_kind"):
    if dtype is None:
        return split_like(g, arrays, 0 if axis is None else axis)
    return cast_like(split_like(g, arrays, 0 if axis is None else axis), arrays)


@adjoint(np.stack, containers=True)
def _(g, y, arrays, *, axis=0, dtype=None, casting="same_kind"):
    if dtype is None:
        return split_like(g, arrays, axis)
    return cast_like(split_like(g, arrays, axis), arrays)


@adjoint(np.vstack, containers=True)
def _(g, y, arrays, *, dtype=None, casting="same_kind"):
    if dtype is None:
        return split_like(g, arrays, 0)
    return cast_like(split_like(g, arrays, 0), arrays)


@adjoint(np.hstack, containers=True)
def _(g, y, arrays, *, dtype=None, casting="same_kind"):
    if dtype is None:
        return hsplit_like(g, arrays)
    return cast_like(hsplit_like(g, arrays), arrays)


@adjoint(np.column_stack, containers=True)
def _(g, y, arrays):
    return split_like(g, arrays, 1)


@adjoint(np.dstack, containers=True)
def _(g, y, arrays):
    return dsplit_like(g, arrays)


@adjoint(np.append, containers=True)
def _(g, y, array, values, *, axis=None):
    return split_like(g, (array, values), 0 if axis is None else axis)


@adjoint(np.block, containers=True)
def _(g, y, arrays):
    return block_adjoint(g, arrays)
