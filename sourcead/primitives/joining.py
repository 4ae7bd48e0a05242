"""Primitives that join several arrays into one: each is a concatenation of parts that were given axes first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sourcead.kinds import ONE, TOP, Array, Dim, Kind, List, Tree
from sourcead.primitives.registry import declare
from sourcead.primitives.shapes import Dims, as_array, dtype_name, normal_axes, product, promoted, same_dim, total

Prepare = Callable[[Dims], Dims]
ROW_STACK = tuple(f for f in vars(np).values() if getattr(f, "__name__", "") == "row_stack")  # where NumPy has it


@declare(np.concatenate, static="axis dtype casting", refuse="out", linear="arrays")
def concatenate(
    arrays: Kind, axis: int | None = 0, out: Any = None, *, dtype: Any = None, casting: str = "same_kind"
) -> Kind:
    if axis is None:
        return _joined(arrays, 0, lambda dims: (product(dims),), dtype)
    return _joined(arrays, axis, lambda dims: dims, dtype)


@declare(np.stack, static="axis dtype casting", refuse="out", linear="arrays")
def stack(arrays: Kind, axis: int = 0, out: Any = None, *, dtype: Any = None, casting: str = "same_kind") -> Kind:
    def with_axis(dims: Dims) -> Dims:
        place = normal_axes(axis, len(dims) + 1)[0]
        return (*dims[:place], ONE, *dims[place:])

    return _joined(arrays, axis, with_axis, dtype)


@declare(np.vstack, static="dtype casting", linear="tup", also=ROW_STACK)
def vstack(tup: Kind, *, dtype: Any = None, casting: str = "same_kind") -> Kind:
    return _joined(tup, 0, lambda dims: (ONE,) * (2 - len(dims)) + dims, dtype)


@declare(np.hstack, static="dtype casting", linear="tup")
def hstack(tup: Kind, *, dtype: Any = None, casting: str = "same_kind") -> Kind:
    return _joined(tup, lambda dims: 0 if len(dims) == 1 else 1, lambda dims: dims or (ONE,), dtype)


@declare(np.column_stack, linear="tup")
def column_stack(tup: Kind) -> Kind:
    return _joined(tup, 1, lambda dims: dims + (ONE,) * (2 - len(dims)) if dims else (ONE, ONE))


@declare(np.dstack, linear="tup")
def dstack(tup: Kind) -> Kind:
    return _joined(tup, 2, _three_axes)


def _three_axes(dims: Dims) -> Dims:
    return dims if len(dims) > 2 else ((ONE,) * (2 - len(dims)) + dims + (ONE,) if dims else (ONE, ONE, ONE))


@declare(np.append, static="axis", linear="arr values")
def append(arr: Kind, values: Kind, axis: int | None = None) -> Kind:
    parts = Tree(tuple, (0, 1), (arr, values))
    if axis is None:
        return _joined(parts, 0, lambda dims: (product(dims),))
    return _joined(parts, axis, lambda dims: dims)


@declare(np.block, linear="arrays")
def block(arrays: Kind) -> Kind:
    depth, ranks = _nesting(arrays)
    if ranks is None:
        return TOP
    rank = max(depth, *ranks)
    found = _blocks(arrays, depth, rank)
    return TOP if found is None else found


def _nesting(arrays: Kind) -> tuple[int, list[int] | None]:
    """How deep lists are nested, and the ranks of what they hold."""
    if not (isinstance(arrays, Tree) and arrays.type is list):
        array = None if isinstance(arrays, Tree | List) else as_array(arrays)
        return 0, None if array is None else [len(array.dims)]
    inner = [_nesting(item) for item in arrays.items]
    if not inner or any(ranks is None for _, ranks in inner) or len({depth for depth, _ in inner}) > 1:
        return 0, None
    return 1 + inner[0][0], [r for _, ranks in inner for r in ranks or ()]


def _blocks(arrays: Kind, depth: int, rank: int) -> Array | None:
    """The whole of nested blocks: those of a level are joined along the axis that is so far from the last."""
    if not (isinstance(arrays, Tree) and arrays.type is list):
        array = as_array(arrays)
        return array and Array(array.dtype, (ONE,) * (rank - len(array.dims)) + array.dims)
    parts = [_blocks(item, depth - 1, rank) for item in arrays.items]
    whole = _joined(Tree(list, tuple(range(len(parts))), tuple(p or TOP for p in parts)), -depth, lambda dims: dims)
    return whole if isinstance(whole, Array) else None


def _joined(
    arrays: Kind, axis: int | Callable[[Dims], int], prepare: Prepare, dtype: Any = None
) -> Kind:
    """The kind of the whole: `prepare` gives each part the axes it needs; `axis` may depend on what comes out."""
    parts = _parts(arrays)
    if not parts:
        return TOP
    shapes = [prepare(part.dims) for part, _ in parts]
    if len(set(map(len, shapes))) > 1:
        return TOP
    chosen = axis if isinstance(axis, int) else axis(shapes[0])
    along = normal_axes(chosen, len(shapes[0]))[0]
    lengths = [
        shape[along] if count is None else product((count, shape[along]))
        for shape, (_, count) in zip(shapes, parts, strict=True)
    ]
    dims = [total(lengths) if k == along else same_dim([s[k] for s in shapes]) for k in range(len(shapes[0]))]
    common = promoted(*(part.dtype for part, _ in parts)) if dtype is None else dtype_name(dtype)
    return Array(common, tuple(dims))


def _parts(arrays: Kind) -> Sequence[tuple[Array, Dim | None]]:
    """The arrays to join, each with how often it stands there (None: once); empty where that is not known."""
    if isinstance(arrays, List):
        item = as_array(arrays.item)
        return [(item, arrays.length)] if item is not None else []
    if isinstance(arrays, Array) and arrays.dims:
        return [(Array(arrays.dtype, arrays.dims[1:]), arrays.dims[0])]
    if not isinstance(arrays, Tree) or arrays.type not in (tuple, list):
        return []
    parts = [as_array(item) for item in arrays.items]
    return [] if None in parts else [(part, None) for part in parts if part is not None]
