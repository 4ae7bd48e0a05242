"""Primitives about diagonals and triangles of matrices, and Kronecker's product."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import ANY, ONE, TOP, Array, Dim, Kind, dim_of
from sourcead.primitives.arranging import as_laid_out
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.shapes import (
    Dims,
    as_array,
    normal_axes,
    product,
    promoted_strong,
    shaped,
    strong,
    summed,
    total,
)


def _triangle(m: Kind) -> Kind:
    array = as_array(m)
    if array is None:
        return TOP
    return as_laid_out(m, array.dims * 2 if len(array.dims) == 1 else array.dims)


@declare(np.tril, static="k", linear="m")
def tril(m: Kind, k: int = 0) -> Kind:
    return _triangle(m)


@declare(np.triu, static="k", linear="m")
def triu(m: Kind, k: int = 0) -> Kind:
    return _triangle(m)


def _length(rows: Dim, columns: Dim, offset: int) -> Dim:
    """How many entries a diagonal has."""
    if rows.key is None or columns.key is None:
        return ANY
    if rows != columns:
        more = offset == 0 and rows.one is columns.one is False  # the lesser of two sizes that are not 1
        return Dim(("diagonal", rows, columns, offset), False if more else None)
    if offset == 0:
        return rows
    by = dim_of(abs(offset))
    if isinstance(rows.key, tuple) and rows.key[0] == "sum" and rows.key[-1] == by:
        return total(rows.key[1:-1])
    return Dim(("less", rows, abs(offset)))


def _square(size: Dim, offset: int) -> Dims:
    side = size if offset == 0 else total((size, dim_of(abs(offset))))
    return (side, side)


@declare(np.diag, static="k", linear="v", result="maybe")
def diag(v: Kind, k: int = 0) -> Kind:
    array = as_array(v)
    if array is None:
        return TOP
    if len(array.dims) == 1:
        return as_laid_out(v, _square(array.dims[0], k))
    if len(array.dims) != 2:
        raise NotCovered("`np.diag` takes a vector or a matrix")
    return as_laid_out(v, (_length(*array.dims, k),))


@declare(np.diagonal, method="diagonal", static="offset axis1 axis2", linear="a", result="view")
def diagonal(a: Kind, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    rest, length = _apart(array, offset, axis1, axis2)
    return as_laid_out(a, (*rest, length))


def _apart(array: Array, offset: int, axis1: int, axis2: int) -> tuple[Dims, Dim]:
    """The sizes beside two axes, and that of a diagonal over them."""
    i, j = normal_axes((axis1, axis2), len(array.dims))
    rest = tuple(d for k, d in enumerate(array.dims) if k not in (i, j))
    return rest, _length(array.dims[i], array.dims[j], offset)


@declare(np.diagflat, static="k", linear="v")
def diagflat(v: Kind, k: int = 0) -> Kind:
    array = as_array(v)
    return TOP if array is None else as_laid_out(v, _square(product(array.dims), k))


@declare(np.trace, method="trace", static="offset axis1 axis2", refuse="dtype out", linear="a")
def trace(a: Kind, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None) -> Kind:
    array = as_array(a)
    return TOP if array is None else shaped(summed(array.dtype), _apart(array, offset, axis1, axis2)[0])


@declare(np.kron, linear="a, b")
def kron(a: Kind, b: Kind) -> Kind:
    left, right = as_array(a), as_array(b)
    if left is None or right is None:
        return TOP
    rank = max(len(left.dims), len(right.dims))
    dtype = promoted_strong(left.dtype, right.dtype)
    if not rank:
        return shaped(dtype, ())
    first, second = ((ONE,) * (rank - len(part.dims)) + part.dims for part in (left, right))
    return Array(strong(dtype), tuple(map(product, zip(first, second, strict=True))))
