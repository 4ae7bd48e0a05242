"""What is left alone: values whose very bits the program sees, in a comparison, an index, an exception or an object.

A text of style "fast" may round differently only where nobody looks but the one who reads the result.
"""

from __future__ import annotations

from collections.abc import Iterator

from sourcead.ir import Atom, Function, Op, Value, walk
from sourcead.passes.shapes import SHAPE_ONLY
from sourcead.primitives import structural

_ROUND = frozenset({"int", "round", "bool", "str", "repr", "float.__format__"})


def exact_values(function: Function) -> set[Value]:
    """The values of the forward sweep that reach such a place, and those that they are computed from."""
    ops = list(walk(function.body))
    waiting: list[Atom] = [a for op in ops if not op.backward for a in _looked_at(op)]
    made_of: dict[Value, tuple[Atom, ...]] = {}
    for op in ops if waiting else ():
        made_of.update(_made(op) if op.blocks else [(out, op.args) for out in op.outs])
    seen: set[Value] = set()
    while waiting:
        atom = waiting.pop()
        if not isinstance(atom, Value) or atom in seen:
            continue
        seen.add(atom)
        waiting += made_of.get(atom, ())
    return seen


def _made(op: Op) -> Iterator[tuple[Value, tuple[Atom, ...]]]:
    """What a region makes, in its blocks too, and what each is computed from."""
    if op.name == "if":
        yield from ((out, (*op.args, *(b.results[k] for b in op.blocks))) for k, out in enumerate(op.outs))
    else:
        yield from _made_by_loop(op)


def _made_by_loop(op: Op) -> Iterator[tuple[Value, tuple[Atom, ...]]]:
    exits, count = int(op.attr("exits", False)), op.attr("carried", 0)
    body, split = op.blocks[-1], len(op.args) - count
    first = len(body.params) - count
    yield from ((item, op.args[:split]) for item in body.params[:first])
    for k in range(count):
        both = op.args[split + k], body.results[exits + k]
        carried = (b.params[len(b.params) - count + k] for b in op.blocks)
        yield from ((value, both) for value in (op.outs[exits + k], *carried))
    others = [k for k in range(len(body.results)) if not exits <= k < exits + count]
    yield from ((op.outs[k], (body.results[k],)) for k in others)


def _looked_at(op: Op) -> tuple[Atom, ...]:
    """The arguments of an op whose bits decide something."""
    if op.name in SHAPE_ONLY:
        return op.args[1:]
    if op.name in ("if", "while", "for"):
        tests = op.blocks[0].results if op.name == "while" else ()
        return (*op.args[: op.name == "if"], *tests)
    if op.primitive is structural.GETITEM:
        return op.args[1:]
    if op.primitive in (structural.STORE, structural.ADD_AT):
        return op.args[1:]  # what is stored may be the caller's to see
    if op.primitive.form.startswith("compare") and op.attr("made"):
        return ()  # the transform's own: it chooses between forms of one value
    if op.primitive.form.startswith("compare") or not op.primitive.differentiable or op.name in _ROUND:
        return op.args
    return op.args if op.primitive.effects & {"io", "writes", "draws"} or op.name in ("assert", "raise") else ()
