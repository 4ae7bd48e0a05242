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
