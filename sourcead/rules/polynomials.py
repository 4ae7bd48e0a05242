"""Adjoints of polynomials: the slope is the derivative's value, and the coefficients get the powers of the points."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.facts import given
from sourcead.rules.registry import adjoint
from sourcead.runtime import (
    flat,
    last_coefficients,
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
