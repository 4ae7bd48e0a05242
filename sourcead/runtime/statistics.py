"""Adjoints of averages, variances and covariances."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import count, restore, unbroadcast
from sourcead.runtime.reductions import total


def known(x, where):
    """Which entries of x are no nan, of those where a condition holds."""
    if where is None:
        return ~np.isnan(x)
    return ~np.isnan(x) & where


# np.average


def broadcast_weights(weights, a, axis):
    """Weights shaped so that they broadcast with a: those of one axis stand along it."""
    if np.ndim(weights) == np.ndim(a) or axis == -1:
        return weights
    if axis % np.ndim(a) == np.ndim(a) - 1:
        return weights
    return np.expand_dims(weights, tuple(range(1, np.ndim(a) - axis % np.ndim(a))))


def weight_total(weights, axis, keepdims):
    """The sum of the weights that go into one average."""
    if np.ndim(weights) == 1:
        return np.sum(weights)
    return np.sum(weights, axis=axis, keepdims=keepdims)


def weights_adjoint(part, y, a, weights, axis, keepdims):
    """The cotangent of the weights: of each the distance of its entry from the average y, times its part of the
    cotangent."""
    each = restore(part, axis, keepdims) * (a - restore(y, axis, keepdims))
    return narrowed_to_weights(each, weights, a, axis)


def weight_sum_adjoint(g, weights, a, axis, keepdims):
    """The cotangent of the weights from that of their sum."""
    if np.ndim(weights) == np.ndim(a):
        return np.broadcast_to(restore(g, axis, keepdims), np.shape(weights))
    return np.broadcast_to(total(g), np.shape(weights))


def narrowed_to_weights(each, weights, a, axis):
    """The sums over the axes along which weights of one axis were repeated."""
    if np.ndim(weights) == np.ndim(a):
        return each
    along = axis % np.ndim(a)
    return np.sum(each, axis=(*range(along), *range(along + 1, np.ndim(a))))


# Variances


def number_taken(x, where, axis, keepdims, y):
    """How many entries go into a reduction of those where a condition holds."""
    return np.sum(np.broadcast_to(where, np.shape(x)), axis=axis, keepdims=keepdims).astype(y.dtype)


def deviation(x, where, mean, axis):
    """x less its mean, or less that which was given."""
    if mean is not None:
        return x - mean
    if where is not None:
        return x - np.mean(x, axis=axis, keepdims=axis is not None, where=where)
    if axis is None:
        return x - np.mean(x)
    return x - np.mean(x, axis=axis, keepdims=True)


def degrees_of_freedom(x, axis, ddof):
    """What a sum of squares is divided by to give the variance."""
    if ddof == 0:
        return count(x, axis)
    return count(x, axis) - ddof


def variance_adjoint(g, y, x, where, mean, axis, ddof, keepdims):
    """The cotangent of x from that of its variance y."""
    if where is None:
        return restore(g, axis, keepdims) * 2 * deviation(x, where, mean, axis) / degrees_of_freedom(x, axis, ddof)
    share = 2 * g / (number_taken(x, where, axis, keepdims, y) - ddof)
    return restore(share, axis, keepdims) * np.where(where, deviation(x, where, mean, axis), 0)


def deviation_adjoint(g, y, x, where, mean, axis, ddof, keepdims):
    """The cotangent of x from that of its standard deviation y: 0 where that is 0."""
    part = g / np.where(y == 0, 1, y)
    if where is None:
        return restore(part, axis, keepdims) * deviation(x, where, mean, axis) / degrees_of_freedom(x, axis, ddof)
    share = part / (number_taken(x, where, axis, keepdims, y) - ddof)
    return restore(share, axis, keepdims) * np.where(where, deviation(x, where, mean, axis), 0)


def given_mean_adjoint(each, mean):
    """The cotangent of a mean that was given, from that of the array it is taken from."""
    return unbroadcast(-each, mean)


# Covariances


def rows_of(x, rowvar):
    """One row for each variable."""
    if np.ndim(x) == 2 and not rowvar:
        return x.T
    if np.ndim(x) == 2:
        return x
    return np.reshape(x, (1, -1))


def centred(x, y, rowvar):
    """The variables as rows, less their means."""
    rows = rows_of(x, rowvar) if y is None else np.concatenate((rows_of(x, rowvar), rows_of(y, rowvar)))
    return rows - np.mean(rows, axis=1, keepdims=True)


def square(g):
    """The cotangent of a covariance as a matrix: that of one variable alone is a number."""
    if np.ndim(g) == 2:
        return g
    return np.reshape(g, (1, 1))


def covariance_adjoint(g, x, y, rowvar, bias, ddof):
    """The cotangent of all rows from that of their covariance."""
    rows = centred(x, y, rowvar)
    lost = (0 if bias else 1) if ddof is None else ddof
    g = square(g)
    return (g + g.T) @ rows / (np.shape(rows)[1] - lost)


def correlation_adjoint(g, x, y, rowvar):
    """The cotangent of all rows from that of their correlations."""
    rows = centred(x, y, rowvar)
    size = np.sqrt(np.sum(rows * rows, axis=1, keepdims=True))
    unit = rows / size
    g = square(g)
    each = (g + g.T) @ unit
    return (each - unit * np.sum(each * unit, axis=1, keepdims=True)) / size


def rows_back(rows, x, rowvar):
    """Rows arranged as the variables of x are."""
    if np.ndim(x) == 2 and not rowvar:
        return rows.T
    if np.ndim(x) == 2:
        return rows
    return np.reshape(rows, np.shape(x))


def first_rows(rows, x, y, rowvar):
    """The rows that belong to the first of two sets of variables."""
    if y is None:
        return rows_back(rows, x, rowvar)
    return rows_back(rows[: np.shape(rows_of(x, rowvar))[0]], x, rowvar)


def last_rows(rows, x, y, rowvar):
    """The rows that belong to the second of two sets of variables."""
    return rows_back(rows[np.shape(rows_of(x, rowvar))[0] :], y, rowvar)
