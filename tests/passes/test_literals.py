"""Literals that meet the user's (every gradient is checked by differences)."""

from __future__ import annotations

import numpy as np
import pytest

from sourcead.switches import without
from tests.small import gradient

pytestmark = pytest.mark.optimised

W, LAM = np.array([0.4, -1.2, 0.7]), np.array([0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("loss", "lam", "line"),
    [
        ("0.5 * lam * np.sum(w**2)", 0.1, "lam * w"),
        ("lam * 0.5 * (w @ w)", np.float64(0.1), "lam * w"),
        ("lam / 2 * np.sum(w**2)", 0.1, "lam * w"),
        ("lam / 2 * np.sum(w**4)", 2, "2.0 * lam * w ** 3"),
        ("0.1 * lam * np.sum(w**2)", 0.1, "0.2 * lam * w"),
        ("0.3 / lam * np.sum(w**2)", 0.1, "0.3 / lam * 2 * w"),
        ("np.sum(0.5 * lam * w**2)", LAM, "lam * w"),
        ("np.sum(0.7 * lam * w**2)", LAM, "0.7 * lam * 2 * w"),
        ("np.sum(w * ((0.1 + 1.0) / 2) ** w)", 0.1, "np.log(t)"),
        ("np.sum(w * 1.0**lam) + 1.0**lam", 0.1, "1.0 ** lam"),
    ],
)
def test_numbers_meet(loss: str, lam: object, line: str) -> None:
    f = f"def f(w, lam):\n    return {loss}"
    assert line in gradient(f, W, lam)
    with without("simplify"):
        gradient(f, W, lam)


def test_an_exponent_of_one_has_no_derivative() -> None:
    assert "log" not in gradient("def f(p):\n    return 3.0 * p + 1.0**p", 0.3)


def test_what_the_user_stores_into_is_read_as_it_was() -> None:
    f = "def f(w, lam):\n    c = 0.5 * lam\n    s = np.sum(c * w**2)\n    c[0] = 7.0\n    return s + np.sum(c)"
    gradient(f, W, LAM, argnums=(0, 1))


def test_what_is_turned_twice() -> None:
    f = "def f(X):\n    return np.sum(np.sin(X.T) + X.T) + np.sum(X.T**2)"
    assert "dX = 2 * X + " in (text := gradient(f, np.arange(6.0).reshape(2, 3))) and ".T" not in text
    with without("common factors"):
        gradient(f, np.arange(6.0).reshape(2, 3))


@pytest.mark.parametrize(
    ("loss", "line"),
    [
        ("np.sum(w * np.log(w))", "dw = np.log(w) + 1.0"),
        ("0.1 * np.sum(y * np.log(w / (1 + w)))", "dw = t / w - t / (1 + w)"),
        ("np.sum(w * np.log(w)) / c", "1.0 / t"),
        ("np.sum(w / y * y)", "np.full_like(y, 1.0)"),
        ("np.sum(w * (w / y) * np.log(w / y))", "np.log("),
        ("c * np.sum(np.sqrt(w))", "c / (2 * np.sqrt(w))"),
        ("c * np.sum(np.sqrt(w) ** 2) / 2", "dw"),
        ("np.sum(w**2) / (2 * c)", "w / np.float64(c)"),
        ("np.mean(w**2) / 2", "dw = w / w.size"),
        ("len(w) * np.log(np.sum(w))", "len(w) / "),
        ("np.sum((w - y[0]) ** 2) + np.sum(y[0] + w)", "dw"),
    ],
)
def test_factors_cancel(loss: str, line: str) -> None:
    f = f"def f(w, y, c):\n    return {loss}"
    assert line in gradient(f, abs(W), LAM, 0.3), gradient(f, abs(W), LAM, 0.3)
    with without("simplify"):
        gradient(f, abs(W), LAM, 0.3)
