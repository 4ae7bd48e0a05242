"""Un-broadcasting: the sum that the kinds ask for, no sum where shapes agree, the helper where they do not say."""

from __future__ import annotations

import numpy as np
import pytest

from sourcead import grad
from tests.kit import check_gradient
from tests.small import gradient, program, stages

A = np.arange(1.0, 7.0).reshape(2, 3) / 3
F = "def f(A, b):\n    return np.sum(np.exp(A * b))"
CASES = [
    (np.array([0.5, 1.5, -0.7]), "sum(axis=0)"),
    (np.array([[0.5], [1.5]]), "sum(axis=1, keepdims=True)"),
    (np.array([[0.5]]), "sum(axis=(0, 1), keepdims=True)"),
    (0.5, ".sum()"),
    (np.float64(0.5), ".sum()"),
    (np.array(0.5), ".sum()"),
]


@pytest.mark.parametrize(("b", "form"), CASES, ids=["row", "column", "one", "float", "scalar", "0-d"])
def test_the_sum_follows_the_kinds(b: object, form: str) -> None:
    text = gradient(F, A, b, argnums=(0, 1))
    assert text.count(form) == 1 and text.count("sum(") == 1 and "unbroadcast" not in text


def test_a_new_axis_and_a_stretched_one_together() -> None:
    text = gradient(F, np.ones((4, 2, 3)), np.array([[0.5], [1.5]]), argnums=(1,))
    assert text.count("sum(") == 1 and "keepdims=True" in text and "reshape" in text


def test_equal_shapes_need_no_sum() -> None:
    assert "sum" not in gradient(F, A, A + 1.0, argnums=(0, 1))


def test_the_wider_side_needs_no_sum() -> None:
    assert "sum" not in gradient(F, A, np.array([0.5, 1.5, -0.7]))


@pytest.mark.parametrize("b", [A[0], A[:, :1], 0.5, A], ids=["row", "column", "float", "same"])
def test_one_text_serves_every_rank_where_kinds_are_unknown(b: object) -> None:
    f = program(F)
    check_gradient(f, grad(f, (0, 1)), (A, b), argnums=(0, 1))
    assert "unbroadcast" in grad(f, (0, 1)).source


def test_a_stretched_slice_is_decided_by_its_shape() -> None:
    found = stages("def f(A, b):\n    return np.sum(A[:2] * b[:1])", np.ones((2, 3)), np.ones((2, 3)), argnums=(0, 1))
    assert np.array_equal(found.run_text(np.ones((2, 3)), np.ones((2, 3)))[1], [[2.0, 2.0, 2.0], [0.0, 0.0, 0.0]])


GATES = """
def f(z, c, h, W):
    n = len(W)
    i = np.tanh(z[:, :n])
    f = np.sin(z[:, n : 2 * n])
    g = z[:, 2 * n :]
    return np.sum(f * c + i * g) + np.sum(np.exp(g) * h)
"""


PARTS = np.linspace(0.1, 2, 12).reshape(4, 3), np.linspace(-1, 2, 12).reshape(4, 3), np.ones(3)


def test_an_axis_that_may_have_size_1_is_asked_for_its_size() -> None:
    text = gradient(GATES, np.ones((4, 9)), *PARTS)
    assert "unbroadcast" not in text
    assert text.count("keepdims=True") == 3 and "f.shape[1] != 1" in text  # f and, twice, g
    assert "i.shape" not in text  # the first n columns are not one where n is not 1


@pytest.mark.parametrize("columns", [9, 7], ids=["as many", "one"])
def test_a_part_with_one_column_is_stretched(columns: int) -> None:
    f = program(GATES)
    args = (np.linspace(-1, 1, 4 * columns).reshape(4, columns), *PARTS)
    found = stages(GATES, np.ones((4, 9)), *PARTS)  # one text for both
    check_gradient(f, found.run_text(*args), args)
    check_gradient(f, grad(f)(*args), args)


def test_a_new_axis_and_an_unsure_one() -> None:
    text = "def f(b, A, n):\n    return np.sum(np.exp(A * b[n:2 * n]))"
    b, f = np.linspace(0.5, 1.5, 6), program(text)
    found = stages(text, b, np.ones((2, 4, 3)), 3)
    for n, columns in ((3, 3), (5, 3)):
        args = (b, np.linspace(-1, 1, 8 * columns).reshape(2, 4, columns), n)
        check_gradient(f, found.run_text(*args), args)


@pytest.mark.parametrize(
    ("part", "tests"),
    [("[:n]", 0), ("[:2 * n]", 0), ("[:n + n]", 0), ("[:5]", 0), ("[:-1]", 1), ("[n:]", 1), ("[-n:]", 1),
     ("[:k]", 1), ("[::2]", 1)],
)  # fmt: skip
def test_the_first_of_many_are_many(part: str, tests: int) -> None:
    text = f"def f(x, w, A, k):\n    n = len(w)\n    return np.sum(np.exp(x{part}) * A)"
    x, n, k = np.linspace(0.1, 1, 6), 3, 4
    A = np.ones((2, len(eval(f"x{part}", {"x": x, "n": n, "k": k}))))
    found = gradient(text, x, np.ones(n), A, k)
    assert found.count(" != 1 ") == tests and "unbroadcast" not in found


STORED = """
def f(x):
    a = np.zeros(len(x))
    a[:] = x[None] * 2
    b = np.array(0.0)
    b[...] = x[:1] * 3
    c = np.zeros((3, len(x)))
    c[:] = (x * x)[None, None]
    return np.sum(a ** 2) * b + np.sum(c ** 2)
"""


def test_what_is_stored_may_have_more_axes_of_size_1() -> None:
    text = gradient(STORED, np.linspace(0.5, 1.5, 3))
    assert "unbroadcast" not in text and "[None]" in text


def test_a_quotient_of_a_number_and_a_chosen_one_is_one() -> None:
    text = """
def f(r):
    peak, least = -np.inf, 0.0
    for g in np.cumsum(r):
        if g > peak:
            peak = g
        least = max(least, (peak - g) / peak)
    return least + peak
"""
    found = gradient(text, np.array([0.5, 1.0, -0.3, 0.4]))
    assert "quotient(" not in found and "unbroadcast(" not in found
