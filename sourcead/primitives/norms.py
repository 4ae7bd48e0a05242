"""Norms of vectors and matrices, and the condition number."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import TOP, Kind
from sourcead.primitives.complexes import part_dtype
from sourcead.primitives.linalg import matrices
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.shapes import Axis, array_dtype, as_array, inexact, normal_axes, reduced, shaped

_OF_MATRICES = ("fro", "f", "nuc", 1, -1, 2, -2, np.inf, -np.inf)


@declare(np.linalg.norm, static="ord axis keepdims", singular=True)
def norm(x: Kind, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Kind:
    array = as_array(x)
    covered(ord, axis, None if array is None else len(array.dims))
    return reduced(x, part_dtype(inexact(array_dtype(x))), axis, keepdims)


@declare(np.linalg.vector_norm, static="axis keepdims ord", singular=True)
def vector_norm(x: Kind, /, *, axis: Axis = None, keepdims: bool = False, ord: Any = 2) -> Kind:
    if isinstance(ord, str):
        raise NotCovered(f"ord={ord!r} is a norm of matrices")
    return reduced(x, part_dtype(inexact(array_dtype(x))), axis, keepdims)


@declare(np.linalg.matrix_norm, static="keepdims ord", singular=True)
def matrix_norm(x: Kind, /, *, keepdims: bool = False, ord: Any = "fro") -> Kind:
    covered(ord, (-2, -1), None)
    return reduced(x, part_dtype(inexact(array_dtype(x))), (-2, -1), keepdims) if as_array(x) is not None else TOP


@declare(np.linalg.cond, static="p", singular=True)
def cond(x: Kind, p: Any = None) -> Kind:
    if p is not None and p not in _OF_MATRICES:
        raise NotCovered(f"np.linalg.cond with p={p!r}: there is no such norm of matrices")
    array = matrices(x)
    return TOP if array is None else shaped(part_dtype(array.dtype), array.dims[:-2])


def covered(order: Any, axis: Axis, rank: int | None) -> None:
    """Refuse the orders that there is no norm of."""
    if order is None:
        return
    axes = rank if axis is None else len(normal_axes(axis, rank or 8))
    if axes == 2 and order not in _OF_MATRICES:
        raise NotCovered(f"np.linalg.norm of a matrix with ord={order!r}: there is no such norm")
    if axes == 1 and isinstance(order, str):
        raise NotCovered(f"ord={order!r} is a norm of matrices: it needs two axes, or an array of rank 2")
    if axes not in (1, 2, None):
        raise NotCovered(f"np.linalg.norm with ord={order!r} is of vectors or matrices: it needs one axis, or two")
