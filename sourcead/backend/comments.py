"""Trailing comments: which primal statement an adjoint line belongs to, and the notes that passes left."""

from __future__ import annotations

import os

from sourcead.backend.phrases import Phrases
from sourcead.backend.tree import Branch, Exit, Let, Move, Statement, bodies, read
from sourcead.errors import Place
from sourcead.ir import STABLY, Function, Op, Value

TRAILING_NOTE = 40
A_FEW_WORDS = 20  # go behind the reference to a line; a longer note stands above


class Comments:
    """Says each primal statement's line once, at the first adjoint statement that comes from it."""

    def __init__(self, function: Function, phrases: Phrases) -> None:
        self.home = function.at.file if function.at is not None else ""
        self.whole = function.at  # what comes of the function as a whole belongs to no line of it
        self.phrases = phrases
        self.said: set[tuple[str, int]] = set()
        self.noted: set[str] = set()

    def is_backward(self, statement: Statement) -> bool:
        """Whether a statement belongs to the backward sweep."""
        op = getattr(statement, "op", None)
        return isinstance(op, Op) and op.backward

    def of(self, statement: Statement) -> tuple[str, str, str]:
        """A comment for a line of its own above, one for the end of the line, and the latter's short form."""
        note = self.note(statement)
        places = self._new_places(statement)
        if not places:
            return (note, "", "") if len(note) > TRAILING_NOTE else ("", note, note)
        full, short = self._reference(places)
        if not note or len(note) > A_FEW_WORDS:
            return note, full, short
        return "", f"{full}; {note}", f"{short}; {note}"

    def note(self, statement: Statement) -> str:
        """What passes have noted about the ops in a line. What is computed stably is said where it begins."""
        ops = [op for op in self._ops(statement) if op.note]
        told = {note for note in self.noted if STABLY in note}
        notes = dict.fromkeys(op.note for op in ops if not (op.backward and op.note in told))
        self.noted.update(notes)
        said: dict[str, list[str]] = {}  # by its first part: the line that it is said of
        for note in notes:
            first, colon, rest = note.partition(": ")
            said.setdefault(first + colon, []).append(rest)
        return "; ".join(first + "; ".join(rest) for first, rest in said.items())

    def _ops(self, statement: Statement) -> list[Op]:
        """The ops written in a line, its own first."""
        own = getattr(statement, "op", None)
        ops = [own] if isinstance(own, Op) and not isinstance(statement, Exit | Move) else []
        inner: list[Value] = list(read(statement))
        if isinstance(statement, Branch) and statement in self.phrases.expressions:
            inner += [v for arm in bodies(statement) for s in arm for v in read(s)]
        for value in inner:
            made_by = self.phrases.folded.get(value)
            if made_by is not None:
                ops += self._ops(made_by)
        return ops

    def _new_places(self, statement: Statement) -> list[Place]:
        if not isinstance(statement, Let | Branch) or not statement.op.backward:
            return []
        places: dict[tuple[str, int], Place] = {}
        for op in self._ops(statement):
            if op.backward and op.at not in (None, self.whole):
                places.setdefault((op.at.file, op.at.statement_line), op.at)
        new = [place for key, place in places.items() if key not in self.said]
        self.said.update(places)
        return new

    def _reference(self, places: list[Place]) -> tuple[str, str]:
        files = {p.file for p in places}
        prefix = "" if files == {self.home} else f"{os.path.basename(places[0].file)}:"
        if len(files) > 1:
            places = [p for p in places if p.file == places[0].file]
        lines = sorted(p.statement_line for p in places)
        if len(lines) == 1:
            word = f"{prefix}{lines[0]}" if prefix else f"line {lines[0]}"
            return f"{word}: {places[0].statement}", word
        consecutive = lines == list(range(lines[0], lines[-1] + 1))
        listed = f"{lines[0]}-{lines[-1]}" if consecutive else ", ".join(map(str, lines))
        word = f"{prefix}{listed}" if prefix else f"lines {listed}"
        return word, word
