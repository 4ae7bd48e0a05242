"""Rules of the built-in functions: numbers, sequences and arrays; ties."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np
import pytest

from sourcead import runtime
from tests import kit
from tests.rules.rulekit import apply, check


@pytest.mark.parametrize("x", [0.4, -1.7, np.float64(-0.3), np.array([0.2, -0.5])], ids=repr)
def test_abs(x: Any) -> None:
    check(abs, (x,))


def test_float_and_pow() -> None:
    check(float, (1.5,))
    assert apply(float, (np.float32(2),), 0.5) == (0.5,)
    check(operator.pow, (1.5, 2.5))


@pytest.mark.parametrize("function", [max, min], ids=repr)
def test_extremes_of_two_numbers(function: Any) -> None:
    for pair in ((0.4, 1.7), (2.0, -1.0), (np.float64(3.0), 1.0)):
        check(function, pair)
        check(function, pair, active=(True, False))
    assert apply(function, (1.5, 1.5), 2.0) == (1.0, 1.0)
    assert apply(function, (0.0, 0), 2.0, active=(True, False))[0] == 0


@pytest.mark.parametrize("function", [max, min], ids=repr)
@pytest.mark.parametrize(
    "items", [[0.4, 1.7, -2.0], (3.0, 2.0), np.array([0.5, -1.0, 2.5])], ids=lambda i: type(i).__name__
)
def test_extremes_of_items(function: Any, items: Any) -> None:
    check(function, (items,))


def test_ties_are_shared_equally() -> None:
    assert apply(max, ([1.0, 3.0, 3.0],), 2.0) == ([0.0, 1.0, 1.0],)
    assert apply(min, ((1.0, 1.0, 1.0, 1.0),), 2.0) == ((0.5, 0.5, 0.5, 0.5),)
    assert apply(max, (np.array([3.0, 3.0, 0.0]),), 2.0)[0].tolist() == [1, 1, 0]
    x = np.array([1, 3, 3], np.float32)
    assert apply(max, (x,), np.float32(1))[0].dtype == np.float32


def test_an_extreme_that_is_nan_does_not_raise() -> None:
    for items in ([math.nan, 1.0], np.array([math.nan, 1.0])):
        (found,) = apply(max, (items,))
        assert len(found) == 2


@pytest.mark.parametrize(
    "items",
    [
        [0.5, 2, -1.0],
        (1.0, 2.0),
        np.array([1.0, 2.0, 3.0]),
        np.ones((2, 3)),
        [np.ones((2, 3)), np.arange(3.0), 2.0],
        (np.ones((2, 1)), np.ones((1, 3))),
        [],
    ],
    ids=str,
)
def test_sum(items: Any) -> None:
    g = kit.random_like(sum(items)) if len(items) else 1.0
    (found,) = apply(sum, (items,), g)
    kit.assert_trees_close(found, kit.central_differences(sum, (items,), 0, g), what="items")


def test_sum_with_a_start() -> None:
    items, start = [1.5, 2.5], 0.5
    assert apply(sum, (items, start), 3.0) == ([3.0, 3.0], 3.0)


def test_sums_of_float32_stay() -> None:
    x = np.ones(3, np.float32)
    assert apply(sum, (x,), 1.0)[0].dtype == np.float32


def test_items_of_a_sum_share_no_memory() -> None:
    items = [np.ones(2), np.ones(2)]
    (first, second), g = runtime.spread(np.ones(2), items), np.ones(2)
    assert not np.shares_memory(first, second) and not np.shares_memory(first, g)


def test_divmod() -> None:
    for pair in ((7.3, 2.1), (-7.3, 2.1)):
        check(divmod, pair)


@pytest.mark.parametrize(
    ("x", "expected"), [(1.0, True), (3, True), (np.float64(1), False), (np.int64(1), False), (np.ones(1), False)]
)
def test_pythons_own_numbers(x: Any, expected: bool) -> None:
    assert runtime.python_number(x) is expected
