"""What the benchmark compares is the same thing: every pass of every workload, at a small size."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.bench import agreement, contestants
from tests.bench.workloads import ROWS, Row

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_hand_written_passes_have_the_value_and_the_slope_of_the_loss(row: Row) -> None:
    arguments = row.arguments(small=True)
    precise = in_double_precision(arguments)
    for name in ("readable", "tuned"):
        value, gradient = getattr(row.module, name)(*arguments)
        agreement.check(name, value, row.module.loss(*arguments))
        value, gradient = getattr(row.module, name)(*precise)
        direction = along(precise[0], lambda leaf: RNG.normal(size=np.shape(leaf)))
        step = 1e-6
        ahead, behind = (
            row.module.loss(moved(precise[0], direction, t), *precise[1:]) for t in (step, -step)
        )
        pairs = zip(agreement.leaves(gradient), agreement.leaves(direction), strict=True)
        slope = sum(np.sum(g * d) for g, d in pairs)
        assert slope == pytest.approx((ahead - behind) / (2 * step), rel=1e-5), name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_generated_passes_agree_with_hand_written_ones(row: Row) -> None:
    arguments = row.arguments(small=True)
    expected = row.module.readable(*arguments)
    for name in ("tuned", "sourcead", "its text"):
        call = contestants.made(name, row, arguments)
        assert call is not None
        agreement.check(name, call(), expected)


def test_a_wrong_answer_is_found() -> None:
    expected = 1.0, (np.ones(3), np.ones(2))
    agreement.check("same", (1.0, [np.ones(3), np.ones(2)]), expected)
    for leaf in (np.ones((1, 2)), np.array([1.0, 1.01]), np.ones(2, np.float32)):
        with pytest.raises(AssertionError):
            agreement.check("wrong", (1.0, (np.ones(3), leaf)), expected)
    with pytest.raises(AssertionError):
        agreement.check("wrong", (1.0, (np.ones(3),)), expected)


def along(tree: Any, make: Any) -> Any:
    if isinstance(tree, tuple | list):
        return type(tree)(along(item, make) for item in tree)
    return make(tree)


def moved(tree: Any, direction: Any, step: float) -> Any:
    if isinstance(tree, tuple | list):
        return type(tree)(moved(item, d, step) for item, d in zip(tree, direction, strict=True))
    return tree + step * direction


def in_double_precision(tree: Any) -> Any:
    return along(tree, lambda leaf: leaf.astype(float) if getattr(leaf, "dtype", None) == np.float32 else leaf)
