"""The text of one function: its statements as lines, with blocks, exits, comments and the docstring."""

from __future__ import annotations

from sourcead.backend.comments import Comments
from sourcead.backend.listings import Listing, listing_nodes, listings
from sourcead.backend.names import Variables, identifier
from sourcead.backend.page import Page
from sourcead.backend.phrases import Phrases
from sourcead.backend.text import text_of
from sourcead.backend.tree import (
    CLOSING,
    OPENING,
    Body,
    Branch,
    Condition,
    Exit,
    Let,
    Loop,
    Move,
    Statement,
    defined,
    ends_in_exit,
    form_of,
    is_marker,
)
from sourcead.ir import Function, Op, Param, Value
from sourcead.records import dataclass

CAUGHT = "exception"  # what an `except` clause calls what it has caught: the name is gone after the clause
BACKWARD = "# backward"  # the line between the sweeps, which is about itself
LONG = 3  # statements that are worth a `continue` in front of them instead of an indentation


@dataclass(slots=True, eq=False)
class Draft:
    """One function of the module on its way to text."""

    function: Function
    body: Body
    made: Variables
    phrases: Phrases


class FunctionWriter:
    """Puts the statements of one function on a page."""

    def __init__(self, draft: Draft, page: Page, *, learns: bool = False) -> None:
        self.target, self.body, self.phrases, self.page = draft.function, draft.body, draft.phrases, page
        self.comments = Comments(draft.function, draft.phrases)
        self.learns = learns  # what is written is not looked at
        self.swept = False
        self.filled = True  # whether a statement stands under the last header

    def function(self, name: str) -> None:
        """The `def`, its docstring and its statements."""
        for decorator in self.target.decorators:
            called, _, given = decorator.partition("(")
            self.page.verbatim(0, f"@{text_of(self.phrases.library(called))}({given}")
        self.page.add(0, f"def {name}({_signature(self.target.params)}):")
        if self.target.doc:
            self._docstring(self.target.doc)
        shown = self._shown(self.body)
        if shown and isinstance(shown[-1], Exit) and self.phrases.lines(shown[-1]) == ["return"]:
            shown = shown[:-1]
        indent = 4
        for position, statement in enumerate(listings(shown, self._shown, self.phrases)):
            if self.target.parted and not self.swept and self.comments.is_backward(_head(statement)):
                self.swept = True
                self.page.about = BACKWARD
                if position:
                    self.page.blank()
                    self.page.add(4, BACKWARD)
            indent = self._statement(statement, indent, False)
        if not shown and not self.target.doc:
            self.page.add(4, "pass")

    def _docstring(self, doc: str) -> None:
        text = doc.strip("\n").replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        first, *rest = text.splitlines()
        if not rest:
            tail = " " if first.endswith('"') else ""
            self.page.verbatim(4, f'"""{first}{tail}"""')
            return
        self.page.verbatim(4, f'"""{first}')
        for line in rest:
            self.page.verbatim(4, line.rstrip()) if line.strip() else self.page.blank()
        self.page.verbatim(4, '"""')

    def _shown(self, body: Body) -> Body:
        """The statements that print something."""
        return [s for s in body if self._is_shown(s)]

    def _is_shown(self, statement: Statement) -> bool:
        if isinstance(statement, Let | Branch) and any(
            self.phrases.folded.get(v) is statement for v in _results(statement)
        ):
            return False
        if isinstance(statement, Branch) and statement not in self.phrases.expressions:
            return (
                any(map(self._shown, (statement.then, statement.other))) or statement.condition in self.phrases.folded
            )
        return not isinstance(statement, Move) or bool(self.phrases.nodes(statement))

    def _block(self, body: Body, indent: int, tail: bool) -> None:
        """Statements of a block; `tail` says that the next turn of a loop follows."""
        shown = self._shown(body)
        if tail and shown and isinstance(shown[-1], Exit) and shown[-1].word == "continue":
            shown = shown[:-1]
        depth = indent
        for statement in listings(shown, self._shown, self.phrases):
            depth = self._statement(statement, depth, tail and statement is shown[-1])
        if not shown:
            self.page.add(indent, "pass")

    def _statement(self, statement: Statement | Listing, indent: int, tail: bool) -> int:
        """One statement; gives the indentation of the next one, which a marker changes."""
        self.page.about = statement
        if isinstance(statement, Listing):
            line = text_of(listing_nodes(statement, self.phrases))
            self.page.add(indent, line, self.comments.note(statement.loop))
            self.filled = True
            return indent
        if isinstance(statement, Let) and is_marker(statement):
            return self._marker(statement, indent)
        self.filled = True
        if isinstance(statement, Loop):
            self._loop(statement, indent)
        elif isinstance(statement, Branch) and statement not in self.phrases.expressions:
            self._branch(statement, indent, tail, "if")
        else:
            self._simple(statement, indent)
        self.filled = True
        return indent

    def _marker(self, let: Let, indent: int) -> int:
        """The beginning or the end of a stretch of statements that stand under a header."""
        form = form_of(let.op)
        before, header, after = form in CLOSING, self.phrases.header(let), form in OPENING
        if before and not self.filled:
            self.page.add(indent, "pass")
        indent -= 4 if before else 0
        if form == "caught":
            self._handlers(let, indent)
            return indent
        for line in header:
            self.page.add(indent, line)
        self.filled = not after
        return indent + 4 if after else indent

    def _handlers(self, let: Let, indent: int) -> None:
        """`except` clauses that note what was caught: the handlers follow."""
        code, error = (text_of(self.phrases.target(v)) for v in let.outs)
        kept = let.outs[1] not in self.phrases.unread
        for number, kind in enumerate(let.args):
            words = text_of(self.phrases.atom(kind))
            words = f"({words})" if "," in words else words
            self.page.add(indent, f"except {words} as {CAUGHT}:" if kept else f"except {words}:")
            self.page.add(indent + 4, f"{code}, {error} = {number + 1}, {CAUGHT}" if kept else f"{code} = {number + 1}")
        self.page.add(indent, "else:")
        self.page.add(indent + 4, f"{code} = 0")
        self.filled = True

    def _simple(self, statement: Statement, indent: int) -> None:
        if self.learns:
            self.phrases.nodes(statement)
            return
        for number, line in enumerate(self.phrases.lines(statement)):
            above, comment, short = self.comments.of(statement) if number == 0 else ("", "", "")
            if above:
                self.page.add(indent, f"# {above}")
            self.page.add(indent, line, comment, short)

    def _header(self, statement: Branch | Loop, text: str, indent: int) -> None:
        note, self.page.about = self.comments.note(statement), statement
        self.page.add(indent, text, note)

    # Compound statements ---------------------------------------------------------------------------------------

    def _branch(self, branch: Branch, indent: int, tail: bool, word: str) -> None:
        then, other = self._shown(branch.then), self._shown(branch.other)
        test = self.phrases.test(branch.condition)
        if not then and not other:
            self.page.add(indent, test)
        elif not then and tail and word == "if" and len(other) >= LONG:
            self._header(branch, f"{word} {test}:", indent)
            self.page.add(indent + 4, "continue")
            self._flat(other, indent, tail)
        elif not then:
            self._header(branch, f"{word} {self.phrases.test(branch.condition, negated=True)}:", indent)
            self._block(other, indent + 4, tail)
        else:
            leaves = ends_in_exit(then)
            self._header(branch, f"{word} {test}:", indent)
            self._block(then, indent + 4, tail and not (leaves and other))
            if leaves and word == "if":
                self._flat(other, indent, tail)
            elif other:
                self._else(other, indent, tail)

    def _flat(self, body: Body, indent: int, tail: bool) -> None:
        """Statements after a branch that does not come back: no `else`, no indentation."""
        if body:
            self._block(body, indent, tail)

    def _else(self, other: Body, indent: int, tail: bool) -> None:
        only = other[0]
        if len(other) == 1 and isinstance(only, Branch) and only not in self.phrases.expressions:
            self._branch(only, indent, tail, "elif")
            return
        self.page.add(indent, "else:")
        self._block(other, indent + 4, tail)

    def _loop(self, loop: Loop, indent: int) -> None:
        if loop.iterable is not None:
            self._header(loop, self.phrases.lines(loop)[0], indent)
            self._block(loop.body, indent + 4, True)
            return
        *before, condition = self._shown(loop.test)
        assert isinstance(condition, Condition)
        if not before:
            self._header(loop, self.phrases.lines(condition)[0], indent)
            self._block(loop.body, indent + 4, True)
            return
        self._header(loop, "while True:", indent)
        for statement in before:
            self._statement(statement, indent + 4, False)
        self.page.about = condition
        self.page.add(indent + 4, f"if {self.phrases.test(condition.condition, negated=True)}:")
        self.page.add(indent + 8, "break")
        self._flat(self._shown(loop.body), indent + 4, True)


def part_name(op: Op) -> str:
    """What a part of an object is called: its attribute, or its key in a dict."""
    if form_of(op) == "getattr":
        return identifier(op.attr("name"))
    path = op.attr("path", ())
    if form_of(op) == "getitem" and len(path) == 1 and path[0] and isinstance(path[0][0], str):
        return identifier(path[0][0])
    return ""


def _head(statement: Statement | Listing) -> Statement:
    return statement.loop if isinstance(statement, Listing) else statement


def _results(statement: Let | Branch) -> tuple[Value, ...]:
    if isinstance(statement, Let):
        return defined(statement)
    return defined(statement.then[-1]) if statement.then else ()


def _signature(params: tuple[Param, ...]) -> str:
    parts: list[str] = []
    kinds = [p.kind for p in params]
    for position, param in enumerate(params):
        mark = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(param.kind, "")
        if param.kind == "KEYWORD_ONLY" and "VAR_POSITIONAL" not in kinds and "*" not in parts:
            parts.append("*")
        parts.append(mark + param.name + ("" if param.default is None else f"={param.default}"))
        last_positional = param.kind == "POSITIONAL_ONLY" and kinds[position + 1 : position + 2] != ["POSITIONAL_ONLY"]
        if last_positional:
            parts.append("/")
    return ", ".join(parts)
