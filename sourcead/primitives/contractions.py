"""Contractions: dot, inner, vdot, matmul, outer, tensordot, einsum, and the products of stacked vectors."""

# mypy: allow-untyped-calls

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from sourcead.kinds import ANY, TOP, Array, Dim, Kind, Opaque, Scalar, broadcast_dims
from sourcead.primitives.registry import NotCovered, alias, declare
from sourcead.primitives.shapes import (
    Dims,
    array_dtype,
    as_array,
    as_matrix,
    normal_axes,
    product,
    promoted_strong,
    same_dim,
    shaped,
)
from sourcead.runtime.contractions import contracted, explicit_subscripts

UFUNC = "out casting order dtype subok"


def _factors(a: Kind, b: Kind) -> tuple[Array | None, Array | None]:
    """The kinds of two factors, of which one may be a sparse matrix: the product with an array is an array."""
    if isinstance(a, Opaque) and isinstance(b, Opaque):
        return None, None
    return as_matrix(a), as_matrix(b)


def _product_dtype(a: Kind, b: Kind, left: Array, right: Array) -> str | None:
    """The dtype of a product; of a sparse matrix it is known only where the other factor's is the widest."""
    for factor, other in ((a, right), (b, left)):
        if isinstance(factor, Opaque):
            return "float64" if other.dtype == "float64" else None
    return promoted_strong(left.dtype, right.dtype)


@declare(np.dot, method="dot", refuse="out", linear="a, b")
def dot(a: Kind, b: Kind, out: Any = None) -> Kind:
    left, right = _factors(a, b)
    if left is None or right is None:
        return TOP
    dtype = _product_dtype(a, b, left, right)
    if not left.dims or not right.dims:
        return shaped(dtype, left.dims or right.dims)
    if len(right.dims) == 1:
        return shaped(dtype, left.dims[:-1])
    return shaped(dtype, left.dims[:-1] + right.dims[:-2] + right.dims[-1:])


@declare(np.inner, linear="a, b")
def inner(a: Kind, b: Kind, /) -> Kind:
    left, right = as_array(a), as_array(b)
    if left is None or right is None:
        return TOP
    dtype = promoted_strong(left.dtype, right.dtype)
    if not left.dims or not right.dims:
        return shaped(dtype, left.dims or right.dims)
    return shaped(dtype, left.dims[:-1] + right.dims[:-1])


@declare(np.vdot, linear="a, b")
def vdot(a: Kind, b: Kind, /) -> Kind:
    return Scalar(promoted_strong(array_dtype(a), array_dtype(b)))


@declare(operator.matmul, name="matmul", form="binary @", linear="a, b")
def matmul(a: Kind, b: Kind) -> Kind:
    left, right = _factors(a, b)
    if left is None or right is None or not left.dims or not right.dims:
        return TOP
    return shaped(_product_dtype(a, b, left, right), _matmul_dims(left.dims, right.dims))


def _matmul_dims(a: Dims, b: Dims) -> Dims:
    batch = broadcast_dims(a[:-2], b[:-2])
    return batch + a[-2:-1] + (b[-1:] if len(b) > 1 else ())


def _matmul(x1: Any, x2: Any, /, out: Any = None, *, casting: Any = "same_kind", order: Any = "K", dtype: Any = None,
            subok: Any = True) -> None:  # fmt: skip
    """How `np.matmul` binds its arguments."""


def _matmul_of_two(x1: Any, x2: Any, /) -> None:
    """How `np.linalg.matmul` binds its arguments."""


alias(np.matmul, matmul, "call np.matmul", _matmul, refuse=UFUNC)
alias(np.linalg.matmul, matmul, "call np.linalg.matmul", _matmul_of_two)


@declare(np.outer, refuse="out", linear="a, b")
def outer(a: Kind, b: Kind, out: Any = None) -> Kind:
    left, right = as_array(a), as_array(b)
    if left is None or right is None:
        return TOP
    return Array(promoted_strong(left.dtype, right.dtype), (product(left.dims), product(right.dims)))


alias(np.linalg.outer, outer, "call np.linalg.outer", _matmul_of_two)


# Chosen axes ----------------------------------------------------------------------------------------------------------


@declare(np.tensordot, static="axes", linear="a, b")
def tensordot(a: Kind, b: Kind, axes: Any = 2) -> Kind:
    left, right = as_array(a), as_array(b)
    if left is None or right is None:
        return TOP
    _, _, ours, theirs = contracted(axes, len(left.dims), len(right.dims))
    dims = (*(left.dims[k] for k in ours), *(right.dims[k] for k in theirs))
    dtype = promoted_strong(left.dtype, right.dtype)
    return Array(dtype, dims)


def _tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> None:
    """How `np.linalg.tensordot` binds its arguments."""


alias(np.linalg.tensordot, tensordot, "call np.linalg.tensordot", _tensordot, static="axes")


def summed_products(*operands: Any, subscripts: str, optimize: Any = False) -> Any:
    """What `np.einsum(subscripts, *operands)` means."""
    return np.einsum(subscripts, *operands, optimize=optimize)


def rearranged(operand: Any, /, *, subscripts: str, optimize: Any = False) -> Any:
    """What `np.einsum(subscripts, operand)` means: sums, or a view where nothing is summed."""
    return np.einsum(subscripts, operand, optimize=optimize)


def einsum_kind(*operands: Kind, subscripts: Any, optimize: Any = False) -> Kind:
    if not isinstance(subscripts, str):
        raise NotCovered("np.einsum with lists of indices: write the subscripts as a string")
    if not isinstance(optimize, bool | str):
        raise NotCovered("np.einsum with a path of its own: `optimize` may be True, False or a word")
    found = [as_array(x) for x in operands]
    arrays = [x for x in found if x is not None]
    if len(arrays) < len(found):
        return TOP
    ranks = tuple(len(x.dims) for x in arrays)
    *terms, result = explicit_subscripts(subscripts, ranks if "..." in subscripts else ())
    if len(terms) != len(arrays):
        raise NotCovered(f"these subscripts of np.einsum are of {len(terms)} operands, and {len(arrays)} are given")
    sizes: dict[str, list[Dim]] = {}
    for term, x in zip(terms, arrays, strict=True):
        if len(term) != len(x.dims):
            raise NotCovered(f"the subscripts {term!r} of np.einsum do not fit an array of {len(x.dims)} axes")
        for c, dim in zip(term, x.dims, strict=True):
            sizes.setdefault(c, []).append(dim)
    dtype = promoted_strong(*(x.dtype for x in arrays))
    common = {c: _common(dims, c in subscripts) for c, dims in sizes.items()}
    return shaped(dtype, tuple(common[c] for c in result))


einsum = declare(summed_products, name="np.einsum", static="subscripts optimize")(einsum_kind)


@declare(rearranged, name="np.einsum of one", form="call np.einsum", static="subscripts optimize", result="maybe",
         linear="operand")  # fmt: skip
def einsum_of_one(operand: Kind, /, *, subscripts: Any, optimize: Any = False) -> Kind:
    return einsum_kind(operand, subscripts=subscripts, optimize=optimize)


def _einsum(subscripts: Any, /, *operands: Any, out: Any = None, dtype: Any = None, order: str = "K",
            casting: str = "safe", optimize: Any = False) -> None:  # fmt: skip
    """How `np.einsum` binds its arguments."""


alias(np.einsum, einsum, "call np.einsum", _einsum, static="subscripts optimize", refuse="out dtype order casting",
      of_one=einsum_of_one)  # fmt: skip


def _common(dims: list[Dim], named: bool) -> Dim:
    """The size of an index."""
    if len({d.one for d in dims}) == 1:
        return same_dim(dims)
    wide = [d for d in dims if d.one is not True]
    if named and any(d.one is True for d in dims) and any(d.one is False for d in dims):
        raise NotCovered("np.einsum stretches an axis of size 1 here: repeat it, or multiply with broadcasting")
    return wide[0] if len(wide) == 1 or all(d.one is False for d in wide) else ANY


# Stacked vectors ------------------------------------------------------------------------------------------------------


@declare(np.linalg.vecdot, static="axis", linear="x1, x2")
def vecdot(x1: Kind, x2: Kind, /, *, axis: int = -1) -> Kind:
    left, right = as_array(x1), as_array(x2)
    if left is None or right is None or not left.dims or not right.dims:
        return TOP
    dims = [tuple(d for k, d in enumerate(x.dims) if k != normal_axes(axis, len(x.dims))[0]) for x in (left, right)]
    return shaped(promoted_strong(left.dtype, right.dtype), broadcast_dims(*dims))


def _stacked_vectors(x1: Any, x2: Any, /, out: Any = None, *, axis: int = -1, axes: Any = None, keepdims: bool = False,
                     casting: Any = "same_kind", order: Any = "K", dtype: Any = None, subok: Any = True,
                     signature: Any = None) -> None:  # fmt: skip
    """How `np.vecdot` binds its arguments."""


alias(np.vecdot, vecdot, "call np.vecdot", _stacked_vectors, static="axis",
      refuse=f"{UFUNC} keepdims axes signature")  # fmt: skip

if hasattr(np, "matvec"):  # since NumPy 2.2

    @declare(np.matvec, refuse=UFUNC, linear="x1, x2")
    def matvec(x1: Kind, x2: Kind, /, out: Any = None, *, casting: Any = "same_kind", order: Any = "K",
               dtype: Any = None, subok: Any = True) -> Kind:  # fmt: skip
        left, right = as_array(x1), as_array(x2)
        if left is None or right is None or len(left.dims) < 2 or not right.dims:
            return TOP
        dims = broadcast_dims(left.dims[:-2], right.dims[:-1]) + left.dims[-2:-1]
        return shaped(promoted_strong(left.dtype, right.dtype), dims)

    @declare(np.vecmat, refuse=UFUNC, linear="x1, x2")
    def vecmat(x1: Kind, x2: Kind, /, out: Any = None, *, casting: Any = "same_kind", order: Any = "K",
               dtype: Any = None, subok: Any = True) -> Kind:  # fmt: skip
        left, right = as_array(x1), as_array(x2)
        if left is None or right is None or not left.dims or len(right.dims) < 2:
            return TOP
        dims = broadcast_dims(left.dims[:-1], right.dims[:-2]) + right.dims[-1:]
        return shaped(promoted_strong(left.dtype, right.dtype), dims)
