"""Adjoints of norms: 0 where the norm is 0, shared equally where several entries give the extreme."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import restore
from sourcead.runtime.matrices import adjoined, each, scaled_columns
from sourcead.runtime.reductions import direction, extreme_adjoint, norm_adjoint


def infinite(order):
    """Whether the order of a norm is inf or -inf."""
    return order in (np.inf, -np.inf)


def norm_of_either(g, y, x, order, axis, keepdims):
    """The cotangent of x from that of np.linalg.norm(x, order, axis, keepdims)."""
    if order is None:
        return norm_adjoint(g, y, x, axis, keepdims)
    if isinstance(axis, tuple) and len(axis) == 2:
        return matrix_norm_adjoint(g, y, x, order, axis, keepdims)
    if axis is None and np.ndim(x) == 2:
        return matrix_norm_adjoint(g, y, x, order, (0, 1), keepdims)
    return vector_norm_adjoint(g, y, x, order, axis, keepdims)


def vector_norm_adjoint(g, y, x, order, axis, keepdims):
    """The cotangent of vectors from that of their norms."""
    if order is None or order == 2:
        return norm_adjoint(g, y, x, axis, keepdims)
    if order == 0:
        return np.zeros_like(x)  # it counts
    if order == 1:
        return restore(g, axis, keepdims) * direction(x)
    if infinite(order):
        return extreme_adjoint(g, y, np.abs(x), axis, keepdims) * direction(x)
    size = restore(np.where(y == 0, 1, y), axis, keepdims)
    if order > 1:
        return restore(g, axis, keepdims) * direction(x) * (np.abs(x) / size) ** (order - 1)
    share = np.where(x == 0, 1, np.abs(x) / size) ** (order - 1)  # of an entry that is 0 it is infinite: taken for 0
    return restore(g * (y != 0), axis, keepdims) * direction(x) * share


def matrix_norm_adjoint(g, y, x, order, axis, keepdims):
    """The cotangent of matrices from that of their norms."""
    if order is None or order in ("fro", "f"):
        return norm_adjoint(g, y, x, axis, keepdims)
    if order in (1, -1):
        return of_largest_sums(g, y, x, axis[0], axis[1], axis, keepdims)
    if infinite(order):
        return of_largest_sums(g, y, x, axis[1], axis[0], axis, keepdims)
    if keepdims:
        g = np.squeeze(g, axis)
    if axis in ((0, 1), (-2, -1)) and (np.ndim(x) == 2 or axis == (-2, -1)):
        return of_singular_values(g, x, order)
    moved = of_singular_values(g, np.moveaxis(x, axis, (-2, -1)), order)
    return np.moveaxis(moved, (-2, -1), axis)


def of_largest_sums(g, y, x, summed, compared, axis, keepdims):
    """The cotangent of matrices from that of the extreme of the sums of absolute values along one axis."""
    sums = np.sum(np.abs(x), axis=summed, keepdims=True)
    shared = extreme_adjoint(restore(g, axis, keepdims), restore(y, axis, keepdims), sums, compared, True)
    return shared * direction(x)


def of_singular_values(g, x, order):
    """The cotangent of matrices from that of the sum, the largest or the smallest of their singular values."""
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    if order == "nuc":
        return each(g) * (scaled_columns(u, np.sign(s)) @ vh)
    if order == 2:
        shared = extreme_adjoint(g, np.max(s, axis=-1), s, -1, False)
    else:
        shared = extreme_adjoint(g, np.min(s, axis=-1), s, -1, False)
    return scaled_columns(u, shared * np.sign(s)) @ vh


def cond_adjoint(g, y, x, order):
    """The cotangent of matrices from that of their condition numbers; nan where they are singular."""
    if order is None or order == 2 or order == -2:
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        k = np.arange(np.shape(s)[-1])
        change = ((k == 0) * 1.0 - (k == np.shape(s)[-1] - 1)) / np.where(s == 0, np.nan, s)
        return each(g * y) * (scaled_columns(u, change if order != -2 else -change) @ vh)
    z = np.linalg.inv(np.where(each(np.isinf(y)), np.eye(np.shape(x)[-1], dtype=y.dtype), x))
    ours, theirs = np.linalg.matrix_norm(x, ord=order), np.linalg.matrix_norm(z, ord=order)
    back = matrix_norm_adjoint(g * ours, theirs, z, order, (-2, -1), False)
    whole = matrix_norm_adjoint(g * theirs, ours, x, order, (-2, -1), False) - adjoined(z) @ back @ adjoined(z)
    return np.where(each(np.isinf(y)), np.nan, whole)
