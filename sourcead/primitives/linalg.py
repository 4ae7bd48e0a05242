"""Linear algebra: products of vectors and matrices, and norms."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from sourcead.kinds import TOP, Array, Kind, broadcast_dims
from sourcead.primitives.registry import NotCovered, alias, declare
from sourcead.primitives.shapes import (
    Axis,
    Dims,
    array_dtype,
    as_array,
    inexact,
    normal_axes,
    product,
    promoted_strong,
    reduced,
    shaped,
)


@declare(np.dot, method="dot", refuse="out")
def dot(a: Kind, b: Kind, out: Any = None) -> Kind:
    left, right = as_array(a), as_array(b)
    if left is None or right is None:
        return TOP
    dtype = promoted_strong(left.dtype, right.dtype)
    if not left.dims or not right.dims:
        return shaped(dtype, left.dims or right.dims)
    if len(right.dims) == 1:
        return shaped(dtype, left.dims[:-1])
    return shaped(dtype, left.dims[:-1] + right.dims[:-2] + right.dims[-1:])


@declare(operator.matmul, name="matmul", form="binary @")
def matmul(a: Kind, b: Kind) -> Kind:
    left, right = as_array(a), as_array(b)
    if left is None or right is None or not left.dims or not right.dims:
        return TOP
    return shaped(promoted_strong(left.dtype, right.dtype), _matmul_dims(left.dims, right.dims))


def _matmul_dims(a: Dims, b: Dims) -> Dims:
    batch = broadcast_dims(a[:-2], b[:-2])
    return batch + a[-2:-1] + (b[-1:] if len(b) > 1 else ())


def _matmul(x1: Any, x2: Any, /, out: Any = None, *, casting: Any = "same_kind", order: Any = "K", dtype: Any = None,
            subok: Any = True) -> None:  # fmt: skip
    """How `np.matmul` binds its arguments."""


alias(np.matmul, matmul, "call np.matmul", _matmul, refuse="out casting order dtype subok")


@declare(np.outer, refuse="out")
def outer(a: Kind, b: Kind, out: Any = None) -> Kind:
    left, right = as_array(a), as_array(b)
    if left is None or right is None:
        return TOP
    return Array(promoted_strong(left.dtype, right.dtype), (product(left.dims), product(right.dims)))


@declare(np.linalg.norm, static="ord axis keepdims", singular=True)
def norm(x: Kind, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Kind:
    array = as_array(x)
    rank = None if array is None else len(array.dims)
    covered(ord, axis, rank)
    return reduced(x, _real(inexact(array_dtype(x))), axis, keepdims)


def _real(dtype: str | None) -> str | None:
    return dtype if dtype is None else str(np.zeros(1, dtype).real.dtype.name)


def covered(order: Any, axis: Axis, rank: int | None) -> None:
    """Refuse the norms that have no rule: those of matrices other than Frobenius, and other orders of vectors."""
    if order is None:
        return
    axes = rank if axis is None else len(normal_axes(axis, rank or 8))
    if order == "fro":
        if axes != 2:
            raise NotCovered('ord="fro" is a norm of matrices: it needs two axes, or an array of known rank 2')
        return
    if axes is None:
        raise NotCovered(
            f"np.linalg.norm with ord={order!r} is one norm for vectors, another for matrices: the rank must be known"
        )
    if axes != 1:
        raise NotCovered(
            f"np.linalg.norm of a matrix with ord={order!r}: only the Frobenius norm (ord=None) is covered"
        )
    if order not in (1, 2, np.inf):
        raise NotCovered(f"np.linalg.norm of a vector with ord={order!r}; covered: None, 1, 2 and np.inf")
