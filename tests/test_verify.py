"""Every rule of the verifier: a sound function passes, and each way of breaking the rule is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sourcead.ir import Block, Function, Op, Param, Value
from sourcead.verify import InvalidIR, verify
from tests.backend.kit import FLOAT, INT, RANGE, Make, function

X = Value("x", FLOAT)


def loop(exits: bool = False, counted: bool = False) -> Op:
    """for i in range(3): s = s + x, keeping s on a stack."""
    s, out = Value("s", FLOAT), Value("s", FLOAT)
    body = Make()
    following = body("binary +", s, X, kind=FLOAT)
    results = [*([0] if exits else []), following, following]
    block = body.block((Value("turn", INT), Value("i", INT), s), results)
    outs = [*([Value("", INT)] if exits else []), out, Value("ss"), *([Value("turns", INT)] if counted else [])]
    make = Make()
    make.loop((RANGE,), (0, 3, 1), (0.0,), block, outs, exits=exits, counted=counted)
    return make.builder.ops[0]


def holding(*ops: Op, result: Any = X) -> Function:
    make = Make()
    make.builder.ops.extend(ops)
    return function(make, {"x": X}, result)


def while_loop() -> Op:
    carried, tested = Value("s", FLOAT), Value("s", FLOAT)
    test, body = Make(), Make()
    condition = test("compare <", tested, 3.0)
    following = body("binary +", carried, 1.0)
    blocks = (test.block((tested,), (condition,)), body.block((Value("turn", INT), carried), (following,)))
    make = Make()
    make("while", X, outs=[Value("s", FLOAT)], blocks=blocks, carried=1)
    return make.builder.ops[0]


def branch() -> Op:
    make = Make()
    make.choose(True, Make().block((), (X,)), Make().block((), (1.0,)), [Value("y", FLOAT)])
    return make.builder.ops[0]


def changed(op: Op, position: int = -1, **changes: Any) -> Op:
    """The op with a field of one of its blocks changed."""
    blocks = list(op.blocks)
    blocks[position] = replace(blocks[position], **changes)
    return replace(op, blocks=tuple(blocks))


@pytest.mark.parametrize("op", [loop(), loop(exits=True), loop(counted=True), while_loop(), branch()])
def test_sound_functions_pass(op: Op) -> None:
    verify(holding(op, result=op.outs[0]))


def test_numbers_of_parameters_and_results() -> None:
    sound = holding()
    with pytest.raises(InvalidIR, match="2 parameters, 1 values"):
        verify(replace(sound, params=(Param("x"), Param("y"))))
    with pytest.raises(InvalidIR, match="one result"):
        verify(replace(sound, body=replace(sound.body, results=(X, X))))


def test_values_are_defined_once() -> None:
    make = Make()
    make("unary -", X)
    (op,) = make.builder.ops
    with pytest.raises(InvalidIR, match="defined twice"):
        verify(holding(op, op))
    with pytest.raises(InvalidIR, match="defined twice"):
        verify(holding(replace(op, outs=(X,))))
    with pytest.raises(InvalidIR, match="defined twice"):
        verify(holding(branch(), replace(branch(), blocks=(Block((X,), (), (X,)), Block((), (), (X,))))))


def test_values_are_read_in_scope() -> None:
    stranger = Value("stranger")
    make = Make()
    make("unary -", stranger)
    with pytest.raises(InvalidIR, match="<stranger> is read out of scope by unary -"):
        verify(holding(*make.builder.ops))
    with pytest.raises(InvalidIR, match="<stranger> is read out of scope by a block result"):
        verify(holding(result=stranger))
    later = Make()
    first = later("unary -", 1.0)
    later("unary -", first)
    with pytest.raises(InvalidIR, match="out of scope"):
        verify(holding(*reversed(later.builder.ops)))
    inside = loop()
    with pytest.raises(InvalidIR, match="out of scope by a block result"):
        verify(holding(inside, result=inside.blocks[0].ops[0].outs[0]))
    two = Make()
    in_then = two.inner()
    y = in_then("unary -", X)
    two.choose(True, in_then.block((), (y,)), Make().block((), (y,)), [Value("y")])
    with pytest.raises(InvalidIR, match="out of scope"):
        verify(holding(*two.builder.ops))


BROKEN: dict[str, tuple[Callable[[], Op], str]] = {
    "a third branch": (lambda: replace(branch(), blocks=(*branch().blocks, branch().blocks[0])), "two blocks"),
    "a branch without its result": (lambda: changed(branch(), results=()), "as many results as it defines"),
    "an if that defines less": (lambda: replace(branch(), outs=()), "as many results as it defines"),
    "blocks of a simple op": (
        lambda: replace(negation(), blocks=(Block((), (), ()),)),
        "unary - owns no blocks",
    ),
    "a loop without an argument": (lambda: replace(loop(), args=loop().args[:-1]), "a loop with 3 arguments"),
    "a body without its item": (lambda: _without_item(), "2 parameters for 1 sources"),
    "a loop that defines too much": (lambda: replace(loop(), outs=(*loop().outs, Value(""))), "3 results"),
    "a body that yields too little": (lambda: _without_results(), "a loop with 0 results and a body with 0"),
    "a turn count that nothing defines": (lambda: loop().with_attrs(counted=True), "2 results"),
    "a test with two results": (lambda: _two_conditions(), "gives one condition"),
    "a test without what is carried": (lambda: _test_without_parameter(), "takes what it carries"),
    "a while without a test": (lambda: replace(while_loop(), blocks=while_loop().blocks[1:]), "test of a `while`"),
}


def negation() -> Op:
    make = Make()
    make("unary -", X)
    return make.builder.ops[0]


def _without_item() -> Op:
    op = loop()
    turn, _, s = op.blocks[0].params
    return changed(op, params=(turn, s))


def _without_results() -> Op:
    op = loop()
    return replace(changed(op, results=()), outs=())


def _two_conditions() -> Op:
    op = while_loop()
    return changed(op, 0, results=(*op.blocks[0].results, X))


def _test_without_parameter() -> Op:
    return changed(while_loop(), 0, params=(), ops=(), results=(X,))


@pytest.mark.parametrize("name", BROKEN)
def test_regions_have_their_shape(name: str) -> None:
    make, words = BROKEN[name]
    with pytest.raises(InvalidIR, match=words):
        verify(holding(make()))
