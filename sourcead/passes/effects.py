"""Effects: what must stay although nothing reads its result is marked, so that the writer keeps it.

    x[i]              a look-up that may fail         raises
    w[1:] += 0.3      w is the caller's memory        effect
"""

from __future__ import annotations

from sourcead.ir import Block, Function
from sourcead.passes.dce import Live
from sourcead.primitives.raising import may_raise
from sourcead.records import replace


def mark_effects(function: Function) -> Function:
    """Mark the ops of the user's that stay for what they may raise, and for what they change."""
    live = Live(function)

    def marked(block: Block) -> Block:
        ops = []
        for op in block.ops:
            needed = op in live.ops
            if op.blocks:
                op, foreign = replace(op, blocks=tuple(marked(b) for b in op.blocks)), False
            else:
                foreign = op in live.foreign
            if needed and not op.backward and may_raise(op) and not any(o in live.values for o in op.outs):
                op = op.with_attrs(raises=True)
            ops.append(op.with_attrs(effect=True) if foreign else op)
        return replace(block, ops=tuple(ops))

    return replace(function, body=marked(function.body))
