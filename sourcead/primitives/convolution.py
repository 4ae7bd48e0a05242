"""Products of sequences: convolution, correlation, and the cross product of vectors in space."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.kinds import ANY, TOP, Array, Kind, broadcast_dims
from sourcead.primitives.registry import NotCovered, declare
from sourcead.primitives.shapes import as_array, normal_axes, promoted_strong

MODES = ("full", "same", "valid")


def _sequences(a: Kind, v: Kind, mode: Any) -> Kind:
    """The kind of a convolution or correlation."""
    if mode not in MODES:
        raise NotCovered(f"mode={mode!r}; covered: 'full', 'same' and 'valid'")
    left, right = as_array(a), as_array(v)
    if left is None or right is None:
        return TOP
    dtype = promoted_strong(left.dtype, right.dtype)
    if dtype is not None and dtype.startswith("complex"):
        raise NotCovered("the convolution or correlation of complex sequences")
    return Array(dtype, (ANY,))


@declare(np.convolve, static="mode", linear="a, v")
def convolve(a: Kind, v: Kind, mode: Any = "full") -> Kind:
    return _sequences(a, v, mode)


@declare(np.correlate, static="mode", linear="a, v")
def correlate(a: Kind, v: Kind, mode: Any = "valid") -> Kind:
    return _sequences(a, v, mode)


@declare(np.cross, static="axisa axisb axisc axis", linear="a, b")
def cross(a: Kind, b: Kind, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Kind:
    if axis is not None:
        axisa = axisb = axisc = axis
    left, right = as_array(a), as_array(b)
    if left is None or right is None or not left.dims or not right.dims:
        return TOP
    i, j = normal_axes(axisa, len(left.dims))[0], normal_axes(axisb, len(right.dims))[0]
    for size in (left.dims[i].key, right.dims[j].key):
        if isinstance(size, int) and size != 3:
            raise NotCovered("np.cross of vectors that have not three components")
    dims = list(broadcast_dims(left.dims[:i] + left.dims[i + 1 :], right.dims[:j] + right.dims[j + 1 :]))
    dims.insert(normal_axes(axisc, len(dims) + 1)[0], left.dims[i])
    return Array(promoted_strong(left.dtype, right.dtype), tuple(dims))


@declare(np.linalg.cross, static="axis", linear="x1, x2")
def space_cross(x1: Kind, x2: Kind, /, *, axis: int = -1) -> Kind:
    return cross.infer(x1, x2, axis=axis) if cross.infer is not None else TOP
