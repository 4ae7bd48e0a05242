"""Reads of a shape alone: taken from the latest version of an array, so that they keep no earlier version alive.

    a2 = store(a1, ...); zeros_like(a1)    ->    a2 = store(a1, ...); zeros_like(a2)

A store keeps the shape, so do a branch and a loop that hand on versions of one array.
"""

from __future__ import annotations

from sourcead.ir import Atom, Block, Const, Function, Op, Value
from sourcead.kinds import Array
from sourcead.primitives import structural
from sourcead.records import replace

SHAPE_ONLY = frozenset(
    {"np.zeros_like", "np.ones_like", "np.empty_like", "np.full_like", "np.shape", "np.ndim", "np.size", "len"}
)


def reads_shape(op: Op) -> bool:
    """Whether an op reads of its first argument, an array, the shape alone, which no store changes."""
    first = op.args[0] if op.args and op.name in SHAPE_ONLY else None
    return isinstance(first, Value) and isinstance(first.kind, Array)


def read_latest_shapes(function: Function) -> Function:
    """Let every op that reads only the shape of its first argument read the latest version of it."""
    return replace(function, body=_Versions({}).block(function.body, {}))


class _Versions:
    """Which values are versions of one array: `origins` gives the first of them."""

    def __init__(self, origins: dict[Value, Value]) -> None:
        self.origins = origins

    def origin(self, atom: Atom) -> Atom:
        """The first version of an array."""
        return self.origins.get(atom, atom) if isinstance(atom, Value) else atom

    def block(self, block: Block, outer: dict[Atom, Value]) -> Block:
        """Rewrite a block; `outer` gives the latest version of each array at its start."""
        latest = dict(outer)
        ops: list[Op] = []
        for op in block.ops:
            if op.name in SHAPE_ONLY and op.args:
                origin = self.origin(op.args[0])
                op = replace(op, args=(latest.get(origin, op.args[0]), *op.args[1:]))
            elif op.primitive in (structural.STORE, structural.ADD_AT):
                self._same(op.outs[0], op.args[0], latest)
            elif op.name == "if":
                op = self._if(op, latest)
            elif op.blocks:
                op = self._loop(op, latest)
            ops.append(op)
        return replace(block, ops=tuple(ops))

    def _same(self, value: Value, version: Atom, latest: dict[Atom, Value]) -> None:
        origin = self.origin(version)
        if isinstance(origin, Value):
            self.origins[value] = origin
            latest[origin] = value

    def _if(self, op: Op, latest: dict[Atom, Value]) -> Op:
        op = replace(op, blocks=tuple(self.block(b, latest) for b in op.blocks))
        for k, out in enumerate(op.outs):
            first, second = (self.origin(b.results[k]) for b in op.blocks)
            if first is second and not isinstance(first, Const):
                self._same(out, first, latest)
        return op

    def _loop(self, op: Op, latest: dict[Atom, Value]) -> Op:
        exits, count = int(op.attr("exits", False)), op.attr("carried", 0)
        body = op.blocks[-1]
        inits = op.args[len(op.args) - count :]
        params = body.params[len(body.params) - count :]
        inner = dict(latest)
        for param, init in zip(params, inits, strict=True):
            if isinstance(init, Value):
                self._same(param, init, inner)
        rewritten = self.block(body, inner)
        kept = []
        for k, (param, init) in enumerate(zip(params, inits, strict=True)):
            if isinstance(init, Value) and self.origin(body.results[exits + k]) is self.origin(init):
                kept.append((op.outs[exits + k], init))
            else:
                self.origins.pop(param, None)
        if len(kept) < sum(isinstance(i, Value) for i in inits):  # some parameter is no version of its initial value
            rewritten = self.block(body, latest)
        for out, init in kept:
            self._same(out, init, latest)
        return replace(op, blocks=(*op.blocks[:-1], rewritten))
