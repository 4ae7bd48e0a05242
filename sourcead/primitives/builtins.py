"""Python's built-in functions on numbers and sequences of numbers."""

from __future__ import annotations

import operator
from functools import reduce
from typing import Any

import numpy as np

from sourcead.kinds import BOOL, FLOAT, INT, TEXT, TOP, Array, Kind, List, Scalar, Tree, dim_of
from sourcead.primitives.promotion import choice_kind, numeric, operator_kind, plain
from sourcead.primitives.registry import alias, declare, primitive_named


@declare(abs, elementwise=True)
def _abs(x: Kind, /) -> Kind:
    return operator_kind("abs", np.absolute, x)


alias(operator.abs, _abs, "call abs")


@declare(float, result="scalar", linear="x")
def _float(x: Kind, /) -> Kind:
    return FLOAT


@declare(int, static="base", result="scalar", differentiable=False)
def _int(x: Kind, /, base: int = 10) -> Kind:
    return INT


@declare(bool, result="scalar", differentiable=False)
def _bool(x: Kind, /) -> Kind:
    return BOOL


alias(operator.truth, _bool, "call bool")


@declare(operator.index, name="operator.index", result="scalar", effects="raises", differentiable=False)
def _index(a: Kind, /) -> Kind:
    return INT


@declare(round, static="ndigits", result="scalar", differentiable=False)
def _round(number: Kind, ndigits: int | None = None) -> Kind:
    operands = numeric((number,))
    if operands is None or isinstance(operands[0], Array):
        return TOP  # an array has no such method
    if ndigits is None:
        return INT
    dtype = operands[0].dtype
    return INT if dtype == "pybool" else Scalar(dtype)


@declare(len, result="scalar", differentiable=False)
def _len(obj: Kind, /) -> Kind:
    kind = plain(obj)
    if isinstance(kind, Array) and kind.dims:
        return Scalar("pyint", kind.dims[0])
    if isinstance(kind, List):
        return Scalar("pyint", kind.length)
    return Scalar("pyint", dim_of(len(kind.items))) if isinstance(kind, Tree) else INT


def _one_or_two(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """`max(a, b, c)` as `max((a, b, c))`."""
    return ((args,) if len(args) > 2 else args), kwargs


def items_kind(container: Kind) -> Kind:
    """The kind of what a loop over the container meets."""
    kind = plain(container)
    if isinstance(kind, Array) and kind.dims:
        return Array(kind.dtype, kind.dims[1:]) if len(kind.dims) > 1 else Scalar(kind.dtype)
    if isinstance(kind, List):
        return kind.item
    if isinstance(kind, Tree) and issubclass(kind.type, tuple | list) and kind.items:
        return choice_kind(*kind.items)
    return TEXT if kind == TEXT else TOP


def _extreme_kind(a: Kind, b: Kind | None = None, /, *, key: Any = None, default: Any = None) -> Kind:
    return choice_kind(items_kind(a)) if b is None else choice_kind(a, b)


declare(max, refuse="key default", adapt=_one_or_two, result="maybe")(_extreme_kind)
declare(min, refuse="key default", adapt=_one_or_two, result="maybe")(_extreme_kind)


def _added(total: Kind, item: Kind) -> Kind:
    add = primitive_named("operator.add").infer
    assert add is not None
    kind: Kind = add(total, item)
    return kind


@declare(sum, linear="iterable start")
def _sum(iterable: Kind, /, start: Kind | None = None) -> Kind:
    """A list of unknown length may be empty, and its sum `start`: its kind is joined in where the two are numbers."""
    kind, total = plain(iterable), plain(start) if start is not None else INT
    if isinstance(kind, Tree) and issubclass(kind.type, tuple | list):
        return reduce(_added, kind.items, total)
    item = items_kind(kind)
    empty, total = total, _added(total, item)
    if _added(total, item) != total:
        return TOP
    either = choice_kind(empty, total)
    return either if isinstance(kind, List) and isinstance(either, Scalar) and either.dtype is not None else total


@declare(divmod, elementwise=True)
def _divmod(x: Kind, y: Kind, /) -> Kind:
    quotient = operator_kind("//", np.floor_divide, x, y)
    return TOP if quotient == TOP else Tree(tuple, (0, 1), (quotient, quotient))
