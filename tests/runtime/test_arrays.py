"""Shape and dtype of cotangents: what broadcasting and reducing did is undone."""

# mypy: allow-untyped-calls

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sourcead.runtime import cast, count, inverse_axes, restore, unbroadcast, unreduce


@pytest.mark.parametrize(
    ("wide", "shape"),
    [
        ((2, 3), (3,)),
        ((2, 3), (2, 1)),
        ((2, 3), ()),
        ((4, 2, 3), (1, 3)),
        ((2, 3), (2, 3)),
        ((0, 3), (3,)),
        ((0,), (1,)),
        ((1, 3), (1, 1)),
    ],
)
def test_unbroadcast_sums_what_broadcasting_repeated(wide: tuple[int, ...], shape: tuple[int, ...]) -> None:
    g = np.random.default_rng(0).normal(size=wide)
    x = np.ones(shape)
    dx = unbroadcast(g, x)
    assert np.shape(dx) == shape
    v = np.random.default_rng(1).normal(size=shape)
    np.testing.assert_allclose(np.sum(dx * v), np.sum(g * np.broadcast_to(v, wide)))


def test_a_narrow_cotangent_is_spread() -> None:
    np.testing.assert_array_equal(unbroadcast(2.0, np.ones((2, 2))), np.full((2, 2), 2.0))
    np.testing.assert_array_equal(unbroadcast(np.ones((2, 1)), np.ones((1, 3))), np.full((1, 3), 2.0))


def test_dtypes_of_cotangents() -> None:
    assert unbroadcast(np.ones((2, 3)), np.ones(3, np.float32)).dtype == np.float32
    assert isinstance(unbroadcast(np.ones(3), np.float32(1)), np.float32)
    assert type(unbroadcast(np.ones(3, np.float32), 2.0)) is float
    assert type(unbroadcast(np.ones(3), 2)) is float
    assert unbroadcast(np.ones(3), np.ones(3, int)).dtype == np.float64
    assert cast(np.array([1 + 2j]), np.ones(1)).tolist() == [1.0]
    assert cast(1.5, np.ones(1, np.float32)).dtype == np.float32
    assert cast([1.0], [2.0]) == [1.0]


@pytest.mark.parametrize(("axis", "expected"), [(None, 24), (0, 2), (-1, 4), ((0, 2), 8), ((-1, 1), 12), ((), 1)])
def test_count(axis: Any, expected: int) -> None:
    assert count(np.ones((2, 3, 4)), axis) == expected


def test_reduced_axes_come_back() -> None:
    x = np.ones((2, 3))
    assert restore(np.ones(2), 1, False).shape == (2, 1)
    assert restore(np.ones((2, 1)), 1, True).shape == (2, 1)
    assert unreduce(1.0, x, None, False).shape == (2, 3)
    assert unreduce(np.arange(3.0), x, 0, False).tolist() == [[0, 1, 2], [0, 1, 2]]
    assert unreduce(1.0, 5.0, None, False) == 1.0
    assert count(3.0, 0) == 1


@pytest.mark.parametrize("axes", [(0,), (1, 0), (2, 0, 1), (0, -1, 1), (-1, -2, -3)])
def test_inverse_axes(axes: tuple[int, ...]) -> None:
    x = np.ones((2, 3, 4)[: len(axes)])
    assert x.transpose(axes).transpose(inverse_axes(axes)).shape == x.shape
