"""What loops need for being laid out: tuple targets, and the places where stacks grow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sourcead.backend.tree import Append, Body, Branch, Exit, Loop, Move, Statement, bodies, defined, walk
from sourcead.ir import Block, Op, Value, read_counts


def targets(block: Block, items: Sequence[Value]) -> tuple[tuple[Op, ...], tuple[Any, ...]]:
    """The ops of a loop body without those that only unpack an item, and a target for each item."""
    count = read_counts(block)
    parts: dict[Value, tuple[Value, ...]] = {}
    kept: list[Op] = []
    foldable = {item for item in items if not item.hint}
    for op in block.ops:
        whole = op.args[0] if op.name == "unpack" and op.attr("star") is None else None
        if isinstance(whole, Value) and whole in foldable and count[whole] == 1:
            parts[whole] = op.outs
            foldable.update(o for o in op.outs if not o.hint)
        else:
            kept.append(op)

    def target(value: Value) -> Any:
        return tuple(map(target, parts[value])) if value in parts else value

    return tuple(kept), tuple(map(target, items))


def place_appends(body: Body) -> None:
    """Move every `append` of this loop to the earliest place where its item is known; one that all paths share becomes
    one statement."""
    appends = [(owner, s) for owner in _turn_bodies(body) for s in owner if isinstance(s, Append)]
    for stack in dict.fromkeys(s.stack for _, s in appends):
        own = [(owner, s) for owner, s in appends if s.stack is stack]
        items = [s.item for _, s in own]
        shared = all(item == items[0] for item in items) and not _inside(body, items[0])
        jumps = [_after_jumps(owner[: owner.index(statement)]) for owner, statement in own]
        for owner, statement in own:
            owner.remove(statement)
        if shared:
            body.insert(_earliest(body, items[0]), own[0][1])
            continue
        for (owner, statement), after in zip(own, jumps, strict=True):
            owner.insert(max(_earliest(owner, statement.item), after), statement)


def _turn_bodies(body: Body) -> Iterator[Body]:
    """The body and the branches in which a turn may end; not the loops inside."""
    yield body
    for statement in body:
        if not isinstance(statement, Loop):
            for inner in bodies(statement):
                yield from _turn_bodies(inner)


def _inside(body: Body, item: object) -> bool:
    """Whether the item is defined in a body inside this one, in such a way that only paths through it know it."""
    at_top = any(item in _known_after(s) for s in body)
    return not at_top and any(item in _own(s) for s in walk(body))


def _known_after(statement: Statement) -> tuple[Value, ...]:
    """The values that can be read after a statement: its own, those that its branches join to, the counters and codes
    that a loop leaves."""
    roles = ("next", "exit") if isinstance(statement, Loop) else ("join",)
    within = walk(statement.body) if isinstance(statement, Loop) else (s for inner in bodies(statement) for s in inner)
    joined = (s for s in within if isinstance(s, Move) and s.role in roles)
    return (*_own(statement), *(v for s in joined for v in defined(s)))


def _own(statement: Statement) -> tuple[Value, ...]:
    """The values that a statement is the first to bind; what a loop carries is known from the turn's start."""
    return () if isinstance(statement, Move) and statement.role == "next" else defined(statement)


def _earliest(body: Body, item: object) -> int:
    """The first position in a body at which the item is known; appends that stand there already stay in front."""
    position = 0
    for index, statement in enumerate(body):
        if item in _known_after(statement):
            position = index + 1
    while position < len(body) and isinstance(body[position], Append):
        position += 1
    return min(position, _last_before_exit(body))


def _after_jumps(body: Body) -> int:
    """The first position behind every branch in which the turn may end."""
    jumps = [k for k, s in enumerate(body) if isinstance(s, Branch) and any(isinstance(t, Exit) for t in walk([s]))]
    return jumps[-1] + 1 if jumps else 0


def _last_before_exit(body: Body) -> int:
    return len(body) - 1 if body and isinstance(body[-1], Exit) else len(body)
