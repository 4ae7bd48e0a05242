"""Rules of the `math` module. Where its functions would raise at a pole that they pass, NumPy's division stands in."""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

from sourcead.rules.facts import given
from sourcead.rules.registry import adjoint
from sourcead.runtime import digamma, quotient, spread


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
    return quotient(g, math.sqrt(1 - x * x))


@adjoint(math.acos)
def _(g, y, x):
    return quotient(-g, math.sqrt(1 - x * x))


@adjoint(math.atan)
def _(g, y, x):
    return g / (1 + x * x)


@adjoint(math.atan2)
def _(g, y, a, b):
    return quotient(g * b, a * a + b * b), quotient(-g * a, a * a + b * b)


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
    return g / math.sqrt(1 + x * x)


@adjoint(math.acosh)
def _(g, y, x):
    return quotient(g, math.sqrt(x * x - 1))


@adjoint(math.atanh)
def _(g, y, x):
    return g / (1 - x * x)


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
