"""Adjoints of the shape family, called as plain functions: turning, cutting, joining, repeating, taking, sorting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sourcead.primitives.extracting import item, to_list
from sourcead.primitives.indexing import compress_method
from sourcead.rules.registry import tangent_rule
from tests.derivatives import check, pull

RNG = np.random.default_rng(5)
V, M, T = RNG.normal(size=3), RNG.normal(size=(3, 4)), RNG.normal(size=(2, 3, 4))
EMPTY, ZERO = np.zeros(0), np.array(0.7)


def called(value: Any) -> str | None:
    """How a function stands in a test's name."""
    return getattr(value, "__name__", None)


@pytest.mark.parametrize(
    ("target", "args", "static"),
    [
        (np.matrix_transpose, (T,), {}),
        (np.rollaxis, (T,), {"axis": 2}),
        (np.rollaxis, (T,), {"axis": -3, "start": -1}),
        (np.roll, (T, 2), {}),
        (np.roll, (T, (1, -2)), {"axis": (0, 2)}),
        (np.roll, (V, np.array(1)), {"axis": -1}),
        (np.rot90, (M,), {}),
        (np.rot90, (T,), {"k": 3, "axes": (2, 0)}),
        (np.flip, (T,), {"axis": (0, -1)}),
        (np.flip, (ZERO,), {}),
        (np.flipud, (M,), {}),
        (np.fliplr, (M,), {}),
        (np.atleast_1d, (ZERO,), {}),
        (np.atleast_3d, (M,), {}),
        (np.tril, (M,), {"k": 1}),
        (np.triu, (V,), {}),
        (np.diag, (V,), {"k": -2}),
        (np.diag, (M,), {"k": 1}),
        (np.diagonal, (M,), {"offset": 1, "axis1": 1, "axis2": 0}),
        (np.diagonal, (T,), {"axis1": 2, "axis2": -3}),
        (np.diagflat, (M,), {}),
        (np.trace, (M,), {"offset": -1}),
        (np.trace, (T,), {"axis1": 2, "axis2": 0}),
        (np.repeat, (M, 2), {"axis": 1}),
        (np.repeat, (M, [2, 0, 1]), {"axis": 0}),
        (np.repeat, (M, 3), {}),
        (np.tile, (M, (2, 1, 3)), {}),
        (np.tile, (T, 2), {}),
        (np.resize, (V, (2, 4)), {}),
        (np.pad, (M, ((1, 2), (0, 1))), {"mode": "constant", "constant_values": 3.0}),
        (np.pad, (M, np.array([1, 2])), {}),
        (np.pad, (V, 4), {"mode": "reflect"}),
        (np.pad, (M, [(1, 1)]), {"mode": "wrap"}),
        (np.take, (V, 1), {}),
        (np.take, (M, [0, 2, 0]), {"axis": -1}),
        (np.take, (T, [[0, 1], [1, 1]]), {"axis": 1}),
        (np.take, (M, [7, -9]), {"mode": "clip"}),
        (np.take, (M, [7, -9]), {"axis": 0, "mode": "wrap"}),
        (np.take_along_axis, (M, np.argsort(M, 0)), {"axis": 0}),
        (np.take_along_axis, (M, np.array([1, 1, 5])), {"axis": None}),
        (compress_method, (M, [True, False, True]), {"axis": 0}),
        (np.sort, (T,), {"axis": 1}),
        (np.sort, (M,), {"axis": None}),
        (np.sort, (EMPTY,), {}),
        (np.partition, (M, 2), {"axis": 1}),
        (np.partition, (M, 5), {"axis": None}),
        (np.unique, (M,), {}),
        (np.delete, (M, 1), {"axis": 1}),
        (np.delete, (V, slice(0, 2)), {}),
        (np.ascontiguousarray, (M.T,), {}),
        (item, (M, 2, 1), {}),
        (item, (M, -1), {}),
        (np.linspace, (1.0, 2.0, 5), {"endpoint": False}),
        (np.logspace, (0.1, 0.5, 4), {"base": 2.0}),
        (np.geomspace, (1.5, 4.0, 4), {}),
    ],
    ids=called,
)
def test_the_first_argument(target: Any, args: tuple[Any, ...], static: dict[str, Any]) -> None:
    check(target, *args, wrt=(0,), **static)
    if isinstance(args[0], np.ndarray) and args[0].ndim and target is not np.unique:
        check(target, args[0].astype(np.float32), *args[1:], wrt=(0,), single=True, **static)


@pytest.mark.parametrize(
    ("target", "args", "wrt", "static"),
    [
        (np.kron, (M, V), (0, 1), {}),
        (np.kron, (V, T), (0, 1), {}),
        (np.kron, (2.0, M), (0, 1), {}),
        (np.append, (M, V), (0, 1), {}),
        (np.append, (M, M), (0, 1), {"axis": 1}),
        (np.insert, (M, 1, V), (0, 2), {"axis": 1}),
        (np.insert, (V, [2, 0], np.ones(2)), (0, 2), {}),
        (np.insert, (M, [1, 1], np.ones((3, 2))), (0, 2), {"axis": 1}),
        (np.compress, ([True, False, True], M), (1,), {"axis": 0}),
        (np.extract, (M > 0, M), (1,), {}),
        (np.select, ([M > 1, M > 0], [M, 2 * M], 3.0), (1, 2), {}),
        (np.choose, (np.array([0, 1, 0]), [V, 2.0]), (1,), {}),
        (np.choose, (np.array([3, -1, 0]), (V, V)), (1,), {"mode": "wrap"}),
        (np.block, ([[M, M], [M, M]],), (0,), {}),
        (np.block, ([[V], [V]],), (0,), {}),
        (np.block, ([[[T]], [[T]]],), (0,), {}),
        (np.dstack, ((V, V),), (0,), {}),
        (np.dstack, ([T, M[:2, :3]],), (0,), {}),
        (np.concatenate, ((V, V),), (0,), {"dtype": np.float64}),
        (np.linspace, (V, 2.0, 4), (0, 1), {"axis": -1}),
        (np.geomspace, (1.0, 3.0, 4), (0, 1), {}),
        (np.arange, (0.2, 3.1, 0.5), (0, 2), {}),
    ],
    ids=called,
)
def test_several_arguments(target: Any, args: tuple[Any, ...], wrt: tuple[int, ...], static: dict[str, Any]) -> None:
    check(target, *args, wrt=wrt, **static)


@pytest.mark.parametrize(
    ("target", "args", "static"),
    [
        (np.split, (M, [1, 2]), {"axis": 1}),
        (np.array_split, (V, 2), {}),
        (np.vsplit, (M, 3), {}),
        (np.hsplit, (V, [1]), {}),
        (np.hsplit, (M, 2), {}),
        (np.dsplit, (T, 2), {}),
    ],
    ids=called,
)
def test_pieces_are_joined_again(target: Any, args: tuple[Any, ...], static: dict[str, Any]) -> None:
    pieces = target(*args, **static)
    whole, none = pull(target, pieces, *args, **static)
    assert none is None
    assert np.array_equal(whole, args[0])
    rest, _ = pull(target, [0.0, *pieces[1:]], *args, **static)  # the first has no cotangent
    assert np.array_equal(target(rest, *args[1:], **static)[0], np.zeros_like(pieces[0]))


def test_several_results() -> None:
    xs = (V, np.array(2.0), M)
    (a, b, c) = pull(np.atleast_2d, np.atleast_2d(*xs), *xs)
    assert a.shape == (3,) and b.shape == () and c is not None
    a, b = pull(np.meshgrid, np.meshgrid(V, np.ones(2)), V, np.ones(2))
    assert np.allclose(a, 2 * V) and np.array_equal(b, [3.0, 3.0])
    a, b = pull(np.broadcast_arrays, (np.ones((3, 4)), 0.0), np.ones((3, 1)), M)
    assert np.array_equal(a, np.full((3, 1), 4.0)) and b is None


def test_a_list_of_an_array() -> None:
    assert pull(to_list, [[1.0, 2.0]], np.ones((1, 2), np.float32))[0].dtype == np.float32
    assert pull(to_list, 2.0, np.array(3.0))[0] == 2.0


@pytest.mark.parametrize("axis", [0, 1, None])
def test_tangents_of_sorting(axis: int | None) -> None:
    t = RNG.normal(size=M.shape)
    step = 1e-6
    for target, further in ((np.sort, ()), (np.partition, (1,))):
        rule = tangent_rule(target)
        assert rule is not None
        y = target(M, *further, axis=axis)
        found = rule((t, 0.0) if further else t, y, M, *further, axis=axis)
        moved = target(M + step * t, *further, axis=axis)
        assert np.allclose(found, (moved - y) / step, atol=1e-5)


def test_the_tangent_of_padding_has_no_border() -> None:
    rule = tangent_rule(np.pad)
    assert rule is not None
    found = rule((V, 0.0), None, V, 1, mode="constant", constant_values=5.0)
    assert np.array_equal(found, np.pad(V, 1))
