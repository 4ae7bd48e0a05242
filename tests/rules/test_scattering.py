"""Rules of the `at` of ufuncs as functions of what they change, called as plain functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sourcead.runtime import maximum_at, minimum_at, multiplied_at
from tests import kit
from tests.rules.rulekit import apply

A = np.array([[0.3, -0.62, 1.1], [1.45, 0.08, -0.77]])
TWICE = np.array([0, 1, 0, 0])
PLACES: tuple[tuple[Any, Any], ...] = (
    (TWICE, np.linspace(-1.9, 2.3, 12).reshape(4, 3)),
    (TWICE, np.array([0.9, -1.3, 0.41])),
    (TWICE, -0.37),
    ((TWICE, np.array([1, 2, 1, 2])), np.array([1.9, -1.3, 0.41, 0.7])),
    ((..., TWICE), np.array([1.9, -1.3, 0.41, 0.7])),
    (np.array([], dtype=int), 2.5),
)


@pytest.mark.parametrize("function", [multiplied_at, maximum_at, minimum_at])
@pytest.mark.parametrize(("index", "b"), PLACES)
def test_at_places_that_repeat(function: Any, index: Any, b: Any) -> None:
    def of_both(a: Any, b: Any) -> Any:
        return function(a, index, b)

    g = kit.random_like(A)
    d_a, none, d_b = apply(function, (A, index, b), g)
    assert none is None
    kit.assert_trees_close(d_a, kit.central_differences(of_both, (A, b), 0, g), what="a")
    kit.assert_trees_close(d_b, kit.central_differences(of_both, (A, b), 1, g), what="b")


def test_where_one_is_constant_a_tie_has_no_derivative() -> None:
    a, b, g = np.array([1.0, 2.0]), np.array([1.0, 0.5, 3.0]), np.ones(2)
    index = np.array([0, 0, 1])
    assert apply(maximum_at, (a, index, b), g)[0].tolist() == [0.5, 0.0]
    assert apply(maximum_at, (a, index, b), g, active=(True, False, False))[0].tolist() == [0.0, 0.0]
    assert apply(maximum_at, (a, index, b), g, active=(False, False, True))[2].tolist() == [0.0, 0.0, 1.0]
