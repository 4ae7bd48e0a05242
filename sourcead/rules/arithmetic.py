"""Rules of the arithmetic operators and of the ufuncs with the same meaning."""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math
import operator

import numpy as np

from sourcead.rules.facts import static
from sourcead.rules.registry import adjoint, tangent
from sourcead.runtime import dividend_cotangent, log_of_base, power, quotient


@adjoint(operator.add, np.add)
def _(g, y, a, b):
    return g, g


@adjoint(operator.sub, np.subtract)
def _(g, y, a, b):
    return g, -g


@adjoint(operator.mul, np.multiply)
def _(g, y, a, b):
    return g * b, g * a


@adjoint(operator.truediv)
def _(g, y, a, b):
    if static(b) and b != 0:
        return g / b, None
    return dividend_cotangent(g, a, b), -g * y / b


@adjoint(np.divide)
def _(g, y, a, b):
    return quotient(g, b), -g * y / b


@adjoint(operator.mod)
def _(g, y, a, b):
    return g, -g * (a // b)


@adjoint(np.remainder)
def _(g, y, a, b):
    return g, -g * np.floor_divide(a, b)


@adjoint(np.fmod, math.fmod)
def _(g, y, a, b):
    return g, -g * np.trunc(np.divide(a, b))


@adjoint(operator.neg, np.negative)
def _(g, y, a):
    return -g


@adjoint(operator.pos, np.positive)
def _(g, y, a):
    return g


@adjoint(operator.pow, np.power, np.float_power, math.pow)
def _(g, y, a, b):
    if static(b):
        if b == 0:
            return None, None
        if b == 1:
            return g, None
        if b == 2:
            return g * 2 * a, None
        if b > 1:
            return g * b * a ** (b - 1), None
        if b > 0:
            return g * b * power(a, b - 1), None  # inf at 0
        return g * b * y / a, None
    if static(a) and a == 1:
        return g * b * power(a, b - 1), None
    if static(a) and a > 0:
        return g * b * power(a, b - 1), g * y * math.log(a)
    # At b == 0 the exponent stays 0, so that the cotangent of a is exactly 0 there, also where a is 0.
    return g * b * power(a, b - (b != 0)), g * y * log_of_base(a)


@adjoint(divmod, np.divmod)
def _(g, y, a, b):
    return g[1], -g[1] * y[0]


@tangent(divmod, np.divmod)
def _(t, y, a, b):
    if static(t[1]) and t[1] == 0.0:
        return None, np.broadcast_to(t[0], np.shape(y[1]))
    if static(t[0]) and t[0] == 0.0:
        return None, -t[1] * y[0]
    return None, t[0] - t[1] * y[0]
