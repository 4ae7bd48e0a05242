"""Linear algebra where calculus leaves a choice, or none: singular matrices, zero norms, ties, equal eigenvalues."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import SourceADError
from tests.conformance.programs import NAMES, called, derivative, program, same_bits, silent

NAN = np.nan


def a(*rows: Any) -> np.ndarray:
    """An array."""
    return np.array(rows, dtype=float)


I3, Z2 = np.eye(3), np.zeros((2, 2))
FLAT = a([1, 2], [2, 4])  # of rank 1
POORER = np.outer([1.0, 2.0, 0.0], [1.0, 1.0, 0.0])  # of rank 1, of size 3

CASES: tuple[tuple[str, Any, Any], ...] = (
    # Determinants: the cofactors, whatever the rank.
    ("np.linalg.det(x)", FLAT, a([4, -2], [-2, 1])),
    ("np.linalg.det(x)", Z2, Z2),
    ("np.linalg.det(x)", np.zeros((1, 1)), np.ones((1, 1))),
    ("np.linalg.det(x)", POORER, np.zeros((3, 3))),
    ("np.linalg.det(x)", np.diag([2.0, 3.0, 0.0]), np.diag([0.0, 0.0, 6.0])),
    ("np.linalg.det(x)", np.diag([2.0, 3.0, 4.0]), np.diag([12.0, 8.0, 6.0])),
    ("np.sum(np.linalg.det(x))", np.stack([FLAT, np.eye(2)]), np.stack([a([4, -2], [-2, 1]), np.eye(2)])),
    ("np.linalg.slogdet(x)[1]", FLAT, np.full((2, 2), NAN)),
    ("np.linalg.slogdet(x)[0] * x[0, 0]", FLAT, Z2),
    # Norms: 0 at 0, shared among the tied.
    *((f"np.linalg.norm(x, {order})", Z2, Z2) for order in (
        "'fro'", "'nuc'", "1", "-1", "2", "-2", "np.inf", "-np.inf")),
    *((f"np.linalg.norm(x, {order})", a(0, 0), a(0, 0)) for order in (
        "None", "0", "1", "2", "3", "0.5", "np.inf", "-np.inf")),
    ("np.linalg.norm(x, 0)", a(0, 2, -3), a(0, 0, 0)),
    ("np.linalg.norm(x, 0.5)", a(0, 1, 4), a(0, 3, 1.5)),
    ("np.linalg.norm(x, 3)", a(0, 2, -2), a(0, 2**-(2 / 3), -(2**-(2 / 3)))),
    ("np.linalg.norm(x, np.inf)", a(3, -3, 1), a(0.5, -0.5, 0)),
    ("np.linalg.norm(x, -np.inf)", a(3, -1, 1), a(0, -0.5, 0.5)),
    ("np.linalg.norm(x, 1)", I3, I3 / 3),
    ("np.linalg.norm(x, np.inf)", I3, I3 / 3),
    ("np.linalg.norm(x, 2)", I3, I3 / 3),
    ("np.linalg.norm(x, -2)", I3, I3 / 3),
    ("np.linalg.norm(x, 'nuc')", I3, I3),
    ("np.linalg.norm(x, 1)", a([1, -2], [3, 0]), a([1, 0], [1, 0])),
    ("np.linalg.norm(x, np.inf)", a([1, -2], [2, 0]), a([1, -1], [0, 0])),
    ("np.sum(np.linalg.norm(x, 3, axis=1))", a([0, 0], [2, 0]), a([0, 0], [1, 0])),
    ("np.linalg.vector_norm(x)", Z2, Z2),
    ("np.linalg.matrix_norm(x)", a([3, 0], [0, 4]), a([0.6, 0], [0, 0.8])),
    # Eigenvalues: what is symmetric in equal ones is exact; what depends on their vectors has no derivative.
    ("np.sum(np.linalg.eigvalsh(x))", I3, I3),
    ("np.sum(np.linalg.eigh(x)[0])", I3, I3),
    ("np.sum(np.linalg.eigvalsh(x)**2)", 2 * I3, 4 * I3),
    ("np.sum(np.linalg.svd(x)[1])", I3, I3),
    ("np.linalg.eigvalsh(x)[0]", np.diag([1.0, 2.0]), np.diag([1.0, 0.0])),
    ("np.sum(np.linalg.eigvalsh(x))", a([1, 9], [0.5, 2]), np.eye(2)),  # the upper triangle is not read
    ("np.linalg.eigvalsh(x) @ np.arange(2.0)", a([0, 9], [1, 0]), a([0.5, 0], [1, 0.5])),
    ("np.linalg.eigvalsh(x, UPLO='U') @ np.arange(2.0)", a([0, 1], [9, 0]), a([0.5, 1], [0, 0.5])),
    ("np.sum(np.linalg.cholesky(x))", np.eye(2), a([0.5, 0], [1, 0.5])),
    ("np.sum(np.linalg.cholesky(x, upper=True))", np.eye(2), a([0.5, 1], [0, 0.5])),
    # Others.
    ("np.sum(np.linalg.matrix_power(x, 0))", FLAT, Z2),
    ("np.sum(np.linalg.matrix_power(x, 3))", Z2, Z2),
    ("np.linalg.cond(x)", np.diag([4.0, 2.0]), np.diag([0.5, -1.0])),
    ("np.linalg.cond(x)", FLAT * [[1, 0], [0, 0]], np.full((2, 2), NAN)),
    ("np.linalg.cond(x, 1)", FLAT, np.full((2, 2), NAN)),
    ("np.linalg.trace(x)", a([1, 2, 3], [4, 5, 6]), a([1, 0, 0], [0, 1, 0])),
    ("np.sum(np.linalg.qr(x)[1])", a([0, 1], [0, 2]), np.full((2, 2), NAN)),
    ("np.vdot(x, x)", a([1, 2], [3, 4]), a([2, 4], [6, 8])),
    ("np.einsum('ij,ij', x, x)", a([1, 2], [3, 4]), a([2, 4], [6, 8])),
    ("np.einsum('ii', x)", a([1, 2], [3, 4]), np.eye(2)),
)  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("way", ["specialised", "generic"])
@pytest.mark.parametrize(("expression", "x", "expected"), CASES)
def test_a_value_worked_out_by_hand(expression: str, x: Any, expected: Any, way: str, dtype: Any) -> None:
    function, x = program(expression, 1, None), x.astype(dtype)
    d = derivative(function, 0)
    run = d.specialize(x, None).fn if way == "specialised" else d._generic_bound().fn
    value, quiet = silent(function, (x, None))
    found, gradient = called(run, (x, None), quiet)
    assert same_bits(found, value)
    assert gradient.dtype == dtype and len(NAMES) == 3
    single = dtype == np.float32
    missing = np.isnan(expected)
    assert np.all(np.isnan(gradient[missing]))
    np.testing.assert_allclose(
        gradient[~missing], expected[~missing], rtol=1e-5 if single else 1e-12, atol=2e-6 if single else 1e-14
    )


@pytest.mark.parametrize(
    ("expression", "x"),
    [
        ("np.sum(np.linalg.inv(x))", FLAT),
        ("np.sum(np.linalg.solve(x, np.ones(2)))", FLAT),
        ("np.sum(np.linalg.cholesky(x))", -np.eye(2)),
        ("np.sum(np.linalg.matrix_power(x, -1))", FLAT),
        ("np.linalg.det(x)", np.ones((2, 3))),
    ],
)
def test_errors_are_those_of_the_function(expression: str, x: Any) -> None:
    function = program(expression, 1, None)
    with pytest.raises(np.linalg.LinAlgError) as own:
        function(x, None)
    with pytest.raises(np.linalg.LinAlgError, match=re.escape(str(own.value))):
        sourcead.grad(function)(x, None)


@pytest.mark.parametrize("expression", ["np.sum(np.linalg.eigh(x)[1])", "np.sum(np.linalg.svd(x)[0])"])
def test_vectors_of_equal_values_have_no_derivative(expression: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = sourcead.grad(program(expression, 1, None))(I3, None)
    assert np.isnan(found).any()


def test_singular_vectors_that_the_matrix_does_not_determine() -> None:
    d = sourcead.grad(program("np.sum(np.linalg.svd(x)[0])", 1, None))
    with pytest.raises(ValueError, match="full_matrices=False"):
        d(np.ones((3, 2)) + np.eye(3, 2), None)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("np.linalg.qr(x, 'complete')[1].sum()", "mode='complete'"),
        ("np.linalg.qr(x, mode='raw')[0].sum()", "mode='raw'"),
        ("np.linalg.svd(x, hermitian=True)[1].sum()", "hermitian=True"),
        ("np.linalg.pinv(x, hermitian=True).sum()", "hermitian=True"),
        ("np.linalg.norm(x, 3)", "ord=3"),
        ("np.linalg.norm(x[0], 'nuc')", "ord='nuc'"),
        ("np.linalg.vector_norm(x, ord='fro')", "ord='fro'"),
        ("np.linalg.trace(x, dtype=np.float32)", "dtype="),
        ("np.einsum('ij,jk->ik', x, x, dtype=np.float32).sum()", "dtype="),
        ("np.einsum('ij->i', x, order='F').sum()", "order="),
        ("np.einsum(x, [0, 1], [0]).sum()", "subscripts"),
        ("np.einsum('ij,jk->ik', x, x, optimize=['einsum_path', (0, 1)]).sum()", "optimize"),
        ("np.einsum('ij,jk->ik', np.ones((3, 1)), x).sum()", "size 1"),
        ("np.einsum('ij,jk->ik', x).sum()", "2 operands"),
        ("np.einsum('ijk->k', x).sum()", "2 axes"),
        ("np.vecdot(x, x, axes=[0, 0, ()]).sum()", "axes="),
    ],
)
def test_what_is_not_covered_is_refused_with_the_line(expression: str, reason: str) -> None:
    with pytest.raises(SourceADError, match=re.escape(reason)) as caught:
        sourcead.grad(program(expression, 1, None)).specialize(np.eye(3), None)
    assert "return " in str(caught.value)


TEXTS = {
    ("x @ y", "mm"): ("dx = w @ y.T", "dy = x.T @ w"),
    ("np.inner(x, y)", "mm"): ("dx = w @ y", "dy = w.T @ x"),
    ("np.einsum('ij,jk->ik', x, y)", "mm"): (
        'dx = np.einsum("ik,jk->ij", w, y)', 'dy = np.einsum("ik,ij->jk", w, x)'),
    ("np.tensordot(x, y, 1)", "mm"): (
        "dx = np.tensordot(w, y, axes=((1,), (1,)))", "dy = np.tensordot(x, w, axes=((0,), (0,)))"),
    ("np.linalg.solve(x, y)", "mm"): ("t2 = np.linalg.solve(x.T, w)", "dx = -(t2 @ t.T)", "return dx, t2"),
    ("np.linalg.solve(x, y)", "mv"): ("t2 = np.linalg.solve(x.T, w)", "dx = -np.outer(t2, t)", "return dx, t2"),
    ("np.linalg.inv(x)", "m"): ("dx = -(t.T @ w @ t.T)",),
    ("np.linalg.matrix_power(x, 2)", "m"): ("dx = x.T @ w", "dx += w @ x.T"),
    ("np.linalg.svdvals(x)", "m"): ("u, _, vh = np.linalg.svd(x, full_matrices=False)", "dx = (u * w) @ vh"),
}  # fmt: skip


@pytest.mark.parametrize(("expression", "ranks"), TEXTS)
@pytest.mark.optimised
def test_a_text(expression: str, ranks: str) -> None:
    args = [np.eye(3) + k if rank == "m" else np.ones(3) for k, rank in enumerate(ranks)]
    result = program(expression, len(args), None)(*args, None)
    wanted = tuple(range(len(args)))
    d = sourcead.grad(program(expression, len(args), True), wanted, style="plain")
    text = d.specialize(*args, result).source
    assert [line for line in TEXTS[expression, ranks] if f"    {line}" not in text] == []


@pytest.mark.optimised
def test_the_text_of_a_determinant() -> None:
    text = sourcead.grad(lambda x: np.linalg.slogdet(x)[1]).specialize(I3).source
    assert "dx = np.linalg.inv(np.where(np.linalg.slogdet(x)[0] == 0, np.nan, x)).T" in text
