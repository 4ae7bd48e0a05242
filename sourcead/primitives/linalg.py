"""Linear algebra: inverses and solutions, determinants, powers and products of matrices, and what they are read by."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import ANY, TOP, Array, Dim, Kind, List, Scalar, Tree, broadcast_dims
from sourcead.primitives.complexes import part_dtype
from sourcead.primitives.registry import NotCovered, alias, declare
from sourcead.primitives.shapes import (
    Dims,
    as_array,
    inexact,
    normal_axes,
    promoted_strong,
    same_dim,
    shaped,
    summed,
    viewed,
)


def matrices(kind: Kind) -> Array | None:
    """A stack of matrices as the functions of `np.linalg` compute with it: of floats or complex numbers; None where it
    is not known."""
    array = as_array(kind)
    return Array(inexact(array.dtype), array.dims) if array is not None and len(array.dims) > 1 else None


def record(kind: type, *items: Kind) -> Tree:
    """What a function with several results returns: a named tuple."""
    return Tree(kind, tuple(kind._fields), items)  # type: ignore[attr-defined]


_SLOGDET: Any = type(np.linalg.slogdet(np.eye(1)))


# Inverses and solutions -----------------------------------------------------------------------------------------------


@declare(np.linalg.inv, effects="raises", singular=True)
def inv(a: Kind) -> Kind:
    return matrices(a) or TOP


@declare(np.linalg.pinv, static="hermitian rtol", effects="raises", singular=True)
def pinv(a: Kind, rcond: Kind | None = None, hermitian: bool = False, *, rtol: Any = None) -> Kind:
    if hermitian:
        raise NotCovered("np.linalg.pinv with hermitian=True reads one triangle alone: leave it out")
    array = matrices(a)
    return TOP if array is None else Array(array.dtype, (*array.dims[:-2], array.dims[-1], array.dims[-2]))


@declare(np.linalg.solve, effects="raises", singular=True, linear="b")
def solve(a: Kind, b: Kind) -> Kind:
    left, right = matrices(a), as_array(b)
    if left is None or right is None or not right.dims:
        return TOP
    dtype = promoted_strong(left.dtype, inexact(right.dtype))
    if len(right.dims) == 1:  # one vector for every matrix
        return Array(dtype, (*left.dims[:-2], same_dim((left.dims[-1], right.dims[0]))))
    return Array(dtype, (*broadcast_dims(left.dims[:-2], right.dims[:-2]), left.dims[-1], right.dims[-1]))


@declare(np.linalg.lstsq, static="rcond", effects="raises", singular=True)
def lstsq(a: Kind, b: Kind, rcond: Any = None) -> Kind:
    left, right = matrices(a), as_array(b)
    solution: Kind = TOP
    residuals: Kind = TOP
    values: Kind = TOP
    if left is not None and right is not None:
        dtype = promoted_strong(left.dtype, inexact(right.dtype))
        solution = Array(dtype, (left.dims[-1], *right.dims[1:]))
        parts = part_dtype(dtype)
        residuals, values = Array(parts, (ANY,)), Array(parts, (least(left.dims[-2], left.dims[-1]),))
    return Tree(tuple, (0, 1, 2, 3), (solution, residuals, Scalar(None if left is None else "int64"), values))


def least(m: Dim, n: Dim) -> Dim:
    """The smaller of two sizes."""
    if m == n and m.key is not None:
        return m
    if isinstance(m.key, int) and isinstance(n.key, int):
        return m if m.key < n.key else n
    one = True if m.one or n.one else False if m.one is False and n.one is False else None
    return Dim(None if m.key is None or n.key is None else ("least", m, n), one)


@declare(np.linalg.tensorinv, static="ind", effects="raises", singular=True)
def tensorinv(a: Kind, ind: int = 2) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    return Array(inexact(array.dtype), array.dims[ind:] + array.dims[:ind])


@declare(np.linalg.tensorsolve, static="axes", effects="raises", singular=True)
def tensorsolve(a: Kind, b: Kind, axes: Any = None) -> Kind:
    left, right = as_array(a), as_array(b)
    if left is None or right is None:
        return TOP
    moved = [] if axes is None else list(normal_axes(tuple(axes), len(left.dims)))
    order = [k for k in range(len(left.dims)) if k not in moved] + moved
    dtype = inexact(promoted_strong(left.dtype, right.dtype))
    return Array(dtype, tuple(left.dims[k] for k in order)[len(right.dims) :])


# Determinants and traces ----------------------------------------------------------------------------------------------


@declare(np.linalg.det)
def det(a: Kind) -> Kind:
    array = matrices(a)
    return TOP if array is None else shaped(array.dtype, array.dims[:-2])


@declare(np.linalg.slogdet, singular=True)
def slogdet(a: Kind) -> Kind:
    array = matrices(a)
    if array is None:
        return record(_SLOGDET, TOP, TOP)
    stack = array.dims[:-2]
    return record(_SLOGDET, shaped(array.dtype, stack), shaped(part_dtype(array.dtype), stack))


@declare(np.linalg.trace, static="offset", refuse="dtype", linear="x")
def trace(x: Kind, /, *, offset: int = 0, dtype: Any = None) -> Kind:
    array = as_array(x)
    return TOP if array is None else shaped(summed(array.dtype), array.dims[:-2])


@declare(np.linalg.diagonal, static="offset", result="view", linear="x")
def diagonal(x: Kind, /, *, offset: int = 0) -> Kind:
    array = as_array(x)
    if array is None or len(array.dims) < 2:
        return TOP
    m, n = array.dims[-2:]
    length = least(m, n) if offset == 0 else Dim(None if None in (m.key, n.key) else ("diagonal", m, n, offset))
    return Array(array.dtype, (*array.dims[:-2], length))


def _of_matrix(x: Any, /) -> None:
    """How `np.linalg.matrix_transpose` binds its arguments."""


@declare(np.linalg.matrix_transpose, result="view", linear="x")
def matrix_transpose(x: Kind, /) -> Kind:
    array = as_array(x)
    if array is None or len(array.dims) < 2:
        return TOP
    return viewed(x, array.dtype, (*array.dims[:-2], array.dims[-1], array.dims[-2]))


if hasattr(np, "matrix_transpose"):
    alias(np.matrix_transpose, matrix_transpose, "call np.matrix_transpose", _of_matrix)


# Powers and products --------------------------------------------------------------------------------------------------


@declare(np.linalg.matrix_power, effects="raises")
def matrix_power(a: Kind, n: Kind) -> Kind:
    array = as_array(a)
    if array is None or len(array.dims) < 2:
        return TOP
    known = array.dtype is not None and np.issubdtype(array.dtype, np.inexact)
    return Array(array.dtype if known else None, array.dims)


@declare(np.linalg.multi_dot, refuse="out")
def multi_dot(arrays: Kind, *, out: Any = None) -> Kind:
    if isinstance(arrays, List) or not isinstance(arrays, Tree) or arrays.type not in (tuple, list):
        return TOP
    found = [as_array(item) for item in arrays.items]
    parts = [item for item in found if item is not None]
    if len(parts) < len(found) or len(parts) < 2:
        return TOP
    dims: Dims = (parts[0].dims[:-1] if len(parts[0].dims) > 1 else ()) + (
        parts[-1].dims[1:] if len(parts[-1].dims) > 1 else ()
    )
    return shaped(promoted_strong(*(part.dtype for part in parts)), dims)


@declare(np.linalg.cross, static="axis", linear="x1, x2")
def cross(x1: Kind, x2: Kind, /, *, axis: int = -1) -> Kind:
    left, right = as_array(x1), as_array(x2)
    if left is None or right is None:
        return TOP
    if axis >= 0 and len(left.dims) != len(right.dims):
        raise NotCovered("np.linalg.cross of arrays of different ranks: count `axis` from the end")
    return Array(promoted_strong(left.dtype, right.dtype), broadcast_dims(left.dims, right.dims))


# Without derivative ---------------------------------------------------------------------------------------------------


@declare(np.linalg.matrix_rank, static="hermitian", effects="raises", differentiable=False)
def matrix_rank(
    A: Kind, tol: Kind | None = None, hermitian: bool = False, *, rtol: Kind | None = None
) -> Kind:
    array = as_array(A)
    return TOP if array is None or len(array.dims) < 2 else shaped("int64", array.dims[:-2])


