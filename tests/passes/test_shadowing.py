"""A parameter that hides a global, or a variable around it, of an inlined function: right, or refused."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import sourcead
from tests.kit import assert_trees_close, central_differences

X = np.arange(1.0, 8.0)
RATE = 0.25


class Layer:
    def __init__(self, W: np.ndarray) -> None:
        self.W = W


FIRST, SECOND = Layer(np.ones((3, 2))), Layer(np.full((5, 2), 2.0))


def times_the_global(v):
    return np.sum(v) * np.sum(X)


def scaled(v):
    return v * RATE


def doubled(v):
    global RATE
    return v * RATE + RATE


def hides_an_array(X):
    return times_the_global(X * X) + np.sum(X)


def hides_a_number(RATE):
    return scaled(RATE) * RATE + doubled(RATE)


def of_a_loop(RATE, n):
    for _ in range(n):
        RATE = scaled(RATE) + np.sin(RATE)
    return RATE


@pytest.mark.parametrize(
    ("function", "args"),
    [(hides_an_array, (np.array([[0.5, 2.0], [1.0, -1.0]]),)), (hides_a_number, (1.5,)), (of_a_loop, (0.7, 3))],
    ids=["array", "number", "loop"],
)
@pytest.mark.parametrize("generic", [True, False])
def test_the_global_is_read(function, args, generic: bool) -> None:
    derivative = sourcead.value_and_grad(function)
    value, gradient = (derivative._generic_bound().fn if generic else derivative)(*args)
    np.testing.assert_allclose(value, function(*args), rtol=1e-14)
    assert_trees_close(gradient, central_differences(function, args))
    assert 'globals()["' in derivative.specialize(*args).source


def test_it_is_read_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    derivative = sourcead.grad(hides_a_number)
    before = derivative(1.5)
    monkeypatch.setitem(globals(), "RATE", 0.5)
    assert derivative(1.5) == 2 * 0.5 * 1.5 + 0.5 != before


def test_a_variable_of_an_enclosing_function_is_not_the_parameter() -> None:
    def make(x):
        return lambda v: v * x

    triple = make(3.0)

    def loss(x):
        return triple(x * x)

    assert sourcead.grad(loss)(2.0) == 12.0
    assert sourcead.grad(loss)._generic_bound().fn(2.0) == 12.0


def test_saved(tmp_path: Path) -> None:
    path = tmp_path / "saved_gradient.py"
    sourcead.grad(hides_a_number).specialize(1.5).save(path)
    spec = importlib.util.spec_from_file_location("saved_gradient", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.hides_a_number_grad(1.5) == sourcead.grad(hides_a_number)(1.5)


def test_arrays_that_are_called_the_same_have_sizes_of_their_own() -> None:
    def loss(x):
        rows = np.concatenate([FIRST.W, SECOND.W]) * x
        return np.mean(FIRST.W * x) + np.mean(SECOND.W * x) + np.sum(rows)

    for x in (2.0, np.array([1.0, -2.0])):
        assert_trees_close(sourcead.grad(loss)(x), central_differences(loss, (x,)))
