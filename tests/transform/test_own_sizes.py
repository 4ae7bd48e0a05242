"""Sizes that nothing is known of: what has one shape has one, and what another turn or another call makes has not."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

import sourcead
from tests.kit import central_differences
from tests.small import gradient, program

X = np.array([0.3, -0.4, 0.9, 1.3])
MASKS = np.array([[0, 0, 0, 1], [1, 1, 1, 1], [0, 1, 0, 0]], dtype=bool)

PROGRAMS: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "grown, then cut": (
        "a = x\nfor i in range(k):\n    a = np.concatenate([a, x])\nb = x[:2]\nfor i in range(n):\n"
        "    b = np.concatenate([b, x[:2]])\nreturn np.sum(np.sin(a[3:]) * np.cos(b[1:]))",
        [(1, 2), (0, 2), (2, 0)],
    ),
    "wider in the first turn": (
        "u = x[k:]\nfor i in range(n):\n    u = np.sin(u) * x\nreturn np.sum(u * u)",
        [(3, 2), (0, 1), (3, 0)],
    ),
    "wider in the first turn, with what was before": (
        "u = x[k:]\nv = np.cos(u)\nfor i in range(n):\n    u = np.sin(u) * x + v\nreturn np.sum(u * v)",
        [(3, 2), (0, 1), (3, 0)],
    ),
    "what the turn before made": (
        "s, p = 0.0, x[:1]\nfor i in range(n):\n    t = np.sin(x[k - i :])\n    s = s + np.sum(t * p)\n    p = t\n"
        "return s + np.sum(p * p)",
        [(3, 1), (3, 0), (4, 2)],
    ),
    "two items of a list": (
        "xs = []\nfor i in range(n):\n    xs.append(np.exp(x[k + i :]))\nreturn np.sum(np.sin(xs[0]) * xs[-1])",
        [(2, 2), (1, 1)],
    ),
    "an item of a dict": (
        "d = {'a': x[:1], 'b': x[:1]}\nfor i in range(n):\n    d['b'] = np.exp(x[k - i :])\n"
        "    d['a'] = d['a'] * d['b'] if i < 2 else x[:1]\nreturn np.sum(np.sin(d['a']))",
        [(3, 1), (3, 0)],
    ),
    "the last turn's": (
        "t = x[:1]\nq = x[:1]\nfor i in range(n):\n    t = x[i + k :]\n    if i == 0:\n        q = np.sin(t)\n"
        "return np.sum(q * t)",
        [(2, 2), (3, 1), (1, 0)],
    ),
    "one of two branches": (
        "a = x[k:]\nb = np.sin(a) if n > 1 else np.concatenate([a, a, a])\nreturn np.sum(b * a)",
        [(1, 2), (3, 0)],
    ),
    "a loop in a loop": (
        "s = x[:1]\nfor i in range(n):\n    t = np.cos(x[k:])\n    for j in range(n):\n        t = t * s\n    s = t\n"
        "return np.sum(s)",
        [(2, 2), (3, 1), (2, 0)],
    ),
    "a `while`": (
        "u, i = x[k:], 0\nwhile i < n:\n    w = u * x if i == 0 else np.tanh(u) * u\n    u, i = w, i + 1\n"
        "return np.sum(u**2)",
        [(3, 2), (0, 3), (3, 0)],
    ),
    "zeros of a computed size": (
        "m = len(x) - k\nout = np.zeros(m)\nfor i in range(n):\n    out += x[i] * x[i : i + m]\n"
        "return np.sum(out * x[:m])",
        [(1, 2), (3, 4), (0, 1)],
    ),
    "a new shape": (
        "a, b = x[: 2 * n].reshape(k, 2), x[:2].reshape(k, 2)\nreturn np.sum(np.sin(a) * b + a)",
        [(1, 1), (-1, 2), (-1, 1), (1, 1)],
    ),
    "pairs": (
        "i, j = np.triu_indices(len(x), k)\nreturn np.sum(np.sin(x[i]) * x[j] / (1 + (x[i] - x[j]) ** 2))",
        [(1, 0), (3, 0)],
    ),
}


@pytest.mark.parametrize("style", ["fast", "plain"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_sizes_of_their_own(name: str, style: Any) -> None:
    body, cases = PROGRAMS[name]
    f = program("def f(x, k, n):\n    " + body.replace("\n", "\n    "))
    for case in cases:
        expected = central_differences(f, (X, *case), 0)
        np.testing.assert_allclose(sourcead.grad(f, style=style)(X, *case), expected, rtol=1e-5, atol=1e-8)
    if style == "fast":
        value, tangent = sourcead.jvp(partial(f, k=case[0], n=case[1]), (X,), (X,))
        np.testing.assert_allclose((value, tangent), (f(X, *case), np.vdot(expected, X)), rtol=1e-5, atol=1e-8)


def test_items_of_masks_of_turns() -> None:
    f = """
def f(x, M):
    xs = [x[m] * 1.0 for m in M]
    s = 0.0
    for a, b in zip(xs[:-1], xs[1:]):
        s += np.sum(np.cos(a) * b)
    return s
"""
    gradient(f, X, MASKS)


def test_results_of_two_calls() -> None:
    cut = program("def cut(x, k):\n    return x[:k] if k < 3 else np.sin(cut(x[1:], k - 1)[: k - 2])")
    for x in (X, X[:3]):
        gradient("def f(x):\n    return np.sum(cut(x, 2) * cut(x, 3))", x, cut=cut)


@pytest.mark.optimised
@pytest.mark.parametrize(
    "body",
    [
        "d = x[i + 1 :] - x[i]\n    r = np.sqrt(d**2 + 1)\n    return np.sum(d * r / (1 + r))",
        "z = np.zeros(len(x) - i)\n    z = z + x[i] * np.sin(z)\n    return np.sum(z * np.cos(z))",
        "a = x.reshape(2, i, 2)\n    b = np.sin(x).reshape(2, i, 2)\n    return np.sum(a + a @ b.transpose(0, 2, 1))",
    ],
)
def test_what_has_one_shape_is_not_asked_for_it(body: str) -> None:
    assert "!= 1" not in sourcead.grad(program(f"def f(x, i):\n    {body}")).specialize(X, 1).source
