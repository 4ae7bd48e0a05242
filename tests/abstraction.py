"""Holds kind functions against NumPy: abstract the arguments, infer, and compare with the concrete result."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.kinds import ONE, TOP, Array, Dim, Kind, Known, List, Scalar, Tree
from sourcead.primitives import __all__ as _tables
from sourcead.primitives.registry import entry_of

assert _tables  # importing it registers the tables


def abstract(value: Any) -> Kind:
    """The kind of a value; sizes other than 1 are symbols, named after the number that they stand for."""
    if isinstance(value, np.generic):
        return Scalar(value.dtype.name)
    if isinstance(value, bool):
        return Scalar("pybool")
    if isinstance(value, int):
        return Known(value)
    if isinstance(value, float):
        return Scalar("pyfloat")
    if isinstance(value, np.ndarray):
        return Array(value.dtype.name, tuple(ONE if n == 1 else Dim(("size", n)) for n in value.shape))
    if isinstance(value, list | tuple):
        return Tree(type(value), tuple(range(len(value))), tuple(map(abstract, value)))
    assert value is None
    return Known(None)


def size(dim: Dim) -> int | None:
    """The number that a size stands for, or None where any will do."""
    if dim.key is None or isinstance(dim.key, int):
        return dim.key
    assert isinstance(dim.key, tuple)
    word, *parts = dim.key
    if word == "size":
        return int(parts[0])
    numbers = [size(part) for part in parts]
    if None in numbers:
        return None
    known = [n for n in numbers if n is not None]
    if word == "quotient":
        return known[0] // known[1]
    return sum(known) if word == "sum" else math.prod(known)


def fits(kind: Kind, value: Any) -> None:
    """Assert that a kind is true of a value."""
    if kind == TOP:
        return
    if isinstance(kind, Known):
        assert kind.value == value
    elif isinstance(kind, Tree):
        assert isinstance(value, kind.type) and isinstance(value, list | tuple)
        for inner, item in zip(kind.items, value, strict=True):
            fits(inner, item)
    elif isinstance(kind, Scalar) and kind.dtype in ("pyint", "pyfloat", "pybool"):
        assert type(value) is {"pyint": int, "pyfloat": float, "pybool": bool}[kind.dtype]
        assert kind.size is None or size(kind.size) in (None, value)
    elif isinstance(kind, Scalar):
        assert isinstance(value, np.generic)
        assert kind.dtype in (None, value.dtype.name)
    else:
        assert isinstance(kind, Array)
        assert isinstance(value, np.ndarray)
        assert kind.dtype in (None, value.dtype.name)
        assert len(kind.dims) == value.ndim
        for dim, n in zip(kind.dims, value.shape, strict=True):
            assert size(dim) in (None, n)
            assert dim.one is None or dim.one == (n == 1)


def infer(target: Callable[..., Any], *args: Any, **static: Any) -> Kind:
    """The kind that the primitive of `target` gives for these arguments."""
    entry = entry_of(target)
    assert entry is not None and entry.primitive.infer is not None
    return entry.primitive.infer(*map(abstract, args), **static)


def check_kind(target: Callable[..., Any], *args: Any, known: bool = True, **static: Any) -> None:
    """The inferred kind is true of the result, and says something where `known`."""
    kind = infer(target, *args, **static)
    assert (kind != TOP) == known
    fits(kind, target(*args, **static))


def listed(item: Kind, length: int) -> List:
    """The kind of a run-time list of that many items."""
    return List(item, Dim(("size", length)))
