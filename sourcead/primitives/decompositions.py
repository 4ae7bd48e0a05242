"""Decompositions of matrices: Cholesky, QR, eigenvalues, singular values."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import TOP, Array, Kind, is_complex_dtype
from sourcead.primitives.complexes import part_dtype
from sourcead.primitives.linalg import least, matrices, record
from sourcead.primitives.registry import NotCovered, declare

_EIG: Any = type(np.linalg.eig(np.eye(1)))
_EIGH: Any = type(np.linalg.eigh(np.eye(1)))
_QR: Any = type(np.linalg.qr(np.eye(1)))
_SVD: Any = type(np.linalg.svd(np.eye(1)))


@declare(np.linalg.cholesky, static="upper", effects="raises", singular=True)
def cholesky(a: Kind, /, *, upper: bool = False) -> Kind:
    return matrices(a) or TOP


@declare(np.linalg.qr, static="mode", effects="raises", singular=True)
def qr(a: Kind, mode: str = "reduced") -> Kind:
    if mode not in ("reduced", "r"):
        raise NotCovered(f"np.linalg.qr with mode={mode!r}: its further columns are not determined by the matrix")
    array = matrices(a)
    if array is None:
        return TOP if mode == "r" else record(_QR, TOP, TOP)
    *stack, m, n = array.dims
    r = Array(array.dtype, (*stack, least(m, n), n))
    return r if mode == "r" else record(_QR, Array(array.dtype, (*stack, m, least(m, n))), r)


def _general(dtype: str | None) -> str | None:
    """The dtype of the eigenvalues of general matrices: those of real ones may be complex, which is known once they
    are found."""
    return dtype if is_complex_dtype(dtype) else None


@declare(np.linalg.eig, effects="raises", singular=True, complexes=True)
def eig(a: Kind) -> Kind:
    array = matrices(a)
    if array is None:
        return record(_EIG, TOP, TOP)
    dtype = _general(array.dtype)
    return record(_EIG, Array(dtype, array.dims[:-1]), Array(dtype, array.dims))


@declare(np.linalg.eigvals, effects="raises", singular=True, complexes=True)
def eigvals(a: Kind) -> Kind:
    array = matrices(a)
    return TOP if array is None else Array(_general(array.dtype), array.dims[:-1])


@declare(np.linalg.eigh, static="UPLO", effects="raises", singular=True)
def eigh(a: Kind, UPLO: str = "L") -> Kind:
    array = matrices(a)
    if array is None:
        return record(_EIGH, TOP, TOP)
    return record(_EIGH, Array(part_dtype(array.dtype), array.dims[:-1]), array)


@declare(np.linalg.eigvalsh, static="UPLO", effects="raises")
def eigvalsh(a: Kind, UPLO: str = "L") -> Kind:
    array = matrices(a)
    return TOP if array is None else Array(part_dtype(array.dtype), array.dims[:-1])


@declare(np.linalg.svd, static="full_matrices compute_uv hermitian", effects="raises", singular=True)
def svd(a: Kind, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Kind:
    if hermitian:
        raise NotCovered("np.linalg.svd with hermitian=True reads one triangle alone: use np.linalg.eigh")
    array = matrices(a)
    if array is None:
        return record(_SVD, TOP, TOP, TOP) if compute_uv else TOP
    *stack, m, n = array.dims
    k = least(m, n)
    values = Array(part_dtype(array.dtype), (*stack, k))
    if not compute_uv:
        return values
    left, right = (m, n) if full_matrices else (k, k)
    return record(_SVD, Array(array.dtype, (*stack, m, left)), values, Array(array.dtype, (*stack, right, n)))


@declare(np.linalg.svdvals, effects="raises")
def svdvals(x: Kind, /) -> Kind:
    array = matrices(x)
    if array is None:
        return TOP
    *stack, m, n = array.dims
    return Array(part_dtype(array.dtype), (*stack, least(m, n)))
