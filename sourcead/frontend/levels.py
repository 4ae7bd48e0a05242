"""Subscripts of subscripts as one: `a[1:][1]` is `a[2]`, `a[i][j]` is `a[i, j]`.

Two levels become one only where both name the same items, or both raise, whatever the sizes are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from sourcead.ir import Atom, Const, Hole, Path, Span, Value
from sourcead.kinds import Known, Scalar

Level: TypeAlias = tuple[Any, ...]


def merged(path: Path, atoms: tuple[Atom, ...]) -> Path:
    """A path into an array, with as few levels as say the same; atoms: what its holes stand for."""

    def is_index(element: Any) -> bool:
        return type(element) is int or (isinstance(element, Hole) and _is_int(atoms[element.index]))

    levels: list[Level] = []
    for level in path:
        both = _joined(levels[-1], level, is_index) if levels else None
        if both is None:
            levels.append(level)
        else:
            levels[-1] = both
    return tuple(levels)


def _is_int(atom: Atom) -> bool:
    if isinstance(atom, Const):
        return type(atom.value) is int
    kind = atom.kind if isinstance(atom, Value) else None
    if isinstance(kind, Known):
        return type(kind.value) is int
    return isinstance(kind, Scalar) and kind.dtype is not None and kind.dtype.lstrip("pyu").startswith("int")


def _joined(outer: Level, inner: Level, is_index: Callable[[Any], bool]) -> Level | None:
    """One level for two; None where there is none that is certainly the same."""
    if outer in ((), (Ellipsis,)):
        return inner
    if not all(is_index(e) or isinstance(e, Span) for e in (*outer, *inner)):
        return None
    left = list(inner)
    result: list[Any] = []
    for element in outer:
        if is_index(element) or not left:
            result.append(element)
            continue
        found = _within(element, left.pop(0), is_index)
        if found is None:
            return None
        result.append(found)
    return (*result, *left)


def _within(span: Span, element: Any, is_index: Callable[[Any], bool]) -> Any:
    """The element that stands for `[span][element]` along one axis."""
    if span == Span():
        return element
    if element == Span():
        return span
    bounds = _counts(span)
    if bounds is None or not (isinstance(element, Span) or type(element) is int):
        return None
    start, stop = bounds
    if isinstance(element, Span):
        return _span_within(start, stop, element)
    if element < 0 or (stop is not None and not start + element < stop):
        return None
    return start + element


def _span_within(start: int, stop: int | None, inner: Span) -> Span | None:
    """`[start:stop][inner]`. What lies behind a negative stop is found where nothing else shortens it."""
    bounds = _counts(inner)
    if bounds is None:
        return None
    first, end = start + bounds[0], bounds[1]
    if end is None:
        return Span(first, stop)
    if stop is None:
        return Span(first, end if end < 0 else start + end)
    if stop < 0 or end < 0:
        return None
    return Span(first, min(stop, start + end))


def _counts(span: Span) -> tuple[int, int | None] | None:
    """The bounds of a slice that goes up one by one, from a literal that is no negative number, to one or the end."""
    start, stop = span.start or 0, span.stop
    if isinstance(start, Hole) or isinstance(stop, Hole) or span.step not in (None, 1) or start < 0:
        return None
    return start, stop
