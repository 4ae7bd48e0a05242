"""The methods of ufuncs: `np.add.reduce` and its like are reductions, the axis being 0 unless it is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.ir import Const
from sourcead.kinds import TOP, Array, Kind
from sourcead.primitives.registry import alias, declare, entry_of
from sourcead.primitives.shapes import Axis, array_dtype, as_array, inexact, reduced
from sourcead.primitives.trials import tried

_SAME = {
    np.add.reduce: np.sum,
    np.multiply.reduce: np.prod,
    np.maximum.reduce: np.max,
    np.minimum.reduce: np.min,
    np.logical_and.reduce: np.all,
    np.logical_or.reduce: np.any,
    np.add.accumulate: np.cumsum,
    np.multiply.accumulate: np.cumprod,
}
_PARAMETERS = {
    "reduce": ("axis", "dtype", "out", "keepdims", "initial", "where"),
    "accumulate": ("axis", "dtype", "out"),
}


def _by_keyword(names: tuple[str, ...]) -> Callable[..., Any]:
    """`np.add.reduce(x, 1)` as `np.sum(x, axis=1)`."""

    def adapt(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        named = {**dict(zip(names, args[1:], strict=False)), **kwargs}
        return (*args[:1], *args[1 + len(names) :]), {"axis": Const(0), **named}

    return adapt


for _method, _function in _SAME.items():
    _entry = entry_of(_function)
    assert _entry is not None
    alias(
        _method, _entry.primitive, _entry.form, static=" ".join(_entry.static), refuse=" ".join(_entry.refuse),
        adapt=_by_keyword(_PARAMETERS[_method.__name__]),
    )  # fmt: skip


def _declare_reduce(method: Any, dtype_of_result: Callable[[str | None], str | None]) -> None:
    def infer(
        array: Kind, /, axis: Axis = 0, dtype: Any = None, out: Any = None, keepdims: bool = False, initial: Any = None,
        where: Any = True,
    ) -> Kind:  # fmt: skip
        return reduced(array, dtype_of_result(array_dtype(array)), axis, keepdims)

    declare(method, static="axis keepdims", refuse="dtype out initial where")(infer)


def _declare_accumulate(method: Any) -> None:
    def infer(array: Kind, /, axis: int = 0, dtype: Any = None, out: Any = None) -> Kind:
        kind = as_array(array)
        return TOP if kind is None or not kind.dims else Array(kind.dtype, kind.dims)

    declare(method, static="axis", refuse="dtype out")(infer)


def _declare_reduceat(method: Any, linear: str = "") -> None:
    def infer(array: Kind, indices: Kind, /, axis: int = 0, dtype: Any = None, out: Any = None) -> Kind:
        kind, starts = as_array(array), as_array(indices)
        if kind is None or starts is None or not kind.dims:
            return TOP
        along = axis % len(kind.dims)
        dims = tuple(starts.dims[0] if k == along else d for k, d in enumerate(kind.dims))
        return Array(tried(method, kind.dtype, "int64"), dims)

    declare(method, static="axis", refuse="dtype out", linear=linear)(infer)


for _method in (np.logaddexp.reduce, np.hypot.reduce):
    _declare_reduce(_method, inexact)
for _method in (np.maximum.accumulate, np.minimum.accumulate):
    _declare_accumulate(_method)
_declare_reduceat(np.add.reduceat, linear="array")
for _method in (np.multiply.reduceat, np.maximum.reduceat, np.minimum.reduceat):
    _declare_reduceat(_method)
