"""Primitives that join several arrays into one: each is a concatenation of parts that were given axes first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sourcead.kinds import ONE, TOP, Array, Dim, Kind, List, Tree
from sourcead.primitives.registry import declare
from sourcead.primitives.shapes import Dims, as_array, normal_axes, product, promoted, same_dim, total

Prepare = Callable[[Dims], Dims]


@declare(np.concatenate, static="axis", refuse="out dtype casting")
def concatenate(
    arrays: Kind, axis: int | None = 0, out: Any = None, *, dtype: Any = None, casting: str = "same_kind"
) -> Kind:
    if axis is None:
        return _joined(arrays, 0, lambda dims: (product(dims),))
    return _joined(arrays, axis, lambda dims: dims)


@declare(np.stack, static="axis", refuse="out dtype casting")
def stack(arrays: Kind, axis: int = 0, out: Any = None, *, dtype: Any = None, casting: str = "same_kind") -> Kind:
    def with_axis(dims: Dims) -> Dims:
        place = normal_axes(axis, len(dims) + 1)[0]
        return (*dims[:place], ONE, *dims[place:])

    return _joined(arrays, axis, with_axis)


@declare(np.vstack, refuse="dtype casting")
def vstack(tup: Kind, *, dtype: Any = None, casting: str = "same_kind") -> Kind:
    return _joined(tup, 0, lambda dims: (ONE,) * (2 - len(dims)) + dims)


@declare(np.hstack, refuse="dtype casting")
def hstack(tup: Kind, *, dtype: Any = None, casting: str = "same_kind") -> Kind:
    return _joined(tup, lambda dims: 0 if len(dims) == 1 else 1, lambda dims: dims or (ONE,))


@declare(np.column_stack)
def column_stack(tup: Kind) -> Kind:
    return _joined(tup, 1, lambda dims: dims + (ONE,) * (2 - len(dims)) if dims else (ONE, ONE))


def _joined(arrays: Kind, axis: int | Callable[[Dims], int], prepare: Prepare) -> Kind:
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
    return Array(promoted(*(part.dtype for part, _ in parts)), tuple(dims))


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
