"""The writer: a final Function to the text of a module that a person wants to read."""

from __future__ import annotations

import builtins
from collections.abc import Callable

from sourcead.backend.function_text import CAUGHT, Draft, FunctionWriter, part_name
from sourcead.backend.layout import layout
from sourcead.backend.liveness import remove_dead
from sourcead.backend.modules import Library, helper_sources, renamed, unblocked
from sourcead.backend.names import Variables, drop_copies, identifier, spell, variables
from sourcead.backend.nest import Nest
from sourcead.backend.page import Line, Page
from sourcead.backend.phrases import Phrases
from sourcead.backend.text import text_of
from sourcead.backend.tree import (
    Append,
    Body,
    Let,
    Loop,
    Move,
    defined,
    form_of,
    read,
    walk,
)  # fmt: skip
from sourcead.backend.unbound import bind_what_is_copied
from sourcead.ir import Function, Value
from sourcead.ir import walk as walk_ops
from sourcead.records import dataclass, replace


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
        FunctionWriter(draft, Page(), learns=True).function("")  # which modules and builtins the text needs

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


def _draft(function: Function, body: Body, made: Variables, library: Library) -> Draft:
    phrases = Phrases(made, lambda value: identifier(made.hint(value)) or "t", library)
    Nest(body, phrases, function.body.params)
    wanted = {made.hint(v) for s in walk(body) for v in defined(s) if v not in phrases.unread} | library.blocked
    phrases.blank = next(word for word in ("_", "__", "unused_") if word not in wanted)
    return Draft(function, body, made, phrases)


def _sheet(draft: Draft, library: Library, reserved: set[str]) -> Sheet:
    """The final text of one function."""
    made, phrases = draft.made, draft.phrases
    names = _spelled(draft.function, draft.body, phrases, reserved)
    phrases.name = lambda value: made.captured.get(made.of(value)) or names[made.of(value)]
    phrases.library = library
    page = Page()
    name = library.routines.get(draft.function.name, draft.function.name)
    FunctionWriter(draft, page).function(name)
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
        if isinstance(statement, Let) and _is_part(statement, params) and part_name(statement.op):
            stems[phrases.made.of(defined(statement)[0])] = part_name(statement.op)
    made = phrases.made
    return spell(made, shown, params, reserved, lambda v: stems.get(v, "t"))


def _is_part(let: Let, params: dict[Value, str]) -> bool:
    """Whether a part is one of the user's objects, not of a cotangent's."""
    holder = let.args[0] if let.args else None
    of_argument = isinstance(holder, Value) and holder in params and holder.hint != "g" and holder.hint[:1] != "d"
    return not let.op.backward or of_argument
