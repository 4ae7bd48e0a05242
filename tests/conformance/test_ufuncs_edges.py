"""Ufuncs, `math` and builtins where calculus leaves a choice, at their poles and series, in every float dtype."""

from __future__ import annotations

import math
import operator
import statistics
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from tests.conformance.programs import program
from tests.conformance.test_conventions import CASES as CONVENTIONS
from tests.conformance.test_conventions import gradients

INF, NAN, PI = math.inf, math.nan, math.pi
Row = tuple[str, tuple[Any, ...], tuple[Any, ...]]
assert CONVENTIONS


def a(*numbers: Any) -> np.ndarray:
    """An array."""
    return np.array(numbers, dtype=float)


KINKS: tuple[Row, ...] = (
    ("np.sum(np.fmax(x, 0))", (a(-1, 0, 2, NAN),), (a(0, 0, 1, 0),)),
    ("np.sum(np.fmin(x, 0))", (a(-1, 0, 2, NAN),), (a(1, 0, 0, 0),)),
    ("np.sum(np.fmax(x, y))", (a(1, 2, NAN, 3), a(1, 1, 5, NAN)), (a(0.5, 1, 0, 1), a(0.5, 0, 1, 0))),
    ("np.sum(np.fmin(x, y))", (a(1, 2, NAN, 3), a(1, 1, 5, NAN)), (a(0.5, 0, 0, 1), a(0.5, 1, 1, 0))),
    ("np.sum(np.heaviside(x, y))", (a(-1, 0, 2), a(3, 3, 3)), (a(0, 0, 0), a(0, 1, 0))),
    ("np.sum(np.heaviside(x, 0.5) * x)", (a(-1, 0, 2),), (a(0, 0.5, 1),)),
    ("np.sum(np.nan_to_num(x, nan=7.0, posinf=1.0))", (a(1, NAN, INF, -INF),), (a(1, 0, 0, 0),)),
    ("np.sum(np.clip(x, y, 1.0))", (a(-2, -1, 0, 1, 2), a(-1, -1, -1, -1, -1)), (a(0, 1, 1, 1, 0), a(1, 0, 0, 0, 0))),
    ("np.sum(np.clip(x, None, y))", (a(-2, 1, 2), 1.0), (a(1, 1, 0), 1.0)),
    ("np.sum(x.clip(y))", (a(-2, 1, 2), 1.0), (a(0, 1, 1), 1.0)),
    ("np.clip(x, y, z)", (0.0, 2.0, 1.0), (0.0, 0.0, 1.0)),  # the upper bound wins
    ("np.sum(np.sinc(x))", (a(0, 1, -2, 0.5),), (a(0, -1, -0.5, -4 / PI),)),
    ("np.sum(np.sinc(x))", (a(1e-9, -1e-5),), (a(-(PI**2) * 1e-9 / 3, PI**2 * 1e-5 / 3 * (1 - PI**2 * 1e-11)),)),
    ("np.sinc(x)", (0.0,), (0.0,)),
    ("np.sum(np.i0(x))", (a(0, 1, -1),), (a(0, 0.565159103992485, -0.565159103992485),)),
    ("np.sum(np.hypot(x, y))", (a(0, 3), a(0, 4)), (a(0, 0.6), a(0, 0.8))),
    ("math.hypot(x, y, z)", (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
    ("math.hypot(x, y, 2.0)", (1.0, 2.0), (1 / 3, 2 / 3)),
    ("math.dist(x, y)", ([1.0, 2.0], [1.0, 2.0]), ([0.0, 0.0], [0.0, 0.0])),
    ("math.dist(x, y)", ((4.0, 2.0), (1.0, 6.0)), ((0.6, -0.8), (-0.6, 0.8))),
    ("np.hypot.reduce(x)", (a(0, 0),), (a(0, 0),)),
    ("np.sum(np.maximum.accumulate(x))", (a(1, 1, 0, 2),), (a(3, 0, 0, 1),)),
    ("np.sum(np.minimum.accumulate(x))", (a(2, 3, 1, 1),), (a(2, 0, 2, 0),)),
    ("np.maximum.reduce(x)", (a(2, 2, 1),), (a(0.5, 0.5, 0),)),
    ("np.multiply.reduce(x)", (a(2, 0, 3),), (a(0, 6, 0),)),
    ("math.prod(x)", ([2.0, 0.0, 3.0],), ([0.0, 6.0, 0.0],)),
    ("math.prod(x)", ((0.0, 0.0, 3.0),), ((0.0, 0.0, 0.0),)),
    ("math.prod(x)", (a(2, 0, 3),), (a(0, 6, 0),)),
    ("math.prod(x)", ([],), ([],)),
    ("np.logaddexp.reduce(x)", (a(-INF, -INF),), (a(0, 0),)),
    ("np.logaddexp.reduce(x)", (a(-INF, 3),), (a(0, 1),)),
    ("np.sum(np.logaddexp2(x, y))", (a(-INF, -INF, 0), a(-INF, 3, 0)), (a(0, 0, 0.5), a(0, 1, 0.5))),
    ("np.sum(np.modf(x)[0])", (a(-1.5, 2.25),), (a(1, 1),)),
    ("np.sum(np.frexp(x)[0])", (a(8, 0.5),), (a(1 / 16, 1),)),
    ("np.sum(np.spacing(x) + np.fix(x) + np.rint(x) + np.trunc(x))", (a(1.5, 2),), (a(0, 0),)),
    ("np.sum(np.copysign(x, y))", (a(-1, 0, 2), a(2, 1, -1)), (a(-1, 0, -1), a(0, 0, 0))),
    ("np.sum(np.remainder(x, y))", (a(5, -5), a(3, 3)), (a(1, 1), a(-1, 2))),
    ("np.sum(np.fmod(x, y))", (a(5, -5), a(3, 3)), (a(1, 1), a(-1, 1))),
    ("math.remainder(x, y)", (5.0, 3.0), (1.0, -2.0)),
    ("divmod(x, y)[1]", (-5.0, 3.0), (1.0, 2.0)),
    ("np.nextafter(x, y)", (1.0, 2.0), (1.0, 0.0)),
)
ACCURATE: tuple[Row, ...] = (  # where squares overflow or a difference loses everything
    ("np.arctan2(x, y)", (1e-200, 1e-200), (5e199, -5e199)),
    ("math.atan2(x, y)", (3e200, 4e200), (1.6e-201, -1.2e-201)),
    ("np.arcsinh(x)", (1e200,), (1e-200,)),
    ("math.asinh(x)", (1e200,), (1e-200,)),
    ("np.arcsin(x)", (1 - 2.0**-40,), (1 / math.sqrt(2.0**-40 * (2 - 2.0**-40)),)),
    ("math.acos(x)", (2.0**-40 - 1,), (-1 / math.sqrt(2.0**-40 * (2 - 2.0**-40)),)),
    ("np.arccosh(x)", (1 + 2.0**-40,), (1 / math.sqrt(2.0**-40 * (2 + 2.0**-40)),)),
    ("np.arctanh(x)", (1 - 2.0**-40,), (1 / (2.0**-40 * (2 - 2.0**-40)),)),
)
MASKED: tuple[Row, ...] = (  # a branch that was not taken contributes exactly 0
    ("np.sum(np.nan_to_num(y / x))", (a(0, 2), a(0, 6)), (a(0, -1.5), a(0, 0.5))),
    ("np.sum(np.nan_to_num(np.log(x)))", (a(-1, 0, 2),), (a(0, 0, 0.5),)),
    ("np.sum(np.fmax(np.sqrt(x), 1.0))", (a(0, 4),), (a(0, 0.25),)),
    ("np.sum(np.fmin(1 / x, 2.0))", (a(0, 2),), (a(0, -0.25),)),
    ("np.sum(np.sqrt(np.fmax(x, 0.0)))", (a(-1, 4),), (a(0, 0.25),)),
    ("np.sum(np.where(y != 0, x % y, 0.0))", (a(5, 5), a(0, 3)), (a(0, 1), a(0, -1))),
    ("np.sum(np.log(x, out=np.zeros_like(x), where=x > 0))", (a(-1, 0, 2),), (a(0, 0, 0.5),)),
    ("np.sum(np.sqrt(x, out=np.zeros_like(x), where=x > 0))", (a(-1, 0, 4),), (a(0, 0, 0.25),)),
    ("np.sum(np.divide(x, y, out=np.zeros_like(x), where=y != 0))", (a(1, 6), a(0, 2)), (a(0, 0.5), a(0, -1.5))),
    ("np.sum(np.arccosh(x, out=x * 3.0, where=x > 1))", (a(0, 1.25),), (a(3, 4 / 3),)),
    ("np.sum(np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0))", (a(-1, 2),), (a(0, 0.5),)),
    ("np.sum(np.where(y > 0, np.where(x > 0, np.log(np.where(x > 0, x, 1)), 0.0), 0.0))", (a(2, 5e-324), a(1, -1)),
     (a(0.5, 0), a(0, 0))),
    ("np.sum(np.where(y > 0, np.log(np.where(x > -1, x, 1)), 0.0))", (a(2, 0), a(1, -1)), (a(0.5, 0), a(0, 0))),
)  # fmt: skip
CASES = [pytest.param(*row, id=f"{row[0]} at {row[1]}") for rows in (KINKS, ACCURATE, MASKED) for row in rows]


def agrees(found: Any, wanted: Any, rtol: float = 1e-12) -> None:
    if isinstance(wanted, list | tuple):
        assert type(found) is type(wanted) and len(found) == len(wanted)
        for f, w in zip(found, wanted, strict=True):
            agrees(f, w, rtol)
    else:
        assert isinstance(found, type(wanted))
        np.testing.assert_allclose(found, wanted, rtol=rtol, atol=0)


@pytest.mark.parametrize(("expression", "args", "expected"), CASES)
def test_a_convention(expression: str, args: tuple[Any, ...], expected: tuple[Any, ...]) -> None:
    function = program(expression, len(args), None)
    argnums = tuple(range(len(expected)))
    d = sourcead.value_and_grad(function, argnums)
    value = silent(function, *args, None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if value is None else "error")
        found = d.specialize(*args, None).fn(*args, None)[1]
    for one, wanted in zip(found, expected, strict=True):
        agrees(one, wanted)
    if "where=" not in expression:
        for one, wanted in zip(gradients(expression, args, "generic"), expected, strict=False):
            agrees(one, wanted)


def silent(function: Callable[..., Any], *args: Any) -> Any:
    """The function's value; None where it gives a warning."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return function(*args)
    except RuntimeWarning:
        return None


@pytest.mark.parametrize("x", [-700.0, -31.0, -30.0, -3.0, -1e-9, 0.0, 0.5, 29.9, 30.1, 100.0, 700.0])
def test_i0_against_its_series(x: float) -> None:
    """I1(x) = I0(x) times the ratio, against the integral of exp(x cos t) cos t."""
    t = (np.arange(4000) + 0.5) * np.pi / 4000
    expected = np.mean(np.exp(abs(x) * (np.cos(t) - 1)) * np.cos(t)) / np.mean(np.exp(abs(x) * (np.cos(t) - 1)))
    found = sourcead.grad(lambda x: np.sum(np.i0(x)))(np.array([x])) / np.i0(np.array([x]))
    np.testing.assert_allclose(found[0], np.sign(x) * expected, rtol=2e-13, atol=1e-15)


SECOND = (
    "np.sinc(x)", "np.i0(x)", "np.fmax(x, 0.4) * x", "np.modf(x * x)[0] * x", "np.divmod(x * x, 0.3)[1] * x",
    "np.arctan2(x, 2.0)", "np.arcsin(x)", "np.nan_to_num(x) * x", "np.unwrap(x * x)", "np.logaddexp.reduce(x * x)",
    "np.maximum.accumulate(x * x) * x", "np.hypot.reduce(x)", "np.multiply.outer(x, x)",
    "math.dist(x, [0.1, 0.2, 0.3])", "np.log(x, out=np.zeros_like(x), where=x > 0.4)",
    "math.gamma(x[0])", "math.lgamma(x[0] - 2)", "math.cbrt(x[0])",
    "max(x[0] ** 2, x[1], 0.1) * x[0]", "math.hypot(x[0], x[1], 2.0)", "math.remainder(x[0] ** 2, 0.3) * x[1]",
)  # fmt: skip


@pytest.mark.parametrize("expression", [e for e in SECOND if "cbrt" not in e or hasattr(math, "cbrt")])
def test_second_derivatives(expression: str) -> None:
    function, x, v = program(f"np.sum({expression})", 1, None), a(0.31, 0.72, 0.53), a(0.5, -0.3, 0.8)
    slope = sourcead.grad(function)
    expected = (slope(x + 1e-5 * v, None) - slope(x - 1e-5 * v, None)) / 2e-5
    found = sourcead.grad(lambda x: np.sum(sourcead.grad(function)(x, None) * v))(x)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


FORWARD = (*SECOND, "np.clip(x, 0.4, 0.6)", "min(x[0], x[1] ** 2, 0.7)", "max([x[0], x[1], x[2]])", "max(x[0], 0.1)",
           "np.frexp(x)[0]", "np.minimum.accumulate(x)", "divmod(x, 0.3)[1]", "np.fmin(x, x[::-1])")  # fmt: skip


@pytest.mark.parametrize("expression", [e for e in FORWARD if "cbrt" not in e or hasattr(math, "cbrt")])
def test_tangents(expression: str) -> None:
    function, x, v = program(expression, 1, None), a(0.31, 0.72, 0.53), a(0.5, -0.3, 0.8)
    expected = (np.asarray(function(x + 1e-6 * v, None)) - np.asarray(function(x - 1e-6 * v, None))) / 2e-6
    value, found = sourcead.jvp(lambda x: function(x, None), (x,), (v,))
    np.testing.assert_array_equal(value, function(x, None))
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)


# -- dtypes ------------------------------------------------------------------------------------------------------------

UNARY = (
    "np.exp(x)", "np.exp2(x)", "np.expm1(x)", "np.log(x)", "np.log2(x)", "np.log10(x)", "np.log1p(x)", "np.sqrt(x)",
    "np.cbrt(x)", "np.square(x)", "np.abs(x)", "np.fabs(x)", "np.sin(x)", "np.cos(x)", "np.tan(x)", "np.arcsin(x)",
    "np.arccos(x)", "np.arctan(x)", "np.sinh(x)", "np.cosh(x)", "np.tanh(x)", "np.arcsinh(x)", "np.arccosh(x + 1)",
    "np.arctanh(x)", "np.degrees(x)", "np.radians(x)", "np.reciprocal(x)", "np.sinc(x)", "np.i0(x)", "np.modf(x)[0]",
    "np.frexp(x)[0]", "np.ldexp(x, 2)", "np.nan_to_num(x)", "np.clip(x, 0.2, 0.7)", "np.maximum(x, 0.4)",
    "np.fmin(x, 0.4)", "np.logaddexp(x, 0)", "np.logaddexp2(x, 1)", "np.hypot(x, 2)", "np.arctan2(x, 2)", "x**2",
    "x**1.5", "2**x", "x % 0.3", "np.divmod(x, 0.3)[1]", "x / 3", "3 / x", "np.copysign(x, -1)",
    "np.heaviside(x, 1) * x", "np.unwrap(x)", "np.logaddexp.reduce(x)", "np.multiply.reduce(x)",
    "np.maximum.accumulate(x)", "np.add.outer(x, x)", "np.where(x > 0.5, x, 2)",
    "np.float_power(x, 2)", "x * np.float32(2)",
    "np.add(x, 1, dtype=x.dtype)",
)  # fmt: skip


@pytest.mark.parametrize("dtype", ["float16", "float32", "longdouble"])
@pytest.mark.parametrize("expression", UNARY)
def test_dtypes_stay(expression: str, dtype: str) -> None:
    x = np.array([0.31, 0.62, 0.11]).astype(dtype)
    function = program(f"np.sum({expression})", 1, None)
    found = sourcead.grad(function).specialize(x, None).fn(x, None)
    expected = sourcead.grad(function)(x.astype(float), None)
    assert found.dtype == x.dtype
    tolerance = 20 * max(float(np.finfo(dtype).eps), 1e-15)
    np.testing.assert_allclose(found.astype(float), expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", ["float16", "float32", "longdouble"])
def test_numpy_scalars_keep_their_dtype(dtype: str) -> None:
    x = np.dtype(dtype).type(0.6)
    for expression in ("np.exp(x)", "np.fmax(x, 0.5)", "np.sinc(x)", "x**2", "abs(x)", "divmod(x, 0.25)[1]"):
        found = sourcead.grad(program(expression, 1, None))(x, None)
        assert type(found) is type(x), expression


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("np.multiply(x, x, dtype=np.float32)", a(2, 4)),
        ("np.exp(x, dtype='f4') * 0 + x", a(1, 1)),
        ("np.add(x, 1, dtype=np.float32, casting='unsafe') * x", a(3, 5)),
    ],
)
def test_the_dtype_of_a_computation(expression: str, wanted: np.ndarray) -> None:
    found = sourcead.grad(program(f"np.sum({expression})", 1, None))(a(1, 2), None)
    assert found.dtype == float
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


# -- statements --------------------------------------------------------------------------------------------------------


def power_in_place(x: Any, y: Any) -> Any:
    z = x * 1.0
    z **= 2
    return np.sum(z * y)


def quotient_in_place(x: Any, y: Any) -> Any:
    z = x * 1.0
    z /= y
    z -= x
    z *= z
    return np.sum(z)


def remainder_in_place(x: Any, y: Any) -> Any:
    z = x * 1.0
    z %= y
    w = x + 0.0
    w //= y
    return np.sum(z * x + w * x)


def product_in_place(x: Any, y: Any) -> Any:
    m = np.outer(x, x)
    m @= np.outer(y, x)
    return np.sum(m)


def through_operators(x: Any, y: Any) -> Any:
    z = operator.imul(x * 1.0, y)
    z = operator.ipow(z, 2)
    return np.sum(operator.truediv(operator.sub(z, 1), operator.add(y, 2)))


def reflected(x: Any, y: Any) -> Any:
    return np.sum(2**x + 2 / x + 3 % x + 7 // y * x + (1 - x) * (0.5 + y)) + [1.0, 2.0, 0.5] @ x


def several_results(x: Any, y: Any) -> Any:
    (q, r), (f, w), (m, e) = np.divmod(x, y), np.modf(x), np.frexp(y)
    return np.sum(q * r + f * w + m * e)


STATEMENTS = (power_in_place, quotient_in_place, remainder_in_place, product_in_place, through_operators, reflected,
              several_results)  # fmt: skip


@pytest.mark.parametrize("function", STATEMENTS, ids=lambda f: f.__name__)
def test_statements(function: Any) -> None:
    x, y = a(1.31, 2.62, 0.73), a(0.85, 1.13, 0.57)
    before = x.copy(), y.copy()
    found = sourcead.grad(function, (0, 1))(x, y)
    for k, g in enumerate(found):
        for i in range(3):
            step = np.zeros(3)
            step[i] = 1e-6
            ahead = function(x + step * (k == 0), y + step * (k == 1))
            behind = function(x - step * (k == 0), y - step * (k == 1))
            np.testing.assert_allclose(g[i], (ahead - behind) / 2e-6, rtol=1e-6, atol=1e-7)
    np.testing.assert_array_equal((x, y), before)


def test_means_of_statistics() -> None:
    x = [1.0, 2.0, 4.0]
    assert sourcead.grad(lambda x: statistics.fmean(x) ** 2)(x) == pytest.approx([14 / 9] * 3)
    assert sourcead.grad(lambda x: statistics.mean(x) ** 2)(x) == pytest.approx([14 / 9] * 3)
    assert sourcead.grad(lambda x: statistics.mean(x))(np.array(x)).tolist() == pytest.approx([1 / 3] * 3)


# -- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("np.sum(np.log(x, where=x > 0))", "without a value"),
        ("np.sum(np.log(x, out=np.zeros(2), where=x))", "no array of bools"),
        ("np.sum(np.exp(x, subok=False))", "`subok=`"),
        ("np.sum(np.nan_to_num(x, copy=False))", "changes its argument"),
        ("np.sum(np.nan_to_num(x, nan=x[0]))", "must be known"),
        ("np.sum(np.subtract.reduce(x))", "no derivative rule for np.subtract.reduce"),
        ("np.sum(np.divide.accumulate(x))", "no derivative rule for np.divide.accumulate"),
        ("np.sum(np.logaddexp.reduceat(x, [0, 1]))", "no derivative rule for np.logaddexp.reduceat"),
        ("math.prod(x, start=2.0)", "`start=`"),
        ("pow(x[0], 2, 3)", "`mod=`"),
        ("max(x, key=abs)", "`key=`"),
        ("np.sum(np.logaddexp.reduce(x, initial=0.0))", "`initial=`"),
    ],
)
def test_a_refusal_names_the_line_and_says_why(expression: str, why: str) -> None:
    with pytest.raises(sourcead.SourceADError) as caught:
        sourcead.grad(program(expression, 1, None)).specialize(a(1, 2), None)
    assert why in str(caught.value)
    assert ":2:" in str(caught.value)


# -- text --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "line"),
    [
        ("np.fmax(x, 0)", "dx = 1.0 * (x > 0.0)"),
        ("np.divide(2.0, x, out=np.zeros_like(x), where=x > 0)", "dx = np.where(t, -(np.where(t, 1.0, 0) * "),
        ("np.ldexp(x, 3)", "dx = np.full_like(x, np.ldexp(1.0, 3))"),
        ("np.arctan2(x, 2.0)", "/ r"),
        ("np.i0(x)", "dx = np.i0(x) * bessel_ratio(x)"),
    ],
)
@pytest.mark.optimised
def test_a_text(expression: str, line: str) -> None:
    assert line in sourcead.grad(program(f"np.sum({expression})", 1, None)).specialize(a(1, 2), None).source
