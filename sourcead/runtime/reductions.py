"""Adjoints of reductions whose text depends on the rank or on ties and zeros."""

# mypy: allow-untyped-defs, allow-untyped-calls
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import count, restore


def extreme_adjoint(g, y, x, axis, keepdims):
    """The cotangent of x from that of its max or min y: the tied share it equally."""
    if np.ndim(x) == 0:
        return g
    tied = (x == restore(y, axis, keepdims)).astype(y.dtype)
    return tied * (restore(g, axis, keepdims) / np.sum(tied, axis=axis, keepdims=axis is not None))


def norm_adjoint(g, y, x, axis, keepdims):
    """The cotangent of x from that of its 2-norm y: 0 where the norm is 0."""
    if np.ndim(x) == 0:
        return g * np.sign(x)
    return restore(g / np.where(y == 0, 1, y), axis, keepdims) * x


def products_of_others(x, axis):
    """For each entry of x the product of the others along axis: exact also where some are zero."""
    if np.ndim(x) == 0:
        return np.ones_like(x)[()]
    if axis is None:
        return np.reshape(products_of_others_along_first(np.ravel(x)), np.shape(x))
    if isinstance(axis, tuple):
        return products_of_others_along_axes(x, axis)
    if axis == 0:
        return products_of_others_along_first(x)
    return np.moveaxis(products_of_others_along_first(np.moveaxis(x, axis, 0)), 0, axis)


def products_of_others_along_axes(x, axes):
    """For each entry of x the product of the others along several axes."""
    first = tuple(range(len(axes)))
    moved = np.moveaxis(x, axes, first)
    flat = np.reshape(moved, (count(x, axes), *np.shape(moved)[len(axes) :]))
    return np.moveaxis(np.reshape(products_of_others_along_first(flat), np.shape(moved)), first, axes)


def products_of_others_along_first(x):
    """For each entry of x the product of the others along the first axis: of those before it and those after it."""
    one = np.ones_like(x[:1])
    before = np.cumprod(np.concatenate((one, x[:-1])), axis=0)
    after = np.cumprod(np.concatenate((one, x[:0:-1])), axis=0)[::-1]
    return before * after


def cumprod_adjoint(g, x, axis):
    """The cotangent of x from that of its running products: exact also where some are zero."""
    if axis is None or np.ndim(x) == 0:
        return np.reshape(cumprod_along_first(g, np.ravel(x)), np.shape(x))
    if axis == 0:
        return cumprod_along_first(g, x)
    return np.moveaxis(cumprod_along_first(np.moveaxis(g, axis, 0), np.moveaxis(x, axis, 0)), 0, axis)


def cumprod_along_first(g, x):
    """The cotangent of x from that of its running products along the first axis."""
    before = np.cumprod(np.concatenate((np.ones_like(x[:1]), x[:-1])), axis=0)
    rest = g.copy()
    for k in range(len(x) - 2, -1, -1):
        rest[k] += x[k + 1] * rest[k + 1]
    return before * rest


def cumsum_adjoint(g, x, axis):
    """The cotangent of x from that of its running sums: running sums from the end."""
    if axis is None or np.ndim(x) == 0:
        return np.reshape(np.cumsum(g[::-1], axis=0)[::-1], np.shape(x))
    if axis == 0:
        return np.cumsum(g[::-1], axis=0)[::-1]
    return np.moveaxis(np.cumsum(np.moveaxis(g, axis, 0)[::-1], axis=0)[::-1], 0, axis)
