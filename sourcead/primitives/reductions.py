"""Reductions: sum, mean, max, min, prod; cumprod; and those that carry no derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import TOP, Array, Kind, Scalar
from sourcead.primitives.registry import declare
from sourcead.primitives.shapes import Axis, array_dtype, as_array, inexact, product, reduced, summed

WITHOUT = "dtype out initial where"
_COUNT = "int64" if isinstance(np.count_nonzero([1]), np.integer) else "pyint"  # an int before NumPy 2.3


@declare(np.sum, method="sum", static="axis keepdims", refuse=WITHOUT)
def sum_(
    a: Kind,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = None,
) -> Kind:
    return reduced(a, summed(array_dtype(a)), axis, keepdims)


@declare(np.prod, method="prod", static="axis keepdims", refuse=WITHOUT)
def prod(
    a: Kind,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = None,
) -> Kind:
    return reduced(a, summed(array_dtype(a)), axis, keepdims)


@declare(np.mean, method="mean", static="axis keepdims", refuse="dtype out where")
def mean(
    a: Kind, axis: Axis = None, dtype: Any = None, out: Any = None, keepdims: bool = False, where: Any = None
) -> Kind:
    return reduced(a, inexact(array_dtype(a)), axis, keepdims)


@declare(np.max, method="max", static="axis keepdims", refuse="out initial where", also=(np.amax,))
def max_(
    a: Kind, axis: Axis = None, out: Any = None, keepdims: bool = False, initial: Any = None, where: Any = None
) -> Kind:
    return reduced(a, array_dtype(a), axis, keepdims)


@declare(np.min, method="min", static="axis keepdims", refuse="out initial where", also=(np.amin,))
def min_(
    a: Kind, axis: Axis = None, out: Any = None, keepdims: bool = False, initial: Any = None, where: Any = None
) -> Kind:
    return reduced(a, array_dtype(a), axis, keepdims)


@declare(np.cumprod, method="cumprod", static="axis", refuse="dtype out")
def cumprod(a: Kind, axis: int | None = None, dtype: Any = None, out: Any = None) -> Kind:
    return _running(a, axis)


@declare(np.cumsum, method="cumsum", static="axis", refuse="dtype out")
def cumsum(a: Kind, axis: int | None = None, dtype: Any = None, out: Any = None) -> Kind:
    return _running(a, axis)


def _running(a: Kind, axis: int | None) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    dims = array.dims if axis is not None and array.dims else (product(array.dims),)
    return Array(summed(array.dtype), dims)


# Without derivative ---------------------------------------------------------------------------------------------------


@declare(np.argmax, method="argmax", static="axis keepdims", refuse="out", differentiable=False)
def argmax(a: Kind, axis: int | None = None, out: Any = None, keepdims: bool = False) -> Kind:
    return reduced(a, "int64", axis, keepdims)


@declare(np.argmin, method="argmin", static="axis keepdims", refuse="out", differentiable=False)
def argmin(a: Kind, axis: int | None = None, out: Any = None, keepdims: bool = False) -> Kind:
    return reduced(a, "int64", axis, keepdims)


@declare(np.any, method="any", static="axis keepdims", refuse="out where", differentiable=False)
def any_(a: Kind, axis: Axis = None, out: Any = None, keepdims: bool = False, where: Any = None) -> Kind:
    return reduced(a, "bool", axis, keepdims)


@declare(np.all, method="all", static="axis keepdims", refuse="out where", differentiable=False)
def all_(a: Kind, axis: Axis = None, out: Any = None, keepdims: bool = False, where: Any = None) -> Kind:
    return reduced(a, "bool", axis, keepdims)


@declare(np.count_nonzero, static="axis keepdims", differentiable=False)
def count_nonzero(a: Kind, axis: Axis = None, *, keepdims: bool = False) -> Kind:
    return Scalar(_COUNT) if axis is None and not keepdims else reduced(a, "int64", axis, keepdims)
