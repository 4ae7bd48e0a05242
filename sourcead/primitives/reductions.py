"""Reductions: sum, mean, max, min, ptp, prod; and those that carry no derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import Kind, Scalar
from sourcead.primitives.registry import declare
from sourcead.primitives.shapes import Axis, array_dtype, dtype_name, inexact, reduced, summed

_COUNT = "int64" if isinstance(np.count_nonzero([1]), np.integer) else "pyint"  # an int before NumPy 2.3


def named_or(dtype: Any, default: str | None) -> str | None:
    """The dtype in which a call asks to compute, or that in which it does so without asking."""
    return default if dtype is None else dtype_name(dtype)


@declare(np.sum, method="sum", static="axis dtype keepdims", refuse="out", linear="a initial")
def sum_(
    a: Kind,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Kind | None = None,
    where: Kind | None = None,
) -> Kind:
    return reduced(a, named_or(dtype, summed(array_dtype(a))), axis, keepdims)


@declare(np.prod, method="prod", static="axis dtype keepdims", refuse="out")
def prod(
    a: Kind,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Kind | None = None,
    where: Kind | None = None,
) -> Kind:
    return reduced(a, named_or(dtype, summed(array_dtype(a))), axis, keepdims)


@declare(np.mean, method="mean", static="axis dtype keepdims", refuse="out", linear="a")
def mean(
    a: Kind, axis: Axis = None, dtype: Any = None, out: Any = None, keepdims: bool = False, *, where: Kind | None = None
) -> Kind:
    return reduced(a, named_or(dtype, inexact(array_dtype(a))), axis, keepdims)


def extreme(
    a: Kind,
    axis: Axis = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Kind | None = None,
    where: Kind | None = None,
) -> Kind:
    """The kind of the greatest or least of the entries."""
    return reduced(a, array_dtype(a), axis, keepdims)


declare(np.max, method="max", static="axis keepdims", refuse="out", also=(np.amax,))(extreme)
declare(np.min, method="min", static="axis keepdims", refuse="out", also=(np.amin,))(extreme)


@declare(np.ptp, static="axis keepdims", refuse="out")
def ptp(a: Kind, axis: Axis = None, out: Any = None, keepdims: bool = False) -> Kind:
    return reduced(a, array_dtype(a), axis, keepdims)


# Without derivative ---------------------------------------------------------------------------------------------------


@declare(np.argmax, method="argmax", static="axis keepdims", refuse="out", differentiable=False)
def argmax(a: Kind, axis: int | None = None, out: Any = None, keepdims: bool = False) -> Kind:
    return reduced(a, "int64", axis, keepdims)


@declare(np.argmin, method="argmin", static="axis keepdims", refuse="out", differentiable=False)
def argmin(a: Kind, axis: int | None = None, out: Any = None, keepdims: bool = False) -> Kind:
    return reduced(a, "int64", axis, keepdims)


@declare(np.any, method="any", static="axis keepdims", refuse="out", differentiable=False)
def any_(a: Kind, axis: Axis = None, out: Any = None, keepdims: bool = False, *, where: Kind | None = None) -> Kind:
    return reduced(a, "bool", axis, keepdims)


@declare(np.all, method="all", static="axis keepdims", refuse="out", differentiable=False)
def all_(a: Kind, axis: Axis = None, out: Any = None, keepdims: bool = False, *, where: Kind | None = None) -> Kind:
    return reduced(a, "bool", axis, keepdims)


@declare(np.count_nonzero, static="axis keepdims", differentiable=False)
def count_nonzero(a: Kind, axis: Axis = None, *, keepdims: bool = False) -> Kind:
    return Scalar(_COUNT) if axis is None and not keepdims else reduced(a, "int64", axis, keepdims)


@declare(np.nanargmax, static="axis keepdims", refuse="out", differentiable=False)
def nanargmax(a: Kind, axis: int | None = None, out: Any = None, *, keepdims: bool = False) -> Kind:
    return reduced(a, "int64", axis, keepdims)


@declare(np.nanargmin, static="axis keepdims", refuse="out", differentiable=False)
def nanargmin(a: Kind, axis: int | None = None, out: Any = None, *, keepdims: bool = False) -> Kind:
    return reduced(a, "int64", axis, keepdims)
