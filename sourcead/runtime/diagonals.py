"""Cotangents of matrices out of those of their diagonals, and of the factors of a Kronecker product."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np


def diag_adjoint(g, v, k):
    """The cotangent of v from that of `np.diag(v, k)`, which makes a matrix of a vector and the other way round."""
    if np.ndim(v) == 1:
        return np.diagonal(g, k)
    return diagonal_adjoint(g, v, k, 0, 1)


def diagonal_adjoint(g, x, offset, axis1, axis2):
    """The cotangent of x from that of a diagonal over two of its axes: zeros beside it."""
    if np.ndim(x) == 2 and axis1 % 2 == 0:
        return with_diagonal(np.zeros_like(x), g, offset)
    dx = with_diagonal(np.zeros_like(np.moveaxis(x, (axis1, axis2), (0, 1))), np.moveaxis(g, -1, 0), offset)
    return np.moveaxis(dx, (0, 1), (axis1, axis2))


def with_diagonal(a, values, offset):
    """The array a with these values on a diagonal over its first two axes."""
    i = np.arange(len(values))
    if offset > 0:
        a[i, i + offset] = values
    elif offset < 0:
        a[i - offset, i] = values
    else:
        a[i, i] = values
    return a


def trace_adjoint(g, x, offset, axis1, axis2):
    """The cotangent of x from that of the sum of a diagonal over two of its axes."""
    unit = np.eye(np.shape(x)[axis1], np.shape(x)[axis2], offset)
    if np.ndim(x) == 2:
        return g * unit if axis1 % 2 == 0 else g * unit.T
    for _ in range(np.ndim(g)):
        unit = np.expand_dims(unit, -1)
    return np.moveaxis(unit * g, (0, 1), (axis1, axis2))


def kron_left(g, a, b):
    """The cotangent of a from that of `np.kron(a, b)`: block by block, what b weighs."""
    return np.reshape(kron_blocks(g, a, b) @ np.ravel(b), np.shape(a))


def kron_right(g, a, b):
    """The cotangent of b from that of `np.kron(a, b)`: the blocks, weighed by a."""
    return np.reshape(np.ravel(a) @ kron_blocks(g, a, b), np.shape(b))


def kron_blocks(g, a, b):
    """A cotangent of `np.kron(a, b)` with one row for each entry of a and one column for each of b."""
    if np.ndim(a) <= 1 and np.ndim(b) <= 1:
        return np.reshape(g, (np.size(a), np.size(b)))
    rank = np.ndim(b) if np.ndim(b) > np.ndim(a) else np.ndim(a)
    paired, evens, odds = (), (), ()
    for k in range(rank):
        paired += (size_from_end(a, rank - k), size_from_end(b, rank - k))
        evens += (2 * k,)
        odds += (2 * k + 1,)
    return np.reshape(np.transpose(np.reshape(g, paired), evens + odds), (np.size(a), np.size(b)))


def size_from_end(x, k):
    """The size of x along the k-th axis from the end, 1 where there is none."""
    return np.shape(x)[-k] if k <= np.ndim(x) else 1
