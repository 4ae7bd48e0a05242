"""What an op reads: its operands and what its blocks read, but neither the object that it changes nor mere shapes."""

from __future__ import annotations

from collections.abc import Iterable

from sourcead.ir import Block, Op, Span, Value, walk
from sourcead.kinds import Array
from sourcead.passes.shapes import reads_shape
from sourcead.primitives import structural


def handles_of(body: Block) -> frozenset[Value]:
    """The objects that ops change, and those that they are parts of: what they are matters, not what they hold."""
    found: frozenset[Value] = frozenset()
    for op in reversed(list(walk(body))):
        if is_handle(op, found) and isinstance(op.args[0], Value):
            found |= {op.args[0]}
    return found


def is_handle(op: Op, handles: frozenset[Value]) -> bool:
    """Whether the first argument is an object that the op changes, or finds such an object in: never a copy of it."""
    if op.primitive in (structural.GETATTR, structural.GETITEM) and handles.intersection(op.outs):
        return True
    return op.primitive in (structural.SETATTR, structural.SETKEY) or bool(op.attr("handle", False))


def uses(op: Op) -> Iterable[Value]:
    """The values that an op reads, in its blocks those from outside them; not the object that it changes."""
    if not op.blocks:
        return [a for a in op.args[is_handle(op, frozenset()) :] if isinstance(a, Value)]
    found: dict[Op, dict[Value, None]] = {}
    for block in op.blocks:
        found.update(uses_of_all(block))
    return _uses(op, found)


def uses_of_all(block: Block) -> dict[Op, dict[Value, None]]:
    """The values that each op of a block, and of the blocks in it, reads; not a part of an array of which it reads the
    shape alone: that stays, whatever is stored there."""
    found: dict[Op, dict[Value, None]] = {}
    ops = list(walk(block))
    handles, parts = handles_of(block), _parts(ops)
    for op in reversed(ops):  # what is inside an op before the op
        found[op] = _uses(op, found, handles, parts)
    return found


def _parts(ops: list[Op]) -> frozenset[Value]:
    """Views of parts of arrays, each a name of its own: nothing stores into them under it."""
    changed = {op.args[0] for op in ops if op.primitive in (structural.STORE, structural.ADD_AT)}
    changed |= {op.args[0] for op in ops if op.attr("inplace", False)}
    found = (o for op in ops if op.primitive is structural.GETITEM and _is_slice(op) for o in op.outs)
    return frozenset(o for o in found if isinstance(o.kind, Array) and o not in changed)


def _is_slice(op: Op) -> bool:
    return any(isinstance(element, Span) for element in op.attr("path")[-1])


def _uses(
    op: Op,
    inside: dict[Op, dict[Value, None]],
    handles: frozenset[Value] = frozenset(),
    parts: frozenset[Value] = frozenset(),
) -> dict[Value, None]:
    shape_alone = reads_shape(op) and op.args[0] in parts
    read = {a: None for a in op.args[is_handle(op, handles) or shape_alone :] if isinstance(a, Value)}
    for block in op.blocks:
        own = {*block.params, *(o for inner in block.ops for o in inner.outs)}
        for inner in block.ops:
            read.update((u, None) for u in inside[inner] if u not in own)
        read.update((r, None) for r in block.results if isinstance(r, Value) and r not in own)
    return read
