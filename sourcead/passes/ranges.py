"""Ranges of reversed loops: a loop that only needs the user's own index runs over the user's own range, backwards.

    for j in reversed(range(len(range(a, b)))):          for i in reversed(range(a, b)):
        i = a + j                                 ->         ...
        ...

A loop that needs the number of the turn, too, runs over `range(b - a)`. The reverse of a loop that counts down from
n - 1 to 0, which is itself the reverse of another, counts up: `range(n)`. So does one that reads no item at all.
"""

from __future__ import annotations

import operator

from sourcead.ir import Atom, Block, Const, Function, Op, Value, walk
from sourcead.kinds import INT
from sourcead.passes.rewriting import Rewriter
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace


def run_over_own_ranges(function: Function) -> Function:
    """Give reversed loops the ranges of the loops that they reverse, where their items are all that is read."""
    lengths = {op.outs[0]: op.args for op in walk(function.body) if op.primitive is structural.RANGE_LENGTH}

    before = {op.outs[0]: op.args[0] for op in walk(function.body) if _takes_one(op)}

    def visit(op: Op, rewriter: Rewriter) -> None:
        if op.name == "for" and op.attr("reverse", False):
            own = _counting_up(_own_range(op, lengths), before, rewriter)
            op = _any_order(own if own is not op else _plain_length(op, lengths, rewriter))
        rewriter.emit(op)

    return Rewriter(visit).function(function)


def _any_order(op: Op) -> Op:
    """The loop itself, run forwards where it reads neither the number of the turn nor the item."""
    body, count = op.blocks[0], op.attr("carried", 0)
    if len(body.params) != 2 + count or any(_count(body, v) for v in body.params[:2]):
        return op
    return op.with_attrs(reverse=False)


def _plain_length(op: Op, lengths: dict[Value, tuple[Atom, ...]], rewriter: Rewriter) -> Op:
    """The loop with `b - a` turns in place of `len(range(a, b))`: a negative number of turns is none."""
    stop = op.args[1]
    start, end, step = lengths.get(stop, (None, None, None)) if isinstance(stop, Value) else (None, None, None)
    if start is None or end is None or step not in (Const(1), Const(-1)):
        return op
    pair = (end, start) if step == Const(1) else (start, end)
    turns = Value("", INT)
    rewriter.emit(Op(primitive_of(operator.sub), pair, (turns,), (), (), op.at, "", True))
    return replace(op, args=(op.args[0], turns, *op.args[2:]))


def _own_range(op: Op, lengths: dict[Value, tuple[Atom, ...]]) -> Op:
    start, stop, step, *inits = op.args
    own = lengths.get(stop) if isinstance(stop, Value) else None
    if own is None or (start, step) != (Const(0), Const(1)) or len(op.attr("sources")) != 1:
        return op
    body = op.blocks[0]
    turn, index, *carried = body.params
    chain = _item_of(body, index, own)
    if chain is None or _count(body, turn):
        return op
    if any(_count(body, v) != 1 for v in (index, *(c.outs[0] for c in chain[:-1]))):
        return op
    ops = tuple(inner for inner in body.ops if inner not in chain)
    block = replace(body, params=(turn, chain[-1].outs[0], *carried), ops=ops)
    return replace(op, args=(*own, *inits), blocks=(block,))


def _takes_one(op: Op) -> bool:
    return op.primitive is primitive_of(operator.sub) and op.args[1] == Const(1)


def _counting_up(op: Op, before: dict[Value, Atom], rewriter: Rewriter) -> Op:
    """The loop over `reversed(range(n - 1, -1, -1))`, of which it reads the items alone, as one over `range(n)`."""
    last, stop, step, *inits = op.args
    if (stop, step) != (Const(-1), Const(-1)):
        return op
    n = Const(last.value + 1) if isinstance(last, Const) else before.get(last)
    if n is None:
        n = Value("", INT)
        rewriter.emit(Op(primitive_of(operator.add), (last, Const(1)), (n,), (), (), op.at, "", True))
    return replace(op, args=(Const(0), n, Const(1), *inits)).with_attrs(reverse=False)


def _item_of(body: Block, index: Value, own: tuple[Atom, ...]) -> list[Op] | None:
    """The ops that compute the item of the range from the number of the turn: start + turn * step."""
    start, _, step = own
    chain: list[Op] = []
    current = index
    for function, operand, leaves_out in ((operator.mul, step, Const(1)), (operator.add, start, Const(0))):
        if operand == leaves_out:
            continue
        fitting = (o for o in body.ops if o.primitive is primitive_of(function) and set(o.args) == {current, operand})
        made = next(fitting, None)
        if made is None:
            return None
        chain.append(made)
        current = made.outs[0]
    return chain or None


def _count(block: Block, value: Value) -> int:
    """How often a value is read in a block and those inside it."""
    ops = list(walk(block))
    results = [r for op in ops for b in op.blocks for r in b.results]
    return sum(a is value for op in ops for a in op.args) + sum(r is value for r in (*results, *block.results))
