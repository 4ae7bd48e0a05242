"""Derivatives of sorting: entries are followed to where they went, equal ones in their order."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.indexing import stored_at


def ordered(x, order, axis):
    """The entries of x in an order along an axis (None: of all)."""
    if axis is None:
        return np.ravel(x)[order]
    if np.ndim(x) == 1:
        return x[order]
    return np.take_along_axis(x, order, axis)


def reordered_adjoint(g, x, order, axis):
    """The cotangent of x from that of its entries in an order along an axis (None: of all)."""
    if axis is None:
        return np.reshape(stored_at(np.zeros_like(g), order, g), np.shape(x))
    if np.ndim(x) == 1:
        return stored_at(np.zeros_like(x), order, g)
    return np.take_along_axis(g, np.argsort(order, axis), axis)


def partition_adjoint(g, y, x, axis):
    """The cotangent of x from that of `y = np.partition(x, ...)`: both sorted are the same."""
    order = np.argsort(y, axis, kind="stable")
    return reordered_adjoint(ordered(g, order, axis), x, np.argsort(x, axis, kind="stable"), axis)


def partition_tangent(t, y, x, axis):
    """The tangent of `y = np.partition(x, ...)`."""
    along = -1 if axis is None else axis
    order = np.argsort(y, along, kind="stable")
    return reordered_adjoint(ordered(t, np.argsort(x, axis, kind="stable"), axis), y, order, along)


def unique_adjoint(g, y, x):
    """The cotangent of x from that of its different values: it goes to where each stands first."""
    flat = np.ravel(x)
    order = np.argsort(flat, kind="stable")
    first = order[np.searchsorted(flat[order], y)]
    return np.reshape(stored_at(np.zeros_like(flat), first, g), np.shape(x))
