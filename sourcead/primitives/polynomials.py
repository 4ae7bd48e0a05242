"""Polynomials by their coefficients: evaluation in every basis of NumPy, derivatives, integrals, sums and products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev, hermite, hermite_e, laguerre, legendre, polynomial

from sourcead.kinds import ANY, ONE, TOP, Array, Kind, dim_of, dims_of
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.running import resized
from sourcead.primitives.selection import weak_dtype
from sourcead.primitives.shapes import as_array, is_none, shaped, size_of
from sourcead.primitives.trials import tried

BASES = {
    polynomial: "poly",
    chebyshev: "cheb",
    legendre: "leg",
    hermite: "herm",
    hermite_e: "herme",
    laguerre: "lag",
}


def _dtype_in(kind: Kind) -> str | None:
    """The dtype with which an argument takes part: a number by itself, anything else as an array."""
    array = as_array(kind)
    return weak_dtype(kind) if dims_of(kind) == () else None if array is None else array.dtype


# np.polyval and its kin: the highest power first ----------------------------------------------------------------------


@declare(np.polyval, linear="p")
def polyval(p: Kind, x: Kind) -> Kind:
    coefficients, points = as_array(p), as_array(x)
    if coefficients is None or points is None:
        return TOP
    return shaped(tried(np.polyval, coefficients.dtype, _dtype_in(x)), points.dims)


@declare(np.polyder, static="m", linear="p")
def polyder(p: Kind, m: int = 1) -> Kind:
    coefficients = as_array(p)
    return TOP if coefficients is None else Array(tried(np.polyder, coefficients.dtype), (ANY,))


@declare(np.polyint, static="m", refuse="k", linear="p")
def polyint(p: Kind, m: int = 1, k: Any = None) -> Kind:
    coefficients = as_array(p)
    return TOP if coefficients is None else Array(tried(np.polyint, coefficients.dtype), (ANY,))


def _of_two(function: Callable[..., Any], linear: str) -> None:
    def infer(a1: Kind, a2: Kind) -> Kind:
        left, right = as_array(a1), as_array(a2)
        if left is None or right is None:
            return TOP
        return Array(tried(function, left.dtype, right.dtype), (ANY,))

    declare(function, linear=linear)(infer)


_of_two(np.polyadd, "a1 a2")
_of_two(np.polysub, "a1 a2")
_of_two(np.polymul, "a1, a2")


@declare(np.vander, static="increasing")
def vander(x: Kind, N: Kind | None = None, increasing: bool = False) -> Kind:
    points = as_array(x)
    if points is None or len(points.dims) != 1:
        return TOP
    columns = points.dims[0] if N is None or is_none(N) else size_of(N) or ANY
    return Array(tried(np.vander, points.dtype), (points.dims[0], columns))


# numpy.polynomial: the lowest degree first ----------------------------------------------------------------------------


def _evaluates(function: Callable[..., Any]) -> None:
    """Declare the evaluation of a series in one basis."""

    def infer(x: Kind, c: Kind, tensor: bool = True) -> Kind:
        points, coefficients = as_array(x), as_array(c)
        if not tensor and (coefficients is None or len(coefficients.dims) != 1):
            raise NotCovered("the evaluation of several series with tensor=False")
        if points is None or coefficients is None or not coefficients.dims:
            return TOP
        return shaped(tried(function, _dtype_in(x), coefficients.dtype), coefficients.dims[1:] + points.dims)

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
