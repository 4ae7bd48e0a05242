"""Weighs what a derivative really keeps: runs it, stops at the first line of its backward part, looks at the names."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np

from sourcead import Ledger


def names_at(fn: Callable[..., Any], line: int, args: tuple[Any, ...]) -> dict[str, int]:
    """The weights of the local names of a function when it first comes to a line at or behind this one."""
    found: list[dict[str, int]] = []

    def local(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line" and frame.f_lineno >= line and not found:
            found.append({name: weight(_owner(value)) for name, value in frame.f_locals.items()})
        return local

    def calls(frame: FrameType, event: str, _: Any) -> Any:
        return local if frame.f_code is fn.__code__ and event == "call" else None

    before = sys.gettrace()
    sys.settrace(calls)
    try:
        fn(*copy.deepcopy(args))
    finally:
        sys.settrace(before)
    return found[0] if found else {}


def _owner(value: Any) -> Any:
    """The array whose memory a view holds."""
    while isinstance(value, np.ndarray) and isinstance(value.base, np.ndarray):
        value = value.base
    return value


def weight(value: Any) -> int:
    """The bytes of the data of a value: 8 a Python number, 1 a bool, an array's own."""
    if isinstance(value, np.ndarray | np.generic):
        return value.nbytes
    if isinstance(value, bool):
        return 1
    if isinstance(value, int | float):
        return 8
    if isinstance(value, complex):
        return 16
    if isinstance(value, list | tuple):
        return sum(map(weight, value))
    return sum(map(weight, value.values())) if isinstance(value, dict) else 0


def border(source: str, name: str) -> int:
    """The line behind which the backward part of a function stands."""
    lines = source.splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith(f"def {name}("))
    return next((k + 1 for k, line in enumerate(lines) if k > start and line == "    # backward"), 10**9)


def weighed(ledger: Ledger, fn: Callable[..., Any], args: tuple[Any, ...]) -> list[tuple[str, int | None, int, bool]]:
    """Each entry with the bytes that the ledger says, those that there were, and whether it says `at most`."""
    there = names_at(fn, border(ledger.source, fn.__name__), args)
    own = [entry for entry in ledger.entries if entry.function == fn.__name__]
    return [(e.name, e.bytes, there[e.name], e.at_most) for e in own if e.name in there]
