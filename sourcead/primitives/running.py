"""Running sums and products, differences, and what is made of them: gradient, trapezoid; interpolation."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import ANY, TOP, Array, Dim, Kind, Tree, dim_of
from sourcead.primitives.reductions import named_or
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.selection import weak_dtype
from sourcead.primitives.shapes import (
    Axis,
    Dims,
    as_array,
    is_none,
    normal_axes,
    product,
    reduced_dims,
    shaped,
    summed,
)
from sourcead.primitives.trials import tried

# Running sums and products --------------------------------------------------------------------------------------------


@declare(np.cumprod, method="cumprod", static="axis dtype", refuse="out")
def cumprod(a: Kind, axis: int | None = None, dtype: Any = None, out: Any = None) -> Kind:
    return running(a, axis, dtype)


@declare(np.cumsum, method="cumsum", static="axis dtype", refuse="out", linear="a")
def cumsum(a: Kind, axis: int | None = None, dtype: Any = None, out: Any = None) -> Kind:
    return running(a, axis, dtype)


def running(a: Kind, axis: int | None, dtype: Any) -> Kind:
    """The kind of running sums or products."""
    array = as_array(a)
    if array is None:
        return TOP
    dims = array.dims if axis is not None and array.dims else (product(array.dims),)
    return Array(named_or(dtype, summed(array.dtype)), dims)


def _cumulative(
    x: Kind, /, *, axis: int | None = None, dtype: Any = None, out: Any = None, include_initial: bool = False
) -> Kind:
    array = as_array(x)
    if array is None:
        return TOP
    dims = array.dims or (dim_of(1),)
    along = normal_axes(0 if axis is None else axis, len(dims))[0]
    if include_initial:
        dims = resized(dims, along)
    return Array(named_or(dtype, summed(array.dtype)), dims)


if hasattr(np, "cumulative_sum"):  # from NumPy 2.1 on
    declare(np.cumulative_sum, static="axis dtype include_initial", refuse="out", linear="x")(_cumulative)
    declare(np.cumulative_prod, static="axis dtype include_initial", refuse="out")(_cumulative)


def resized(dims: Dims, axis: int) -> Dims:
    """A shape of which one size becomes another that is not known."""
    return tuple(ANY if k == axis else d for k, d in enumerate(dims))


# Differences ----------------------------------------------------------------------------------------------------------


@declare(np.diff, static="n axis", linear="a prepend append")
def diff(a: Kind, n: int = 1, axis: int = -1, prepend: Kind | None = None, append: Kind | None = None) -> Kind:
    if n < 1:
        raise NotCovered("np.diff with n=0 is its argument itself")
    parts = [as_array(kind) for kind in (a, prepend, append) if kind is not None and not is_none(kind)]
    if None in parts or not parts[0]:
        return TOP
    dtype = tried(_difference, *(part.dtype for part in parts if part is not None))
    along = normal_axes(axis, len(parts[0].dims))[0]
    if len(parts) > 1:
        return Array(dtype, resized(parts[0].dims, along))
    return Array(dtype, tuple(_fewer(d, n) if k == along else d for k, d in enumerate(parts[0].dims)))


def _fewer(dim: Dim, n: int) -> Dim:
    """The size less n, never below 0."""
    if isinstance(dim.key, int):
        return dim_of(max(dim.key - n, 0))
    return Dim(None if dim.key is None else ("fewer", dim, n), None)


def _difference(*parts: Any) -> Any:
    return np.diff(np.concatenate(parts))


@declare(np.ediff1d, linear="ary to_end to_begin")
def ediff1d(ary: Kind, to_end: Kind | None = None, to_begin: Kind | None = None) -> Kind:
    array = as_array(ary)
    return TOP if array is None else Array(tried(np.ediff1d, array.dtype), (ANY,))


@declare(np.gradient, static="axis edge_order")
def gradient(f: Kind, *varargs: Kind, axis: Axis = None, edge_order: int = 1) -> Kind:
    array = as_array(f)
    if array is None:
        return TOP
    axes = normal_axes(axis, len(array.dims))
    spacings = [as_array(kind) for kind in varargs]
    if any(s is None or len(s.dims) > 1 for s in spacings):
        return TOP
    along = Array(tried(np.gradient, array.dtype), array.dims)
    return along if len(axes) == 1 else Tree(_MANY, tuple(range(len(axes))), (along,) * len(axes))


_MANY: type = type(np.gradient(np.zeros((2, 2))))


# Integrals and interpolation ------------------------------------------------------------------------------------------


def _trapezoid(y: Kind, x: Kind | None = None, dx: Kind | None = None, axis: int = -1) -> Kind:
    points = None if x is None or is_none(x) else as_array(x)
    values = as_array(y)
    if values is None or (points is None and not (x is None or is_none(x))):
        return TOP
    if points is not None and len(points.dims) not in (1, len(values.dims)):
        raise NotCovered("np.trapezoid with points of another rank than the values")
    dims = reduced_dims(values.dims, axis)
    if points is not None:
        return shaped(tried(_integral, values.dtype, points.dtype), dims)
    return shaped(tried(_integral_of_steps, values.dtype, "pyfloat" if dx is None else weak_dtype(dx)), dims)


def _integral(y: Any, x: Any) -> Any:
    return np.trapezoid(y, x)


def _integral_of_steps(y: Any, dx: Any) -> Any:
    return np.trapezoid(y, dx=dx if np.ndim(dx) == 0 else dx[0])


declare(np.trapezoid, static="axis", linear="y", also=(np.trapz,) if hasattr(np, "trapz") else ())(_trapezoid)


@declare(np.interp, linear="fp left right")
def interp(
    x: Kind,
    xp: Kind,
    fp: Kind,
    left: Kind | None = None,
    right: Kind | None = None,
    period: Kind | None = None,
) -> Kind:
    where, values = as_array(x), as_array(fp)
    if where is None or values is None:
        return TOP
    dtype = "complex128" if values.dtype is not None and values.dtype.startswith("complex") else "float64"
    return shaped(dtype if values.dtype is not None else None, where.dims)
