"""Divisions of the backward sweep: the helper goes where the kinds say what its divisor is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sourcead
from tests.kit import central_differences
from tests.small import gradient, program

THETA, XS = np.array([0.1, 1.2, 0.3]), np.array([0.4, -0.3, 0.8])


def test_a_kind_found_late_is_enough() -> None:
    text = gradient(
        "def f(w, xs):\n    s = 0.0\n    for i in range(len(xs) - 1):\n"
        "        v = w[0] ** 2 * np.exp(w[1])\n"
        "        s += np.log(v) + (xs[i + 1] - xs[i]) ** 2 / (2 * v)\n    return s",
        THETA, XS,
    )  # fmt: skip
    assert "quotient" not in text


FILTER = """
def f(q, xs):
    s, m, p = 0.0, 0.0, 1.0
    for x in xs:
        p = p + q
        k = p / (p + 0.5)
        s += np.log(p + 0.5) + (x - m) ** 2 / (p + 0.5)
        m, p = m + k * (x - m), (1 - k) * p
    return s
"""


@pytest.mark.parametrize("q", [0.3, np.float64(0.3)])
def test_a_number_of_python_or_numpy(q: Any) -> None:
    f = program(FILTER)
    text = gradient(FILTER, q, XS)
    assert "quotient" not in text
    np.testing.assert_allclose(sourcead.grad(f)(q, XS), central_differences(f, (q, XS), 0), rtol=1e-6)


def test_numpys_meaning_where_the_divisor_is_0() -> None:
    text = "def f(x, n):\n    y = 1.0\n    for _ in range(n):\n        y = y * np.float64(x)\n    return x / y"
    f = program(text)
    for n in (0, 1, 2):
        with np.errstate(all="ignore"):
            found, expected = sourcead.grad(f)(0.0, n), sourcead.grad(f, style="plain")(0.0, n)
        np.testing.assert_equal(found, expected)
        assert np.isfinite(found) == (n == 0)
