"""Cotangents while they are collected: summed once, containers item by item, updates in place of arrays of zeros."""

from __future__ import annotations

import numpy as np
import pytest

from tests.compiling import ops_named
from tests.small import gradient, stages

VECTOR = np.array([0.5, 1.5, -0.7])


def test_what_nothing_contributes_to_is_zero_of_its_own_kind() -> None:
    found = stages("def f(p):\n    return p['a'] * 2.0", {"a": 1.5, "b": np.ones(2, np.float32), "c": (1.0, "text")})
    made = found.run_text({"a": 1.5, "b": np.ones(2, np.float32), "c": (1.0, "text")})
    assert made["a"] == 2.0 and made["b"].dtype == np.float32 and not made["b"].any() and made["c"] == (0.0, None)


def test_every_item_of_a_container_is_collected_by_itself() -> None:
    text = gradient("def f(p):\n    return p[0] * p[1] + p[0]", (1.5, 2.0))
    assert "add(" not in text and "zeros" not in text


def test_reads_of_one_array_share_one_array_of_zeros() -> None:
    text = gradient("def f(x):\n    return x[0] * x[1] + x[2] * x[0]", VECTOR)
    assert text.count("zeros_like") == 1


def test_a_read_adds_to_a_gradient_that_is_there() -> None:
    text = gradient("def f(x):\n    return np.sum(x * x) + x[0]", VECTOR)
    assert "zeros" not in text and text.count("dx[0] += 1.0") == 1


@pytest.mark.optimised
def test_indices_that_may_repeat_are_added_one_by_one() -> None:
    f = "def f(x, k):\n    return np.sum(x[k] ** 2)"
    (added,) = ops_named(stages(f, VECTOR, np.array([0, 0, 2])).final.body, "add_at")
    assert added.attr("gather") is True
    assert not ops_named(stages(f, VECTOR, np.array([True, False, True])).final.body, "add_at")  # names nothing twice


def test_the_gradient_has_the_dtype_of_its_argument() -> None:
    found = stages("def f(x, w):\n    return np.sum(x * w)", np.ones(3, np.float32), VECTOR)
    assert found.run_text(np.ones(3, np.float32), VECTOR).dtype == np.float32
