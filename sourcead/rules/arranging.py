"""Adjoints of the primitives that turn, mirror and shift entries: the cotangent is turned back."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment

import numpy as np

from sourcead.rules.facts import static
from sourcead.rules.registry import adjoint
from sourcead.runtime import negative_of, rolled_back


@adjoint(np.matrix_transpose)
def _(g, y, x):
    return np.swapaxes(g, -1, -2)


@adjoint(np.rollaxis)
def _(g, y, a, *, axis, start=0):
    return rolled_back(g, a, axis, start)


@adjoint(np.roll, containers=True)
def _(g, y, a, shift, *, axis=None):
    return np.roll(g, negative_of(shift), axis), None


@adjoint(np.rot90)
def _(g, y, m, *, k=1, axes=None):
    return np.rot90(g, -k) if axes is None else np.rot90(g, -k, axes)


@adjoint(np.flip)
def _(g, y, m, *, axis=None):
    return np.flip(g, axis)


@adjoint(np.flipud)
def _(g, y, m):
    return np.flipud(g)


@adjoint(np.fliplr)
def _(g, y, m):
    return np.fliplr(g)


@adjoint(np.atleast_1d, np.atleast_2d, np.atleast_3d)
def _(g, y, *arrays):
    if len(arrays) == 1:
        return np.reshape(g, np.shape(arrays[0]))
    pieces = ()
    for k, a in enumerate(arrays):
        pieces += (None if static(g[k]) else np.reshape(g[k], np.shape(a)),)
    return pieces
