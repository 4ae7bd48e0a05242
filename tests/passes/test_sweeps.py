"""One sweep: a loop and its reverse become one exactly where no turn reads another's results; the numbers stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.passes.sweeps import NOTE
from sourcead.switches import without
from tests.kit import assert_trees_close, central_differences

WEIGHTS = np.array([0.5, 1.0, 2.0])


def over_a_range(x, w):
    s = 0.0
    for i in range(len(x)):
        s += np.sin(x[i]) * w
    return s


def counting_down(x, w):
    s = 0.0
    for i in range(len(x) - 1, 0, -1):
        s += x[i] * x[i - 1] * w
    return s


def over_rows(x, w):
    s = 0.0
    for r in x:
        s += r * r * w
    return s


def with_the_number_of_the_row(x, w):
    s = 0.0
    for i, r in enumerate(x):
        s += r * r * w * x[0] * i
    return s


def from_another_number(x, w):
    s = 0.0
    for i, r in enumerate(x, 2):
        s += r * r * w * i
    return s


def two_loops(x, w):
    s, q = 0.0, 0.0
    for i in range(len(x)):
        s += np.sin(x[i]) * w
    for i in range(len(x)):
        q += x[i] ** 2 * w
    return s + q


def an_array_of_sums(x, w):
    s = np.zeros(3)
    for i in range(len(x)):
        s = s + x[i] * w * WEIGHTS
    return np.sum(s)


def its_square(x, w):
    s = 0.0
    for i in range(len(x)):
        s += np.sin(x[i]) * w
    return s * s


def changed_on_the_way(x, w):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * w
        x[i] = x[i] * 2.0
    return s


def a_product(x, w):
    s = 1.0
    for i in range(len(x)):
        s = s * x[i] * w
    return s


def printed_between(x, w):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * w
    print("done")
    return s


def checked_between(x, w):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * w
    t = x[len(x) // 2]
    return s + t


def a_list(x, w):
    return sum([e * e * w for e in x]) + sum([e * w for e in x])


def broken_off(x, w):
    s = 0.0
    for i in range(len(x)):
        if x[i] > 5:
            break
        s += x[i] * w
    return s


def a_loop_within(x, w):
    s = 0.0
    for r in x:
        y = r * r + 1.0
        for _ in range(4):
            y = 0.5 * (y + w / y)
        s += y * r
    return s


def the_state_before_the_turn(x, w):
    s, k = 0.0, 1.0
    for i in range(len(x)):
        s += x[i] * w * k * np.exp(x[i] * k)
        k = k * 0.5
    return s


def kept_for_others(x, w):
    ys = []
    s = 0.0
    for r in x:
        ys.append(r * w)
        s += ys[-1] * r
    return s * ys[0]


FUSED = (
    a_loop_within, the_state_before_the_turn, over_a_range, counting_down, over_rows, with_the_number_of_the_row,
    two_loops, an_array_of_sums,
)  # fmt: skip
APART = (
    kept_for_others, from_another_number, its_square, changed_on_the_way, a_product, printed_between, broken_off,
    a_list,
)  # fmt: skip
POINTS = ((np.array([0.3, -1.2, 2.0, 0.7]), 0.7), (np.array([0.3, 4.0], np.float32), np.float32(0.5)))


def both(function: Callable[..., Any], x: np.ndarray, w: Any) -> tuple[Any, Any]:
    """Value and gradient, with the pass and without it."""
    with_it = sourcead.value_and_grad(function, (0, 1))(x.copy(), w)
    with without("one sweep"):
        return with_it, sourcead.value_and_grad(function, (0, 1))(x.copy(), w)


@pytest.mark.parametrize("function", (*FUSED, *APART, checked_between), ids=lambda f: f.__name__)
@pytest.mark.parametrize(("x", "w"), POINTS, ids=["float64", "float32"])
def test_the_numbers_stay(function: Callable[..., Any], x: np.ndarray, w: Any) -> None:
    (value, gradient), (value_apart, gradient_apart) = both(function, x, w)
    assert value == value_apart and type(value) is type(value_apart)
    assert gradient[0].dtype == x.dtype and type(gradient[1]) is type(gradient_apart[1])
    assert_trees_close(gradient, gradient_apart, 1e-5 if x.dtype == np.float32 else 1e-13, 1e-6)
    if x.dtype == np.float64:
        for k in (0, 1):
            assert_trees_close(gradient[k], central_differences(function, (x.copy(), w), k), what=function.__name__)


@pytest.mark.parametrize("function", (over_a_range, over_rows, two_loops), ids=lambda f: f.__name__)
def test_no_turns(function: Callable[..., Any]) -> None:
    with_it, apart = both(function, np.zeros(0), 0.5)
    assert_trees_close(with_it[1], apart[1])
    assert with_it[1][0].shape == (0,) and with_it[1][1] == 0.0


def text(function: Callable[..., Any]) -> str:
    with without("items as floats"):
        return sourcead.value_and_grad(function, (0, 1)).specialize(np.ones(4), 0.5).source


@pytest.mark.parametrize("function", FUSED, ids=lambda f: f.__name__)
@pytest.mark.optimised
def test_fused(function: Callable[..., Any]) -> None:
    assert NOTE in text(function)


@pytest.mark.parametrize("function", APART, ids=lambda f: f.__name__)
def test_apart(function: Callable[..., Any]) -> None:
    assert NOTE not in text(function)


def test_the_turn_reads_what_it_has_computed() -> None:
    assert text(over_a_range).count("np.sin(") == 1 or text(over_a_range).count("np.cos(") == 1
    rows = text(with_the_number_of_the_row)
    assert "for i, r in enumerate(x):" in rows and "x[i]" not in rows.replace("dx[i]", "")


@pytest.mark.optimised
def test_the_gradient_alone_needs_one_loop_anyway() -> None:
    source = sourcead.grad(over_a_range).specialize(np.ones(4), 0.5).source
    assert source.count("for i in") == 1 and NOTE not in source


def test_an_index_that_fails_raises_as_before() -> None:
    def beyond(x, w):
        s = 0.0
        for i in range(len(x) + 1):
            s += x[i] * w
        return s

    with pytest.raises(IndexError):
        sourcead.value_and_grad(beyond)(np.ones(3), 0.5)
