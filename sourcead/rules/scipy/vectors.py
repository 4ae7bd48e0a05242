"""Rules of the distributions of vectors in `scipy.stats`: the normal one and Dirichlet's."""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np
import scipy.linalg
import scipy.special
import scipy.stats

from sourcead.rules.facts import given
from sourcead.rules.registry import adjoint


def normal(g, x, mean, cov):
    """The cotangents of the log of the normal density; that of `cov` is symmetric, as `cov` is."""
    if given(mean):
        x = x - mean
    inverse = scipy.linalg.inv(cov)
    if np.ndim(x) == 1:
        w = inverse @ x
        return -g * w, g * w, (np.outer(g * w, w) - g * inverse) / 2
    w = x @ inverse
    gw = np.reshape(g, (-1, 1)) * w
    return -gw, np.sum(gw, axis=0), (gw.T @ w - np.sum(g) * inverse) / 2


@adjoint(scipy.stats.multivariate_normal.logpdf)
def _(g, y, x, mean=None, cov=None):
    return normal(g, x, mean, cov)


@adjoint(scipy.stats.multivariate_normal.pdf)
def _(g, y, x, mean=None, cov=None):
    return normal(g * y, x, mean, cov)


def dirichlet(g, x, alpha):
    """The cotangents of the log of Dirichlet's density; the last coordinate may be left out of x."""
    whole = np.concatenate((x, 1 - np.sum(x, axis=0, keepdims=True)))[: len(alpha)]
    column = np.reshape(alpha, (-1,) + (1,) * (np.ndim(x) - 1))
    gx = g * (column - 1) / np.where(column == 1, 1, whole)
    log = np.reshape(np.log(whole), (len(alpha), -1)) @ np.reshape(g, (-1,))
    digammas = scipy.special.psi(alpha) - scipy.special.psi(np.sum(alpha))
    free = gx[: len(x)] - np.sum(gx[len(x) :], axis=0)
    return np.reshape(free, np.shape(x)), log - np.sum(g) * digammas


@adjoint(scipy.stats.dirichlet.logpdf)
def _(g, y, x, alpha):
    return dirichlet(g, x, alpha)


@adjoint(scipy.stats.dirichlet.pdf)
def _(g, y, x, alpha):
    return dirichlet(g * y, x, alpha)
