"""Primitives that sort, and those that search what is sorted: the derivative of a sorted entry goes with it."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import ANY, TOP, Array, Kind, Tree, dim_of
from sourcead.primitives.arranging import as_laid_out
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.shapes import as_array, product, shaped


def _sorted(a: Kind, axis: int | None) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    return as_laid_out(a, array.dims if axis is not None else (product(array.dims),))


@declare(np.sort, static="axis kind stable", refuse="order")
def sort(a: Kind, axis: int | None = -1, kind: str | None = None, order: Any = None, *, stable: Any = None) -> Kind:
    return _sorted(a, axis)


@declare(np.partition, static="axis kind", refuse="order")
def partition(
    a: Kind, kth: Kind, axis: int | None = -1, kind: str = "introselect", order: Any = None
) -> Kind:
    return _sorted(a, axis)


@declare(np.unique, static="return_index return_inverse return_counts equal_nan sorted", refuse="axis")
def unique(
    ar: Kind,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> Kind:
    array = as_array(ar)
    if return_index or return_inverse or return_counts:
        raise NotCovered("`np.unique` with more than the values is not differentiated: call it once more for them")
    return TOP if array is None else as_laid_out(ar, (ANY,))


# Places ---------------------------------------------------------------------------------------------------------------


def _places(a: Kind, axis: int | None) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    return Array("int64", array.dims if axis is not None and array.dims else (product(array.dims),))


@declare(np.argpartition, method="argpartition", static="axis kind", refuse="order", differentiable=False)
def argpartition(a: Kind, kth: Kind, axis: int | None = -1, kind: str = "introselect", order: Any = None) -> Kind:
    return _places(a, axis)


@declare(np.lexsort, static="axis", differentiable=False)
def lexsort(keys: Kind, axis: int = -1) -> Kind:
    array = as_array(keys)
    if array is None and isinstance(keys, Tree) and keys.items:
        array = as_array(keys.items[0])
        return TOP if array is None else Array("int64", array.dims)
    return TOP if array is None or not array.dims else Array("int64", array.dims[1:])


@declare(np.searchsorted, method="searchsorted", static="side", refuse="sorter", differentiable=False)
def searchsorted(a: Kind, v: Kind, side: str = "left", sorter: Any = None) -> Kind:
    values = as_array(v)
    return TOP if values is None else shaped("int64", values.dims)


@declare(np.digitize, static="right", differentiable=False)
def digitize(x: Kind, bins: Kind, right: bool = False) -> Kind:
    values = as_array(x)
    return TOP if values is None else shaped("int64", values.dims)


@declare(np.flatnonzero, differentiable=False)
def flatnonzero(a: Kind) -> Kind:
    return Array("int64", (ANY,))


@declare(np.argwhere, differentiable=False)
def argwhere(a: Kind) -> Kind:
    array = as_array(a)
    return TOP if array is None else Array("int64", (ANY, dim_of(len(array.dims))))


@declare(np.isin, static="assume_unique invert kind", differentiable=False)
def isin(
    element: Kind, test_elements: Kind, assume_unique: bool = False, invert: bool = False, *, kind: str | None = None
) -> Kind:
    values = as_array(element)
    return TOP if values is None else Array("bool", values.dims)

