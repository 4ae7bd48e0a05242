"""Derivatives of derivatives: of whichever modes, they are those of differences of the first."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.derivative import Derivative, Options
from tests.fuzz.modes import called, directions, inner
from tests.kit import central_differences, leaves
from tests.programs.kit import array
from tests.transform.programs import PROGRAMS


def of(f: Any, *modes: str, argnums: Any = 0) -> Any:
    for mode in modes:
        f = Derivative(f, Options(argnums, mode, False))
    return f


@pytest.mark.parametrize(("f", "args", "argnums"), PROGRAMS)
def test_tangent_of_the_gradient(f: Any, args: tuple[Any, ...], argnums: tuple[int, ...]) -> None:
    gradient = of(f, "grad", argnums=argnums)
    tangents, others = directions(args, argnums), directions(args, argnums, 50)
    found, tangent = called(of(gradient, "jvp", argnums=argnums), copy.deepcopy(args), tangents)
    for a, b in zip(leaves(found), leaves(gradient(*copy.deepcopy(args))), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)

    def along(*given: Any) -> float:
        return inner(gradient(*copy.deepcopy(given)), others)

    slopes = sum(inner(central_differences(along, args, k), t) for k, t in zip(argnums, tangents, strict=True))
    np.testing.assert_allclose(inner(tangent, others), slopes, rtol=1e-6, atol=1e-7)


def quartic(x: Any) -> Any:
    total = 0.0
    for i in range(len(x)):
        total = total + x[i] ** 4 * x[0]
    return total


def test_third_derivatives() -> None:
    f = of(lambda x: x**4 * np.sin(x), "grad", "grad", "grad")
    x = 0.7
    expected = 24 * x * np.sin(x) + 36 * x**2 * np.cos(x) - 12 * x**3 * np.sin(x) - x**4 * np.cos(x)
    assert f(x) == pytest.approx(expected, rel=1e-12)


def test_tangent_of_the_tangent() -> None:
    x, u, v = array(4), array(4, seed=1), array(4, seed=2)
    once = of(quartic, "jvp", "jvp")
    fn = once.specialize(x).fn
    _, (_, twice) = (None, None), fn(x, u, v)[1]
    steps = [called(of(quartic, "jvp"), (x + h * v,), (u,))[1] for h in (1e-5, -1e-5)]
    assert twice == pytest.approx((steps[0] - steps[1]) / 2e-5, rel=1e-6)


def test_a_loop_that_is_reversed_twice_counts_up() -> None:
    def poly(x: Any, n: Any) -> Any:
        s = 1.0
        for i in range(n):
            s = s * x + i
        return s

    made = of(poly, "grad", "grad").specialize(1.3, 5)
    assert "reversed(range(n - 1" not in made.source
    expected = 20 * 1.3**3 + sum(k * (4 - k) * (3 - k) * 1.3 ** (2 - k) for k in (1, 2))
    assert made(1.3, 5) == pytest.approx(expected)


def fact(x: Any, n: Any) -> Any:
    return 1.0 if n == 0 else x * fact(x, n - 1)


@pytest.mark.parametrize("mode", ["grad", "jvp"])
def test_recursion_is_refused_with_the_line(mode: str) -> None:
    with pytest.raises(sourcead.UnsupportedError, match="calls itself is differentiated twice") as refusal:
        of(lambda x, n: fact(x, n) * x, "grad", mode).specialize(1.3, 3)
    assert refusal.value.diagnoses[0].at is not None


def test_a_list_that_one_branch_makes() -> None:
    def f(x: Any, y: Any) -> Any:
        if x.sum() > y:
            losses = []
            for e in x:
                losses.append(e)
            y *= sum(q * q for q in losses)
        return y

    x = np.array([1.0, 2.0, 3.0])
    hessian = of(f, "grad", "jvp", argnums=(0, 1))
    for y in (1.0, 10.0):
        _, tangent = called(hessian, (x, y), (x, 1.0))
        expected = (2 * y * x + 2 * x, 2 * (x * x).sum()) if y < 6 else (0 * x, 0.0)
        np.testing.assert_allclose(tangent[0], expected[0])
        assert tangent[1] == pytest.approx(expected[1])


def test_pullback_of_the_tangent() -> None:
    made = of(of(lambda x, y: np.sin(x) * y**3, "jvp"), "vjp", argnums=1)
    x, y, u = 0.7, 1.3, 2.0
    _, back = made.specialize(x, y).fn(x, y, u)
    assert back((0.0, 1.0)) == pytest.approx(3 * np.cos(x) * y**2 * u)
    assert back((1.0, 0.0)) == pytest.approx(3 * np.sin(x) * y**2)


@pytest.mark.parametrize("mode", ["grad", "jvp", "vjp"])
def test_a_pair_with_a_pullback_is_refused(mode: str) -> None:
    with pytest.raises(sourcead.UnsupportedError, match="a value and a pullback") as refusal:
        of(lambda x: x * x, "vjp", mode).specialize(1.3)
    assert refusal.value.diagnoses[0].at is not None


def test_tangent_of_aux() -> None:
    def f(x: Any) -> Any:
        return (x**3).sum(), {"n": x * 2, "s": "hi"}

    x = array(3)
    gradient = Derivative(f, Options(0, "grad", True))
    (found, aux), (tangent, of_aux) = called(of(gradient, "jvp"), (x,), (x,))
    np.testing.assert_allclose(found, 3 * x**2)
    np.testing.assert_allclose(tangent, 6 * x * x)
    np.testing.assert_allclose(of_aux["n"], 2 * x)
    assert aux["s"] == "hi" and of_aux["s"] is None
