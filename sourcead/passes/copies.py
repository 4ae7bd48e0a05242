"""Copies before stores: a store changes memory in place, so nothing that is read later may still need the old version.

    y2 = store(y, p, v); ... y ...    ->    y_prev = y.copy(); y2 = store(y, p, v); ... y_prev ...     (saved)
                                      or    y = y.copy(); y2 = store(y, p, v)                          (moved away)

What the user stores into memory of the caller's has to happen in that very memory, so the values that are in the way
are saved before it (see `saving`). Memory of this function's own may as well be copied, and the store go into the copy:
once at the entry of a loop, if only what came from outside the loop is in the way. The cheaper one is chosen. The
backward sweep stores into memory of its own only.
"""

from __future__ import annotations

from collections.abc import Callable

from sourcead.errors import Diagnosis, UnsupportedError
from sourcead.ir import Block, Function, Op, Value, sub_blocks, walk
from sourcead.kinds import Array
from sourcead.passes.aliasing import READ_ONLY, Aliases
from sourcead.passes.conflicts import STORES, Conflict, first_conflict, is_store
from sourcead.passes.saving import copy_of, save
from sourcead.primitives import structural
from sourcead.primitives.lists import CHANGES
from sourcead.records import replace

MAX_ROUNDS = 2000
MAX_WORK = 400_000  # ops looked at: each round looks at all of them


def insert_copies(function: Function) -> Function:
    """Copy what stores would destroy."""
    ops = list(walk(function.body))
    if not any(map(is_store, ops)):
        return function
    copied: set[Value] = set()
    rounds = min(MAX_ROUNDS, max(100, MAX_WORK // (1 + len(ops))))
    for _ in range(rounds):
        aliases = Aliases.of(function)
        conflict = first_conflict(function, aliases)
        if conflict is None:
            return function
        function = _resolve(function, conflict, aliases, copied)
    raise UnsupportedError(
        Diagnosis(
            f"over {rounds} stores change arrays that the derivative still needs",
            function.at,
            (),
            "write them as a loop, or compute new arrays instead",
        )
    )


def _resolve(function: Function, conflict: Conflict, aliases: Aliases, copied: set[Value]) -> Function:
    base = conflict.op.args[0]
    if not conflict.others:
        return _move_away(function, conflict, copied)
    pinned = not aliases.own(base)
    if conflict.op.primitive in CHANGES and not conflict.op.backward:
        pinned = True  # the user's list stays the object that he changes, whatever else holds it
    if not pinned and not _saving_is_cheaper(function, conflict, copied):
        return _move_away(function, conflict, copied)
    for other in conflict.others:
        function = save(function, conflict.op, other, aliases)
    return function


def _saving_is_cheaper(function: Function, conflict: Conflict, copied: set[Value]) -> bool:
    """Whether to save what is in the way of a store into memory that is owned, rather than copying that memory."""
    producers = {o: op for op in walk(function.body) for o in op.outs}
    if any(_is_spread(v, producers) or not isinstance(v.kind, Array) for v in conflict.others):
        return False
    if all(_is_part(v, producers) for v in conflict.others):
        return _loop_entry(conflict, copied) is None
    if conflict.op.backward:
        return False
    if len(conflict.others) == 1:
        return True
    inside = {v for loop in conflict.loops for b in loop.blocks for v in _defined(b)}
    return bool(conflict.loops) and inside.isdisjoint(conflict.others)


def _defined(block: Block) -> set[Value]:
    """The values that a block and the blocks in it define."""
    return {v for b in sub_blocks(block) for v in (*b.params, *(o for op in b.ops for o in op.outs))}


def _is_spread(value: Value, producers: dict[Value, Op]) -> bool:
    op = producers.get(value)
    return op is not None and op.primitive.name in READ_ONLY


def _is_part(value: Value, producers: dict[Value, Op]) -> bool:
    """Whether a value is a part of an array: a view of some of its items, or what may be such a view."""
    op = producers.get(value)
    if op is not None and op.name == "if":
        given = [b.results[op.outs.index(value)] for b in op.blocks]
        return any(isinstance(r, Value) and _is_part(r, producers) for r in given)
    if op is None or op.blocks or op.primitive.result not in ("view", "maybe"):
        return False
    if op.primitive is structural.GETITEM and isinstance(op.args[0], Value) and isinstance(op.args[0].kind, Array):
        return bool(op.attr("path") != ((Ellipsis,),))
    viewed = [a for a in op.args if isinstance(a, Value) and isinstance(a.kind, Array)]
    return bool(viewed) and any(_is_part(a, producers) for a in viewed)


def _move_away(function: Function, conflict: Conflict, copied: set[Value]) -> Function:
    """Copy the array that is stored into: at the entry of the loop that carries it, or before the store."""
    entry = _loop_entry(conflict, copied)
    if entry is not None:
        loop, position = entry

        def copy_init(op: Op) -> list[Op]:
            init = op.args[position]
            assert isinstance(init, Value)
            made = copy_of(init, op)
            copied.update(made.outs)
            args = (*op.args[:position], made.outs[0], *op.args[position + 1 :])
            return [made, replace(op, args=args)]

        return replace(function, body=_replace_op(function.body, loop, copy_init))

    def copy_base(op: Op) -> list[Op]:
        base = op.args[0]
        assert isinstance(base, Value)
        made = copy_of(base, op)
        return [made, replace(op, args=(made.outs[0], *op.args[1:]))]

    return replace(function, body=_replace_op(function.body, conflict.op, copy_base))


def _loop_entry(conflict: Conflict, copied: set[Value]) -> tuple[Op, int] | None:
    """The outermost loop, and the position among its args, whose initial value alone is in the way (and is no copy
    already)."""
    base = conflict.op.args[0]
    found: tuple[Op, int] | None = None
    for loop in reversed(conflict.loops):
        count = loop.attr("carried", 0)
        body = loop.blocks[-1]
        params = body.params[len(body.params) - count :]
        base = _chain_start(body, base)
        if base not in params:
            return found
        if _defined(body).intersection(conflict.others):
            return found
        position = len(loop.args) - count + params.index(base)
        init = loop.args[position]
        if not isinstance(init, Value) or init in copied:
            return found
        found = loop, position
        base = init
    return found


def _chain_start(body: Block, base: object) -> Value:
    """The first version of an array in a loop's body, before the stores and loops through which it goes there."""
    producers = {o: op for op in body.ops for o in op.outs}
    while base in producers:
        op = producers[base]
        if op.primitive in STORES and op.outs[-1] is base:
            base = op.args[0]
        elif op.name in ("for", "while"):
            position = op.outs.index(base) - int(op.attr("exits", False))
            if not 0 <= position < op.attr("carried", 0):
                break
            base = op.args[len(op.args) - op.attr("carried", 0) + position]
        else:
            break
    return base  # type: ignore[return-value]


def _replace_op(block: Block, target: Op, change: Callable[[Op], list[Op]]) -> Block:
    ops: list[Op] = []
    for op in block.ops:
        if op is target:
            ops.extend(change(op))
        elif op.blocks:
            blocks = tuple(_replace_op(b, target, change) for b in op.blocks)
            ops.append(
                op if all(a is b for a, b in zip(blocks, op.blocks, strict=True)) else replace(op, blocks=blocks)
            )
        else:
            ops.append(op)
    if len(ops) == len(block.ops) and all(a is b for a, b in zip(ops, block.ops, strict=True)):
        return block
    return replace(block, ops=tuple(ops))
