"""Pullbacks: they may be called many times, own what they read, and have no effects."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from sourcead.derivative import Derivative, Options
from sourcead.emission import Emission
from tests.fuzz.modes import scramble
from tests.kit import assert_trees_close, central_differences, tree_map
from tests.programs.kit import array, assert_identical
from tests.transform.programs import PROGRAMS

PLAIN = Emission(style="plain", stabilize=False)  # the value to the bit


def vjp_of(f: Any, argnums: Any = 0) -> Derivative:
    return Derivative(f, Options(argnums, "vjp", False, PLAIN))


@pytest.mark.parametrize(("f", "args", "argnums"), PROGRAMS)
def test_the_pullback_owns_what_it_reads(f: Any, args: tuple[Any, ...], argnums: tuple[int, ...]) -> None:
    given = copy.deepcopy(args)
    value, back = vjp_of(f, argnums).specialize(*given).fn(*given)
    assert_identical(value, f(*copy.deepcopy(args)), "value")
    expected = tuple(central_differences(lambda *a: f(*copy.deepcopy(a)), args, k) for k in argnums)
    for factor in (1.0, -2.0):
        found = back(factor)
        found = found if len(argnums) > 1 or (isinstance(found, tuple) and len(found) == 1) else (found,)
        assert_trees_close(found, tree_map(lambda x, factor=factor: factor * x, expected), 1e-6, 1e-7)
        for tree in (found, given, value):
            scramble(tree)


def test_the_value_overwritten() -> None:
    x = array(3)
    value, back = vjp_of(np.exp).specialize(x).fn(x)
    expected = np.exp(x)
    value[...] = 0.0
    np.testing.assert_allclose(back(np.ones(3)), expected)


def halves(v: Any) -> Any:
    if len(v) == 1:
        return v[0] * v[0]
    middle = len(v) // 2
    return halves(v[:middle]) * 2 + halves(v[middle:])


def test_recursion() -> None:
    x = array(4)
    _, back = vjp_of(halves).specialize(x).fn(x)
    kept = x.copy()
    x[:] = np.nan
    np.testing.assert_allclose(back(1.0), central_differences(halves, (kept,)), rtol=1e-7)


def test_a_length_of_what_is_stored_into() -> None:
    def f(x: Any, y: Any) -> Any:
        x[1] = len(x) * y
        return (x * x).sum()

    x = array(3)
    expected = 2 * x * [1, 0, 1], 2 * 9 * 0.5
    _, back = vjp_of(f, (0, 1)).specialize(x, 0.5).fn(x, 0.5)
    found = back(1.0)
    np.testing.assert_allclose(found[0], expected[0])
    assert found[1] == pytest.approx(expected[1])


@pytest.mark.parametrize("first", [0.5, -0.5])
def test_what_only_one_branch_makes(first: float) -> None:
    def f(x: Any) -> Any:
        if x[0] > 0:
            return x.max()
        y = x * 2
        y += y
        return (y * y).sum()

    x = np.array([first, 0.7])
    expected = central_differences(f, (x,))
    _, back = vjp_of(f).specialize(x).fn(x)
    x[:] = 3.0
    np.testing.assert_allclose(back(1.0), expected, rtol=1e-7)


def test_effects_happen_once(capsys: pytest.CaptureFixture[str]) -> None:
    def f(x: Any) -> Any:
        print("in f")
        return (x * x).sum()

    x = array(3)
    _, back = vjp_of(f).specialize(x).fn(x)
    back(1.0)
    back(1.0)
    assert capsys.readouterr().out == "in f\n"


def appended_and_stored(xs: Any, y: Any) -> Any:
    xs.append(y)
    xs[0] = y * xs[1]
    return np.sum(xs[0] * xs[-1])


def stored_and_grown(xs: Any, i: Any) -> Any:
    xs.append(xs[1] * 3.0)
    xs[i] = xs[0] * xs[-1]
    xs.extend([xs[0], xs[1]])
    xs.pop()
    return xs[-1] * xs[i]


@pytest.mark.parametrize(
    ("f", "args", "argnums"),
    [
        (appended_and_stored, ([array(3), array(3) + 1], array(3) * 2), (0, 1)),
        (stored_and_grown, ([1.0, 2.0], 0), (0,)),
    ],
)
def test_a_list_that_is_stored_into_and_grows(f: Any, args: tuple[Any, ...], argnums: tuple[int, ...]) -> None:
    test_the_pullback_owns_what_it_reads(f, args, argnums)
