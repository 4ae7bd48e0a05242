"""The distributions of `scipy.stats`: densities, masses and cumulated probabilities are methods of one object each."""

from __future__ import annotations

import inspect
from typing import Any

import scipy.stats

from sourcead.kinds import TOP, Array, Dim, Kind, Scalar
from sourcead.primitives.promotion import arraylike, broadcast_kind
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.scipy.special import refuse_complex
from sourcead.primitives.shapes import as_array, is_none

CONTINUOUS = {
    "norm": "", "t": "df", "beta": "a b", "gamma": "a", "expon": "", "uniform": "", "chi2": "df", "lognorm": "s",
    "laplace": "", "logistic": "", "cauchy": "", "gumbel_r": "", "gumbel_l": "", "weibull_min": "c",
}  # fmt: skip
DISCRETE = {"poisson": "mu", "bernoulli": "p", "binom": "n p"}
OF_DATA = ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf")
OF_COUNTS = ("pmf", "logpmf", "cdf", "logcdf", "sf", "logsf")
OF_PROBABILITIES = ("ppf", "isf")


def _declare_method(distribution: str, method: str, operands: list[str], optional: list[str]) -> None:
    name = f"scipy.stats.{distribution}.{method}"

    def infer(*kinds: Kind, **named: Kind) -> Kind:
        given = [k for k in (*kinds, *named.values()) if not is_none(k)]
        refuse_complex(name, *given)
        found = arraylike(tuple(given))
        return TOP if found is None else broadcast_kind("float64", found)

    parameters = [inspect.Parameter(word, inspect.Parameter.POSITIONAL_OR_KEYWORD) for word in operands]
    parameters += [inspect.Parameter(w, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None) for w in optional]
    infer.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    target = getattr(getattr(scipy.stats, distribution), method)
    declare(target, name=name, elementwise=True, singular=True, harmless=0.5)(infer)


def _declare_all() -> None:
    for distribution, shapes in CONTINUOUS.items():
        for method in OF_DATA:
            _declare_method(distribution, method, ["x", *shapes.split()], ["loc", "scale"])
        for method in OF_PROBABILITIES:
            _declare_method(distribution, method, ["q", *shapes.split()], ["loc", "scale"])
    for distribution, shapes in DISCRETE.items():
        for method in OF_COUNTS:
            _declare_method(distribution, method, ["k", *shapes.split()], ["loc"])


_declare_all()


# Of vectors -----------------------------------------------------------------------------------------------------------


def _squeezed(dims: tuple[Dim, ...]) -> Kind:
    """The kind of one number for each point; axes of size 1 are gone."""
    if any(d.one is None for d in dims):
        return TOP
    left = tuple(d for d in dims if not d.one)
    return Array("float64", left) if left else Scalar("float64")


def _normal(x: Kind, mean: Kind | None = None, cov: Kind | None = None, allow_singular: bool = False) -> Kind:
    """The kind of a density of points that are the last axis of x."""
    name = "scipy.stats.multivariate_normal"
    refuse_complex(name, x)
    points, matrix = as_array(x), None if cov is None else as_array(cov)
    center = None if mean is None or is_none(mean) else as_array(mean)
    if cov is None or is_none(cov) or (matrix is not None and len(matrix.dims) != 2):
        raise NotCovered(f"{name} is covered where `cov` is a matrix")
    if center is not None and len(center.dims) != 1:
        raise NotCovered(f"{name} is covered where `mean` is a vector")
    if points is None or matrix is None or matrix.dims[0].one is None:
        raise NotCovered(f"{name} means one thing for vectors, another for numbers: shapes must be known")
    if matrix.dims[0].one or not points.dims:
        raise NotCovered(f"{name} in one dimension: use scipy.stats.norm")
    if len(points.dims) > 2:
        raise NotCovered(f"{name} is covered where `x` is a vector or a matrix whose rows are points")
    return _squeezed(points.dims[:-1])


def _dirichlet(x: Kind, alpha: Kind) -> Kind:
    """The kind of a density of points that are the first axis of x."""
    points = as_array(x)
    return TOP if points is None or not points.dims else _squeezed(points.dims[1:])


def _declare_of_vectors() -> None:
    for method in ("logpdf", "pdf"):
        of: Any = {"effects": "raises", "singular": True}
        normal, dirichlet = scipy.stats.multivariate_normal, scipy.stats.dirichlet
        name = f"scipy.stats.multivariate_normal.{method}"
        declare(getattr(normal, method), name=name, refuse="allow_singular", **of)(_normal)
        declare(getattr(dirichlet, method), name=f"scipy.stats.dirichlet.{method}", **of)(_dirichlet)


_declare_of_vectors()
