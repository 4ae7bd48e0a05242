"""f-strings of what is known when the gradient is generated: `f"w{k}"` is a key where k is a number that is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.resolver import Resolver

_PLAIN = (str, int, bool, type(None))  # a float is written as the program computes it
_CONVERSIONS: dict[str, Callable[[Any], Any]] = {"": lambda value: value, "s": str, "r": repr, "a": ascii}


def known_text(resolver: Resolver, parts: Sequence[Any], given: Sequence[Abstract]) -> str | None:
    """The text of an f-string, where all that it shows is known."""
    found = [resolver.static(item) for item in given]
    if not all(known and type(value) in _PLAIN for known, value in found):
        return None
    try:
        return _text(parts, [value for _, value in found])
    except (TypeError, ValueError):  # raises when the program runs
        return None


def _text(parts: Sequence[Any], values: Sequence[Any]) -> str:
    """The text of parts: texts, and (number of the value, conversion, specification)."""
    if isinstance(parts, str):
        return parts
    return "".join(
        part if isinstance(part, str) else format(_CONVERSIONS[part[1]](values[part[0]]), _text(part[2], values))
        for part in parts
    )
