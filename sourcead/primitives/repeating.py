"""Primitives that repeat entries: along an axis, as tiles, over what is padded, or by broadcasting."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import ANY, ONE, TOP, Array, Dim, Kind, Known, Scalar, Tree, broadcast_dims, dim_of
from sourcead.primitives.arranging import as_laid_out
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.shapes import as_array, dims_of_shape, product, size_of, sizes_of, strong, total

PAD_MODES = ("constant", "edge", "reflect", "symmetric", "wrap")


def _is_number(kind: Kind) -> bool:
    return isinstance(kind, Scalar) or (isinstance(kind, Known) and isinstance(kind.value, int))


@declare(np.repeat, method="repeat", static="axis", linear="a")
def repeat(a: Kind, repeats: Kind, axis: int | None = None) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    times = (size_of(repeats) or ANY) if _is_number(repeats) else ANY
    if axis is None:
        return as_laid_out(a, (product((*array.dims, times)) if times.key is not None else ANY,))
    dims = list(array.dims) or [ONE]
    dims[axis] = product((dims[axis], times)) if times.key is not None else ANY
    return as_laid_out(a, tuple(dims))


@declare(np.tile, linear="A")
def tile(A: Kind, reps: Kind) -> Kind:
    array, times = as_array(A), dims_of_shape(reps)
    if array is None or times is None:
        return TOP
    rank = max(len(times), len(array.dims))
    rows, counts = ((ONE,) * (rank - len(part)) + part for part in (array.dims, times))
    return as_laid_out(A, tuple(map(product, zip(counts, rows, strict=True))))


@declare(np.resize, linear="a")
def resize(a: Kind, new_shape: Kind) -> Kind:
    dims = dims_of_shape(new_shape)
    return TOP if dims is None else as_laid_out(a, dims)


@declare(np.pad, static="mode constant_values", refuse="stat_length end_values reflect_type")
def pad(
    array: Kind,
    pad_width: Kind,
    mode: str = "constant",
    *,
    constant_values: Any = 0,
    stat_length: Any = None,
    end_values: Any = 0,
    reflect_type: str = "even",
) -> Kind:
    if mode not in PAD_MODES:
        raise NotCovered(f"`np.pad` with `mode={mode!r}` is not differentiated; {', '.join(PAD_MODES)} are")
    known = as_array(array)
    if known is None:
        return TOP
    widths = _widths(pad_width, len(known.dims))
    dims = (_padded(d, w) for d, w in zip(known.dims, widths, strict=True))
    return as_laid_out(array, tuple(dims))


def _padded(dim: Dim, added: Dim | None) -> Dim:
    return ANY if added is None or dim.key is None else total((dim, added))


def _widths(pad_width: Kind, rank: int) -> list[Dim | None]:
    """How many entries are added along each axis, where that is known."""
    if _is_number(pad_width):
        width = size_of(pad_width)
        return [_twice(width)] * rank
    if isinstance(pad_width, Tree) and pad_width.type in (tuple, list):
        pairs = [sizes_of(item) for item in pad_width.items]
        if not any(isinstance(item, Tree) for item in pad_width.items):
            pairs = [sizes_of(pad_width)]
        sums = [_sum_of_pair(pair) for pair in pairs]
        return sums * rank if len(sums) == 1 else sums
    return [None] * rank


def _twice(width: Dim | None) -> Dim | None:
    return dim_of(2 * width.key) if width is not None and isinstance(width.key, int) else None


def _sum_of_pair(pair: Any) -> Dim | None:
    if pair is None or None in pair or not all(isinstance(d.key, int) for d in pair):
        return None
    return dim_of(2 * pair[0].key if len(pair) == 1 else pair[0].key + pair[1].key)


# Several arrays -------------------------------------------------------------------------------------------------------


@declare(np.broadcast_arrays, refuse="subok", linear="args", result="maybe")
def broadcast_arrays(*args: Kind, subok: bool = False) -> Kind:
    arrays = [as_array(a) for a in args]
    known = [a for a in arrays if a is not None]
    if len(known) < len(arrays):
        return TOP
    dims = broadcast_dims(*(a.dims for a in known)) if known else ()
    return Tree(tuple, tuple(range(len(known))), tuple(Array(strong(a.dtype), dims) for a in known))


@declare(np.broadcast_shapes, differentiable=False)
def broadcast_shapes(*args: Kind) -> Kind:
    shapes = [dims_of_shape(a) for a in args]
    known = [s for s in shapes if s is not None]
    if len(known) < len(shapes):
        return TOP
    dims = broadcast_dims(*known) if known else ()
    return Tree(tuple, tuple(range(len(dims))), tuple(Scalar("pyint", d) for d in dims))


@declare(np.meshgrid, static="copy sparse indexing", linear="xi", result="maybe")
def meshgrid(*xi: Kind, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Kind:
    arrays = [as_array(x) for x in xi]
    known = [a for a in arrays if a is not None]
    if len(known) < len(arrays):
        return TOP
    sizes = [product(a.dims) for a in known]
    places = list(range(len(known)))
    if indexing == "xy" and len(known) > 1:
        places[:2] = [1, 0]

    def dims(axis: int) -> tuple[Dim, ...]:
        return tuple(sizes[p] if not sparse or p == axis else ONE for p in places)

    kinds = tuple(Array(strong(a.dtype), dims(k)) for k, a in enumerate(known))
    return Tree(tuple, tuple(range(len(kinds))), kinds)
