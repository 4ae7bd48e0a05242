"""Adjoints of reductions whose text depends on the rank or on ties and zeros."""

# mypy: allow-untyped-defs, allow-untyped-calls
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import count, restore, unreduce


def extreme_adjoint(g, y, x, axis, keepdims):
    """The cotangent of x from that of its max or min y: the tied share it equally."""
    if np.ndim(x) == 0:
        return g
    tied = (x == restore(y, axis, keepdims)).astype(y.dtype)
    return tied * (restore(g, axis, keepdims) / np.sum(tied, axis=axis, keepdims=axis is not None))


def norm_adjoint(g, y, x, axis, keepdims):
    """The cotangent of x from that of its 2-norm y: 0 where the norm is 0."""
    if np.ndim(x) == 0:
        return g * direction(x)
    return restore(g / np.where(y == 0, 1, y), axis, keepdims) * x


def direction(x):
    """The sign of x; of a complex number it is x / abs(x), and 0 where that is 0."""
    if np.iscomplexobj(x):
        size = np.abs(x)
        return x / (size + (size == 0))
    return np.sign(x)


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


def total(g):
    """The sum of all entries of g; of a number itself."""
    if np.ndim(g) == 0:
        return g
    return np.sum(g)


def mean_of_some_adjoint(g, y, x, where, axis, keepdims):
    """The cotangent of x from that of the mean of the entries where a condition holds."""
    taken = np.broadcast_to(where, np.shape(x))
    number = np.sum(taken, axis=axis, keepdims=keepdims).astype(y.dtype)
    return np.where(taken, unreduce(g / number, x, axis, keepdims), 0)


def range_adjoint(g, x, axis, keepdims):
    """The cotangent of x from that of its max minus its min: the tied share each equally."""
    if np.ndim(x) == 0:
        return 0 * g
    high = np.max(x, axis=axis, keepdims=keepdims)
    low = np.min(x, axis=axis, keepdims=keepdims)
    return extreme_adjoint(g, high, x, axis, keepdims) - extreme_adjoint(g, low, x, axis, keepdims)


def tied_entries(y, x, where, axis, keepdims):
    """Where x is its max or min y, of the entries that were taken: 1 there and 0 elsewhere."""
    if where is None:
        return (x == restore(y, axis, keepdims)).astype(y.dtype)
    return ((x == restore(y, axis, keepdims)) & where).astype(y.dtype)


def bounded_share(g, y, x, initial, where, axis, keepdims, shares):
    """What each entry of x that is tied gets of the cotangent of its max or min y, and the initial value too where it
    is tied; if that is not differentiated (`shares`), 0 there, as in `np.maximum` with a constant."""
    tied = np.sum(tied_entries(y, x, where, axis, keepdims), axis=axis, keepdims=keepdims)
    at_bound = (y == initial).astype(y.dtype)
    if shares:
        return g / (tied + at_bound)
    return g * (1 - at_bound) / (tied + at_bound)
