"""Common factors and divisions by sizes: the text before and after, numbers of the plain text, and empty arrays."""

from __future__ import annotations

import numpy as np
import pytest

import sourcead
from sourcead.switches import without
from tests.kit import assert_trees_close
from tests.small import gradient, program

pytestmark = pytest.mark.optimised

X = np.arange(1.0, 7.0).reshape(2, 3) / 3
MEANS = [  # the loss, and a line of its gradient with respect to x
    ("np.mean(x**2)", "2 * x / x.size"),
    ("np.mean(np.sin(x) - np.cos(x))", "(np.sin(x) + np.cos(x)) / x.size"),
    ("-np.mean(np.exp(x))", "np.exp(x) / -x.size"),
    ("3 * np.mean(np.exp(x))", "3 * np.exp(x) / x.size"),
    ("np.sum(np.mean(x**2, axis=0))", "2 * x / x.shape[0]"),
    ("np.mean(np.sum(x, axis=1) ** 2)", "2 * t / t.size"),
]


@pytest.mark.parametrize(("loss", "line"), MEANS)
def test_what_has_as_many_entries_is_divided_by_their_number(loss: str, line: str) -> None:
    assert line in gradient(f"def f(x):\n    return {loss}", X)


@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (1, 1)])
@pytest.mark.parametrize("loss", [loss for loss, _ in MEANS])
def test_nothing_is_raised_where_there_is_nothing(loss: str, shape: tuple[int, int]) -> None:
    derivative = sourcead.grad(program(f"def f(x):\n    return {loss}"))
    with np.errstate(all="raise"):
        assert derivative(np.ones(shape)).shape == shape


def test_what_is_not_empty_with_them_is_not_divided_by_their_number() -> None:
    f = program("def f(w, X):\n    return np.mean(X @ w) + np.mean(np.sum(X, axis=1) * np.sum(w**2))")
    with np.errstate(all="raise"):
        assert_trees_close(sourcead.grad(f)(np.ones(3), np.ones((0, 3))), np.zeros(3))


@pytest.mark.parametrize(
    ("loss", "line"),
    [
        ("np.sum((np.sin(x) + np.cos(x)) * np.mean(y))", "np.cos(x) - np.sin(x)"),
        ("c * np.sum(np.sin(x)) - c * np.sum(np.cos(x))", "c * (np.sin(x) + np.cos(x))"),
    ],
)
def test_common_factors(loss: str, line: str) -> None:
    f = f"def f(x, c, y):\n    return {loss}"
    assert line in gradient(f, X, 0.3, X)
    with without("common factors"):
        plain = sourcead.grad(program(f))(X, 0.3, X)
    assert_trees_close(sourcead.grad(program(f))(X, 0.3, X), plain)


def test_what_is_divided_already_is_multiplied() -> None:
    text = "def f(x, c):\n    t = x * c\n    return np.sum(np.sin(x / t))"
    assert "dx = t3 - t3 * t2 * c" in gradient(text, X, 0.3)
    with without("common factors"):
        plain = sourcead.grad(program(text))(X, 0.3)
    assert_trees_close(sourcead.grad(program(text))(X, 0.3), plain)


def test_the_sum_of_nothing_stays_nothing() -> None:
    f = program("def f(b, x):\n    r = x + b\n    return np.mean(np.exp(r)) if len(r) else np.sum(r) / b")
    g = program("def f(b, x):\n    return np.sum(np.mean(np.exp(x + b), axis=0) * np.ones(x.shape[1]))")
    with np.errstate(all="ignore"):
        assert sourcead.grad(f)(0.0, np.ones(3)) == np.e
        assert sourcead.grad(g)(0.5, np.ones((0, 2))) == 0


def test_factors_of_sums() -> None:
    f = "def f(c, s, x):\n    return np.sum(np.exp(x * c) * s)"
    assert ".sum()" in gradient(f, 0.3, 0.5, X, argnums=(0, 1))
    f = "def f(c, x):\n    return np.sum(((x - c) / np.exp(c)) ** 2)"
    assert "/ t).sum(axis=0) * t" not in gradient(f, X[0], X)


def test_products_that_are_turned() -> None:
    f = "def f(q, k):\n    return np.sum(np.tanh(q @ k.T))"
    text = gradient(f, X, X * 0.3, argnums=(0, 1))
    assert ".T @ q" in text and ").T" not in text
    f = "def f(q, k):\n    return np.sum(np.tanh((q.T @ k).T))"
    assert ").T" in gradient(f, X, X * 0.3, argnums=(0, 1))  # the user's own


def test_terms_that_something_else_reads_stay() -> None:
    f = "def f(x, y, c):\n    a = c * x\n    return np.sum(a * y) + np.sum(np.sin(x) * c)"
    with without("common factors"):
        plain = sourcead.grad(program(f), (0, 1, 2))(X, X, 0.3)
    assert_trees_close(sourcead.grad(program(f), (0, 1, 2))(X, X, 0.3), plain)
