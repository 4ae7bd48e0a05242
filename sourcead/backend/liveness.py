"""Which values are still to be read at each point of a statement tree, and so which cannot share a name.

Sets of values are integers, one bit a value. Two values interfere when one is written while the other is still to be
read; the source of a move does not interfere with what it is moved to, for they are the same then. Sets are kept of
those values only that may share a name at all, and where one of them is written: a long function has many points.
"""

from __future__ import annotations

from collections.abc import Iterable

from sourcead.backend.tree import (
    Append,
    Body,
    Branch,
    Exit,
    Let,
    Loop,
    Move,
    Statement,
    base_of,
    bodies,
    defined,
    read,
    walk,
)
from sourcead.ir import Value
from sourcead.records import dataclass, field


@dataclass(slots=True)
class Liveness:
    """The live values after each statement that defines some, and at the start of each loop body: among some values, or
    (None) all; then it is kept of each statement which of the values that it defines are read later."""

    among: set[Value] | None = None
    bit: dict[Value, int] = field(default_factory=dict)
    after: dict[Statement, int] = field(default_factory=dict)
    needed: dict[Statement, tuple[bool, ...]] = field(default_factory=dict)
    turn: dict[Loop, int] = field(default_factory=dict)
    entry: int = 0

    def mask(self, values: Iterable[Value]) -> int:
        """The set of some values; those never seen before join the numbering."""
        mask = 0
        for value in values:
            if self.among is None or value in self.among:
                mask |= 1 << self.bit.setdefault(value, len(self.bit))
        return mask

    def note(self, statement: Statement, out: int) -> None:
        """Keep what is to be known of the point after a statement."""
        values = defined(statement)
        if self.among is None:
            self.needed[statement] = tuple([v in self.bit and bool(out >> self.bit[v] & 1) for v in values])
        elif not self.among.isdisjoint(values):
            self.after[statement] = out


def liveness(body: Body, params: Iterable[Value] = (), among: set[Value] | None = None) -> Liveness:
    """Backward dataflow over structured statements; loops to a fixed point (live sets only grow)."""
    live = Liveness(among)
    live.mask(params)
    live.entry = _body(live, body, 0, 0, 0)
    return live


def _body(live: Liveness, body: Body, out: int, on_break: int, on_continue: int) -> int:
    for statement in reversed(body):
        live.note(statement, out)
        if isinstance(statement, Branch):
            then = _body(live, statement.then, out, on_break, on_continue)
            out = then | _body(live, statement.other, out, on_break, on_continue) | live.mask(read(statement))
        elif isinstance(statement, Loop):
            out = _loop(live, statement, out)
        elif isinstance(statement, Exit):
            rest = {"break": on_break, "continue": on_continue}.get(statement.word, 0)
            out = rest | live.mask(read(statement))
        else:
            out = (out & ~live.mask(defined(statement))) | live.mask(read(statement))
    return out


def _loop(live: Liveness, loop: Loop, after: int) -> int:
    bound = live.mask(defined(loop))
    head = after
    while True:
        live.turn[loop] = _body(live, loop.body, head, after, head)
        wider = head | after | (live.turn[loop] & ~bound)
        if loop.test:
            wider |= _body(live, loop.test, after | live.turn[loop], after, head)
        if wider == head:
            return head | live.mask(read(loop))
        head = wider


def interference(body: Body, live: Liveness, params: tuple[Value, ...]) -> list[int]:
    """For each value (by its bit), values that may not share its name: of two that interfere at least one has the
    other, so ask both."""
    table = [0] * len(live.bit)

    def conflict(value: Value, others: int) -> None:
        table[live.bit[value]] |= others & ~(1 << live.bit[value])

    entry = live.entry | live.mask(params)
    for value in params:
        conflict(value, entry)
    for statement in walk(body):
        values = [v for v in defined(statement) if v in live.bit]
        if not values:
            continue
        together = live.mask(values)
        if isinstance(statement, Move):
            for to, source in statement.pairs:
                same = live.mask([source]) if isinstance(source, Value) else 0
                conflict(to, (live.after[statement] | together) & ~same)
        else:
            point = live.turn[statement] if isinstance(statement, Loop) else live.after[statement]
            for value in values:
                conflict(value, point | together)
    return table


def remove_dead(body: Body) -> None:
    """Drop assignments that nothing reads, in place, to a fixed point: moves, pure ops, stacks, branches left empty."""
    while True:
        live = liveness(body)
        grown = {s.stack for s in walk(body) if isinstance(s, Append)}
        wanted = {v for s in walk(body) for v in read(s)[1 if isinstance(s, Append) else 0 :]}
        if not _drop(body, live, grown - wanted):
            return


def _drop(body: Body, live: Liveness, unread: set[Value]) -> bool:
    changed, rest = False, []
    for statement in body:
        if isinstance(statement, Move):
            kept = [pair for pair, needed in zip(statement.pairs, live.needed[statement], strict=True) if needed]
            changed |= len(kept) < len(statement.pairs)
            statement.pairs = kept
        for inner in bodies(statement):
            changed |= _drop(inner, live, unread)
        if not _is_dead(statement, live, unread):
            rest.append(statement)
    if len(rest) < len(body):
        body[:] = rest
        return True
    return changed


def _is_dead(statement: Statement, live: Liveness, unread: set[Value]) -> bool:
    if isinstance(statement, Move):
        return not statement.pairs
    if isinstance(statement, Append):
        return statement.stack in unread
    if isinstance(statement, Branch):
        return not statement.then and not statement.other
    if not isinstance(statement, Let):
        return False
    values = defined(statement)
    if statement.op.attr("raises", False) or statement.op.attr("effect", False):  # it stays for what it does
        return False
    if values and all(v in unread for v in values):
        return True
    if statement.op.primitive.effects - {"reads"} or (not values and base_of(statement) is None):
        return False
    return not any(live.needed[statement])
