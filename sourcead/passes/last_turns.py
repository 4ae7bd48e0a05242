"""Last turns: the last turn of a reversed loop leaves out a product that nothing behind the loop reads.

    for i in reversed(range(n)):              for i in reversed(range(n)):
        dW += h[i].T @ dz              ->         dW += h[i].T @ dz
        dh = dz @ W.T                             if i > 0:
                                                      dh = dz @ W.T

The first layer of a network, the first step of a recurrence: its input is not differentiated. Where there is no
product, asking would cost as much as computing.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable

from sourcead.ir import Atom, Block, Function, Op, Value, read_counts, walk
from sourcead.kinds import BOOL, Array
from sourcead.passes.rewriting import Rewriter
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace

_PRODUCTS = frozenset({"matmul", "np.dot", "np.matmul", "np.linalg.solve"})
_STORES = (structural.STORE, structural.ADD_AT)


def leave_out_last(function: Function) -> Function:
    """Guard what the last turn computes for a turn that does not come."""
    if not any(_is_product(op) for op in walk(function.body)):
        return function
    counts = read_counts(function.body)

    def visit(op: Op, rewriter: Rewriter) -> None:
        guarded = op.name == "for" and op.backward and op.attr("reverse", False) and not op.attr("exits", False)
        rewriter.emit(_guarded(op, counts) if guarded else op)

    return Rewriter(visit).function(function)


def _is_product(op: Op) -> bool:
    return op.backward and op.name in _PRODUCTS and isinstance(op.outs[0].kind, Array)


def _guarded(op: Op, counts: dict[Atom, int]) -> Op:
    """The loop in which only turns before which others come compute what those read."""
    body, count = op.blocks[0], op.attr("carried", 0)
    first = len(body.params) - count
    unread = {k: r for k in range(count) if not counts.get(op.outs[k]) and isinstance(r := body.results[k], Value)}
    alone = {k: r for k, r in unread.items() if counts[r] == 1 and any(map(_is_product, _only_for([r], body, counts)))}
    if not alone or len(op.attr("sources")) != 1 or first != 2:
        return op
    moved = _only_for(alone.values(), body, counts)
    item, start = body.params[1], op.args[0]
    asked = Value("", BOOL)
    comes = Op(primitive_of(operator.gt), (item, start), (asked,), (), (), None, "", True)
    outs = {r: Value(r.hint, r.kind) for r in alone.values()}
    before = tuple(body.params[first + k] for k in alone)
    blocks = Block((), tuple(moved), tuple(outs)), Block((), (), before)
    choice = Op(structural.IF, (asked,), tuple(outs.values()), (("last", True),), blocks, None, "", True)
    ops = (*(inner for inner in body.ops if inner not in moved), comes, choice)
    results = tuple(outs.get(r, r) if isinstance(r, Value) else r for r in body.results)
    block = replace(body, ops=ops, results=results)
    return replace(op, blocks=(block,))


def _only_for(wanted: Iterable[Value], body: Block, counts: dict[Atom, int]) -> list[Op]:
    """The ops of a turn that only these of its results need, in order."""
    found: list[Op] = []
    read: dict[Atom, int] = dict.fromkeys(wanted, 1)
    for op in reversed(body.ops):
        alone = all(read.get(o) == counts.get(o, 0) for o in op.outs)
        if op.backward and alone and not op.blocks and op.primitive not in _STORES and not op.primitive.acts:
            found.append(op)
            for atom in op.args:
                read[atom] = read.get(atom, 0) + 1
    return found[::-1]
