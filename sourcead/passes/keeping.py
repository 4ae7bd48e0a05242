"""Old versions of lists that are read after the user's own change of the list: they are copied, never his list.

    xs2 = append(xs, v); ... xs ...    ->    xs1 = xs.copy(); xs2 = append(xs, v); ... xs1 ...

His list stays the object that he changes: something else may hold it. What a turn of a loop keeps, and a later turn
would change, is copied where it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sourcead.ir import Atom, Block, Op, Value, walk
from sourcead.primitives import lists


def list_copy(value: Value, near: Op) -> Op:
    """The op that copies a list; its items stay the same objects."""
    return Op(lists.COPY, (value,), (Value(value.hint, value.kind),), (), (), near.at, "", near.backward)


def _kept_copy(value: Value, near: Op) -> Op:
    """The copy of a list in its old state: it has no name, for the list keeps it."""
    return Op(lists.COPY, (value,), (Value("", value.kind),), (), (), near.at, "", near.backward)


def keep_lists(body: Block, change: Op, others: Iterable[Value], loops: tuple[Op, ...]) -> Block:
    """Copy the lists that are read after the change of one whose memory they share."""
    for other in sorted(others, key=lambda value: value.hint):
        kept = _kept_before(body, change, other)
        if kept is body:
            for loop in loops:
                kept = _kept_at_the_end(kept, loop, other)
        if kept is not body:
            return kept
    raise AssertionError("a list that is in the way of a change is nowhere to be found")


def _holds(op: Op, inner: Op) -> bool:
    return op is inner or any(found is inner for block in op.blocks for found in walk(block))


def _kept_before(block: Block, change: Op, other: Value) -> Block:
    """The copy stands before the change, or before the outermost region around it that does not define the list."""
    position = next(k for k, op in enumerate(block.ops) if _holds(op, change))
    here = block.ops[position]
    if other not in block.params and not any(other in op.outs for op in block.ops[:position]):
        blocks = tuple(_kept_before(b, change, other) if any(o is change for o in walk(b)) else b for b in here.blocks)
        if all(new is old for new, old in zip(blocks, here.blocks, strict=True)):
            return block
        return replace(block, ops=(*block.ops[:position], replace(here, blocks=blocks), *block.ops[position + 1 :]))
    made = _kept_copy(other, change)
    instead: dict[Atom, Atom] = {other: made.outs[0]}
    if here is not change:
        here = replace(here, blocks=tuple(_reading(b, instead) for b in here.blocks))
    after = _reading(Block((), block.ops[position + 1 :], block.results), instead)
    return replace(block, ops=(*block.ops[:position], made, here, *after.ops), results=after.results)


def _kept_at_the_end(block: Block, loop: Op, other: Value) -> Block:
    """The copy stands behind the list, for the stack that keeps it."""
    ops = []
    for op in block.ops:
        if op is loop:
            op = replace(op, blocks=(*op.blocks[:-1], _stacking_a_copy(op, other)))
        elif op.blocks:
            blocks = tuple(_kept_at_the_end(b, loop, other) for b in op.blocks)
            if any(new is not old for new, old in zip(blocks, op.blocks, strict=True)):
                op = replace(op, blocks=blocks)
        ops.append(op)
    return block if all(a is b for a, b in zip(ops, block.ops, strict=True)) else replace(block, ops=tuple(ops))


def _stacking_a_copy(loop: Op, other: Value) -> Block:
    body, first = loop.blocks[-1], int(loop.attr("exits", False)) + loop.attr("carried", 0)
    position = next((k for k, op in enumerate(body.ops) if other in op.outs), None)
    if position is None or other not in body.results[first:]:
        return body
    made = _kept_copy(other, body.ops[position])
    stacked = tuple(made.outs[0] if r is other else r for r in body.results[first:])
    ops = (*body.ops[: position + 1], made, *body.ops[position + 1 :])
    return replace(body, ops=ops, results=(*body.results[:first], *stacked))


def _reading(block: Block, instead: dict[Atom, Atom]) -> Block:
    """A block that reads other values."""
    ops = tuple(
        replace(
            op,
            args=tuple(instead.get(a, a) for a in op.args),
            blocks=tuple(_reading(b, instead) for b in op.blocks),
        )
        for op in block.ops
    )
    return replace(block, ops=ops, results=tuple(instead.get(r, r) for r in block.results))
