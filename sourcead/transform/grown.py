"""Lists that a loop builds, one item each turn from an empty list on: they are stacks of the loop.

    xs = []                               for ...: v = f(...)            with xs the stack of v: its item of turn i
    for ...: xs = append(xs, f(...))  ->                                 is v of turn i

The text stays the same. The reversed loop then reads the cotangent of its turn's item, and what it needs of the primal
turn it reads of the user's own list, where that keeps it.
"""

from __future__ import annotations

from sourcead.ir import Atom, Block, Op, Value, sub_blocks
from sourcead.primitives import lists, structural
from sourcead.records import replace


def stack_grown_lists(ops: tuple[Op, ...], results: tuple[Atom, ...]) -> tuple[Op, ...]:
    """Make the lists that loops build results of these loops."""
    body = Block((), ops, results)
    if not any(op.primitive is lists.APPEND for block in sub_blocks(body) for op in block.ops):
        return ops
    uses: dict[Atom, int] = {}
    producers: dict[Atom, Op] = {}
    for block in sub_blocks(body):
        for op in block.ops:
            producers.update(dict.fromkeys(op.outs, op))
            for atom in op.args:
                uses[atom] = uses.get(atom, 0) + 1
        for atom in block.results:
            uses[atom] = uses.get(atom, 0) + 1
    return _stacked(ops, uses, producers)


def _stacked(ops: tuple[Op, ...], uses: dict[Atom, int], producers: dict[Atom, Op]) -> tuple[Op, ...]:
    made = []
    for op in ops:
        if op.blocks:
            op = replace(op, blocks=tuple(replace(b, ops=_stacked(b.ops, uses, producers)) for b in op.blocks))
            if op.name in ("for", "while"):
                for position in reversed(range(op.attr("carried", 0))):
                    op = _without(op, position, uses, producers)
        made.append(op)
    return tuple(made)


def _without(op: Op, k: int, uses: dict[Atom, int], producers: dict[Atom, Op]) -> Op:
    """The loop with the list that it carries at a position as a stack, if it is one."""
    exits, count, body = int(op.attr("exits", False)), op.attr("carried", 0), op.blocks[-1]
    first, split = len(body.params) - count, len(op.args) - count
    param, result, init = body.params[first + k], body.results[exits + k], op.args[split + k]
    made, append = producers.get(init), producers.get(result)
    if made is None or made.primitive is not structural.LIST or made.args or uses[init] > 1:
        return op
    if append is None or append.primitive is not lists.APPEND or append.args[0] is not param or append not in body.ops:
        return op
    if uses[param] > 1 or uses[result] > 1 or (op.name == "while" and op.blocks[0].params[k] in uses):
        return op
    body = Block(
        (*body.params[: first + k], *body.params[first + k + 1 :]),
        tuple(inner for inner in body.ops if inner is not append),
        (*body.results[: exits + k], *body.results[exits + k + 1 :], append.args[1]),
    )
    blocks: tuple[Block, ...] = (body,)
    if op.name == "while":
        test = op.blocks[0]
        blocks = (replace(test, params=(*test.params[:k], *test.params[k + 1 :])), body)
    outs: tuple[Value, ...] = (*op.outs[: exits + k], *op.outs[exits + k + 1 :], op.outs[exits + k])
    args = (*op.args[: split + k], *op.args[split + k + 1 :])
    return replace(op, args=args, outs=outs, blocks=blocks).with_attrs(carried=count - 1)
