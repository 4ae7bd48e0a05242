"""From the lines of a text to the statements behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sourcead.backend.function_text import BACKWARD
from sourcead.backend.listings import Listing
from sourcead.backend.phrases import Folded
from sourcead.backend.tree import Statement, bodies, defined, read, walk
from sourcead.backend.writer import Sheet
from sourcead.ir import Op, Value


def statement_at(sheet: Sheet, line: int) -> Statement | None:
    """What a line of the text was written from; the loop of a comprehension."""
    row = sheet.rows[line - sheet.above - 1][0]
    about = row.about if row is not None else None
    if isinstance(about, Listing):
        return about.loop
    return None if about is None or isinstance(about, str) else about  # type: ignore[return-value]


def border(sheet: Sheet) -> int | None:
    """The line of the first statement of the backward part (a loop may be of both), or of what parts it from the rest;
    None where there is none."""
    if not sheet.function.parted:
        return None
    for number, (row, _) in enumerate(sheet.rows):
        about = row.about if row is not None else None
        head = about.loop if isinstance(about, Listing) else about
        if about is BACKWARD or (row is not None and row.indent == 4 and _is_backward(head)):
            return sheet.above + number + 1
    return None


def _is_backward(statement: Any) -> bool:
    """Whether there are backward ops in a statement."""
    if statement is None or isinstance(statement, str):
        return False
    return any(op.backward for s in walk([statement]) for op in ops_of(s))


def statements(sheet: Sheet) -> list[tuple[int, Statement]]:
    """The statements of a function by the lines on which they start."""
    found: list[tuple[int, Statement]] = []
    for number, (row, _) in enumerate(sheet.rows):
        about = row.about if row is not None else None
        if isinstance(about, Listing):
            found += [(sheet.above + number + 1, s) for s in walk([about.loop])]
            about = next((s for s in walk(sheet.body) if about.target in defined(s)), None)
        if about is not None and not isinstance(about, str):
            found.append((sheet.above + number + 1, about))  # type: ignore[arg-type]
    return found


def ops_of(statement: Statement) -> list[Op]:
    """The op of a statement, where it is of one."""
    own = getattr(statement, "op", None)
    return [own] if isinstance(own, Op) else []


def read_through(statement: Statement, folded: Folded) -> Iterator[Value]:
    """What a statement reads, and what the expressions in it read."""
    waiting = list(read(statement))
    while waiting:
        value = waiting.pop()
        made_by = folded.get(value)
        if made_by is None:
            yield value
            continue
        waiting += read(made_by)
        waiting += [v for arm in bodies(made_by) for s in arm for v in read(s)]
