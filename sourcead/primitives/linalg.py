"""Linear algebra: products of vectors and matrices, and norms."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import Kind
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.shapes import (
    Axis,
    array_dtype,
    as_array,
    inexact,
    normal_axes,
    reduced,
)


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
