"""The statement tree: a function on its way from IR to text.

Block parameters and results have become explicit parallel moves, stacks have become appends, exit codes `break`,
`continue` and `return`. Values are still defined once (a moved-to value once on each path); which of them share a name
is decided in `names`, which of them get no name at all in `nest`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from sourcead.ir import Atom, Op, Value
from sourcead.records import dataclass, field

Target: TypeAlias = "Value | tuple[Target, ...]"


@dataclass(slots=True, eq=False)
class Let:
    """One op as a statement."""

    op: Op
    args: tuple[Atom, ...]
    outs: tuple[Target, ...]


@dataclass(slots=True, eq=False)
class Move:
    """A parallel assignment. role: "out" (after a loop), "next" (end of a turn), "join" (end of a branch), "init"
    (before a loop) or "exit" (the code of a loop that ends)."""

    pairs: list[tuple[Value, Atom]]
    role: str
    op: Op


@dataclass(slots=True, eq=False)
class Append:
    """One more item of a stack."""

    stack: Value
    item: Atom
    op: Op


@dataclass(slots=True, eq=False)
class Condition:
    """The condition of a `while`, at the end of its test."""

    condition: Atom


@dataclass(slots=True, eq=False)
class Exit:
    """`break`, `continue` or `return value`."""

    word: str
    value: Atom | None = None


@dataclass(slots=True, eq=False)
class Branch:
    """An `if`."""

    op: Op
    condition: Atom
    then: Body
    other: Body


@dataclass(slots=True, eq=False)
class Iterable:
    """What a `for` runs over: form "range", "rows", "enumerate", "zip" or "reversed", its own args, its parts."""

    form: str
    args: tuple[Atom, ...] = ()
    parts: tuple[Iterable, ...] = ()

    def atoms(self) -> Iterator[Atom]:
        """Every arg, in the order of evaluation."""
        if self.form != "enumerate":
            yield from self.args
        for part in self.parts:
            yield from part.atoms()
        if self.form == "enumerate":
            yield from self.args


@dataclass(slots=True, eq=False)
class Loop:
    """A `for` (with target and iterable) or a `while` (with a test that ends in a `Condition`)."""

    op: Op
    body: Body
    target: Target | None = None
    iterable: Iterable | None = None
    test: Body = field(default_factory=list)


# Markers: lets that begin or end a stretch of statements under a header (`with ...:`). Nothing moves across them.
OPENING = frozenset({"enter", "try", "finally"})
CLOSING = frozenset({"leave", "caught", "finally", "end"})
_MARKING = OPENING | CLOSING


def is_marker(statement: Statement) -> bool:
    """Whether a statement begins or ends a stretch."""
    return isinstance(statement, Let) and form_of(statement.op) in _MARKING


Statement: TypeAlias = Let | Move | Append | Condition | Exit | Branch | Loop
Body: TypeAlias = list[Statement]


def leaves(target: Target | None) -> tuple[Value, ...]:
    """The values that a target binds, in order."""
    if target is None:
        return ()
    if isinstance(target, Value):
        return (target,)
    return tuple([v for part in target for v in leaves(part)])


def defined(statement: Statement) -> tuple[Value, ...]:
    """The values that the statement itself binds (not those that its bodies bind)."""
    if isinstance(statement, Let):
        outs = statement.outs
        return outs if len(outs) == 1 and isinstance(outs[0], Value) else leaves(outs)  # type: ignore[return-value]
    if isinstance(statement, Move):
        return tuple(to for to, _ in statement.pairs)
    return leaves(statement.target) if isinstance(statement, Loop) else ()


def read(statement: Statement) -> tuple[Value, ...]:
    """The values that the statement itself reads (a compound one: its head), in the order of evaluation."""
    return tuple([a for a in _atoms(statement) if isinstance(a, Value)])


def _atoms(statement: Statement) -> tuple[Atom, ...]:
    if isinstance(statement, Let):
        return statement.args
    if isinstance(statement, Move):
        return tuple([source for _, source in statement.pairs])
    if isinstance(statement, Append):
        return (statement.stack, statement.item)
    if isinstance(statement, (Condition, Branch)):
        return (statement.condition,)
    if isinstance(statement, Exit):
        return () if statement.value is None else (statement.value,)
    return () if statement.iterable is None else tuple(statement.iterable.atoms())


def bodies(statement: Statement) -> tuple[Body, ...]:
    """The bodies that the statement owns, in order of the text."""
    if isinstance(statement, Branch):
        return (statement.then, statement.other)
    if isinstance(statement, Loop):
        return (statement.test, statement.body)
    return ()


def walk(body: Body) -> list[Statement]:
    """Every statement, in the order of the text."""
    found: list[Statement] = []
    for statement in body:
        found.append(statement)
        if not isinstance(statement, Let):  # most are
            for inner in bodies(statement):
                found += walk(inner)
    return found


def form_of(op: Op) -> str:
    """How an op is written."""
    return op.form or op.primitive.form


def base_of(let: Let) -> Atom | None:
    """The argument whose object the statement changes in place, and whose name its result therefore shares."""
    form = form_of(let.op)
    if form in ("store", "add_at") or form.startswith("grow ") or let.op.attr("inplace"):
        return let.args[0]
    return None


def version_of(let: Let) -> Value:
    """The result of a statement that changes an object in place which is that object; `v = xs.pop()` has another."""
    return defined(let)[-1]


def ends_in_exit(body: Body) -> bool:
    """Whether control never reaches the end of the body."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, Branch):
        return ends_in_exit(last.then) and ends_in_exit(last.other)
    return isinstance(last, Exit)
