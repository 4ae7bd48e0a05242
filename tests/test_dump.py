"""The text form of the IR."""

from __future__ import annotations

from collections import namedtuple

import pytest

from sourcead.dump import dump, kind_text
from sourcead.ir import Value
from sourcead.kinds import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    NONE,
    ONE,
    TEXT,
    TOP,
    Array,
    Dim,
    Kind,
    Known,
    List,
    Scalar,
    Tree,
    dim_of,
)
from tests.backend.kit import AT, RANGE, Make, function

N = Dim("n", False)
Point = namedtuple("Point", "x y")


def test_a_function() -> None:
    make, x, n = Make(), Value("x", FLOAT), Value("n", INT)
    s, i, out = Value("s", FLOAT), Value("i", INT), Value("s", FLOAT)
    body = make.inner()
    then, other = body.inner(), body.inner()
    doubled = then("binary *", s, 2.0, kind=FLOAT)
    condition = body("compare <", s, x, kind=BOOL)
    following = Value("s", FLOAT)
    body.choose(condition, then.block((), (doubled,)), other.block((), (s,)), [following])
    make.loop((RANGE,), (0, n, 1), (1.0,), body.block((Value("turn", INT), i, s), (following,)), [out], reverse=True)
    make("assert", out, outs=())
    result = make("getitem", out, 1, kind=TOP, path=AT, back=True)
    assert (
        dump(function(make, {"x": x, "n": n}, result, "f"))
        == """\
def f(x: float, n: int):
    s: float = for(0, n, 1, 1.0, reverse=True):
      do(turn: int, i: int, s.2: float):
        _: bool = compare <(s.2, x)
        s.3: float = if(_):
          then():
            _.2: float = binary *(s.2, 2.0)
            yield _.2
          else():
            yield s.2
        yield s.3
    assert(s)
    _.3: ? = getitem(s, 1, path=((Hole(index=0),),))  # adjoint
    return _.3
"""
    )


def test_while_names_its_blocks() -> None:
    make, x = Make(), Value("x", FLOAT)
    test, body = make.inner(), make.inner()
    tested, carried, out = Value("x", FLOAT), Value("x", FLOAT), Value("x", FLOAT)
    condition = test("compare <", tested, 1.0, kind=BOOL)
    blocks = (test.block((tested,), (condition,)), body.block((Value("turn", INT), carried), (carried,)))
    make("while", x, outs=[out], blocks=blocks, carried=1)
    text = dump(function(make, {"x": x}, out))
    assert "  test(x.3: float):\n        _: bool = compare <(x.3, 1.0)\n        yield _\n" in text
    assert "  do(turn: int, x.4: float):\n        yield x.4\n" in text


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TOP, "?"),
        (FLOAT, "float"),
        (Scalar(None), "number"),
        (Array("float32", (N, ONE, ANY, dim_of(3))), "float32[n, 1, ?, 3]"),
        (Array(None, ()), "?[]"),
        (List(FLOAT, N), "list[float]"),
        (Tree(tuple, (0, 1), (FLOAT, Array("float64", (N,)))), "tuple(float, float64[n])"),
        (Tree(Point, ("x", "y"), (FLOAT, INT)), "Point(float, int)"),
        (Known(3), "known 3"),
        (Known("sum"), "known 'sum'"),
        (Known(len), "known 'len'"),
        (NONE, "NoneType"),
        (TEXT, "str"),
    ],
)
def test_kinds(kind: Kind, text: str) -> None:
    assert kind_text(kind) == text
