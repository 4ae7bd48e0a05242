"""Primitives that take entries of an array by index or by condition, or choose among several arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import ANY, TOP, Array, Kind, Known, List, Tree, broadcast_dims
from sourcead.primitives.arranging import as_laid_out
from sourcead.primitives.registry import declare, declare_method
from sourcead.primitives.selection import weak_dtype
from sourcead.primitives.shapes import as_array, promoted, shaped, strong


@declare(np.take, method="take", static="axis mode", refuse="out", linear="a")
def take(a: Kind, indices: Kind, axis: int | None = None, out: Any = None, mode: str = "raise") -> Kind:
    array, index = as_array(a), as_array(indices)
    if array is None or index is None:
        return TOP
    if axis is None:
        return shaped(array.dtype, index.dims)
    axis %= len(array.dims)
    return shaped(array.dtype, (*array.dims[:axis], *index.dims, *array.dims[axis + 1 :]))


@declare(np.take_along_axis, static="axis", linear="arr")
def take_along_axis(arr: Kind, indices: Kind, axis: int | None = -1) -> Kind:
    array, index = as_array(arr), as_array(indices)
    if array is None or index is None:
        return TOP
    if axis is None:
        return as_laid_out(arr, index.dims)
    axis %= len(array.dims)
    beside = broadcast_dims(array.dims, index.dims)
    return as_laid_out(arr, tuple(index.dims[k] if k == axis else d for k, d in enumerate(beside)))


def _where_true(a: Kind, axis: int | None) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    if axis is None or not array.dims:
        return as_laid_out(a, (ANY,))
    return as_laid_out(a, tuple(ANY if k == axis % len(array.dims) else d for k, d in enumerate(array.dims)))


@declare(np.compress, static="axis", refuse="out", linear="a")
def compress(condition: Kind, a: Kind, axis: int | None = None, out: Any = None) -> Kind:
    return _where_true(a, axis)


def compress_method(a: Any, condition: Any, axis: int | None = None, out: Any = None) -> Any:
    """What `a.compress(condition, axis)` means."""
    return np.compress(condition, a, axis)


@declare(
    compress_method,
    name="compress",
    form="method compress",
    method="compress",
    static="axis",
    refuse="out",
    linear="a",
)
def _compress_method(a: Kind, condition: Kind, axis: int | None = None, out: Any = None) -> Kind:
    return _where_true(a, axis)


@declare(np.extract, linear="arr")
def extract(condition: Kind, arr: Kind) -> Kind:
    return _where_true(arr, None)


# Choosing among arrays ------------------------------------------------------------------------------------------------


def _items(container: Kind) -> list[Kind] | None:
    """The arrays in a container, as far as their number is known; of one of unknown length an item stands for all."""
    if isinstance(container, Tree) and container.type in (tuple, list):
        return list(container.items)
    if isinstance(container, List):
        return [container.item]
    array = as_array(container)
    return [Array(array.dtype, array.dims[1:])] if array is not None and array.dims else None


def _chosen(conditions: list[Kind], choices: list[Kind]) -> Kind:
    arrays = [as_array(kind) for kind in (*conditions, *choices)]
    if None in arrays:
        return TOP
    dims = broadcast_dims(*(a.dims for a in arrays if a is not None))
    return Array(strong(promoted(*map(weak_dtype, choices))), dims)


@declare(np.select, linear="choicelist default")
def select(condlist: Kind, choicelist: Kind, default: Kind | None = None) -> Kind:
    conditions, choices = _items(condlist), _items(choicelist)
    if conditions is None or choices is None:
        return TOP
    return _chosen(conditions, [*choices, default if default is not None else Known(0)])


@declare(np.choose, static="mode", refuse="out", linear="choices")
def choose(a: Kind, choices: Kind, out: Any = None, mode: str = "raise") -> Kind:
    found = _items(choices)
    if found is None:
        return TOP
    arrays = [as_array(kind) for kind in found]
    index = as_array(a)
    if None in arrays or index is None:
        return TOP
    known = [array for array in arrays if array is not None]
    dims = broadcast_dims(index.dims, *(array.dims for array in known))
    return shaped(promoted(*(strong(array.dtype) for array in known)), dims)


def _choose_method(a: Any, choices: Any, out: Any = None, mode: str = "raise") -> None:
    """How `a.choose` binds its arguments."""


declare_method("choose", choose, _choose_method, static="mode", refuse="out")
