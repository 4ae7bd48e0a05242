"""What is left alone: values whose very bits the program sees, in a comparison, an index, an exception or an object.

A text of style "fast" may round differently only where nobody looks but the one who reads the result.
"""

from __future__ import annotations

from sourcead.ir import Atom, Function, Op, Value, walk
from sourcead.passes.shapes import SHAPE_ONLY
from sourcead.primitives import structural

_ROUND = frozenset({"int", "round", "bool", "str", "repr", "float.__format__"})


def exact_values(function: Function) -> set[Value]:
    """The values of the forward sweep that reach such a place, and those that they are computed from."""
    ops = list(walk(function.body))
    makers: dict[Value, Op] = {}
    for op in ops:
        makers.update(dict.fromkeys(op.outs, op))
        for block in op.blocks:
            makers.update(dict.fromkeys(block.params, op))
    waiting: list[Atom] = [a for op in ops if not op.backward for a in _looked_at(op)]
    seen: set[Value] = set()
    while waiting:
        atom = waiting.pop()
        if not isinstance(atom, Value) or atom in seen:
            continue
        seen.add(atom)
        maker = makers.get(atom)
        if maker is not None:
            waiting += maker.args
            waiting += [r for block in maker.blocks for r in block.results]
    return seen


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
    if op.primitive.form.startswith("compare") or not op.primitive.differentiable or op.name in _ROUND:
        return op.args
    return op.args if op.primitive.effects & {"io", "writes", "draws"} or op.name in ("assert", "raise") else ()
