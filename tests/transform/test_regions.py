"""Reversing regions: branches on the same condition, loops backwards, accumulators that branches and loops hand on."""

from __future__ import annotations

import numpy as np
import pytest

from tests.compiling import ops_named
from tests.small import gradient, stages

BRANCH = (
    "def f(x, n):\n    s = 0.0\n    for i in range(n):\n        if i > 1:\n"
    "            s = s + x * x\n        else:\n            s = s - x\n    return s"
)


def test_a_branch_is_reversed_on_its_own_condition() -> None:
    text = gradient(
        "def f(x):\n    if x > 0:\n        y = np.sin(x)\n    else:\n        y = x * 2.0\n    return y", 0.5
    )
    assert text.count("x > 0") == 1 and text.count("if ") == 1


@pytest.mark.optimised
def test_an_accumulator_goes_through_the_branches_of_a_loop() -> None:
    found = stages(BRANCH, 0.9, 4)
    (loop,) = ops_named(found.final.body, "for")
    assert loop.attr("reverse") and loop.attr("carried") == 1
    (inner,) = ops_named(loop.blocks[-1], "if")
    assert all(block.results[0] is not loop.blocks[-1].params[-1] for block in inner.blocks), "both sides add to dx"


@pytest.mark.parametrize("x", [0.5, 1.4, 3.0])
def test_an_early_return_is_replayed(x: float) -> None:
    text = gradient(
        (
            "def f(x, n):\n    s = x\n    for i in range(n):\n        s = s * x\n"
            "        if s > 1.5:\n            return s * 3.0\n    return s"
        ),
        x,
        4,
    )
    assert text.count("break") == 1 and text.count("reversed(") == 1


def test_a_while_loop_is_reversed_by_its_number_of_turns() -> None:
    text = gradient("def f(x):\n    while x < 10.0:\n        x = x * x\n    return x", 1.5)
    assert text.count("while") == 1 and text.count("reversed(range(") == 1


def test_nested_loops_nest_their_reverse() -> None:
    text = gradient(
        (
            "def f(x, n):\n    s = 1.0\n    for i in range(n):\n        for j in range(i):\n"
            "            s = s * x\n    return s"
        ),
        0.9,
        4,
    )
    assert text.count("reversed(") == 2
    outer, inner = (line for line in text.splitlines() if "reversed(" in line)
    assert inner.startswith("    ") and not outer.startswith(" ")


@pytest.mark.optimised
def test_rows_get_their_gradient_row_by_row() -> None:
    text = gradient(
        "def f(x):\n    s = 0.0\n    for r in x:\n        s = s + np.sum(r * r)\n    return s", np.ones((3, 2))
    )
    assert text.count("np.empty_like(x)") == 1 and "dx[i] = 2 * r" in text
