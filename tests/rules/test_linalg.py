"""Adjoints of products and norms, for every combination of ranks."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest

from tests.derivatives import check, pull

RNG = np.random.default_rng(2)
MATMUL = [
    ((3,), (3,)),
    ((2, 3), (3, 4)),
    ((3,), (3, 4)),
    ((2, 3), (3,)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((1, 2, 3), (5, 3, 4)),
    ((6, 1, 2, 3), (5, 3, 4)),
    ((6, 5, 2, 3), (1, 5, 3, 4)),
    ((1, 1), (1, 1)),
    ((1, 3), (3, 1)),
    ((0, 3), (3, 2)),
    ((2, 0), (0, 2)),
    ((0,), (0,)),
    ((4, 0, 2), (2, 3)),
]
DOT = [
    *MATMUL[:6],
    *MATMUL[12:17],
    ((), ()),
    ((), (3,)),
    ((2, 3), ()),
    ((5, 2, 3), (4, 3, 2)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (3, 4)),
    ((0, 2, 3), (3, 4)),
]


@pytest.mark.parametrize(("left", "right"), MATMUL)
def test_matmul(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    a, b = RNG.normal(size=left), RNG.normal(size=right)
    check(operator.matmul, a, b)
    check(operator.matmul, a.astype(np.float32), b.astype(np.float32), single=True)


@pytest.mark.parametrize(("left", "right"), DOT)
def test_dot(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    a, b = RNG.normal(size=left), RNG.normal(size=right)
    check(np.dot, a, b)
    check(np.dot, a.astype(np.float32), b.astype(np.float32), single=True)


def test_dot_of_numbers() -> None:
    check(np.dot, 2.0, RNG.normal(size=(2, 3)))
    check(np.dot, 2.0, 3.0)


@pytest.mark.parametrize(
    ("left", "right"), [((3,), (4,)), ((2, 3), (4,)), ((), (3,)), ((3,), (2, 2)), ((0,), (3,)), ((1,), (1,))]
)
def test_outer(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    a, b = RNG.normal(size=left), RNG.normal(size=right)
    check(np.outer, a, b)
    check(np.outer, a.astype(np.float32), b.astype(np.float32), single=True)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(
    ("shape", "order", "axis"),
    [
        ((4,), None, None),
        ((4,), 2, None),
        ((4,), 1, None),
        ((4,), np.inf, None),
        ((3, 4), None, None),
        ((3, 4), "fro", None),
        ((2, 3, 4), None, None),
        ((3, 4), None, 0),
        ((3, 4), 2, -1),
        ((3, 4), 1, 1),
        ((3, 4), np.inf, 0),
        ((2, 3, 4), None, (0, 2)),
        ((2, 3, 4), "fro", (-1, 1)),
    ],
)
def test_norms(shape: tuple[int, ...], order: Any, axis: Any, keepdims: bool) -> None:
    x = RNG.normal(size=shape)
    check(np.linalg.norm, x, ord=order, axis=axis, keepdims=keepdims)
    check(np.linalg.norm, x.astype(np.float32), ord=order, axis=axis, keepdims=keepdims, single=True)


@pytest.mark.parametrize("order", [None, 1, 2, np.inf])
def test_the_norm_at_zero(order: Any) -> None:
    np.testing.assert_array_equal(pull(np.linalg.norm, 1.0, np.zeros(3), ord=order)[0], np.zeros(3))


def test_the_norm_of_a_row_of_zeros() -> None:
    x = np.array([[0.0, 0.0], [3.0, 4.0]])
    np.testing.assert_allclose(pull(np.linalg.norm, np.ones(2), x, axis=1)[0], np.array([[0, 0], [0.6, 0.8]]))


def test_the_largest_share_the_maximum_norm() -> None:
    found = pull(np.linalg.norm, 1.0, np.array([2.0, -2.0, 1.0]), ord=np.inf)[0]
    np.testing.assert_allclose(found, [0.5, -0.5, 0])
