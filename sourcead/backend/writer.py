"""The writer: a final Function to the text of a module that a person wants to read."""

from __future__ import annotations

import builtins
from collections.abc import Callable

from sourcead.backend.comments import Comments
from sourcead.backend.layout import layout
from sourcead.backend.listings import Listing, listing_nodes, listings
from sourcead.backend.liveness import remove_dead
from sourcead.backend.modules import Library, helper_sources, renamed, unblocked
from sourcead.backend.names import Variables, drop_copies, identifier, spell, variables
from sourcead.backend.nest import Nest
from sourcead.backend.page import Line, Page
from sourcead.backend.phrases import Phrases
from sourcead.backend.text import text_of
from sourcead.backend.tree import (
    CLOSING,
    OPENING,
    Append,
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
    read,
    walk,
)  # fmt: skip
from sourcead.backend.unbound import bind_what_is_copied
from sourcead.ir import Function, Op, Param, Value
from sourcead.ir import walk as walk_ops
from sourcead.records import dataclass, replace

CAUGHT = "exception"  # what an `except` clause calls what it has caught: the name is gone after the clause
BACKWARD = "# backward"  # the line between the sweeps, which is about itself
LONG = 3  # statements that are worth a `continue` in front of them instead of an indentation


@dataclass(slots=True, eq=False)
class _Draft:
    """One function of the module on its way to text."""

    function: Function
    body: Body
    made: Variables
    phrases: Phrases


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One function as it stands in the text: its statements, the phrases that spell them, its lines, and the number of
    the line in front of them."""

    function: Function
    name: str
    body: Body
    phrases: Phrases
    rows: tuple[tuple[Line | None, str], ...]
    above: int = 0


def write(function: Function, *, helpers: Callable[[str], str] | None = None) -> str:
    """The text of a module that holds the function, behind those that it invokes. `helpers` gives the source of an
    emitted helper by its name; without it the source is that of the primitive's target."""
    return written(function, helpers=helpers)[0]


def written(function: Function, *, helpers: Callable[[str], str] | None = None) -> tuple[str, tuple[Sheet, ...]]:
    """The text, and how each function stands in it, in order."""
    functions = [*function.further, function]
    called = {form_of(op)[7:]: op.primitive.target for f in functions for op in walk_ops(f.body)
              if form_of(op).startswith("helper ")}  # fmt: skip
    bodies = [(f, *_laid_out(f)) for f in functions]
    blocked = frozenset[str]().union(*(_blocked(f, body, made) for f, body, made in bodies))
    blocked |= {c.name.split(".")[0] for c in function.captures}
    aliases = unblocked(called, blocked)
    library = Library(blocked, aliases, {f.name: f.name for f in function.further})
    drafts = [_draft(f, body, made, library) for f, body, made in bodies]
    for draft in drafts:
        _Writer(draft, Page(), learns=True).function("")  # which modules and builtins the text needs

    captured = {c.name.split(".")[0] for c in function.captures}
    reserved = {*library.names(), *captured, *called, function.name, *blocked}
    routines = _routines(function, reserved)
    reserved = {*library.names(), *captured, function.name, CAUGHT, *routines.values()}
    library = Library(blocked, aliases, routines)
    sheets = [_sheet(draft, library, reserved) for draft in drafts]
    pages = ["\n".join(text for _, text in sheet.rows) + "\n" for sheet in sheets]
    sources, modules = helper_sources(((k, v) for k, v in called.items() if k in library.plain), helpers)
    for word, alias in aliases.items():
        sources = [renamed(s, word, alias) if word != alias else s for s in sources]
    for module, there in modules.items():
        alias = text_of(library(there)).partition(".")[0]
        sources = [renamed(s, module, alias) if alias != module else s for s in sources]
    parts = ["\n".join(library.import_lines()), *sources]
    blocks = [p.rstrip("\n") for p in (*parts, *pages[:-1]) if p]
    lengths = [block.count("\n") + 3 for block in blocks]
    first = len(blocks) - len(sheets) + 1
    above = [sum(lengths[: first + k]) for k in range(len(sheets))]
    placed = tuple(replace(sheet, above=n) for sheet, n in zip(sheets, above, strict=True))
    return "\n\n\n".join([*blocks, pages[-1]]), placed


def _laid_out(function: Function) -> tuple[Body, Variables]:
    body = layout(function)
    remove_dead(body)
    made = variables(body, function.body.params)
    bind_what_is_copied(body, made, function.body.params)
    drop_copies(body, made)
    return body, made


def _draft(function: Function, body: Body, made: Variables, library: Library) -> _Draft:
    phrases = Phrases(made, lambda value: identifier(made.hint(value)) or "t", library)
    Nest(body, phrases, function.body.params)
    wanted = {made.hint(v) for s in walk(body) for v in defined(s) if v not in phrases.unread} | library.blocked
    phrases.blank = next(word for word in ("_", "__", "unused_") if word not in wanted)
    return _Draft(function, body, made, phrases)


def _sheet(draft: _Draft, library: Library, reserved: set[str]) -> Sheet:
    """The final text of one function."""
    made, phrases = draft.made, draft.phrases
    names = _spelled(draft.function, draft.body, phrases, reserved)
    phrases.name = lambda value: made.captured.get(made.of(value)) or names[made.of(value)]
    phrases.library = library
    page = Page()
    name = library.routines.get(draft.function.name, draft.function.name)
    _Writer(draft, page).function(name)
    return Sheet(draft.function, name, draft.body, phrases, tuple(page.rows()))


def _routines(function: Function, reserved: set[str]) -> dict[str, str]:
    """How each further function is called in the text: as it is, unless that means something else there."""
    taken = set(reserved)
    names: dict[str, str] = {}
    for further in function.further:
        stem, number = identifier(further.name), 2
        name = stem
        while name in taken or hasattr(builtins, name):
            name, number = f"{stem}{number}", number + 1
        names[further.name] = name
        taken.add(name)
    return names


def _blocked(function: Function, body: Body, made: Variables) -> frozenset[str]:
    """Names that the text may not use for modules: parameters, captures, and variables called like a module."""
    modules = {"np", "builtins"} | {form_of(op).partition(" ")[2].partition(".")[0] for op in walk_ops(function.body)
                                    if "." in form_of(op)}  # fmt: skip
    hints = {made.hint(v) for s in walk(body) for v in defined(s)}
    return frozenset({p.name for p in function.params} | (hints & modules))


def _spelled(function: Function, body: Body, phrases: Phrases, reserved: set[str]) -> dict[Value, str]:
    params = dict(zip(function.body.params, (p.name for p in function.params), strict=True))
    shown = [
        v
        for s in walk(body)
        for v in defined(s)
        if v not in phrases.folded and (v not in phrases.unread or phrases.made.hint(v))
    ]
    bound = {phrases.made.of(v) for s in walk(body) for v in defined(s)}
    shown += [v for s in walk(body) for v in read(s)
              if phrases.made.of(v) not in bound and v not in phrases.folded]  # no path binds it: Python raises
    stems: dict[Value, str] = {}
    for statement in walk(body):
        if isinstance(statement, Move) and statement.role == "exit":
            stems.update((phrases.made.of(to), "stop") for to, _ in statement.pairs)
        if isinstance(statement, Loop):
            stems.update((phrases.made.of(v), "i") for v in defined(statement)[:1])
        if isinstance(statement, Append):
            stems[phrases.made.of(statement.stack)] = "saved"
        if isinstance(statement, Let) and not statement.op.backward and part_name(statement.op):
            stems[phrases.made.of(defined(statement)[0])] = part_name(statement.op)
    made = phrases.made
    return spell(made, shown, params, reserved, lambda v: stems.get(v, "t"))


class _Writer:
    """Puts the statements of one function on a page."""

    def __init__(self, draft: _Draft, page: Page, *, learns: bool = False) -> None:
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
