"""Dying values: what the turn before left is overwritten where nothing reads it any more, and nowhere else."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import sourcead
from sourcead.switches import without
from tests.kit import assert_trees_close
from tests.programs.kit import Program, Table, array, check_specialised
from tests.small import program

programs = Table("dying values")


@programs(array(3, 3), array(5, 2, 3), array(5, 2, 3), again=[(array(3, 3), array(1, 2, 3), array(1, 2, 3))])
def a_loss_in_each_turn(W, xs, ys):
    h = np.zeros((2, 3))
    total = 0.0
    for x, y in zip(xs, ys):  # noqa: B905
        h = np.tanh(x + h @ W)
        total += np.mean((h - y) ** 2)
    return total / len(xs)


@programs(array(3, 3), array(5, 2, 3))
def a_total_that_fades(W, xs):
    h = np.zeros((2, 3))
    total = 0
    for x in xs:
        h = np.tanh(x + h @ W)
        total = 0.9 * total + np.sum(h**2)
    return total


@programs(array(8, 3), array(8), 0.1, argnums=(0, 2))
def momentum(X, y, rate):
    w, v = np.zeros(3), np.zeros(3)
    for _ in range(5):
        v = 0.9 * v + X.T @ (X @ w - y) / len(y)
        w = w - rate * v
    return np.mean((X @ w - y) ** 2)


@programs(array(3), array(4, 3), argnums=(0, 1))
def one_start_for_both(x, ws):
    a = x * 1.0
    b = x * 2.0
    for w in ws:
        a, b = np.sin(a + w * b), a * w + b
    return np.sum(a + b)


@programs(array(3), array(4, 3))
def crossed(x, ws):
    a, b = x * 1.0, x * x
    for w in ws:
        a, b = b * w + a, a - b
    return np.sum(a * b)


@programs(array(3), 4)
def the_value_of_a_turn_is_kept(x, n):
    total = 0.0
    for k in range(n):
        y = x
        x = x * k + np.sin(x)
        total = total + np.sum(x * y)
    return total


@programs(array(4, 4), array(4), 3)
def parts_of_it(A, x, n):
    for _ in range(n):
        y = np.sin(x)
        x = np.concatenate((x[2:], x[:2])) + A @ y
        x = x + y
    return np.sum(x * x)


@programs(array(3, 3), array(3), array(4, 3))
def turned_round(W, x, ws):
    M = W * 2.0
    for w in ws:
        M = M.T + np.outer(w, x)
        M = M * W
    return np.sum(M)


@programs(array(2, 3), array(4, 2, 3).astype("float32"))
def of_two_widths(x, ws):
    for w in ws:
        x = x * w + w
    return np.sum(x)


@programs(array(1, 3), array(4, 2, 3))
def that_grows_by_broadcasting(x, ws):
    for w in ws:
        x = np.sin(x) + w
    return np.sum(x * x)


@programs(array(2, 2), array(2), 3, 2)
def nested(W, x, n, m):
    for _ in range(n):
        y = x
        for _ in range(m):
            y = np.tanh(W @ y) + x
        x = y - 0.5 * x
    return np.sum(x * x)


PROGRAMS = list(programs.programs.values())


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_gradients_agree_with_differences(program: Program) -> None:
    check_specialised(program)
    found = sourcead.grad(program.f, program.argnums)(*copy.deepcopy(program.args))
    with without("reuse of products"):
        plain = sourcead.grad(program.f, program.argnums)(*copy.deepcopy(program.args))
    assert_trees_close(found, plain, 1e-13, 1e-13, what="without reuse")


@pytest.mark.optimised
def test_the_adjoint_of_a_state_is_one_array() -> None:
    program = programs.programs["a_loss_in_each_turn"]
    source = sourcead.grad(program.f).specialize(*program.args).source
    assert "dh += " in source and "d_h" not in source and "dh = dh" not in source
    source = sourcead.grad(momentum, (0, 2)).specialize(*programs.programs["momentum"].args).source
    assert "dw += " in source and "d_w" not in source and "dv -= " in source


def test_a_pullback_leaves_its_cotangent_alone() -> None:
    def states(W, x):
        for _ in range(3):
            x = x + np.tanh(W @ x)
        return x

    W, x, g = array(3, 3), array(3), array(3, seed=3)
    _, pullback = sourcead.vjp(states, W, x)
    given = g.copy()
    first = copy.deepcopy(pullback(g))
    np.testing.assert_array_equal(g, given)
    assert_trees_close(pullback(g), first, 0, 0, what="the second call")


@pytest.mark.parametrize("f", [a_loss_in_each_turn, a_total_that_fades])
@pytest.mark.optimised
def test_cotangents_of_totals_have_a_known_kind(f) -> None:
    """No helper, no cast, and no sum that makes a new array."""
    source = sourcead.grad(f, style="plain").specialize(*programs.programs[f.__name__].args).source
    assert source.count("def ") == 1 and "astype" not in source and "dW += " in source



@pytest.mark.parametrize("again", ["", "\n        total = total + np.sum(x * x)"])
@pytest.mark.optimised
def test_a_mask_takes_from_the_adjoint_of_the_turn_before(again) -> None:
    text = "def f(Ws, x):\n    total = 0.0\n    for W in Ws:\n        x = np.maximum(0, x @ W)" + again
    f = program(text + "\n    return total + np.mean(x**2)")
    args = [array(3, 3, seed=k) for k in range(3)], array(2, 3, seed=5)
    assert "dx *= x > 0" in sourcead.grad(f, style="plain").specialize(*args).source
    sourcead.check_grads(f, args)
