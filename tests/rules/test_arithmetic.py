"""Rules of the operators: against central differences in every broadcast position, at the conventions, at the poles."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sourcead.rules import arithmetic, load
from tests import kit
from tests.rules.rulekit import apply, check

load()
FLOAT, ROW, COLUMN = 1.3, np.array([0.7, 1.9, 2.4]), np.array([[0.6], [1.7]])
MATRIX = np.array([[0.9, 2.1, 1.4], [0.5, 3.2, 1.1]])
PAIRS = [
    (FLOAT, 2.2),
    (ROW, FLOAT),
    (FLOAT, ROW),
    (ROW, ROW[::-1] + 0.07),
    (MATRIX, ROW),
    (ROW, MATRIX),
    (COLUMN, ROW),
    (np.float64(1.3), MATRIX),
]
BINARY = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.mod, operator.pow,
    np.add, np.subtract, np.multiply, np.divide, np.remainder, np.fmod, np.power, np.float_power,
]  # fmt: skip


@pytest.fixture
def nothing_static(monkeypatch: pytest.MonkeyPatch) -> None:
    """No argument counts as a literal: the branches for values that are known at run time only."""
    monkeypatch.setattr(arithmetic, "static", lambda x: False)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: "x".join(str(np.shape(a)) for a in p))
@pytest.mark.parametrize("function", BINARY, ids=repr)
@pytest.mark.usefixtures("nothing_static")
def test_operators(function: Callable[..., Any], pair: tuple[Any, Any]) -> None:
    check(function, pair)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: "x".join(str(np.shape(a)) for a in p))
@pytest.mark.parametrize("function", [operator.truediv, operator.pow], ids=repr)
def test_operators_with_literals(function: Callable[..., Any], pair: tuple[Any, Any]) -> None:
    check(function, pair)


@pytest.mark.parametrize("function", [operator.neg, operator.pos, np.negative, np.positive], ids=repr)
@pytest.mark.parametrize("x", [FLOAT, ROW, MATRIX], ids=np.ndim)
def test_signs(function: Callable[..., Any], x: Any) -> None:
    check(function, (x,))


@pytest.mark.parametrize("exponent", [1, 2, 3, 7, -1, -2, 0.5, 1.5, -0.5, 2.0])
@pytest.mark.parametrize("base", [1.7, np.array([0.4, 2.5]), np.array([[1.2]])], ids=np.ndim)
def test_literal_exponents(base: Any, exponent: float) -> None:
    check(operator.pow, (base, exponent))


@pytest.mark.parametrize("exponent", [1, 2, 3, -1, -2])
@pytest.mark.usefixtures("nothing_static")
def test_integer_exponents_of_negative_numbers(exponent: int) -> None:
    for base in (-1.7, np.array([-0.4, 2.5])):
        found = apply(operator.pow, (base, exponent))[0]
        np.testing.assert_allclose(
            found, exponent * base ** (exponent - 1.0) if exponent != 1 else np.ones(np.shape(base))
        )


def test_the_text_of_literal_exponents() -> None:
    x, g = np.array([3.0]), np.array([0.1])
    assert np.array_equal(apply(operator.pow, (x, 2), g)[0], g * 2 * x)
    assert np.array_equal(apply(operator.pow, (x, 3), g)[0], g * 3 * x**2)
    assert apply(operator.pow, (x, 1), g) == (g, None)
    assert apply(operator.pow, (x, 0), g) == (None, None)


ZEROS = [0.0, np.float64(0), np.zeros(2), np.zeros((1, 2))]


@pytest.mark.parametrize("zero", ZEROS, ids=lambda z: f"{type(z).__name__}{np.ndim(z)}")
@pytest.mark.usefixtures("nothing_static")
class TestPowerAtZero:
    """`x ** 0` and `0. ** p` are exact, with no nan from `log(0)`."""

    @pytest.mark.parametrize(
        ("exponent", "slope"), [(0, 0), (0.0, 0), (1, 1), (1.0, 1), (2, 0), (2.5, 0), (0.5, np.inf)]
    )
    def test_of_the_base(self, zero: Any, exponent: float, slope: float) -> None:
        for p in (exponent, np.float64(exponent), np.full(np.shape(zero), exponent)):
            found = apply(operator.pow, (zero, p))[0]
            assert np.array_equal(found, np.full(np.shape(zero), slope)), p

    @pytest.mark.parametrize("exponent", [0, 0.0, 1, 2.0, 0.5])
    def test_of_the_exponent(self, zero: Any, exponent: float) -> None:
        for p in (exponent, np.float64(exponent), np.full(np.shape(zero), exponent)):
            assert np.array_equal(apply(operator.pow, (zero, p))[1], np.zeros(np.shape(zero))), p


@pytest.mark.parametrize("exponent", [0.5, 0.25, -1, -2, -0.5])
def test_literal_exponents_with_a_pole_at_zero(exponent: float) -> None:
    for zero in (np.float64(0), np.zeros(2)):
        assert np.all(np.abs(apply(operator.pow, (zero, exponent))[0]) == np.inf)
    if exponent > 0:
        assert apply(operator.pow, (0.0, exponent))[0] == np.inf
        assert apply(math.pow, (0.0, exponent))[0] == np.inf


@pytest.mark.usefixtures("nothing_static")
@pytest.mark.parametrize("function", [operator.pow, np.power, math.pow], ids=repr)
def test_the_backward_part_of_a_power_never_raises(function: Callable[..., Any]) -> None:
    for a, b in (
        (0.0, 0.5),
        (0.0, 0),
        (0.0, 1),
        (1e-200, -1.0),
        (1e-200, -1),
        (5e-324, 0.5),
        (1e200, 1.5),
        (3, 0),
        (3, 2),
        (0, 0),
    ):
        da, db = apply(function, (a, b))
        assert not np.isnan(da) and not np.isnan(db), (a, b)


def test_the_backward_part_of_literal_powers_never_raises() -> None:
    for a, b in ((1e-200, -1), (1e-300, -1.0), (1e100, 3), (1e-200, 0.5), (0.0, 0.5), (0.0, 3), (0, 2)):
        assert not np.isnan(apply(operator.pow, (a, b))[0]), (a, b)


@pytest.mark.parametrize("function", [operator.truediv, np.divide], ids=repr)
def test_the_backward_part_of_a_quotient_never_raises(function: Callable[..., Any]) -> None:
    for a, b in ((np.float64(1), 0.0), (1.0, np.float64(0)), (np.ones(2), 0.0), (1.0, np.zeros(2)), (np.float64(1), 0)):
        with np.errstate(all="ignore"):
            da, db = apply(function, (a, b))
        assert np.all(da == np.inf)
        assert db is None or np.all(db == -np.inf)
    with np.errstate(all="ignore"):
        da, db = apply(np.divide, (1.0, 0.0))
        assert (da, db) == (np.inf, -np.inf)
        assert apply(np.remainder, (1.0, 0.0))[0] == apply(np.fmod, (1.0, 0.0))[0] == 1


def test_the_exponent_of_a_literal_base() -> None:
    check(operator.pow, (2.0, np.array([0.5, 1.5])))
    found = apply(operator.pow, (2, np.array([1.0], np.float32)), np.ones(1, np.float32))[1]
    assert found.dtype == np.float32


@pytest.mark.parametrize("function", BINARY[:-1], ids=repr)
@pytest.mark.parametrize("static", [False, True])
def test_float32_stays(function: Callable[..., Any], static: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not static:
        monkeypatch.setattr(arithmetic, "static", lambda x: False)
    x = MATRIX.astype(np.float32)
    for args in ((x, x[0]), (x, 2.0), (x, 2), (2.0, x), (3, x), (x, 0.5), (x, np.array([2, 3, 1], np.int16))):
        y = function(*args)
        assert y.dtype == np.float32
        for a, cotangent in zip(args, apply(function, args, kit.random_like(y)), strict=True):
            if cotangent is not None and isinstance(a, np.ndarray) and a.dtype == np.float32:
                assert cotangent.dtype == np.float32, (function, args)


def test_pythons_own_numbers_stay_pythons() -> None:
    for function in (operator.add, operator.mul, operator.truediv, operator.mod):
        assert all(type(c) is float for c in apply(function, (2.5, 1.5)) if c is not None)
