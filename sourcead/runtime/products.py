"""Adjoints of products of vectors and matrices, by the ranks of the factors."""

# mypy: allow-untyped-defs, allow-untyped-calls
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import count, unbroadcast


def matmul_left(g, a, b):
    """The cotangent of a in a @ b."""
    if np.ndim(a) == 2 and np.ndim(b) == 2:
        return g @ b.T
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return g * b
    if np.ndim(a) == 1 and np.ndim(b) == 2:
        return b @ g
    if np.ndim(a) == 2 and np.ndim(b) == 1:
        return np.outer(g, b)
    if np.ndim(b) == 1:
        return np.expand_dims(g, -1) * b
    if np.ndim(a) == 1:
        return unbroadcast(np.sum(b * np.expand_dims(g, -2), axis=-1), a)
    return unbroadcast(g @ np.swapaxes(b, -1, -2), a)


def matmul_right(g, a, b):
    """The cotangent of b in a @ b."""
    if np.ndim(a) == 2 and np.ndim(b) == 2:
        return a.T @ g
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return g * a
    if np.ndim(a) == 1 and np.ndim(b) == 2:
        return np.outer(a, g)
    if np.ndim(a) == 2 and np.ndim(b) == 1:
        return a.T @ g
    if np.ndim(b) == 1:
        return unbroadcast(np.expand_dims(g, -1) * a, b)
    if np.ndim(a) == 1:
        return unbroadcast(np.expand_dims(a, -1) * np.expand_dims(g, -2), b)
    return unbroadcast(np.swapaxes(a, -1, -2) @ g, b)


def dot_left(g, a, b):
    """The cotangent of a in np.dot(a, b)."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(g * b, a)
    if np.ndim(a) <= 2 and np.ndim(b) <= 2:
        return matmul_left(g, a, b)
    if np.ndim(b) == 1:
        return np.expand_dims(g, -1) * b
    return wide_dot_left(g, a, b)


def dot_right(g, a, b):
    """The cotangent of b in np.dot(a, b)."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(g * a, b)
    if np.ndim(a) <= 2 and np.ndim(b) <= 2:
        return matmul_right(g, a, b)
    if np.ndim(b) == 1:
        return unbroadcast(np.expand_dims(g, -1) * a, b)
    return wide_dot_right(g, a, b)


def wide_dot_left(g, a, b):
    """The cotangent of a in np.dot(a, b) with more than two axes: a product of two matrices."""
    rows = count(a, tuple(range(np.ndim(a) - 1)))
    columns = count(b, (*range(np.ndim(b) - 2), -1))
    flat = np.reshape(np.moveaxis(b, -2, 0), (np.shape(b)[-2], columns))
    return np.reshape(np.reshape(g, (rows, columns)) @ flat.T, np.shape(a))


def wide_dot_right(g, a, b):
    """The cotangent of b in np.dot(a, b) with more than two axes: a product of two matrices."""
    rows = count(a, tuple(range(np.ndim(a) - 1)))
    columns = count(b, (*range(np.ndim(b) - 2), -1))
    flat = np.reshape(a, (rows, np.shape(b)[-2])).T @ np.reshape(g, (rows, columns))
    moved = (np.shape(b)[-2], *np.shape(b)[:-2], np.shape(b)[-1])
    return np.moveaxis(np.reshape(flat, moved), 0, -2)


def outer_left(g, a, b):
    """The cotangent of a in np.outer(a, b)."""
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return g @ b
    return np.reshape(g @ np.ravel(b), np.shape(a))


def outer_right(g, a, b):
    """The cotangent of b in np.outer(a, b)."""
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return a @ g
    return np.reshape(np.ravel(a) @ g, np.shape(b))
