"""Rules of functions that are no plain ufuncs, and of methods of ufuncs, called as plain functions."""

from __future__ import annotations

import math
import operator
import statistics
from typing import Any

import numpy as np
import pytest

from sourcead.rules.registry import adjoint_rule, tangent_rule
from tests import kit
from tests.rules.rulekit import apply, check

X = np.array([[0.3, -0.62, 1.1], [1.45, 0.08, -0.77]])


@pytest.mark.parametrize("function", [np.sinc, np.i0, np.nan_to_num, np.unwrap], ids=lambda f: f.__name__)
def test_functions_of_arrays(function: Any) -> None:
    for x in (X, X[0], X.T):
        check(function, (x,))


@pytest.mark.parametrize(
    "method",
    [
        np.logaddexp.reduce, np.hypot.reduce, np.maximum.accumulate, np.minimum.accumulate, statistics.fmean,
        statistics.mean, math.fsum, math.prod,
    ],
)  # fmt: skip
def test_reductions_and_accumulations(method: Any) -> None:
    check(method, (X[0],))
    if isinstance(getattr(method, "__self__", None), np.ufunc):
        check(method, (X,))
    else:
        check(method, ([0.5, 2.0, -1.0],))


@pytest.mark.parametrize("ufunc", [np.logaddexp, np.hypot], ids=repr)
def test_along_another_axis(ufunc: Any) -> None:
    y, g = ufunc.reduce(X, axis=1), np.array([0.7, -0.3])
    expected = kit.central_differences(lambda x: ufunc.reduce(x, axis=1), (X,), 0, g)
    for found in (
        apply_along(ufunc.reduce, X, y, g, keepdims=False), apply_along(ufunc.reduce, X, y[:, None], g[:, None]),
    ):  # fmt: skip
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


def apply_along(method: Any, x: Any, y: Any, g: Any, keepdims: bool = True) -> Any:
    """The cotangent that the rule of a reduction along the last axis gives."""
    from sourcead.rules.registry import adjoint_rule

    rule = adjoint_rule(method)
    assert rule is not None
    return rule(g, y, x, axis=1, keepdims=keepdims)


@pytest.mark.parametrize(("function", "args"), [
    (math.dist, ([0.5, 2.0], [1.5, -1.0])), (math.dist, (np.array([0.5, 2.0]), (1.0, 0.0))),
    (math.remainder, (2.9, 1.2)), (math.hypot, (0.3, -1.2, 2.0)), (math.hypot, (0.3, 0.4)), (np.heaviside, (X, 0.5)),
    (np.heaviside, (np.zeros(2), 0.5)), (np.nextafter, (0.3, 2.0)), (operator.mod, (2.9, 1.2)),
])  # fmt: skip
def test_functions_of_several_arguments(function: Any, args: tuple[Any, ...]) -> None:
    if function is np.nextafter:
        assert apply(function, args) == (1.0, None)
    else:
        check(function, args)


@pytest.mark.parametrize("function", [divmod, np.divmod])
def test_divmod(function: Any) -> None:
    assert apply(function, (7.5, 2.0), (5.0, 1.0)) == (1.0, -3.0)
    rule = tangent_rule(function)
    assert rule is not None
    assert rule((0.5, 2.0), (3.0, 1.5), 7.5, 2.0) == (None, -5.5)
    assert rule((0.5, 0.0), (3.0, 1.5), 7.5, 2.0) == (None, 0.5)
    assert rule((0.0, 2.0), (3.0, 1.5), 7.5, 2.0) == (None, -6.0)


def test_parts_of_numbers() -> None:
    for function in (math.modf, np.modf):
        assert apply(function, (2.25,), (0.5, 9.0)) == (0.5,)
    for function in (math.frexp, np.frexp):
        assert apply(function, (8.0,), (1.0, 0.0)) == (1 / 16,)
    for function in (math.ldexp, np.ldexp):
        assert apply(function, (1.5, 3), 0.5) == (4.0, None)
    modf, frexp = tangent_rule(np.modf), tangent_rule(np.frexp)
    assert modf is not None and frexp is not None
    assert modf(0.5, (0.25, 2.0), 2.25) == (0.5, None)
    assert frexp(1.0, (0.5, 4), 8.0) == (1 / 16, None)


@pytest.mark.parametrize("function", [np.maximum, np.minimum], ids=repr)
def test_the_tangent_of_a_running_extreme(function: Any) -> None:
    x, t = np.array([2.0, 2.0, 5.0, 5.0]) * (1 if function is np.maximum else -1), np.array([1.0, 3.0, 7.0, 4.0])
    rule = tangent_rule(function.accumulate)
    assert rule is not None
    assert rule(t, function.accumulate(x), x, axis=0).tolist() == [1, 1, 7, 7]
    pair = rule(np.stack((t, t), 1), np.stack((function.accumulate(x),) * 2, 1), np.stack((x, x), 1), axis=0)
    assert pair.tolist() == [[1, 1], [1, 1], [7, 7], [7, 7]]


def test_the_tangent_of_max_of_items() -> None:
    rule = tangent_rule(max)
    assert rule is not None
    assert rule(np.array([1.0, np.inf, 4.0]), 2.0, np.array([2.0, 1.0, 2.0])) == 2.5
    assert rule((1.0, np.inf, 4.0), 2.0, (2.0, 1.0, 2.0)) == 2.5
    assert rule((1.0, np.nan), 2.0, 2.0, 1.0) == 1.0


@pytest.mark.parametrize("ufunc", [np.add, np.multiply, np.maximum, np.minimum], ids=repr)
def test_parts(ufunc: Any) -> None:
    for indices in ([0, 2], [2, 0, 1, 1], np.array([1]), np.array([], dtype=int)):
        for x, axis in ((X[0], 0), (X.T, 0), (X, 1), (X, -1)):
            places = np.asarray(indices)
            y = ufunc.reduceat(x, places, axis)
            g = kit.random_like(y)

            def of_parts(x: Any, places: Any = places, axis: int = axis) -> Any:
                return ufunc.reduceat(x, places, axis)

            rule = adjoint_rule(ufunc.reduceat)
            assert rule is not None
            found, none = rule(g, y, x, places, axis=axis)
            assert none is None
            kit.assert_trees_close(found, kit.central_differences(of_parts, (x,), 0, g))


def test_products_of_parts_with_zeros() -> None:
    x = np.array([0.0, 2.0, 3.0, 0.0, 0.0])
    found, _ = apply(np.multiply.reduceat, (x, np.array([0, 2])), np.array([1.0, 1.0]))
    assert found.tolist() == [2.0, 0.0, 0.0, 0.0, 0.0]
    found, _ = apply(np.maximum.reduceat, (x, np.array([0, 3])), np.array([1.0, 1.0]))
    assert found.tolist() == [0.0, 0.0, 1.0, 0.5, 0.5]
