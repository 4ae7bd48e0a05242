"""Functions that resolving itself understands: iteration, containers, questions about kinds."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.frontend import (
    allpairs,
    checkpoints,
    copying,
    dictionaries,
    inplace,
    iterables,
    operators,
    piecewise,
    protocol,
    records,
    spelled,
)
from sourcead.frontend.abstract import Abstract, Aggregate, Iteration, Partial, Static, Super
from sourcead.frontend.expansion import finite_items
from sourcead.frontend.iterables import aggregate
from sourcead.frontend.lists import METHODS as LIST_METHODS
from sourcead.frontend.resolver import Resolver, own_class
from sourcead.ir import Const
from sourcead.kinds import (
    TEXT,
    Array,
    Kind,
    Known,
    List,
    Opaque,
    Scalar,
    Top,
    Tree,
    dims_of,
    dtype_of,
    is_complex,
    rank,
    same_size,
)
from sourcead.rules.facts import as_long, complex_valued, given, half, known_rank, static

FALSE, ZERO, ONE, NOTHING = Const(False), Const(0), Const(1), Const(None)


def _number_of(resolver: Resolver, item: Abstract = ZERO) -> Any:
    """`float(text)`: what went into a text does not come out of it as something that can be differentiated."""
    answer = protocol.ask(resolver, item, "__float__")
    if answer is not None:
        return answer
    if resolver.kind(item) == TEXT and not resolver.static(item)[0]:
        resolver.refuse("a number is read from a text that is made here", "compute with the number itself")
    return NotImplemented


def _range(
    resolver: Resolver, first: Abstract, second: Abstract | None = None, step: Abstract | None = None
) -> Abstract:
    start, stop = (ZERO, first) if second is None else (first, second)
    return Iteration("range", (start, stop, ONE if step is None else step))


def _zip(resolver: Resolver, *args: Abstract, strict: Abstract = FALSE) -> Abstract:
    if resolver.truth(strict) is not False:
        from sourcead.frontend.expansion import finite_items

        columns = [finite_items(resolver, a) for a in args]
        if (
            resolver.truth(strict) is None
            or len({None if c is None else len(c) for c in columns}) > 1
            or None in columns
        ):
            resolver.refuse("`zip` with `strict=` is not differentiated", "call it without `strict`")
    return Iteration("zip", tuple(protocol.iterated(resolver, a) for a in args))


def _enumerate(resolver: Resolver, iterable: Abstract, start: Abstract = ZERO) -> Abstract:
    return Iteration("enumerate", (start, protocol.iterated(resolver, iterable)))


def _len(resolver: Resolver, item: Abstract) -> Any:
    answer = protocol.ask(resolver, item, "__len__")
    cls = own_class(resolver, item)
    if answer is not None or (cls is not None and not issubclass(cls, tuple)):
        return NotImplemented if answer is None else answer
    parts = resolver.parts_of(item)
    kind = resolver.kind(item)
    if parts is not None:
        return Const(len(parts.items))
    known, text = resolver.static(item)
    if known and isinstance(text, str):
        return Const(len(text))
    return Const(len(kind.items)) if isinstance(kind, Tree) else NotImplemented


def _isinstance(resolver: Resolver, item: Abstract, classes: Abstract) -> Any:
    found, value = resolver.static(classes)
    kind = resolver.kind(item)
    if not found:
        return NotImplemented
    types = value if isinstance(value, tuple) else (value,)
    if not all(isinstance(t, type) for t in types):
        resolver.refuse("`isinstance` is asked about something that is no class")
    actual = python_type(kind)
    if actual is None:
        known, obj = resolver.static(item)
        return Const(isinstance(obj, types)) if known else NotImplemented
    return Const(issubclass(actual, types))


def python_type(kind: Kind) -> type | None:
    """The class of the values of a kind, where it is one class."""
    if isinstance(kind, Array):
        return np.ndarray
    if isinstance(kind, Scalar):
        python = {"pyint": int, "pyfloat": float, "pybool": bool, "pycomplex": complex}
        if kind.dtype in python:
            return python[kind.dtype]
        return None if kind.dtype in (None, "real", "real64") else np.dtype(kind.dtype).type
    if isinstance(kind, List):
        return list
    return kind.type if isinstance(kind, Tree | Opaque) else None


def _same(resolver: Resolver, item: Abstract) -> Abstract:
    return item


def _wraps(
    resolver: Resolver, wrapped: Abstract, assigned: Abstract = NOTHING, updated: Abstract = NOTHING
) -> Abstract:
    """`functools.wraps(f)`: what it decorates stays what it is."""
    return Static(_same)


def _nullcontext(resolver: Resolver, enter_result: Abstract = NOTHING) -> Abstract:
    return Aggregate(contextlib.nullcontext, ("enter_result",), (enter_result,))


def _suppress(resolver: Resolver, *types: Abstract) -> Abstract:
    return Aggregate(contextlib.suppress, tuple(range(len(types))), types)


def _ndim(resolver: Resolver, item: Abstract) -> Any:
    found = rank(resolver.kind(item))
    return NotImplemented if found is None else Const(found)


def _static(resolver: Resolver, item: Abstract) -> Abstract:
    return Const(resolver.static(item)[0])


def _given(resolver: Resolver, item: Abstract) -> Abstract:
    return Const(item != Const(None))


def _complex_valued(resolver: Resolver, item: Abstract) -> Any:
    found = is_complex(resolver.kind(item))
    if found is None and resolver.complexes:
        return NotImplemented
    return Const(bool(found))


def _half(resolver: Resolver, item: Abstract) -> Abstract:
    return Const(dtype_of(resolver.kind(item)) == "float16")


def _as_long(resolver: Resolver, a: Abstract, b: Abstract, axis: Abstract) -> Abstract:
    left, right, (found, k) = dims_of(resolver.kind(a)), dims_of(resolver.kind(b)), resolver.static(axis)
    return Const(bool(found and left and right and same_size(left[k], right[k])))


def _known_rank(resolver: Resolver, item: Abstract) -> Abstract:
    return Const(rank(resolver.kind(item)) is not None)


def _adds_as_float(kind: Kind) -> bool:
    """Whether a value may be a Python float: those `sum` adds with compensation, from Python 3.12 on."""
    if isinstance(kind, Scalar):
        return kind.dtype in ("pyfloat", "real", "real64", None)
    return not isinstance(kind, Array | Known)


def _sum(resolver: Resolver, items: Abstract, start: Abstract = ZERO) -> Any:
    from sourcead.frontend.arithmetic import binary
    from sourcead.frontend.iteration import static_items

    if own_class(resolver, items) is not None:
        items = aggregate(tuple, finite_items(resolver, items) or [])
    values = static_items(resolver, items) if not isinstance(resolver.kind(items), Array) else None
    if values is None or any(_adds_as_float(resolver.kind(v)) for v in values):
        return NotImplemented
    total = start
    for value in values:
        total = binary(resolver, "+", total, value)
    return total


def _partial(resolver: Resolver, callee: Abstract, *args: Abstract, **kwargs: Abstract) -> Abstract:
    return Partial(callee, args, tuple(kwargs.items()))


def _super(resolver: Resolver, cls: Abstract | None = None, holder: Abstract | None = None) -> Abstract:
    frame = resolver.frames[-1]
    if cls is None:
        cell = frame.cells.get("__class__")
        if cell is None or frame.receiver is None:
            resolver.refuse("`super()` stands outside a method")
        assert cell is not None and frame.receiver is not None
        return Super(cell.cell_contents, frame.receiver)
    known, value = resolver.static(cls)
    if not known or holder is None:
        resolver.refuse("`super` needs a class and an object", "write `super()`")
    assert holder is not None
    return Super(value, holder)


INTRINSICS: dict[Any, Callable[..., Any]] = {
    range: _range,
    float: _number_of,
    zip: _zip,
    enumerate: _enumerate,
    len: _len,
    isinstance: _isinstance,
    tuple: iterables.to_sequence(tuple),
    list: iterables.to_sequence(list),
    set: iterables.to_set,
    frozenset: iterables.to_set,
    dict: iterables.to_dict,
    sorted: iterables.to_sorted,
    reversed: iterables.to_reversed,
    np.ndim: _ndim,
    static: _static,
    given: _given,
    complex_valued: _complex_valued,
    as_long: _as_long,
    half: _half,
    known_rank: _known_rank,
    sum: _sum,
    contextlib.nullcontext: _nullcontext,
    contextlib.suppress: _suppress,
    functools.wraps: _wraps,
    _same: _same,
    **protocol.FUNCTIONS,
    **spelled.FUNCTIONS,
    **piecewise.FUNCTIONS,
    super: _super,
    functools.partial: _partial,
    **inplace.FUNCTIONS,
    **allpairs.FUNCTIONS,
    **operators.FUNCTIONS,
    **checkpoints.FUNCTIONS,
    **copying.FUNCTIONS,
    **dictionaries.FUNCTIONS,
    **records.FUNCTIONS,
}
METHODS_OF: dict[Any, dict[str, Callable[..., Any]]] = {
    dict: dictionaries.METHODS,
    list: LIST_METHODS,
    np.ndarray: inplace.METHODS,
}


def methods_of(kind: Kind) -> dict[str, Callable[..., Any]]:
    """The methods that resolving understands, of a value of this kind; what may be an array may have an array's."""
    if isinstance(kind, Tree):
        return records.METHODS if hasattr(kind.type, "_fields") else METHODS_OF.get(kind.type, {})
    if isinstance(kind, Array | Top):
        return METHODS_OF[np.ndarray]
    return METHODS_OF[list] if isinstance(kind, List) else {}


__all__ = ["INTRINSICS", "Static", "methods_of", "python_type"]
