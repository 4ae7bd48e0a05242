"""Signs: where a negative goes, and where it stays (every gradient is checked by differences)."""

from __future__ import annotations

import numpy as np
import pytest

from sourcead.switches import without
from tests.small import gradient

pytestmark = pytest.mark.optimised

X = np.arange(1.0, 7.0).reshape(2, 3) / 3


@pytest.mark.parametrize(
    ("loss", "line"),
    [
        ("-np.mean(x**2)", "-2 * x / x.size"),
        ("np.mean((y - np.sin(x)) ** 2)", "np.cos(x)"),
        ("-np.mean(np.exp(x))", "np.exp(x) / -x.size"),
        ("-np.mean(np.sin(x) + np.cos(x))", "(np.sin(x) - np.cos(x)) / x.size"),
        ("np.mean(np.exp(y - x))", "np.exp(y - x) / -y.size"),
        ("-np.sum(np.exp(x))", "-np.exp(x)"),
        ("np.mean(np.sin(x) - x**2 / 2)", "(np.cos(x) - x) / x.size"),
        ("np.sum(-0.5 * (1 + x - np.exp(x)))", "0.5 * np.exp(x)"),
        ("np.sum(np.exp(x)) - np.mean(x**3 + np.sin(x))", " - "),
        ("-np.sum(x[0] ** 3)", "dx[0] = -3.0 * x[0] ** 2"),
    ],
)
def test_where_a_sign_goes(loss: str, line: str) -> None:
    f = f"def f(x, y):\n    return {loss}"
    assert line in gradient(f, X, X[::-1])
    with without("signs", "common factors"):
        gradient(f, X, X[::-1])


def test_signs_leave_products_of_matrices() -> None:
    text = gradient("def f(w, X, y):\n    return np.mean((y - X @ w) ** 2) + np.sum(w**4)", X[0], X, X[:, 0])
    assert " - X.T @ " in text


def test_what_something_else_reads_keeps_its_sign() -> None:
    f = "def f(x, y):\n    return np.sum(-np.exp(x - y)) + np.sum(np.cos(x - y))"
    gradient(f, X, X[::-1], argnums=(0, 1))


@pytest.mark.parametrize(
    ("loss", "line"),
    [
        ("-np.sum(np.sin(-X @ w))", "X.T @ "),
        ("np.sum(np.sin(X - np.roll(np.cos(X), 1, axis=0)))", "np.roll"),
        ("np.sum(np.outer(w, -w) * X.T[:, :1]) + np.sum(w**2)", "dw"),
        ("np.sum((y - X[i] @ w) ** 2) + np.sum(w**3)", "dw"),
    ],
)
def test_signs_pass_linear_functions(loss: str, line: str) -> None:
    f = f"def f(w, X, y, i):\n    return {loss}"
    i = np.array([1, 0, 1])
    text = gradient(f, X[0], X, X[[1, 0, 1], 1], i, argnums=(0, 1))
    assert line in text and "-np.roll" not in text
