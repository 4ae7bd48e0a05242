"""`stop_gradient`: a constant to every derivative, the value itself otherwise."""

from __future__ import annotations

import numpy as np
import pytest

import sourcead
from sourcead import stop_gradient


def loss(x):
    w = stop_gradient(np.exp(x))
    return np.sum(w * x**2)


def of_tree(p):
    q = stop_gradient(p)
    return p["a"] * q["a"] * q["b"]


def changed(x):
    y = stop_gradient(x * 2)
    y[0] += 1.0
    return np.sum(y * x)


def test_it_is_the_identity() -> None:
    x = np.arange(3.0)
    assert stop_gradient(x) is x
    assert "stop_gradient" not in sourcead.grad(loss).source


def test_nothing_passes_through_it() -> None:
    x = np.array([0.5, -1.0])
    np.testing.assert_allclose(sourcead.grad(loss)(x), np.exp(x) * 2 * x)
    _, tangent = sourcead.jvp(loss, (x,), (np.ones(2),))
    np.testing.assert_allclose(tangent, np.sum(np.exp(x) * 2 * x))
    assert sourcead.grad(of_tree)({"a": 2.0, "b": 5.0}) == {"a": 10.0, "b": 0.0}
    np.testing.assert_allclose(sourcead.hessian(loss)(x), np.diag(np.exp(x) * 2))


def test_a_store_through_it_is_refused() -> None:
    with pytest.raises(sourcead.UnsupportedError, match="`stop_gradient` made"):
        sourcead.grad(changed)(np.array([1.0, 2.0]))
