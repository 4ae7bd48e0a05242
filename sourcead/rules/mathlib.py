"""Rules of the `math` module. Where its functions would raise at a pole that they pass, NumPy's division stands in."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment

from __future__ import annotations

import math

import numpy as np

from sourcead.rules.facts import given
from sourcead.rules.registry import adjoint
from sourcead.runtime import digamma, products_with_others, quotient, spread, unstack_like


@adjoint(math.exp)
def _(g, y, x):
    return g * y


@adjoint(math.expm1)
def _(g, y, x):
    return g * (y + 1)


@adjoint(math.log)
def _(g, y, x, base=None):
    if given(base):
        return g / x / math.log(base), -g * y / base / math.log(base)
    return g / x


@adjoint(math.log2)
def _(g, y, x):
    return g / x / math.log(2)


@adjoint(math.log10)
def _(g, y, x):
    return g / x / math.log(10)


@adjoint(math.log1p)
def _(g, y, x):
    return g / (1 + x)


@adjoint(math.sqrt)
def _(g, y, x):
    return quotient(g, 2 * y)  # inf at 0


@adjoint(math.sin)
def _(g, y, x):
    return g * math.cos(x)


@adjoint(math.cos)
def _(g, y, x):
    return -g * math.sin(x)


@adjoint(math.tan)
def _(g, y, x):
    return g * (1 + y**2)


@adjoint(math.asin)
def _(g, y, x):
    return quotient(g, math.sqrt((1 - x) * (1 + x)))


@adjoint(math.acos)
def _(g, y, x):
    return quotient(-g, math.sqrt((1 - x) * (1 + x)))


@adjoint(math.atan)
def _(g, y, x):
    return g / (1 + x * x)


@adjoint(math.atan2)
def _(g, y, a, b):
    r = math.hypot(a, b)  # its square may overflow
    return quotient(quotient(g * b, r), r), quotient(quotient(-g * a, r), r)


@adjoint(math.sinh)
def _(g, y, x):
    return g * math.cosh(x)


@adjoint(math.cosh)
def _(g, y, x):
    return g * math.sinh(x)


@adjoint(math.tanh)
def _(g, y, x):
    return g * (1 - y**2)


@adjoint(math.asinh)
def _(g, y, x):
    return g / math.hypot(1, x)


@adjoint(math.acosh)
def _(g, y, x):
    return quotient(g, math.sqrt((x - 1) * (x + 1)))


@adjoint(math.atanh)
def _(g, y, x):
    return g / ((1 - x) * (1 + x))


@adjoint(math.erf)
def _(g, y, x):
    return g * 2 / math.sqrt(math.pi) * math.exp(-x * x)


@adjoint(math.erfc)
def _(g, y, x):
    return -g * 2 / math.sqrt(math.pi) * math.exp(-x * x)


@adjoint(math.degrees)
def _(g, y, x):
    return math.degrees(g)


@adjoint(math.radians)
def _(g, y, x):
    return math.radians(g)


@adjoint(math.fsum, containers=True)
def _(g, y, xs):
    return spread(g, xs)


@adjoint(math.prod, containers=True)
def _(g, y, xs):
    return products_with_others(g, xs)


@adjoint(math.hypot)
def _(g, y, *coordinates):
    parts = ()
    for x in coordinates:
        parts += (g * x / (y + (y == 0)),)  # 0 at the origin, as for a norm
    return parts


@adjoint(math.dist)
def _(g, y, p, q):
    slope = g * np.subtract(p, q) / (y + (y == 0))  # 0 where they are one point
    return unstack_like(slope, p), unstack_like(-slope, q)


@adjoint(math.remainder)
def _(g, y, a, b):
    return g, -g * np.rint((a - y) / b)


@adjoint(math.nextafter)
def _(g, y, a, b):
    return g, None


@adjoint(math.ldexp)
def _(g, y, x, i):
    return np.ldexp(g, i), None


@adjoint(math.lgamma)
def _(g, y, x):
    return g * digamma(x)


@adjoint(math.gamma)
def _(g, y, x):
    return g * y * digamma(x)


if hasattr(math, "exp2"):  # from Python 3.11 on

    @adjoint(math.exp2)
    def _exp2(g, y, x):
        return g * y * math.log(2)

    @adjoint(math.cbrt)
    def _cbrt(g, y, x):
        return quotient(g, 3 * y * y)


if hasattr(math, "sumprod"):  # from Python 3.12 on

    @adjoint(math.sumprod)
    def _sumprod(g, y, p, q):
        return g * q, g * p


if hasattr(math, "fma"):  # from Python 3.13 on

    @adjoint(math.fma)
    def _fma(g, y, a, b, c):
        return g * b, g * a, g
