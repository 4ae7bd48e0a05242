"""Sigmoids and sums of exponentials without overflow and without losing what is small: the text of stabilised lines."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np


def inexact(x):
    """x as `np.exp` takes it: an array of floats where it is none."""
    x = np.asarray(x)
    return x if np.issubdtype(x.dtype, np.inexact) else x.astype(np.result_type(x.dtype, np.float16))


def sigmoid(z):
    """1 / (1 + exp(-z))."""
    e = np.exp(-np.abs(z))
    return known_sigmoid(np.where(z >= 0, 1, e) / (1 + e), z, e)


def log_sigmoid(z):
    """log(sigmoid(z))."""
    e = np.exp(-np.abs(z))
    return known_log_sigmoid(np.minimum(z, 0) - np.log1p(e), z, e)


def softplus(z):
    """log(1 + exp(z))."""
    e = np.exp(-np.abs(z))
    return known_softplus(np.maximum(z, 0) + np.log1p(e), z, e)


def binary_cross_entropy(z, y):
    """-(y * log(sigmoid(z)) + (1 - y) * log(1 - sigmoid(z)))."""
    e = np.exp(-np.abs(z))
    return known_cross_entropy(np.maximum(z, 0) - y * z + np.log1p(e), z, y, e)


def shift(x, axis):
    """The maximum of x along the axis, or 0 where that is infinite."""
    top = np.max(x, axis=axis, keepdims=axis is not None, initial=-np.inf)
    return np.where(np.isfinite(top), top, 0)


def softmax(x, *, axis=None):
    """exp(x) / sum(exp(x)) along the axis."""
    x = inexact(x)
    e = np.exp(x - shift(x, axis))
    return known_softmax(e / np.sum(e, axis=axis, keepdims=axis is not None), x, axis=axis)


def log_softmax(x, *, axis=None):
    """log(softmax(x)) along the axis."""
    x = inexact(x)
    low = x - shift(x, axis)
    e = np.exp(low)
    total = np.sum(e, axis=axis, keepdims=axis is not None)
    return known_log_softmax(low - np.log(total), x, e, total, axis=axis)


def log_sum_exp(x, *, axis=None):
    """log(sum(exp(x))) along the axis, which is kept."""
    x = inexact(x)
    top = shift(x, axis)
    e = np.exp(x - top)
    total = np.sum(e, axis=axis, keepdims=axis is not None)
    return known_log_sum_exp(np.log(total) + top, x, e, total, axis=axis)


# What is known of a value, for its derivative: each gives its first argument -------------------------------------


def known_sigmoid(p, z, e):
    """p, which is sigmoid(z), with e = exp(-abs(z))."""
    return p


def known_complement(q, z, e):
    """q, which is 1 - sigmoid(z)."""
    return q


def known_slope(s, z):
    """s, which is the derivative of sigmoid(z)."""
    return s


def known_log_sigmoid(y, z, e):
    """y, which is log(sigmoid(z))."""
    return y


def known_softplus(y, z, e):
    """y, which is log(1 + exp(z))."""
    return y


def known_cross_entropy(f, z, y, e):
    """f, which is the cross-entropy of sigmoid(z) and y."""
    return f


def known_softmax(p, x, *, axis=None):
    """p, which is the softmax of x."""
    return p


def known_log_softmax(y, x, e, total, *, axis=None):
    """y, which is the log of the softmax e / total of x."""
    return y


def known_log_sum_exp(y, x, e, total, *, axis=None):
    """y, which is log(sum(exp(x))) with the axis kept; e / total is the softmax of x."""
    return y


def known_reduced_log_sum_exp(y, x, e, total, *, axis):
    """y, which is log(sum(exp(x))) along an axis that is not kept, nor in the total."""
    return y


def with_sigmoid_slope(p, z):
    """p, which is sigmoid(z) as the user wrote it."""
    return p


def with_norm_slope(y, x, *, axis=None, keepdims=False):
    """y, which is sqrt(sum(x * x)) along the axis; its derivative is 0 where y is 0."""
    return y


def with_absolute_slope(y, x):
    """y, which is sqrt(x * x); its derivative is 0 at 0."""
    return y


def with_derivative_of(value, other):
    """The value as the user wrote it; its derivative is that of the other, which is the same computed stably."""
    return value
