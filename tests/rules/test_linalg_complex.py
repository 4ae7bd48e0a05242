"""Adjoints of linear algebra with complex numbers, called as plain functions; where one is of a holomorphic function it
is conjugated around, as the compiler does it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.derivatives import check, pull
from tests.kit import check_vjp

RNG = np.random.default_rng(5)
Z = RNG.normal(size=(3, 3)) + 1j * RNG.normal(size=(3, 3)) + 2 * np.eye(3)
ZS = RNG.normal(size=(2, 3, 3)) + 1j * RNG.normal(size=(2, 3, 3))
X = Z.real
TALL = ZS.reshape(6, 3)
HERMITIAN = Z @ np.conj(Z.T)


@pytest.mark.parametrize("z", [Z, ZS])
@pytest.mark.parametrize(
    ("function", "static"),
    [
        (np.linalg.pinv, {}),
        (np.linalg.eig, {}),
        (np.linalg.eigvals, {}),
        (np.linalg.eigh, {}),
        (np.linalg.eigh, {"UPLO": "U"}),
        (np.linalg.eigvalsh, {}),
        (np.linalg.qr, {}),
        (np.linalg.qr, {"mode": "r"}),
        (np.linalg.slogdet, {}),
        (np.linalg.svd, {}),
        (np.linalg.svd, {"compute_uv": False}),
        (np.linalg.svdvals, {}),
        (np.linalg.cond, {}),
        (np.linalg.cond, {"p": 1}),
        *((np.linalg.matrix_norm, {"ord": order}) for order in ("fro", "nuc", 1, 2, -np.inf)),
        *((np.linalg.vector_norm, {"ord": order, "axis": -1}) for order in (0, 1, 2, 3, 0.5, np.inf)),
    ],
)
def test_functions_of_one_matrix(function: Any, static: dict[str, Any], z: np.ndarray) -> None:
    check(function, z, **static)


@pytest.mark.parametrize("function", [np.linalg.eig, np.linalg.eigvals])
def test_spectra_of_real_matrices(function: Any) -> None:
    check(function, X - 3 * X.T)
    check(function, X + X.T)


@pytest.mark.parametrize("upper", [False, True])
def test_cholesky(upper: bool) -> None:
    check(np.linalg.cholesky, HERMITIAN, upper=upper)


@pytest.mark.parametrize("b", [TALL[:, 0], TALL[:, :2]])
def test_least_squares(b: np.ndarray) -> None:
    check(np.linalg.lstsq, TALL, b)


@pytest.mark.parametrize("function", [np.vdot, np.linalg.vecdot])
def test_products_that_conjugate(function: Any) -> None:
    check(function, Z, ZS[0])


@pytest.mark.parametrize(
    ("function", "args"),
    [
        (np.linalg.inv, (Z,)),
        (np.linalg.det, (Z,)),
        (np.linalg.det, (np.diag([0, 1j, 2]),)),
        (np.linalg.solve, (Z, TALL[:3])),
        (np.linalg.cross, (Z, ZS[0])),
    ],
)
def test_holomorphic_ones(function: Any, args: tuple[np.ndarray, ...]) -> None:
    def cotangents(g: Any, *args: Any) -> tuple[Any, ...]:
        return tuple(np.conj(c) for c in pull(function, np.conj(g), *args))

    check_vjp(function, cotangents, args, tuple(range(len(args))), rtol=1e-6, atol=1e-6)
