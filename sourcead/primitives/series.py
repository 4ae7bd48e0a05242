"""Series in every basis of `numpy.polynomial`, the lowest degree first: values, derivatives, values of the basis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.polynomial import chebyshev, hermite, hermite_e, laguerre, legendre, polynomial

from sourcead.kinds import ANY, ONE, TOP, Array, Kind, dim_of
from sourcead.primitives.polynomials import dtype_in
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.running import resized
from sourcead.primitives.shapes import as_array, shaped, size_of
from sourcead.primitives.trials import tried

BASES = {
    polynomial: "poly",
    chebyshev: "cheb",
    legendre: "leg",
    hermite: "herm",
    hermite_e: "herme",
    laguerre: "lag",
}


def _evaluates(function: Callable[..., Any]) -> None:
    """Declare the evaluation of a series in one basis."""

    def infer(x: Kind, c: Kind, tensor: bool = True) -> Kind:
        points, coefficients = as_array(x), as_array(c)
        if not tensor and (coefficients is None or len(coefficients.dims) != 1):
            raise NotCovered("the evaluation of several series with tensor=False")
        if points is None or coefficients is None or not coefficients.dims:
            return TOP
        return shaped(tried(function, dtype_in(x), coefficients.dtype), coefficients.dims[1:] + points.dims)

    declare(function, static="tensor", linear="c")(infer)


def _derives(function: Callable[..., Any]) -> None:
    """Declare the derivative of a series in one basis."""

    def infer(c: Kind, m: int = 1, scl: float = 1, axis: int = 0) -> Kind:
        coefficients = as_array(c)
        if coefficients is None or not coefficients.dims:
            return TOP
        if axis != 0 and len(coefficients.dims) > 1:
            raise NotCovered("the derivatives of several series along another axis than the first")
        return Array(tried(function, coefficients.dtype), resized(coefficients.dims, 0))

    declare(function, static="m scl axis", linear="c")(infer)


def _spans(function: Callable[..., Any]) -> None:
    """Declare the matrix of the values of the first basis functions."""

    def of_degree_two(x: Any) -> Any:
        return function(x, 2)

    def infer(x: Kind, deg: Kind) -> Kind:
        points = as_array(x)
        if points is None:
            return TOP
        size = size_of(deg) or ANY
        columns = dim_of(size.key + 1) if isinstance(size.key, int) else ANY
        return Array(tried(of_degree_two, points.dtype), (*(points.dims or (ONE,)), columns))

    declare(function)(infer)


for _basis, _prefix in BASES.items():
    _evaluates(getattr(_basis, f"{_prefix}val"))
    _derives(getattr(_basis, f"{_prefix}der"))
    _spans(getattr(_basis, f"{_prefix}vander"))
