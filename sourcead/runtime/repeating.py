"""Cotangents of arrays whose entries were repeated: those of the copies are summed."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.indexing import take_adjoint
from sourcead.runtime.joined import cut


def repeated_adjoint(g, x, repeats, axis):
    """The cotangent of x from that of `np.repeat(x, repeats, axis)`."""
    if np.ndim(repeats) > 0:
        n = np.size(x) if axis is None else np.shape(x)[axis]
        return take_adjoint(g, x, np.repeat(np.arange(n), repeats), axis)
    if axis is None or np.ndim(x) == 0:
        return np.reshape(np.sum(np.reshape(g, (np.size(x), repeats)), axis=1), np.shape(x))
    axis = axis % np.ndim(x)
    sizes = ()
    for k, n in enumerate(np.shape(x)):
        sizes += (n, repeats) if k == axis else (n,)
    return np.sum(np.reshape(g, sizes), axis=axis + 1)


def tile_adjoint(g, x, reps):
    """The cotangent of x from that of `np.tile(x, reps)`."""
    if not isinstance(reps, (tuple, list)):
        reps = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    rank = len(reps) if len(reps) > np.ndim(x) else np.ndim(x)
    sizes, axes = (), ()
    for k in range(rank):
        times = reps[k - rank] if rank - k <= len(reps) else 1
        sizes += (times, np.shape(x)[k - rank] if rank - k <= np.ndim(x) else 1)
        axes += (2 * k,)
    return np.reshape(np.sum(np.reshape(g, sizes), axis=axes), np.shape(x))


def pad_adjoint(g, x, pad_width):
    """The cotangent of x from that of x with a border: what lies inside."""
    for k in range(np.ndim(x)):
        before = padding_before(pad_width, k)
        g = cut(g, before, before + np.shape(x)[k], k)
    return g


def padding_before(pad_width, axis):
    """How many entries `np.pad` adds before those along an axis."""
    if not isinstance(pad_width, (tuple, list)):
        return pad_width if np.ndim(pad_width) == 0 else np.broadcast_to(pad_width, (axis + 1, 2))[axis, 0]
    if isinstance(pad_width[0], (tuple, list)):
        return pad_width[axis if len(pad_width) > 1 else 0][0]
    return pad_width[0]


def meshgrid_adjoint(g, x, axis, rank, sparse):
    """The cotangent of x from that of its grid, which lies along one of so many axes."""
    others = ()
    for k in range(rank):
        if k != axis:
            others += (k,)
    return np.reshape(g if sparse or rank == 1 else np.sum(g, axis=others), np.shape(x))
