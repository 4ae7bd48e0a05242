"""Lowering: an early return takes the rest of the block into its branch; other exits are codes that loops resume on."""

from __future__ import annotations

from tests.compiling import ops_named, primal
from tests.small import gradient, program

BREAK = "def f(x, n):\n    for i in range(n):\n        if i == 2:\n            {}\n        x = x * x\n    return x"


def test_the_rest_of_a_block_follows_in_the_branch_that_goes_on() -> None:
    body = primal(program("def f(x):\n    if x < 0:\n        return -x\n    y = x * x\n    return y"), 0.9)
    assert [op.name for op in body.ops] == ["operator.lt", "if"], "a tail `if`: nothing follows it"
    assert [op.name for op in body.ops[1].blocks[1].ops] == ["operator.mul"]


def test_a_loop_without_exits_has_no_code() -> None:
    (loop,) = ops_named(primal(program(BREAK.format("x = x + 1.0")), 0.9, 4), "for")
    assert not loop.attr("exits")


def test_break_ends_the_loop_and_continue_the_turn() -> None:
    (loop,) = ops_named(primal(program(BREAK.format("break")), 0.9, 4), "for")
    assert loop.attr("exits")
    (loop,) = ops_named(primal(program(BREAK.format("continue")), 0.9, 4), "for")
    assert not loop.attr("exits")
    assert gradient(BREAK.format("break"), 0.9, 4).count("break") == 1
    assert "break" not in gradient(BREAK.format("continue"), 0.9, 4)


def test_statements_after_a_loop_that_may_return_are_guarded() -> None:
    f = (
        "def f(x, n):\n    for i in range(n):\n        if i == 2:\n            return x\n"
        "        x = x * x\n    return x * 3.0"
    )
    body = primal(program(f), 0.9, 4)
    names = [op.name for op in body.ops]
    assert names.count("if") == 1 and names.index("if") > names.index("for")
    for n in (1, 2, 3):
        assert gradient(f, 0.9, n)
