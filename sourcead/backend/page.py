"""Lines of a module: wrapped code, with trailing comments aligned over runs of consecutive statements."""

from __future__ import annotations

from collections.abc import Iterator

from sourcead.backend.text import WIDTH, wrap
from sourcead.records import dataclass, field

COLUMNS = range(40, 64, 4)  # where trailing comments may stand: a longer line has its comment right behind it


@dataclass(slots=True)
class Line:
    """A statement or header: its text, its comment and the shorter form of that, for where there is little room;
    `about`: what it was written from."""

    indent: int
    text: str
    comment: str = ""
    short: str = ""
    verbatim: bool = False
    about: object = None


@dataclass(slots=True)
class Page:
    """Lines in order; None is a blank one. `about` is what the next lines are written from."""

    lines: list[Line | None] = field(default_factory=list)
    about: object = None

    def add(self, indent: int, text: str, comment: str = "", short: str = "") -> None:
        """One more statement."""
        self.lines.append(Line(indent, text, comment, short or comment, about=self.about))

    def verbatim(self, indent: int, text: str) -> None:
        """A line that is no code: neither wrapped nor commented."""
        self.lines.append(Line(indent, text, verbatim=True))

    def blank(self) -> None:
        """One blank line."""
        self.lines.append(None)

    def text(self) -> str:
        """All of it."""
        return "\n".join(text for _, text in self.rows()) + "\n"

    def rows(self) -> list[tuple[Line | None, str]]:
        """All lines of the text, each with what it shows, or shows a part of."""
        out: list[tuple[Line | None, str]] = []
        for run in self._runs():
            commented = [line for line in run if line is not None and line.comment]
            column = max(COLUMNS, key=lambda c: sum(_stands_at(c, line) for line in commented))
            for line in run:
                out += [(line, text) for text in _written(line, column)] if line is not None else [(None, "")]
        return out

    def _runs(self) -> Iterator[list[Line | None]]:
        run: list[Line | None] = []
        for line in self.lines:
            if run and (line is None or run[-1] is None):
                yield run
                run = []
            run.append(line)
        if run:
            yield run


def _stands_at(column: int, line: Line) -> bool:
    """Whether a line and its comment fit, the comment at this column."""
    return line.indent + len(line.text) + 2 <= column <= WIDTH - 2 - len(line.comment)


def _written(line: Line, column: int) -> list[str]:
    closing = ":" if line.text.endswith(":") else ""
    pad = " " * line.indent
    lines = [pad + line.text] if line.verbatim or line.text.startswith("#") else wrap(line.text, line.indent, closing)
    if not line.comment:
        return lines
    column = max(column, len(lines[-1]) + 2) if len(lines) == 1 else 0
    for comment in (line.comment, line.short):
        for place in (column, len(lines[0]) + 2):
            if len(lines) == 1 and place + 2 + len(comment) <= WIDTH:
                return [f"{lines[0]:<{place}}# {comment}"]
    comment = line.comment if line.indent + 2 + len(line.comment) <= WIDTH else line.short
    return [f"{pad}# {comment}", *lines]
