"""Places that are cleared: as late as can be, so that what was there is read where it is; and not at all where they
are filled at once.

    old = d[p].copy()                old = d[p] * 2
    d[p] = 0.0                 ->    d[p] = 0.0
    old = old * 2

    d[p] = 0.0                 ->    d[p] = t
    d[p] += t
"""

from __future__ import annotations

from sourcead.ir import Atom, Block, Const, Op, read_counts, reads
from sourcead.kinds import Array
from sourcead.passes.facts import same_shape
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import structural
from sourcead.primitives.structural import item_kind
from sourcead.records import replace


def clear_late(block: Block) -> Block:
    """Apply both rules in a block and those inside it."""
    return _block(block, read_counts(block))


def _block(block: Block, counts: dict[Atom, int]) -> Block:
    ops = [replace(op, blocks=tuple(_block(b, counts) for b in op.blocks)) if op.blocks else op for op in block.ops]
    waiting: dict[Atom, Op] = {}
    made: list[Op] = []
    for op in ops:
        if _is_clearing(op):
            for read in op.args:
                _put(read, waiting, made)
            waiting[op.outs[0]] = op
            continue
        filled = waiting.get(op.args[0]) if op.primitive is structural.ADD_AT else None
        if filled is not None and counts.get(op.args[0]) == 1 and _fills(op, filled):
            del waiting[op.args[0]]
            for read in op.args[1:]:
                _put(read, waiting, made)
            made.append(replace(filled, args=(*filled.args[:-1], op.args[-1]), outs=op.outs, at=op.at))
            continue
        for read in list(reads(op)):
            _put(read, waiting, made)
        made.append(op)
    made += waiting.values()
    return replace(block, ops=tuple(made))


def _put(read: Atom, waiting: dict[Atom, Op], made: list[Op]) -> None:
    """Clear now what is read now."""
    if read in waiting:
        made.append(waiting.pop(read))


def _is_clearing(op: Op) -> bool:
    if op.primitive is not structural.STORE or not op.backward or not isinstance(atom_kind(op.args[0]), Array):
        return False
    value = op.args[-1]
    return isinstance(value, Const) and type(value.value) in (int, float) and value.value == 0


def _fills(op: Op, cleared: Op) -> bool:
    """Whether an addition is made at the very place that was cleared, all of it."""
    if not op.backward or op.attr("gather", False) or op.attr("minus", False):
        return False
    if op.attr("path") != cleared.attr("path") or op.args[1:-1] != cleared.args[1:-1]:
        return False
    slot = item_kind(atom_kind(op.args[0]), op.attr("path"), tuple(map(atom_kind, op.args[1:-1])))
    return same_shape(atom_kind(op.args[-1]), slot)
