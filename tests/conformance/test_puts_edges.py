"""Stores at positions that repeat, tie, or name nothing: the derivative is exact, and what NumPy does with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead


def a(*numbers: Any) -> np.ndarray:
    """An array."""
    return np.array(numbers, dtype=float)


def last_of_put(x: Any) -> Any:
    y = np.zeros(3)
    np.put(y, [0, 0, 2, 0], x)
    return y @ a(1, 10, 100)


def put_repeats(x: Any) -> Any:
    y = np.zeros(5)
    np.put(y, [0, 1, 2, 3, 4], x)
    return y @ a(1, 10, 100, 1000, 10000)


def put_leaves_out(x: Any) -> Any:
    y = np.zeros(2)
    y.put([1], x)
    return y[1]


def put_of_nothing(x: Any) -> Any:
    y = x * 2
    np.put(y, [0, 1], x[:0])
    return y.sum()


def last_along_axis(x: Any) -> Any:
    y = np.zeros((2, 2))
    np.put_along_axis(y, np.array([[1, 1, 0], [0, 0, 0]]), x, axis=1)
    return y[0] @ a(1, 10) + y[1] @ a(100, 1000)


def mask_by_position(x: Any) -> Any:
    y = np.zeros(5)
    np.putmask(y, np.array([False, True, True, False, True]), x)
    return y @ a(1, 10, 100, 1000, 10000)


def placed_in_order(x: Any) -> Any:
    y = np.zeros(5)
    np.place(y, np.array([False, True, True, False, True]), x)
    return y @ a(1, 10, 100, 1000, 10000)


def products_with_zeros(x: Any) -> Any:
    y = np.array([x[0], x[0]])
    np.multiply.at(y, [0, 1, 0, 0], x)
    return y[0] + 10 * y[1]


def ties_of_maximum(x: Any) -> Any:
    y = x[:1] * 1
    np.maximum.at(y, [0, 0], x[1:3])
    return y[0]


def ties_of_minimum(x: Any) -> Any:
    y = x[:1] * 1
    np.minimum.at(y, [0, 0], x[1:3])
    return y[0]


def ties_with_a_constant(x: Any) -> Any:
    y = np.zeros(2)
    np.maximum.at(y, [0, 1, 1], x)
    return y @ a(1, 10)


def ties_of_a_constant(x: Any) -> Any:
    y = x * 1
    np.maximum.at(y, [0, 0, 1], a(2, 1, 1))
    return y.sum()


def through_a_view(x: Any) -> Any:
    y = np.zeros((2, 2))
    row = y.T[1]
    np.multiply.at(y, ([0], [1]), 2.0)
    np.put(row, [0, 1, 0], x)
    np.maximum.at(row, [1, 1], x[:2])
    return y[0, 1] + 10 * y[1, 1]


def nothing_named(x: Any) -> Any:
    y = x * 1
    none = np.array([], dtype=int)
    np.multiply.at(y, none, 2.0)
    np.maximum.at(y, none, x[:0])
    np.put(y, none, x[:0])
    np.put_along_axis(y, none, x[:0], 0)
    return y.sum()


EXACT: tuple[tuple[Callable[[Any], Any], np.ndarray, np.ndarray], ...] = (
    (last_of_put, a(1, 2, 3, 4), a(0, 0, 100, 1)),
    (put_repeats, a(1, 2), a(10101, 1010)),
    (put_leaves_out, a(1, 2, 3), a(1, 0, 0)),
    (put_of_nothing, a(1, 2), a(2, 2)),
    (last_along_axis, np.ones((2, 3)), np.array([[0.0, 10, 1], [0, 0, 100]])),
    (mask_by_position, a(1, 2), a(10100, 10)),
    (placed_in_order, a(1, 2), a(10010, 100)),
    (products_with_zeros, a(2, 5, 0, 3), a(50, 20, 12, 0)),
    (products_with_zeros, a(2, 5, 0, 0), a(50, 20, 0, 0)),
    (products_with_zeros, a(0, 5, 2, 3), a(50, 0, 0, 0)),
    (ties_of_maximum, a(2, 2, 2), a(1 / 3, 1 / 3, 1 / 3)),
    (ties_of_maximum, a(1, 2, 2), a(0, 0.5, 0.5)),
    (ties_of_minimum, a(2, 3, 2), a(0.5, 0, 0.5)),
    (ties_with_a_constant, a(0, 2, 2), a(0, 5, 5)),
    (ties_with_a_constant, a(-1, 0, 0), a(0, 0, 0)),
    (ties_of_a_constant, a(2, 3, 4), a(0, 1, 1)),
    (through_a_view, a(1, 2, 3), a(0, 10, 1)),
    (nothing_named, a(1, 2), a(1, 1)),
)  # fmt: skip


@pytest.mark.parametrize(("function", "x", "expected"), EXACT, ids=lambda item: getattr(item, "__name__", ""))
def test_the_derivative_is_exact(function: Callable[[Any], Any], x: np.ndarray, expected: np.ndarray) -> None:
    value, gradient = sourcead.value_and_grad(function)(x.copy())
    assert value == function(x.copy())
    np.testing.assert_array_equal(gradient, expected)
    direction = np.arange(1.0, x.size + 1).reshape(x.shape)
    _, tangent = sourcead.jvp(function, (x.copy(),), (direction,))
    np.testing.assert_allclose(tangent, np.sum(expected * direction), rtol=1e-14)


def test_the_second_derivative_of_products_with_zeros() -> None:
    found = sourcead.hessian(products_with_zeros)(a(2, 5, 0, 0))
    expected = np.zeros((4, 4))
    expected[0, 1] = expected[1, 0] = 10
    expected[2, 3] = expected[3, 2] = 4
    np.testing.assert_allclose(found, expected)


def test_an_error_is_numpys_own() -> None:
    def f(x: Any) -> Any:
        y = x * 2
        np.place(y, x > 0, x[:0])
        return y.sum()

    with pytest.raises(ValueError, match="Cannot insert from an empty array!"):
        sourcead.grad(f)(a(1, 2))


def test_the_array_of_the_caller_is_changed_once() -> None:
    def f(x: Any, buffer: Any) -> Any:
        np.multiply.at(buffer, [0, 0], x)
        np.put(buffer, [2, 2], x)
        np.maximum.at(buffer, [1], x[:1])
        return buffer.sum()

    given, left = a(1, 1, 1), a(1, 1, 1)
    f(a(2, 3), left)
    gradient = sourcead.grad(f)(a(2, 3), given)
    np.testing.assert_array_equal(given, left)
    np.testing.assert_array_equal(gradient, a(3 + 1, 2 + 1))


def test_the_choice_at_ties_is_said() -> None:
    source = sourcead.grad(ties_of_maximum).specialize(a(1, 2, 3)).source
    assert "maximum.at: shared equally among the tied" in " ".join(source.split())
