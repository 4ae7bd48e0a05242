"""Updates: additions at one place are one addition, and a place that is filled again is not cleared."""

from __future__ import annotations

import numpy as np
import pytest

from tests.compiling import ops_named
from tests.small import around, gradient, stages

VECTOR = np.array([0.5, 1.5, -0.7, 1.1])


@pytest.mark.optimised
def test_two_additions_at_one_place_are_one() -> None:
    found = stages("def f(x):\n    return x[0] * x[0] + x[0]", VECTOR)
    before, after = around(found, "updates")
    assert len(ops_named(before, "add_at")) == 3 and len(ops_named(after, "add_at")) == 1
    assert gradient("def f(x):\n    return x[0] * x[0] + x[0]", VECTOR).count("dx[0] =") == 1


@pytest.mark.optimised
def test_additions_at_two_places_are_two() -> None:
    text = gradient("def f(x):\n    return x[0] * x[1] + x[0]", VECTOR)
    assert text.count("dx[0] =") == 1 and text.count("dx[1] =") == 1


@pytest.mark.optimised
def test_numbers_meet_across_other_additions() -> None:
    f = """
def f(x):
    s = 0.0
    for i in range(len(x) - 1):
        s = s + x[i] * x[0] + np.sin(x[i + 1]) * x[i] + x[0] * x[-1]
    return s
"""
    text = gradient(f, VECTOR)
    assert text.count("dx[i] +=") == text.count("dx[i + 1] +=") == text.count("dx[0] +=") == 1
    assert gradient("def f(x):\n    return x[0] * x[1] * x[0] + x[1] * x[0]", VECTOR).count("dx[") == 2


def test_arrays_do_not_meet_across_other_additions() -> None:
    text = gradient("def f(x):\n    return np.sum(x[1:] * x[:-1] + np.sin(x[1:]))", VECTOR)
    assert text.count("dx[") in (2, 3)


@pytest.mark.optimised
def test_clearing_and_filling_again_disappears() -> None:
    f = "def f(x):\n    h = x * x\n    h[0] += x[1]\n    return np.sum(h * h)"
    found = stages(f, VECTOR)
    before, after = around(found, "updates")
    backward = [o for o in ops_named(before, "store") if o.backward]
    assert len(backward) == 1 and not [o for o in ops_named(after, "store") if o.backward]
    assert " = 0.0" not in gradient(f, VECTOR)


def test_a_place_that_is_overwritten_is_cleared() -> None:
    text = gradient("def f(x):\n    h = x * x\n    h[0] = x[1]\n    return np.sum(h * h)", VECTOR)
    assert text.count("dh[0] = 0.0") == 1


def test_another_place_is_not_the_same_place() -> None:
    text = gradient("def f(x):\n    h = x * x\n    h[0] = h[1] + x[1]\n    return np.sum(h * h)", VECTOR)
    assert text.count("dh[0] = 0.0") == 1 and text.count("dh[1] +=") == 1


def test_one_clearing_is_made_up_for_once() -> None:
    text = gradient("def f(x):\n    h = x * x\n    h[0] = h[0] + h[0]\n    return np.sum(h * h)", VECTOR)
    assert text.count("dh[0] = 0.0") + text.count("dh[0] +=") >= 1


VIEWS = """def f(x):
    h = x * x
    a, b = h[1:], h[:-1]
    return np.sum(a[::2] ** 2 * b[1::2]) + np.sum(h)"""


@pytest.mark.optimised
def test_an_addition_to_a_view_goes_through_it() -> None:
    x = np.arange(1.0, 7.0)
    before, after = around(stages(VIEWS.replace("[1::2]", "[::2]"), x), "updates")
    assert len(ops_named(before, "np.zeros_like")) > len(ops_named(after, "np.zeros_like"))
    text = gradient(VIEWS.replace("[1::2]", "[::2]"), x)
    assert "dh[1:][::2] +=" in text and "dh[:-1][::2] +=" in text


@pytest.mark.optimised
def test_zeros_that_are_read_otherwise_stay() -> None:
    text = gradient("def f(x):\n    h = x * x\n    a = h[1:]\n    return np.sum(a[0] * a[1] * a[2] * a[3])", np.ones(6))
    assert "dh[1:] = da" in text


@pytest.mark.optimised
def test_views_of_views() -> None:
    f = "def f(x):\n    h = x * x\n    a = h[1:][::2][1:]\n    return np.sum(a ** 2) * h[0] + np.sum(h)"
    assert "dh[1:][::2][1:] +=" in gradient(f, np.arange(1.0, 9.0))


@pytest.mark.optimised
def test_a_place_is_cleared_once_what_was_there_is_read() -> None:
    text = gradient("def f(x):\n    h = x * x\n    h[1:3] = h[2:] * h[0]\n    return np.sum(h * h)", VECTOR)
    assert "dh[1:3].copy()" not in text and "dh[1:3] = 0.0" in text
    assert "dh[1:3] *= 2" in gradient("def f(x):\n    h = x * x\n    h[1:3] *= 2\n    return np.sum(h * h)", VECTOR)
    text = gradient("def f(x):\n    h = x * x\n    h[0] = np.sin(h[0])\n    return np.sum(h * h)", VECTOR)
    assert "dh[0] = 0.0" not in text and "dh[0] +=" not in text
