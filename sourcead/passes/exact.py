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
    sources: dict[Value, tuple[Atom, ...]] = {}
    for op in ops:
        sources.update(_sources(op))
    waiting: list[Atom] = [a for op in ops if not op.backward for a in _looked_at(op)]
    seen: set[Value] = set()
    while waiting:
        atom = waiting.pop()
        if not isinstance(atom, Value) or atom in seen:
            continue
        seen.add(atom)
        waiting += sources.get(atom, ())
    return seen


def _sources(op: Op) -> Iterator[tuple[Value, tuple[Atom, ...]]]:
    """What each value that an op, or a loop's turn, defines is made of."""
    if not op.blocks or op.name == "if":
        for k, out in enumerate(op.outs):
            yield out, tuple(b.results[k] for b in op.blocks) or op.args
        return
    body, count, exits = op.blocks[-1], op.attr("carried", 0), int(op.attr("exits", False))
    first = len(op.args) - count
    for param in body.params[: len(body.params) - count]:
        yield param, op.args[:first]
    for k, init in enumerate(op.args[first:]):
        ends = (op.outs[exits + k], *(b.params[len(b.params) - count + k] for b in op.blocks))
        yield from ((end, (init, body.results[exits + k])) for end in ends)
    for out, result in zip(op.outs[exits + count :], body.results[exits + count :], strict=False):
        yield out, (result,)


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
