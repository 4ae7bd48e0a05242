"""Adjoints of least squares: of the solution, of the sums of squared residuals, and of the singular values."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import conjugated
from sourcead.runtime.matrices import adjoined


def epsilon(dtype):
    """The distance from 1 to the next number of a dtype; of one of integers, of float64."""
    return float(np.finfo(dtype if np.issubdtype(dtype, np.inexact) else float).eps)


def kept_inverse(y, a, rcond):
    """The pseudo-inverse by which np.linalg.lstsq finds the solution y: it takes small singular values for 0."""
    if rcond is None:
        return np.linalg.pinv(a, epsilon(y.dtype) * max(np.shape(a)))
    return np.linalg.pinv(a, rcond)


def solution_left(g, y, a, b, rcond):
    """The cotangent of a from that of the solution y of least squares, among matrices of equal rank."""
    p = kept_inverse(y, a, rcond)
    shift = adjoined(p) @ g
    along, beyond = conjugated(p @ shift), conjugated(g - adjoined(a) @ shift)
    if np.ndim(b) == 1:
        return np.outer(b - a @ y, along) + np.outer(adjoined(p) @ y, beyond) - np.outer(shift, conjugated(y))
    return (b - a @ y) @ along.T + (adjoined(p) @ y) @ beyond.T - shift @ adjoined(y)


def solution_right(g, y, a, rcond):
    """The cotangent of b from that of the solution y of least squares."""
    return adjoined(kept_inverse(y, a, rcond)) @ g


def residuals_left(g, y, a, b):
    """The cotangent of a from that of the sums of squared residuals: none where the matrix has not full rank."""
    if np.ndim(b) == 1:
        return -2 * np.sum(g) * np.outer(b - a @ y, conjugated(y))
    return -2 * (one_each(g, np.sum(y, axis=0)) * (b - a @ y)) @ adjoined(y)


def residuals_right(g, y, a, b):
    """The cotangent of b from that of the sums of squared residuals: none where the matrix has not full rank."""
    if np.ndim(b) == 1:
        return 2 * np.sum(g) * (b - a @ y)
    return 2 * one_each(g, np.sum(y, axis=0)) * (b - a @ y)


def one_each(g, like):
    """g, or zeros where it is empty."""
    return g if np.size(g) else np.zeros_like(like)


def one_each_adjoint(g, given):
    """The cotangent of what `one_each` was given."""
    return g if np.size(given) else np.zeros_like(given)
