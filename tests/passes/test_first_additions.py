"""First additions: which of them are stored, and that the numbers stay (every gradient is checked by differences)."""

from __future__ import annotations

import numpy as np
import pytest

from sourcead.switches import without
from tests.sized import fast_text
from tests.small import gradient

X, PICKED = np.arange(1.0, 7.0) / 3, np.array([4, 0, 4])


@pytest.mark.parametrize(
    ("loss", "line"),
    [
        ("np.sum(np.sin(x[1:]))", "dx[1:] = np.cos(x[1:])"),
        ("x[2] ** 2", "dx[2] = 2.0 * x[2]"),
        ("np.sum(x[1:] * x[:-1])", "dx[:-1] = x[1:]\ndx[1:] += t"),
        ("np.sum(np.exp(x)[np.arange(3)])", "[np.arange(3)] = "),
        ("np.sum(np.sin(-x[::2]))", "dx[::2] -= np.cos(-x[::2])"),  # with its sign
        ("np.sum(np.sin(x[i]))", "np.add.at(dx, i, np.cos(x[i]))"),  # repeated
    ],
)
def test_what_is_stored(loss: str, line: str) -> None:
    f = f"def f(x, i):\n    return {loss}"
    assert line in gradient(f, X, PICKED)
    with without("first additions"):
        assert "] = " not in gradient(f, X, PICKED)


def test_zeros_that_something_else_reads_are_added_to() -> None:
    f = "def f(x):\n    s = 0.0\n    for k in range(3):\n        s = s + np.sum(np.sin(x[k:]))\n    return s"
    assert "dx[k:] += " in gradient(f, X)


def test_in_a_branch() -> None:
    f = "def f(x):\n    y = np.zeros(6)\n    if x[0] > 0:\n        y[1:] = np.sin(x[1:])\n    return np.sum(y * y)"
    gradient(f, X)
    gradient(f, -X)


def test_zeros_of_a_shape() -> None:
    assert "dx = np.zeros(len(x))\ndx[1:] = " in fast_text("def f(x):\n    return np.sum(np.sin(x[1:]))", X)
    text = fast_text("def f(x):\n    return np.sum(np.sin(x[1:]))", X.reshape(2, 3).astype(np.float32))
    assert "dx = np.zeros(x.shape, dtype=np.float32)" in text
