"""Adjoints of the primitives that arrange entries anew, join arrays or choose among values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sourcead.primitives.creation import astype
from sourcead.primitives.extracting import item
from sourcead.primitives.shaping import flat_copy
from tests.derivatives import check, pull

RNG = np.random.default_rng(3)


def both(target: Any, *args: Any, **static: Any) -> None:
    """The check in float64 and, for the dtype, in float32."""
    check(target, *args, wrt=(0,), **static)
    check(target, args[0].astype(np.float32), *args[1:], wrt=(0,), **static, single=True)


@pytest.mark.parametrize(
    ("shape", "axes"),
    [
        ((3,), None),
        ((2, 3), None),
        ((2, 3, 4), None),
        ((2, 3, 4), (1, 2, 0)),
        ((2, 3, 4), (0, -1, 1)),
        ((2, 0), (1, 0)),
        ((), None),
        ((3,), 0),
    ],
)
def test_transpose(shape: tuple[int, ...], axes: Any) -> None:
    both(np.transpose, RNG.normal(size=shape), axes=axes)


def test_swapped_and_moved_axes() -> None:
    x = RNG.normal(size=(2, 3, 4))
    both(np.swapaxes, x, axis1=0, axis2=-1)
    both(np.moveaxis, x, source=0, destination=-1)
    both(np.moveaxis, x, source=(0, 2), destination=(1, 0))


@pytest.mark.parametrize(
    ("shape", "new"), [((6,), (2, 3)), ((2, 3), (3, -1)), ((2, 3), -1), ((1,), ()), ((), (1, 1)), ((0, 2), (2, 0))]
)
def test_reshape(shape: tuple[int, ...], new: Any) -> None:
    both(np.reshape, RNG.normal(size=shape), new)


@pytest.mark.parametrize("shape", [(2, 3), (4,), (), (0, 3)])
def test_flat(shape: tuple[int, ...]) -> None:
    both(np.ravel, RNG.normal(size=shape))
    both(flat_copy, RNG.normal(size=shape))


@pytest.mark.parametrize(("shape", "axis"), [((1, 3, 1), None), ((1, 3, 1), 0), ((1, 3, 1), (0, -1)), ((1,), 0)])
def test_squeeze(shape: tuple[int, ...], axis: Any) -> None:
    both(np.squeeze, RNG.normal(size=shape), axis=axis)


@pytest.mark.parametrize(("shape", "axis"), [((3,), 0), ((3,), -1), ((2, 3), (0, 2)), ((), 0), ((0,), 1)])
def test_expand_dims(shape: tuple[int, ...], axis: Any) -> None:
    both(np.expand_dims, RNG.normal(size=shape), axis=axis)


@pytest.mark.parametrize(
    ("shape", "new"),
    [((3,), (2, 3)), ((2, 1), (2, 4)), ((), (2,)), ((1, 3), (5, 2, 3)), ((1,), (0,)), ((1,), 3), ((3,), (3,))],
)
def test_broadcast_to(shape: tuple[int, ...], new: Any) -> None:
    both(np.broadcast_to, RNG.normal(size=shape), new)


JOINED: list[tuple[Any, list[tuple[int, ...]], dict[str, Any]]] = [
    (np.concatenate, [(2,), (3,)], {}),
    (np.concatenate, [(2, 3), (1, 3), (0, 3)], {"axis": 0}),
    (np.concatenate, [(2, 3), (2, 1)], {"axis": 1}),
    (np.concatenate, [(2, 3), (2, 1)], {"axis": -1}),
    (np.concatenate, [(2, 3, 1), (2, 1, 1)], {"axis": -2}),
    (np.concatenate, [(2, 3), (4,), ()], {"axis": None}),
    (np.concatenate, [(3,)], {}),
    (np.stack, [(3,), (3,)], {}),
    (np.stack, [(2, 3), (2, 3), (2, 3)], {"axis": 1}),
    (np.stack, [(2, 3), (2, 3)], {"axis": -1}),
    (np.stack, [(), ()], {}),
    (np.vstack, [(3,), (2, 3)], {}),
    (np.vstack, [(), ()], {}),
    (np.vstack, [(2, 3, 1), (1, 3, 1)], {}),
    (np.hstack, [(3,), (2,)], {}),
    (np.hstack, [(), (2,)], {}),
    (np.hstack, [(2, 3), (2, 1)], {}),
    (np.column_stack, [(3,), (3,)], {}),
    (np.column_stack, [(3,), (3, 2)], {}),
]


@pytest.mark.parametrize("container", [tuple, list])
@pytest.mark.parametrize(("target", "shapes", "static"), JOINED)
def test_joined_arrays(target: Any, shapes: list[tuple[int, ...]], static: dict[str, Any], container: Any) -> None:
    parts = [RNG.normal(size=shape) for shape in shapes]
    check(target, container(parts), **static)
    check(target, container(part.astype(np.float32) for part in parts), **static, single=True)


def test_joined_rows_of_one_array() -> None:
    check(np.concatenate, RNG.normal(size=(2, 3, 2)), axis=1)
    check(np.stack, RNG.normal(size=(2, 3)), axis=1)


@pytest.mark.parametrize(
    ("c", "a", "b"),
    [((3,), (3,), (3,)), ((2, 3), (3,), ()), ((3,), (2, 1), (1, 3)), ((), (2,), (2,)), ((0,), (0,), ())],
)
def test_where(c: tuple[int, ...], a: tuple[int, ...], b: tuple[int, ...]) -> None:
    condition = RNG.normal(size=c) > 0
    check(np.where, condition, RNG.normal(size=a), RNG.normal(size=b), wrt=(1, 2))
    check(
        np.where,
        condition,
        RNG.normal(size=a).astype(np.float32),
        RNG.normal(size=b).astype(np.float32),
        wrt=(1, 2),
        single=True,
    )


def test_the_branch_not_taken_gives_exactly_zero() -> None:
    _, da, db = pull(np.where, np.array([np.inf, np.nan]), np.array([True, False]), np.ones(2), np.ones(2))
    np.testing.assert_array_equal(da, [np.inf, 0])
    np.testing.assert_array_equal(db, [0, np.nan])


@pytest.mark.parametrize(
    ("low", "high"),
    [(-0.5, 0.5), (None, 0.5), (-0.5, None), (np.array([-1.0, 0.2, 0.0]), np.array([[0.5], [0.1]])), (0.5, -0.5)],
)
def test_clip(low: Any, high: Any) -> None:
    wrt = tuple(k for k, arg in enumerate((0.0, low, high)) if arg is not None)
    check(np.clip, RNG.normal(size=(2, 3)), low, high, wrt=wrt)


def test_clip_is_one_on_its_bounds() -> None:
    found = pull(np.clip, np.ones(4), np.array([-2.0, -1.0, 1.0, 2.0]), -1.0, 1.0)[0]
    np.testing.assert_array_equal(found, [0, 1, 1, 0])


def test_arrays_made_of_values() -> None:
    check(np.array, [1.0, np.float64(2.0)])
    check(np.array, [[1.0, 2.0], (3.0, 4.0)])
    check(np.array, [RNG.normal(size=2), RNG.normal(size=2)])
    for target in (np.array, np.asarray, np.copy):
        both(target, RNG.normal(size=(2, 3)))
    check(np.asarray, RNG.normal(size=2).astype(np.float32), dtype=np.float64, single=True)


def test_changed_dtype() -> None:
    assert pull(astype, np.ones(2), np.ones(2, np.float32), dtype=float)[0].dtype == np.float32
    assert isinstance(pull(astype, 1.0, np.float32(2), dtype=float)[0], np.float32)
    check(astype, RNG.normal(size=3), dtype=float)


def test_one_item() -> None:
    assert pull(item, 2.0, np.ones((1, 1), np.float32))[0].tolist() == [[2.0]]
    check(item, np.array([[1.5]]))


def test_full_arrays() -> None:
    check(np.full, (2, 3), 2.0, wrt=(1,))
    check(np.full, (2, 3), RNG.normal(size=3), wrt=(1,))
    check(np.full_like, np.ones((2, 2)), 3.0, wrt=(1,))
