"""Half precision where a number of entries overflows in it: means are right there, and so are their gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead

LONG = np.linspace(-1, 1, 100_000).astype(np.float16)
MEANS: dict[str, tuple[Callable[[Any], Any], np.ndarray]] = {
    "mean": (lambda x: np.mean(x * x) * 1000, LONG),
    "mean along an axis": (lambda x: np.sum(np.mean(x * x, axis=1) ** 2) * 1000, np.stack((LONG, -LONG))),
    "mean of some": (lambda x: np.mean(x, where=x < 0.25) * 1000, LONG),
    "nanmean": (lambda x: np.nanmean(x * x) * 1000, LONG),
    "average": (lambda x: np.average(x * x) * 1000, LONG),
    "std": (lambda x: np.std(x) * 1000, LONG),
    "var": (lambda x: np.var(x / 2) * 1000, LONG),
    "var of some": (lambda x: np.var(x / 2, where=x < 0.25) * 1000, LONG),
}


@pytest.mark.parametrize("name", MEANS)
def test_means_of_many(name: str) -> None:
    f, x = MEANS[name]
    gradient = sourcead.grad(f)(x)
    assert gradient.dtype == np.float16
    expected = sourcead.grad(f)(x.astype(np.float64))
    np.testing.assert_allclose(gradient.astype(np.float64), expected, rtol=5e-3, atol=1e-4 * np.abs(expected).max())
