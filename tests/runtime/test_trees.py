"""Cotangents of containers, for every kind of container and leaf."""

# mypy: allow-untyped-calls

from __future__ import annotations

import warnings
from collections import namedtuple
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pytest

from sourcead.runtime import (
    add,
    item_adjoint,
    match,
    rows,
    split_like,
    unpack_adjoint,
    unstack_like,
    zeros,
)

Pair = namedtuple("Pair", "left right")


@dataclass(frozen=True)
class Layer:
    W: Any
    b: Any
    name: str = "layer"
    count: ClassVar[int] = 3
    size: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", np.size(self.W))


@dataclass(slots=True)
class Slim:
    a: Any


A = np.array([1.0, 2.0])
F = np.array([[1.0, 2.0]], np.float32)
TREES: list[Any] = [
    A,
    F,
    np.array(2.0),
    np.float32(3),
    2.0,
    3,
    [A, F],
    (A, 2.0, [F, 1]),
    {"W": A, "b": (F,)},
    Pair(A, 2.0),
    Layer(A, F),
    Slim([A, {"x": 1.0}]),
    [],
    (),
    {},
]


def alike(x: Any, y: Any) -> None:
    """Assert equal trees, shapes, dtypes and values."""
    assert type(x) is type(y)
    if isinstance(x, dict):
        assert list(x) == list(y)
        for key in x:
            alike(x[key], y[key])
    elif isinstance(x, list | tuple):
        assert len(x) == len(y)
        for p, q in zip(x, y, strict=True):
            alike(p, q)
    elif isinstance(x, Layer):
        alike((x.W, x.b, x.name, x.size), (y.W, y.b, y.name, y.size))
    elif isinstance(x, Slim):
        alike(x.a, y.a)
    else:
        assert np.shape(x) == np.shape(y) and getattr(x, "dtype", None) == getattr(y, "dtype", None)
        np.testing.assert_array_equal(x, y)


@pytest.mark.parametrize("x", TREES, ids=lambda x: type(x).__name__)
def test_zeros_are_the_neutral_of_add(x: Any) -> None:
    gradient = match(x, x)
    alike(match(add(zeros(x), gradient), x), gradient)
    alike(match(add(gradient, zeros(x)), x), gradient)
    alike(match(None, x), match(zeros(x), x))


@pytest.mark.parametrize(
    "x", [A, F, np.array(2.0), 2.0, [A, F], (A, 2.0, [F]), {"W": A}, Pair(A, 2.0), Slim(A)], ids=repr
)
def test_a_gradient_has_the_tree_shape_and_dtype_of_its_argument(x: Any) -> None:
    alike(match(x, x), x)


def test_gradients_own_their_memory() -> None:
    g = np.ones(2)
    first, second = match((g, g), (A, A))
    assert not np.shares_memory(first, g) and not np.shares_memory(first, second)
    spread = match(np.broadcast_to(1.0, (2,)), A)
    spread[0] = 5
    assert spread.tolist() == [5, 1]


def test_leaves_of_gradients() -> None:
    assert type(match(np.float64(2), 3)) is float
    assert type(match(np.array(2.0), 1.5)) is float
    assert type(match(2.0, np.float32(1))) is np.float32
    assert match(2.0, F).tolist() == [[2.0, 2.0]] and match(2.0, F).dtype == np.float32
    assert match(np.array([1 + 1j, 2]), A).tolist() == [1, 2]
    assert type(match(1.0, 1j)) is complex
    others = ["text", None, True, np.arange(3), len]
    assert match(None, [A, *others])[1:] == [None] * 5
    assert match([A, *[1.0] * 5], [A, *others])[1:] == [None] * 5
    assert zeros(others) == [None] * 5
    layer = match(None, Layer(A, 1.0))
    assert layer.name is None and layer.size == 0.0 and layer.b == 0.0
    alike(match(np.ones((2, 2)), [A, A]), [np.ones(2), np.ones(2)])


def test_lists_add_item_by_item() -> None:
    alike(add([A, 1.0], [A, 2.0]), [2 * A, 3.0])
    alike(add({"a": 1.0, "b": None}, {"b": 2.0, "a": 1.0}), {"a": 2.0, "b": 2.0})
    assert add(None, None) is None and add(None, 1.0) == 1.0 and add(2.0, None) == 2.0


def test_the_cotangent_of_something_unpacked() -> None:
    alike(unpack_adjoint((1.0, 2.0), A, 3.0), (A, 3.0))
    alike(unpack_adjoint([1.0, 2.0], A, 3.0), [A, 3.0])
    alike(unpack_adjoint(Pair(1.0, 2.0), A, 3.0), Pair(A, 3.0))
    alike(unpack_adjoint(A, 1.0, 2.0), np.array([1.0, 2.0]))
    alike(unpack_adjoint(F.T, np.array([1.0]), None), np.array([[1.0], [0.0]], np.float32))
    alike(unpack_adjoint(np.zeros((0, 2))), np.zeros((0, 2)))


def test_the_cotangent_of_something_indexed() -> None:
    alike(item_adjoint(A, 1, 3.0), np.array([0.0, 3.0]))
    alike(item_adjoint(np.ones(3), np.array([0, 0, 2]), np.ones(3)), np.array([2.0, 0.0, 1.0]))
    alike(item_adjoint(np.ones(3), np.array([True, False, True]), A), np.array([1.0, 0.0, 2.0]))
    alike(item_adjoint(np.ones((2, 3)), (slice(None), 1), A), np.array([[0, 1.0, 0], [0, 2, 0]]))
    alike(item_adjoint(F, (0, slice(0, 1)), np.ones(1)), np.array([[1.0, 0.0]], np.float32))
    alike(item_adjoint([A, 1.0], -1, 2.0), [np.zeros(2), 2.0])
    alike(item_adjoint([1.0, 1.0, 1.0], slice(1, 3), [2.0, 3.0]), [0.0, 2.0, 3.0])
    alike(item_adjoint((A, 1.0), 1, 2.0), (np.zeros(2), 2.0))
    alike(item_adjoint(Pair(A, 1.0), 1, 2.0), Pair(np.zeros(2), 2.0))
    alike(item_adjoint({"a": A, "b": 1.0}, "b", 2.0), {"a": np.zeros(2), "b": 2.0})
    alike(item_adjoint([A, 1.0], 0, None), [np.zeros(2), 0.0])
    assert item_adjoint(np.arange(3), 1, 2.0) is None


@pytest.mark.parametrize("x", [{"a": 1.0}, {1.0}, iter([1.0]), (k for k in [1.0]), {}.values(), 2.0])
def test_what_cannot_be_gone_through_backwards(x: Any) -> None:
    with pytest.raises(TypeError, match="cannot be gone through backwards"):
        rows(x)


@pytest.mark.parametrize("x", [[1.0], (1.0,), A, range(3), "ab"])
def test_what_can_be_gone_through_backwards(x: Any) -> None:
    assert rows(x) is x


def test_parts_of_joined_arrays() -> None:
    alike(split_like(np.arange(3.0), (np.ones(1), np.ones(2)), 0), (np.array([0.0]), np.array([1.0, 2.0])))
    alike(split_like(np.arange(4.0).reshape(2, 2), np.ones((2, 2)), 0), np.arange(4.0).reshape(2, 2))
    found = unstack_like(np.arange(4.0).reshape(2, 2), [[1.0, 2.0], (3.0, 4.0)])
    alike(found, [[np.float64(0), np.float64(1)], (np.float64(2), np.float64(3))])
    assert unstack_like(A, A) is A


def test_helpers_are_silent() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert match(np.array([2j]), np.ones(1)).tolist() == [0.0]
