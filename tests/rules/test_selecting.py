"""Tangents of functions that select: against central differences, ties, and infinite tangents that are not selected."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from sourcead.rules.registry import adjoint_rule, tangent_rule

INF, NAN = np.inf, np.nan
PAIRS = (np.maximum, np.minimum, np.fmax, np.fmin)


def tangent(function: Any, t: Any, *args: Any) -> Any:
    """What the tangent rule gives."""
    rule = tangent_rule(function)
    assert rule is not None
    with np.errstate(all="raise"):
        return rule(t, function(*args), *args)


def a(*numbers: float) -> np.ndarray:
    return np.array(numbers, float)


@pytest.mark.parametrize("function", PAIRS, ids=repr)
def test_a_pair_agrees_with_central_differences(function: Any) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(3, 4)), rng.normal(size=4)
    tx, ty = rng.normal(size=(3, 4)), rng.normal(size=4)
    for given in ((tx, ty), (tx, 0.0), (0.0, ty)):
        h = 1e-6
        ahead = function(x + h * given[0], y + h * given[1])
        behind = function(x - h * given[0], y - h * given[1])
        np.testing.assert_allclose(tangent(function, given, x, y), (ahead - behind) / (2 * h), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(("function", "sign"), list(zip(PAIRS, (1, -1, 1, -1), strict=True)))
def test_ties_and_infinite_tangents(function: Any, sign: int) -> None:
    x, y = sign * a(2, 1, 1), sign * a(1, 2, 1)
    assert tangent(function, (a(3, INF, 4), a(NAN, 5, 6)), x, y).tolist() == [3, 5, 5]
    assert tangent(function, (a(3, INF, NAN), 0.0), x, y).tolist() == [3, 0, 0]
    assert tangent(function, (0.0, a(NAN, 5, INF)), x, y).tolist() == [0, 5, 0]


def test_fmax_and_fmin_take_the_number() -> None:
    for function in (np.fmax, np.fmin):
        assert tangent(function, (a(3, INF), a(NAN, 5)), a(1, NAN), a(NAN, 2)).tolist() == [3, 5]
        assert tangent(function, (a(3, INF), 0.0), a(1, NAN), a(NAN, 2)).tolist() == [3, 0]


def test_clip() -> None:
    x = a(-2, -1, 0, 1, 2)
    t = a(INF, 1, 2, 3, NAN)
    assert tangent(np.clip, (t, 0.0, 0.0), x, -1.0, 1.0).tolist() == [0, 1, 2, 3, 0]
    assert tangent(np.clip, (t, 7.0, 8.0), x, -1.0, 1.0).tolist() == [7, 1, 2, 3, 8]
    assert tangent(np.clip, (t[:4], 7.0, 0.0), x[:4], -1.0, None).tolist() == [7, 1, 2, 3]
    assert tangent(np.clip, (t[1:], 7.0, 8.0), x[1:], None, 1.0).tolist() == [1, 2, 3, 8]
    assert tangent(np.clip, (t, 7.0, 8.0), x, 1.0, -1.0).tolist() == [8] * 5  # the upper bound wins


def test_nan_to_num_and_heaviside() -> None:
    assert tangent(np.nan_to_num, a(1, NAN, INF, 2), a(5, NAN, INF, -INF)).tolist() == [1, 0, 0, 0]
    assert tangent(np.heaviside, (0.0, a(INF, 3, NAN)), a(-1, 0, 1), 0.5).tolist() == [0, 3, 0]


@pytest.mark.parametrize("function", PAIRS, ids=repr)
def test_the_tangent_is_the_transpose_of_the_adjoint(function: Any) -> None:
    points = a(-1, 0, 0.5, 2)
    rule = adjoint_rule(function)
    assert rule is not None
    for x, y in itertools.product(points, points):
        dx, dy = rule(1.0, function(x, y), x, y)
        assert tangent(function, (1.0, 0.5), x, y) == dx + 0.5 * dy
        assert tangent(function, (1.0, 0.0), x, y) == rule(1.0, function(x, y), x, y, active=(True, False))[0]
