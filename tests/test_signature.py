"""Kinds of example arguments, and what cannot be one."""

from __future__ import annotations

import dataclasses
import enum
import functools
import math
import sys
import types
from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest

from sourcead.errors import ArgumentError
from sourcead.kinds import ONE, Array, Dim, Known, List, Opaque, Scalar, Tree
from sourcead.signature import check_differentiable, kind_of, with_known

PATH = (("param", "p"),)
Pair = namedtuple("Pair", "a b")


@dataclasses.dataclass
class Layer:
    W: Any
    b: Any


class Color(enum.Enum):
    RED = 1


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (1.0, "pyfloat"),
        (1, "pyint"),
        (1j, "pycomplex"),
        (np.float32(1), "float32"),
        (np.int8(1), "int8"),
        (np.bool_(1), "bool"),
    ],
)
def test_scalars(value: Any, dtype: str) -> None:
    assert kind_of(value, PATH) == Scalar(dtype)


@functools.lru_cache
def cached(x: float) -> float:
    return x


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "mean",
        b"x",
        ...,
        math.exp,
        np.exp,
        np.sum,
        test_scalars,
        cached,
        functools.partial(cached, 1.0),
        Layer,
        np,
        Color.RED,
        np.dtype("f4"),
        np.zeros(3).sum,
        lambda x: x,
    ],
)
def test_static_values(value: Any) -> None:
    assert kind_of(value, PATH) == Known(value)


def test_arrays() -> None:
    assert kind_of(np.zeros((3, 1, 4), np.float32), PATH) == Array(
        "float32", (Dim("p.shape[0]", False), ONE, Dim("p.shape[2]", False))
    )
    assert kind_of(np.array(1), PATH) == Array("int64", ())
    assert kind_of(np.zeros(0, complex), PATH) == Array("complex128", (Dim("p.shape[0]", False),))


def test_trees() -> None:
    vector = Array("float64", (Dim("p.b.shape[0]", False),))
    assert kind_of((1.0, {"k": 2}), PATH) == Tree(
        tuple, (0, 1), (Scalar("pyfloat"), Tree(dict, ("k",), (Scalar("pyint"),)))
    )
    assert kind_of(Pair(1, np.zeros(2)), PATH) == Tree(Pair, ("a", "b"), (Scalar("pyint"), vector))
    assert kind_of(Layer(1, np.zeros(2)), PATH) == Tree(Layer, ("W", "b"), (Scalar("pyint"), vector))


def test_lists_of_one_kind_are_symbolic() -> None:
    assert kind_of([1.0, 2.0], PATH) == List(Scalar("pyfloat"), Dim("len(p)"))
    item = Array("float64", (Dim(None, False), ONE))
    assert kind_of([np.zeros((2, 1)), np.zeros((5, 1))], PATH) == List(item, Dim("len(p)"))
    assert kind_of([[1.0], [2.0, 3.0]], PATH) == List(List(Scalar("pyfloat"), Dim(None)), Dim("len(p)"))


@pytest.mark.parametrize("value", [[], [1.0, 2], [np.zeros((2, 1)), np.zeros((2, 2))], ["a", "b"], [None, 1.0]])
def test_other_lists_are_static(value: list[Any]) -> None:
    kind = kind_of(value, PATH)
    assert isinstance(kind, Tree) and kind.type is list and kind.keys == tuple(range(len(value)))


@pytest.mark.parametrize(
    "value", [range(3), {1.0}, OrderedDict(a=1), types.SimpleNamespace(), np.str_("a"), object(), iter([])]
)
def test_other_objects(value: Any) -> None:
    assert kind_of(value, PATH) == Opaque(type(value))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.ma.zeros(3), "subclass of ndarray"),
        (np.array(["a"]), "dtype <U1"),
        (np.array([None]), "dtype object"),
        (np.zeros(2, "f8,f8"), "dtype"),
        (np.array(["2020"], "M8[Y]"), "dtype datetime64"),
        (np.zeros(3, "f8" if sys.byteorder == "big" else ">f8"), "byte order"),
        ({Color.RED: 1.0}, "keys other than strings"),
    ],
)
def test_refused_with_the_name(value: Any, words: str) -> None:
    with pytest.raises(ArgumentError, match=words) as caught:
        kind_of((0.0, value), PATH)
    assert str(caught.value).startswith("p[1] ")
    assert isinstance(caught.value, TypeError)


def test_pandas_objects_are_refused_without_pandas() -> None:
    frame = type("DataFrame", (), {"__module__": "pandas.core.frame"})()
    with pytest.raises(ArgumentError, match=r"p is a pandas DataFrame"):
        kind_of(frame, PATH)


def test_a_container_that_contains_itself() -> None:
    loop: list[Any] = [1.0]
    loop.append(loop)
    with pytest.raises(ArgumentError, match="contains itself"):
        kind_of(loop, PATH)
    twice = [1.0]
    assert isinstance(kind_of((twice, twice), PATH), Tree)


@pytest.mark.parametrize(
    "value", [1.0, 3, np.float32(1), np.zeros(3), (1.0, None), [1.0], [], {"n": np.arange(3)}, Layer(1.0, 2.0)]
)
def test_differentiable(value: Any) -> None:
    check_differentiable(kind_of(value, PATH), value, "p", "loss")


@pytest.mark.parametrize(
    "value", [True, "a", None, np.arange(3), np.zeros(3, bool), np.int64(3), np.bool_(True), np.exp, object()]
)
def test_not_differentiable(value: Any) -> None:
    with pytest.raises(TypeError, match=r"cannot differentiate loss with respect to p: it is "):
        check_differentiable(kind_of(value, PATH), value, "p", "loss")


def test_a_leaf_becomes_known() -> None:
    value = (1.0, [3, 4], Pair(5, {"k": 6}))
    kind = kind_of(value, PATH)
    inner = with_known(kind, value, PATH, (("item", 1), ("item", 1)))
    assert isinstance(inner, Tree) and inner.items[1] == Tree(list, (0, 1), (Scalar("pyint"), Known(4)))
    inner = with_known(inner, value, PATH, (("item", 2), ("attr", "b"), ("item", "k")))
    assert isinstance(inner, Tree) and inner.items[2] == Tree(
        Pair, ("a", "b"), (Scalar("pyint"), Tree(dict, ("k",), (Known(6),)))
    )
    assert inner.items[1] == Tree(list, (0, 1), (Scalar("pyint"), Known(4)))
    inner = with_known(kind, value, PATH, (("item", 2), ("item", 0)))
    assert isinstance(inner, Tree) and isinstance(inner.items[2], Tree) and inner.items[2].items[0] == Known(5)
    assert with_known(Scalar("pyint"), 3, PATH, ()) == Known(3)
