"""Primitives that make arrays, copy them, or change their dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import ANY, ONE, TOP, Array, Kind, Scalar
from sourcead.primitives.registry import alias, declare, declare_method
from sourcead.primitives.shapes import (
    array_dtype,
    as_array,
    dims_of_shape,
    dtype_name,
    is_none,
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


@declare(np.zeros, static="dtype order", differentiable=False)
def zeros(shape: Kind, dtype: Any = None, order: str = "C") -> Kind:
    return _of_shape(shape, named(dtype, "float64"))


@declare(np.ones, static="dtype order", differentiable=False)
def ones(shape: Kind, dtype: Any = None, order: str = "C") -> Kind:
    return _of_shape(shape, named(dtype, "float64"))


@declare(np.empty, static="dtype order", differentiable=False)
def empty(shape: Kind, dtype: Any = None, order: str = "C") -> Kind:
    return _of_shape(shape, named(dtype, "float64"))


@declare(np.full, static="dtype order", linear="fill_value")
def full(shape: Kind, fill_value: Kind, dtype: Any = None, order: str = "C") -> Kind:
    return _of_shape(shape, named(dtype, strong(array_dtype(fill_value))))


@declare(np.eye, static="k dtype order", differentiable=False)
def eye(N: Kind, M: Kind | None = None, k: int = 0, dtype: Any = float, order: str = "C") -> Kind:
    rows = size_of(N) or ANY
    columns = rows if M is None or is_none(M) else size_of(M) or ANY
    return Array(named(dtype, "float64"), (rows, columns))


@declare(np.identity, static="dtype", differentiable=False)
def identity(n: Kind, dtype: Any = None) -> Kind:
    size = size_of(n) or ANY
    return Array(named(dtype, "float64"), (size, size))


# Like an array --------------------------------------------------------------------------------------------------------


def _like(a: Kind, dtype: Any) -> Kind:
    array = as_array(a)
    return TOP if array is None else Array(named(dtype, array.dtype), array.dims)


@declare(np.zeros_like, static="dtype order", refuse="subok shape", differentiable=False)
def zeros_like(a: Kind, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None) -> Kind:
    return _like(a, dtype)


@declare(np.ones_like, static="dtype order", refuse="subok shape", differentiable=False)
def ones_like(a: Kind, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None) -> Kind:
    return _like(a, dtype)


@declare(np.empty_like, static="dtype order", refuse="subok shape", differentiable=False)
def empty_like(a: Kind, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None) -> Kind:
    return _like(a, dtype)


@declare(np.full_like, static="dtype order", refuse="subok shape", linear="fill_value")
def full_like(
    a: Kind, fill_value: Kind, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None
) -> Kind:
    return _like(a, dtype)


# From values ----------------------------------------------------------------------------------------------------------


@declare(np.array, static="dtype order ndmin", refuse="copy subok", linear="object")
def array(
    object: Kind, dtype: Any = None, *, copy: bool = True, order: str = "K", subok: bool = False, ndmin: int = 0
) -> Kind:
    made = _like(object, dtype)
    return Array(made.dtype, (ONE,) * (ndmin - len(made.dims)) + made.dims) if isinstance(made, Array) else made


@declare(np.asarray, static="dtype order", linear="a", result="maybe", also=(np.asanyarray,))
def asarray(a: Kind, dtype: Any = None, order: Any = None) -> Kind:
    return _like(a, dtype)


def _laid_out(target: Any) -> None:
    """`np.ascontiguousarray` and its like, which give a number an axis."""

    @declare(target, static="dtype", linear="a", result="maybe")
    def _(a: Kind, dtype: Any = None) -> Kind:
        made = _like(a, dtype)
        return Array(made.dtype, made.dims or (ONE,)) if isinstance(made, Array) else made


_laid_out(np.ascontiguousarray)
_laid_out(np.asfortranarray)


@declare(np.copy, static="order", refuse="subok", linear="a")
def copy(a: Kind, order: str = "K", subok: bool = False) -> Kind:
    return _like(a, None)


def _copy_method(a: Any, order: str = "C") -> None:
    """How `x.copy` binds its arguments."""


declare_method("copy", copy, _copy_method, static="order")


def astype(a: Any, dtype: Any, order: str = "K", casting: Any = "unsafe") -> Any:
    """What `a.astype(dtype)` means."""
    return a.astype(dtype, order, casting)


@declare(
    astype,
    name="astype",
    form="method astype",
    method="astype",
    static="dtype order casting",
    refuse="subok copy",
    linear="a",
)
def _astype(
    a: Kind, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
) -> Kind:
    if isinstance(a, Scalar):
        return Scalar(dtype_name(dtype))
    return _like(a, dtype)


def _astype_function(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> None:
    """How `np.astype` binds its arguments."""


if hasattr(np, "astype"):  # from NumPy 2.1 on
    alias(np.astype, _astype, "method astype", _astype_function, static="dtype", refuse="copy device")


def _converts(scalar_type: type[np.generic]) -> None:
    """`np.float32(x)`: a NumPy scalar of a number; an array stays one, of that dtype, and may be the same."""

    @declare(scalar_type, result="maybe", differentiable=issubclass(scalar_type, np.floating), linear="x")
    def _(x: Kind | None = None, /) -> Kind:
        name = np.dtype(scalar_type).name
        known = Scalar(name) if x is None else as_array(x)
        if known is None:
            return TOP
        return Array(name, known.dims) if isinstance(known, Array) and known.dims else Scalar(name)


for _scalar_type in (np.float64, np.float32, np.int64, np.int32, np.bool_):
    _converts(_scalar_type)
