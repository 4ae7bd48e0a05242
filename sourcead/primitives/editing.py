"""Primitives that put entries in or leave entries out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sourcead.kinds import ANY, ONE, TOP, Array, Dim, Kind, Scalar
from sourcead.primitives.arranging import as_laid_out
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.shapes import as_array, product, total


def _changed(arr: Kind, axis: int | None, size: Callable[[Dim], Dim]) -> Kind:
    array = as_array(arr)
    if array is None:
        return TOP
    if axis is None:
        return as_laid_out(arr, (size(product(array.dims)),))
    axis %= len(array.dims)
    return as_laid_out(arr, tuple(size(d) if k == axis else d for k, d in enumerate(array.dims)))


def _is_integer(kind: Kind) -> bool:
    return isinstance(kind, Scalar) and (kind.dtype or "").startswith(("pyint", "int", "uint"))


@declare(np.delete, static="axis", linear="arr")
def delete(arr: Kind, obj: Kind, axis: int | None = None) -> Kind:
    one = _is_integer(obj)
    return _changed(arr, axis, lambda d: Dim(("less", d, 1)) if one and d.key is not None else ANY)


@declare(np.insert, static="axis", linear="arr values")
def insert(arr: Kind, obj: Kind, values: Kind, axis: int | None = None) -> Kind:
    places = as_array(obj)
    if isinstance(places, Array) and (places.dtype or "").endswith("bool"):
        raise NotCovered("`np.insert` at a mask is not differentiated: give the places as integers")
    if places is None and not isinstance(obj, Scalar):
        return TOP
    one = _is_integer(obj) and isinstance(values, Scalar)
    return _changed(arr, axis, lambda d: total((d, ONE)) if one else ANY)
