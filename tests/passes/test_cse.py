"""Common subexpressions: the backward sweep reads what is there; the user's own ops are merged where it reads them."""

from __future__ import annotations

import operator

import numpy as np
import pytest

import sourcead
from sourcead.ir import Value
from sourcead.kinds import Scalar
from sourcead.passes.cse import eliminate_common_subexpressions
from sourcead.primitives.registry import primitive_of
from tests.small import function_of_ops, gradient, made_by, op, program

VECTOR = np.array([0.5, 1.5, -0.7])
TIMES, PLUS, MINUS = map(primitive_of, (operator.mul, operator.add, operator.sub))


def number(name: str) -> Value:
    return Value(name, Scalar("pyfloat"))


def merged(primitive, swapped: bool, first_backward: bool = False, second_backward: bool = True) -> bool:
    a, b = number("a"), number("b")
    one = op(primitive, a, b, backward=first_backward)
    other = op(primitive, *((b, a) if swapped else (a, b)), backward=second_backward)
    last = op(MINUS, one.outs[0], other.outs[0])
    body = made_by(eliminate_common_subexpressions, function_of_ops((a, b), (one, other, last), last.outs[0]))
    assert len(body.ops) in (2, 3)
    if len(body.ops) == 2:
        assert body.ops[-1].args == (one.outs[0], one.outs[0])
    return len(body.ops) == 2


def test_a_backward_op_reads_an_equal_earlier_one() -> None:
    assert merged(TIMES, swapped=False)
    assert merged(TIMES, swapped=False, first_backward=True)


def test_only_what_commutes_is_equal_the_other_way_round() -> None:
    assert merged(TIMES, swapped=True) and merged(PLUS, swapped=True)
    assert not merged(MINUS, swapped=True)
    assert not merged(primitive_of(operator.truediv), swapped=True)
    assert not merged(primitive_of(operator.matmul), swapped=True)


@pytest.mark.optimised
def test_the_users_own_ops_are_merged_where_the_backward_sweep_reads_them() -> None:
    assert merged(TIMES, swapped=False, second_backward=False)
    assert gradient("def f(x):\n    return np.sum(np.exp(x) * np.exp(x))", VECTOR).count("np.exp") == 1
    assert gradient("def f(x):\n    return np.sum(np.sin(x)) + np.sum(np.exp(np.sin(x)))", VECTOR).count("np.sin") == 1


@pytest.mark.parametrize(
    "body",
    [
        "a = np.exp(x)\n    b = np.exp(x)\n    b[0] = 3.0\n    return np.sum(a * b)",
        "a = np.exp(x)\n    s = np.sum(np.exp(x) ** 2)\n    a += 1.0\n    return s + np.sum(a**2)",
        "a = np.exp(x)\n    v = a[1:]\n    v *= 2.0\n    return np.sum(np.exp(x) * np.sum(a**2))",
        "x = x * 1.0\n    a = np.exp(x)\n    x[0] = 2.0\n    return np.sum(a * np.exp(x))",
        "s = 0.0\n    for i in range(3):\n        s += np.sum((x * i) ** 3) + np.sum(np.exp(x * i))\n    return s",
        "xs = [np.exp(x), np.exp(x)]\n    xs[0][0] = 2.0\n    return np.sum(xs[0] * xs[1])",
        "return np.sum(np.exp(x) ** 3) if np.sum(np.exp(x)) > 1 else np.sum(x)",
    ],
)
def test_what_is_stored_into_stays_what_it_is(body: str) -> None:
    gradient(f"def f(x):\n    {body}", VECTOR)


def test_attributes_tell_ops_apart() -> None:
    a, total = Value("a"), primitive_of(np.sum)
    ops = [op(total, a, axis=0), op(total, a, axis=1), op(total, a, axis=0, keepdims=True), op(total, a, axis=0)]
    last = op(PLUS, ops[1].outs[0], ops[3].outs[0])
    body = made_by(eliminate_common_subexpressions, function_of_ops((a,), (*ops, last), last.outs[0]))
    assert [o.attrs for o in body.ops[:-1]] == [o.attrs for o in ops[:3]]
    assert body.ops[-1].args == (ops[1].outs[0], ops[0].outs[0])


def test_allocators_are_never_merged() -> None:
    a = Value("a")
    for function in (np.zeros_like, np.copy, np.array):
        ops = (op(primitive_of(function), a), op(primitive_of(function), a))
        last = op(PLUS, ops[0].outs[0], ops[1].outs[0])
        body = made_by(eliminate_common_subexpressions, function_of_ops((a,), (*ops, last), last.outs[0]))
        assert len(body.ops) == 3, function


def test_a_loop_reads_what_stands_before_it_but_not_the_other_way_round() -> None:
    text = gradient(
        "def f(x, n):\n    s = np.exp(x)\n    for i in range(n):\n        s = s * np.exp(x)\n    return np.sum(s)",
        VECTOR,
        2,
    )
    assert text.count("np.exp(x)") == 2, "each exp is computed where the user wrote it, and nowhere else"


def test_two_sides_of_a_branch_share_nothing() -> None:
    f = (
        "def f(x):\n    if x > 0:\n        y = x * math.exp(x)\n    else:\n"
        "        y = x * math.exp(x) * 2.0\n    return y"
    )
    assert gradient(f, 0.5).count("math.exp") >= 2
    assert gradient(f, -0.5).count("math.exp") >= 2


@pytest.mark.optimised
def test_a_square_is_a_product() -> None:
    text = gradient("def f(x):\n    t = x * x\n    return np.sum(np.exp(t) * x ** 2)", VECTOR)
    assert "x * x" in text
    assert "x ** 2" not in text
    scalars = gradient("def f(x):\n    return x ** 2 * np.sin(x ** 2)", 0.7)
    assert "x * x" not in scalars, "of numbers a power may round otherwise"


@pytest.mark.optimised
def test_what_the_expert_multiplies_out_is_multiplied_once() -> None:
    f = program("def f(x):\n    return np.sum(x ** 3 - 2 * x ** 5)")
    text = sourcead.value_and_grad(f).specialize(np.arange(40.0)).source
    assert text.count("x * x") == 1 and "dx = -10.0 * t2 + 3.0 * t" in text
