"""The lattice of kinds: joins, broadcasting of symbolic sizes, and what can carry a derivative."""

from __future__ import annotations

import itertools

import pytest

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
    broadcast_dims,
    dim_of,
    dims_of,
    join,
    may_carry_derivative,
    rank,
    same_size,
)

N, M = Dim("n", False), Dim("m", False)
VECTOR = Array("float64", (N,))
REAL = Scalar("real")
PAIR = Tree(tuple, (0, 1), (FLOAT, VECTOR))
SAMPLES: list[Kind] = [
    TOP, INT, FLOAT, BOOL, REAL, NONE, TEXT, Scalar("float64"), Scalar("float32"), VECTOR, Array("float32", (N,)),
    Array("float64", (M,)), Array("float64", (ONE,)), Array("float64", (N, M)), Array("int64", (N,)), PAIR,
    Tree(tuple, (0, 1), (INT, VECTOR)), Tree(list, (0, 1), (FLOAT, VECTOR)), List(FLOAT, N), List(VECTOR, M),
    Known(3), Known(True), Known("a"), Known(None), Known(len),
]  # fmt: skip


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (FLOAT, FLOAT, FLOAT),
        (INT, FLOAT, REAL),
        (REAL, INT, REAL),
        (FLOAT, Scalar("float64"), Scalar("real64")),
        (FLOAT, Scalar("float32"), Scalar(None)),
        (Known(2), FLOAT, REAL),
        (INT, Known(2), INT),
        (FLOAT, VECTOR, TOP),
        (VECTOR, Array("float64", (M,)), Array("float64", (Dim(None, False),))),
        (VECTOR, Array("float64", (ONE,)), Array("float64", (ANY,))),
        (VECTOR, Array("float32", (N,)), Array(None, (N,))),
        (VECTOR, Array("float64", (N, M)), TOP),
        (PAIR, Tree(tuple, (0, 1), (INT, VECTOR)), Tree(tuple, (0, 1), (REAL, VECTOR))),
        (PAIR, Tree(list, (0, 1), (FLOAT, VECTOR)), TOP),
        (PAIR, Tree(tuple, (0,), (FLOAT,)), TOP),
        (List(INT, N), List(FLOAT, M), List(REAL, ANY)),
        (List(INT, N), List(FLOAT, N), List(REAL, N)),
        (Known("a"), Known("b"), TOP),
        (NONE, FLOAT, TOP),
    ],
)
def test_join(a: Kind, b: Kind, expected: Kind) -> None:
    assert join(a, b) == expected
    assert join(b, a) == expected


@pytest.mark.parametrize("a", SAMPLES, ids=repr)
def test_join_with_itself_and_with_anything(a: Kind) -> None:
    assert join(a, a) == a
    assert join(a, TOP) == TOP


def test_joins_are_a_lattice() -> None:
    for a, b, c in itertools.product(SAMPLES, repeat=3):
        assert join(join(a, b), c) == join(a, join(b, c)), (a, b, c)
        assert join(join(a, b), b) == join(a, b), (a, b)


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        ([(N,), (N,)], (N,)),
        ([(N,), ()], (N,)),
        ([(), ()], ()),
        ([(N, M), (M,)], (N, M)),
        ([(N, ONE), (M,)], (N, M)),
        ([(ONE,), (ONE,)], (ONE,)),
        ([(ONE, N), (M, ONE)], (M, N)),
        ([(N,), (M,)], (N,)),  # the program demands that they are equal
        ([(N,), (ANY,)], (N,)),  # n is no 1: the other is 1 or n
        ([(ANY,), (ONE,)], (ANY,)),
        ([(ANY,), (Dim("k"),)], (ANY,)),
        ([(Dim("k"),), (Dim("k"),), (ONE,)], (Dim("k"),)),
        ([(dim_of(3),), (ONE,)], (dim_of(3),)),
    ],
)
def test_broadcasting_of_sizes(shapes: list[tuple[Dim, ...]], expected: tuple[Dim, ...]) -> None:
    assert broadcast_dims(*shapes) == expected
    if shapes != [(N,), (M,)]:
        assert broadcast_dims(*reversed(shapes)) == expected


def test_sizes() -> None:
    assert dim_of(1) == ONE and dim_of(3).one is False
    assert same_size(N, N) and same_size(dim_of(3), dim_of(3))
    assert not same_size(N, M) and not same_size(ANY, ANY)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (FLOAT, True),
        (INT, True),
        (BOOL, False),
        (Scalar("int64"), False),
        (Scalar("float32"), True),
        (Scalar(None), True),
        (VECTOR, True),
        (Array("int64", (N,)), False),
        (Array("bool", ()), False),
        (Array(None, ()), True),
        (List(FLOAT, N), True),
        (List(TEXT, N), False),
        (PAIR, True),
        (Tree(tuple, (0,), (NONE,)), False),
        (Tree(tuple, (), ()), False),
        (NONE, False),
        (Known(2.0), False),
        (TOP, True),
    ],
)
def test_what_may_carry_a_derivative(kind: Kind, expected: bool) -> None:
    assert may_carry_derivative(kind) is expected


def test_ranks() -> None:
    assert [rank(k) for k in (FLOAT, VECTOR, Array("float64", ()), TOP, PAIR)] == [0, 1, 0, None, None]
    assert [dims_of(k) for k in (FLOAT, VECTOR, TOP)] == [(), (N,), None]


def test_known_values_are_equal_by_type_and_value() -> None:
    assert Known(1) != Known(True) and Known(1) != Known(1.0) and Known("a") == Known("a")
    assert Known(len) == Known(len) and Known([]) != Known([])
    assert len({Known(1), Known(True), Known(1), Known(len)}) == 3
