"""The ledger: every value that the forward part of a derivative keeps for its backward part, and what it costs.

A value is kept when the text's backward part reads a name that its forward part binds. Bytes are those of the data (8 a
Python number): Python's own, of objects and of the places in lists, come on top, and so do the temporaries of each
line. What is kept is all there when the backward part begins: the total is the peak but for these.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sourcead.errors import Place, display_path

WIDTH = 100
_FREE = ("argument", "captured", "shared")
_WORDS = {"len": len, "max": max, "min": min, "range": range, "sum": sum}


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of the generated text, and the line of the function's own text that it comes from (None: no single one),
    with the file where that is another than the function's."""

    line: int
    origin: int | None
    file: str = ""

    def __str__(self) -> str:
        return str(self.line) if self.origin is None else f"{self.line} ({self._origin()})"

    def _origin(self) -> str:
        return f"{self.file}:{self.origin}" if self.file else str(self.origin)


@dataclass(frozen=True, slots=True)
class Entry:
    """One value.

    name, function: what it is called in the text, and in which function. made, read: the lines that make it, and those
    of the backward part that read it. formula: its bytes, as an expression of the arguments (`turns`, `size`, `calls`:
    known only to a run). bytes: their number for the example arguments; None where only a run can tell; at_most: it may
    turn out less. what: "kept", "argument", "captured", "shared" with another entry, or "held". why: in words.
    """

    name: str
    function: str
    made: tuple[Spot, ...]
    read: tuple[Spot, ...]
    formula: str
    bytes: int | None
    at_most: bool
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What the backward part computes a second time instead: its name ("" within an expression) and line."""

    name: str
    function: str
    at: Spot


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a derivative keeps for its backward part; printing it shows a table.

    >>> import numpy as np
    >>> from sourcead import grad
    >>> def loss(W, x):
    ...     z = W @ x
    ...     h = np.tanh(z)
    ...     return np.sum(h * h)
    >>> ledger = grad(loss).ledger(np.ones((3, 2)), np.ones(2))
    >>> [(entry.name, entry.formula, entry.bytes, entry.why) for entry in ledger.entries]
    [('h', '8 * W.shape[0]', 24, 'dear: tanh')]
    >>> ledger.total_bytes
    24

    entries: what is kept. free: what is read again without being kept: arguments, and parts of them and of entries.
    held: what nothing reads again, but whose name lives on until the derivative returns. recomputed: what is computed
    again instead of being kept. source: the text that the lines are counted in.
    """

    name: str
    source: str
    entries: tuple[Entry, ...]
    free: tuple[Entry, ...]
    held: tuple[Entry, ...]
    recomputed: tuple[Recomputed, ...]

    @property
    def total_bytes(self) -> int:
        """The bytes of all that is kept, as far as they are known before a run (see `unknown`)."""
        return sum(entry.bytes or 0 for entry in self.entries)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names of what is kept and whose bytes only a run can tell."""
        return tuple(entry.name for entry in self.entries if entry.bytes is None)

    @property
    def at_most(self) -> bool:
        """Whether a run may keep less than the total."""
        return any(entry.at_most for entry in self.entries)

    def __str__(self) -> str:
        head = f"{self.name} keeps for its backward part (lines of the generated text; in brackets your own)"
        head = textwrap.fill(head, WIDTH)
        functions = dict.fromkeys(entry.function for entry in self.entries)
        tables = [(f, _table([e for e in self.entries if e.function == f])) for f in functions]
        named = ["\n".join([*([f"in {f}:"] if len(tables) > 1 else []), *table]) for f, table in tables]
        parts = [head, *(named or ["nothing"]), self._total()]
        parts += _listed("Read again, and there anyway", dict.fromkeys(f"{e.name} ({e.why})" for e in self.free))
        parts += _listed("Computed again", _again(self.recomputed))
        parts += _listed(
            "Not read again, but there until the end", [f"{e.name}: {_bytes(e)} bytes, {e.formula}" for e in self.held]
        )
        return "\n\n".join(parts)

    def _total(self) -> str:
        bound = "at least " if self.unknown else "at most " if self.at_most else ""
        number = f"total {bound}{self.total_bytes:,} bytes of data"
        text = f"{number}, all there when the backward part begins; temporaries on top"
        if self.unknown:
            text += f". Known only to a run: {', '.join(self.unknown)}"
        return textwrap.fill(text, WIDTH)

    def as_dict(self) -> dict[str, Any]:
        """The ledger as plain numbers, strings, lists and dicts."""
        from dataclasses import asdict

        plain = {key: value for key, value in asdict(self).items() if key != "source"}
        return {**plain, "total_bytes": self.total_bytes, "unknown": list(self.unknown), "at_most": self.at_most}


def ledger_of(name: str, found: Any, evaluate: Callable[[str], Any]) -> Ledger:
    """The ledger of what the compiler found. evaluate: what computes a formula for the arguments."""
    text, home, kept, again = found
    file = home.file if home is not None else ""

    def spot(at: tuple[int, Place | None]) -> Spot:
        line, place = at
        if place is None:
            return Spot(line, None)
        return Spot(line, place.statement_line, "" if place.file == file else display_path(place.file))

    entries: dict[str, list[Entry]] = {}
    for k in kept:
        number = _number(k.size.formula, evaluate) if k.size.known else None
        made, read = tuple(map(spot, k.made)), tuple(map(spot, k.read))
        entry = Entry(k.name, k.function, made, read, k.size.formula, number, not k.size.exact, k.what, k.why)
        entries.setdefault("free" if k.what in _FREE else k.what, []).append(entry)
    main, free, held = (tuple(entries.get(what, ())) for what in ("kept", "free", "held"))
    return Ledger(name, text, main, free, held, tuple(Recomputed(a.name, a.function, spot(a.spot)) for a in again))


def shape_alone(value: Any) -> Any:
    """A value with arrays of the same shapes that take no memory in place of its arrays; objects stay themselves."""
    if type(value) in (tuple, list):
        return type(value)(map(shape_alone, value))
    if type(value) is dict:
        return {key: shape_alone(item) for key, item in value.items()}
    return np.broadcast_to(np.zeros((), value.dtype), value.shape) if type(value) is np.ndarray else value


def evaluator(names: dict[str, Any]) -> Callable[[str], Any]:
    """What computes a formula, given what names stand for."""
    return lambda formula: eval(formula, {**names, "__builtins__": _WORDS})


def _number(formula: str, evaluate: Callable[[str], Any]) -> int | None:
    try:
        number = evaluate(formula)
    except (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError):
        return None  # what it speaks of is not there any more
    return max(0, int(number)) if isinstance(number, int) or math.isfinite(number) else None


# Text ----------------------------------------------------------------------------------------------------------


def _table(entries: Sequence[Entry]) -> list[str]:
    """Aligned columns; the two last ones are wrapped in the room that is left."""
    rows = [("name", "made", "read", "bytes", "formula", "why kept")]
    rows += [(e.name, _spots(e.made), _spots(e.read), _bytes(e), e.formula, e.why) for e in entries]
    wide = [max(len(row[k]) for row in rows) for k in range(6)]
    for k, most in enumerate((18, 13, 16)):
        wide[k] = min(wide[k], most)
    room = WIDTH - sum(wide[:4]) - 10
    wide[5] = min(wide[5], max(room // 2, room - wide[4]))
    wide[4] = min(wide[4], room - wide[5])
    lines = [_row(row, wide) for row in rows]
    return [line for row in lines for line in row]


def _row(cells: tuple[str, ...], wide: list[int]) -> list[str]:
    pairs = zip(cells, wide, strict=True)
    wrapped = [textwrap.wrap(cell, width, break_on_hyphens=False) or [""] for cell, width in pairs]
    lines = []
    for number in range(max(map(len, wrapped))):
        parts = []
        for k, (cell, width) in enumerate(zip(wrapped, wide, strict=True)):
            text = cell[number] if number < len(cell) else ""
            parts.append(text.rjust(width) if k == 3 else text.ljust(width))
        lines.append("  ".join(parts).rstrip())
    return lines


def _spots(spots: Iterable[Spot]) -> str:
    return ", ".join(map(str, spots))


def _bytes(entry: Entry) -> str:
    if entry.bytes is None:
        return "?"
    return f"{'<= ' if entry.at_most else ''}{entry.bytes:,}"


def _again(recomputed: Iterable[Recomputed]) -> list[str]:
    return list(dict.fromkeys(f"{again.name or 'within'} {again.at}" for again in recomputed))


def _listed(title: str, items: Iterable[str]) -> list[str]:
    if not (items := list(items)):
        return []
    return [textwrap.fill(f"{title}: {'; '.join(items)}", WIDTH, subsequent_indent="    ")]
