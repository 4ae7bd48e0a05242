"""Primitives that make arrays, copy them, or change their dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import ANY, TOP, Array, Dim, Kind, Known, Scalar, dim_of
from sourcead.primitives.registry import declare, declare_method
from sourcead.primitives.selection import weak_dtype
from sourcead.primitives.shapes import (
    array_dtype,
    as_array,
    dims_of_shape,
    dtype_name,
    inexact,
    is_none,
    promoted,
    promoted_strong,
    size_of,
    strong,
)


def named(dtype: Any, default: str | None) -> str | None:
    """The dtype that a call asks for, or what it is without asking."""
    return default if dtype is None else dtype_name(dtype)


def _of_shape(shape: Kind, dtype: str | None) -> Kind:
    dims = dims_of_shape(shape)
    return TOP if dims is None else Array(dtype, dims)


# From a shape ---------------------------------------------------------------------------------------------------------


@declare(np.zeros, static="dtype", refuse="order", differentiable=False)
def zeros(shape: Kind, dtype: Any = None, order: str = "C") -> Kind:
    return _of_shape(shape, named(dtype, "float64"))


@declare(np.ones, static="dtype", refuse="order", differentiable=False)
def ones(shape: Kind, dtype: Any = None, order: str = "C") -> Kind:
    return _of_shape(shape, named(dtype, "float64"))


@declare(np.empty, static="dtype", refuse="order", differentiable=False)
def empty(shape: Kind, dtype: Any = None, order: str = "C") -> Kind:
    return _of_shape(shape, named(dtype, "float64"))


@declare(np.full, static="dtype", refuse="order", linear="fill_value")
def full(shape: Kind, fill_value: Kind, dtype: Any = None, order: str = "C") -> Kind:
    return _of_shape(shape, named(dtype, strong(array_dtype(fill_value))))


@declare(np.eye, static="k dtype", refuse="order", differentiable=False)
def eye(N: Kind, M: Kind | None = None, k: int = 0, dtype: Any = float, order: str = "C") -> Kind:
    rows = size_of(N) or ANY
    columns = rows if M is None or is_none(M) else size_of(M) or ANY
    return Array(named(dtype, "float64"), (rows, columns))


@declare(np.identity, static="dtype", differentiable=False)
def identity(n: Kind, dtype: Any = None) -> Kind:
    size = size_of(n) or ANY
    return Array(named(dtype, "float64"), (size, size))


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
    ends = [as_array(start), as_array(stop)]
    if None in ends or any(a.dims for a in ends if a is not None):
        return TOP
    count = dim_of(50) if num is None or is_none(num) else size_of(num) or ANY
    return Array(named(dtype, inexact(promoted(weak_dtype(start), weak_dtype(stop), "pyfloat"))), (count,))


# Like an array --------------------------------------------------------------------------------------------------------


def _like(a: Kind, dtype: Any) -> Kind:
    array = as_array(a)
    return TOP if array is None else Array(named(dtype, array.dtype), array.dims)


@declare(np.zeros_like, static="dtype", refuse="order subok shape", differentiable=False)
def zeros_like(a: Kind, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None) -> Kind:
    return _like(a, dtype)


@declare(np.ones_like, static="dtype", refuse="order subok shape", differentiable=False)
def ones_like(a: Kind, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None) -> Kind:
    return _like(a, dtype)


@declare(np.empty_like, static="dtype", refuse="order subok shape", differentiable=False)
def empty_like(a: Kind, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None) -> Kind:
    return _like(a, dtype)


@declare(np.full_like, static="dtype", refuse="order subok shape", linear="fill_value")
def full_like(
    a: Kind, fill_value: Kind, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None
) -> Kind:
    return _like(a, dtype)


# From values ----------------------------------------------------------------------------------------------------------


@declare(np.array, static="dtype", refuse="copy order subok ndmin", linear="object")
def array(
    object: Kind, dtype: Any = None, *, copy: bool = True, order: str = "K", subok: bool = False, ndmin: int = 0
) -> Kind:
    return _like(object, dtype)


@declare(np.asarray, static="dtype", refuse="order", linear="a", result="maybe")
def asarray(a: Kind, dtype: Any = None, order: Any = None) -> Kind:
    return _like(a, dtype)


@declare(np.copy, refuse="order subok", linear="a")
def copy(a: Kind, order: str = "K", subok: bool = False) -> Kind:
    return _like(a, None)


def _copy_method(a: Any, order: str = "C") -> None:
    """How `x.copy` binds its arguments."""


declare_method("copy", copy, _copy_method, refuse="order")


def astype(a: Any, dtype: Any) -> Any:
    """What `a.astype(dtype)` means."""
    return a.astype(dtype)


@declare(
    astype,
    name="astype",
    form="method astype",
    method="astype",
    static="dtype",
    refuse="order casting subok copy",
    linear="a",
)
def _astype(
    a: Kind, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
) -> Kind:
    if isinstance(a, Scalar):
        return Scalar(dtype_name(dtype))
    return _like(a, dtype)


def item(a: Any) -> Any:
    """What `a.item()` means."""
    return a.item()


def _converts(scalar_type: type[np.generic]) -> None:
    """`np.float32(x)`: a NumPy scalar of a number; an array stays one, of that dtype, and may be the same."""

    @declare(scalar_type, result="maybe", differentiable=issubclass(scalar_type, np.floating))
    def _(x: Kind | None = None, /) -> Kind:
        name = np.dtype(scalar_type).name
        known = Scalar(name) if x is None else as_array(x)
        if known is None:
            return TOP
        return Array(name, known.dims) if isinstance(known, Array) and known.dims else Scalar(name)


for _scalar_type in (np.float64, np.float32, np.int64, np.int32, np.bool_):
    _converts(_scalar_type)


_PYTHON_TYPES = {"f": "pyfloat", "i": "pyint", "u": "pyint", "b": "pybool", "c": "pycomplex"}


@declare(item, name="item", form="method item", method="item", linear="a", result="scalar")
def _item(a: Kind) -> Kind:
    known = as_array(a)
    dtype = None if known is None else known.dtype
    return Scalar(None if dtype is None else _PYTHON_TYPES.get(np.dtype(dtype).kind))
