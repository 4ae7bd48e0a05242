"""Shapes are read of what stays: a temporary that only the next line needs is not kept for its size.

    t = X @ w;  t2 = t + b;  ... t2 ... t2 / t.size    ->    t = X @ w + b;  ... t ... t / t.size

The array that is measured instead has certainly the same shape and dtype, and is read several times or has a name.
"""

from __future__ import annotations

from sourcead.ir import Atom, Block, Function, Op, Value, walk
from sourcead.kinds import dtype_of
from sourcead.passes.facts import same_shape
from sourcead.passes.shapes import reads_shape
from sourcead.records import dataclass, field, replace


def measure_what_stays(function: Function) -> Function:
    """Let every op that reads the shape of a temporary read that of an array which is there anyway."""
    readers: dict[Atom, list[Op | None]] = {}
    blocks = [function.body]
    for op in walk(function.body):
        for position, atom in enumerate(op.args):
            if position or not reads_shape(op):
                readers.setdefault(atom, []).append(op)
        blocks += op.blocks
    for block in blocks:
        for result in block.results:
            readers.setdefault(result, []).append(None)
    return replace(function, body=_Measured(readers).block(function.body))


@dataclass(slots=True, eq=False)
class _Measured:
    """readers: what reads more than the shape of each value; done: the ops of the block so far."""

    readers: dict[Atom, list[Op | None]]
    done: set[Op] = field(default_factory=set)

    def block(self, block: Block) -> Block:
        outer, self.done = self.done, set()
        ops = []
        for op in block.ops:
            made = replace(op, blocks=tuple(map(self.block, op.blocks))) if op.blocks else op
            if reads_shape(op):
                made = replace(op, args=(self.standing(op.args[0]), *op.args[1:]))
            ops.append(made)
            self.done.add(op)
        self.done = outer
        return replace(block, ops=tuple(ops))

    def standing(self, atom: Atom) -> Atom:
        """The first value of the same shape that stays, among those made of the atom; itself if there is none."""
        value = atom
        while not self.stays(value):
            (reader,) = self.readers.get(value) or (None,)
            if reader is None or reader not in self.done or not reader.primitive.elementwise or len(reader.outs) != 1:
                return atom
            (out,) = reader.outs
            if not isinstance(value, Value) or not same_shape(out.kind, value.kind):
                return atom
            if dtype_of(out.kind) != dtype_of(value.kind):
                return atom
            value = out
        return value

    def stays(self, atom: Atom) -> bool:
        """Whether a value is bound to a name anyway."""
        return not isinstance(atom, Value) or bool(atom.hint) or len(self.readers.get(atom, ())) > 1
