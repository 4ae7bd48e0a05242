"""The forms of style "fast": before and after in the text, the numbers those of the textbook's text; and where none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sourcead
from tests.kit import rng
from tests.sized import both, close, fast_text
from tests.small import program

DRAW = rng(3)


def normal(*shape: int, dtype: Any = np.float64) -> Any:
    return DRAW.normal(size=shape).astype(dtype)


@pytest.fixture(params=[np.float64, np.float32])
def dtype(request: pytest.FixtureRequest) -> Any:
    return request.param


# Products -------------------------------------------------------------------------------------------------------------

PRODUCT = "def f(A, B):\n    return np.sum(np.tanh(A @ B))"


@pytest.mark.optimised
def test_a_column_times_a_row(dtype: Any) -> None:
    text = fast_text(PRODUCT, normal(40, 50, dtype=dtype), normal(50, 1, dtype=dtype), argnums=(0, 1))
    assert "t2.dot(B.T)" in text and "A.T.dot(t2)" in text
    assert "A @ B" in text  # whether the inner sizes agree is for `@` to say


@pytest.mark.optimised
def test_one_row(dtype: Any) -> None:
    text = fast_text(PRODUCT, normal(1, 50, dtype=dtype), normal(50, 40, dtype=dtype), argnums=(0, 1))
    assert "t2.dot(B.T)" in text and "A.T.dot(t2)" in text


def test_wide_matrices_keep_the_operator() -> None:
    assert ".dot(" not in fast_text(PRODUCT, normal(40, 50), normal(50, 60), argnums=(0, 1))


@pytest.mark.optimised
def test_narrow_matrices() -> None:
    text = fast_text(PRODUCT, normal(4, 5), normal(5, 60), argnums=(0, 1))
    assert text.count(".dot(") == 2


@pytest.mark.optimised
def test_vectors() -> None:
    assert fast_text(PRODUCT, normal(40, 5), normal(5), argnums=(0, 1)).count(".dot(") == 1
    assert ".dot(" not in fast_text(PRODUCT, normal(40, 50), normal(50), argnums=(0, 1))


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 5), (5, 1)])
def test_a_factor_of_one_number_keeps_the_operator(rows: int, columns: int) -> None:
    with np.errstate(invalid="ignore"):
        A, B = np.zeros((rows, 1)), np.full((1, columns), np.inf)
        f = program("def f(A, B):\n    return np.sum((A @ B) * 0.5)")
        close(sourcead.grad(f, 1)(A, B), sourcead.grad(f, 1, style="plain")(A, B))
        close(sourcead.value_and_grad(f)(A, B)[0], sourcead.value_and_grad(f, style="plain")(A, B)[0])


def test_the_exception_of_a_product_is_the_operators() -> None:
    f = program("def f(A, B):\n    return np.sum(A @ B)")
    for shapes in (((3, 5), (4, 1)), ((3, 5), (4,)), ((1, 5), (4, 2))):
        args = [np.ones(s) for s in shapes]
        with pytest.raises(ValueError, match="matmul: ") as ours:
            sourcead.grad(f)(*args)
        with pytest.raises(ValueError, match="matmul: ") as users:
            f(*args)
        assert str(ours.value) == str(users.value)


def test_layouts_and_empty_factors(dtype: Any) -> None:
    A, b = normal(40, 50, dtype=dtype), normal(50, 1, dtype=dtype)
    f = program(PRODUCT)
    fast, plain = sourcead.grad(f, (0, 1)), sourcead.grad(f, (0, 1), style="plain")
    for args in ((np.asfortranarray(A), b), (A[::2], b), (A[:, ::-1], b[::-1]), (A[:0], b), (A[:, :0], b[:0])):
        for one, other in zip(fast(*args), plain(*args), strict=True):
            close(one, other)


# Sums -----------------------------------------------------------------------------------------------------------------


@pytest.mark.optimised
def test_columns_of_a_tall_matrix(dtype: Any) -> None:
    f = "def f(b, X):\n    return np.sum(np.exp(X + b) * X)"
    text = fast_text(f, normal(5, dtype=dtype), normal(60, 5, dtype=dtype))
    assert "ones.dot(t)" in text and ("float32" in text) == (dtype is np.float32)
    assert "ones" not in fast_text(f, normal(5, dtype=dtype), normal(20, 5, dtype=dtype))
    assert "ones" not in fast_text(f, normal(1, dtype=dtype), normal(60, 1, dtype=dtype))


@pytest.mark.optimised
def test_sums_of_columns_share_the_ones() -> None:
    f = "def f(b, c, X):\n    z = np.exp(X + b)\n    return np.sum(np.exp(z * X + c))"
    text = fast_text(f, normal(5), normal(5), normal(60, 5) * 0.1, argnums=(0, 1))
    assert text.count("np.ones(") == 1 and text.count("ones.dot(") == 2


@pytest.mark.optimised
def test_sums_of_columns_in_a_loop_share_ones_from_before_it(dtype: Any) -> None:
    f = """
def f(W, b, X, n):
    for k in range(n):
        if k != 1:
            X = np.tanh(X @ W + b)
        X = X - 0.1 * np.sum(X, axis=0)
    return np.mean(X ** 2)
"""
    for rows, count in ((4, 3), (60, 2), (4, 0)):
        arrays = normal(3, 3, dtype=dtype), normal(3, dtype=dtype), normal(rows, 3, dtype=dtype)
        text = fast_text(f, *arrays, count, argnums=(0, 1))
        before, _ = text.split("for ", 1)
        assert text.count("np.ones(") == 1 == before.count("np.ones("), text
    assert "np.ones(" not in fast_text(f.replace("X @ W", "X[1:] @ W"), normal(3, 3), normal(3), normal(4, 3), 1)


@pytest.mark.optimised
def test_rows_of_a_tall_and_narrow_matrix(dtype: Any) -> None:
    f = "def f(X):\n    m = np.max(X, axis=-1, keepdims=True)\n    return np.sum(np.sum(X, axis=1) ** 2 * m[:, 0])"
    text = fast_text(f, normal(60, 5, dtype=dtype))
    assert "X.dot(ones)" in text and "X.T.copy().max(axis=0)[:, None]" in text
    text = fast_text(f, normal(60, 50, dtype=dtype))
    assert "X.dot(" not in text and "X.T.copy()" not in text


@pytest.mark.optimised
def test_kept_axes(dtype: Any) -> None:
    f = "def f(X):\n    return np.sum(np.exp(X - np.sum(X, axis=1, keepdims=True)))"
    assert "X.dot(ones)" in fast_text(f, normal(60, 5, dtype=dtype))


def test_nan_and_inf_spread_as_in_sums() -> None:
    X = normal(60, 5)
    X[3, 2], X[4, 1] = np.nan, np.inf
    f = program("def f(X):\n    return np.sum(np.sum(X, axis=1) * np.max(X, axis=1))")
    with np.errstate(all="ignore"):
        fast, plain = sourcead.grad(f)(X), sourcead.grad(f, style="plain")(X)
    np.testing.assert_allclose(fast, plain)
    assert np.isnan(fast).any()


@pytest.mark.optimised
def test_sums_of_products() -> None:
    assert "x.dot(t)" in fast_text("def f(x):\n    return np.sum(x * np.sin(x))", normal(50))
    assert "x.dot(x)" in fast_text("def f(x):\n    return np.sum(x * x)", normal(50))
    assert "np.vdot(x, x)" in fast_text("def f(x):\n    return np.mean(x**2)", normal(5, 6))
    assert "x.dot(x)" in fast_text("def f(x):\n    return np.sum(x**2)", normal(50, dtype=np.float32))
    large = normal(2**17 + 1, dtype=np.float32)
    assert "dot(" not in fast_text("def f(x):\n    return np.sum(x**2)", large)


def test_a_sum_of_products_of_other_sizes_is_left() -> None:
    f = "def f(x, y):\n    return np.sum(x * y)"
    assert "dot(" not in fast_text(f, normal(4, 5), normal(5))
    assert "dot(" not in fast_text(f, normal(5), normal(5))  # equal here, which is not known


# Methods --------------------------------------------------------------------------------------------------------------


@pytest.mark.optimised
def test_functions_that_are_methods() -> None:
    assert fast_text("def f(x):\n    return np.max(x) * np.prod(x)", normal(5)).count("x.max()") == 1
    assert "x.sum() / x.size" in fast_text("def f(x):\n    return np.mean(x)", normal(5))
    text = fast_text("def f(x):\n    return np.sum(np.exp(np.mean(x, axis=0)))", normal(5, 40))
    assert "x.sum(axis=0) / x.shape[0]" in text


def test_what_may_be_a_list_keeps_the_function() -> None:
    assert "np.max(xs)" in fast_text("def f(xs):\n    return np.max(xs)", [1.0, 3.0, 2.0])


def test_the_mean_of_half_precision_is_left() -> None:
    f = program("def f(x):\n    return np.mean(x * x)")
    x = np.full(3000, 20, np.float16)
    assert sourcead.value_and_grad(f)(x)[0] == f(x) == 400


def test_means_of_nothing() -> None:
    f = program("def f(x):\n    return np.mean(x * 2)")
    with pytest.warns(RuntimeWarning):
        value, _ = sourcead.vjp(f, np.zeros(0))
    with pytest.warns(RuntimeWarning):
        assert np.isnan(f(np.zeros(0)))
    assert np.isnan(value)


@pytest.mark.optimised
def test_one_row_is_its_own_sum() -> None:
    f = "def f(X, b):\n    return np.sum(np.exp(X + b))"
    text = fast_text(f, normal(1, 50), normal(50), argnums=(0, 1))
    assert "[0]" in text
    X, b = normal(1, 50), normal(50)
    dX, db = sourcead.grad(program(f), (0, 1))(X, b)
    assert not np.shares_memory(dX, db)


# Powers ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("power", [3, 4, 5, 6, 7, 8, 3.0])
@pytest.mark.optimised
def test_powers(power: float, dtype: Any) -> None:
    text = fast_text(f"def f(x):\n    return np.sum(x**{power})", normal(30, dtype=dtype))
    assert all(f"** {n}" not in text for n in (3, 4, 5, 6, 7, 8))


def test_other_powers_are_left() -> None:
    text = fast_text("def f(x, n):\n    return np.sum(x**2.5 + x**9 + x**-3 + x**n)", np.abs(normal(30)) + 1, 3)
    assert all(f"x ** {p}" in text for p in ("2.5", "9", "(-3)", "n"))


# What is left alone ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "    s = np.sum(x * x)\n    if s > 1:\n        return s\n    return 2 * s",
        "    s = np.sum(x * x)\n    assert s < 1e9, s\n    return s",
        "    s = np.sum(x * x)\n    print(s)\n    return s",
        "    s = np.sum(x * x)\n    return s * int(s)",
        "    s = np.sum(x * x)\n    return s * np.sum(np.where(x > s, x, 0.0))",
        "    s = np.sum(x * x)\n    return s * x[int(s) % 3]",
    ],
)
def test_what_the_program_looks_at_keeps_its_bits(body: str) -> None:
    text = both(program(f"def f(x):\n{body}"), normal(7))
    assert "dot(" not in text


@pytest.mark.optimised
def test_shapes_are_no_look_at_the_bits() -> None:
    f = program("def f(x):\n    y = x * 2\n    return np.sum(y * y) / len(y) * y.size")
    assert "y.dot(y)" in both(f, normal(7))


@pytest.mark.parametrize("name", ["products by np.dot", "powers by products", "sums by products", "methods"])
def test_each_form_can_be_turned_off(name: str) -> None:
    f = program("def f(W, b, X):\n    z = (X @ W + b) ** 3\n    return np.mean(np.sum(z, axis=0) ** 2)")
    args = (normal(5, 3), normal(3), normal(60, 5))
    with sourcead.switches.without(name):
        both(f, *args, argnums=(0, 1))


# Choices --------------------------------------------------------------------------------------------------------------


@pytest.mark.optimised
def test_sigmoids_are_chosen_by_the_maximum(dtype: Any) -> None:
    z = np.concatenate([normal(20, dtype=dtype), np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 800, -800], dtype)])
    for f in ("np.log(1 + np.exp(x))", "np.log(1 / (1 + np.exp(-x)))"):
        text = f"def f(x):\n    return np.sum({f})"
        shown = fast_text(text, normal(20, dtype=dtype))
        assert "np.maximum(x " in shown and "np.where" not in shown
        with np.errstate(all="ignore"):
            fast, plain = (sourcead.grad(program(text), style=style)(z) for style in ("fast", "plain"))
        np.testing.assert_array_equal(fast, plain)


def test_other_choices_stay() -> None:
    for chosen in ("np.where(x >= 0, 1, np.exp(-np.abs(y)))", "np.where(x >= 0, 2, np.exp(-np.abs(x)))"):
        assert "np.where(" in fast_text(f"def f(x, y):\n    return np.sum({chosen} * x)", normal(20), normal(20))


# Calls ----------------------------------------------------------------------------------------------------------------


@pytest.mark.optimised
def test_a_comparison_that_is_made_anyhow_is_a_factor(dtype: Any) -> None:
    loss = "def f(z, y):\n    p = 1 / (1 + np.exp(-z))\n    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))"
    z = np.array([-800.0, -1.0, 0.0, 2.0, 800.0], dtype=dtype)
    for y in (np.array([0, 1, 1, 0, 1], dtype=dtype), np.array([0.3, 1, 0, 0.9, 0.5], dtype=dtype)):
        assert "(np.log1p(e).sum() - z.dot(y - t)) / e.size" in fast_text(loss, z, y)
        assert "np.log1p(e).sum() - np.vdot(z, y - t)" in fast_text(loss, z[:, None], y[:, None])
        assert "np.log1p(e) - z * (y - t)" in fast_text(loss.replace("-np.mean", "np.min"), z, y)
    labels = np.array([0, 1, 1, 0, 1])
    assert "np.maximum(z, 0.0) - y * z" in fast_text(loss, z, labels)
    assert "np.maximum(z, 0.0) - y * z" in fast_text(loss, z, 0.5)
    f = program("def f(z, y):\n    return np.sum(np.maximum(z, 0) - y * z)")
    assert "np.maximum(z, 0.0) - y * z" in sourcead.value_and_grad(f).specialize(z, z).source  # nothing else asks


@pytest.mark.optimised
def test_literals_are_of_the_kind_of_the_array(dtype: Any) -> None:
    text = fast_text("def f(x):\n    return np.sum(np.tanh(x) * np.maximum(x, 0) * 3)", normal(5, dtype=dtype))
    assert "1.0 - t ** 2" in text and "np.maximum(x, 0.0)" in text and "3.0 * t" in text and "x > 0.0" in text, text
    text = fast_text("def f(x, k):\n    return np.sum(x * k ** 2 * (k + 1))", normal(5, dtype=dtype), np.arange(5))
    assert "k + 1" in text and "k ** 2" in text, text
    half = fast_text("def f(x):\n    return np.tanh(x).sum()", normal(5).astype(np.float16))
    assert "1 - np.tanh(x) ** 2" in half or "1 - t ** 2" in half, half


def test_products_of_numbers_and_layouts_by_methods() -> None:
    text = fast_text("def f(x, y):\n    return np.dot(np.dot(x, y), 2.0) + np.dot(3.0, x).sum()", normal(5), normal(5))
    assert "np.dot(3.0, x)" in text


@pytest.mark.optimised
def test_literals_in_loops_over_numbers() -> None:
    turn = "s = s + x * i / 2 + 3 * s ** 2 * 0.01"
    f = f"def f(x, n):\n    s = 1.0\n    for i in range(n):\n        {turn}\n    return s * 2"
    text = fast_text(f, 0.3, 3)
    assert "x * i / 2.0 + 3.0 * s ** 2 * 0.01" in text and "s * 2\n" in text, text
