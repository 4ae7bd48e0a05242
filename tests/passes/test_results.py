"""Results of their own: no gradient shares memory with an argument, with another gradient, or with read-only memory."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.kit import leaves
from tests.small import gradient, stages

MATRIX = np.arange(1.0, 7.0).reshape(2, 3)
VECTOR = np.array([0.5, 1.5, -0.7])
PROGRAMS = {
    "an argument": ("np.sum(x * y)", (VECTOR, VECTOR + 1.0)),
    "both sides the same": ("np.sum(x + y)", (VECTOR, VECTOR + 1.0)),
    "a view of an argument": ("np.sum(x.T * y)", (MATRIX, np.ones((3, 2)))),
    "broadcast": ("np.mean(x) * np.mean(y)", (VECTOR, MATRIX)),
    "a shape of another": ("np.sum(x.reshape(6)) + np.sum(y)", (MATRIX, VECTOR)),
    "two items that are one": ("np.sum(x[0] + x[1]) * y", ((VECTOR, VECTOR + 1.0), 2.0)),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_memory_is_shared_with_nothing(name: str) -> None:
    expression, args = PROGRAMS[name]
    found = stages(f"def f(x, y):\n    return {expression}", *args, argnums=(0, 1)).run_text(*args)
    own = [a for a in leaves(found) if isinstance(a, np.ndarray)]
    given = [a for a in leaves(args) if isinstance(a, np.ndarray)]
    assert own and all(a.flags.writeable for a in own)
    assert not any(np.shares_memory(a, b) for a in own for b in given)
    assert not any(np.shares_memory(a, b) for a, b in itertools.combinations(own, 2))


@pytest.mark.optimised
def test_a_view_is_copied_once() -> None:
    text = gradient("def f(x, y):\n    return np.sum(x.T * y)", MATRIX, np.ones((3, 2)))
    assert text.count("copy") == 1


def test_what_is_the_functions_own_is_not_copied() -> None:
    assert "copy" not in gradient("def f(x):\n    return np.sum(x * x)", VECTOR)
    assert "copy" not in gradient("def f(x):\n    return np.sum(x[1:])", VECTOR)


@pytest.mark.parametrize("expression", ["np.sum(x)", "np.mean(x)", "np.sum(x - 3.0)"])
@pytest.mark.optimised
def test_what_was_broadcast_is_filled_in(expression: str) -> None:
    text = gradient(f"def f(x):\n    return {expression}", VECTOR)
    assert text.count("np.full_like(x, ") == 1 and "broadcast" not in text and "copy" not in text
