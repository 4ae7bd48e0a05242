"""Primitives that cut an array into several: views of it, in a list or tuple."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from sourcead.ir import Span
from sourcead.kinds import ANY, TOP, Array, Dim, Kind, Known, List, Scalar, Tree, dim_of
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.shapes import Dims, as_array, quotient, sizes_of, strong
from sourcead.primitives.structural import span_dim

Pieces = tuple[Dim, ...] | None  # the sizes along the axis that is cut; None where it is not known how many there are


def _cut(ary: Kind, sections: Kind, axis: int) -> Kind:
    array = as_array(ary)
    if array is None:
        return TOP
    if not array.dims:
        raise NotCovered("an array without axes cannot be split")
    axis %= len(array.dims)
    sizes = _pieces(array.dims[axis], sections)

    def piece(size: Dim) -> Kind:
        return Array(strong(array.dtype), (*array.dims[:axis], size, *array.dims[axis + 1 :]))

    if sizes is None:
        return List(piece(ANY), ANY)
    return Tree(list, tuple(range(len(sizes))), tuple(map(piece, sizes)))


def _pieces(whole: Dim, sections: Kind) -> Pieces:
    """The sizes that cutting leaves: equal ones for a number of pieces, otherwise what lies between the places."""
    places = sizes_of(sections)
    if isinstance(sections, Scalar) or (isinstance(sections, Known) and isinstance(sections.value, int)):
        count = places[0].key if places and places[0] is not None else None
        if not isinstance(count, int):
            return None
        return (quotient((whole,), (dim_of(count),)),) * count
    if places is None:
        return None
    ends = [d.key for d in places if d is not None and isinstance(d.key, int)]
    if len(ends) < len(places):
        return (ANY,) * (len(places) + 1)
    return tuple(span_dim(whole, Span(start, stop)) for start, stop in pairwise([None, *ends, None]))


@declare(np.split, static="axis", linear="ary", result="view", effects="raises")
def split(ary: Kind, indices_or_sections: Kind, axis: int = 0) -> Kind:
    return _cut(ary, indices_or_sections, axis)


@declare(np.array_split, static="axis", linear="ary", result="view")
def array_split(ary: Kind, indices_or_sections: Kind, axis: int = 0) -> Kind:
    array = as_array(ary)
    widths = Array(array.dtype, tuple(_unknown(array.dims, axis))) if array is not None else ary
    return _cut(widths, indices_or_sections, axis)


def _unknown(dims: Dims, axis: int) -> list[Dim]:
    """The sizes, where that along an axis is any: pieces need not be equal."""
    return [ANY if k == axis % len(dims) else dim for k, dim in enumerate(dims)]


def _along(target: Any, axis_of: Any) -> None:
    """`np.vsplit` and its like: along an axis that the rank decides."""

    @declare(target, linear="ary", result="view", effects="raises")
    def _(ary: Kind, indices_or_sections: Kind) -> Kind:
        array = as_array(ary)
        return TOP if array is None else _cut(ary, indices_or_sections, axis_of(len(array.dims)))


_along(np.vsplit, lambda rank: 0)
_along(np.hsplit, lambda rank: 0 if rank == 1 else 1)
_along(np.dsplit, lambda rank: 2)

if hasattr(np, "unstack"):

    @declare(np.unstack, static="axis", linear="x", result="view")
    def unstack(x: Kind, /, *, axis: int = 0) -> Kind:
        array = as_array(x)
        if array is None:
            return TOP
        axis %= len(array.dims)
        item = Array(strong(array.dtype), (*array.dims[:axis], *array.dims[axis + 1 :]))
        count = array.dims[axis].key
        if not isinstance(count, int):
            return TOP
        return Tree(tuple, tuple(range(count)), (item,) * count)
