"""Rules of complex numbers. The cotangent of a complex number has the cotangents of its two parts as parts."""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numpy as np

from sourcead.primitives.complexes import conjugate_of
from sourcead.rules.facts import complex_valued, given
from sourcead.rules.registry import adjoint, tangent
from sourcead.runtime import cast


@adjoint(np.real)
def _(g, y, z):
    return g


@adjoint(np.imag)
def _(g, y, z):
    if complex_valued(z):
        return 1j * g
    return 0 * g


@adjoint(np.conjugate)
def _(g, y, z):
    if complex_valued(z):
        return np.conj(g)
    return g


@adjoint(conjugate_of)
def _(g, y, z):
    if complex_valued(z):
        return np.conj(g)
    return g


@adjoint(np.angle)
def _(g, y, z, *, deg=False):
    if not complex_valued(z):
        return 0 * g
    square = np.real(z) ** 2 + np.imag(z) ** 2
    slope = g / (square + (square == 0))  # 0 at 0
    if deg:
        return slope * (180 / math.pi) * 1j * z
    return slope * 1j * z


@tangent(np.angle)
def _(t, y, z, *, deg=False):
    if not complex_valued(z):
        return 0 * y
    square = np.real(z) ** 2 + np.imag(z) ** 2
    slope = np.imag(np.conj(z) * t) / (square + (square == 0))  # 0 at 0
    if deg:
        return slope * (180 / math.pi)
    return slope


@tangent(np.absolute, abs)
def _(t, y, x):
    if complex_valued(x):
        return np.real(np.conj(x) * t) / (y + (y == 0))  # 0 at 0
    return t * np.sign(x)


@adjoint(complex)
def _(g, y, a, b=None):
    if not given(b):
        return g
    if complex_valued(b):
        return g, -1j * g
    return g, np.imag(g)


@adjoint(np.complex64, np.complex128)
def _(g, y, x):
    return cast(g, x)
