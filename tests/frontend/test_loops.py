"""Loops: containers of static structure unroll, arrays and ranges stay loops, kinds settle at a fixed point."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sourcead.kinds import Array, Scalar
from tests.compiling import names_of, ops_named, primal
from tests.small import gradient, program

LOOP = "def f(x, p):\n    s = 0.0\n    for q in {}:\n        s = s + q * x\n    return s"


@pytest.mark.parametrize(
    ("over", "p"),
    [("p", (1.0, 2.0)), ("(1.0, 2.0)", 0), ("p.values()", {"a": 1.0, "b": 2.0}), ("[p[0], p[1]]", (1.0, 2.0))],
)
def test_static_containers_unroll(over: str, p: Any) -> None:
    f = LOOP.format(over)
    body = primal(program(f), 1.5, p)
    assert not ops_named(body, "for") and names_of(body).count("operator.mul") == 2
    assert "for" not in gradient(f, 1.5, p)


@pytest.mark.parametrize(("over", "p"), [("range(p)", 3), ("p", np.array([1.0, 2.0])), ("range(3)", 0)])
def test_ranges_and_arrays_stay_loops(over: str, p: Any) -> None:
    assert len(ops_named(primal(program(LOOP.format(over)), 1.5, p), "for")) == 1
    assert gradient(LOOP.format(over), 1.5, p).count("for ") >= 1


def test_an_int_that_becomes_a_float_is_a_real_number() -> None:
    (loop,) = ops_named(
        primal(program("def f(x, n):\n    s = 0\n    for i in range(n):\n        s = s + x\n    return s"), 0.9, 3),
        "for",
    )
    (s,) = (p for p in loop.blocks[-1].params if p.hint == "s")
    assert isinstance(s.kind, Scalar) and s.kind.dtype == "real"


def test_a_loop_keeps_the_rank_that_it_starts_with() -> None:
    f = "def f(x, n):\n    for i in range(n):\n        x = x * 2.0\n    return np.sum(x)"
    (loop,) = ops_named(primal(program(f), np.ones(3), 2), "for")
    (x,) = (o for o in loop.outs if o.hint == "x")
    assert isinstance(x.kind, Array) and len(x.kind.dims) == 1


def test_an_exit_in_an_unrolled_loop_guards_the_turns_after_it() -> None:
    f = (
        "def f(x):\n    for q in (1.0, 2.0, 3.0):\n        if x > 2.0:\n            break\n"
        "        x = x * q\n    return x"
    )
    assert len(ops_named(primal(program(f), 1.5), "for")) == 0
    for x in (0.5, 1.1, 3.0):
        assert gradient(f, x)
