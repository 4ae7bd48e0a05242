"""Stacks of numbers as arrays: preallocated where the number of turns is known, growing where it is not.

    xs = []                          xs = np.empty(n)
    for i in range(n):               for i in range(n):
        xs.append(x)         ->          xs[i] = x
        x = f(x)                         x = f(x)

    xs = []                          xs = np.empty(16)
    while c(x):                      while c(x):
        xs.append(x)         ->          xs = with_room(xs, i)
        x = f(x)                         xs[i] = x
                                     xs = xs[:turns]

Lists of arrays stay lists. And reversed loops, for which Numba has no word, run over ranges that count down:

    for i in reversed(range(n)):  ->  for i in range(n - 1, -1, -1):
"""

from __future__ import annotations

import numpy as np

from sourcead.backend.numba.rewriting import Rewriter, is_const, kind_of, refuse, step, substituted
from sourcead.ir import Atom, Block, Const, Function, Hole, Op, Source, Span, Value
from sourcead.kinds import ANY, INT, Array, List, Scalar
from sourcead.records import replace

ROOM = 16  # of a stack that grows, at first
_AT = ((Hole(0),),)
_DTYPES = {"pyfloat": "float64", "real": "float64", "real64": "float64", "pyint": "int64", "pybool": "bool"}


def without_stacks(function: Function) -> Function:
    """The function with arrays for stacks of numbers."""
    return Rewriter(_visit).function(function)


def _visit(op: Op, rewriter: Rewriter) -> None:
    if op.name not in ("for", "while"):
        rewriter.ops.append(op)
        return
    carried, exits = int(op.attr("carried", 0)), bool(op.attr("exits", False))
    first = int(exits) + carried
    last = len(op.outs) - int(op.attr("counted", False))
    numbers = [k for k in range(first, last) if isinstance(_item(op.outs[k]), Scalar)]
    after: list[Op] = []
    if numbers:
        length = None if exits else _length(op, rewriter)
        op = _grown(op, numbers, rewriter, after) if length is None else _filled(op, numbers, length, rewriter)
    if op.attr("reverse", False):
        op = _counting_down(op, rewriter)
    rewriter.ops += [op, *after]


def _item(out: Value) -> object:
    return out.kind.item if isinstance(out.kind, List) else None


def _dtype(out: Value) -> str:
    assert isinstance(out.kind, List) and isinstance(out.kind.item, Scalar)
    dtype = out.kind.item.dtype
    return _DTYPES.get(dtype or "", dtype or "float64")


def _length(op: Op, rewriter: Rewriter) -> Atom | None:
    """The number of turns, where it is known before the loop."""
    sources = op.attr("sources", ())
    if op.name != "for" or len(sources) != 1:
        return None
    if sources[0].form == "range":
        start, stop, rise = op.args[:3]
        if is_const(start, 0) and is_const(rise, 1) and getattr(kind_of(stop), "size", None) is not None:
            return stop
        return rewriter.emit(step("range_length", (start, stop, rise), INT, op))
    if sources[0].form == "rows":
        return rewriter.emit(step("call len", op.args[:1], INT, op))
    return None


def _filled(op: Op, numbers: list[int], length: Atom, rewriter: Rewriter) -> Op:
    """The loop with stacks of a known length as arrays that it carries."""
    for k in numbers:
        out = op.outs[k]
        array = Array(_dtype(out), (ANY,))
        empty = rewriter.emit(_empty(length, array, op, out.hint))
        body = op.blocks[-1]
        before: list[Op] = []
        position: Atom = body.params[0]
        if op.attr("reverse", False):
            less = step("binary -", (length, Const(1)), INT, op)
            at = step("binary -", (less.outs[0], position), INT, op)
            before, position = [less, at], at.outs[0]
        op, result = _carrying(op, k, empty, array, before, position)
        rewriter.values[out] = result
    return op


def _grown(op: Op, numbers: list[int], rewriter: Rewriter, after: list[Op]) -> Op:
    """The loop with stacks that grow as arrays that it carries."""
    if op.attr("reverse", False):
        refuse("a reversed loop that ends early", op.at)
    if not op.attr("counted", False):
        op = replace(op, outs=(*op.outs, Value("", INT))).with_attrs(counted=True)
    for k in numbers:
        out = op.outs[k]
        array = Array(_dtype(out), (ANY,))
        empty = rewriter.emit(_empty(Const(ROOM), array, op, out.hint))
        op, result = _carrying(op, k, empty, array, [], op.blocks[-1].params[0], roomy=True)
        cut = step("getitem", (result, op.outs[-1]), array, op, out.hint, "view", path=((Span(None, Hole(0)),),))
        after.append(cut)
        rewriter.values[out] = cut.outs[0]
    return op


def _empty(length: Atom, array: Array, op: Op, hint: str) -> Op:
    if array.dtype == "float64":
        return step("call np.empty", (length,), array, op, hint)
    return step("call np.empty", (length, Const(np.dtype(array.dtype))), array, op, hint)


def _carrying(
    op: Op, k: int, init: Value, array: Array, before: list[Op], position: Atom, roomy: bool = False
) -> tuple[Op, Value]:
    """The loop with the stack that is its result number k as an array that it carries and stores into."""
    hint = op.outs[k].hint
    carried, exits, body = int(op.attr("carried", 0)), int(op.attr("exits", False)), op.blocks[-1]
    param, result = Value(hint, array), Value(hint, array)
    item = body.results[k]
    taken = sum(s.arity for s in op.attr("sources", ()))
    held: Value = param
    if roomy:
        room = step("helper with_room", (param, position), array, op, hint, "maybe")
        before, held = [*before, room], room.outs[0]
    stored = replace(step("store", (held, position, item), array, op, hint, "base", path=_AT), backward=op.backward)
    ops = list(body.ops)
    place = next((n + 1 for n, inner in enumerate(ops) if item in inner.outs), 0)
    ops[place:place] = [*before, stored]
    at = 1 + len(op.attr("sources", ())) + carried
    results = list(body.results)
    del results[k]
    results.insert(exits + carried, stored.outs[0])
    made = Block((*body.params[:at], param, *body.params[at:]), tuple(ops), tuple(results))
    blocks: tuple[Block, ...] = (made,)
    if op.name == "while":
        test = op.blocks[0]
        blocks = (replace(test, params=(*test.params, Value(hint, array))), made)
    outs = list(op.outs)
    del outs[k]
    outs.insert(exits + carried, result)
    split = taken + carried
    args = (*op.args[:split], init, *op.args[split:])
    return replace(op, args=args, outs=tuple(outs), blocks=blocks).with_attrs(carried=carried + 1), result


# Reversed loops -----------------------------------------------------------------------------------------------------


def _counting_down(op: Op, rewriter: Rewriter) -> Op:
    start, stop, rise, *inits = op.args
    if [s.form for s in op.attr("sources", ())] != ["range"] or not (is_const(rise, 1) or is_const(rise, -1)):
        refuse("a loop that runs backwards over this", op.at)
    first = _shifted(stop, -1 if is_const(rise, 1) else 1, op, rewriter)
    end = _shifted(start, -1 if is_const(rise, 1) else 1, op, rewriter)
    down = Const(-1 if is_const(rise, 1) else 1)
    body = op.blocks[0]
    turn, item = body.params[:2]
    body = Block((Value("", INT), *body.params[1:]), *_of(substituted(Block((), body.ops, body.results), {turn: item})))
    made = replace(op, args=(first, end, down, *inits), blocks=(body,))
    return made.with_attrs(reverse=False, sources=(Source("range"),), text=("range",))


def _of(block: Block) -> tuple[tuple[Op, ...], tuple[Atom, ...]]:
    return block.ops, block.results


def _shifted(atom: Atom, by: int, op: Op, rewriter: Rewriter) -> Atom:
    if isinstance(atom, Const):
        return Const(atom.value + by)
    word = "binary -" if by < 0 else "binary +"
    return rewriter.emit(step(word, (atom, Const(1)), INT, op))
