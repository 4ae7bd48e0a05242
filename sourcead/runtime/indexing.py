"""Cotangents of arrays from which entries were taken: those of an entry that was taken twice are summed."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np


def positions(x):
    """The number of each entry of x, counted row after row, in the shape of x."""
    if np.ndim(x) == 1:
        return np.arange(len(x))
    return np.reshape(np.arange(np.size(x)), np.shape(x))


def gather_adjoint(g, x, where):
    """The cotangent of x from that of its entries at these positions, counted row after row."""
    if np.ndim(x) == 1:
        return added_at(np.zeros_like(x), where, g)
    return np.reshape(added_at(np.zeros_like(np.ravel(x)), where, g), np.shape(x))


def added_at(a, index, values):
    """The array a with values added as often as the index names an entry."""
    np.add.at(a, index, values)
    return a


def take_adjoint(g, x, indices, axis):
    """The cotangent of x from that of `np.take(x, indices, axis)`."""
    if axis is None:
        return gather_adjoint(g, x, indices)
    if axis == 0:
        return added_at(np.zeros_like(x), indices, g)
    axis = axis % np.ndim(x)
    if np.ndim(indices) == 1:
        return np.moveaxis(added_at(np.zeros_like(np.moveaxis(x, axis, 0)), indices, np.moveaxis(g, axis, 0)), 0, axis)
    taken, first = (), ()
    for k in range(np.ndim(indices)):
        taken += (axis + k,)
        first += (k,)
    dx = added_at(np.zeros_like(np.moveaxis(x, axis, 0)), indices, np.moveaxis(g, taken, first))
    return np.moveaxis(dx, 0, axis)


def kept_adjoint(g, x, where, axis):
    """The cotangent of x from that of its entries at these places along an axis, none twice."""
    if axis is None and np.ndim(x) != 1:
        return np.reshape(stored_at(np.zeros_like(np.ravel(x)), where, g), np.shape(x))
    if axis is None or axis == 0:
        return stored_at(np.zeros_like(x), where, g)
    return np.moveaxis(stored_at(np.zeros_like(np.moveaxis(x, axis, 0)), where, np.moveaxis(g, axis, 0)), 0, axis)


def stored_at(a, index, values):
    """The array a with values stored where the index says."""
    a[index] = values
    return a


def index_of_mode(indices, size, mode):
    """The indices that `np.take` means in a mode, of so many entries."""
    if mode == "wrap":
        return np.mod(indices, size)
    if mode == "clip":
        return np.clip(indices, 0, size - 1)
    return indices


def size_along(x, axis):
    """How many entries of x there are along an axis, or in all."""
    return np.size(x) if axis is None else np.shape(x)[axis]
