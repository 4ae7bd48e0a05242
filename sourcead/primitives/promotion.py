"""Promotion: the kind of the result of a ufunc or a Python operator, from the kinds of its operands (NEP 50).

What NumPy itself answers is asked of NumPy (`ufunc.resolve_dtypes`, with Python types for weak scalars); the table of
Python's own numbers is below. A Python int too large for an int64 and a negative float to a fractional power (a complex
number in Python) are beyond what kinds can say.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, reduce
from itertools import product
from typing import TypeAlias

import numpy as np

from sourcead.kinds import (
    BOOL,
    FLOAT,
    INT,
    NONE,
    TEXT,
    TOP,
    Array,
    Kind,
    Known,
    List,
    Opaque,
    Scalar,
    Tree,
    broadcast_dims,
    dims_of,
    join,
    join_dtype,
)
from sourcead.primitives.shapes import as_array

Numeric: TypeAlias = Scalar | Array

_KNOWN: dict[type, Kind] = {
    bool: BOOL,
    int: INT,
    float: FLOAT,
    complex: Scalar("pycomplex"),
    str: TEXT,
    type(None): NONE,
}
_MEMBERS: dict[str | None, tuple[str, ...]] = {"real": ("pyint", "pyfloat"), "real64": ("pyint", "pyfloat", "float64")}
PYTHON_NUMBERS: dict[str | None, object] = {
    "pybool": np.dtype(bool),
    "pyint": int,
    "pyfloat": float,
    "pycomplex": complex,
}
_ORDER = ("pybool", "pyint", "pyfloat", "pycomplex")


class NoLoop(TypeError):
    """The ufunc does not take operands of these dtypes: the program raises there, or calls a method of an object."""


def plain(kind: Kind) -> Kind:
    """The kind of a value without the value itself."""
    return _KNOWN.get(type(kind.value), Opaque(type(kind.value))) if isinstance(kind, Known) else kind


def numeric(kinds: tuple[Kind, ...]) -> tuple[Numeric, ...] | None:
    """The operands as scalars and arrays, or None where one of them is something else."""
    found = [k for k in map(plain, kinds) if isinstance(k, Scalar | Array)]
    return tuple(found) if len(found) == len(kinds) else None


def arraylike(kinds: tuple[Kind, ...]) -> tuple[Numeric, ...] | None:
    """The operands as a ufunc takes them: lists and tuples become arrays."""
    return numeric(tuple((as_array(k) or k) if isinstance(k, List | Tree) else k for k in kinds))


def combinations(operands: tuple[Numeric, ...]) -> list[tuple[str | None, ...]]:
    """Every choice of dtypes that the operands may have: a real number is an int or a float."""
    return list(product(*(_MEMBERS.get(k.dtype, (k.dtype,)) for k in operands)))


def joined(dtypes: Iterable[str | None]) -> str | None:
    """The one dtype that stands for all of these, or None."""
    return reduce(join_dtype, dtypes)


def broadcast_kind(dtype: str | None, operands: tuple[Numeric, ...]) -> Kind:
    """The kind of an elementwise result of this dtype: NumPy turns a 0-d array into a scalar."""
    dims = broadcast_dims(*(dims_of(k) or () for k in operands))
    if dims:
        return Array(dtype, dims)
    return TOP if dtype == "object" else Scalar(dtype)


def ufunc_kind(ufunc: np.ufunc, *kinds: Kind, dtype: object = None, casting: str = "same_kind") -> Kind:
    """The kind of `ufunc(*operands, dtype=..., casting=...)`; of one with several results the tuple of their kinds."""
    operands = arraylike(kinds)
    if operands is None:
        return TOP
    asked = None if dtype is None else str(np.dtype(dtype).name)  # type: ignore[call-overload]
    try:
        found = [loop(ufunc, dtypes, asked, casting) for dtypes in combinations(operands)]
    except NoLoop:
        return TOP
    results = tuple(broadcast_kind(joined(column), operands) for column in zip(*found, strict=True))
    return results[0] if len(results) == 1 else Tree(tuple, tuple(range(len(results))), results)


def predicate_kind(*kinds: Kind) -> Kind:
    """The kind of a ufunc whose result is bool, whatever the dtypes."""
    operands = arraylike(kinds)
    return TOP if operands is None else broadcast_kind("bool", operands)


def promoted(ufunc: np.ufunc, dtypes: tuple[str | None, ...]) -> str | None:
    """The dtype name of a ufunc's only result; None where an operand's is not known."""
    return loop(ufunc, dtypes)[0]


@lru_cache(maxsize=4096)
def loop(
    ufunc: np.ufunc, dtypes: tuple[str | None, ...], asked: str | None = None, casting: str = "same_kind"
) -> tuple[str | None, ...]:
    """The dtype names of a ufunc's results; None where an operand's is not known."""
    if None in dtypes:
        return (asked,) * ufunc.nout
    outs = (None,) * ufunc.nout
    wanted = (*(None,) * ufunc.nin, *(asked and np.dtype(asked),) * ufunc.nout)
    try:
        operands = [PYTHON_NUMBERS.get(d) or np.dtype(str(d)) for d in dtypes]
        found = ufunc.resolve_dtypes((*operands, *outs), signature=wanted, casting=casting)  # type: ignore[arg-type]
    except TypeError:
        raise NoLoop(ufunc.__name__) from None
    return tuple(str(dtype.name) for dtype in found[ufunc.nin :])


def operator_kind(symbol: str, ufunc: np.ufunc, *kinds: Kind) -> Kind:
    """The kind of Python's operator on numbers and arrays, of which `ufunc` is NumPy's meaning."""
    if all(type(k) in (Array, Scalar) for k in kinds):
        plainly = _plain_operator(symbol, ufunc, *[(k.dtype, type(k) is Array) for k in kinds])  # type: ignore[union-attr]
        return TOP if plainly is None else broadcast_kind(plainly[0], kinds)  # type: ignore[arg-type]
    operands = arraylike(kinds) if any(isinstance(k, Array) for k in kinds) else numeric(kinds)
    if operands is None:
        return TOP

    def result(dtypes: tuple[str | None, ...]) -> str | None:
        if dtypes == ("pycomplex", "float64") and not any(isinstance(k, Array) for k in operands):
            return "pycomplex"  # np.float64 is a float: Python's own arithmetic comes first
        if any(d not in PYTHON_NUMBERS for d in dtypes) or any(isinstance(k, Array) for k in operands):
            return promoted(ufunc, dtypes)
        return _python_dtype(symbol, kinds, tuple(map(str, dtypes)))

    try:
        return broadcast_kind(joined(map(result, combinations(operands))), operands)
    except NoLoop:
        return TOP


@lru_cache(maxsize=4096)
def _plain_operator(symbol: str, ufunc: np.ufunc, *operands: tuple[str | None, bool]) -> tuple[str | None] | None:
    """The dtype of an operator's result, given those of the operands and which are arrays; None where it is refused."""
    any_array = any(array for _, array in operands)

    def result(dtypes: tuple[str | None, ...]) -> str | None:
        if dtypes == ("pycomplex", "float64") and not any_array:
            return "pycomplex"  # np.float64 is a float: Python's own arithmetic comes first
        if any_array or any(d not in PYTHON_NUMBERS for d in dtypes):
            return promoted(ufunc, dtypes)
        return _python_dtype(symbol, tuple(Scalar(d) for d, _ in operands), tuple(map(str, dtypes)))

    try:
        return (joined(map(result, product(*(_MEMBERS.get(d, (d,)) for d, _ in operands)))),)
    except NoLoop:
        return None


def _python_dtype(symbol: str, kinds: tuple[Kind, ...], dtypes: tuple[str, ...]) -> str:
    """Python's own table. Arithmetic on bools is arithmetic on ints; only `&`, `|` and `^` leave them bools."""
    widest = max((*dtypes, "pyint"), key=_ORDER.index)
    if symbol in ("<<", ">>", "&", "|", "^", "~"):
        if widest != "pyint":
            raise NoLoop(symbol)
        return "pybool" if symbol in ("&", "|", "^") and set(dtypes) == {"pybool"} else "pyint"
    if symbol in ("//", "%") and widest == "pycomplex":
        raise NoLoop(symbol)
    if (symbol == "/" and widest == "pyint") or (symbol == "abs" and widest == "pycomplex"):
        return "pyfloat"
    return _integer_power(kinds[1]) if symbol == "**" and widest == "pyint" else widest


def _integer_power(exponent: Kind) -> str:
    """2 ** 3 is an int, 2 ** -3 is a float."""
    if isinstance(exponent, Known) and isinstance(exponent.value, int):
        return "pyint" if exponent.value >= 0 else "pyfloat"
    return "pyint" if plain(exponent) == BOOL else "real"


def comparison_kind(*kinds: Kind) -> Kind:
    """The kind of `a < b` and its like on numbers and arrays: a bool of Python's, of NumPy's, or of either (None)."""
    operands = arraylike(kinds) if any(isinstance(k, Array) for k in kinds) else numeric(kinds)
    if operands is None:
        return TOP
    if any(isinstance(k, Array) for k in operands):
        return broadcast_kind("bool", operands)

    def result(dtypes: tuple[str | None, ...]) -> str | None:
        if all(d in PYTHON_NUMBERS for d in dtypes):
            return "pybool"
        return "bool" if any(d is not None and d not in PYTHON_NUMBERS for d in dtypes) else None

    return Scalar(joined(map(result, combinations(operands))))


def choice_kind(*kinds: Kind) -> Kind:
    """The kind of one of several values, handed on as it is."""
    result = reduce(join, map(plain, kinds))
    return Scalar(result.dtype) if isinstance(result, Scalar) else result
