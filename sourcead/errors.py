"""Errors: every refusal names the file, line and column, shows the source line with a caret, says why and what to do.

An error is made of one or more `Diagnosis` and prints them like a good compiler:

    no derivative rule for scipy.special.kv
      --> model.py:41:12, in loss
       41 |     return kv(nu, x).sum()
          |            ^^^^^^^^^
      x is differentiated here (argument 0 of loss)
      help: declare one:  @sourcead.adjoint(scipy.special.kv)  def rule(g, y, nu, x): ...
"""

from __future__ import annotations

import linecache
import os
import textwrap
import unicodedata
from typing import ClassVar

from sourcead.records import dataclass

TAB_WIDTH = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the user's text. Lines count from 1, columns from 0; `statement` is the text of the
    innermost statement's first line, without indentation or comment."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    function: str
    statement: str
    statement_line: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One refusal: what, where, why, and the remedy."""

    message: str
    at: Place | None = None
    notes: tuple[str, ...] = ()
    help: str = ""

    @property
    def needs_examples(self) -> bool:
        """Whether the kinds of the arguments decide: only with example arguments can more be said."""
        return EXAMPLES in self.help

    def __str__(self) -> str:
        lines = [self.message]
        if self.at is not None:
            lines += located(self.at)
        lines += (indented("", note) for note in self.notes)
        if self.help:
            lines.append(indented("help: ", self.help))
        return "\n".join(lines)


EXAMPLES = "example arguments"  # what a remedy asks for where the kinds of the arguments decide


class SourceADError(Exception):
    """Anything that sourcead refuses. A plain text stands for a diagnosis without a place."""

    several: ClassVar[str] = "{count} constructs cannot be differentiated"
    diagnoses: tuple[Diagnosis, ...]

    def __init__(self, first: Diagnosis | str, *more: Diagnosis | str) -> None:
        self.diagnoses = tuple(Diagnosis(item) if isinstance(item, str) else item for item in (first, *more))
        super().__init__(*self.diagnoses)

    def __str__(self) -> str:
        parts = [str(diagnosis) for diagnosis in self.diagnoses]
        if len(parts) > 1:
            parts.insert(0, self.several.format(count=len(parts)))
        return "\n\n".join(parts)


class UnsupportedError(SourceADError):
    """The function uses something that cannot be differentiated."""


class MissingRuleError(SourceADError):
    """An active value enters a function that has neither source nor a derivative rule."""

    several: ClassVar[str] = "{count} calls have no derivative rule"


class SourceUnavailableError(SourceADError):
    """The text of a function cannot be read, or is not the text of the code that runs."""

    several: ClassVar[str] = "the source of {count} functions is not available"


class MissingPackageError(SourceADError, ImportError):
    """A package that was asked for is not installed."""


class ArgumentError(SourceADError, TypeError):
    """An argument, or what a function returned, is of a kind that cannot be differentiated."""

    several: ClassVar[str] = "{count} arguments cannot be used"


class ArgumentValueError(SourceADError, ValueError):
    """An argument is of the right kind, but its value cannot be used."""

    several: ClassVar[str] = "{count} arguments cannot be used"


class CheckError(SourceADError, AssertionError):
    """A derivative differs from what central differences, or the other mode, say."""


class InternalError(SourceADError):
    """A defect of sourcead itself: never the user's fault."""

    several: ClassVar[str] = "{count} defects of sourcead"

    @classmethod
    def during(cls, stage: str, error: BaseException, at: Place | None = None) -> InternalError:
        """The error for an exception that escaped from a stage of the compiler."""
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        remedy = "this is a defect of sourcead; please report it with this text and the function"
        return cls(Diagnosis(f"sourcead failed in its own stage {stage!r}", at, (what,), remedy))


def display_path(file: str) -> str:
    """A file's path as messages and comments show it: relative to the current directory where it lies inside it."""
    if not os.path.isabs(file):
        return file
    try:
        relative = os.path.relpath(file)
    except (OSError, ValueError):  # the current directory is gone, or is on another drive
        return file
    return file if relative.split(os.sep, 1)[0] == os.pardir else relative


def located(at: Place) -> list[str]:
    """The lines that show a place: the location, the source line, a caret under what is meant."""
    location = f"  --> {display_path(at.file)}:{at.line}:{at.column + 1}"
    lines = [f"{location}, in {at.function}" if at.function else location]
    source = _source_line(at)
    if source is None:
        return lines
    stop = at.end_column if at.end_line == at.line else len(source.rstrip())
    before, marked = _shown(source[: at.column]), source[at.column : stop]
    width = _width(_shown(source[: at.column] + marked)) - _width(before)
    gutter = max(5, len(str(at.line)) + 2)
    lines.append(f"{at.line:>{gutter}} | {_shown(source.rstrip())}")
    lines.append(f"{'':>{gutter}} | {' ' * _width(before)}{'^' * max(1, width)}")
    return lines


def _source_line(at: Place) -> str | None:
    """The line as it stands in the file, unless it is not there or no longer the one that was read."""
    line = linecache.getline(at.file, at.line).rstrip("\r\n")
    if not line.strip() or at.column > len(line):
        return None
    if at.statement_line == at.line and at.statement not in line:
        return None
    return line


def _shown(text: str) -> str:
    """Text as it is printed: tabs expanded, other control characters blank."""
    out: list[str] = []
    for char in text:
        if char == "\t":
            out.append(" " * (TAB_WIDTH - _width("".join(out)) % TAB_WIDTH))
        else:
            out.append(" " if unicodedata.category(char) == "Cc" else char)
    return "".join(out)


def _width(text: str) -> int:
    """The columns that text takes on a terminal: wide characters take two, combining ones none."""
    return sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def indented(label: str, text: str) -> str:
    """Text under a message, its further lines under its first."""
    first, *rest = text.splitlines() or [""]
    return "\n".join([f"  {label}{first}", *(textwrap.indent(line, " " * (2 + len(label))) for line in rest)])


# Tracebacks name the classes after the package that exports them.
for _error in (
    SourceADError,
    UnsupportedError,
    MissingRuleError,
    SourceUnavailableError,
    MissingPackageError,
    ArgumentError,
    ArgumentValueError,
    CheckError,
    InternalError,
):
    _error.__module__ = "sourcead"
