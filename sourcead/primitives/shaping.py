"""Primitives that arrange the entries of an array anew, and the attributes that describe its form."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from sourcead.kinds import ANY, ONE, TOP, Array, Kind, Known, Opaque, Scalar, Tree
from sourcead.primitives.registry import NotCovered, declare, declare_method
from sourcead.primitives.shapes import (
    Dims,
    as_array,
    as_matrix,
    dims_of_shape,
    normal_axes,
    product,
    quotient,
    sizes_of,
    viewed,
)

Call = tuple[tuple[Any, ...], dict[str, Any]]


def gathered(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
    """`x.reshape(2, 3)` and `x.transpose(1, 0)` as `x.reshape((2, 3))` and `x.transpose((1, 0))`."""
    return ((args[0], tuple(args[1:])) if len(args) > 2 else args), kwargs


def _viewed(kind: Kind, dims: Dims) -> Kind:
    array = as_array(kind)
    return TOP if array is None else viewed(kind, array.dtype, dims)


# Axes -----------------------------------------------------------------------------------------------------------------


@declare(
    np.transpose,
    method="transpose",
    attribute="T",
    static="axes",
    linear="a",
    result="view",
    adapt_method=gathered,
)
def transpose(a: Kind, axes: tuple[int, ...] | int | None = None) -> Kind:
    if isinstance(a, Opaque) and as_matrix(a) is not None:
        return a
    array = as_array(a)
    if array is None:
        return TOP
    if axes is None:
        return _viewed(a, array.dims[::-1])
    return _viewed(a, tuple(array.dims[k] for k in normal_axes(axes, len(array.dims))))


@declare(np.swapaxes, method="swapaxes", static="axis1 axis2", linear="a", result="view")
def swapaxes(a: Kind, axis1: int, axis2: int) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    dims = list(array.dims)
    i, j = normal_axes((axis1, axis2), len(dims))
    dims[i], dims[j] = dims[j], dims[i]
    return _viewed(a, tuple(dims))


@declare(np.moveaxis, static="source destination", linear="a", result="view")
def moveaxis(a: Kind, source: int | tuple[int, ...], destination: int | tuple[int, ...]) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    origin, goal = normal_axes(source, len(array.dims)), normal_axes(destination, len(array.dims))
    order = [k for k in range(len(array.dims)) if k not in origin]
    for place, axis in sorted(zip(goal, origin, strict=True)):
        order.insert(place, axis)
    return _viewed(a, tuple(array.dims[k] for k in order))


@declare(np.squeeze, method="squeeze", static="axis", linear="a", result="view")
def squeeze(a: Kind, axis: int | tuple[int, ...] | None = None) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    if axis is not None:
        gone = normal_axes(axis, len(array.dims))
        return _viewed(a, tuple(d for k, d in enumerate(array.dims) if k not in gone))
    if any(d.one is None for d in array.dims):
        return TOP
    return _viewed(a, tuple(d for d in array.dims if not d.one))


@declare(np.expand_dims, static="axis", linear="a", result="view")
def expand_dims(a: Kind, axis: int | tuple[int, ...]) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    count = 1 if isinstance(axis, int) else len(axis)
    new = normal_axes(axis, len(array.dims) + count)
    old = iter(array.dims)
    return _viewed(a, tuple(ONE if k in new else next(old) for k in range(len(array.dims) + count)))


def check_order(name: str, order: str) -> None:
    """Refuse the orders that depend on how the array lies in memory."""
    if order not in ("C", "F"):
        raise NotCovered(f"`{name}` with `order={order!r}` depends on the layout of the array: write 'C' or 'F'")


# Shapes ---------------------------------------------------------------------------------------------------------------


@declare(np.reshape, static="order", refuse="copy", linear="a", result="maybe")
def reshape(a: Kind, shape: Kind, order: str = "C", copy: Any = None) -> Kind:
    check_order("reshape", order)
    array, sizes = as_array(a), sizes_of(shape)
    if sizes is None or (array is None and None in sizes):
        return TOP
    named = [d for d in sizes if d is not None]
    rest = quotient(array.dims, named) if array is not None else ANY
    dims = tuple(rest if d is None else d for d in sizes)
    return Array(None, dims) if array is None else viewed(a, array.dtype, dims)


def _reshape_method(a: Any, shape: Any, order: str = "C", copy: Any = None) -> None:
    """How `x.reshape` binds its arguments."""


declare_method("reshape", reshape, _reshape_method, static="order", refuse="copy", adapt=gathered)


@declare(np.ravel, method="ravel", static="order", linear="a", result="maybe")
def ravel(a: Kind, order: str = "C") -> Kind:
    check_order("ravel", order)
    return _flat(a)


def flat_copy(a: Any, order: Any = "C") -> Any:
    """What `a.flatten()` means."""
    return np.asarray(a).flatten(order)


@declare(flat_copy, name="flatten", form="method flatten", method="flatten", static="order", linear="a")
def flatten(a: Kind, order: str = "C") -> Kind:
    check_order("flatten", order)
    return _flat(a)


def _flat(a: Kind) -> Kind:
    array = as_array(a)
    return Array(array.dtype, (product(array.dims),)) if array is not None else Array(None, (ANY,))


@declare(np.broadcast_to, refuse="subok", linear="array", result="view")
def broadcast_to(array: Kind, shape: Kind, subok: bool = False) -> Kind:
    source, dims = as_array(array), dims_of_shape(shape)
    if dims is None:
        return TOP
    return Array(None if source is None else source.dtype, dims)


# What an array looks like ---------------------------------------------------------------------------------------------


@declare(np.shape, attribute="shape", differentiable=False)
def shape(a: Kind) -> Kind:
    array = as_array(a)
    if array is None:
        return Opaque(tuple)
    return Tree(tuple, tuple(range(len(array.dims))), tuple(Scalar("pyint", d) for d in array.dims))


@declare(np.ndim, attribute="ndim", differentiable=False, result="scalar")
def ndim(a: Kind) -> Kind:
    array = as_matrix(a)
    return Scalar("pyint") if array is None else Known(len(array.dims))


@declare(np.size, attribute="size", static="axis", differentiable=False, result="scalar")
def size(a: Kind, axis: int | None = None) -> Kind:
    array = as_array(a)
    if array is None:
        return Scalar("pyint")
    dims = array.dims if axis is None else tuple(array.dims[k] for k in normal_axes(axis, len(array.dims)))
    return Scalar("pyint", product(dims))


def _measure(name: str) -> None:
    """An attribute that tells a number of bytes."""

    @declare(operator.attrgetter(name), name=name, form=f"attribute {name}", attribute=name, differentiable=False,
             result="scalar")  # fmt: skip
    def _(a: Kind) -> Kind:
        return Scalar("pyint")


_measure("itemsize")
_measure("nbytes")


@declare(
    operator.attrgetter("strides"), name="strides", form="attribute strides", attribute="strides", differentiable=False
)
def strides(a: Kind) -> Kind:
    array = as_array(a)
    if array is None:
        return Opaque(tuple)
    return Tree(tuple, tuple(range(len(array.dims))), (Scalar("pyint"),) * len(array.dims))


dtype_attribute = operator.attrgetter("dtype")


@declare(dtype_attribute, name="dtype", form="attribute dtype", attribute="dtype", differentiable=False)
def dtype(a: Kind) -> Kind:
    if isinstance(a, Scalar | Array) and a.dtype is not None:
        return Known(np.dtype(a.dtype))
    return Opaque(np.dtype)
