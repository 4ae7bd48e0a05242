"""Reuse of memory: a matrix product that one update alone reads is updated in place; anything else is left alone."""

from __future__ import annotations

import operator

import numpy as np
import pytest

from sourcead.ir import Value
from sourcead.kinds import Array, dim_of
from sourcead.passes.reuse import reuse_products
from sourcead.primitives.registry import primitive_of
from tests.small import function_of_ops, gradient, made_by, op

SQUARE, COLUMN = Array("float64", (dim_of(3), dim_of(3))), Array("float64", (dim_of(3), dim_of(1)))
SINGLE = Array("float32", (dim_of(3), dim_of(3)))
TIMES, MINUS, PRODUCT, PLUS = map(primitive_of, (operator.mul, operator.sub, operator.matmul, operator.add))


def updated(update, swapped: bool = False, reads: int = 1, backward: bool = True, left=SQUARE, other=SQUARE) -> bool:
    """Whether (a @ b) op m is marked to run in place."""
    a, b, m = Value("a", left), Value("b", left), Value("m", other)
    product = op(PRODUCT, a, b, backward=backward)
    args = (m, product.outs[0]) if swapped else (product.outs[0], m)
    last = made = op(update, *args, backward=backward)
    ops = [product, made]
    if reads == 2:
        last = op(PLUS, made.outs[0], product.outs[0], backward=False)
        ops.append(last)
    body = made_by(reuse_products, function_of_ops((a, b, m), tuple(ops), last.outs[0]))
    (found,) = (o for o in body.ops if o.outs == made.outs)
    if found.attr("inplace", False):
        assert found.args[0] is product.outs[0]
        return True
    return False


def test_a_product_that_is_read_once_is_updated() -> None:
    assert updated(TIMES) and updated(MINUS) and updated(PLUS)


def test_only_what_commutes_turns_round() -> None:
    assert updated(TIMES, swapped=True)
    assert not updated(MINUS, swapped=True)


def test_a_product_that_is_read_twice_is_kept() -> None:
    assert not updated(TIMES, reads=2)


def test_the_users_own_product_is_kept() -> None:
    assert not updated(TIMES, backward=False)


@pytest.mark.parametrize(
    ("left", "other", "fits"), [(SINGLE, SQUARE, False), (SQUARE, SINGLE, True), (SQUARE, COLUMN, True)]
)
def test_the_result_must_have_the_products_dtype(left: Array, other: Array, fits: bool) -> None:
    assert updated(TIMES, left=left, other=other) is fits


def test_elementwise_chains_stay_one_expression() -> None:
    text = gradient("def f(x):\n    return np.sum(np.sin(x) * np.exp(x))", np.ones(3))
    assert "*=" not in text


@pytest.mark.optimised
def test_the_text_updates_the_product() -> None:
    A, B = np.arange(1.0, 7.0).reshape(2, 3) / 3, np.arange(6.0).reshape(3, 2)
    text = gradient("def f(x, y):\n    return np.sum(np.tanh(np.exp(x) @ y))", A, B)
    assert text.count("dx *= ") == 1


@pytest.mark.optimised
def test_a_longer_factor_takes_the_product() -> None:
    W, X = np.arange(6.0).reshape(2, 3) / 7, np.arange(8.0).reshape(4, 2) / 9
    f = "def f(W, X, V):\n    h = np.tanh(X @ W)\n    return np.sum((h @ V) ** 2)"
    V = np.arange(3.0).reshape(3, 1) / 5 + 0.1
    assert "dh = 1 - h ** 2\ndh *= " in gradient(f, W, X, V)
    text = gradient("def f(W, X, V):\n    h = np.sin(X @ W)\n    return np.sum((h @ V) ** 2)", W, X, V)
    assert "dh *= np.cos(" in text  # one temporary either way
    f = "def f(W, X, V):\n    h = np.tanh(X @ W)\n    return np.sum((h @ V) ** 2) + np.sum(np.sin(h @ V))"
    gradient(f, W, X, V, argnums=(0, 1, 2))


@pytest.mark.optimised
def test_sums_of_products_grow_in_one_array() -> None:
    A, x = np.arange(6.0).reshape(2, 3) / 7, np.arange(6.0).reshape(3, 2) / 9
    f = "def f(x, A):\n    return np.sum(np.sin(A @ x)) + np.sum(np.cos(2 * A @ x)) + np.sum(np.exp(A @ x))"
    text = gradient(f, x, A)
    assert text.count("dx = ") == 1 and text.count("dx += ") + text.count("dx -= ") == 2
