"""Zero cotangents at poles: a part that is left out contributes exactly 0; a cotangent that happens to be 0 elsewhere
is no constant, so that second derivatives see it vary."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.derivative import Derivative, Options
from tests.compiling import function_of
from tests.conformance.programs import program

AT = 3.0  # where the square below has its least value, and the cotangent of the logarithm is 0
FITTED = {  # the expression behind a mask, and without
    "np.where(x > 0, np.log(x), 0.0)": "np.log(x)",
    "np.log(x)[x > 0]": "np.log(x)",
    "np.log(x)[1:]": "np.log(x)[1:]",
    "np.where(x > 0, np.sqrt(x), 0.0)": "np.sqrt(x)",
    "np.where(x > 0, 1 / x, 0.0)": "1 / x",
    "np.where(x > 0, x**0.5, 0.0)": "x**0.5",
    "np.where(x > 0, np.exp(x), 0.0)": "np.exp(x)",
    "np.where(x > 0, np.arcsin(x / 4), 0.0)": "np.arcsin(x / 4)",
    "np.where(x > 0, np.arctan2(x, 2 * x + 1), 0.0)": "np.arctan2(x, 2 * x + 1)",
    "np.where(x > 0, x * np.log(x), 0.0)": "x * np.log(x)",
}


def squared(expression: str) -> Any:
    """The squared distance of an expression from its value at one point."""
    value = eval(f"({expression.removesuffix('[1:]')})", {"np": np, "x": AT})
    return f"np.sum(({{}} - {float(value)!r}) ** 2)"


@pytest.mark.parametrize("masked", list(FITTED))
def test_a_cotangent_that_happens_to_be_zero_varies(masked: str) -> None:
    plain, x = FITTED[masked], np.array([2.0, AT])
    expected = sourcead.hessian(program(squared(plain).format(plain), 1, None))(x, None)
    f = program(squared(plain).format(masked), 1, None)
    assert np.allclose(sourcead.hessian(f)(x, None), expected)
    assert np.allclose(sourcead.hvp(f, (x, None), (np.ones(2), None))[0], expected.sum(axis=1))
    inner = sourcead.grad(f)
    assert np.allclose(sourcead.grad(lambda x: inner(x, None).sum())(x), expected.sum(axis=1))


def test_so_it_does_for_numbers() -> None:
    def f(x: Any) -> Any:
        return (max(math.log(x), 0.0) - math.log(AT)) ** 2

    assert math.isclose(sourcead.grad(sourcead.grad(f))(AT), 2 / AT**2)


def test_a_tangent_and_a_cotangent_that_are_zero_vary() -> None:
    x = np.array([2.0, 3.0])

    def forward(v: Any) -> Any:
        return np.sum(sourcead.jvp(np.sqrt, (x,), (v,))[1])

    def backward(v: Any) -> Any:
        _, pullback = sourcead.vjp(np.sqrt, x)
        return np.sum(pullback(v)[0])

    for f in (forward, backward):
        assert np.allclose(sourcead.grad(f)(np.zeros(2)), 0.5 / np.sqrt(x))


LEFT_OUT = {  # of the square roots of 0, 1, 4 (or of the rows 0, 1 and 4, 9): the gradient
    "np.sum(np.sqrt(x)[1:])": [0, 0.5, 0.25],
    "np.sqrt(x)[1]": [0, 0.5, 0],
    "np.sqrt(x)[-1] * 2": [0, 0, 0.5],
    "np.sqrt(x)[np.argmax(x)]": [0, 0, 0.25],
    "np.sum(np.sqrt(x)[1:]) + np.sqrt(x)[2]": [0, 0.5, 0.5],
    "np.sum(np.split(np.sqrt(x), 3)[1])": [0, 0.5, 0],
    "np.sum(np.split(np.sqrt(x), [1])[1])": [0, 0.5, 0.25],
    "np.unstack(np.sqrt(x))[1]": [0, 0.5, 0],
    "np.sum(np.sort(np.sqrt(x))[1:])": [0, 0.5, 0.25],
    "np.sum(np.partition(np.sqrt(x), 1)[1:])": [0, 0.5, 0.25],
    "np.median(np.sqrt(x))": [0, 0.5, 0],
    "np.quantile(np.sqrt(x), 0.5)": [0, 0.5, 0],
    "np.diff(np.sqrt(x)[1:])[0]": [0, -0.5, 0.25],
    "np.sum(np.flip(np.sqrt(x))[:2])": [0, 0.5, 0.25],
    "np.sum(np.concatenate([np.sqrt(x)[1:], x]))": [1, 1.5, 1.25],
    "sum(v for v in np.sqrt(x)[1:])": [0, 0.5, 0.25],
    "[v for v in np.sqrt(x)][1]": [0, 0.5, 0],
    "np.sum((x**0.5)[1:])": [0, 0.5, 0.25],
    "np.sum(np.sqrt(np.abs(x))[1:])": [0, 0.5, 0.25],
    "np.sum(np.sqrt(x)[:, 1])": [[0, 0.5], [0, 1 / 6]],
    "np.sum(np.sqrt(x)[..., 1])": [[0, 0.5], [0, 1 / 6]],
    "np.sum(np.sqrt(x)[1])": [[0, 0], [0.25, 1 / 6]],
    "np.sum(np.sqrt(x).T[1])": [[0, 0.5], [0, 1 / 6]],
    "np.sum(np.sqrt(x).ravel()[1:])": [[0, 0.5], [0.25, 1 / 6]],
    "np.sum(np.vsplit(np.sqrt(x), 2)[1])": [[0, 0], [0.25, 1 / 6]],
}


@pytest.mark.parametrize("expression", LEFT_OUT)
def test_what_is_left_out_contributes_nothing(expression: str) -> None:
    if "unstack" in expression and not hasattr(np, "unstack"):
        pytest.skip("new in NumPy 2.1")
    expected = np.array(LEFT_OUT[expression], float)
    x = np.array([0.0, 1.0, 4.0, 9.0][: expected.size]).reshape(expected.shape)
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        found = sourcead.grad(program(expression, 1, None))(x, None)
    assert np.allclose(found, expected, rtol=1e-14, atol=0)


@pytest.mark.parametrize(
    "expression",
    [
        "np.sum(np.exp(x)[1:])",  # what overflows there, overflows
        "np.log(np.exp(x) / np.sum(np.exp(x)))[1]",
        "np.sum((x / w)[1:])",  # one divisor for all
        "np.sum(np.sqrt(x)[:])",
        "np.sum(x[1:] / x[:-1])",
        "sum(y[i] for y in [1 / x] for i in range(2))",
    ],
)
def test_a_part_of_what_has_no_pole_is_not_guarded(expression: str) -> None:
    derivative = sourcead.grad(program(expression, 1, None), stabilize=False)
    assert "np.where" not in derivative.specialize(np.ones(2), 2.0).source


@pytest.mark.parametrize("masked", list(FITTED))
@pytest.mark.parametrize("mode", ["grad", "jvp"])
def test_so_it_does_in_text_that_is_differentiated_again(masked: str, mode: str) -> None:
    plain, x = FITTED[masked], np.array([2.0, AT])
    f = program(squared(plain).format(masked), 1, None)
    expected = sourcead.hessian(program(squared(plain).format(plain), 1, None))(x, None).sum(axis=1)
    if mode == "grad":
        first = function_of(sourcead.grad(f).specialize(x, None).source)
        assert np.allclose(sourcead.grad(lambda x: first(x, None).sum())(x), expected)
    else:
        tangent = function_of(Derivative(f, Options((0,), "jvp", True)).specialize(x, None).source)
        assert np.allclose(sourcead.grad(lambda x: tangent(x, None, np.ones(2))[1])(x), expected)


@pytest.mark.optimised
def test_a_mask_of_constants_reads_no_result() -> None:
    text = sourcead.grad(program("np.mean(np.where(x > 0, np.log(x), 0))", 1, None)).specialize(np.ones(2), None).source
    assert "isfinite" not in text and "np.log" not in text
