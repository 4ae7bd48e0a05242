"""`check_grads`: right derivatives pass, wrong ones are named; what it may and may not run."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from sourcead import ArgumentError, CheckError, SourceADError, UnsupportedError, adjoint, check_grads
from sourcead.differences import slope
from sourcead.primitives.registry import identity
from sourcead.rules.registry import _ADJOINTS

X = np.array([0.5, 1.0, 2.0])
A = np.arange(6.0).reshape(2, 3) / 3


@dataclasses.dataclass
class Layer:
    W: Any
    name: str


RIGHT: list[tuple[Any, tuple[Any, ...]]] = [
    (lambda x: x**3, (2.0,)),
    (lambda x, y: x * y + x / y, (2.0, 3.0)),
    (lambda x: np.sum(np.tanh(x) ** 2), (X,)),
    (lambda x: np.tanh(x) * x[0], (X,)),
    (lambda A, x: np.exp(A @ x / 9), (A, X)),
    (lambda p: {"a": p["W"] * p["s"], "b": (np.sum(p["W"]), "t", 3), "m": p["W"] > 0}, ({"W": X, "s": 2.0, "i": [1]},)),
    (lambda layer, n, kind: layer.W**n if kind == "power" else 0.0, (Layer(X, "first"), 3, "power")),
    (lambda x, index: x[index] * x[0], (X, np.array([2, 2, 1]))),
    (lambda xs: [x * x for x in xs], ([1.0, 2.0],)),
    (lambda x, *ys: x * ys[0] * ys[1], (2.0, 3.0, X)),
    (lambda x: x * x, (np.array(2.0),)),
    (lambda x: x * x, (np.float64(2.0),)),
    (lambda x: np.sum(x * x), (np.zeros((0, 2)),)),
    (lambda x: x * x, (np.zeros((0, 2)),)),
    (math.sin, (1.0,)),
    (np.sin, (X,)),
]


@pytest.mark.parametrize(("f", "args"), RIGHT)
def test_right_derivatives_pass(f: Any, args: Any) -> None:
    assert check_grads(f, args) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize(("f", "args"), RIGHT[:5])
def test_right_second_derivatives_pass(f: Any, args: Any) -> None:
    check_grads(f, args, order=2)


@pytest.mark.parametrize("modes", [("fwd",), ["rev"], ("rev", "fwd")])
def test_modes(modes: Any) -> None:
    check_grads(lambda x: np.sin(x) * x[0], (X,), order=2, modes=modes)


def test_third_order() -> None:
    check_grads(lambda x: x**4, (1.5,), order=3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes(dtype: Any) -> None:
    check_grads(lambda x, s: np.exp(x) * s, (X.astype(dtype), dtype(2.0)))
    check_grads(lambda x: np.exp(x.astype(np.float32)) * 2, (X.astype(dtype),))


def test_many_entries() -> None:
    check_grads(lambda x: np.sum(np.sin(x)), (np.linspace(0, 1, 1000),))


def test_where_only_one_side_is_defined() -> None:
    check_grads(lambda x: np.sum(np.sqrt(x)), (np.array([1e-3, 1.0]),))
    check_grads(lambda x: math.log(x), (1e-3,))


def cubic(x: Any) -> Any:
    return x**3


@adjoint(cubic)
def rule(g: Any, y: Any, x: Any) -> Any:
    """Wrong where x > 1."""
    return g * 3 * x**2 * np.where(x > 1, 1.25, 1.0)


def test_the_worst_entry_is_named() -> None:
    x = np.array([[0.5, 1.0], [0.25, 2.0]])
    with pytest.raises(CheckError) as caught:
        check_grads(lambda p, k: np.sum(cubic(p["x"])) * k, ({"x": x, "y": 1.0}, 2), modes=("rev",))
    text = str(caught.value)
    assert "the derivative of <lambda> with respect to p['x'][1, 1] is 30; the central difference is 24" in text
    assert re.search(r"\d of \d comparisons differ; this is the worst", text)
    assert isinstance(caught.value, AssertionError) and isinstance(caught.value, SourceADError)


def test_forward_mode_names_the_entry_of_the_result() -> None:
    with pytest.raises(CheckError, match=r"the tangent of <lambda>\['a'\]\[2\] is .*; the central difference is"):
        check_grads(lambda x: {"a": cubic(x), "b": x}, (X,), modes=("fwd",))


@pytest.fixture
def wrong_slope() -> Iterator[None]:
    """A rule for np.square that is right, by way of a function whose own rule is wrong."""
    right = {key: _ADJOINTS[key] for key in map(identity, (np.square, np.cbrt))}

    @adjoint(np.square)
    def square(g: Any, y: Any, x: Any) -> Any:
        return 2 * g * np.cbrt(x) ** 3

    @adjoint(np.cbrt)
    def cbrt(g: Any, y: Any, x: Any) -> Any:
        return 5 * g

    yield
    _ADJOINTS.update(right)


@pytest.mark.parametrize("mode", ["fwd", "rev"])
def test_a_wrong_second_derivative_is_found(wrong_slope: None, mode: str) -> None:
    def f(x: Any) -> Any:
        return np.sum(np.square(x))

    check_grads(f, (X,), modes=(mode,))
    with pytest.raises(CheckError, match=r"the (gradient|tangent) of f.* is .*; the central difference is"):
        check_grads(f, (X,), order=2, modes=(mode,))


def test_tolerances() -> None:
    check_grads(lambda x: cubic(x), (X,), rtol=0.3)
    check_grads(lambda x: cubic(x), (X,), atol=5.0)


def test_the_arguments_stay_as_they_are() -> None:
    def f(x: Any, table: Any) -> Any:
        x[0] = x[1] * 2
        table["a"][0] += x[1]
        return np.sum(x * x) * table["a"][0]

    x, table = X.copy(), {"a": X.copy()}
    check_grads(f, (x, table))
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(table["a"], X)


def prints(x: Any) -> Any:
    print("hello")
    return x * x


def draws(x: Any) -> Any:
    return x * float(np.random.normal())


SEEN: list[float] = []


def appends(x: Any) -> Any:
    SEEN.append(1.0)
    return x * x


@pytest.mark.parametrize(("f", "words"), [(prints, "calls `print`"), (draws, "normal"), (appends, "`SEEN`|`append`")])
def test_what_runs_several_times_may_only_compute(f: Any, words: str) -> None:
    before = list(SEEN)
    text = rf"check_grads evaluates {f.__name__} several times(.|\n)*({words})"
    with pytest.raises(UnsupportedError, match=text) as e:
        check_grads(f, (2.0,))
    assert "test_check_grads.py:" in str(e.value)
    assert before == SEEN


@pytest.mark.parametrize(
    ("args", "options", "error", "words"),
    [
        (2.0, {}, TypeError, "the args of check_grads are a tuple"),
        ((2.0,), {"order": 0}, ValueError, "order is 1, 2"),
        ((2.0,), {"order": True}, ValueError, "order is 1, 2"),
        ((2.0,), {"modes": "fwd"}, ValueError, "modes are some of"),
        ((2.0,), {"modes": ("both",)}, ValueError, "modes are some of"),
        ((2.0,), {"modes": ()}, ValueError, "modes are some of"),
        ((2,), {}, ArgumentError, "no argument is a float"),
        ((np.arange(3),), {}, ArgumentError, "no argument is a float"),
        ((1j,), {}, ArgumentError, "check_grads is for real numbers: x is complex128"),
        ((2.0, 3.0), {}, TypeError, "takes 1 positional argument but 2 were given"),
        ((), {}, TypeError, "missing 1 required"),
    ],
)
def test_wrong_arguments(args: Any, options: Any, error: Any, words: str) -> None:
    with pytest.raises(error, match=words):
        check_grads(lambda x: x * x, args, **options)


def test_differences_are_nearly_exact() -> None:
    best, error = slope(lambda t: np.array([math.sin(1 + t), (3 + t) ** 5, math.exp(t), abs(t), 7.0]))
    np.testing.assert_allclose(best, [math.cos(1), 405.0, 1.0, 0.0, 0.0], rtol=1e-10, atol=1e-12)
    assert np.all(error < 1e-8)
    best, error = slope(lambda t: np.array([math.nan, 1.0 if t > 0 else 0.0]))
    assert np.isnan(best[0]) and error[1] > 1
