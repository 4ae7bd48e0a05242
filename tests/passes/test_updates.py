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


def test_additions_at_two_places_are_two() -> None:
    text = gradient("def f(x):\n    return x[0] * x[1] + x[0]", VECTOR)
    assert text.count("dx[0] =") == 1 and text.count("dx[1] =") == 1


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
