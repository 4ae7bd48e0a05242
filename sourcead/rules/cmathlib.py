"""Rules of the `cmath` module, where NumPy's division stands in for Python's at a pole that the function passes."""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import cmath
import math

import numpy as np

from sourcead.rules.facts import complex_valued, given
from sourcead.rules.registry import adjoint


@adjoint(cmath.exp)
def _(g, y, z):
    return g * y


@adjoint(cmath.log)
def _(g, y, z, base=None):
    if given(base):
        return g / z / cmath.log(base), -g * y / base / cmath.log(base)
    return g / z


@adjoint(cmath.log10)
def _(g, y, z):
    return g / z / math.log(10)


@adjoint(cmath.sqrt)
def _(g, y, z):
    return np.divide(g, 2 * y)


@adjoint(cmath.sin)
def _(g, y, z):
    return g * cmath.cos(z)


@adjoint(cmath.cos)
def _(g, y, z):
    return -g * cmath.sin(z)


@adjoint(cmath.tan)
def _(g, y, z):
    return g * (1 + y * y)


@adjoint(cmath.sinh)
def _(g, y, z):
    return g * cmath.cosh(z)


@adjoint(cmath.cosh)
def _(g, y, z):
    return g * cmath.sinh(z)


@adjoint(cmath.tanh)
def _(g, y, z):
    return g * (1 - y * y)


@adjoint(cmath.asin)
def _(g, y, z):
    return np.divide(g, cmath.sqrt(1 - z) * cmath.sqrt(1 + z))


@adjoint(cmath.acos)
def _(g, y, z):
    return -np.divide(g, cmath.sqrt(1 - z) * cmath.sqrt(1 + z))


@adjoint(cmath.atan)
def _(g, y, z):
    return np.divide(g, 1 + z * z)


@adjoint(cmath.asinh)
def _(g, y, z):
    return np.divide(g, cmath.sqrt(1 + z * z))


@adjoint(cmath.acosh)
def _(g, y, z):
    return np.divide(g, cmath.sqrt(z - 1) * cmath.sqrt(z + 1))


@adjoint(cmath.atanh)
def _(g, y, z):
    return np.divide(g, 1 - z * z)


@adjoint(cmath.phase)
def _(g, y, z):
    if not complex_valued(z):
        return 0 * g
    square = z.real * z.real + z.imag * z.imag
    return g / (square + (square == 0)) * 1j * z  # 0 at 0


@adjoint(cmath.polar)
def _(g, y, z):
    if not complex_valued(z):
        return g[0] * np.sign(z)
    square = z.real * z.real + z.imag * z.imag
    away = g[0] / (y[0] + (y[0] == 0)) * z  # 0 at 0
    return away + g[1] / (square + (square == 0)) * 1j * z


@adjoint(cmath.rect)
def _(g, y, r, phi):
    back = cmath.rect(1.0, -phi) * g
    return back.real, back.imag * r
