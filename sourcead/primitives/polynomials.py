"""Polynomials by their coefficients, the highest power first: values, derivatives, integrals, sums and products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.kinds import ANY, TOP, Array, Kind, dims_of
from sourcead.primitives.registry import declare
from sourcead.primitives.selection import weak_dtype
from sourcead.primitives.shapes import as_array, is_none, shaped, size_of
from sourcead.primitives.trials import tried


def dtype_in(kind: Kind) -> str | None:
    """The dtype with which an argument takes part: a number by itself, anything else as an array."""
    array = as_array(kind)
    return weak_dtype(kind) if dims_of(kind) == () else None if array is None else array.dtype


@declare(np.polyval, linear="p")
def polyval(p: Kind, x: Kind) -> Kind:
    coefficients, points = as_array(p), as_array(x)
    if coefficients is None or points is None:
        return TOP
    return shaped(tried(np.polyval, coefficients.dtype, dtype_in(x)), points.dims)


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
