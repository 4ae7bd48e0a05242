"""Rules of NumPy's elementwise functions.

A mask is multiplied (`g * (a > b)`): where it is 0 the contribution is exactly 0 for every finite g; an infinite g, the
caller's own pole, gives nan there. Squares of arguments are products: Python's `x ** 2` raises where it overflows.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numpy as np

from sourcead.rules.facts import complex_valued, static
from sourcead.rules.registry import adjoint, tangent
from sourcead.runtime import bessel_ratio, quotient, real_sign, sinc_slope


@adjoint(np.exp)
def _(g, y, x):
    return g * y


@adjoint(np.exp2)
def _(g, y, x):
    return g * y * math.log(2)


@adjoint(np.expm1)
def _(g, y, x):
    return g * (y + 1)


@adjoint(np.log)
def _(g, y, x):
    return quotient(g, x)


@adjoint(np.log2)
def _(g, y, x):
    return quotient(g, x * math.log(2))


@adjoint(np.log10)
def _(g, y, x):
    return quotient(g, x * math.log(10))


@adjoint(np.log1p)
def _(g, y, x):
    return quotient(g, 1 + x)


@adjoint(np.sqrt)
def _(g, y, x):
    return g / (2 * y)  # inf at 0


@adjoint(np.cbrt)
def _(g, y, x):
    return g / (3 * y**2)


@adjoint(np.square)
def _(g, y, x):
    return g * 2 * x


@adjoint(np.reciprocal)
def _(g, y, x):
    return -g * y**2


@adjoint(np.absolute, np.fabs, abs, math.fabs)
def _(g, y, x):
    if complex_valued(x):
        return g / (y + (y == 0)) * x  # 0 at 0
    return g * real_sign(x)  # 0 at 0


@adjoint(np.sin)
def _(g, y, x):
    return g * np.cos(x)


@adjoint(np.cos)
def _(g, y, x):
    return -g * np.sin(x)


@adjoint(np.tan)
def _(g, y, x):
    return g * (1 + y**2)


@adjoint(np.arcsin)
def _(g, y, x):
    return g / np.sqrt((1 - x) * (1 + x))


@adjoint(np.arccos)
def _(g, y, x):
    return -g / np.sqrt((1 - x) * (1 + x))


@adjoint(np.arctan)
def _(g, y, x):
    return g / (1 + x * x)


@adjoint(np.sinh)
def _(g, y, x):
    return g * np.cosh(x)


@adjoint(np.cosh)
def _(g, y, x):
    return g * np.sinh(x)


@adjoint(np.tanh)
def _(g, y, x):
    return g * (1 - y**2)


@adjoint(np.arcsinh)
def _(g, y, x):
    if complex_valued(x):
        return g / np.sqrt(1 + x * x)
    return g / np.hypot(1, x)


@adjoint(np.arccosh)
def _(g, y, x):
    return g / np.sqrt((x - 1) * (x + 1))


@adjoint(np.arctanh)
def _(g, y, x):
    return quotient(g, (1 - x) * (1 + x))


@adjoint(np.deg2rad, np.radians)
def _(g, y, x):
    return np.deg2rad(g)


@adjoint(np.rad2deg, np.degrees)
def _(g, y, x):
    return np.rad2deg(g)


@adjoint(np.maximum)
def _(g, y, a, b, *, active=(True, True)):
    if active == (True, True):
        return (g * (a > b) + g * (a >= b)) / 2, (g * (b > a) + g * (b >= a)) / 2  # half each at a tie
    return g * (a > b), g * (b > a)


@adjoint(np.minimum)
def _(g, y, a, b, *, active=(True, True)):
    if active == (True, True):
        return (g * (a < b) + g * (a <= b)) / 2, (g * (b < a) + g * (b <= a)) / 2  # half each at a tie
    return g * (a < b), g * (b < a)


@adjoint(np.fmax)
def _(g, y, a, b, *, active=(True, True)):
    if active != (True, True) and static(b) and b == b:
        return g * (a > b), None
    if active != (True, True) and static(a) and a == a:
        return None, g * (b > a)
    above, below = (a > b) | np.isnan(b), (b > a) | np.isnan(a)
    if active == (True, True):  # half each at a tie
        return (g * above + g * np.logical_not(below)) / 2, (g * below + g * np.logical_not(above)) / 2
    return g * above, g * below


@adjoint(np.fmin)
def _(g, y, a, b, *, active=(True, True)):
    if active != (True, True) and static(b) and b == b:
        return g * (a < b), None
    if active != (True, True) and static(a) and a == a:
        return None, g * (b < a)
    below, above = (a < b) | np.isnan(b), (b < a) | np.isnan(a)
    if active == (True, True):  # half each at a tie
        return (g * below + g * np.logical_not(above)) / 2, (g * above + g * np.logical_not(below)) / 2
    return g * below, g * above


@adjoint(np.logaddexp)
def _(g, y, a, b):
    shift = np.where(y == -np.inf, 0, y)  # where both are -inf, both cotangents are 0
    return g * np.exp(a - shift), g * np.exp(b - shift)


@adjoint(np.logaddexp2)
def _(g, y, a, b):
    shift = np.where(y == -np.inf, 0, y)  # where both are -inf, both cotangents are 0
    return g * np.exp2(a - shift), g * np.exp2(b - shift)


@adjoint(np.arctan2)
def _(g, y, a, b):
    r = np.hypot(a, b)  # its square may overflow
    return quotient(g * b / r, r), quotient(-g * a / r, r)


@adjoint(np.hypot)
def _(g, y, a, b):
    return g * a / (y + (y == 0)), g * b / (y + (y == 0))  # 0 at the origin, as for a norm


@adjoint(np.copysign, math.copysign)
def _(g, y, a, b):
    return g * np.sign(a) * np.sign(y), None


@adjoint(np.heaviside)
def _(g, y, a, b):
    return None, g * (a == 0)


@adjoint(np.ldexp)
def _(g, y, a, b):
    return np.ldexp(g, b), None


@adjoint(np.nextafter)
def _(g, y, a, b):
    return g, None


@adjoint(np.modf, math.modf)
def _(g, y, x):
    return g[0]


@adjoint(np.frexp, math.frexp)
def _(g, y, x):
    return np.ldexp(g[0], -y[1])


@tangent(np.modf)
def _(t, y, x):
    return t, None


@tangent(np.frexp)
def _(t, y, x):
    return np.ldexp(t, -y[1]), None


@adjoint(np.nan_to_num)
def _(g, y, x, *, copy=True, nan=0.0, posinf=None, neginf=None):
    return g * np.isfinite(x)


@adjoint(np.sinc)
def _(g, y, x):
    return g * sinc_slope(x)


@adjoint(np.i0)
def _(g, y, x):
    return g * y * bessel_ratio(x)


@adjoint(np.unwrap)
def _(g, y, p, *, discont=None, axis=-1, period=2 * np.pi):
    return g
