"""Lengths of spectra: what a discrete Fourier transform cut off or filled up is put back."""

# mypy: allow-untyped-defs, allow-untyped-calls
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np


def with_length(g, n, axis):
    """g cut, or filled up with zeros, to n entries along axis."""
    if axis == -1:
        return with_last_length(g, n)
    return np.moveaxis(with_last_length(np.moveaxis(g, axis, -1), n), -1, axis)


def with_last_length(g, n):
    """g cut, or filled up with zeros, to n entries along its last axis."""
    rest = np.zeros((*np.shape(g)[:-1], max(n - np.shape(g)[-1], 0)), g.dtype)
    return np.concatenate((g[..., :n], rest), axis=-1)


def fitted(g, x, axis):
    """g with as many entries along axis as x has."""
    return with_length(g, np.shape(x)[axis], axis)


def fitted_along(g, x, axes):
    """g with as many entries along each of the axes as x has."""
    for axis in axes:
        g = fitted(g, x, axis)
    return g


def inside_twice(y, n, axis):
    """The spectrum of n real numbers with all frequencies doubled that stand for their conjugates, too."""
    k = np.arange(n // 2 + 1)
    alone = (k == 0) | (2 * k == n)
    if axis == -1:
        return np.where(alone, y, 2 * y)
    moved = np.moveaxis(y, axis, -1)
    return np.moveaxis(np.where(alone, moved, 2 * moved), -1, axis)
