"""Simplification: each rule on one op of the backward sweep, and the same op where the rule must leave it alone."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.ir import Atom, Block, Const, Value
from sourcead.kinds import Array, Kind, Scalar, dim_of
from sourcead.passes.simplify import simplify
from sourcead.primitives.registry import method_entry, primitive_of
from tests.compiling import names_of
from tests.small import function_of_ops, gradient, made_by, op, program

TIMES, PLUS, MINUS, OVER, POWER = map(
    primitive_of, (operator.mul, operator.add, operator.sub, operator.truediv, operator.pow)
)
NEGATE = primitive_of(operator.neg)
VECTOR, FLOAT, INT, BOOL = Array("float64", (dim_of(3),)), Scalar("pyfloat"), Scalar("pyint"), Scalar("pybool")
ZERO_D, INTS = Array("float64", ()), Array("int64", (dim_of(3),))
DATA = np.array([0.5, 1.5, -0.7])


def simplified(kind: Kind, primitive: Any, *args: Any, backward: bool = True) -> tuple[Value, Block]:
    """The body that one op on a value of some kind (`...` among the args) comes to, with that value."""
    x = Value("x", kind)
    atoms: list[Atom] = [x if a is ... else Const(a) for a in args]
    made = op(primitive, *atoms, backward=backward)
    return x, made_by(simplify, function_of_ops((x,), (made,), made.outs[0]))


NEUTRAL = [
    (TIMES, (1.0, ...)),
    (TIMES, (..., 1.0)),
    (TIMES, (1, ...)),
    (PLUS, (0.0, ...)),
    (PLUS, (..., 0)),
    (OVER, (..., 1.0)),
    (POWER, (..., 1)),
]


@pytest.mark.parametrize("kind", [VECTOR, FLOAT, Scalar("float64")])
@pytest.mark.parametrize(("primitive", "args"), NEUTRAL)
def test_neutral_operands_go(kind: Kind, primitive: Any, args: tuple[Any, ...]) -> None:
    x, body = simplified(kind, primitive, *args)
    assert body.ops == () and body.results == (x,)


@pytest.mark.parametrize(("primitive", "args"), NEUTRAL)
@pytest.mark.parametrize(
    ("kind", "backward"),
    [(VECTOR, False), (INTS, True), (ZERO_D, True), (BOOL, True)],
    ids=["user", "int", "0-d", "bool"],
)
def test_neutral_operands_that_must_stay(kind: Kind, backward: bool, primitive: Any, args: tuple[Any, ...]) -> None:
    _, body = simplified(kind, primitive, *args, backward=backward)
    assert [o.primitive for o in body.ops] == [primitive]
    assert body.results == body.ops[0].outs


@pytest.mark.parametrize(
    ("primitive", "args"),
    [
        (TIMES, (2.0, ...)),
        (TIMES, (0.0, ...)),
        (MINUS, (0.0, ...)),
        (OVER, (1.0, ...)),
        (POWER, (..., 0)),
        (PLUS, (..., -0.0)),
    ],
)
def test_what_is_not_neutral_stays(primitive: Any, args: tuple[Any, ...]) -> None:
    _, body = simplified(VECTOR, primitive, *args)
    assert len(body.ops) >= 1 and body.results == body.ops[-1].outs


def test_literals_fold() -> None:
    for primitive, args, value in [
        (TIMES, (2.0, 3.0), 6.0),
        (PLUS, (2, 3), 5),
        (MINUS, (2.0, 3), -1.0),
        (NEGATE, (2.0,), -2.0),
    ]:
        _, body = simplified(FLOAT, primitive, *args)
        assert body.ops == () and body.results == (Const(value),)
    _, body = simplified(FLOAT, TIMES, 2.0, 3.0, backward=False)
    assert names_of(body) == [TIMES.name], "the user's own"


def test_two_signs_cancel_in_the_backward_sweep_alone() -> None:
    x = Value("x", VECTOR)
    for backward in (True, False):
        first = op(NEGATE, x, backward=backward)
        second = op(NEGATE, first.outs[0], backward=backward)
        body = made_by(simplify, function_of_ops((x,), (first, second), second.outs[0]))
        assert (body.results == (x,)) is backward


def test_a_spread_operand_is_read_where_it_was_small() -> None:
    w, s = Value("w", VECTOR), Value("s", FLOAT)
    for other, elided in ((w, True), (s, False)):
        shape = op(primitive_of(np.shape), w)
        spread = op(primitive_of(np.broadcast_to), s, shape.outs[0])
        product = op(TIMES, spread.outs[0], other)
        body = made_by(simplify, function_of_ops((w, s), (shape, spread, product), product.outs[0]))
        assert (body.ops[-1].args == (s, w)) is elided
        assert (body.ops[-1].name == "np.broadcast_to") is not elided, "the shape comes from somewhere"


def test_a_cast_to_the_dtype_that_is_there_goes() -> None:
    entry = method_entry("astype")
    assert entry is not None
    x = Value("x", VECTOR)
    for dtype, stays in ((np.float64, False), (np.float32, True)):
        cast = op(entry.primitive, x, form=entry.form, dtype=dtype)
        body = made_by(simplify, function_of_ops((x,), (cast,), cast.outs[0]))
        assert bool(body.ops) is stays


def test_a_sum_of_negations_is_a_difference() -> None:
    a, b = Value("a", VECTOR), Value("b", VECTOR)
    negated = op(NEGATE, b)
    for primitive, wanted in ((PLUS, MINUS), (MINUS, PLUS)):
        total = op(primitive, a, negated.outs[0])
        body = made_by(simplify, function_of_ops((a, b), (negated, total), total.outs[0]))
        assert body.ops[-1].primitive is wanted and body.ops[-1].args == (a, b)


@pytest.mark.parametrize("own", ["x * 1", "x - x", "x / 1", "x ** 1", "-(-x)", "x + 0", "x * 0"])
def test_the_users_own_arithmetic_is_written_as_it_is(own: str) -> None:
    text = gradient(f"def f(x):\n    return np.sum(np.exp({own}))", DATA)
    printed = {"x ** 1": "x ** 1", "-(-x)": "--x"}.get(own, own)
    assert f"np.exp({printed})" in text


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("np.sum(x)", "dx = np.full_like(x, 1.0)\nreturn dx"),
        ("np.sum(5.0 - x)", "dx = np.full_like(x, -1.0)\nreturn dx"),
        ("np.sum(x * x)", "dx = 2 * x\nreturn dx"),
        ("np.sum(-np.cos(x))", "dx = np.sin(x)\nreturn dx"),
    ],
)
@pytest.mark.optimised
def test_nothing_is_left_of_ones_zeros_and_signs(expression: str, text: str) -> None:
    assert gradient(f"def f(x):\n    return {expression}", DATA) == text


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.optimised
def test_the_cotangent_of_a_mean_is_no_array_where_sizes_are_not_known(dtype: str) -> None:
    text = "def f(Ws, x, y):\n    for W in Ws:\n        x = np.tanh(x @ W)\n    return np.mean((x - y) ** 2)"
    x = np.ones((2, 3), dtype)
    found = sourcead.grad(program(text)).specialize([np.ones((3, 3), dtype)] * 2, x, x * 0.5).source
    assert "dx = 2.0 * (x - y) / x.size" in found
    assert not any(word in found for word in ("broadcast_to", "full_like", "astype"))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.optimised
def test_literals_meet(dtype: str) -> None:
    found = gradient("def f(x):\n    return 3 * np.mean(2.0 * (x * x))", np.ones((2, 3), dtype))
    assert "dx = 12 * x / x.size" in found


@pytest.mark.optimised
def test_literals_of_a_chain_meet_where_the_transform_made_them() -> None:
    found = gradient("def f(x):\n    return np.sum(100.0 * (x - 1) ** 2)", np.ones(3))
    assert "dx = 200.0 * (x - 1)" in found
    found = gradient("def f(x):\n    y = 3.0 * x * 2.0\n    return np.sum(y * x)", np.ones(3))
    assert "y = 3.0 * x * 2.0" in found  # the user's own order stays


def test_nothing_is_divided_by_the_size_of_another_array() -> None:
    text = "def f(Ws, x):\n    y = x\n    for W in Ws:\n        y = np.tanh(y @ W)\n    return np.sum(y / x.size)"
    assert "1.0 / x.size" not in gradient(text, [np.ones((3, 3))], np.ones((2, 3)))


def test_the_mean_of_nothing_does_not_raise() -> None:
    f = program("def f(Ws, x):\n    for W in Ws:\n        x = x * W\n    return np.mean(x)")
    with np.errstate(all="ignore"):
        found = sourcead.grad(f, 1)([np.ones(0), np.ones(0)], np.ones(0))
    assert found.shape == (0,)


@pytest.mark.optimised
def test_a_number_that_is_picked_in_single_precision_is_not_spread() -> None:
    f = "def f(z, y):\n    return -np.mean(z[np.arange(len(y)), y])"
    text = gradient(f, np.ones((3, 4), np.float32), np.array([0, 2, 1]))
    assert "broadcast_to" not in text and "astype" not in text


@pytest.mark.optimised
def test_literals_of_counts_meet() -> None:
    loop = "def f(x, n):\n    for t in range({}):\n        x = np.sin(x) * t\n    return np.sum(x)"
    assert "reversed(range(n))" in gradient(loop.format("1, n + 1"), np.ones(3), 2)
    assert "reversed(range(n - 1))" in gradient(loop.format("3, n + 2"), np.ones(3), 4)
    assert "reversed(range(n + 1))" in gradient(loop.format("1, n + 2"), np.ones(3), 4)
