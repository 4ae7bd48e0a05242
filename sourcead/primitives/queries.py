"""Questions about arrays, dtypes and memory, their answers, and tables of indices and bits: nothing of it carries a
derivative."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.kinds import ANY, BOOL, TEXT, TOP, Array, Dim, Kind, Known, Opaque, Scalar, Tree
from sourcead.primitives.registry import declare, is_declared
from sourcead.primitives.shapes import array_dtype, as_array, is_none, reduced, size_of, strong

DTYPE = Opaque(np.dtype)


def _answers(names: str, kind: Kind, **options: Any) -> None:
    """Functions of NumPy that answer in one kind, whatever they are asked."""
    for name in names.split():
        target = getattr(np, name, None)
        if target is not None and not is_declared(target):
            declare(target, name=f"np.{name}", differentiable=False, **options)(_signature_of(name, kind))


def _signature_of(name: str, kind: Kind) -> Any:
    if name in _OF_MANY:

        def of_many(*args: Kind) -> Kind:
            return kind

        return of_many

    def of_few(*args: Kind, **static: Any) -> Kind:
        return kind

    parameters, static = _PARAMETERS.get(name, ("x", ""))
    return _with_parameters(of_few, parameters.split(), static.split())


def _with_parameters(infer: Any, names: list[str], static: list[str]) -> Any:
    """The kind function with these parameters; those with a `=` may be left out."""
    made = []
    for name in (*names, *static):
        word, optional, _ = name.partition("=")
        default = None if optional else inspect.Parameter.empty
        made.append(inspect.Parameter(word, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default))
    infer.__signature__ = inspect.Signature(made)
    return infer


_OF_MANY = ("broadcast_shapes", "common_type", "promote_types", "einsum_path")
_PARAMETERS = {
    "array_equiv": ("a1 a2", ""),
    "can_cast": ("from_ to casting=", ""),
    "issubdtype": ("arg1 arg2", ""),
    "isdtype": ("dtype kind", ""),
    "may_share_memory": ("a b max_work=", ""),
    "shares_memory": ("a b max_work=", ""),
    "mintypecode": ("typechars typeset= default=", ""),
    "typename": ("char", ""),
    "base_repr": ("number base= padding=", ""),
    "binary_repr": ("num width=", ""),
    "array_str": ("a max_line_width= precision= suppress_small=", ""),
    "array_repr": ("arr max_line_width= precision= suppress_small=", ""),
    "iterable": ("y", ""),
    "isscalar": ("element", ""),
    "isfortran": ("a", ""),
    "min_scalar_type": ("a", ""),
}
_answers("array_equiv can_cast issubdtype isdtype may_share_memory shares_memory iterable isscalar isfortran", BOOL)
_answers("mintypecode typename base_repr binary_repr array_str array_repr", TEXT)
_answers("min_scalar_type promote_types", DTYPE)
_answers("common_type", Opaque(type))
_answers("broadcast_shapes", Opaque(tuple))
_answers("einsum_path", TOP)


def _undeclared(name: str, **options: Any) -> Callable[[Callable[..., Kind]], object]:
    """`declare` of a function that NumPy has and that no other table declares."""
    target = getattr(np, name, None)
    if target is None or is_declared(target):
        return lambda infer: None
    return declare(target, name=f"np.{name}", differentiable=False, **options)


# Dtypes ---------------------------------------------------------------------------------------------------------------


@_undeclared("result_type")
def _result_type(*arrays_and_dtypes: Kind) -> Kind:
    found = [_for_promotion(kind) for kind in arrays_and_dtypes]
    if None in found or not found:
        return DTYPE
    return Known(np.result_type(*found))


def _for_promotion(kind: Kind) -> Any:
    """What stands for a value or dtype in NumPy's promotion; None where that is not known."""
    if isinstance(kind, Known):
        known = isinstance(kind.value, type | np.dtype | str | int | float | complex)
        return kind.value if known else None
    if isinstance(kind, Scalar) and kind.dtype in ("pyint", "pyfloat", "pycomplex"):
        return {"pyint": 0, "pyfloat": 0.0, "pycomplex": 0j}[kind.dtype]
    dtype = strong(array_dtype(kind))
    return None if dtype is None else np.dtype(dtype)


# Membership and order -------------------------------------------------------------------------------------------------


@_undeclared("isin", static="assume_unique invert kind")
def _isin(
    element: Kind, test_elements: Kind, assume_unique: bool = False, invert: bool = False, *, kind: str | None = None
) -> Kind:
    array = as_array(element)
    return TOP if array is None else Array("bool", array.dims)


@_undeclared("lexsort", static="axis")
def _lexsort(keys: Kind, axis: int = -1) -> Kind:
    array = as_array(keys)
    return TOP if array is None or len(array.dims) < 2 else Array("int64", array.dims[1:])


@_undeclared("argwhere")
def _argwhere(a: Kind) -> Kind:
    array = as_array(a)
    return TOP if array is None else Array("int64", (ANY, Dim(len(array.dims), len(array.dims) == 1)))


@_undeclared("flatnonzero")
def _flatnonzero(a: Kind) -> Kind:
    return Array("int64", (ANY,))


@_undeclared("count_nonzero", static="axis keepdims")
def _count_nonzero(a: Kind, axis: Any = None, *, keepdims: bool = False) -> Kind:
    return reduced(a, "int64", axis, keepdims)


@_undeclared("argpartition", static="axis kind", refuse="order")
def _argpartition(a: Kind, kth: Kind, axis: int | None = -1, kind: str = "introselect", order: Any = None) -> Kind:
    array = as_array(a)
    if array is None:
        return TOP
    return Array("int64", array.dims if axis is not None and array.dims else (ANY,))


# Tables of indices ----------------------------------------------------------------------------------------------------


def _indices(count: int) -> Kind:
    return Tree(tuple, tuple(range(count)), (Array("int64", (ANY,)),) * count)


@_undeclared("diag_indices", static="ndim")
def _diag_indices(n: Kind, ndim: int = 2) -> Kind:
    return Tree(tuple, tuple(range(ndim)), (Array("int64", (size_of(n) or ANY,)),) * ndim)


@_undeclared("diag_indices_from")
def _diag_indices_from(arr: Kind) -> Kind:
    array = as_array(arr)
    return TOP if array is None else _indices(len(array.dims))


@_undeclared("tril_indices")
def _tril_indices(n: Kind, k: Kind | None = None, m: Kind | None = None) -> Kind:
    return _indices(2)


@_undeclared("triu_indices")
def _triu_indices(n: Kind, k: Kind | None = None, m: Kind | None = None) -> Kind:
    return _indices(2)


@_undeclared("tril_indices_from")
def _tril_indices_from(arr: Kind, k: Kind | None = None) -> Kind:
    return _indices(2)


@_undeclared("triu_indices_from")
def _triu_indices_from(arr: Kind, k: Kind | None = None) -> Kind:
    return _indices(2)


@_undeclared("mask_indices")
def _mask_indices(n: Kind, mask_func: Kind, k: Kind | None = None) -> Kind:
    return _indices(2)


@_undeclared("unravel_index", static="order")
def _unravel_index(indices: Kind, shape: Kind, order: str = "C") -> Kind:
    return TOP


@_undeclared("ravel_multi_index", static="mode order")
def _ravel_multi_index(multi_index: Kind, dims: Kind, mode: Any = "raise", order: str = "C") -> Kind:
    return TOP


@_undeclared("indices", static="dtype sparse")
def _grid(dimensions: Kind, dtype: Any = int, sparse: bool = False) -> Kind:
    return TOP


@_undeclared("tri", static="dtype")
def _tri(N: Kind, M: Kind | None = None, k: Kind | None = None, dtype: Any = float) -> Kind:
    rows = size_of(N) or ANY
    columns = rows if M is None or is_none(M) else size_of(M) or ANY
    return Array(np.dtype(dtype).name, (rows, columns))


# Windows, bits, text --------------------------------------------------------------------------------------------------


def _window(name: str) -> None:
    @_undeclared(name)
    def _(M: Kind) -> Kind:
        return Array("float64", (size_of(M) or ANY,))


for _name in ("bartlett", "blackman", "hamming", "hanning"):
    _window(_name)


@_undeclared("packbits", static="axis bitorder")
def _packbits(a: Kind, axis: int | None = None, bitorder: str = "big") -> Kind:
    return TOP


@_undeclared("unpackbits", static="axis count bitorder")
def _unpackbits(a: Kind, axis: int | None = None, count: int | None = None, bitorder: str = "big") -> Kind:
    return TOP


@_undeclared("array2string")
def _array2string(a: Kind, max_line_width: Kind | None = None, precision: Kind | None = None) -> Kind:
    return TEXT

