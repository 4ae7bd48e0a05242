"""The check of calls: which are refused, in which words, at which line; and stores that nothing else sees."""

from __future__ import annotations

import heapq
import io

import numpy as np
import pytest

from tests.refusing import refused
from tests.small import gradient

VECTOR = np.array([0.5, 1.5, -0.7])


@pytest.mark.parametrize(
    "body",
    [
        "y = x.copy()\n    y[0] = 2.0\n    return np.sum(y * x)",
        "y = x.copy()\n    z = y[1:] * 1.0\n    y[0] = 2.0\n    return np.sum(z) + np.sum(y)",
        "y = x.copy()\n    z = y[1:]\n    s = np.sum(z * z)\n    y[0] = 2.0\n    return s * np.sum(y)",
        "y = x * 2.0\n    y = y * y\n    y += x\n    return np.sum(y)",
    ],
)
def test_stores_into_what_nothing_else_reads(body: str) -> None:
    assert gradient(f"def f(x):\n    {body}", VECTOR)


@pytest.mark.parametrize(
    "note",
    [heapq.heapify, io.BytesIO(bytes(24)).readinto],
    ids=["heapify", "readinto"],
)
def test_calls_that_may_write_into_what_is_read_elsewhere(note: object) -> None:
    text = "def f(x):\n    y = np.sum(x * x)\n    note(x)\n    return y"
    words = refused(text, VECTOR.copy(), note=note)
    assert "may change `x`" in words.splitlines()[0] and "--> model.py:3:" in words and "hand it a copy" in words


def test_calls_of_unknown_functions_on_numbers_are_kept() -> None:
    seen: list[object] = []
    text = gradient("def f(x):\n    note(1)\n    return np.sum(x * x)", VECTOR, note=seen.append)
    assert text.count("note(1)") == 1 and 1 in seen
