"""What is kept: no array for its shape alone, results in place of what they are made of, masks of results; the numbers
are the same either way."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.switches import without
from tests.kit import assert_trees_close
from tests.programs.kit import Program, Table, array, check_specialised
from tests.small import gradient

programs = Table("kept results")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@programs(array(3, 8), array(4, 2, 3), array(2, 4), again=[(array(3, 8), np.zeros((0, 2, 3)), array(2, 4))])
def gates(W, xs, h):
    n = h.shape[1]
    for x in xs:
        z = x @ W
        h = h * sigmoid(z[:, :n]) + np.tanh(z[:, n:])
    return np.sum(h * h)


@programs([array(3, 3, seed=k) for k in range(3)], array(2, 3))
def relu(Ws, x):
    for W in Ws:
        x = np.maximum(0, x @ W + 0.1)
    return np.sum(x * x)


@programs([array(3, 3, seed=k) for k in range(3)], array(2, 3))
def relu_turned_around(Ws, x):
    for W in Ws:
        x = np.minimum(x @ W, 0.5)
    return np.sum(x * x)


@programs([array(3, 3, seed=k) for k in range(3)], array(2, 3))
def relu_and_more(Ws, x):
    for W in Ws:
        z = x @ W
        x = np.maximum(z, 0.0) + np.sin(z)
    return np.sum(x * x)


@programs([array(3, seed=k) for k in range(3)], array(3))
def changed_in_place(ws, x):
    x = x * 1.5
    for w in ws:
        y = 1 / (2 + np.exp(x * w))
        y[0] = x[1]
        x = y * x
        x[2] = y[1] * 2
    return np.sum(x * x)


@programs(array(3, 3), array(3), 3)
def stretched(W, b, n):
    x = b
    for _ in range(n):
        s = np.tanh(x)
        x = np.sum(np.maximum(s[:, None] * W, b), axis=0) * s
    return np.sum(x)


@programs(array(3, 3), array(3), 3)
def nested(W, b, n):
    x = b
    for _ in range(n):
        for k in range(2):
            s = 1 / (1.5 + np.exp(W @ x))
            t = W * s
            x = np.maximum(t[k], 0) + x * s
        x = 1 / (2 + np.exp(x))
    return np.sum(x)


@programs(array(3), array(4, 3).astype("float32"))
def two_dtypes(w, xs):
    s = np.zeros(3)
    for x in xs:
        e = np.exp(x)
        s = s + 1 / (1 + e * w) * s
    return np.sum(s + w)


@programs([array(3, seed=k) for k in range(3)], array(3))
def two_results_of_one(ws, x):
    for w in ws:
        e = np.exp(x * w)
        x = 1 / (1 + e) + e / (2 + e)
    return np.sum(x)


@programs(array(3), 4, again=[(array(3), 0)])
def ends_early(x, n):
    for _ in range(n):
        e = np.exp(-x)
        x = np.maximum(0.2, 1 / (1 + e))
        if x[0] > 0.7:
            break
    return np.sum(x * x)


PROGRAMS = list(programs.programs.values())


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_gradients_agree_with_differences(program: Program) -> None:
    check_specialised(program)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
@pytest.mark.parametrize("argnums", [0, 1])
def test_with_and_without_agree(program: Program, argnums: int) -> None:
    if not isinstance(program.args[argnums], int):
        found = sourcead.grad(program.f, argnums)(*copy.deepcopy(program.args))
        with without("kept results"):
            plain = sourcead.grad(program.f, argnums)(*copy.deepcopy(program.args))
        assert_trees_close(found, plain, 1e-5, 1e-7, what=program.name)


def text_of(f: Any, *args: Any) -> str:
    return sourcead.grad(f).specialize(*args).source


@pytest.mark.optimised
def test_nothing_is_kept_for_its_shape_alone() -> None:
    text = text_of(gates, *programs.programs["gates"].args)
    assert "np.empty((x.shape[0], W.shape[1]))" in text and "zeros_like(z)" not in text and "saved3" not in text


@pytest.mark.optimised
def test_a_result_is_kept_in_place_of_what_it_alone_is_made_of() -> None:
    loop = "def f(x, n):\n    for _ in range(n):\n        y = 1 / (2 + np.exp(x))\n        x = y * x\n"
    text = loop + "    return np.sum(x)"
    found = gradient(text, array(3), 2)
    assert found.count("append(") == 2  # x and the exponential, which the slope of y reads too
    loop = "def f(x, w, n):\n    for _ in range(n):\n        w = np.sqrt(w)\n        x = x * (1 + np.sin(w))\n"
    found = gradient(loop + "    return np.sum(x)", array(3), np.ones(3), 2)
    assert "+ np.sin(" in found and "1 + saved" not in found and found.count("append(") == 1


@pytest.mark.optimised
def test_the_mask_of_a_maximum_is_read_of_its_result() -> None:
    text = text_of(relu, *programs.programs["relu"].args)
    assert text.count("append(") == 3  # x before and after each turn, one array; and the gradient
    assert "+ 0.1 > 0" not in text and "x > 0" in text
    assert "0.5" in (other := text_of(relu_turned_around, *programs.programs["relu_turned_around"].args))
    assert "x < 0.5" in other


def test_nan_is_masked_as_it_was() -> None:
    W = np.array([[np.nan, 1.0], [1.0, 1.0]])
    with np.errstate(invalid="ignore"):
        found = sourcead.grad(relu)([W, np.eye(2)], np.ones((1, 2)))
        with without("kept results"):
            plain = sourcead.grad(relu)([W, np.eye(2)], np.ones((1, 2)))
    np.testing.assert_array_equal(found, plain)


@pytest.mark.optimised
def test_a_mask_is_kept_in_place_of_what_was_drawn_for_it() -> None:
    def dropout(W: Any, x: Any, rng: Any, n: int) -> Any:
        for _ in range(n):
            keep = rng.random(x.shape) > 0.5
            x = np.tanh(x @ W) * keep
        return np.sum(x**2)

    args = array(3, 3), array(2, 3), np.random.default_rng(1), 3
    text = text_of(dropout, *args)
    assert "keeps.append(keep)" in text and text.count("> 0.5") == 1
    found = sourcead.grad(dropout)(*copy.deepcopy(args))
    with without("kept results"):
        np.testing.assert_array_equal(found, sourcead.grad(dropout)(*copy.deepcopy(args)))
