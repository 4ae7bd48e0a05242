"""Residuals: a loop keeps its state, keeps what is dear, and computes again what is cheap."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import grad
from tests.kit import assert_trees_close, central_differences
from tests.small import gradient, program

VECTOR = np.array([0.5, 1.5, -0.7])


def test_the_state_is_kept_once_a_turn() -> None:
    text = gradient("def f(x, n):\n    s = 1.0\n    for i in range(n):\n        s = s * x\n    return s", 0.9, 3)
    assert text.count(".append(") == 1 and "ss.append(s)" in text


@pytest.mark.optimised
def test_a_linear_loop_keeps_nothing_and_runs_once() -> None:
    text = gradient("def f(x, n):\n    s = 0.0\n    for i in range(n):\n        s = s + 2.0 * x\n    return s", 0.9, 3)
    assert "append" not in text and text.count("for ") == 1


def test_cheap_work_is_done_again_and_dear_work_is_kept() -> None:
    f = "def f(x, n):\n    s = x\n    for i in range(n):\n        t = {}\n        s = t * t\n    return np.sum(s)"
    cheap, dear = gradient(f.format("s + 1.0"), VECTOR, 2), gradient(f.format("np.tanh(s)"), VECTOR, 2)
    assert cheap.count("s + 1.0") == 2 and cheap.count(".append(") == 1
    assert dear.count("np.tanh(") == 1 and ".append(t)" in dear


def test_what_a_branch_computes_is_read_after_it_at_the_top_level() -> None:
    f = "def f(x):\n    if x > 0:\n        t = np.exp(x)\n        y = t * t\n    else:\n        y = x\n    return y"
    assert gradient(f, 0.5).count("np.exp(") == 1
    assert gradient(f, -0.5).count("np.exp(") == 1


def test_a_call_with_effects_is_made_once_a_turn() -> None:
    calls: list[int] = []
    f = "def f(x, n):\n    s = 1.0\n    for i in range(n):\n        note(i)\n        s = s * x\n    return s"
    function = program(f, note=calls.append)
    assert grad(function)(0.5, 3) == 3 * 0.5**2
    assert calls == [0, 1, 2]


@pytest.mark.optimised
def test_slices_of_what_is_rebound_are_read_again() -> None:
    """One stack of states in place of one for each slice; what is stored into is kept part by part."""

    def diffusion(u: Any, k: Any, n: int) -> Any:
        for _ in range(n):
            lap = np.zeros_like(u)
            lap[1:-1] = u[2:] * u[2:] + u[:-2] * u[1:-1]
            u = u + k * lap
        return np.sum(u**2)

    def stored(u: Any, k: Any, n: int) -> Any:
        u = u.copy()
        for _ in range(n):
            v = np.sin(u[1:]) * u[:-1]
            u[1:] += k * v
        return np.sum(u**2)

    u = np.linspace(0.5, 1.0, 6)
    source = sourcead.grad(diffusion, (0, 1)).specialize(u, 0.1, 3).source
    assert source.count(".append(") == 1 and "us.append(u)" in source
    for f in (diffusion, stored):
        for n in (0, 1, 3):
            expected = tuple(central_differences(f, (u, 0.1, n), k) for k in (0, 1))
            assert_trees_close(sourcead.grad(f, (0, 1))(u, 0.1, n), expected, 1e-5, 1e-7)


@pytest.mark.optimised
def test_a_copy_is_made_again_only_where_it_is_stored_into() -> None:
    def read(u: Any, n: int) -> Any:
        for _ in range(n):
            u = u.copy()
            u[1:] = u[1:] * u[:-1]
        return np.sum(u)

    def stored(u: Any, n: int) -> Any:
        for _ in range(n):
            v = u.copy()
            v[1:] += u[:-1] * v[1:]
            v[0] = v[1] * 2
            u = u * v
        return np.sum(u)

    u = np.linspace(0.5, 1.0, 5)
    assert "us[i].copy()" not in sourcead.grad(read).specialize(u, 2).source
    for f in (read, stored):
        expected = central_differences(f, (u, 3), 0)
        for _ in range(2):
            assert_trees_close(sourcead.grad(f)(u, 3), expected, 1e-5, 1e-7)
    np.testing.assert_array_equal(u, np.linspace(0.5, 1.0, 5))
