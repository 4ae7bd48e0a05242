"""Statistics: average, variance, order statistics, covariance; and their versions that leave nan out."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.kinds import ONE, TOP, Array, Kind, Scalar, Tree
from sourcead.primitives.reductions import extreme, named_or
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.running import running
from sourcead.primitives.selection import weak_dtype
from sourcead.primitives.shapes import (
    Axis,
    Dims,
    array_dtype,
    as_array,
    inexact,
    is_none,
    product,
    reduced,
    reduced_dims,
    shaped,
    summed,
    total,
)
from sourcead.primitives.trials import tried

# Averages and variances -----------------------------------------------------------------------------------------------


@declare(np.average, static="axis returned keepdims")
def average(
    a: Kind, axis: Axis = None, weights: Kind | None = None, returned: bool = False, *, keepdims: bool = False
) -> Kind:
    values = as_array(a)
    if weights is None or is_none(weights):
        mean = reduced(a, inexact(array_dtype(a)), axis, keepdims)
    else:
        counts = as_array(weights)
        if values is None or counts is None:
            return TOP
        if len(counts.dims) != len(values.dims) and (not isinstance(axis, int) or len(counts.dims) != 1):
            raise NotCovered("np.average with weights that are neither of one axis nor of the shape of the array")
        mean = reduced(a, tried(_weighted, values.dtype, counts.dtype), axis, keepdims)
    if not returned:
        return mean
    return TOP if mean == TOP else Tree(tuple, (0, 1), (mean, mean))


def _weighted(a: Any, weights: Any) -> Any:
    return np.average(a, weights=weights)


def _variance(
    a: Kind,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Kind | None = None,
    mean: Kind | None = None,
    correction: float | None = None,
) -> Kind:
    return reduced(a, named_or(dtype, inexact(array_dtype(a))), axis, keepdims)


for _function in (np.var, np.std, np.nanvar, np.nanstd):
    declare(
        _function,
        method={np.var: "var", np.std: "std"}.get(_function, ""),
        static="axis dtype ddof keepdims correction",
        refuse="out",
    )(_variance)


# Order statistics -----------------------------------------------------------------------------------------------------


def _median(a: Kind, axis: Axis = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False) -> Kind:
    return reduced(a, inexact(array_dtype(a)), axis, keepdims)


def _quantile(function: Callable[..., Any]) -> None:
    """Declare one of the functions that take a part of the order."""

    def infer(
        a: Kind,
        q: Kind,
        axis: Axis = None,
        out: Any = None,
        overwrite_input: bool = False,
        method: str = "linear",
        keepdims: bool = False,
        *,
        weights: Any = None,
        interpolation: Any = None,
    ) -> Kind:
        values, parts = as_array(a), as_array(q)
        if values is None or parts is None:
            return TOP
        dtype = tried(_with_method(function, method), values.dtype, weak_dtype(q) if not parts.dims else parts.dtype)
        return shaped(dtype, parts.dims + reduced_dims(values.dims, axis, keepdims))

    declare(function, static="axis method keepdims", refuse="out overwrite_input weights interpolation")(infer)


@functools.cache
def _with_method(function: Callable[..., Any], method: str) -> Callable[..., Any]:
    return functools.partial(function, method=method)


_quantile(np.percentile)
_quantile(np.quantile)
_quantile(np.nanpercentile)
_quantile(np.nanquantile)
declare(np.median, static="axis keepdims", refuse="out overwrite_input")(_median)
declare(np.nanmedian, static="axis keepdims", refuse="out overwrite_input")(_median)


# Leaving nan out ------------------------------------------------------------------------------------------------------


def _total(
    a: Kind,
    axis: Axis = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Kind | None = None,
    where: Kind | None = None,
) -> Kind:
    return reduced(a, named_or(dtype, summed(array_dtype(a))), axis, keepdims)


@declare(np.nanmean, static="axis dtype keepdims", refuse="out")
def nanmean(
    a: Kind, axis: Axis = None, dtype: Any = None, out: Any = None, keepdims: bool = False, *, where: Kind | None = None
) -> Kind:
    return reduced(a, named_or(dtype, inexact(array_dtype(a))), axis, keepdims)


def _running(a: Kind, axis: int | None = None, dtype: Any = None, out: Any = None) -> Kind:
    return running(a, axis, dtype)


declare(np.nansum, static="axis dtype keepdims", refuse="out")(_total)
declare(np.nanprod, static="axis dtype keepdims", refuse="out")(_total)
declare(np.nanmax, static="axis keepdims", refuse="out initial where")(extreme)
declare(np.nanmin, static="axis keepdims", refuse="out initial where")(extreme)
declare(np.nancumsum, static="axis dtype", refuse="out")(_running)
declare(np.nancumprod, static="axis dtype", refuse="out")(_running)


# Covariances ----------------------------------------------------------------------------------------------------------


@declare(np.cov, static="rowvar bias ddof dtype", refuse="fweights aweights")
def cov(
    m: Kind,
    y: Kind | None = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Kind:
    dims = _variables(m, y, rowvar)
    found = named_or(dtype, _covariance_dtype(m, y))
    return TOP if dims is None else Array(found, dims)


@declare(np.corrcoef, static="rowvar dtype", refuse="bias ddof")
def corrcoef(
    x: Kind, y: Kind | None = None, rowvar: bool = True, bias: Any = None, ddof: Any = None, *, dtype: Any = None
) -> Kind:
    dims = _variables(x, y, rowvar)
    found = named_or(dtype, _covariance_dtype(x, y))
    if dims is None:
        return TOP
    return Array(found, dims) if dims else Scalar(found)


def _covariance_dtype(m: Kind, y: Kind | None) -> str | None:
    if y is None or is_none(y):
        return tried(np.cov, array_dtype(as_array(m) or m))
    return tried(np.cov, array_dtype(as_array(m) or m), array_dtype(as_array(y) or y))


def _variables(m: Kind, y: Kind | None, rowvar: bool) -> Dims | None:
    """The shape of a covariance: that of one variable alone is of no axis."""
    blocks = [as_array(kind) for kind in (m, y) if kind is not None and not is_none(kind)]
    if None in blocks or any(len(b.dims) > 2 for b in blocks if b is not None):
        return None
    counts = [(b.dims[0] if rowvar else b.dims[1]) if len(b.dims) == 2 else ONE for b in blocks if b is not None]
    if len(counts) == 1 and counts[0].one is None:
        return None
    number = product(counts[:1]) if len(counts) == 1 else total(counts)
    return () if number.one else (number, number)
