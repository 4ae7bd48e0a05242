"""Forward mode: the tangent is <gradient, t>, and reads as a person would write it."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from sourcead.derivative import Derivative, Options
from sourcead.emission import Emission
from tests.fuzz.modes import called, directions, inner
from tests.kit import central_differences
from tests.programs.kit import array, assert_identical
from tests.transform.programs import PROGRAMS

PLAIN = Emission(style="plain", stabilize=False)  # the value to the bit


def jvp_of(f: Any, argnums: Any = 0) -> Derivative:
    return Derivative(f, Options(argnums, "jvp", False, PLAIN))


@pytest.mark.parametrize(("f", "args", "argnums"), PROGRAMS)
def test_the_tangent_is_that_of_differences(f: Any, args: tuple[Any, ...], argnums: tuple[int, ...]) -> None:
    tangents = directions(args, argnums)
    kept, given = copy.deepcopy(tangents), copy.deepcopy(args)
    value, tangent = called(jvp_of(f, argnums), given, tangents)
    assert_identical(value, f(*copy.deepcopy(args)), "value")
    assert_identical(tangents, kept, "tangents")
    expected = sum(
        inner(central_differences(lambda *a: f(*copy.deepcopy(a)), args, k), t)
        for k, t in zip(argnums, tangents, strict=True)
    )
    np.testing.assert_allclose(tangent, expected, rtol=1e-7, atol=1e-8)


def test_float32_stays() -> None:
    def f(x: Any, c: Any) -> Any:
        y = np.zeros_like(x)
        for i in range(4):
            y[i] = x[i] * c
        return (y * y).sum()

    x = array(4).astype(np.float32)
    _, tangent = called(jvp_of(f), (x, 2.0), (x,))
    assert tangent.dtype == np.float32
    np.testing.assert_allclose(tangent, 8 * (x * x).sum(), rtol=1e-6)


def fact(x: Any, n: Any) -> Any:
    return 1.0 if n == 0 else x * fact(x, n - 1)


def even(x: Any, n: Any) -> Any:
    return x if n == 0 else odd(x * 1.5, n - 1)


def odd(x: Any, n: Any) -> Any:
    return x * x if n == 0 else even(np.sin(x), n - 1)


def test_recursion() -> None:
    made = jvp_of(lambda x, n: fact(x, n) * x)
    assert called(made, (1.3, 4), (2.0,)) == pytest.approx((1.3**5, 2 * 5 * 1.3**4))
    assert "fact_jvp" in made.specialize(1.3, 4).source
    x = array(4)
    _, tangent = called(jvp_of(lambda x: even(x, 5).sum()), (x,), (np.ones(4),))
    expected = central_differences(lambda x: even(x, 5).sum(), (x,)).sum()
    assert tangent == pytest.approx(expected)


def test_further_parameters_stand_behind_those_of_the_function() -> None:
    def f(x: Any, *rest: Any, k: float = 2.0, **options: Any) -> Any:
        return (x * x).sum() * k + sum(rest) * options["z"]

    x = array(3)
    _, tangent = jvp_of(f).specialize(x, 1.0, z=2.0).fn(x, 1.0, z=2.0, x_dot=x)
    assert tangent == pytest.approx(4 * (x * x).sum())


def test_what_the_result_does_not_depend_on_has_no_tangent() -> None:
    def f(x: Any) -> Any:
        print(np.linalg.matrix_rank(np.outer(x, x)))
        unread = np.exp(x)
        unread[0] = 1.0
        return x[0] * 2

    text = jvp_of(f).specialize(array(3)).source
    assert "return x[0] * 2, x_dot[0] * 2" in text and "exp" not in text


def test_generic_text_makes_zeros_of_what_there_is() -> None:
    def f(x: Any, c: Any) -> Any:
        y = np.zeros_like(x)
        for i in range(4):
            y[i] = x[i] * c
        return (y * y).sum()

    x = array(4)
    fn = jvp_of(f)._generic_bound().fn
    assert fn(x, 2.0, x)[1] == pytest.approx(8 * (x * x).sum())


def test_text() -> None:
    def poly(x: Any, n: Any) -> Any:
        s = 1.0
        for i in range(n):
            s = s * x + i
        return s

    text = jvp_of(poly).specialize(2.0, 5).source
    assert "        s_dot = s_dot * x + s * x_dot" in text or "        s_dot = s_dot * x + x_dot * s" in text
    assert "return s, s_dot" in text and "# backward" not in text


def test_no_zeros_for_what_is_held() -> None:
    text = jvp_of(lambda x, y: np.mean((x - y) ** 2)).specialize(array(3), array(3, seed=1)).source
    assert "zeros" not in text


def test_what_is_handed_to_a_call_has_its_tangent_there() -> None:
    def first(v: Any) -> Any:
        if len(v) == 1:
            return v[0]
        middle = len(v) // 2
        return first(v[:middle])

    assert called(jvp_of(lambda x: first(x) * 2), (array(4),), (np.arange(1.0, 5.0),))[1] == 2.0


def test_the_tangent_is_the_last_factor() -> None:
    def powers(x: Any) -> Any:
        return np.tanh(x) + x**3

    text = jvp_of(powers).specialize(array(3)).source
    assert "(1 - t ** 2) * x_dot + 3 * x ** 2 * x_dot" in text


def test_factors_of_integers_are_not_multiplied_with_each_other() -> None:
    def f(x: Any, k: Any) -> Any:
        return x**2 * k * k

    k = np.array([100, 101, 102], np.int8)
    _, tangent = called(jvp_of(f), (np.ones(3), k), (np.ones(3),))
    assert tangent.tolist() == [2.0 * int(n) ** 2 for n in k]
