"""Rules of the discrete distributions of `scipy.stats`: with respect to what is no count."""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np
import scipy.stats

from sourcead.rules.facts import given
from sourcead.rules.registry import adjoint
from sourcead.rules.scipy.stats import ratio

COUNT = {"k": "the count `k`", "n": "the count `n`", "loc": "the location `loc` of a discrete distribution,"}


def moved(k, loc):
    """The count in the standard distribution."""
    if given(loc):
        return k - loc
    return k


def logarithmic(k, p):
    """k / p, the derivative of k log(p): 0 where k is, whatever p."""
    return k / np.where(k == 0, 1, p)


# Poisson --------------------------------------------------------------------------------------------------------------


@adjoint(scipy.stats.poisson.logpmf, held=COUNT)
def _(g, y, k, mu, loc=None):
    return None, g * (y != -np.inf) * (logarithmic(moved(k, loc), mu) - 1), None


@adjoint(scipy.stats.poisson.pmf, held=COUNT)
def _(g, y, k, mu, loc=None):
    count = moved(k, loc)
    return None, g * (scipy.stats.poisson.pmf(count - 1, mu) - y), None


@adjoint(scipy.stats.poisson.cdf, held=COUNT)
def _(g, y, k, mu, loc=None):
    return None, -g * scipy.stats.poisson.pmf(np.floor(moved(k, loc)), mu), None


@adjoint(scipy.stats.poisson.sf, held=COUNT)
def _(g, y, k, mu, loc=None):
    return None, g * scipy.stats.poisson.pmf(np.floor(moved(k, loc)), mu), None


@adjoint(scipy.stats.poisson.logcdf, held=COUNT)
def _(g, y, k, mu, loc=None):
    return None, -g * ratio(scipy.stats.poisson.logpmf(np.floor(moved(k, loc)), mu), y), None


@adjoint(scipy.stats.poisson.logsf, held=COUNT)
def _(g, y, k, mu, loc=None):
    return None, g * ratio(scipy.stats.poisson.logpmf(np.floor(moved(k, loc)), mu), y), None


# Bernoulli ------------------------------------------------------------------------------------------------------------


@adjoint(scipy.stats.bernoulli.logpmf, held=COUNT)
def _(g, y, k, p, loc=None):
    count = moved(k, loc)
    return None, g * (y != -np.inf) * (logarithmic(count, p) - logarithmic(1 - count, 1 - p)), None


@adjoint(scipy.stats.bernoulli.pmf, held=COUNT)
def _(g, y, k, p, loc=None):
    count = moved(k, loc)
    return None, g * ((count == 1) * 1.0 - (count == 0)), None


@adjoint(scipy.stats.bernoulli.cdf, held=COUNT)
def _(g, y, k, p, loc=None):
    return None, -g * (np.floor(moved(k, loc)) == 0), None


@adjoint(scipy.stats.bernoulli.sf, held=COUNT)
def _(g, y, k, p, loc=None):
    return None, g * (np.floor(moved(k, loc)) == 0), None


@adjoint(scipy.stats.bernoulli.logcdf, held=COUNT)
def _(g, y, k, p, loc=None):
    return None, -g * (np.floor(moved(k, loc)) == 0) * np.exp(-np.where(y == -np.inf, 0, y)), None


@adjoint(scipy.stats.bernoulli.logsf, held=COUNT)
def _(g, y, k, p, loc=None):
    return None, g * (np.floor(moved(k, loc)) == 0) * np.exp(-np.where(y == -np.inf, 0, y)), None


# Binomial -------------------------------------------------------------------------------------------------------------


@adjoint(scipy.stats.binom.logpmf, held=COUNT)
def _(g, y, k, n, p, loc=None):
    count = moved(k, loc)
    return None, None, g * (y != -np.inf) * (logarithmic(count, p) - logarithmic(n - count, 1 - p)), None


@adjoint(scipy.stats.binom.pmf, held=COUNT)
def _(g, y, k, n, p, loc=None):
    count = moved(k, loc)
    slope = scipy.stats.binom.pmf(count - 1, n - 1, p) - scipy.stats.binom.pmf(count, n - 1, p)
    return None, None, g * n * slope, None


@adjoint(scipy.stats.binom.cdf, held=COUNT)
def _(g, y, k, n, p, loc=None):
    return None, None, -g * n * scipy.stats.binom.pmf(np.floor(moved(k, loc)), n - 1, p), None


@adjoint(scipy.stats.binom.sf, held=COUNT)
def _(g, y, k, n, p, loc=None):
    return None, None, g * n * scipy.stats.binom.pmf(np.floor(moved(k, loc)), n - 1, p), None


@adjoint(scipy.stats.binom.logcdf, held=COUNT)
def _(g, y, k, n, p, loc=None):
    return None, None, -g * n * ratio(scipy.stats.binom.logpmf(np.floor(moved(k, loc)), n - 1, p), y), None


@adjoint(scipy.stats.binom.logsf, held=COUNT)
def _(g, y, k, n, p, loc=None):
    return None, None, g * n * ratio(scipy.stats.binom.logpmf(np.floor(moved(k, loc)), n - 1, p), y), None
