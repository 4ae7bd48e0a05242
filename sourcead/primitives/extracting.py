"""Primitives that take numbers of Python's out of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import TOP, Array, Kind, List, Scalar, Tree
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.shapes import as_array

_PYTHON_TYPES = {"f": "pyfloat", "i": "pyint", "u": "pyint", "b": "pybool", "c": "pycomplex"}


def _python_number(dtype: str | None) -> Scalar:
    return Scalar(None if dtype is None else _PYTHON_TYPES.get(np.dtype(dtype).kind))


def item(a: Any, *args: Any) -> Any:
    """What `a.item()` and `a.item(i, j)` mean."""
    return a.item(*args)


@declare(item, name="item", form="method item", method="item", result="scalar", linear="a")
def _item(a: Kind, *args: Kind) -> Kind:
    if any(isinstance(i, Tree | List) for i in args):
        raise NotCovered("`item` of a tuple is not differentiated: pass its items, or write `a[i, j]`")
    known = as_array(a)
    return _python_number(None if known is None else known.dtype)


def to_list(a: Any) -> Any:
    """What `a.tolist()` means."""
    return a.tolist()


@declare(to_list, name="tolist", form="method tolist", method="tolist", linear="a")
def _tolist(a: Kind) -> Kind:
    if isinstance(a, Scalar):
        return _python_number(a.dtype)
    return _nested(a) if isinstance(a, Array) else TOP


def _nested(array: Array) -> Kind:
    if not array.dims:
        return _python_number(array.dtype)
    return List(_nested(Array(array.dtype, array.dims[1:])), array.dims[0])
