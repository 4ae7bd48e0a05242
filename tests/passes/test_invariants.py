"""Loop invariants: what a turn hands on unchanged is read from outside; what changes is carried."""

from __future__ import annotations

import operator

from sourcead.interpret import interpret
from sourcead.ir import Block, Const, Function, Op, Param, Source, Value
from sourcead.kinds import FLOAT, INT
from sourcead.passes.dce import eliminate_dead_code
from sourcead.passes.invariants import hoist_invariants
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.verify import verify
from tests.compiling import ops_named
from tests.small import op, stages


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


def test_a_name_that_one_branch_rebinds_to_itself_changes_nothing() -> None:
    found = stages(
        "def f(x, n):\n    s = 1.0\n    for i in range(n):\n        y = x\n        s = s * y\n    return s", 0.9, 3
    )
    (forward, backward) = ops_named(found.final.body, "for")
    assert forward.attr("carried") == 1 and backward.attr("carried") == 2
