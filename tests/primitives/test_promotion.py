"""Kinds of results against what NumPy and Python really return, over dtypes, ranks, broadcasts and Python numbers."""

from __future__ import annotations

import builtins
import itertools
import math
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import sourcead.primitives
from sourcead.ir import Primitive
from sourcead.kinds import FLOAT, INT, TOP, Array, Kind, Known, List, Opaque, Scalar, Tree, dim_of, join
from sourcead.primitives.arithmetic import BINARY, COMPARE, UNARY
from sourcead.primitives.registry import all_primitives, primitive_named

assert sourcead.primitives

PYTHON = {bool: "pybool", int: "pyint", float: "pyfloat", complex: "pycomplex"}
OPERANDS: tuple[Any, ...] = (
    True,
    3,
    2.5,
    np.float32(2),
    np.float64(2),
    np.int64(2),
    np.int8(2),
    np.bool_(True),
    np.full((3,), 2, np.float32),
    np.full((2, 3), 2, np.float64),
    np.full((2, 1), 2, np.float16),
    np.full((3,), 2, np.int32),
    np.full((1,), 2, np.uint8),
    np.full((3,), True),
    np.array(2, np.float32),
    np.array(2),
    np.full((2, 1, 3), 2, np.int64),
)
UFUNCS = [p for p in all_primitives() if isinstance(p.target, np.ufunc) and p.name.startswith("np.")]


def kind_of(value: Any) -> Kind:
    """The exact kind of a value."""
    if isinstance(value, np.ndarray):
        return Array(value.dtype.name, tuple(map(dim_of, value.shape)))
    if isinstance(value, np.generic):
        return Scalar(value.dtype.name)
    if isinstance(value, tuple | list):
        return Tree(type(value), tuple(range(len(value))), tuple(map(kind_of, value)))
    return Scalar(PYTHON[type(value)]) if type(value) in PYTHON else Opaque(type(value))


def infer(primitive: Primitive, *kinds: Kind, **attrs: Any) -> Kind:
    assert primitive.infer is not None
    return primitive.infer(*kinds, **attrs)


def run(primitive: Primitive, *args: Any) -> Any:
    """What the primitive returns, or None where it raises."""
    assert primitive.run is not None
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return primitive.run(*args)
        except (TypeError, ValueError, ZeroDivisionError, OverflowError):
            return None


def exact(primitive: Primitive, arity: int) -> Iterator[tuple[tuple[Any, ...], Kind, Kind]]:
    """(operands, inferred kind, true kind) wherever the operation does not raise."""
    for args in itertools.product(OPERANDS, repeat=arity):
        result = run(primitive, *args)
        if result is not None:
            yield args, infer(primitive, *map(kind_of, args)), kind_of(result)


def assert_exact(primitive: Primitive, arity: int, at_least: int) -> None:
    rows = list(exact(primitive, arity))
    wrong = [f"{primitive}{args!r}: {inferred} where {true}" for args, inferred, true in rows if inferred != true]
    assert not wrong, "\n".join(wrong[:5])
    assert len(rows) >= at_least, "nearly every combination raised: the test shows nothing"


@pytest.mark.parametrize("symbol", [s for s in BINARY if s != "**"])
def test_operators(symbol: str) -> None:
    assert_exact(BINARY[symbol], 2, 60)


@pytest.mark.parametrize("symbol", [s for s in COMPARE if s not in ("is", "is not", "in")])
def test_comparisons(symbol: str) -> None:
    assert_exact(COMPARE[symbol], 2, 250)


@pytest.mark.parametrize("symbol", UNARY)
def test_signs(symbol: str) -> None:
    assert_exact(UNARY[symbol], 1, 8)


# Before NumPy 2.3 an array to the power np.float64(2.0) or np.array(2) was squared in its own dtype, whatever
# promotion says.
OLD_POWERS = np.lib.NumpyVersion(np.__version__) < "2.3.0"


def test_power_of_integers_is_real_where_the_sign_of_the_exponent_is_not_known() -> None:
    for args, inferred, true in exact(BINARY["**"], 2):
        if {type(a) for a in args} <= {int, bool} and type(args[1]) is int:
            assert inferred == Scalar("real")
            assert infer(BINARY["**"], kind_of(args[0]), Known(args[1])) == true
        elif not (
            OLD_POWERS
            and isinstance(args[0], np.ndarray)
            and isinstance(args[1], np.generic | np.ndarray)
            and np.ndim(args[1]) == 0
        ):
            assert inferred == true, args
    assert infer(BINARY["**"], INT, Known(-2)) == FLOAT == kind_of(3**-2)


@pytest.mark.parametrize("primitive", [p for p in UFUNCS if p.target.nin == 1], ids=repr)
def test_ufuncs_of_one_argument(primitive: Primitive) -> None:
    assert_exact(primitive, 1, 6)


@pytest.mark.parametrize("primitive", [p for p in UFUNCS if p.target.nin == 2 and p.target.signature is None], ids=repr)
def test_ufuncs_of_two_arguments(primitive: Primitive) -> None:
    assert_exact(primitive, 2, 30)


@pytest.mark.parametrize("name", ["abs", "float", "int", "bool", "max", "min", "sum"])
def test_builtins_of_one_argument(name: str) -> None:
    primitive, rows = primitive_named(name), 0
    for x in OPERANDS:
        result = run(primitive, x)
        if result is not None and np.ndim(result) == np.ndim(x) - (name in ("max", "min", "sum")):
            assert infer(primitive, kind_of(x)) == kind_of(result), x
            rows += 1
    assert rows >= 4


@pytest.mark.parametrize("digits", [None, 1])
def test_round(digits: int | None) -> None:
    for x in OPERANDS:
        if np.ndim(x) == 0 and not isinstance(x, np.ndarray | np.bool_):
            expected = kind_of(round(x, digits)) if digits is not None else kind_of(round(x))
            attrs = {} if digits is None else {"ndigits": digits}
            assert infer(primitive_named("round"), kind_of(x), **attrs) == expected, x


def test_divmod() -> None:
    assert_exact(primitive_named("divmod"), 2, 150)


def test_np_round_and_isclose() -> None:
    for x in OPERANDS:
        if np.asarray(x).dtype != bool:
            assert infer(primitive_named("np.round"), kind_of(x)) == kind_of(np.round(x)), x
        assert infer(primitive_named("np.isclose"), kind_of(x), INT) == kind_of(np.isclose(x, 2)), x


@pytest.mark.parametrize("symbol", ["+", "*", "/", "//", "%", "-"])
def test_a_real_number_is_an_int_or_a_float(symbol: str) -> None:
    for other in OPERANDS:
        results = run(BINARY[symbol], 7, other), run(BINARY[symbol], 7.5, other)
        if all(r is not None for r in results):
            assert infer(BINARY[symbol], Scalar("real"), kind_of(other)) == join(*map(kind_of, results)), other


def test_a_real_number_that_may_be_of_numpy() -> None:
    assert infer(BINARY["+"], Scalar("real64"), FLOAT) == Scalar("real64")
    assert infer(BINARY["*"], Scalar("real64"), Scalar("float64")) == Scalar("float64")
    assert infer(BINARY["*"], Scalar("real64"), Array("float32", (dim_of(3),))) == Array(None, (dim_of(3),))
    assert infer(BINARY["*"], Scalar("real"), Array("float32", (dim_of(3),))) == Array("float32", (dim_of(3),))
    assert infer(COMPARE["<"], Scalar("real64"), INT) == Scalar(None)


def test_what_is_not_known_stays_so() -> None:
    row = (dim_of(2), dim_of(3))
    assert infer(BINARY["+"], TOP, Array("float64", row)) == TOP
    assert infer(BINARY["+"], Array(None, row), FLOAT) == Array(None, row)
    assert infer(BINARY["+"], Scalar(None), FLOAT) == Scalar(None)
    assert infer(COMPARE["<"], Array(None, row), FLOAT) == Array("bool", row)
    assert infer(COMPARE["<"], Scalar(None), FLOAT) == Scalar(None)
    assert infer(primitive_named("np.isnan"), Array(None, row)) == Array("bool", row)
    assert infer(primitive_named("np.exp"), TOP) == TOP


def test_lists_tuples_and_text_are_joined_not_added() -> None:
    floats = List(FLOAT, dim_of(2))
    assert infer(BINARY["+"], kind_of((1, 2.0)), kind_of((3,))) == kind_of((1, 2.0, 3))
    assert infer(BINARY["+"], kind_of([1.0]), kind_of([2.0])) == kind_of([1.0, 2.0])
    joined = infer(BINARY["+"], floats, kind_of([1.0]))
    assert joined == List(FLOAT, dim_of(3))
    assert infer(BINARY["*"], kind_of((0.0,)), Known(3)) == kind_of((0.0,) * 3)
    count = Scalar("pyint", dim_of(5))
    assert (
        infer(BINARY["*"], kind_of([0.0]), count) == infer(BINARY["*"], count, kind_of([0.0])) == List(FLOAT, dim_of(5))
    )
    repeated = infer(BINARY["*"], kind_of([0.0]), INT)
    assert isinstance(repeated, List) and repeated.item == FLOAT and repeated.length.one is None
    text = Opaque(str)
    assert (
        infer(BINARY["+"], text, Known("a")) == text == infer(BINARY["*"], text, INT) == infer(BINARY["%"], text, FLOAT)
    )
    assert infer(BINARY["+"], text, INT) == TOP
    assert infer(BINARY["-"], floats, floats) == TOP


def test_a_list_beside_an_array_is_an_array() -> None:
    array = np.ones((2, 3), np.float32)
    for primitive in (BINARY["*"], COMPARE["<"], primitive_named("np.maximum")):
        assert infer(primitive, kind_of(array), kind_of([1.0, 2.0, 3.0])) == kind_of(
            run(primitive, array, [1.0, 2.0, 3.0])
        )


def test_equality_of_objects() -> None:
    none, text = Opaque(type(None)), Opaque(str)
    for a, b in (
        (text, Known("a")),
        (none, FLOAT),
        (none, Scalar("float64")),
        (kind_of((1,)), kind_of((2,))),
        (FLOAT, text),
    ):
        assert infer(COMPARE["=="], a, b) == Scalar("pybool")
    assert infer(COMPARE["=="], none, TOP) == TOP
    assert (
        infer(COMPARE["is"], TOP, none)
        == infer(COMPARE["in"], TOP, TOP)
        == infer(UNARY["not"], TOP)
        == Scalar("pybool")
    )


def test_sums_of_items() -> None:
    add = primitive_named("sum")
    assert infer(add, kind_of((1, 2.0))) == FLOAT
    assert infer(add, List(FLOAT, dim_of(4))) == Scalar("real")
    assert infer(add, List(FLOAT, dim_of(4)), FLOAT) == FLOAT
    assert infer(add, List(Array("float32", (dim_of(3),)), dim_of(4))) == Array("float32", (dim_of(3),))
    assert infer(add, kind_of(np.ones((2, 3), np.float32))) == kind_of(builtins.sum(np.ones((2, 3), np.float32)))


def test_sizes_and_choices() -> None:
    n = dim_of(7)
    assert infer(primitive_named("len"), Array("float64", (n, dim_of(2)))) == Scalar("pyint", n)
    assert infer(primitive_named("len"), List(TOP, n)) == Scalar("pyint", n)
    assert infer(primitive_named("max"), INT, FLOAT) == Scalar("real")
    assert infer(primitive_named("max"), kind_of((1.0, 2.0))) == FLOAT


@pytest.mark.parametrize("name", ["sin", "sqrt", "floor", "isnan", "log", "fabs"])
def test_math_gives_pythons_numbers(name: str) -> None:
    for x in (2, 2.5, np.float32(2), np.array(2.0)):
        assert infer(primitive_named(f"math.{name}"), kind_of(x)) == kind_of(getattr(math, name)(x))
