"""Colour where a person looks at a terminal, plain text everywhere else."""

from __future__ import annotations

import os
from typing import Literal, TextIO


def paint(text: str, language: Literal["python", "diff"], stream: TextIO) -> str:
    """The text with colours, if `stream` is a terminal, Pygments is installed, and NO_COLOR is not set."""
    if not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    try:
        from pygments import highlight
        from pygments.formatters import TerminalFormatter
        from pygments.lexers import get_lexer_by_name
    except ImportError:
        return text
    return str(highlight(text, get_lexer_by_name(language, stripnl=False), TerminalFormatter()))
