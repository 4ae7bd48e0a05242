"""Adjoints of inverses, solutions, determinants, norms and decompositions, called as plain functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.derivatives import check, pull

RNG = np.random.default_rng(4)
X = RNG.normal(size=(3, 3)) + 3 * np.eye(3)
XS = RNG.normal(size=(2, 3, 3)) + 3 * np.eye(3)
S = X @ X.T


@pytest.mark.parametrize("x", [X, XS])
@pytest.mark.parametrize(
    ("function", "static"),
    [
        (np.linalg.inv, {}),
        (np.linalg.pinv, {}),
        (np.linalg.det, {}),
        (np.linalg.svdvals, {}),
        (np.linalg.trace, {"offset": 1}),
        (np.linalg.diagonal, {"offset": -1}),
        (np.linalg.matrix_transpose, {}),
        (np.linalg.cond, {}),
        (np.linalg.cond, {"p": 1}),
        (np.linalg.cond, {"p": -2}),
        (np.linalg.qr, {"mode": "r"}),
        (np.linalg.svd, {"compute_uv": False}),
        *((np.linalg.matrix_norm, {"ord": order}) for order in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)),
        *((np.linalg.vector_norm, {"ord": order, "axis": -1}) for order in (0, 1, 2, 3, 0.5, -1, np.inf, -np.inf)),
    ],
)
def test_functions_of_one_matrix(function: Any, static: dict[str, Any], x: np.ndarray) -> None:
    check(function, x, **static)


@pytest.mark.parametrize("axis", [None, 0, (0, 1), (1, 0)])
@pytest.mark.parametrize("order", [None, 1, 2, np.inf])
def test_norms_along_axes(order: Any, axis: Any) -> None:
    check(np.linalg.norm, X, ord=order, axis=axis, keepdims=True)


@pytest.mark.parametrize("n", [1, 2, 3, -1, -2])
def test_powers(n: int) -> None:
    check(np.linalg.matrix_power, X, n, wrt=(0,))


@pytest.mark.parametrize(
    ("a", "b"), [(X, (3,)), (X, (3, 2)), (XS, (3,)), (XS, (3, 2)), (XS, (2, 3, 2)), (X, (2, 3, 2)), (XS[:1], (2, 3, 1))]
)
def test_solve(a: np.ndarray, b: tuple[int, ...]) -> None:
    check(np.linalg.solve, a, RNG.normal(size=b))


def test_solve_of_tensors() -> None:
    check(np.linalg.tensorinv, RNG.normal(size=(2, 3, 3, 2)) + np.eye(6).reshape(2, 3, 3, 2), ind=2)
    check(np.linalg.tensorsolve, RNG.normal(size=(2, 3, 6)) + 3 * np.eye(6).reshape(2, 3, 6), RNG.normal(size=(2, 3)))
    a = RNG.normal(size=(2, 2, 2, 2)) + 3 * np.eye(4).reshape(2, 2, 2, 2)
    check(np.linalg.tensorsolve, a, RNG.normal(size=(2, 2)), axes=(0, 2))


@pytest.mark.parametrize("shapes", [[(2, 3), (3, 4)], [(3,), (3, 4), (4,)], [(2, 3), (3, 4), (4, 5), (5, 2)]])
def test_products_of_many(shapes: list[tuple[int, ...]]) -> None:
    check(np.linalg.multi_dot, [RNG.normal(size=shape) for shape in shapes])


def test_cross() -> None:
    check(np.linalg.cross, RNG.normal(size=(2, 3)), RNG.normal(size=3))


@pytest.mark.parametrize("upper", [False, True])
def test_cholesky(upper: bool) -> None:
    check(np.linalg.cholesky, S, upper=upper)


@pytest.mark.parametrize("uplo", ["L", "U"])
def test_eigenvalues(uplo: str) -> None:
    check(np.linalg.eigvalsh, S, UPLO=uplo)


def several(function: Any, x: np.ndarray, g: tuple[Any, ...], **static: Any) -> np.ndarray:
    """The cotangent of x from those of several results."""
    return np.asarray(pull(function, g, x, **static)[0])


@pytest.mark.parametrize("shape", [(4, 2), (2, 4), (3, 3), (2, 4, 3)])
@pytest.mark.parametrize(("function", "static"), [(np.linalg.qr, {}), (np.linalg.svd, {"full_matrices": False})])
def test_several_results_add_up(function: Any, static: dict[str, Any], shape: tuple[int, ...]) -> None:
    x = RNG.normal(size=shape)
    g = tuple(RNG.normal(size=np.shape(part)) for part in function(x, **static))
    alone = [tuple(p if j == k else 0.0 for j, p in enumerate(g)) for k in range(len(g))]
    whole = several(function, x, g, **static)
    np.testing.assert_allclose(sum(several(function, x, one, **static) for one in alone), whole, rtol=1e-9, atol=1e-12)
    step = 1e-6 * RNG.normal(size=shape)
    change = [(a - b) / 2 for a, b in zip(function(x + step, **static), function(x - step, **static), strict=True)]
    expected = sum(float(np.sum(p * c)) for p, c in zip(g, change, strict=True))
    np.testing.assert_allclose(np.sum(whole * step), expected, rtol=1e-5)


def test_second_derivatives_of_a_determinant_at_a_singular_matrix() -> None:
    """det is linear in each row: its second derivative is that of a polynomial, at any rank."""
    from sourcead.runtime import cofactors, cofactors_adjoint

    x, e = np.outer([1.0, 2.0, 0.0], [1.0, 1.0, 3.0]), RNG.normal(size=(3, 3))
    g = RNG.normal(size=(3, 3))

    def minors(x: np.ndarray) -> np.ndarray:
        return np.array([np.cross(x[1], x[2]), np.cross(x[2], x[0]), np.cross(x[0], x[1])])

    np.testing.assert_allclose(cofactors(np.linalg.det(x) * 0, x), minors(x), atol=1e-14)
    change = (minors(x + e) - minors(x - e)) / 2
    np.testing.assert_allclose(np.sum(cofactors_adjoint(g, x) * e), np.sum(g * change), rtol=1e-10)
