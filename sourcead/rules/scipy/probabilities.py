"""Rules of the cumulated probabilities of the continuous distributions of `scipy.stats`, and of their inverses.

The derivative with respect to the data is the density; there is none in closed form with respect to a shape.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import scipy.special
import scipy.stats

from sourcead.rules.facts import given
from sourcead.rules.registry import adjoint
from sourcead.rules.scipy.stats import of_data, ratio, standard
from sourcead.runtime import quotient


def without_shapes(distribution):
    """The rules of a distribution that has a location and a scale alone."""

    @adjoint(distribution.cdf)
    def _(g, y, x, loc=None, scale=None):
        z = standard(x, loc, scale)
        return of_data(g * distribution.pdf(z), z, scale)

    @adjoint(distribution.sf)
    def _(g, y, x, loc=None, scale=None):
        z = standard(x, loc, scale)
        return of_data(-g * distribution.pdf(z), z, scale)

    @adjoint(distribution.logcdf)
    def _(g, y, x, loc=None, scale=None):
        z = standard(x, loc, scale)
        return of_data(g * ratio(distribution.logpdf(z), y), z, scale)

    @adjoint(distribution.logsf)
    def _(g, y, x, loc=None, scale=None):
        z = standard(x, loc, scale)
        return of_data(-g * ratio(distribution.logpdf(z), y), z, scale)

    @adjoint(distribution.ppf)
    def _(g, y, q, loc=None, scale=None):
        z = standard(y, loc, scale)
        return quotient(stretched(g, scale), distribution.pdf(z)), g, g * z

    @adjoint(distribution.isf)
    def _(g, y, q, loc=None, scale=None):
        z = standard(y, loc, scale)
        return quotient(stretched(-g, scale), distribution.pdf(z)), g, g * z


def of_one_shape(distribution, name):
    """The rules of a distribution with one shape."""
    held = {"a": f"the shape `{name}`"}

    @adjoint(distribution.cdf, held=held)
    def _(g, y, x, a, loc=None, scale=None):
        z = standard(x, loc, scale)
        gx, gloc, gscale = of_data(g * distribution.pdf(z, a), z, scale)
        return gx, None, gloc, gscale

    @adjoint(distribution.sf, held=held)
    def _(g, y, x, a, loc=None, scale=None):
        z = standard(x, loc, scale)
        gx, gloc, gscale = of_data(-g * distribution.pdf(z, a), z, scale)
        return gx, None, gloc, gscale

    @adjoint(distribution.logcdf, held=held)
    def _(g, y, x, a, loc=None, scale=None):
        z = standard(x, loc, scale)
        gx, gloc, gscale = of_data(g * ratio(distribution.logpdf(z, a), y), z, scale)
        return gx, None, gloc, gscale

    @adjoint(distribution.logsf, held=held)
    def _(g, y, x, a, loc=None, scale=None):
        z = standard(x, loc, scale)
        gx, gloc, gscale = of_data(-g * ratio(distribution.logpdf(z, a), y), z, scale)
        return gx, None, gloc, gscale

    @adjoint(distribution.ppf, held=held)
    def _(g, y, q, a, loc=None, scale=None):
        z = standard(y, loc, scale)
        return quotient(stretched(g, scale), distribution.pdf(z, a)), None, g, g * z

    @adjoint(distribution.isf, held=held)
    def _(g, y, q, a, loc=None, scale=None):
        z = standard(y, loc, scale)
        return quotient(stretched(-g, scale), distribution.pdf(z, a)), None, g, g * z


def of_two_shapes(distribution, first, second):
    """The rules of a distribution with two shapes."""
    held = {"a": f"the shape `{first}`", "b": f"the shape `{second}`"}

    @adjoint(distribution.cdf, held=held)
    def _(g, y, x, a, b, loc=None, scale=None):
        z = standard(x, loc, scale)
        gx, gloc, gscale = of_data(g * distribution.pdf(z, a, b), z, scale)
        return gx, None, None, gloc, gscale

    @adjoint(distribution.sf, held=held)
    def _(g, y, x, a, b, loc=None, scale=None):
        z = standard(x, loc, scale)
        gx, gloc, gscale = of_data(-g * distribution.pdf(z, a, b), z, scale)
        return gx, None, None, gloc, gscale

    @adjoint(distribution.logcdf, held=held)
    def _(g, y, x, a, b, loc=None, scale=None):
        z = standard(x, loc, scale)
        gx, gloc, gscale = of_data(g * ratio(distribution.logpdf(z, a, b), y), z, scale)
        return gx, None, None, gloc, gscale

    @adjoint(distribution.logsf, held=held)
    def _(g, y, x, a, b, loc=None, scale=None):
        z = standard(x, loc, scale)
        gx, gloc, gscale = of_data(-g * ratio(distribution.logpdf(z, a, b), y), z, scale)
        return gx, None, None, gloc, gscale

    @adjoint(distribution.ppf, held=held)
    def _(g, y, q, a, b, loc=None, scale=None):
        z = standard(y, loc, scale)
        return quotient(stretched(g, scale), distribution.pdf(z, a, b)), None, None, g, g * z

    @adjoint(distribution.isf, held=held)
    def _(g, y, q, a, b, loc=None, scale=None):
        z = standard(y, loc, scale)
        return quotient(stretched(-g, scale), distribution.pdf(z, a, b)), None, None, g, g * z


def stretched(g, scale):
    """The cotangent of the standard quantile."""
    if given(scale):
        return g * scale
    return g


for _distribution in (
    scipy.stats.norm, scipy.stats.expon, scipy.stats.uniform, scipy.stats.laplace, scipy.stats.logistic,
    scipy.stats.cauchy, scipy.stats.gumbel_r, scipy.stats.gumbel_l,
):  # fmt: skip
    without_shapes(_distribution)
of_one_shape(scipy.stats.t, "df")
of_one_shape(scipy.stats.gamma, "a")
of_one_shape(scipy.stats.chi2, "df")
of_one_shape(scipy.stats.lognorm, "s")
of_one_shape(scipy.stats.weibull_min, "c")
of_two_shapes(scipy.stats.beta, "a", "b")


@adjoint(scipy.stats.norm.logcdf)
def _(g, y, x, loc=None, scale=None):
    z = standard(x, loc, scale)
    return of_data(g * math.sqrt(2 / math.pi) / scipy.special.erfcx(-z / math.sqrt(2)), z, scale)


@adjoint(scipy.stats.norm.logsf)
def _(g, y, x, loc=None, scale=None):
    z = standard(x, loc, scale)
    return of_data(-g * math.sqrt(2 / math.pi) / scipy.special.erfcx(z / math.sqrt(2)), z, scale)
