"""Dying values: what a turn of a reversed loop got from the one before, and may overwrite where it is read last.

    for ...: t = dh + g; ...; dh = t @ W.T    ->    for ...: dh += g; ...; dh = dh @ W.T

It is memory of its own (arithmetic made it, and nothing else holds it), and whatever else reads it has done so, in ops
that keep nothing of it.
"""

from __future__ import annotations

from sourcead.ir import Atom, Block, Op, Value
from sourcead.kinds import Array
from sourcead.records import dataclass, field, replace

_MAKERS = frozenset({"np.zeros", "np.zeros_like", "matmul", "np.dot", "np.matmul", "np.outer"})
_READERS = frozenset({"np.sum", "np.vdot"}) | _MAKERS


@dataclass(slots=True, eq=False)
class Dying:
    """The values of one block that may be overwritten, each with the reads that are over. latest: what was made in
    place of them; the last turn, which hands on what it has to nobody, may hand on that."""

    counts: dict[Atom, int]
    over: dict[Value, int] = field(default_factory=dict)
    latest: dict[Atom, Value] = field(default_factory=dict)

    @classmethod
    def of_loop(cls, loop: Op, around: dict[Atom, Op], counts: dict[Atom, int]) -> Dying:
        """What the body of a loop may overwrite; `around` are the ops in front of it, by what they make."""
        found = cls(counts)
        if loop.name != "for" or not loop.backward or loop.attr("exits", False):
            return found
        count, body = loop.attr("carried", 0), loop.blocks[-1]
        inits, params = loop.args[len(loop.args) - count :], body.params[len(body.params) - count :]
        makers: dict[Atom, Op] = {out: op for op in body.ops for out in op.outs}
        for init, param, result in zip(inits, params, body.results, strict=False):
            made = makers if result in makers else around
            if found._is_own(init, param, around) and found._is_own(result, param, made):
                left = [r for op in body.ops if op.attr("last") for r in op.blocks[1].results]
                found.over[param] = left.count(param)
        return found

    def _is_own(self, atom: Atom, param: Value, makers: dict[Atom, Op]) -> bool:
        """Whether a value is made by arithmetic, for the loop alone; a choice may leave what there is."""
        maker = makers.get(atom)
        if maker is None or self.counts.get(atom) != 1 or not maker.backward:
            return False
        if maker.name != "if":
            return _is_made(maker)
        k = maker.outs.index(atom)
        made: dict[Atom, Op] = {out: op for block in maker.blocks for op in block.ops for out in op.outs}
        ends = [block.results[k] for block in maker.blocks]
        return all(end is param or (end in made and self.counts[end] == 1 and _is_made(made[end])) for end in ends)

    def choice(self, op: Op) -> Op:
        """A choice, where it leaves values as they are: as they are by now."""
        if not op.attr("last"):
            return op
        left = tuple(self.latest.get(r, r) for r in op.blocks[1].results)
        return replace(op, blocks=(op.blocks[0], replace(op.blocks[1], results=left)))

    def branch(self, choice: Op, block: Block) -> Dying:
        """What a branch may overwrite: what the other one leaves as it is."""
        left = [(k, r) for b in choice.blocks if b is not block for k, r in enumerate(b.results)]
        makers: dict[Atom, Op] = {out: op for op in block.ops for out in op.outs}
        found = Dying(self.counts)
        for value, over in self.over.items():
            kept = [makers.get(block.results[k]) for k, r in left if r is value]
            if all(op is not None and value in op.args for op in kept):
                found.over[value] = over + len(kept) * (not choice.attr("last"))
        return found

    def ends(self, atom: Atom) -> bool:
        """Whether the next read of a value is the last."""
        return isinstance(atom, Value) and atom in self.over and self.counts[atom] == self.over[atom] + 1

    def read(self, op: Op) -> None:
        """Note what an op reads and keeps nothing of; what it makes in place of a dying value may be overwritten."""
        if op.primitive.elementwise or op.name in _READERS:
            for atom in op.args:
                if isinstance(atom, Value) and atom in self.over:
                    self.over[atom] += 1
        if op.attr("inplace", False) and op.args[0] in self.over:
            self.over[op.outs[0]] = 0
            versions = [v for v, last in self.latest.items() if last is op.args[0]]
            self.latest.update(dict.fromkeys([op.args[0], *versions], op.outs[0]))


def _is_made(op: Op) -> bool:
    """Whether an op makes an array of its own."""
    made = (op.primitive.elementwise and op.primitive.result == "fresh") or op.name in _MAKERS
    return made and isinstance(op.outs[0].kind, Array)
