"""What a derivative is where calculus leaves a choice: kinks, ties, poles, and branches that were not taken."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

import sourcead
from tests.conformance.programs import NAMES, called, derivative, program, same_bits, silent

INF, NAN = math.inf, math.nan
Row = tuple[str, tuple[Any, ...], tuple[Any, ...]]


def a(*numbers: Any) -> np.ndarray:
    """An array."""
    return np.array(numbers, dtype=float)


KINKS: tuple[Row, ...] = (
    ("abs(x)", (0.0,), (0.0,)),
    ("abs(x)", (-0.0,), (0.0,)),
    ("np.abs(x)", (np.float64(0.0),), (0.0,)),
    ("math.fabs(x)", (0.0,), (0.0,)),
    ("np.sum(np.abs(x))", (a(-1, 0, 2),), (a(-1, 0, 1),)),
    ("np.sum(np.sign(x) + np.floor(x) + np.round(x) + np.ceil(x))", (a(-1, 0, 0.5),), (a(0, 0, 0),)),
    ("np.sum((x > 0) + 0.0)", (a(-1, 0, 0.5),), (a(0, 0, 0),)),
    ("float(round(x)) + math.floor(x)", (0.5,), (0.0,)),
    ("np.sum(np.maximum(x, 0))", (a(-1, 0, 2),), (a(0, 0, 1),)),
    ("np.sum(np.maximum(0.0, x))", (a(-1, 0, 2),), (a(0, 0, 1),)),
    ("np.sum(np.minimum(x, 0.0))", (a(-1, 0, 2),), (a(1, 0, 0),)),
    ("np.sum(np.maximum(x, -x))", (a(-1, 0, 2),), (a(-1, 0, 1),)),
    ("max(x, 0.0)", (0.0,), (0.0,)),
    ("max(0.0, x)", (0.0,), (0.0,)),
    ("min(x, 0.0)", (0.0,), (0.0,)),
    ("max(x, y)", (2.0, 2.0), (0.5, 0.5)),
    ("min(x, y)", (2.0, 2.0), (0.5, 0.5)),
    ("max([x, y])", (2.0, 2.0), (0.5, 0.5)),
    ("np.maximum(x, y)", (2.0, 2.0), (0.5, 0.5)),
    ("np.sum(np.maximum(x, y))", (a(1, 2, 3), a(1, 1, 4)), (a(0.5, 1, 0), a(0.5, 0, 1))),
    ("np.sum(np.minimum(x, y))", (a(1, 2, 3), 2.0), (a(1, 0.5, 0), 1.5)),
    ("np.sum(np.clip(x, -1.0, 1.0))", (a(-2, -1, 0, 1, 2),), (a(0, 1, 1, 1, 0),)),
    ("np.clip(x, -1.0, 1.0)", (1.0,), (1.0,)),
    ("np.sum(x.clip(0, None))", (a(-1, 0, 1),), (a(0, 1, 1),)),
    ("x * x if x == 2.0 else x", (2.0,), (4.0,)),
)
TIES: tuple[Row, ...] = (
    ("np.max(x)", (a(2, 2, 1),), (a(0.5, 0.5, 0),)),
    ("np.min(x)", (a(2, 1, 1),), (a(0, 0.5, 0.5),)),
    ("x.max()", (a(2, 2, 2, 2),), (a(0.25, 0.25, 0.25, 0.25),)),
    ("max(x)", (a(2, 2, 1),), (a(0.5, 0.5, 0),)),
    ("max(x)", ([2.0, 2.0, 1.0],), ([0.5, 0.5, 0.0],)),
    ("min(x)", ((2.0, 1.0, 1.0),), ((0.0, 0.5, 0.5),)),
    ("np.sum(np.max(x, axis=0))", (np.array([[1.0, 2.0], [1.0, 0.0]]),), (np.array([[0.5, 1.0], [0.5, 0.0]]),)),
    ("np.sum(np.min(x, axis=1))", (np.array([[1.0, 2.0], [1.0, 1.0]]),), (np.array([[1.0, 0.0], [0.5, 0.5]]),)),
)
POWERS: tuple[Row, ...] = (
    ("x**0", (0.0,), (0.0,)),
    ("x**0", (3.0,), (0.0,)),
    ("x**0.0", (0.0,), (0.0,)),
    ("x**1", (0.0,), (1.0,)),
    ("x**2", (0.0,), (0.0,)),
    ("x**3.0", (-2.0,), (12.0,)),
    ("np.sum(x**0)", (a(0, 1, -2),), (a(0, 0, 0),)),
    ("np.sum(x**2.0)", (a(0, 1, -2),), (a(0, 2, -4),)),
    ("np.sum(x**1.5)", (a(0, 1, 4),), (a(0, 1.5, 3),)),
    ("x**y", (0.0, 2.0), (0.0, 0.0)),
    ("x**y", (0.0, 1.0), (1.0, 0.0)),
    ("x**y", (0.0, 0.0), (0.0, 0.0)),
    ("np.sum(x**y)", (a(0, 0, 0, 2), a(2, 1, 0, 3)), (a(0, 1, 0, 12), a(0, 0, 0, 8 * math.log(2)))),
    ("np.power(x, y)", (np.float64(0.0), np.float64(2.0)), (0.0, 0.0)),
    ("0.0**x", (2.0,), (0.0,)),
    ("np.sum(0.0**x)", (a(1, 2),), (a(0, 0),)),
    ("math.pow(x, y)", (0.0, 2.0), (0.0, 0.0)),
)
ZEROS: tuple[Row, ...] = (
    ("np.prod(x)", (a(2, 0, 3),), (a(0, 6, 0),)),
    ("np.prod(x)", (a(0, 0, 3),), (a(0, 0, 0),)),
    ("np.sum(np.prod(x, axis=0))", (np.array([[0.0, 2.0], [3.0, 4.0]]),), (np.array([[3.0, 4.0], [0.0, 2.0]]),)),
    ("np.sum(np.cumprod(x))", (a(2, 0, 3),), (a(1, 8, 0),)),
    ("np.linalg.norm(x)", (a(0, 0),), (a(0, 0),)),
    ("np.linalg.norm(x)", (a(3, 4),), (a(0.6, 0.8),)),
    ("np.sum(np.linalg.norm(x, axis=1))", (np.array([[0.0, 0.0], [3.0, 4.0]]),), (np.array([[0.0, 0.0], [0.6, 0.8]]),)),
    ("np.hypot(x, y)", (0.0, 0.0), (0.0, 0.0)),
    ("math.hypot(x, y)", (0.0, 0.0), (0.0, 0.0)),
    ("np.sum(np.logaddexp(x, y))", (a(-INF, 0), a(-INF, -INF)), (a(0, 1), a(0, 0))),
)
POLES: tuple[Row, ...] = (
    ("np.sqrt(x)", (0.0,), (INF,)),
    ("np.sum(np.sqrt(x))", (a(0, 4),), (a(INF, 0.25),)),
    ("math.sqrt(x)", (0.0,), (INF,)),
    ("x**0.5", (0.0,), (INF,)),
    ("np.sum(x**0.5)", (a(0, 4),), (a(INF, 0.25),)),
    ("math.pow(x, 0.5)", (0.0,), (INF,)),
    ("math.asin(x)", (1.0,), (INF,)),
    ("math.acos(x)", (1.0,), (-INF,)),
    ("math.acosh(x)", (1.0,), (INF,)),
    ("np.sum(np.log(x))", (a(0, 2),), (a(INF, 0.5),)),
    ("np.sum(1 / x)", (a(0, 2),), (a(-INF, -0.25),)),
    ("1 / x", (1e-200,), (-INF,)),
    ("np.cbrt(x)", (0.0,), (INF,)),
)
STRONG_ZEROS: tuple[Row, ...] = (
    ("np.sum(np.where(x > 0, np.log(x), 0.0))", (a(-1, 0, 2),), (a(0, 0, 0.5),)),
    ("np.sum(np.where(x > 0, np.sqrt(x), 0.0))", (a(-1, 0, 4),), (a(0, 0, 0.25),)),
    ("np.sum(np.where(x > 0, x**0.5, x))", (a(-1, 0, 4),), (a(1, 1, 0.25),)),
    ("np.sum(np.where(x != 0, 1 / x, 0.0))", (a(-1, 0, 2),), (a(-1, 0, -0.25),)),
    ("np.sum(np.where(x == 0, 1.0, np.sin(x) / x))", (a(0, 1),), (a(0, math.cos(1) - math.sin(1)),)),
    ("np.sum(np.where(x > 0, x * np.log(x), 0.0))", (a(0, 1),), (a(0, 1),)),
    ("np.sum(np.where(x < 0, np.arcsin(x), x))", (a(-0.6, 1, 3),), (a(1.25, 1, 1),)),
    ("np.sum(np.where(x > 0, x, np.exp(x) - 1))", (a(1000, 0),), (a(1, 1),)),
    ("np.sum(np.where(x > 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x))))", (a(1000, -1000),), (a(0, 0),)),
    ("np.sum(np.where(x > 0, np.where(x > 1, np.log(x - 1), np.sqrt(x)), x / (x + 1)))", (a(-1, 0.25, 1, 3),),
     (a(INF, 1, 0.5, 0.5),)),
    ("np.sum(np.where(x > 0, np.where(x > 1, np.where(x > 2, np.log(x - 2), x), 2 * x), 3 * x))", (a(-1, 0.5, 2, 4),),
     (a(3, 2, 1, 0.5),)),
    ("np.sum(np.where(x > 0, np.exp(np.sqrt(np.log(1 + x)) * 2) / x, 0.0))", (a(-2, 0),), (a(0, 0),)),
    ("np.sum(np.sqrt(np.maximum(x, 0)))", (a(-1, 4),), (a(0, 0.25),)),
    ("np.sum(np.maximum(x, 0)**0.5)", (a(-1, 0, 4),), (a(0, 0, 0.25),)),
    ("np.sum(np.sqrt(2 * np.maximum(x, 0)))", (a(-1, 2),), (a(0, 0.5),)),
    ("np.sum(np.sqrt(np.clip(x, 0, 4)))", (a(-1, 1, 9),), (a(0, 0.5, 0),)),
    ("np.sum(np.sqrt(np.where(x > 0, x, 0)))", (a(-1, 4),), (a(0, 0.25),)),
    ("np.sum(np.sqrt(np.where(x < 0, 0.0, x)))", (a(-1, 4),), (a(0, 0.25),)),
    ("np.sum(np.maximum(np.sqrt(x), 1.0))", (a(0, 4),), (a(0, 0.25),)),
    ("np.sum(np.minimum(1 / x, 2.0))", (a(0, 2),), (a(0, -0.25),)),
    ("np.sum(np.clip(np.log(x), -1.0, 1.0))", (a(0, 2),), (a(0, 0.5),)),
    ("np.max(np.sqrt(x))", (a(0, 4),), (a(0, 0.25),)),
    ("np.sum(np.log(x)[x > 0])", (a(0, 2),), (a(0, 0.5),)),
    ("np.sum(np.sqrt(x)[np.array([1])])", (a(0, 4),), (a(0, 0.25),)),
    ("np.sum((x > 0) * np.sqrt(x))", (a(0, 4),), (a(0, 0.25),)),
    ("np.sum(np.where(x > 0, np.log(x) * y, 0.0))", (a(0, 2), 3.0), (a(0, 1.5), math.log(2))),
    ("np.sum(np.where(x > 0, y / x, 0.0))", (a(0, 2), a(1, 1)), (a(0, -0.25), a(0, 0.5))),
    ("np.sum(np.where(x > 0, x**y, 0.0))", (a(0, 4), a(-1, 0.5)), (a(0, 0.25), a(0, 2 * math.log(4)))),
    ("np.where(np.sum(x) > 0, np.log(np.sum(x)), 0.0)", (a(-1, 1),), (a(0, 0),)),
    ("np.maximum(x @ np.sqrt(y), 0.0)", (a(-1, 0), a(0, 4)), (a(0, 0), a(0, 0))),
    ("max(math.sqrt(x), 1.0)", (0.0,), (0.0,)),
    ("math.sqrt(max(x, 0.0))", (-1.0,), (0.0,)),
    ("max(x, 0.0)**0.5", (-1.0,), (0.0,)),
    ("max(x, 0.0)**0.5", (4.0,), (0.25,)),
    ("np.where(x > 0, np.sqrt(x), 0.0) + x", (0.0,), (1.0,)),
    ("np.sqrt(x) if x > 0 else 0.0 * x", (0.0,), (0.0,)),
    ("math.log(x) if x > 0 else 0.0", (0.0,), (0.0,)),
)  # fmt: skip
ROWS = {"kink": KINKS, "tie": TIES, "power": POWERS, "zero": ZEROS, "pole": POLES, "mask": STRONG_ZEROS}
CASES = [pytest.param(*row, id=f"{row[0]} at {row[1]}") for rows in ROWS.values() for row in rows]


def gradients(expression: str, args: tuple[Any, ...], way: str) -> tuple[Any, ...]:
    """The gradient with respect to every argument; no warning where the function gives none and they are finite."""
    function = program(expression, len(args), None)
    d = derivative(function, tuple(range(len(args))))
    value, quiet = silent(function, (*args, None))
    run = d.specialize(*args, None).fn if way == "specialised" else d._generic_bound().fn
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found, gradient = run(*args, None)
    assert same_bits(found, value)
    if all(np.all(np.isfinite(g)) for g in gradient):
        called(run, (*args, None), quiet)
    return tuple(gradient)


@pytest.mark.parametrize("way", ["specialised", "generic"])
@pytest.mark.parametrize(("expression", "args", "expected"), CASES)
def test_a_convention(expression: str, args: tuple[Any, ...], expected: tuple[Any, ...], way: str) -> None:
    for name, found, wanted in zip(NAMES, gradients(expression, args, way), expected, strict=False):
        assert isinstance(found, type(wanted)), f"{name}: {found!r}"
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=0, err_msg=name)


@pytest.mark.parametrize("way", ["specialised", "generic"])
@pytest.mark.parametrize(
    ("expression", "args", "expected"), [c for c in CASES if all(isinstance(x, np.ndarray) for x in c.values[1])]
)
def test_a_convention_in_single_precision(
    expression: str, args: tuple[Any, ...], expected: tuple[Any, ...], way: str
) -> None:
    narrow = tuple(x.astype(np.float32) for x in args)
    for name, found, wanted in zip(NAMES, gradients(expression, narrow, way), expected, strict=False):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=0, err_msg=name)


@pytest.mark.parametrize("expression", ["np.sum(np.log(x))", "np.sum(np.sqrt(x))", "np.sum(1 / x)", "np.sum(x**0.5)"])
def test_no_guard_is_written_where_no_mask_is(expression: str) -> None:
    text = derivative(program(expression, 1, None), 0).specialize(a(1, 2), None).source
    assert "np.where" not in text


@pytest.mark.parametrize(
    "expression",
    [
        "np.sum(np.maximum(x / np.sqrt(np.mean(x**2) + 1e-5), 0))",
        "np.sum(np.maximum(1 / (1 + np.exp(-x * x)), 0.5))",
        "np.sum(np.log(np.clip(x, 1e-7, 1.0)))",
        "np.sum(np.maximum(x**2, 0.1))",
        "np.sum(np.maximum(x / 3, 0.1))",
        "np.sum(np.maximum(x / x.size, 0.1))",
        "np.sum(np.maximum(x / np.sqrt(np.var(x) + 1e-5), 0))",
    ],
)
def test_no_guard_is_written_where_nothing_can_be_infinite(expression: str) -> None:
    text = derivative(program(expression, 1, None), 0).specialize(a(1, 2), None).source
    assert "np.where" not in text


def in_a_loop(x):
    y = np.sqrt(x)
    for _ in range(2):
        y = np.where(x > 0, y * y, 0.0)
    return np.sum(y)


def in_a_branch(x):
    y = np.sqrt(x)
    z = np.where(x > 0, y, 0.0) if x[1] > 0 else x
    return np.sum(z)


def item_by_item(x):
    s = 0.0
    for i in range(len(x)):
        s += max(math.sqrt(x[i]), 1.0)
    return s


def overwritten(x):
    y = np.sqrt(x)
    y[0] = 3.0
    return np.sum(y)


def twice_a_mask(x):
    y = np.where(x > 0, x, 0.0)
    z = np.sqrt(y)
    return np.sum(np.where(z > 1, z, z * z))


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (in_a_loop, (0, 8)),
        (in_a_branch, (0, 0.25)),
        (item_by_item, (0, 0.25)),
        (overwritten, (0, 0.25)),
        (twice_a_mask, (0, 0.25)),
    ],
    ids=lambda f: getattr(f, "__name__", ""),
)
def test_strong_zeros_through_statements(function: Any, expected: tuple[float, float]) -> None:
    d = sourcead.grad(function)
    x = a(0, 4)
    for run in (d, d._generic_bound().fn):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            np.testing.assert_allclose(run(x), expected, rtol=1e-12)
