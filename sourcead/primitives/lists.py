"""Primitives of lists whose length is not known: growing, shrinking, copying them, and their cotangents' arithmetic.

Read functionally each gives a new version of the list; `store` is the one of an item. In the text they are the user's
own statements, which change the list in place:

    xs2 = append(xs, v)    xs.append(v)          v, xs2 = pop(xs)       v = xs.pop()
    xs2 = extend(xs, ys)   xs.extend(ys)         v, xs2 = pop(xs, i)    v = xs.pop(i)
    xs2 = insert(xs, i, v) xs.insert(i, v)       xs2 = reverse(xs)      xs.reverse()
    xs2 = clear(xs)        xs.clear()

A list holds references: what an item is changed to through one of them is seen through all.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

import numpy as np

from sourcead.ir import Primitive
from sourcead.kinds import (
    ANY,
    NONE,
    TOP,
    Array,
    Kind,
    List,
    Scalar,
    Tree,
    as_list,
    grown,
    is_empty,
    may_carry_derivative,
)
from sourcead.primitives.builtins import items_kind
from sourcead.primitives.registry import declare, primitive_named


def item_of(kind: Kind) -> Kind:
    """The kind of a list's items; top where it is not known."""
    have = as_list(kind)
    return TOP if have is None or is_empty(kind) else have.item


def _changed(run: Callable[..., Any]) -> Callable[..., Any]:
    """What the interpreter does in place of a method that changes a list: the same to a copy."""

    def changed(xs: list[Any], *args: Any) -> Any:
        xs = list(xs)
        run(xs, *args)
        return xs

    return changed


def _popped(xs: list[Any], *at: int) -> tuple[Any, list[Any]]:
    xs = list(xs)
    return xs.pop(*at), xs


def _append_kind(xs: Kind, v: Kind) -> Kind:
    return grown(xs, v)


def _extend_kind(xs: Kind, ys: Kind) -> Kind:
    return xs if is_empty(ys) else grown(xs, items_kind(ys))


def _pop_kind(xs: Kind, at: Kind | None = None) -> Kind:
    return Tree(tuple, (0, 1), (item_of(xs), grown(xs, item_of(xs))))


def _method(name: str, infer: Callable[..., Kind], run: Callable[..., Any]) -> Primitive:
    return Primitive(f"list.{name}", f"grow {name}", infer, run, result="base")


APPEND = _method("append", _append_kind, _changed(list.append))
EXTEND = _method("extend", _extend_kind, _changed(list.extend))
INSERT = _method("insert", lambda xs, i, v: grown(xs, v), _changed(list.insert))
REVERSE = _method("reverse", lambda xs: xs, _changed(list.reverse))
CLEAR = _method("clear", lambda xs: grown(xs, item_of(xs)), _changed(list.clear))
POP = _method("pop", _pop_kind, _popped)

CHANGES = frozenset({APPEND, EXTEND, INSERT, REVERSE, CLEAR, POP})  # they change their first argument in place


# New lists ----------------------------------------------------------------------------------------------------------


COPY = Primitive("list.copy", "method copy", lambda xs: xs, list, result="maybe")


@declare(list, name="new list", form="call list", result="maybe")
def new_list(iterable: Kind, /) -> Kind:
    if isinstance(iterable, Tree) and issubclass(iterable.type, tuple | list):
        return Tree(list, tuple(range(len(iterable.items))), iterable.items)
    if isinstance(iterable, Array) and iterable.dims:
        return List(items_kind(iterable), iterable.dims[0])
    return iterable if isinstance(iterable, List) else TOP


# Cotangents ---------------------------------------------------------------------------------------------------------


def _mapped(run: Callable[..., Any], first: Any, *others: Any) -> Any:
    """What `run` gives for the items of containers of one structure, in that structure."""
    if isinstance(first, dict):
        return {key: run(item, *(other[key] for other in others)) for key, item in first.items()}
    items = [run(*items) for items in zip(first, *others, strict=True)]
    return type(first)(*items) if hasattr(first, "_fields") else type(first)(items)


def zeros_of(x: Any) -> Any:
    """Zeros of the shape of an item: an array, a number, or a container of such; None for what carries no
    derivative."""
    if isinstance(x, list | tuple | dict):
        return _mapped(zeros_of, x)
    if isinstance(x, np.ndarray):
        return np.zeros_like(x) if np.issubdtype(x.dtype, np.inexact) else None
    return 0.0 if isinstance(x, int | float | complex) and not isinstance(x, bool) else None


def _sum_of(first: Any, *others: Any) -> Any:
    if isinstance(first, list | tuple | dict):
        return _mapped(_sum_of, first, *others)
    return None if first is None else reduce(operator.add, others, first)


def _zeros_kind(xs: Kind) -> Kind:
    """The kind of zeros: None stands where there is no derivative."""
    if isinstance(xs, List):
        return List(_zeros_kind(xs.item), xs.length)
    if isinstance(xs, Tree):
        return Tree(xs.type, xs.keys, tuple(map(_zeros_kind, xs.items)))
    return xs if may_carry_derivative(xs) else NONE


ZEROS = Primitive("list zeros", "items zeros", _zeros_kind, zeros_of, differentiable=False)
TERMS = 4  # that one sum of lists has at most
SUM = Primitive("list sum", "items sum", lambda *kinds: reduce(_sum_kind, kinds), _sum_of)

def _copied(x: Any) -> Any:
    if isinstance(x, list | tuple | dict):
        return _mapped(_copied, x)
    return x.copy() if isinstance(x, np.ndarray) else x


OWN = Primitive("list own", "items copy", lambda xs: xs, _copied)  # a list of copies of the items


def _sum_kind(a: Kind, b: Kind) -> Kind:
    if isinstance(a, List) and isinstance(b, List):
        return List(_sum_kind(a.item, b.item), a.length if a.length == b.length else ANY)
    if isinstance(a, Tree) and isinstance(b, Tree):
        return Tree(a.type, a.keys, tuple(map(_sum_kind, a.items, b.items)))
    if not may_carry_derivative(a):
        return a
    add = primitive_named("operator.add").infer
    assert add is not None
    kind: Kind = add(a, b)
    return kind


def is_list(kind: Kind) -> bool:
    """Whether a value of this kind is a list."""
    return as_list(kind) is not None


def is_display(kind: Tree) -> bool:
    """Whether a container like one of this kind is written without a name: a tuple, list or dict, or, out of another
    one, a namedtuple."""
    if kind.type is dict:
        return all(type(key) in (str, int) for key in kind.keys)
    return kind.type in (tuple, list) or hasattr(kind.type, "_fields")


def plain_items(kind: Kind) -> bool:
    """Whether the items of a list are numbers and arrays, or containers of such and of what carries no derivative:
    their zeros and sums need no helper."""
    if isinstance(kind, List):
        return plain_items(kind.item)
    if isinstance(kind, Tree):
        return is_display(kind) and all(plain_items(item) or not may_carry_derivative(item) for item in kind.items)
    return isinstance(kind, Array) or (isinstance(kind, Scalar) and str(kind.dtype) in ("pyfloat", "real64", "float64"))


def joins_lists(function: object, kinds: Iterable[Kind]) -> bool:
    """Whether an operator joins or repeats lists: `xs + ys`, `xs * n`."""
    kinds = list(kinds)
    return function in (operator.add, operator.mul) and any(map(is_list, kinds)) and not any(
        isinstance(k, Array) for k in kinds
    )


__all__ = [
    "APPEND",
    "CHANGES",
    "CLEAR",
    "COPY",
    "EXTEND",
    "INSERT",
    "OWN",
    "POP",
    "REVERSE",
    "SUM",
    "TERMS",
    "ZEROS",
    "is_display",
    "is_list",
    "item_of",
    "joins_lists",
    "new_list",
    "plain_items",
    "zeros_of",
]
