"""Adjoints of the primitives that repeat entries: the cotangents of the copies are summed."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment

import numpy as np

from sourcead.rules.facts import static
from sourcead.rules.registry import adjoint, tangent
from sourcead.runtime import (
    gather_adjoint,
    meshgrid_adjoint,
    pad_adjoint,
    positions,
    repeated_adjoint,
    tile_adjoint,
    unbroadcast,
)


@adjoint(np.repeat)
def _(g, y, x, repeats, *, axis=None):
    return repeated_adjoint(g, x, repeats, axis), None


@adjoint(np.tile, containers=True)
def _(g, y, x, reps):
    return tile_adjoint(g, x, reps), None


@adjoint(np.resize)
def _(g, y, x, new_shape):
    return gather_adjoint(g, x, np.resize(np.arange(np.size(x)), new_shape)), None


@adjoint(np.pad, containers=True)
def _(g, y, x, pad_width, *, mode="constant", constant_values=0):
    if mode == "constant":
        return pad_adjoint(g, x, pad_width), None
    return gather_adjoint(g, x, np.pad(positions(x), pad_width, mode)), None


@tangent(np.pad)
def _(t, y, x, pad_width, *, mode="constant", constant_values=0):
    return np.pad(t[0], pad_width, mode)


@adjoint(np.broadcast_arrays)
def _(g, y, *arrays):
    pieces = ()
    for k, a in enumerate(arrays):
        pieces += (None if static(g[k]) else unbroadcast(g[k], a),)
    return pieces


@adjoint(np.meshgrid)
def _(g, y, *arrays, copy=True, sparse=False, indexing="xy"):
    pieces = ()
    for k, a in enumerate(arrays):
        axis = 1 - k if indexing == "xy" and k < 2 and len(arrays) > 1 else k
        pieces += (None if static(g[k]) else meshgrid_adjoint(g[k], a, axis, len(arrays), sparse),)
    return pieces
