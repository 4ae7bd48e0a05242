"""Adjoints of inverses, solutions, determinants and powers of matrices, of one or of a stack of them."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import conjugated, count, unbroadcast
from sourcead.runtime.reductions import products_of_others


def transposed(x):
    """A matrix, or each of a stack, transposed."""
    if np.ndim(x) == 2:
        return x.T
    return np.swapaxes(x, -1, -2)


def adjoined(x):
    """A matrix, or each of a stack, transposed and conjugated."""
    return conjugated(transposed(x))


def each(g):
    """A number for each matrix of a stack, with axes for the entries of the matrix."""
    if np.ndim(g) == 0:
        return g
    return np.expand_dims(g, (-2, -1))


def scaled_columns(u, s):
    """The columns of u times the entries of s."""
    if np.ndim(s) == 1:
        return u * s
    return u * np.expand_dims(s, -2)


def solve_right(g, a, b):
    """The cotangent of b in np.linalg.solve(a, b)."""
    if np.ndim(a) == 2 and np.ndim(b) <= 2:
        return np.linalg.solve(a.T, g)
    if np.ndim(b) == 1:
        return unbroadcast(np.linalg.solve(transposed(a), np.expand_dims(g, -1))[..., 0], b)
    return unbroadcast(np.linalg.solve(transposed(a), g), b)


def solve_left(g, y, a, b):
    """The cotangent of a in y = np.linalg.solve(a, b)."""
    if np.ndim(a) == 2 and np.ndim(b) == 1:
        return -np.outer(np.linalg.solve(a.T, g), y)
    if np.ndim(b) == 1:
        return -np.linalg.solve(transposed(a), np.expand_dims(g, -1)) * np.expand_dims(y, -2)
    return unbroadcast(-np.linalg.solve(transposed(a), g) @ transposed(y), a)


def pinv_adjoint(g, y, a):
    """The cotangent of a matrix from that of its pseudo-inverse y, among matrices of equal rank."""
    gt, yt = adjoined(g), adjoined(y)
    left = gt @ y @ yt
    right = yt @ y @ gt
    return left - a @ (y @ left) + right - (right @ y) @ a - yt @ g @ yt


def cofactors(d, x):
    """The derivative of d = det(x): d * inv(x).T, exact also where x is singular."""
    if np.all(d != 0):
        return each(d) * transposed(np.linalg.inv(x))
    u, s, vh = np.linalg.svd(x)
    return each(np.linalg.det(u @ vh)) * conjugated(scaled_columns(u, products_of_others(s, -1)) @ vh)


def cofactors_adjoint(g, x):
    """The cotangent of x from that of its cofactors: sums of products of all but two of its singular values."""
    u, s, vh = np.linalg.svd(x)
    here = np.eye(np.shape(s)[-1], dtype=bool)
    others = products_of_others(np.where(here, 1, np.expand_dims(s, -2)), -1)
    others = np.where(here, 0, others)
    inner = adjoined(u) @ g @ adjoined(vh)
    sums = np.sum(others * np.expand_dims(np.linalg.diagonal(inner), -2), axis=-1)
    inner = np.where(here, np.expand_dims(sums, -1), -others * transposed(inner))
    return each(np.linalg.det(u @ vh)) * (conjugated(u) @ inner @ conjugated(vh))


def power_adjoint(g, a, n):
    """The cotangent of a from that of its n-th power: of [[b, g], [0, b]], b = a.T, it is the corner of that power."""
    b = transposed(a)
    m = np.shape(a)[-1]
    above = np.concatenate((b, g), axis=-1)
    below = np.concatenate((np.zeros_like(b), b), axis=-1)
    return np.linalg.matrix_power(np.concatenate((above, below), axis=-2), n)[..., :m, m:]


def multi_dot_adjoint(g, arrays):
    """The cotangents of the factors of a product: for each the product of the others, transposed, around g."""
    first, last = arrays[0], arrays[len(arrays) - 1]
    if np.ndim(last) == 1:
        g = np.expand_dims(g, -1)
    if np.ndim(first) == 1:
        g = np.expand_dims(g, 0)
    parts = ()
    for k, x in enumerate(arrays):
        factors = ()
        for j, other in enumerate(arrays):
            if j < k:
                factors = (turned(other, j == 0), *factors)
        factors += (g,)
        after = ()
        for j, other in enumerate(arrays):
            if j > k:
                after = (turned(other, False), *after)
        part = np.linalg.multi_dot((*factors, *after))
        parts += (part if np.ndim(x) == 2 else np.reshape(part, np.shape(x)),)
    return list(parts) if isinstance(arrays, list) else parts


def turned(x, row):
    """A factor of a product transposed; a vector is a row where it stands first, and a column where it stands last."""
    if np.ndim(x) == 2:
        return x.T
    if row:
        return np.expand_dims(x, -1)
    return np.expand_dims(x, 0)


def tensorinv_adjoint(g, y, a, ind):
    """The cotangent of a from that of np.linalg.tensorinv(a, ind): -y.T @ g @ y.T as matrices."""
    n = count(a, tuple(range(ind)))
    flat = np.reshape(y, (n, n)).T
    return np.reshape(-flat @ np.reshape(g, (n, n)) @ flat, np.shape(a))


def tensorsolve_right(g, a, b, axes):
    """The cotangent of b in np.linalg.tensorsolve(a, b, axes)."""
    moved = a if axes is None else np.moveaxis(a, axes, tuple(range(-len(axes), 0)))
    square = np.reshape(moved, (np.size(b), np.size(b)))
    return np.reshape(np.linalg.solve(square.T, np.ravel(g)), np.shape(b))


def tensorsolve_left(g, y, a, b, axes):
    """The cotangent of a in y = np.linalg.tensorsolve(a, b, axes)."""
    whole = -np.outer(tensorsolve_right(g, a, b, axes), y)
    if axes is None:
        return np.reshape(whole, np.shape(a))
    last = tuple(range(-len(axes), 0))
    return np.moveaxis(np.reshape(whole, np.shape(np.moveaxis(a, axes, last))), last, axes)
