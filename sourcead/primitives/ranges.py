"""Primitives that make evenly spaced numbers, and grids of indices."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import ANY, ONE, TOP, Array, Dim, Kind, Known, Scalar, Tree, broadcast_dims, dim_of
from sourcead.primitives.creation import named
from sourcead.primitives.registry import declare
from sourcead.primitives.selection import weak_dtype
from sourcead.primitives.shapes import (
    Dims,
    array_dtype,
    as_array,
    dims_of_shape,
    dtype_name,
    inexact,
    is_none,
    promoted,
    promoted_strong,
    size_of,
)


@declare(np.arange, static="dtype")
def arange(start: Kind, stop: Kind | None = None, step: Kind | None = None, dtype: Any = None) -> Kind:
    given = [kind for kind in (start, stop, step) if kind is not None and not is_none(kind)]
    return Array(named(dtype, promoted_strong(*map(array_dtype, given))), (_steps(given),))


def _steps(given: list[Kind]) -> Dim:
    literals = [kind.value for kind in given if isinstance(kind, Known) and isinstance(kind.value, int)]
    if len(literals) == len(given):
        return dim_of(len(range(*literals)))
    if len(given) == 1 and isinstance(given[0], Scalar):
        return size_of(given[0]) or dim_of(0)
    return ANY


def _spaced(ends: list[Kind], num: Kind | None, dtype: Any, axis: int) -> Kind:
    """So many numbers from one end to the other, along a new axis."""
    arrays = [as_array(end) for end in ends]
    if None in arrays:
        return TOP
    dims: Dims = broadcast_dims(*(a.dims for a in arrays if a is not None))
    count = dim_of(50) if num is None or is_none(num) else size_of(num) or ANY
    place = axis % (len(dims) + 1)
    made = named(dtype, inexact(promoted(*map(weak_dtype, ends), "pyfloat")))
    return Array(made, (*dims[:place], count, *dims[place:]))


@declare(np.linspace, static="endpoint dtype axis", refuse="retstep", linear="start stop")
def linspace(
    start: Kind,
    stop: Kind,
    num: Kind | None = None,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Kind:
    return _spaced([start, stop], num, dtype, axis)


@declare(np.logspace, static="endpoint base dtype axis")
def logspace(
    start: Kind,
    stop: Kind,
    num: Kind | None = None,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Kind:
    return _spaced([start, stop], num, dtype, axis)


@declare(np.geomspace, static="endpoint dtype axis")
def geomspace(
    start: Kind, stop: Kind, num: Kind | None = None, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Kind:
    return _spaced([start, stop], num, dtype, axis)


# Indices --------------------------------------------------------------------------------------------------------------


@declare(np.tri, static="k dtype", differentiable=False)
def tri(N: Kind, M: Kind | None = None, k: int = 0, dtype: Any = float) -> Kind:
    rows = size_of(N) or ANY
    columns = rows if M is None or is_none(M) else size_of(M) or ANY
    return Array(dtype_name(dtype), (rows, columns))


@declare(np.indices, static="dtype sparse", differentiable=False)
def indices(dimensions: Kind, dtype: Any = int, sparse: bool = False) -> Kind:
    dims = dims_of_shape(dimensions)
    if dims is None:
        return TOP
    if not sparse:
        return Array(dtype_name(dtype), (dim_of(len(dims)), *dims))
    shapes = (tuple(d if k == j else ONE for j, d in enumerate(dims)) for k in range(len(dims)))
    return Tree(tuple, tuple(range(len(dims))), tuple(Array(dtype_name(dtype), shape) for shape in shapes))


def _index_arrays(count: int) -> Kind:
    return Tree(tuple, tuple(range(count)), (Array("int64", (ANY,)),) * count)


@declare(np.tril_indices, static="k m", differentiable=False)
def tril_indices(n: Kind, k: int = 0, m: int | None = None) -> Kind:
    return _index_arrays(2)


@declare(np.triu_indices, static="k m", differentiable=False)
def triu_indices(n: Kind, k: int = 0, m: int | None = None) -> Kind:
    return _index_arrays(2)


@declare(np.tril_indices_from, static="k", differentiable=False)
def tril_indices_from(arr: Kind, k: int = 0) -> Kind:
    return _index_arrays(2)


@declare(np.triu_indices_from, static="k", differentiable=False)
def triu_indices_from(arr: Kind, k: int = 0) -> Kind:
    return _index_arrays(2)


@declare(np.diag_indices, static="ndim", differentiable=False)
def diag_indices(n: Kind, ndim: int = 2) -> Kind:
    return _index_arrays(ndim)


@declare(np.diag_indices_from, differentiable=False)
def diag_indices_from(arr: Kind) -> Kind:
    array = as_array(arr)
    return TOP if array is None else _index_arrays(len(array.dims))


@declare(np.ix_, differentiable=False)
def ix_(*args: Kind) -> Kind:
    count = len(args)

    def index(position: int, kind: Kind) -> Kind:
        array = as_array(kind)
        if array is None or len(array.dims) != 1:
            return TOP
        size, dtype = (ANY, "int64") if array.dtype == "bool" else (array.dims[0], array.dtype)
        return Array(dtype, tuple(size if k == position else ONE for k in range(count)))

    kinds = tuple(index(k, kind) for k, kind in enumerate(args))
    return TOP if TOP in kinds else Tree(tuple, tuple(range(count)), kinds)


@declare(np.unravel_index, static="order", differentiable=False)
def unravel_index(indices: Kind, shape: Kind, order: str = "C") -> Kind:
    places, dims = as_array(indices), dims_of_shape(shape)
    if places is None or dims is None:
        return TOP
    item = Array("int64", places.dims) if places.dims else Scalar("int64")
    return Tree(tuple, tuple(range(len(dims))), (item,) * len(dims))


@declare(np.ravel_multi_index, static="mode order", differentiable=False)
def ravel_multi_index(multi_index: Kind, dims: Kind, mode: Any = "raise", order: str = "C") -> Kind:
    return TOP
