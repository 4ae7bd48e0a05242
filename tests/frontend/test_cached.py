"""Calls of cached functions: what they return is known to be a number where the function behind the cache says so."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

import sourcead
from tests.kit import central_differences

RATE = 0.5
CALLED: list[int] = []
X = np.array([0.5, 1.5, -0.3])


@functools.lru_cache
def weight(k: Any) -> Any:
    return RATE**k


@functools.cache
def binomial(n: Any, k: Any) -> Any:
    return 1 if k in (0, n) else binomial(n - 1, k - 1) + binomial(n - 1, k)


@functools.lru_cache
def rows(n: Any) -> Any:
    return np.arange(1.0, n + 1)


@functools.lru_cache
def first_or_all(n: Any) -> Any:
    return rows(n) if n > 1 else 2.0


@functools.lru_cache
def counted(k: Any) -> Any:
    CALLED.append(k)
    return k * 2


def numbers(x: Any, y: Any) -> Any:
    return weight(2) * y + np.sum(x * y) * weight(3)


def bernstein(x: Any, y: Any) -> Any:
    n = len(x) - 1
    return sum(binomial(n, k) * y**k * (1 - y) ** (n - k) * x[k] for k in range(n + 1))


def arrays(x: Any, y: Any) -> Any:
    return np.sum(rows(3) * y * x)


def either(x: Any, y: Any) -> Any:
    return np.sum(first_or_all(3) * y * x)


@pytest.mark.parametrize(("function", "known"), [(numbers, True), (bernstein, True), (arrays, False), (either, False)])
def test_what_a_cached_function_returns(function: Any, known: bool) -> None:
    derivative = sourcead.grad(function, (0, 1), style="plain")
    assert ("unbroadcast(" not in derivative.specialize(X, 0.4).source) == known
    found = derivative(X, 0.4)
    for k in (0, 1):
        np.testing.assert_allclose(found[k], central_differences(function, (X, 0.4), k), rtol=1e-6)


def test_it_is_not_called_to_find_out() -> None:
    def function(x: Any) -> Any:
        return np.sum(x * counted(3))

    made = sourcead.grad(function).specialize(X)
    assert CALLED == []
    np.testing.assert_array_equal(made(X), [6.0, 6.0, 6.0])
    assert CALLED == [3]


def test_a_float32_stays_one() -> None:
    def function(x: Any) -> Any:
        return sum([binomial(2, k) * x[k] for k in range(len(x))]) ** 2

    found = sourcead.grad(function)(X.astype(np.float32))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [2 * 3.2 * n for n in (1, 2, 1)], rtol=1e-6)
