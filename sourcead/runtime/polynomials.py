"""Adjoints of what is made of the coefficients of polynomials."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.convolutions import flat, like


def coefficients_adjoint(g, powers, c):
    """The cotangent of the coefficients c from that of their polynomials' values, the powers of the points being the
    rows of a matrix."""
    if np.ndim(c) == 1:
        return powers.T @ flat(g)
    values = np.reshape(g, (-1, np.shape(powers)[0]))
    return np.reshape((values @ powers).T, np.shape(c))


def points_of_series_adjoint(g, slopes, c):
    """The cotangent of the points at which the series c are evaluated."""
    if np.ndim(c) == 1:
        return g * slopes
    return np.sum(g * slopes, axis=tuple(range(np.ndim(c) - 1)))


def of_derivatives(g, derivatives, c):
    """The cotangent of the coefficients c from that of their derivatives, a matrix times c."""
    if np.ndim(c) == 1:
        return derivatives.T @ g
    return np.reshape(derivatives.T @ np.reshape(g, (np.shape(g)[0], -1)), np.shape(c))


def last_coefficients(g, a):
    """The cotangent of a out of that of a sum of polynomials: of the lowest powers, which come last."""
    return like(g[np.size(g) - np.size(a) :], a)


def times_polynomial_adjoint(g, a, b):
    """The cotangent of a from that of the product of polynomials a and b, which begins with its first power."""
    whole = np.concatenate((np.zeros(np.size(a) + np.size(b) - 1 - np.size(g)), g))
    return like(np.correlate(whole, flat(b), mode="valid"), a)


def vander_adjoint(g, y, increasing):
    """The cotangent of the points from that of the matrix y of their powers: each power times its exponent is the slope
    of the next."""
    exponents = np.arange(1, np.shape(y)[1])
    if increasing:
        return np.sum(g[:, 1:] * exponents * y[:, :-1], axis=1)
    return np.sum(g[:, :-1] * exponents[::-1] * y[:, 1:], axis=1)


def basis_adjoint(g, y, derivatives, x):
    """The cotangent of the points x from that of the matrix y of the values of basis functions, whose derivatives are
    these columns in the same basis."""
    return np.reshape(np.sum(g * (y @ derivatives[:, :-1]), axis=-1), np.shape(x))
