"""The interpreter: every form of the IR, built by hand, against what the same program says in Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sourcead.interpret import interpret
from sourcead.ir import BREAK, CONTINUE, NEXT, Const, Function, Hole, Op, Source, Span, Value
from sourcead.primitives import structural
from sourcead.primitives.registry import entry_of, primitive_named
from tests.backend.kit import FLOAT, INT, RANGE, TOP, Make, function

ADD, MUL, LESS = (primitive_named(f"operator.{name}") for name in ("add", "mul", "lt"))


def apply(make: Make, primitive: Any, *args: Any, hint: str = "", **attrs: Any) -> Value:
    """One op of a real primitive."""
    out = Value(hint, TOP)
    atoms = tuple(a if isinstance(a, Value) else Const(a) for a in args)
    make.builder.add(Op(primitive, atoms, (out,), tuple(sorted(attrs.items()))))
    return out


def with_param(build: Any) -> Function:
    """A function of one parameter x, whose body `build(make, x)` makes."""
    make, x = Make(), Value("x", TOP)
    result = build(make, x)
    return function(make, {"x": x}, result)


def test_straight_line() -> None:
    made = with_param(lambda make, x: apply(make, MUL, apply(make, ADD, x, 1.0), x))
    assert interpret(made, 3.0) == 12.0


def test_results_may_be_literals_and_parameters() -> None:
    assert interpret(with_param(lambda make, x: 2.5), 1.0) == 2.5
    marker = object()
    assert interpret(with_param(lambda make, x: x), marker) is marker


def test_branches() -> None:
    def build(make: Make, x: Value) -> Value:
        then, other = make.inner(), make.inner()
        doubled, moved = apply(then, ADD, x, x), apply(other, ADD, x, 10.0)
        condition = apply(make, LESS, x, 2.0)
        first, second = Value("y"), Value("z")
        make.choose(condition, then.block((), (doubled, 1.0)), other.block((), (moved, x)), [first, second])
        return apply(make, structural.TUPLE, first, second)

    assert interpret(with_param(build), 1.0) == (2.0, 1.0)
    assert interpret(with_param(build), 3.0) == (13.0, 3.0)


def summing(reverse: bool = False, code: Any = None, counted: bool = False) -> Function:
    """s = x; for i in range(2, 8, 2): s = s * 10 + i, with every s before the turn on a stack."""

    def build(make: Make, x: Value) -> Value:
        body, i, s = make.inner(), Value("i", INT), Value("s", FLOAT)
        following = apply(body, ADD, apply(body, MUL, s, 10), i)
        codes = [] if code is None else [code(body, i)]
        block = body.block((Value("turn", INT), i, s), (*codes, following, s))
        outs = [*(Value("code") for _ in codes), Value("s"), Value("ss"), *([Value("turns")] if counted else [])]
        make.loop((RANGE,), (2, 8, 2), (x,), block, outs, exits=bool(codes), reverse=reverse, counted=counted)
        return apply(make, structural.TUPLE, *outs)

    return with_param(build)


def test_loops() -> None:
    assert interpret(summing(), 1) == (1246, [1, 12, 124])
    assert interpret(summing(reverse=True), 1) == (1642, [1, 16, 164])
    assert interpret(summing(counted=True), 1) == (1246, [1, 12, 124], 3)


def test_exits() -> None:
    def stop_at_four(body: Make, i: Value) -> Value:
        code = Value("code", INT)
        test = apply(body, primitive_named("operator.eq"), i, 4)
        body.choose(test, Make().block((), (BREAK,)), Make().block((), (NEXT,)), [code])
        return code

    assert interpret(summing(code=stop_at_four, counted=True), 1) == (BREAK, 124, [1, 12], 2)
    assert interpret(summing(code=lambda body, i: CONTINUE), 1)[1:] == (1246, [1, 12, 124])


def test_loops_over_several_sources() -> None:
    def build(make: Make, x: Value) -> Value:
        body, k, row, s = make.inner(), Value("k", INT), Value("row"), Value("s")
        following = apply(body, ADD, s, apply(body, MUL, k, row))
        block = body.block((Value("turn", INT), k, row, s), (following,))
        out = Value("s")
        make.loop((Source("count"), Source("rows")), (5, x), (0,), block, [out])
        return out

    assert interpret(with_param(build), [1, 10, 100]) == 5 + 60 + 700
    assert interpret(with_param(build), []) == 0


def test_while() -> None:
    def build(make: Make, x: Value) -> Value:
        test, body = make.inner(), make.inner()
        tested, carried, out = Value("s"), Value("s"), Value("s")
        condition = apply(test, LESS, tested, 10)
        following = apply(body, ADD, carried, carried)
        blocks = (test.block((tested,), (condition,)), body.block((Value("turn"), carried), (following,)))
        make("while", x, outs=[out], blocks=blocks, carried=1)
        return out

    assert interpret(with_param(build), 3) == 12
    assert interpret(with_param(build), 11) == 11


def test_stores_leave_the_old_version() -> None:
    def build(make: Make, x: Value) -> Value:
        path = ((Span(1, None, None),),)
        y = apply(make, structural.STORE, x, 7.0, path=path)
        z = apply(make, structural.ADD_AT, y, 0, 1.0, path=((Hole(0),),))
        w = apply(make, structural.ADD_AT, z, np.array([0, 0]), 1.0, path=((Hole(0),),), gather=True)
        return apply(make, structural.TUPLE, x, y, z, w)

    x = np.array([1.0, 2.0, 3.0])
    found = interpret(with_param(build), x)
    expected = [[1, 2, 3], [1, 7, 7], [2, 7, 7], [4, 7, 7]]
    assert [v.tolist() for v in found] == expected
    assert found[0] is x


def test_containers() -> None:
    def build(make: Make, x: Value) -> Value:
        a, b = make("unpack", x, outs=[Value("a"), Value("b")])
        pair = apply(make, structural.DICT, b, a, keys=("p", "q"))
        item = apply(make, structural.GETITEM, pair, path=(("q",),))
        return apply(make, structural.LIST, pair, item, apply(make, structural.GETATTR, item, name="real"))

    assert interpret(with_param(build), (1, 2)) == [{"p": 2, "q": 1}, 1, 1]


def test_captures_and_calls() -> None:
    def build(make: Make, x: Value) -> Value:
        callee = make("capture", name="power", kind=TOP)
        result = Value("y")
        make("call", callee, x, 2, outs=[result], keywords=("exponent",))
        return result

    def power(base: float, exponent: int) -> float:
        return base**exponent

    assert interpret(with_param(build), 3, captures={"power": power}) == 9
    with pytest.raises(KeyError):
        interpret(with_param(build), 3)


def test_checks() -> None:
    def asserting(make: Make, x: Value) -> Value:
        make("assert", x, "no", outs=())
        return x

    def raising(make: Make, x: Value) -> Value:
        make("raise", x, outs=())
        return x

    assert interpret(with_param(asserting), 1) == 1
    with pytest.raises(AssertionError):
        interpret(with_param(asserting), 0)
    with pytest.raises(LookupError, match="what"):
        interpret(with_param(raising), LookupError("what"))


def test_texts() -> None:
    parts = ("x = ", (0, "", ".2f"), ", ", (1, "r", ""))
    made = with_param(lambda make, x: apply(make, structural.FORMAT, x, "a", parts=parts))
    assert interpret(made, 1.5) == f"x = {1.5:.2f}, {'a'!r}"


def test_library_functions_take_their_attributes() -> None:
    entry = entry_of(np.sum)
    assert entry is not None
    made = with_param(lambda make, x: apply(make, entry.primitive, x, axis=0, keepdims=True))
    np.testing.assert_array_equal(interpret(made, np.ones((3, 2))), [[3.0, 3.0]])
