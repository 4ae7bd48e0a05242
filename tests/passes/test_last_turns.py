"""Last turns: a product that only the next turn reads is left out where none comes, and nowhere else."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import sourcead
from sourcead.switches import without
from tests.kit import assert_trees_close, central_differences
from tests.programs.kit import Program, Table, array, check_generic, check_specialised

programs = Table("last turns")
LAYERS = [(array(3, 3, seed=k), array(3, seed=k + 9)) for k in range(3)]


@programs(LAYERS, array(4, 3), again=[([], array(4, 3)), (LAYERS[:1], array(4, 3))])
def layers_alone(layers, x):
    for W, b in layers:
        x = np.tanh(x @ W + b)
    return np.sum(x * x)


@programs(LAYERS, array(4, 3), argnums=(0, 1))
def layers_and_data(layers, x):
    for W, b in layers:
        x = np.tanh(x @ W + b)
    return np.sum(x * x)


@programs(array(3, 3), array(5, 2, 3), again=[(array(3, 3), np.zeros((0, 2, 3))), (array(3, 3), array(1, 2, 3))])
def recurrence(W, xs):
    h = np.zeros_like(xs[0]) if len(xs) else np.zeros((2, 3))
    for x in xs:
        h = np.tanh(h @ W + x)
    return np.sum(h * h)


@programs(array(3, 3), array(5, 3), again=[(array(3, 3), array(1, 3))])
def from_the_second_on(W, xs):
    h = np.zeros(3)
    for t in range(1, len(xs)):
        h = np.tanh(W @ h + xs[t] - xs[t - 1])
    return np.sum(h * h)


@programs(array(3, 3), array(5, 3))
def downwards(W, xs):
    h = np.zeros(3)
    for t in range(len(xs) - 1, -1, -1):
        h = np.tanh(W @ h + xs[t])
    return np.sum(h * h)


@programs(array(5, 3), array(3, 3), again=[(array(1, 3), array(3, 3)), (array(2, 3), array(3, 3))])
def linear(xs, W):
    h = np.zeros(3)
    for t in range(1, len(xs)):
        h = W @ h + xs[t]
    return np.sum(h * h)


@programs(array(7, 3), array(3, 3), 1, 6, again=[(array(7, 3), array(3, 3), 5, 2), (array(7, 3), array(3, 3), -1, 4)])
def every_other(xs, W, a, b):
    h = np.zeros(3)
    for t in range(a, b, 2):
        h = W @ h + xs[t] * t
    return np.sum(h * h)


@programs(array(3, 3), array(3))
def until_small(W, h):
    h = h * 2.0
    n = 0
    while np.sum(h * h) > 0.1 and n < 6:
        h = np.tanh(0.4 * (W @ h))
        n = n + 1
    return np.sum(h * h)


@programs(array(3, 3), array(5, 3))
def that_stops(W, xs):
    h = np.zeros(3)
    for x in xs:
        h = np.tanh(W @ h + x)
        if np.sum(h) > 2:
            break
    return np.sum(h * h)


@programs(array(3, 3), array(2, 4, 3))
def one_in_another(W, rows):
    total = 0.0
    for xs in rows:
        h = np.zeros(3)
        for x in xs:
            h = np.tanh(W @ h + x)
        total = total + np.sum(h * h)
    return total


@programs(array(3, 3), array(2, 4, 3))
def one_in_another_that_goes_on(W, rows):
    h = np.zeros(3)
    for xs in rows:
        for x in xs:
            h = np.tanh(W @ h + x)
    return np.sum(h * h)


@programs(array(4), array(5, 4))
def without_a_product(w, xs):
    h = np.zeros(4)
    for x in xs:
        h = np.tanh(w * h + x)
    return np.sum(h * h)


@programs(array(3), array(8, 3), array(8), argnums=0)
def descent(rate, X, y):
    w = np.zeros(3)
    v = np.zeros(3)
    for _ in range(6):
        v = 0.9 * v + X.T @ (X @ w - y) / len(y)
        w = w - rate * v
    return np.mean((X @ w - y) ** 2)


@programs(array(3, 3), array(5, 3))
def with_what_the_turn_before_left(W, xs):
    h, before = np.zeros(3), np.zeros(3)
    for x in xs:
        h, before = np.tanh(W @ h + x - 0.5 * before), h
    return np.sum(h * h) + np.sum(before)


PROGRAMS = list(programs.programs.values())
GUARDED = ("layers_alone", "recurrence", "from_the_second_on", "downwards", "every_other", "linear", "until_small",
           "that_stops", "one_in_another", "descent", "with_what_the_turn_before_left")  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
@pytest.mark.optimised
def test_gradients_agree_with_differences(program: Program) -> None:
    check_specialised(program)
    found = sourcead.grad(program.f, program.argnums).specialize(*copy.deepcopy(program.args))
    with without("last turn"):
        plain = sourcead.grad(program.f, program.argnums).specialize(*copy.deepcopy(program.args))
    assert (found.source == plain.source) == (program.name not in GUARDED), found.source
    assert_trees_close(found(*program.args), plain(*program.args), 0, 0, what="without last turn")


def test_the_text_for_any_kind_is_right() -> None:
    check_generic(programs.programs["recurrence"])


@pytest.mark.optimised
def test_the_question_asks_for_the_first_item() -> None:
    questions = {"recurrence": "if i > 0:", "linear": "if t > 1:", "every_other": "if t > a:"}
    for name, question in questions.items():
        program = programs.programs[name]
        source = sourcead.grad(program.f).specialize(*program.args).source
        assert question in source and "else" not in source.split(question)[1], source


def test_it_is_differentiated_again() -> None:
    W, xs = array(3, 3), array(4, 3)

    def penalty(W, xs):
        return np.sum(np.sin(sourcead.grad(from_the_second_on)(W, xs)))

    found = sourcead.grad(penalty)(W, xs)
    assert_trees_close(found, central_differences(penalty, (W, xs), 0), 1e-5, 1e-7, what="second derivative")
