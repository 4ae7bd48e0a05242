"""Adjoints of polynomials: the slope is the derivative's value, and the coefficients get the powers of the points."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.primitives.polynomials import BASES
from sourcead.rules.facts import given
from sourcead.rules.registry import adjoint
from sourcead.runtime import (
    basis_adjoint,
    coefficients_adjoint,
    flat,
    last_coefficients,
    of_derivatives,
    points_of_series_adjoint,
    times_polynomial_adjoint,
    vander_adjoint,
)


@adjoint(np.polyval)
def _(g, y, p, x):
    return np.vander(flat(x), np.size(p)).T @ flat(g), g * np.polyval(np.polyder(p), x)


@adjoint(np.polyder)
def _(g, y, p, *, m=1):
    n = np.size(p)
    return np.concatenate((g * np.polyder(np.ones(n), m), np.zeros(n - np.size(g))))


@adjoint(np.polyint)
def _(g, y, p, *, m=1):
    n = np.size(p)
    return g[:n] * np.polyint(np.ones(n), m)[:n]


@adjoint(np.polyadd)
def _(g, y, a, b):
    return last_coefficients(g, a), last_coefficients(g, b)


@adjoint(np.polysub)
def _(g, y, a, b):
    return last_coefficients(g, a), -last_coefficients(g, b)


@adjoint(np.polymul)
def _(g, y, a, b):
    return times_polynomial_adjoint(g, a, b), times_polynomial_adjoint(g, b, a)


@adjoint(np.vander)
def _(g, y, x, N=None, *, increasing=False):
    if given(N):
        return vander_adjoint(g, y, increasing), None
    return vander_adjoint(g, y, increasing)


def of_basis(val, der, vander):
    """The rules of one basis: its evaluation, its derivative, and the matrix of its functions' values."""

    @adjoint(val)
    def _(g, y, x, c, *, tensor=True):
        return (
            points_of_series_adjoint(g, val(x, der(c)), c),
            coefficients_adjoint(g, vander(flat(x), np.shape(c)[0] - 1), c),
        )

    @adjoint(der)
    def _(g, y, c, *, m=1, scl=1, axis=0):
        return of_derivatives(g, der(np.eye(np.shape(c)[0]), m=m, scl=scl), c)

    @adjoint(vander)
    def _(g, y, x, deg):
        return basis_adjoint(g, y, der(np.eye(np.shape(y)[-1] + 1)), x), None


for basis, prefix in BASES.items():
    of_basis(getattr(basis, f"{prefix}val"), getattr(basis, f"{prefix}der"), getattr(basis, f"{prefix}vander"))
