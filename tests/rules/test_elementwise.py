"""Rules of NumPy's elementwise functions: against central differences, at the kinks of the contract, at the poles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sourcead.ir import Primitive
from sourcead.primitives import arithmetic, elementwise
from sourcead.primitives.registry import all_primitives
from tests import kit
from tests.rules.rulekit import apply, check


def declared_here(primitive: Primitive) -> bool:
    """Whether this is a differentiable ufunc of the tables of arithmetic and elementwise functions."""
    infer = primitive.infer
    return isinstance(primitive.target, np.ufunc) and infer is not None and infer.__module__ == arithmetic.__name__


UFUNCS = [p.target for p in all_primitives() if declared_here(p) and p.differentiable]
UNARY = [f for f in UFUNCS if f.nin == 1]
BINARY = [np.maximum, np.minimum, np.fmax, np.fmin, np.logaddexp, np.logaddexp2, np.arctan2, np.hypot, np.copysign]
INSIDE = {np.arccosh: 2.0}
X = np.array([[0.3, 0.62, 0.11], [0.45, 0.08, 0.77]])
POSITIVE = {np.log, np.log2, np.log10, np.sqrt, np.arccosh}
assert elementwise


@pytest.mark.parametrize(("function", "sign"), [(f, s) for f in UNARY for s in (1, -1) if s > 0 or f not in POSITIVE])
def test_functions_of_one_argument(function: Any, sign: int) -> None:
    x = sign * X + INSIDE.get(function, 0.0)
    for shaped in (float(x[0, 0]), x[0, 0], x[0], x, np.array(x[0, 1])):
        check(function, (shaped,), rtol=1e-5)


@pytest.mark.parametrize("function", BINARY, ids=repr)
def test_functions_of_two_arguments(function: Any) -> None:
    row, column = np.array([0.2, -0.71, 1.5]), np.array([[0.33], [-0.95]])
    for pair in ((0.4, -1.2), (row, 0.5), (-0.5, row), (row, row[::-1] + 0.07), (X, row), (row, X), (column, row)):
        check(function, pair)
        if function in (np.maximum, np.minimum, np.fmax, np.fmin):
            check(function, pair, active=(True, False))


@pytest.mark.parametrize("function", [*UNARY, *BINARY], ids=repr)
def test_float32_stays(function: Any) -> None:
    x = (X + INSIDE.get(function, 0.0)).astype(np.float32)
    calls: list[tuple[Any, ...]] = [(x,)] if function.nin == 1 else [(x, x[0]), (x, 0.5), (1, x), (x, -1), (x, x)]
    for args in calls:
        y = function(*args)
        for a, cotangent in zip(args, apply(function, args, kit.random_like(y)), strict=True):
            assert cotangent is None or not isinstance(a, np.ndarray) or cotangent.dtype == np.float32


@pytest.mark.parametrize("x", [0.0, -0.0, np.zeros(2), np.float32(0)], ids=repr)
def test_abs_at_0(x: Any) -> None:
    for function in (np.absolute, np.fabs, abs):
        assert np.array_equal(apply(function, (x,))[0], np.zeros(np.shape(x)))


def test_maximum_at_a_tie() -> None:
    x, c = np.array([-1.0, 0.0, 2.0]), 0.0
    assert apply(np.maximum, (x, c), np.ones(3), active=(True, False))[0].tolist() == [0, 0, 1]
    assert apply(np.maximum, (c, x), np.ones(3), active=(False, True))[1].tolist() == [0, 0, 1]
    assert apply(np.minimum, (x, c), np.ones(3), active=(True, False))[0].tolist() == [1, 0, 0]
    assert [d.tolist() for d in apply(np.maximum, (x, np.zeros(3)), np.ones(3))] == [[0, 0.5, 1], [1, 0.5, 0]]
    assert [d.tolist() for d in apply(np.minimum, (x, np.zeros(3)), np.ones(3))] == [[1, 0.5, 0], [0, 0.5, 1]]


def test_maximum_beside_a_pole_contributes_0() -> None:
    assert apply(np.maximum, (np.array([-np.inf, np.inf]), 0.0), np.ones(2), active=(True, False))[0].tolist() == [0, 1]


@pytest.mark.parametrize("x", [0.0, np.zeros(2), np.float64(0)], ids=repr)
def test_sqrt_and_log_at_0(x: Any) -> None:
    for function in (np.sqrt, np.log, np.log2, np.log10, np.cbrt):
        with np.errstate(all="ignore"):
            assert np.all(apply(function, (x,))[0] == np.inf)


@pytest.mark.parametrize("function", [*UNARY, *BINARY], ids=repr)
def test_the_backward_part_never_raises(function: Any) -> None:
    points = (0.0, -0.0, 1.0, -1.0, 1, 0, 1e200, -1e200, 1e-300, 710.0, np.inf, -np.inf, np.float64(0), np.float64(-1))
    for x in points:
        args = (x,) * function.nin
        with np.errstate(all="ignore"):
            cotangents = apply(function, args, 1.0 if function.nout == 1 else (1.0,) * function.nout)
        assert all(c is None or np.shape(c) == () for c in cotangents)


@pytest.mark.parametrize(("function", "x", "slope"), [
    (np.log1p, -1.0, np.inf), (np.arcsin, 1.0, np.inf), (np.arccos, -1.0, -np.inf), (np.arctanh, 1.0, np.inf),
    (np.arccosh, 1.0, np.inf), (np.reciprocal, 0.0, -np.inf), (np.arctan, 1e200, 0.0), (np.tanh, 1e200, 0.0),
])  # fmt: skip
def test_poles_and_far_points(function: Callable[..., Any], x: float, slope: float) -> None:
    for value in (x, np.array([x])):
        with np.errstate(all="ignore"):
            assert np.all(apply(function, (value,))[0] == slope)


def test_logaddexp_is_stable() -> None:
    a, b = np.array([-np.inf, -np.inf, 1e4, 0.0]), np.array([-np.inf, 3.0, -1e4, -np.inf])
    da, db = apply(np.logaddexp, (a, b), np.ones(4))
    assert da.tolist() == [0, 0, 1, 1]
    assert db.tolist() == [0, 1, 0, 0]


def test_hypot_at_the_origin() -> None:
    assert [d.tolist() for d in apply(np.hypot, (np.zeros(1), np.zeros(1)))] == [[0], [0]]
