"""Eigenvalues of general matrices, and complex matrices, where the answer is known by hand: singular and defective
matrices, equal eigenvalues, zero norms, phases, triangles that are not read."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import UnsupportedError
from tests.conformance.programs import program
from tests.conformance.table import Row
from tests.kit import central_differences
from tests.refusing import refused

EYE = np.eye(2)
TURN = np.array([[0.0, 1.0], [-1.0, 0.0]])  # its eigenvalues are 1j and -1j
CASES: tuple[tuple[str, Any, Any], ...] = (
    ("np.sum(np.abs(np.linalg.eigvals(x)) ** 2)", TURN, 2 * TURN),  # twice the determinant
    ("np.sum(np.linalg.eigvals(x)).real", TURN, EYE),
    ("np.prod(np.linalg.eigvals(x)).real", TURN, TURN),
    ("np.sum(np.linalg.eigvals(x) ** 2).real", TURN, 2 * TURN.T),  # the trace of x @ x
    ("np.max(np.linalg.eigvals(x).imag)", TURN, TURN / 2),
    ("np.sum(np.linalg.eigvals(x).real)", EYE, EYE),
    ("np.sum(np.linalg.eig(x)[0].real)", EYE * (1 + 1j), EYE * (1 + 0j)),
    ("np.sum(np.linalg.eigvals(x)).imag", EYE * 1j, EYE * 1j),
    ("np.sum(np.linalg.eigvals(x).real)", np.array([[0.0, 1.0], [0.0, 0.0]]), EYE),  # one eigenvector
    ("np.linalg.eigvals(x).real @ np.arange(2.0)", np.diag([1.0, 2.0]), np.diag([0.0, 1.0])),
    ("np.sum(np.abs(np.linalg.eig(x)[1]) ** 2)", TURN, 0 * EYE),  # they are of length 1
    ("np.linalg.det(x).real", np.zeros((2, 2), complex), np.zeros((2, 2), complex)),
    ("np.linalg.det(x).real", np.diag([0, 2j]), np.diag([-2j, 0])),
    ("np.linalg.det(x).imag", np.diag([0, 2j]), np.diag([2, 0j])),
    ("np.angle(np.linalg.slogdet(x)[0])", np.array([[1j]]), np.array([[-1 + 0j]])),
    ("np.linalg.slogdet(x)[1]", np.array([[2j]]), np.array([[0.5j]])),
    ("np.linalg.norm(x)", np.zeros((2, 2), complex), np.zeros((2, 2), complex)),
    ("np.linalg.norm(x, 1, axis=0).sum()", np.array([[3j, 0], [0, 0]]), np.array([[1j, 0], [0, 0]])),
    ("np.linalg.norm(x, np.inf)", np.array([3j, 3.0]), np.array([0.5j, 0.5])),  # tied
    ("np.linalg.norm(x, 'nuc')", np.diag([2j, -3.0]), np.diag([1j, -1.0])),
    ("np.linalg.norm(x, 2)", np.diag([2j, 1.0]), np.diag([1j, 0.0])),
    ("np.sum(np.linalg.svdvals(x))", np.diag([2j, 1.0]), np.diag([1j, 1.0])),
    ("np.sum(np.linalg.eigvalsh(x))", np.array([[1 + 9j, 7], [2j, 1 - 9j]]), EYE + 0j),
    ("np.linalg.eigvalsh(x) @ np.arange(2.0)", np.array([[0, 9], [1j, 0]]), np.array([[0.5, 0], [1j, 0.5]])),
    ("np.linalg.eigvalsh(x, 'U') @ np.arange(2.0)", np.array([[0, 1j], [9, 0]]), np.array([[0.5, 1j], [0, 0.5]])),
    ("np.linalg.cholesky(x)[1, 1].real", np.array([[1, 9], [1j, 2]]), np.array([[0.5, 0], [-1j, 0.5]])),
    ("np.vdot(x, np.array([1j, 2])).imag", np.array([1 + 0j, 1]), np.array([1, -2j])),
)  # fmt: skip


@pytest.mark.parametrize(("expression", "x", "expected"), CASES, ids=[f"{e} at {x.tolist()}" for e, x, _ in CASES])
def test_what_is_known_by_hand(expression: str, x: np.ndarray, expected: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = sourcead.grad(program(expression, 1, None))(x, None)
    assert found.dtype == x.dtype
    np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("x", [np.eye(3), np.eye(3) + 0j, np.diag([1.0, 1.0, 2.0])])
@pytest.mark.parametrize("vectors", ["eig(x)[1]", "eigh(x)[1]", "svd(x)[0]", "svd(x)[2]"])
def test_vectors_are_nan_where_their_values_are_equal(vectors: str, x: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = sourcead.grad(program(f"np.sum(np.linalg.{vectors}).real", 1, None))(x, None)
    assert np.isnan(found).any()


@pytest.mark.parametrize(
    "x", [np.eye(3, k=1), np.eye(3, k=1) * 1j, np.zeros((3, 3)), np.ones((3, 3))], ids=["nilpotent", "1j", "0", "1"]
)
@pytest.mark.parametrize("part", ["eig(x)[0]", "eig(x)[1]", "eigvals(x)"])
def test_nothing_raises_or_warns_where_eigenvectors_are_dependent(part: str, x: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sourcead.grad(program(f"np.sum(np.linalg.{part}.real ** 2)", 1, None))(x, None)


def hermitian(n: int, seed: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(n, n)) + 1j * draw.normal(size=(n, n))
    return x + np.conj(x.T)


BLOCKS = np.zeros((4, 4), complex)  # the first entries of two eigenvectors are 0: the phase is held by no entry
BLOCKS[:2, :2], BLOCKS[2:, 2:] = hermitian(2, 0), hermitian(2, 1)


@pytest.mark.parametrize(
    "expression",
    [
        "np.sum(np.abs(np.linalg.eigh(x)[1]) ** 2 * np.arange(16.0).reshape(4, 4))",
        "np.sum(np.abs(np.linalg.eigh(x, 'U')[1]) ** 2 * np.arange(16.0).reshape(4, 4))",
        "np.sum(np.abs(np.linalg.svd(x)[0]) ** 2 * np.arange(16.0).reshape(4, 4))",
        "np.sum(np.abs(np.linalg.eig(x)[1]) ** 2 * np.arange(16.0).reshape(4, 4))",
        "np.sum(((np.linalg.svd(x)[0] * np.arange(4)) @ np.linalg.svd(x)[2]).real * np.arange(4))",
    ],
)
def test_what_does_not_depend_on_the_phase_is_right_at_any_phase(expression: str) -> None:
    f = program(expression, 1, None)
    np.testing.assert_allclose(
        sourcead.grad(f)(BLOCKS, None), central_differences(f, (BLOCKS, None)), rtol=1e-6, atol=1e-7
    )


BOTH_MODES: tuple[Row, ...] = (
    ("np.linalg.eig(x)[0]", ("real 3,3",)), ("np.linalg.eig(x)[1]", ("real 3,3",)),
    ("np.linalg.eigvals(x)", ("real 2,3,3",)),
    *((f"np.linalg.{text}", ("real 3,3 complex128",)) for text in (
        "eig(x)[0]", "eig(x)[1]", "eigh(x)[1]", "svd(x)[0]", "svd(x)[2]", "qr(x)[0]", "qr(x)[1]", "pinv(x)", "det(x)",
        "slogdet(x)[0]", "slogdet(x)[1]", "cond(x)", "cond(x, 1)", "norm(x, 'nuc')", "norm(x, 3, axis=0)",
        "cholesky(x @ np.conj(x).T + np.eye(3))", "lstsq(x, x[0])[0]", "matrix_power(x, -2)")),
    ("np.vdot(x, x * x)", ("real 3,3 complex128",)),
)  # fmt: skip


@pytest.mark.parametrize(("expression", "specs"), BOTH_MODES, ids=[f"{e} at {s[0]}" for e, s in BOTH_MODES])
def test_both_modes_and_the_second_derivative(expression: str, specs: tuple[str, ...]) -> None:
    from tests.conformance.programs import weights
    from tests.conformance.test_primitives import arguments

    (x,) = arguments(specs)
    result = program(expression, 1, None)(x, None)
    w = weights(result)
    f = program(expression, 1, np.ndim(result) > 0, True)
    v = np.cos(np.arange(x.size)).reshape(x.shape) * (1 + 0.5j if np.iscomplexobj(x) else 1)

    def along(x: Any, w: Any) -> Any:
        g = sourcead.grad(f)(x, w)
        return np.sum(g.real * v.real) + np.sum(g.imag * v.imag)

    value = along(x, w)
    assert sourcead.jvp(f, (x, w), (v, 0 * w))[1] == pytest.approx(value, rel=1e-9, abs=1e-9)
    np.testing.assert_allclose(
        sourcead.grad(along)(x, w), central_differences(along, (x, w)), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize(
    ("call", "why"),
    [
        ("scipy.linalg.cholesky(x + 0j).real.sum()", "complex"),
        ("scipy.linalg.solve(x + 0j, x[0], assume_a='her').real.sum()", "complex"),
        ("scipy.linalg.solve_continuous_lyapunov(x + 0j, x).real.sum()", "complex"),
        ("scipy.linalg.solve_triangular(x + 0j, x[0], trans='C').real.sum()", "complex"),
    ],
)
def test_what_is_not_covered_says_why(call: str, why: str) -> None:
    import scipy.linalg

    words = refused(f"def f(x):\n    return {call}", np.eye(2), error=UnsupportedError, scipy=scipy)
    assert why in words and "model.py:2" in words


def text(expression: str, x: Any) -> str:
    """The backward part of a gradient."""
    return sourcead.grad(program(expression, 1, None)).specialize(x, None).source.partition("# backward")[2]


def test_texts() -> None:
    z = np.eye(2) + 1j
    assert "conj" not in text("np.linalg.eigh(x)[0].sum() + np.linalg.pinv(x).sum()", np.eye(2))
    assert "np.linalg.solve(vh, " in text("np.linalg.eig(x)[0].sum().real", z)
    assert "helper" not in text("np.linalg.eig(x)[0].sum().real", z)
    assert "da = -np.outer(np.conj(" not in text("np.linalg.inv(x).sum().real", z)
