"""Primitives that turn, mirror and shift the entries of an array: views of it, save for those that shift."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import ONE, TOP, Array, Kind, Tree
from sourcead.primitives.registry import declare
from sourcead.primitives.shapes import Dims, as_array, normal_axes, shaped, strong

OneOrMore = int | tuple[int, ...] | None


def as_laid_out(a: Kind, dims: Dims | None = None) -> Kind:
    """An array of the dtype of another, of the same or other sizes."""
    array = as_array(a)
    return TOP if array is None else Array(strong(array.dtype), array.dims if dims is None else dims)


@declare(np.matrix_transpose, attribute="mT", linear="x", result="view")
def matrix_transpose(x: Kind) -> Kind:
    array = as_array(x)
    return TOP if array is None else as_laid_out(x, (*array.dims[:-2], *array.dims[:-3:-1]))


@declare(np.rollaxis, static="axis start", linear="a", result="view")
def rollaxis(a: Kind, axis: int, start: int = 0) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    rank = len(array.dims)
    axis, start = axis % rank, start + rank if start < 0 else start
    dims = list(array.dims)
    dims.insert(start - 1 if axis < start else start, dims.pop(axis))
    return as_laid_out(a, tuple(dims))


@declare(np.roll, static="axis", linear="a")
def roll(a: Kind, shift: Kind, axis: OneOrMore = None) -> Kind:
    return as_laid_out(a)


@declare(np.rot90, static="k axes", linear="m", result="view")
def rot90(m: Kind, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Kind:
    array = as_array(m)
    if array is None or k % 2 == 0:
        return as_laid_out(m)
    dims = list(array.dims)
    i, j = normal_axes(tuple(axes), len(dims))
    dims[i], dims[j] = dims[j], dims[i]
    return as_laid_out(m, tuple(dims))


@declare(np.flip, static="axis", linear="m", result="view")
def flip(m: Kind, axis: OneOrMore = None) -> Kind:
    array = as_array(m)
    return TOP if array is None else shaped(array.dtype, array.dims)


@declare(np.flipud, linear="m", result="view")
def flipud(m: Kind) -> Kind:
    return as_laid_out(m)


@declare(np.fliplr, linear="m", result="view")
def fliplr(m: Kind) -> Kind:
    return as_laid_out(m)


# At least so many axes ------------------------------------------------------------------------------------------------


def _one_axis(dims: Dims) -> Dims:
    return dims or (ONE,)


def _two_axes(dims: Dims) -> Dims:
    return (ONE,) * (2 - len(dims)) + dims


def _three_axes(dims: Dims) -> Dims:
    if len(dims) >= 3:
        return dims
    rows, columns, *_ = (*_two_axes(dims), ONE)
    return rows, columns, ONE


def of_each(kinds: tuple[Kind, ...]) -> Kind:
    """The results of a function of several arrays: one by itself, several in a tuple."""
    return kinds[0] if len(kinds) == 1 else Tree(tuple, tuple(range(len(kinds))), kinds)


def _at_least(target: Any, widened: Any) -> None:
    """`np.atleast_1d` and its like, of one array or several."""

    def with_axes(a: Kind) -> Kind:
        array = as_array(a)
        return TOP if array is None else as_laid_out(a, widened(array.dims))

    @declare(target, result="maybe", linear="arys")
    def _(*arys: Kind) -> Kind:
        return of_each(tuple(map(with_axes, arys))) if arys else Tree(tuple, (), ())


_at_least(np.atleast_1d, _one_axis)
_at_least(np.atleast_2d, _two_axes)
_at_least(np.atleast_3d, _three_axes)
