"""Branches: what the kinds and values of arguments decide folds; of the rest both sides are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.compiling import ops_named, primal
from tests.small import gradient, program

VECTOR = np.array([0.5, 1.5, -0.7])


@pytest.mark.parametrize(
    ("condition", "other"),
    [
        ("flag", True),
        ("flag is not None", 2.0),
        ("flag == 'sq'", "sq"),
        ("x.ndim == 1", 1),
        ("isinstance(x, np.ndarray)", 1),
        ("not isinstance(x, list) and flag", True),
        ("'a' in flag", {"a": 1.0}),
        ("len(flag) == 2", (1.0, 2.0)),
    ],
)
def test_what_is_known_folds(condition: str, other: Any) -> None:
    f = f"def f(x, flag):\n    if {condition}:\n        return np.sum(x * x)\n    return np.nonsense(x)"
    assert not ops_named(primal(program(f), VECTOR, other), "if")
    assert "if" not in gradient(f, VECTOR, other)


@pytest.mark.parametrize("condition", ["x[0] > 0", "n > 1", "np.all(x > 0)", "len(x) > 1"])
def test_what_is_not_known_keeps_both_sides(condition: str) -> None:
    f = f"def f(x, n):\n    if {condition}:\n        y = x * x\n    else:\n        y = x\n    return np.sum(y)"
    (found,) = ops_named(primal(program(f), VECTOR, 3), "if")
    assert len(found.blocks) == 2 and [o.hint for o in found.outs] == ["y"]
    assert gradient(f, VECTOR, 3)


def test_only_what_differs_is_joined() -> None:
    f = "def f(x, n):\n    a = x\n    b = x\n    if n > 1:\n        a = x * 2.0\n    return a * b"
    (found,) = ops_named(primal(program(f), 0.5, 3), "if")
    assert [o.hint for o in found.outs] == ["a"]
