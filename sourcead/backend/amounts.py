"""Amounts: a number of bytes as a Python expression of the arguments, and the sizes of arrays as such expressions."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from sourcead.ir import Span
from sourcead.kinds import Dim, Scalar
from sourcead.records import dataclass

TURNS, SIZE, CALLS = "turns", "size", "calls"  # what only a run can tell
_PYTHON_SIZES = {"pybool": 1, "pycomplex": 16}


@dataclass(frozen=True, slots=True)
class Size:
    """A number of bytes. known: whether the arguments determine it; exact: whether it may be less."""

    formula: str
    known: bool = True
    exact: bool = True

    def times(self, factor: str | None, unknown: str = SIZE) -> Size:
        """So many of it."""
        if self.formula == "0" or factor == "1":
            return self
        whole = f"({self.formula})" if " + " in self.formula else self.formula
        product = grouped(factor) if factor is not None else unknown
        return Size(f"{whole} * {product}", self.known and factor is not None, self.exact)

    def plus(self, other: Size) -> Size:
        """Both."""
        if "0" in (self.formula, other.formula):
            return other if self.formula == "0" else self
        return Size(f"{self.formula} + {other.formula}", self.known and other.known, self.exact and other.exact)


NOTHING = Size("0")


def grouped(text: str) -> str:
    """An expression as a factor."""
    depth = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == " " and not depth:
            return f"({text})"
    return text


def dim_text(dim: Dim) -> str | None:
    """A size as an expression of the arguments, where it is one."""
    if dim.one:
        return "1"
    key: Any = dim.key
    if isinstance(key, str | int):
        return str(key)
    if not isinstance(key, tuple) or not key or not isinstance(key[0], str):
        return None
    word, *parts = key
    texts = [dim_text(p) if isinstance(p, Dim) else str(p) if type(p) is int else None for p in parts]
    if word == "slice" and texts[0] is not None:
        return _sliced(texts[0], parts[1])
    if None in texts:
        return None
    known = [str(t) for t in texts]
    joined = {"sum": " + ", "less": " - ", "product": " * ", "quotient": " // "}
    if word in joined:
        return joined[word].join(map(grouped, known))
    if word == "least":
        return f"min({', '.join(known)})"
    return f"{known[0]} // 2 + 1" if word == "half" and len(known) == 1 else None


def _sliced(whole: str, span: Any) -> str | None:
    parts: tuple[Any, ...] = (span.start, span.stop, span.step) if isinstance(span, Span) else tuple(span)
    texts: list[str] = []
    for part in parts:
        text = dim_text(part.size) if isinstance(part, Scalar) and part.size is not None else None
        text = str(part) if part is None or type(part) is int else text
        if text is None:
            return None
        texts.append(text)
    return f"len(range({whole})[{':'.join('' if t == 'None' else t for t in texts)}])".replace(":]", "]")


def range_text(start: str, stop: str, step: str) -> str:
    """A range, as short as it can be written."""
    if step != "1":
        return f"range({start}, {stop}, {step})"
    return f"range({stop})" if start == "0" else f"range({start}, {stop})"


def words(formula: str) -> set[str]:
    """The names in a formula."""
    return set(re.findall(r"(?<![\w.])[A-Za-z_]\w*", formula))


def size_of_one(dtype: str | None) -> Size:
    """The bytes of one number."""
    if dtype is None:
        return Size(SIZE, False)
    if dtype in _PYTHON_SIZES or dtype.startswith(("py", "real")):
        return Size(str(_PYTHON_SIZES.get(dtype, 8)))
    return Size(str(np.dtype(dtype).itemsize))
