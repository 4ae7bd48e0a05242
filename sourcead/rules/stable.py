"""Rules of what is known of a value: they are stable, and say of what they give what it is, for the next derivative."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.registry import adjoint, tangent
from sourcead.runtime import inexact, restore
from sourcead.runtime.stable import (
    known_complement,
    known_cross_entropy,
    known_log_sigmoid,
    known_log_softmax,
    known_log_sum_exp,
    known_reduced_log_sum_exp,
    known_sigmoid,
    known_slope,
    known_softmax,
    known_softplus,
    with_absolute_slope,
    with_derivative_of,
    with_norm_slope,
    with_sigmoid_slope,
)

# Sigmoids; e is exp(-abs(z)) ------------------------------------------------------------------------------------------


@adjoint(known_sigmoid)
def _(g, p, value, z, e):
    return None, g * known_slope(e / (1 + e) ** 2, z), None


@adjoint(known_complement)
def _(g, q, value, z, e):
    return None, -g * known_slope(e / (1 + e) ** 2, z), None


@adjoint(known_slope)
def _(g, s, value, z):
    return None, -g * s * np.tanh(z / 2)


@adjoint(known_log_sigmoid)
def _(g, y, value, z, e):
    return None, g * known_complement(np.where(z < 0, 1, e) / (1 + e), z, e), None


@adjoint(known_softplus)
def _(g, y, value, z, e):
    return None, g * known_sigmoid(np.where(z >= 0, 1, e) / (1 + e), z, e), None


@adjoint(known_cross_entropy)
def _(g, f, value, z, y, e):
    return None, g * (known_sigmoid(np.where(z >= 0, 1, e) / (1 + e), z, e) - y), -g * z, None


@adjoint(with_sigmoid_slope)
def _(g, p, value, z):
    return None, g * p * (1 - p)


# Sums of exponentials -------------------------------------------------------------------------------------------------


@adjoint(inexact)
def _(g, y, x):
    return g


@tangent(inexact)
def _(t, y, x):
    return t


@adjoint(known_softmax)
def _(g, p, value, x, *, axis=None):
    return None, p * (g - np.sum(g * p, axis=axis, keepdims=axis is not None))


@tangent(known_softmax)
def _(t, p, value, x, *, axis=None):
    return p * (t[1] - np.sum(t[1] * p, axis=axis, keepdims=axis is not None))


@adjoint(known_log_softmax)
def _(g, y, value, x, e, total, *, axis=None):
    p = known_softmax(e / total, x, axis=axis)
    return None, g - p * np.sum(g, axis=axis, keepdims=axis is not None), None, None


@tangent(known_log_softmax)
def _(t, y, value, x, e, total, *, axis=None):
    p = known_softmax(e / total, x, axis=axis)
    return t[1] - np.sum(p * t[1], axis=axis, keepdims=axis is not None)


@adjoint(known_log_sum_exp)
def _(g, y, value, x, e, total, *, axis=None):
    return None, g * known_softmax(e / total, x, axis=axis), None, None


@tangent(known_log_sum_exp)
def _(t, y, value, x, e, total, *, axis=None):
    return np.sum(known_softmax(e / total, x, axis=axis) * t[1], axis=axis, keepdims=axis is not None)


@adjoint(known_reduced_log_sum_exp)
def _(g, y, value, x, e, total, *, axis):
    p = known_softmax(e / np.expand_dims(total, axis), x, axis=axis)
    return None, np.expand_dims(g, axis) * p, None, None


@tangent(known_reduced_log_sum_exp)
def _(t, y, value, x, e, total, *, axis):
    return np.sum(known_softmax(e / np.expand_dims(total, axis), x, axis=axis) * t[1], axis=axis)


# Roots of squares: 0 at 0 ---------------------------------------------------------------------------------------------


@adjoint(with_absolute_slope)
def _(g, y, value, x):
    return None, g * np.sign(x)


@adjoint(with_norm_slope)
def _(g, y, value, x, *, axis=None, keepdims=False):
    norm = restore(y, axis, keepdims)
    return None, restore(g, axis, keepdims) * x / (norm + (norm == 0))


@tangent(with_norm_slope)
def _(t, y, value, x, *, axis=None, keepdims=False):
    return np.sum(t[1] * x, axis=axis, keepdims=keepdims) / (y + (y == 0))


# What decides something: the value is the user's, the derivative that of what is computed stably ---------------------


@adjoint(with_derivative_of)
def _(g, y, value, other):
    return None, g


@tangent(with_derivative_of)
def _(t, y, value, other):
    return t[1]
