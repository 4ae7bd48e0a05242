"""Rules of the continuous distributions of `scipy.stats`.

With z = (x - loc) / scale and s(z) the derivative of the log of the standard density f:

    d log f(x) = s(z) dz - dscale / scale + ...     d cdf(x) = f(z) dz     d ppf(q) = scale / f(z) dq + dloc + z dscale

Outside the support, where the density is 0, so are the cotangents.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numpy as np
import scipy.special
import scipy.stats

from sourcead.rules.facts import given
from sourcead.rules.registry import adjoint


def standard(z, loc, scale):
    """What the standard distribution is asked for."""
    if given(loc):
        z = z - loc
    if given(scale):
        z = z / scale
    return z


def of_data(gz, z, scale):
    """The cotangents of x, loc and scale from that of z."""
    if given(scale):
        return gz / scale, -gz / scale, -gz * z / scale
    return gz, -gz, None


def of_density(g, gz, z, scale):
    """The same where the logarithm of the scale is subtracted."""
    if given(scale):
        return gz / scale, -gz / scale, -(g + gz * z) / scale
    return gz, -gz, None


def ratio(logpdf, y):
    """The density over a probability, from their logarithms; 0 where both are."""
    return np.exp(logpdf - np.where(y == -np.inf, 0, y))


# The log of the standard density: its derivatives with respect to z and the shapes ------------------------------------


def t_scores(z, df):
    square = z * z / df
    digammas = scipy.special.psi((df + 1) / 2) - scipy.special.psi(df / 2)
    return (
        -z * (1 + 1 / df) / (1 + square),
        (digammas - 1 / df - np.log1p(square) + (1 + 1 / df) * square / (1 + square)) / 2,
    )


def gamma_scores(z, a):
    return (a - 1) / np.where(a == 1, 1, z) - 1, np.log(z) - scipy.special.psi(a)


def chi2_scores(z, df):
    half = df / 2
    return (
        (half - 1) / np.where(half == 1, 1, z) - 0.5,
        (np.log(z) - scipy.special.psi(half) - math.log(2)) / 2,
    )


def lognorm_scores(z, s):
    log = np.log(z) / (s * s)
    return -(1 + log) / z, s * log * log - 1 / s


def weibull_min_scores(z, c):
    power = z**c
    return (c - 1) / np.where(c == 1, 1, z) - c * z ** (c - 1), 1 / c + np.log(z) * (1 - power)


def beta_scores(z, a, b):
    both = scipy.special.psi(a + b)
    return (
        (a - 1) / np.where(a == 1, 1, z) - (b - 1) / np.where(b == 1, 1, 1 - z),
        np.log(z) - scipy.special.psi(a) + both,
        np.log1p(-z) - scipy.special.psi(b) + both,
    )


def norm_score(z):
    return -z


def laplace_score(z):
    return -np.sign(z)  # 0 at 0


def logistic_score(z):
    return -np.tanh(z / 2)


def cauchy_score(z):
    return -2 * z / (1 + z * z)


def gumbel_r_score(z):
    return np.exp(-z) - 1


def gumbel_l_score(z):
    return 1 - np.exp(z)


# Densities ------------------------------------------------------------------------------------------------------------


def densities_everywhere(distribution, score):
    """Of a distribution without shapes, on the whole line."""

    @adjoint(distribution.logpdf)
    def _(g, y, x, loc=None, scale=None):
        z = standard(x, loc, scale)
        return of_density(g, g * score(z), z, scale)

    @adjoint(distribution.pdf)
    def _(g, y, x, loc=None, scale=None):
        z = standard(x, loc, scale)
        return of_density(g * y, g * y * score(z), z, scale)


def densities_of_one_shape(distribution, scores):
    """Of a distribution with one shape, on a part of the line."""

    @adjoint(distribution.logpdf)
    def _(g, y, x, a, loc=None, scale=None):
        inside = y != -np.inf
        z = np.where(inside, standard(x, loc, scale), 0.5)
        score, shape = scores(z, a)
        gx, gloc, gscale = of_density(g * inside, g * inside * score, z, scale)
        return gx, g * inside * shape, gloc, gscale

    @adjoint(distribution.pdf)
    def _(g, y, x, a, loc=None, scale=None):
        z = np.where(y != 0, standard(x, loc, scale), 0.5)
        score, shape = scores(z, a)
        gx, gloc, gscale = of_density(g * y, g * y * score, z, scale)
        return gx, g * y * shape, gloc, gscale


densities_everywhere(scipy.stats.norm, norm_score)
densities_everywhere(scipy.stats.laplace, laplace_score)
densities_everywhere(scipy.stats.logistic, logistic_score)
densities_everywhere(scipy.stats.cauchy, cauchy_score)
densities_everywhere(scipy.stats.gumbel_r, gumbel_r_score)
densities_everywhere(scipy.stats.gumbel_l, gumbel_l_score)
densities_of_one_shape(scipy.stats.gamma, gamma_scores)
densities_of_one_shape(scipy.stats.chi2, chi2_scores)
densities_of_one_shape(scipy.stats.lognorm, lognorm_scores)
densities_of_one_shape(scipy.stats.weibull_min, weibull_min_scores)


@adjoint(scipy.stats.t.logpdf)
def _(g, y, x, df, loc=None, scale=None):
    z = standard(x, loc, scale)
    score, shape = t_scores(z, df)
    gx, gloc, gscale = of_density(g, g * score, z, scale)
    return gx, g * shape, gloc, gscale


@adjoint(scipy.stats.t.pdf)
def _(g, y, x, df, loc=None, scale=None):
    z = standard(x, loc, scale)
    score, shape = t_scores(z, df)
    gx, gloc, gscale = of_density(g * y, g * y * score, z, scale)
    return gx, g * y * shape, gloc, gscale


@adjoint(scipy.stats.expon.logpdf)
def _(g, y, x, loc=None, scale=None):
    inside = y != -np.inf
    z = np.where(inside, standard(x, loc, scale), 0.5)
    return of_density(g * inside, -g * inside, z, scale)


@adjoint(scipy.stats.expon.pdf)
def _(g, y, x, loc=None, scale=None):
    return of_density(g * y, -g * y, standard(x, loc, scale), scale)


@adjoint(scipy.stats.uniform.logpdf)
def _(g, y, x, loc=None, scale=None):
    if given(scale):
        return np.zeros_like(y), np.zeros_like(y), -g * (y != -np.inf) / scale
    return np.zeros_like(y), np.zeros_like(y), None


@adjoint(scipy.stats.uniform.pdf)
def _(g, y, x, loc=None, scale=None):
    if given(scale):
        return np.zeros_like(y), np.zeros_like(y), -g * y / scale
    return np.zeros_like(y), np.zeros_like(y), None


@adjoint(scipy.stats.beta.logpdf)
def _(g, y, x, a, b, loc=None, scale=None):
    inside = y != -np.inf
    z = np.where(inside, standard(x, loc, scale), 0.5)
    score, first, second = beta_scores(z, a, b)
    gx, gloc, gscale = of_density(g * inside, g * inside * score, z, scale)
    return gx, g * inside * first, g * inside * second, gloc, gscale


@adjoint(scipy.stats.beta.pdf)
def _(g, y, x, a, b, loc=None, scale=None):
    z = np.where(y != 0, standard(x, loc, scale), 0.5)
    score, first, second = beta_scores(z, a, b)
    gx, gloc, gscale = of_density(g * y, g * y * score, z, scale)
    return gx, g * y * first, g * y * second, gloc, gscale
