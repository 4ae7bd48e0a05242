"""Updates: additions at places of one array are brought together, and a place is not cleared that is filled again.

    d = store(g, p, 0); ...; add_at(d', p, g[p])   ->   the array itself: adding back what was taken away
    add_at(add_at(d, p, a), p, b)                  ->   add_at(d, p, a + b)      numbers also with others in between

Both only along a chain of versions that nothing else reads.
"""

from __future__ import annotations

import operator

from sourcead.ir import Atom, Block, Const, Function, Op, Value, read_counts
from sourcead.kinds import Scalar
from sourcead.passes.late_clearing import clear_late
from sourcead.passes.rewriting import atom_kind
from sourcead.passes.views import add_through_views
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace


def join_updates(function: Function) -> Function:
    """Apply both rules wherever they fit, and those of views and of places that are cleared."""
    refilled = replace(function, body=_refilled(function.body, read_counts(function.body)))
    merged = _merged(refilled.body, read_counts(refilled.body))
    return replace(refilled, body=clear_late(add_through_views(merged)))


def _refilled(block: Block, counts: dict[Atom, int]) -> Block:
    ops = [replace(op, blocks=tuple(_refilled(b, counts) for b in op.blocks)) if op.blocks else op for op in block.ops]
    producers: dict[Atom, int] = {o: k for k, op in enumerate(ops) for o in op.outs}
    values: dict[Atom, Atom] = {}
    for k, op in enumerate(ops):
        if op.primitive is structural.ADD_AT and op.backward:
            _refill(ops, k, producers, counts, values)
    kept = tuple(_replaced(op, values) for op in ops if not (op.outs and op.outs[0] in values))
    return replace(block, ops=kept, results=tuple(_read(r, values) for r in block.results))


def _merged(block: Block, counts: dict[Atom, int]) -> Block:
    ops = [replace(op, blocks=tuple(_merged(b, counts) for b in op.blocks)) if op.blocks else op for op in block.ops]
    return replace(block, ops=tuple(_merge(ops, counts)))


def _read(atom: Atom, values: dict[Atom, Atom]) -> Atom:
    while atom in values:
        atom = values[atom]
    return atom


def _replaced(op: Op, values: dict[Atom, Atom]) -> Op:
    if not values:
        return op
    blocks = tuple(
        replace(b, ops=tuple(_replaced(o, values) for o in b.ops), results=tuple(_read(r, values) for r in b.results))
        for b in op.blocks
    )
    return replace(op, args=tuple(_read(a, values) for a in op.args), blocks=blocks)


def _same_place(a: Op, b: Op) -> bool:
    """Whether two ops name one place: the same subscript with the same indices."""
    first, second = a.args[1:], b.args[1:]
    holes = len(first) - (a.primitive is not structural.GETITEM)
    return (
        a.attr("path") == b.attr("path")
        and first[:holes] == second[: len(second) - (b.primitive is not structural.GETITEM)]
    )


def _refill(
    ops: list[Op], last: int, producers: dict[Atom, int], counts: dict[Atom, int], values: dict[Atom, Atom]
) -> None:
    """Undo a clearing whose old content the add_at at position `last` puts back."""
    op = ops[last]
    put_back = producers.get(op.args[-1])
    if put_back is None or ops[put_back].primitive is not structural.GETITEM or not _same_place(ops[put_back], op):
        return
    version = op.args[0]
    while counts.get(version) == 1 and version in producers:
        step = ops[producers[version]]
        if version in values and step.primitive is structural.STORE:  # one clearing is made up for by one addition
            return
        if step.primitive is structural.STORE:
            cleared = step.args[-1]
            if (
                isinstance(cleared, Const)
                and cleared.value == 0
                and _same_place(step, op)
                and step.args[0] == ops[put_back].args[0]
            ):
                values[step.outs[0]] = step.args[0]
                values[op.outs[0]] = op.args[0]
            return
        if step.primitive is not structural.ADD_AT:
            return
        version = step.args[0]


def _merge(ops: list[Op], counts: dict[Atom, int]) -> list[Op]:
    """One addition for those at the same place, of which nothing but other additions sees anything in between."""
    made: list[Op] = []
    for op in ops:
        k = _earlier(op, made, counts)
        if k is not None:
            earlier = made.pop(k)
            after = [j for j in range(k, len(made)) if made[j].args[:1] == (earlier.outs[0],)]
            for j in after:
                made[j] = replace(made[j], args=(earlier.args[0], *made[j].args[1:]))
            plus = primitive_of(operator.add)
            assert plus.infer is not None
            kind = plus.infer(atom_kind(earlier.args[-1]), atom_kind(op.args[-1]))
            total = Value("", kind)
            made.append(Op(plus, (earlier.args[-1], op.args[-1]), (total,), (), (), op.at, "", True))
            base = op.args[0] if after else earlier.args[0]
            op = replace(op, args=(base, *op.args[1:-1], total))
        made.append(op)
    return made


def _earlier(op: Op, made: list[Op], counts: dict[Atom, int]) -> int | None:
    """The position of the addition that an op adds to: the last one; of single numbers, one further back too."""
    if op.primitive is not structural.ADD_AT or not op.backward or op.attr("gather") or op.attr("minus"):
        return None
    version, alone = op.args[0], isinstance(atom_kind(op.args[-1]), Scalar)
    for k in reversed(range(len(made))):
        if version not in made[k].outs:
            continue
        if made[k].primitive is not structural.ADD_AT or not made[k].backward or counts.get(version) != 1:
            return None
        if _same_place(made[k], op) and not made[k].attr("minus"):
            return k
        if not alone:
            return None
        version = made[k].args[0]
    return None
