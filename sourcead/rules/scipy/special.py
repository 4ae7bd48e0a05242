"""Rules of `scipy.special`: smooth functions of one real argument, and of several."""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numpy as np
import scipy.special

from sourcead.rules.facts import given
from sourcead.rules.registry import adjoint
from sourcead.runtime import quotient, restore, unbroadcast

# Sigmoids and sums of exponentials ------------------------------------------------------------------------------------


@adjoint(scipy.special.expit)
def _(g, y, x):
    return g * y * (1 - y)


@adjoint(scipy.special.logit)
def _(g, y, x):
    return quotient(g, x * (1 - x))


@adjoint(scipy.special.log_expit)
def _(g, y, x):
    return g * scipy.special.expit(-x)


@adjoint(scipy.special.logsumexp)
def _(g, y, a, b=None, *, axis=None, keepdims=False):
    shift = np.where(y == -np.inf, 0, y)  # where the whole sum is 0, so are the cotangents
    if given(b):
        share = restore(g, axis, keepdims) * np.exp(a - restore(shift, axis, keepdims))
        if np.ndim(b) > np.ndim(a):
            share = share + np.zeros_like(b)
        return unbroadcast(share * b, a), unbroadcast(share, b)
    return restore(g, axis, keepdims) * np.exp(a - restore(shift, axis, keepdims))


@adjoint(scipy.special.softmax)
def _(g, y, x, *, axis=None):
    return y * (g - np.sum(g * y, axis=axis, keepdims=True))


@adjoint(scipy.special.log_softmax)
def _(g, y, x, *, axis=None):
    return g - np.exp(y) * np.sum(g, axis=axis, keepdims=True)


# Exponentials and logarithms ------------------------------------------------------------------------------------------


@adjoint(scipy.special.exp2)
def _(g, y, x):
    return g * y * math.log(2)


@adjoint(scipy.special.exp10)
def _(g, y, x):
    return g * y * math.log(10)


@adjoint(scipy.special.expm1)
def _(g, y, x):
    return g * (y + 1)


@adjoint(scipy.special.log1p)
def _(g, y, x):
    return quotient(g, 1 + x)


@adjoint(scipy.special.cbrt)
def _(g, y, x):
    return quotient(g, 3 * y**2)


@adjoint(scipy.special.cosm1)
def _(g, y, x):
    return -g * np.sin(x)


@adjoint(scipy.special.exprel)
def _(g, y, x):
    return g * scipy.special.hyp1f1(2, 3, x) / 2


@adjoint(scipy.special.hyp1f1, held={"a": "the parameter `a`", "b": "the parameter `b`"})
def _(g, y, a, b, x):
    return None, None, g * (a / b) * scipy.special.hyp1f1(a + 1, b + 1, x)


@adjoint(scipy.special.exp1)
def _(g, y, x):
    return quotient(-g * np.exp(-x), x)


@adjoint(scipy.special.expi)
def _(g, y, x):
    return quotient(g * np.exp(x), x)


@adjoint(scipy.special.sindg)
def _(g, y, x):
    return g * scipy.special.cosdg(x) * (math.pi / 180)


@adjoint(scipy.special.cosdg)
def _(g, y, x):
    return -g * scipy.special.sindg(x) * (math.pi / 180)


@adjoint(scipy.special.radian)
def _(g, y, d, m, s):
    return g * (math.pi / 180), g * (math.pi / 10800), g * (math.pi / 648000)


# Gamma and beta -------------------------------------------------------------------------------------------------------


@adjoint(scipy.special.gammaln, scipy.special.loggamma)
def _(g, y, x):
    return g * scipy.special.psi(x)


@adjoint(scipy.special.gamma)
def _(g, y, x):
    return g * y * scipy.special.psi(x)


@adjoint(scipy.special.psi)
def _(g, y, x):
    return g * scipy.special.polygamma(1, x)


@adjoint(scipy.special.polygamma, held={"n": "the order `n`"})
def _(g, y, n, x):
    return None, g * scipy.special.polygamma(n + 1, x)


@adjoint(scipy.special.zeta, held={"x": "the exponent `x`"})
def _(g, y, x, q=None):
    return None, -g * x * scipy.special.zeta(x + 1, q)


@adjoint(scipy.special.multigammaln)
def _(g, y, a, *, d):
    return g * np.sum(scipy.special.psi(np.expand_dims(a, -1) - np.arange(d) / 2), axis=-1)


@adjoint(scipy.special.beta)
def _(g, y, a, b):
    both = scipy.special.psi(a + b)
    return g * y * (scipy.special.psi(a) - both), g * y * (scipy.special.psi(b) - both)


@adjoint(scipy.special.betaln)
def _(g, y, a, b):
    both = scipy.special.psi(a + b)
    return g * (scipy.special.psi(a) - both), g * (scipy.special.psi(b) - both)


@adjoint(scipy.special.binom)
def _(g, y, n, k):
    rest = scipy.special.psi(n - k + 1)
    return g * y * (scipy.special.psi(n + 1) - rest), g * y * (rest - scipy.special.psi(k + 1))


@adjoint(scipy.special.comb, held={"N": "the count `N`", "k": "the count `k`"})
def _(g, y, N, k, *, exact=False, repetition=False):
    return None, None


@adjoint(scipy.special.factorial, held={"n": "the count `n`"})
def _(g, y, n, *, exact=False):
    return None


@adjoint(scipy.special.gammainc, held={"a": "the parameter `a`"})
def _(g, y, a, x):
    return None, g * np.exp(scipy.special.xlogy(a - 1, x) - x - scipy.special.gammaln(a))


@adjoint(scipy.special.gammaincc, held={"a": "the parameter `a`"})
def _(g, y, a, x):
    return None, -g * np.exp(scipy.special.xlogy(a - 1, x) - x - scipy.special.gammaln(a))


@adjoint(scipy.special.gammaincinv, held={"a": "the parameter `a`"})
def _(g, y, a, p):
    return None, g * np.exp(scipy.special.gammaln(a) + y - scipy.special.xlogy(a - 1, y))


@adjoint(scipy.special.betainc, held={"a": "the parameter `a`", "b": "the parameter `b`"})
def _(g, y, a, b, x):
    density = scipy.special.xlogy(a - 1, x) + scipy.special.xlog1py(b - 1, -x) - scipy.special.betaln(a, b)
    return None, None, g * np.exp(density)


@adjoint(scipy.special.betaincinv, held={"a": "the parameter `a`", "b": "the parameter `b`"})
def _(g, y, a, b, p):
    density = scipy.special.xlogy(a - 1, y) + scipy.special.xlog1py(b - 1, -y) - scipy.special.betaln(a, b)
    return None, None, g * np.exp(-density)


if hasattr(scipy.special, "betaincc"):

    @adjoint(scipy.special.betaincc, held={"a": "the parameter `a`", "b": "the parameter `b`"})
    def _betaincc(g, y, a, b, x):
        density = scipy.special.xlogy(a - 1, x) + scipy.special.xlog1py(b - 1, -x) - scipy.special.betaln(a, b)
        return None, None, -g * np.exp(density)


# The error function and the normal distribution -----------------------------------------------------------------------


@adjoint(scipy.special.erf)
def _(g, y, x):
    return g * 2 / math.sqrt(math.pi) * np.exp(-x * x)


@adjoint(scipy.special.erfc)
def _(g, y, x):
    return -g * 2 / math.sqrt(math.pi) * np.exp(-x * x)


@adjoint(scipy.special.erfi)
def _(g, y, x):
    return g * 2 / math.sqrt(math.pi) * np.exp(x * x)


@adjoint(scipy.special.erfcx)
def _(g, y, x):
    return g * 2 * (x * y - 1 / math.sqrt(math.pi))


@adjoint(scipy.special.dawsn)
def _(g, y, x):
    return g * (1 - 2 * x * y)


@adjoint(scipy.special.erfinv)
def _(g, y, x):
    return g * math.sqrt(math.pi) / 2 * np.exp(y * y)


@adjoint(scipy.special.erfcinv)
def _(g, y, x):
    return -g * math.sqrt(math.pi) / 2 * np.exp(y * y)


@adjoint(scipy.special.ndtr)
def _(g, y, x):
    return g * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


@adjoint(scipy.special.log_ndtr)
def _(g, y, x):
    return g * math.sqrt(2 / math.pi) / scipy.special.erfcx(-x / math.sqrt(2))


@adjoint(scipy.special.ndtri)
def _(g, y, x):
    return g * math.sqrt(2 * math.pi) * np.exp(y * y / 2)


# Entropies and losses: 0 log 0 is 0 -----------------------------------------------------------------------------------


@adjoint(scipy.special.xlogy)
def _(g, y, a, b):
    return g * np.log(b), g * a / np.where(a == 0, 1, b)


@adjoint(scipy.special.xlog1py)
def _(g, y, a, b):
    return g * np.log1p(b), g * a / np.where(a == 0, 1, 1 + b)


@adjoint(scipy.special.entr)
def _(g, y, x):
    return -g * (np.log(x) + 1)  # inf at 0


@adjoint(scipy.special.rel_entr)
def _(g, y, a, b):
    return g * (np.log(a / b) + 1), -g * a / np.where(a == 0, 1, b)


@adjoint(scipy.special.kl_div)
def _(g, y, a, b):
    return g * np.log(a / b), g * (1 - a / np.where(a == 0, 1, b))


@adjoint(scipy.special.huber)
def _(g, y, delta, r):
    return g * np.maximum(np.abs(r) - delta, 0), g * np.clip(r, -delta, delta)


@adjoint(scipy.special.pseudo_huber)
def _(g, y, delta, r):
    root = np.hypot(delta, r)
    return g * (root - delta) ** 2 / root, g * delta * r / root
