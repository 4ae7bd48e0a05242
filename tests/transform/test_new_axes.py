"""Subscripts that add axes: their adjoint leaves the axes out again, and no zeros are made."""

from __future__ import annotations

import numpy as np
import pytest

import sourcead
from tests.small import gradient, program

X, Y = np.array([0.5, -0.3, 0.8]), np.arange(12.0).reshape(3, 4) / 7 - 0.6


@pytest.mark.parametrize(
    ("loss", "line"),
    [
        ("np.sum(np.sin(x[:, None] * y))", "(np.cos(x[:, None] * y) * y).sum(axis=1)"),
        ("np.sum(np.exp(x[None, :] - x[:, None]))", ".sum(axis=1)"),
        ("np.sum(np.tanh(x[None] * 2.0))", "[0]"),
        ("np.sum(np.tanh(x[..., None] * 2.0) ** 2)", "[..., 0]"),
        ("np.sum(np.sin(x[None, :, None] * y.T[:, :, None]))", ".sum(axis=0)[:, 0]"),
        ("np.sum(np.sin(x[np.newaxis, :, np.newaxis][0] * y) ** 2)", "[0, :, 0]"),
    ],
)
@pytest.mark.optimised
def test_axes_are_left_out_again(loss: str, line: str) -> None:
    text = gradient(f"def f(x, y):\n    return {loss}", X, Y)
    assert line in text and "zeros" not in text, text


@pytest.mark.parametrize(
    "loss", ["np.sum(x[1:, None] * y[1:])", "np.sum(x[:, None][0] * y[0])", "x[None][0][1] ** 2", "x[None, 1][0] ** 3"]
)
def test_what_leaves_items_out_adds_to_zeros(loss: str) -> None:
    assert "zeros" in gradient(f"def f(x, y):\n    return {loss}", X, Y)


def test_a_view_is_not_handed_out_twice() -> None:
    text = "def f(x, y):\n    a = x[:, None]\n    return np.sum(a * y) + np.sum(x * 2.0) + np.sum(a ** 2)"
    gradient(text, X, Y)
    found = sourcead.grad(program("def f(x, y):\n    return np.sum(x[None] * y[:, 0])"), ("x", "y"))(X, Y)
    assert not any(np.shares_memory(given, made) for given in (X, Y) for made in found)
    assert all(made.flags.writeable for made in found)
