"""The functions of `scipy.linalg`: systems of equations, factorisations and functions of one matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from sourcead.kinds import TOP, Array, Dim, Kind, Known, Scalar, Tree, dim_of, is_complex_dtype
from sourcead.primitives.registry import NotCovered, declare, primitive_of
from sourcead.primitives.scipy.special import refuse_complex
from sourcead.primitives.shapes import Axis, as_array, inexact, promoted_strong, total

GENERAL = (None, "gen", "general")
SYMMETRIC = ("sym", "symmetric", "pos", "positive definite", "her", "hermitian")
_OVERWRITE = "overwrite_a overwrite_b"


def matrix(kind: Kind, name: str, complexes: bool = False) -> Array | None:
    """The kind of a matrix argument, or None where its rank is not known; stacks of matrices are refused, and complex
    ones unless the rule is of them, too."""
    if not complexes:
        refuse_complex(name, kind)
    array = as_array(kind)
    if array is not None and len(array.dims) != 2:
        raise NotCovered(f"{name} is covered where the matrix has two axes")
    return array


def lapack(*dtypes: str | None) -> str | None:
    """The dtype in which LAPACK computes: single only where all are."""
    dtype = inexact(promoted_strong(*dtypes))
    return "float32" if dtype == "float16" else dtype


def _solution(name: str, b: Kind, dtype: str | None, complexes: bool = False) -> Kind:
    """The kind of the solution for one or more right sides."""
    if not complexes:
        refuse_complex(name, b)
    right = as_array(b)
    if right is None:
        return TOP
    if len(right.dims) not in (1, 2):
        raise NotCovered(f"{name} is covered where `b` is a vector or a matrix")
    return Array(None if dtype is None else lapack(dtype, right.dtype), right.dims)


def _dtype(array: Array | None) -> str | None:
    return None if array is None else lapack(array.dtype)


# Systems of equations -------------------------------------------------------------------------------------------------


@declare(
    scipy.linalg.solve, name="scipy.linalg.solve", static="lower assume_a transposed check_finite", refuse=_OVERWRITE,
    effects="raises", linear="b",
)  # fmt: skip
def solve(
    a: Kind, b: Kind, lower: bool = False, overwrite_a: bool = False, overwrite_b: bool = False,
    check_finite: bool = True, assume_a: str | None = None, transposed: bool = False,
) -> Kind:  # fmt: skip
    if assume_a not in GENERAL + SYMMETRIC:
        raise NotCovered(f"scipy.linalg.solve with assume_a={assume_a!r}; covered: 'gen', 'sym' and 'pos'")
    general = assume_a in GENERAL
    return _solution("scipy.linalg.solve", b, _dtype(matrix(a, "scipy.linalg.solve", general)), general)


@declare(
    scipy.linalg.solve_triangular, name="scipy.linalg.solve_triangular",
    static="trans lower unit_diagonal check_finite", refuse="overwrite_b", effects="raises", linear="b",
)  # fmt: skip
def solve_triangular(
    a: Kind, b: Kind, trans: int | str = 0, lower: bool = False, unit_diagonal: bool = False,
    overwrite_b: bool = False, check_finite: bool = True,
) -> Kind:  # fmt: skip
    free = trans not in (2, "C")
    return _solution("scipy.linalg.solve_triangular", b, _dtype(matrix(a, "scipy.linalg.solve_triangular", free)), free)


@declare(
    scipy.linalg.cho_solve, name="scipy.linalg.cho_solve", static="check_finite", refuse="overwrite_b",
    effects="raises", linear="b",
)  # fmt: skip
def cho_solve(c_and_lower: Kind, b: Kind, overwrite_b: bool = False, check_finite: bool = True) -> Kind:
    factor = c_and_lower.items[0] if isinstance(c_and_lower, Tree) and c_and_lower.items else TOP
    return _solution("scipy.linalg.cho_solve", b, _dtype(matrix(factor, "scipy.linalg.cho_solve")))


@declare(
    scipy.linalg.solve_banded, name="scipy.linalg.solve_banded", static="l_and_u check_finite",
    refuse="overwrite_ab overwrite_b", effects="raises", linear="b",
)  # fmt: skip
def solve_banded(
    l_and_u: tuple[int, int], ab: Kind, b: Kind, overwrite_ab: bool = False, overwrite_b: bool = False,
    check_finite: bool = True,
) -> Kind:  # fmt: skip
    return _solution("scipy.linalg.solve_banded", b, _dtype(matrix(ab, "scipy.linalg.solve_banded", True)), True)


def _equation(name: str, q: Kind, *others: Kind, complexes: bool = False) -> Kind:
    right, left = matrix(q, name, complexes), [matrix(k, name, complexes) for k in others]
    if right is None or None in left:
        return TOP
    return Array(lapack(right.dtype, *(m.dtype for m in left if m is not None)), right.dims)


@declare(scipy.linalg.solve_sylvester, name="scipy.linalg.solve_sylvester", effects="raises", linear="q")
def solve_sylvester(a: Kind, b: Kind, q: Kind) -> Kind:
    return _equation("scipy.linalg.solve_sylvester", q, a, b, complexes=True)


@declare(
    scipy.linalg.solve_continuous_lyapunov, name="scipy.linalg.solve_continuous_lyapunov", effects="raises", linear="q"
)
def solve_continuous_lyapunov(a: Kind, q: Kind) -> Kind:
    return _equation("scipy.linalg.solve_continuous_lyapunov", q, a)


@declare(
    scipy.linalg.solve_discrete_lyapunov, name="scipy.linalg.solve_discrete_lyapunov", static="method",
    effects="raises", linear="q",
)  # fmt: skip
def solve_discrete_lyapunov(a: Kind, q: Kind, method: str | None = None) -> Kind:
    return _equation("scipy.linalg.solve_discrete_lyapunov", q, a)


# Factorisations and functions of one matrix ---------------------------------------------------------------------------


def _same(name: str, a: Kind, complexes: bool = False) -> Kind:
    array = matrix(a, name, complexes)
    return TOP if array is None else Array(lapack(array.dtype), array.dims)


@declare(
    scipy.linalg.cholesky, name="scipy.linalg.cholesky", static="lower check_finite", refuse="overwrite_a",
    effects="raises",
)  # fmt: skip
def cholesky(a: Kind, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Kind:
    return _same("scipy.linalg.cholesky", a)


@declare(
    scipy.linalg.cho_factor, name="scipy.linalg.cho_factor", static="lower check_finite", refuse="overwrite_a",
    effects="raises",
)  # fmt: skip
def cho_factor(a: Kind, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Kind:
    return Tree(tuple, (0, 1), (_same("scipy.linalg.cho_factor", a), Known(bool(lower))))


@declare(
    scipy.linalg.inv, name="scipy.linalg.inv", static="check_finite assume_a lower", refuse="overwrite_a",
    effects="raises",
)  # fmt: skip
def inv(
    a: Kind, overwrite_a: bool = False, check_finite: bool = True, *, assume_a: str | None = None, lower: bool = False
) -> Kind:
    if assume_a not in GENERAL:
        raise NotCovered(f"scipy.linalg.inv with assume_a={assume_a!r}")
    return _same("scipy.linalg.inv", a, True)


@declare(scipy.linalg.det, name="scipy.linalg.det", static="check_finite", refuse="overwrite_a", effects="raises")
def det(a: Kind, overwrite_a: bool = False, check_finite: bool = True) -> Kind:
    array = matrix(a, "scipy.linalg.det", True)
    if array is None or array.dtype is None:
        return Scalar(None)
    return Scalar("complex128" if is_complex_dtype(array.dtype) else "float64")


@declare(scipy.linalg.expm, name="scipy.linalg.expm", effects="raises")
def expm(A: Kind) -> Kind:
    return _same("scipy.linalg.expm", A, True)


@declare(scipy.linalg.sqrtm, name="scipy.linalg.sqrtm", refuse="disp blocksize", effects="raises")
def sqrtm(A: Kind, disp: Any = None, blocksize: Any = None) -> Kind:
    array = matrix(A, "scipy.linalg.sqrtm", True)
    return TOP if array is None else Array(None, array.dims)  # the root of a real matrix may be complex


@declare(scipy.linalg.norm, name="scipy.linalg.norm", static="ord axis keepdims", refuse="check_finite", singular=True)
def norm(a: Kind, ord: Any = None, axis: Axis = None, keepdims: bool = False, check_finite: bool = True) -> Kind:
    own = primitive_of(np.linalg.norm).infer
    assert own is not None
    return own(a, ord=ord, axis=axis, keepdims=keepdims)


@declare(scipy.linalg.block_diag, name="scipy.linalg.block_diag")
def block_diag(*arrs: Kind) -> Kind:
    blocks = [as_array(k) for k in arrs]
    if None in blocks or not blocks:
        return TOP
    known = [b for b in blocks if b is not None]
    if any(len(b.dims) > 2 for b in known):
        raise NotCovered("scipy.linalg.block_diag is covered where the blocks have up to two axes")
    dims: list[tuple[Dim, ...]] = [(dim_of(1),) * (2 - len(b.dims)) + b.dims for b in known]
    sizes = tuple(total([d[k] for d in dims]) for k in (0, 1))
    return Array(promoted_strong(*(b.dtype for b in known)), sizes)


