"""Clearings that nobody sees: which of them go; the numbers stay (every gradient is checked by differences)."""

from __future__ import annotations

import numpy as np
import pytest

from sourcead.switches import without
from tests.small import gradient

X, Y = np.array([0.5, -0.3, 0.8, 0.2]), np.array([[0.4, 0.1], [-0.6, 0.9], [0.3, 0.7], [1.1, -0.2]])
GONE = [
    "y = np.zeros(4)\n    for i in range(4):\n        y[i] = np.sin(x[i])\n    return np.sum(y * x)",
    "y = np.zeros(4)\n    for i in range(1, 4, 2):\n        y[i] = np.sin(x[i - 1])\n    return np.sum(y * x)",
    "y = np.zeros((4, 2))\n    for i in range(4):\n        y[i] = np.sin(x[i] * z[i])\n    return np.sum(y * z)",
    "y = np.zeros((4, 2))\n    for i in range(4):\n        y[i, ::-1] = np.sin(x[i] * z[i])\n"
    "    return np.sum(y * z)",
    "y = np.zeros((4, 2))\n    for i in range(4):\n        for j in range(2):\n"
    "            y[i, j] = np.sin(x[i] * z[i, j])\n"
    "    return np.sum(y * z)",
    "y = np.zeros((2, 4))\n    for i in range(4):\n        for j in range(2):\n"
    "            y[j, i] = np.sin(x[i] * z[i, j])\n"
    "    return np.sum(y * z.T)",
    "y = np.zeros(4)\n    for i in range(len(x)):\n        y[i] = x[i] ** 2\n    return np.sum(y ** 3)",
]
KEPT = [
    "y = np.zeros(4)\n    for i in range(-1, 4):\n        y[i] = np.sin(x[i] * (i + 3))\n    return np.sum(y * x)",
    "y = np.zeros(4)\n    for i in range(4):\n        y[i // 2] = np.sin(x[i])\n    return np.sum(y * x)",
    "y = np.ones(4) * x\n    for i in range(3):\n        y[i] = np.sin(x[i + 1])\n    return np.sum(y * x)",
    "y = np.zeros((4, 2))\n    for i in range(4):\n        for j in range(2):\n"
    "            y[j, 0] = np.sin(x[i] * z[i, j])\n"
    "    return np.sum(y * z)",
    "y = np.zeros((4, 2))\n    for i in range(4):\n        for j in range(2):\n"
    "            y[i, 0] = np.sin(x[i] * z[i, j])\n"
    "    return np.sum(y * z)",
    "y = np.zeros(4)\n    for i in range(4):\n        y[i] = np.sin(x[i])\n"
    "        y[0] = x[i] ** 2\n    return np.sum(y * x)",
    "y = np.zeros(4)\n    for i in range(4):\n        y[i] = y[i - 1] + np.sin(x[i])\n    return np.sum(y * x)",
    "y = np.zeros(4)\n    for i in range(4):\n        if x[i] > 0:\n"
    "            y[i] = np.sin(x[i])\n    return np.sum(y * x)",
    "y = np.zeros(4)\n    for _ in range(2):\n        for i in range(4):\n"
    "            y[i] = np.sin(x[i])\n    return np.sum(y * x)",
    "y = np.zeros(4)\n    i = 0\n    while i < 4:\n        y[i] = np.sin(x[i])\n        i += 1\n"
    "    return np.sum(y * x)",
]


@pytest.mark.parametrize("body", GONE)
@pytest.mark.optimised
def test_an_item_that_is_read_once_is_not_cleared(body: str) -> None:
    text = f"def f(x, z):\n    {body}"
    assert "] = 0" not in gradient(text, X, Y, argnums=(0,))
    with without("clearings"):
        assert "] = 0" in gradient(text, X, Y, argnums=(0,))
    gradient(text, X, Y, argnums=(0, 1))


@pytest.mark.parametrize("body", KEPT)
def test_what_may_be_read_again_is_cleared(body: str) -> None:
    text = f"def f(x, z):\n    {body}"
    assert "] = 0" in gradient(text, X, Y)
    gradient(text, X, Y, argnums=(0, 1))


def test_an_argument_is_not_copied_to_be_cleared() -> None:
    text = (
        "def f(x, w):\n    y = np.zeros(4)\n"
        "    for i in range(4):\n        y[i] = np.sin(x[i])\n    return np.sum(y * w)"
    )
    assert "copy" not in gradient(text, X, X * 2, argnums=(0,))
