"""Loop invariants: what a turn hands on unchanged is read from outside; what changes is carried."""

from __future__ import annotations

import operator

import numpy as np
import pytest

from sourcead import grad
from sourcead.interpret import interpret
from sourcead.ir import Block, Const, Function, Op, Param, Source, Value
from sourcead.kinds import FLOAT, INT
from sourcead.passes.dce import eliminate_dead_code
from sourcead.passes.invariants import hoist_invariants
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.verify import verify
from tests.compiling import ops_named
from tests.small import gradient, op, program, stages


def loop(hand_on: bool) -> Function:
    """s, w = 1.0, x; for i in range(3): s = s * w (and w = w, or w = s)."""
    x, (s, w) = Value("x", FLOAT), (Value("s", FLOAT), Value("w", FLOAT))
    turn, i = Value("", INT), Value("i", INT)
    step = op(primitive_of(operator.mul), s, w)
    body = Block((turn, i, s, w), (step,), (step.outs[0], w if hand_on else s))
    outs = (Value("s", FLOAT), Value("w", FLOAT))
    attrs = (("carried", 2), ("sources", (Source("range"),)), ("text", ("range",)))
    args = (Const(0), Const(3), Const(1), Const(1.0), x)
    made = Op(structural.FOR, args, outs, attrs, (body,))
    total = op(primitive_of(operator.add), *outs)
    return Function("f", (Param("x"),), Block((x,), (made, total), total.outs))


def test_what_is_handed_on_is_read_from_outside() -> None:
    before = loop(hand_on=True)
    verify(before)
    after = eliminate_dead_code(hoist_invariants(before))
    verify(after)
    (made,) = ops_named(after.body, "for")
    assert made.attr("carried") == 1
    (x,) = after.body.params
    assert made.blocks[0].ops[0].args[1] is x and after.body.ops[-1].args[1] is x
    assert interpret(after, 2.0) == interpret(before, 2.0) == 10.0


def test_what_changes_stays_carried() -> None:
    before = loop(hand_on=False)
    after = eliminate_dead_code(hoist_invariants(before))
    assert ops_named(after.body, "for")[0].attr("carried") == 2
    assert interpret(after, 2.0) == interpret(before, 2.0) == 6.0


@pytest.mark.optimised
def test_a_name_that_one_branch_rebinds_to_itself_changes_nothing() -> None:
    found = stages(
        "def f(x, n):\n    s = 1.0\n    for i in range(n):\n        y = x\n        s = s * y\n    return s", 0.9, 3
    )
    (forward, backward) = ops_named(found.final.body, "for")
    assert forward.attr("carried") == 1 and backward.attr("carried") == 2


def body_of_reverse(text: str) -> str:
    """The text from the reversed loop on."""
    return text[text.index("in reversed(") :]


@pytest.mark.optimised
def test_arithmetic_on_numbers_that_no_turn_changes_moves_out_of_the_reversed_loop() -> None:
    text = gradient(
        "def f(x, h, n):\n    for i in range(n):\n        for _ in range(2):\n"
        "            x = x * np.sin(x * (h / 2) + 8.0 / 3.0)\n    return np.sum(x)",
        np.array([0.5, 0.25]), 0.3, 2,
    )  # fmt: skip
    assert "h / 2" not in body_of_reverse(text) and "8.0 / 3.0" not in body_of_reverse(text)
    assert text.count("h / 2") == 2  # the user's own stays where it is


@pytest.mark.optimised
def test_functions_of_numpys_numbers_move_too() -> None:
    text = gradient(
        "def f(w, xs):\n    a, b, c = w\n    s = 0.0\n    for i in range(len(xs)):\n"
        "        s += (xs[i] - np.exp(-a * 0.1)) ** 2 * np.sin(b ** 2 * np.pi) / c\n    return s",
        np.array([0.5, 0.25, 2.0]), np.array([0.3, 0.1]),
    )  # fmt: skip
    inside = body_of_reverse(text)
    assert not any(word in inside for word in ("np.exp", "np.sin", "np.cos"))
    assert "/" in inside  # may warn, and there may be no turn


def test_a_loop_without_turns_warns_of_nothing() -> None:
    f = program(
        "def f(w, xs):\n    s = 0.0\n    for i in range(len(xs)):\n"
        "        s += xs[i] * np.log(w) + 1 / w + w ** -2 + np.sqrt(w)\n    return s"
    )
    assert grad(f)(np.float64(0.0), np.zeros(0)) == 0.0  # warnings are errors here


@pytest.mark.parametrize("step", ["x / h", "x * i / 3.0", "x * h ** 2", "x * k / 2.0", "x * 1.5 * (k * 1.5)"])
def test_what_changes_or_may_raise_stays(step: str) -> None:
    text = (
        "def f(x, h, k, n):\n    h = h * 1.0\n    for i in range(n):\n"
        f"        x = np.sin({step})\n    return np.sum(x)"
    )
    f = program(text)
    x = np.array([0.5, 0.25])
    assert grad(f)(x, 0.0, 10**400, 0).tolist() == [1.0, 1.0]  # nothing of the loop runs
    gradient(text, x, 0.3, 2, 3)


@pytest.mark.optimised
def test_the_loop_that_is_fused_keeps_its_place() -> None:
    text = "def f(x, h):\n    s = 0.0\n    for i in range(len(x)):\n        s += np.sin(x[i] * (h / 2))\n    return s"
    found = gradient(text, np.array([0.5, 0.25]), 0.3)
    assert found.count("for ") == 1
