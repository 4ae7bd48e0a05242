"""Rules of the Bessel functions of `scipy.special`: derivatives with respect to the order have no closed form."""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np
import scipy.special

from sourcead.rules.registry import adjoint

ORDER = {"v": "the order `v`"}
INTEGER_ORDER = {"n": "the order `n`"}


@adjoint(scipy.special.j0)
def _(g, y, x):
    return -g * scipy.special.j1(x)


@adjoint(scipy.special.j1)
def _(g, y, x):
    return g * (scipy.special.j0(x) - scipy.special.jv(2, x)) / 2


@adjoint(scipy.special.jv, held=ORDER)
def _(g, y, v, x):
    return None, g * (scipy.special.jv(v - 1, x) - scipy.special.jv(v + 1, x)) / 2


@adjoint(scipy.special.y0)
def _(g, y, x):
    return -g * scipy.special.y1(x)


@adjoint(scipy.special.y1)
def _(g, y, x):
    return g * (scipy.special.y0(x) - scipy.special.yn(2, x)) / 2


@adjoint(scipy.special.yn, held=INTEGER_ORDER)
def _(g, y, n, x):
    return None, g * (scipy.special.yn(n - 1, x) - scipy.special.yn(n + 1, x)) / 2


@adjoint(scipy.special.yv, held=ORDER)
def _(g, y, v, x):
    return None, g * (scipy.special.yv(v - 1, x) - scipy.special.yv(v + 1, x)) / 2


@adjoint(scipy.special.i0)
def _(g, y, x):
    return g * scipy.special.i1(x)


@adjoint(scipy.special.i1)
def _(g, y, x):
    return g * (scipy.special.i0(x) + scipy.special.iv(2, x)) / 2


@adjoint(scipy.special.iv, held=ORDER)
def _(g, y, v, x):
    return None, g * (scipy.special.iv(v - 1, x) + scipy.special.iv(v + 1, x)) / 2


@adjoint(scipy.special.i0e)
def _(g, y, x):
    return g * (scipy.special.i1e(x) - np.sign(x) * y)


@adjoint(scipy.special.i1e)
def _(g, y, x):
    return g * ((scipy.special.i0e(x) + scipy.special.ive(2, x)) / 2 - np.sign(x) * y)


@adjoint(scipy.special.ive, held=ORDER)
def _(g, y, v, x):
    return None, g * ((scipy.special.ive(v - 1, x) + scipy.special.ive(v + 1, x)) / 2 - np.sign(x) * y)


@adjoint(scipy.special.k0)
def _(g, y, x):
    return -g * scipy.special.k1(x)


@adjoint(scipy.special.k1)
def _(g, y, x):
    return -g * (scipy.special.k0(x) + scipy.special.kn(2, x)) / 2


@adjoint(scipy.special.kn, held=INTEGER_ORDER)
def _(g, y, n, x):
    return None, -g * (scipy.special.kn(abs(n - 1), x) + scipy.special.kn(n + 1, x)) / 2


@adjoint(scipy.special.kv, held=ORDER)
def _(g, y, v, x):
    return None, -g * (scipy.special.kv(v - 1, x) + scipy.special.kv(v + 1, x)) / 2


@adjoint(scipy.special.k0e)
def _(g, y, x):
    return g * (y - scipy.special.k1e(x))


@adjoint(scipy.special.k1e)
def _(g, y, x):
    return g * (y - (scipy.special.k0e(x) + scipy.special.kve(2, x)) / 2)


@adjoint(scipy.special.kve, held=ORDER)
def _(g, y, v, x):
    return None, g * (y - (scipy.special.kve(v - 1, x) + scipy.special.kve(v + 1, x)) / 2)
