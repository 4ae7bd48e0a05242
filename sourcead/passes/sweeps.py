"""One sweep: where no turn of a loop reads another's results, the loop and its reverse become one.

    for i in range(n): total += f(x[i])                          for i in range(n):
    for i in reversed(range(n)): dx[i] += df(x[i])        ->         total += f(x[i]);  dx[i] += df(x[i])

The reverse may run forwards when it reads nothing that the loop makes, but what the same turn has kept for it, and all
that it carries are sums, to which the turns add in any order. It then reads what the turn has already computed: nothing
is kept.
"""

from __future__ import annotations

from typing import TypeAlias

from sourcead.ir import Atom, Block, Const, Function, Op, Value, read_counts, reads, sub_blocks, walk
from sourcead.kinds import INT
from sourcead.passes.conflicts import is_store
from sourcead.passes.cse import eliminate_common_subexpressions
from sourcead.passes.rewriting import Rewriter
from sourcead.primitives import structural
from sourcead.primitives.raising import may_raise
from sourcead.records import dataclass, replace
from sourcead.switches import is_on

NOTE = "no turn of the loop reads another's results: one sweep does both"


def fuse_sweeps(function: Function) -> Function:
    """Fuse every reversed loop with the loop that it reverses, where that can be."""
    if not any(_is_reverse(op) for op in walk(function.body)) or _is_to_be_split(function):
        return function
    body = _block(function.body)
    if body is function.body:
        return function
    made = replace(function, body=body)
    return eliminate_common_subexpressions(made) if is_on("common subexpressions") else made


def _is_to_be_split(function: Function) -> bool:
    """Whether the sweeps become functions of their own: the last parameter is then the cotangent of the result."""
    return bool(function.params) and not function.params[-1].name


def _block(block: Block) -> Block:
    ops = [_within(op) for op in block.ops]
    changed = any(a is not b for a, b in zip(ops, block.ops, strict=True))
    for second in [op for op in ops if _is_reverse(op)]:
        around = Block((), tuple(ops), block.results)
        first = next((op for op in reversed(ops[: ops.index(second)]) if _same_turns(op, second, around)), None)
        order = None if first is None else _around(ops, first, second)
        if first is not None and order is not None:
            ops, changed = order, True
    return replace(block, ops=tuple(ops)) if changed else block


def _within(op: Op) -> Op:
    blocks = tuple(_block(b) for b in op.blocks)
    return replace(op, blocks=blocks) if any(a is not b for a, b in zip(blocks, op.blocks, strict=True)) else op


def _is_reverse(op: Op) -> bool:
    """Whether this is a reversed loop that only adds up: it has no exits."""
    if op.name != "for" or not op.backward or not op.attr("reverse", False) or op.attr("exits", False):
        return False
    body, count = op.blocks[0], op.attr("carried", 0)
    return len(op.outs) == len(body.results) == count and len(body.params) == 2 + count and _adds_up(body, count)


_Readers: TypeAlias = "dict[Atom, list[tuple[Op | None, Block]]]"


def _adds_up(body: Block, count: int) -> bool:
    """Whether each carried value is only added to, the last sum being the next turn's, and read by nothing else."""
    readers: _Readers = {}
    for block in sub_blocks(body):
        for op in block.ops:
            for arg in op.args:
                readers.setdefault(arg, []).append((op, block))
        for result in block.results:
            readers.setdefault(result, []).append((None, block))
    return all(_is_sum(p, r, body, readers) for p, r in zip(body.params[2:], body.results, strict=True))


def _is_sum(value: Atom, result: Atom, block: Block, readers: _Readers) -> bool:
    """Whether a value of a block becomes its result by additions alone, those of loops within it too."""
    while value is not result:
        ((reader, where), *others) = readers.get(value, [(None, block)])
        if reader is None or where is not block or others:
            return False
        if reader.name == "for" and not reader.attr("exits", False):
            inner, carried = reader.blocks[0], reader.attr("carried", 0)
            k = reader.args.index(value) - len(reader.args) + carried
            param = inner.params[len(inner.params) - carried + k] if k >= 0 else value
            if k < 0 or not _is_sum(param, inner.results[k], inner, readers):
                return False
            value = reader.outs[k]
        elif _adds_to(reader, value):
            (value,) = reader.outs
        else:
            return False
    return len(readers[result]) == 1


def _adds_to(op: Op, value: Atom) -> bool:
    """Whether an op adds to a value."""
    if op.primitive.form == "binary +":
        return True
    return (op.primitive is structural.ADD_AT or op.primitive.form == "binary -") and op.args[0] is value


def _same_turns(first: Op, second: Op, block: Block) -> bool:
    """Whether the reversed loop takes the turns of a loop of the user's, over a range or over the rows of an array."""
    if first.name != "for" or first.backward or first.attr("exits", False) or first.attr("reverse", False):
        return False
    if first.attr("counted", False) or not _are_kept_for(second, _stacks(first), block):
        return False  # it counts its turns, or builds a list for others
    form = _form(first)
    if form == ("range",):
        return first.args[:3] == second.args[:3]
    start, stop, step = second.args[:3]
    if form not in (("rows",), ("count", "rows")) or (start, step) != (Const(0), Const(1)):
        return False
    if form[0] == "count" and first.args[0] != Const(0):
        return False
    return any(stop in op.outs and op.name == "len" and op.args == (_rows(first),) for op in block.ops)


def _stacks(loop: Op) -> dict[Atom, Atom]:
    """What a loop keeps in each turn, by the list of it."""
    count = loop.attr("carried", 0)
    return dict(zip(loop.outs[count:], loop.blocks[0].results[count:], strict=True))


def _are_kept_for(second: Op, stacks: dict[Atom, Atom], block: Block) -> bool:
    """Whether each turn of a reversed loop alone reads what the same turn of the other one has kept."""
    if not stacks:
        return True
    turn, index = second.blocks[0].params[:2]
    turns = [(turn,), (index,)] if (second.args[0], second.args[2]) == (Const(0), Const(1)) else [(turn,)]
    items = [op for op in walk(_of(second)) if op.primitive is structural.GETITEM and op.args[1:] in turns]
    found = sum(op.args[0] in stacks and _is_one_item(op) for op in items)
    counts = read_counts(block)
    return found == sum(counts.get(stack, 0) for stack in stacks)


def _form(op: Op) -> tuple[str, ...]:
    return tuple(source.form for source in op.attr("sources"))


def _rows(op: Op) -> Atom:
    """The array whose rows a loop goes through."""
    return op.args[_form(op).index("rows")]


def _around(ops: list[Op], first: Op, second: Op) -> list[Op] | None:
    """The ops with both loops as one in the place of the second; None where something in between forbids that."""
    at, end = ops.index(first), ops.index(second)
    if any(op.primitive.acts or is_store(op) for op in walk(_of(first))):
        return None
    after: list[Op] = []
    before: list[Op] = []
    made: set[Atom] = set(first.outs)
    for op in ops[at + 1 : end]:
        if made.intersection(reads(op)):
            made.update(op.outs)
            after.append(op)
        elif op.primitive.acts or op.blocks or is_store(op) or (not op.backward and may_raise(op)):
            return None
        else:
            before.append(op)
    if made.difference(_stacks(first)).intersection(reads(second)) or any(op.primitive.acts for op in after):
        return None
    needed = _needed(second, before)
    before = [replace(op, backward=False) if op in needed else op for op in before]
    return [*ops[:at], *before, _one(first, second), *after, *ops[end + 1 :]]


def _of(op: Op) -> Block:
    return Block((), (op,), ())


def _needed(second: Op, before: list[Op]) -> list[Op]:
    """The ops of the backward sweep that the fused loop reads: they stand in front of it now."""
    wanted = set(reads(second))
    found: list[Op] = []
    for op in reversed(before):
        if op.backward and wanted.intersection(op.outs):
            found.append(op)
            wanted.update(reads(op))
    return found


def _one(first: Op, second: Op) -> Op:
    """Both loops as one: in each turn the body of the first, then that of the second."""
    ours, theirs = first.blocks[0], second.blocks[0]
    items, form = ours.params[1:], _form(first)
    index = Value(theirs.params[1].hint, INT) if form == ("rows",) else items[0]
    row = None if form == ("range",) else items[form.index("rows")]
    stacks = _stacks(first)
    rewriter = Rewriter(_Turn(None if row is None else _rows(first), index, row, stacks))
    rewriter.values.update({theirs.params[0]: ours.params[0], theirs.params[1]: index})
    body = rewriter.block(theirs)
    count = first.attr("carried", 0)
    loop, args, params = replace(first, outs=(*first.outs[:count], *second.outs), note=NOTE), first.args, ours.params
    if form == ("rows",) and any(index in reads(op) for op in body.ops):
        (rows,), text = first.attr("sources"), ("enumerate", False, first.attr("text"))
        loop = loop.with_attrs(sources=(replace(rows, form="count"), rows), text=text)
        args, params = (Const(0), *first.args), (params[0], index, *params[1:])
    carried = count + second.attr("carried", 0)
    block = Block((*params, *theirs.params[2:]), (*ours.ops, *body.ops), (*ours.results[:count], *body.results))
    return replace(loop, args=(*args, *second.args[3:]), blocks=(block,)).with_attrs(carried=carried)


@dataclass(frozen=True, slots=True)
class _Turn:
    """Reads a row that the loop goes through as the item of the turn, and what the turn has kept as it is."""

    array: Atom | None
    index: Value
    row: Value | None
    stacks: dict[Atom, Atom]

    def __call__(self, op: Op, rewriter: Rewriter) -> None:
        if op.primitive is structural.GETITEM and op.args[0] in self.stacks:
            rewriter.values[op.outs[0]] = self.stacks[op.args[0]]
        elif op.primitive is structural.GETITEM and op.args == (self.array, self.index) and _is_one_item(op):
            assert self.row is not None
            rewriter.values[op.outs[0]] = self.row
        else:
            rewriter.emit(op)


def _is_one_item(op: Op) -> bool:
    (level, *more) = op.attr("path")
    return not more and len(level) == 1
