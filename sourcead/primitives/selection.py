"""Primitives that choose among values: where and clip; and those that find positions."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.ir import Const
from sourcead.kinds import ANY, TOP, Array, Kind, Known, Tree, broadcast_dims
from sourcead.primitives.promotion import ufunc_kind
from sourcead.primitives.registry import declare, declare_method
from sourcead.primitives.shapes import array_dtype, as_array, is_none, promoted, shaped


@declare(np.where, elementwise=True, linear="x y")
def where(condition: Kind, x: Kind | None = None, y: Kind | None = None) -> Kind:
    if x is None or y is None:
        return _positions(condition)
    arrays = [as_array(kind) for kind in (condition, x, y)]
    if None in arrays:
        return TOP
    dims = broadcast_dims(*(a.dims for a in arrays if a is not None))
    return Array(promoted(*map(weak_dtype, (x, y))), dims)


def weak_dtype(kind: Kind) -> str | None:
    """The dtype with which an operand takes part in promotion: Python numbers stay weak."""
    if isinstance(kind, Known) and isinstance(kind.value, int | float) and not isinstance(kind.value, bool):
        return "pyfloat" if isinstance(kind.value, float) else "pyint"
    return array_dtype(kind)


def _named_bounds(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """`np.clip(x, min=0)` as `np.clip(x, 0, None)`."""
    if not {"min", "max"} & kwargs.keys() or len(args) != 1 or {"a_min", "a_max"} & kwargs.keys():
        return args, kwargs
    rest = {name: given for name, given in kwargs.items() if name not in ("min", "max")}
    return (*args, kwargs.get("min", Const(None)), kwargs.get("max", Const(None))), rest


@declare(np.clip, elementwise=True, refuse="out min max", adapt=_named_bounds)
def clip(a: Kind, a_min: Kind, a_max: Kind | None = None, out: Any = None, *, min: Any = None, max: Any = None) -> Kind:
    """The kind of a clipped array; a bound may be None (both, from NumPy 2.1 on)."""
    operands = [kind for kind in (a, a_min, a_max) if kind is not None and not is_none(kind)]
    if len(operands) < 2:
        return ufunc_kind(np.positive, a)
    arrays = [as_array(kind) for kind in operands]
    if None in arrays:
        return TOP
    return shaped(promoted(*map(weak_dtype, operands)), broadcast_dims(*(k.dims for k in arrays if k is not None)))


def _clip_method(a: Any, min: Any = None, max: Any = None, out: Any = None) -> None:
    """How `x.clip` binds its arguments."""


declare_method("clip", clip, _clip_method, refuse="out")


@declare(np.argsort, method="argsort", static="axis kind", refuse="order stable", differentiable=False)
def argsort(a: Kind, axis: int | None = -1, kind: str | None = None, order: Any = None, *, stable: Any = None) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    return Array("int64", array.dims if axis is not None and array.dims else (ANY,))


@declare(np.nonzero, method="nonzero", differentiable=False)
def nonzero(a: Kind) -> Kind:
    return _positions(a)


def _positions(a: Kind) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    found = Array("int64", (ANY,))
    return Tree(tuple, tuple(range(len(array.dims))), (found,) * len(array.dims))
