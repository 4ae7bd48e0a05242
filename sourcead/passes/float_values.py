"""What the pass that lets loops count with Python's floats asks of values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from sourcead.ir import UNDEFINED, Atom, Const, Function, Hole, Op, Value, walk
from sourcead.kinds import FLOAT, Array, Kind, List, Scalar
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import structural


def is_number(atom: Atom) -> TypeGuard[Value]:
    """Whether a value is a number that NumPy makes, of double precision, or a list of such."""
    return isinstance(atom, Value) and leaf_dtype(atom.kind) in ("float64", "real64")


def is_vector(atom: Atom) -> TypeGuard[Value]:
    """Whether a value is an array of one axis, of double precision."""
    kind = atom_kind(atom)
    return isinstance(kind, Array) and kind.dtype == "float64" and len(kind.dims) == 1


def leaf_dtype(kind: Kind) -> str | None:
    """The dtype of a number, or of those in a list."""
    while isinstance(kind, List):
        kind = kind.item
    return kind.dtype if isinstance(kind, Scalar) else None


def names_one_item(op: Op) -> bool:
    """Whether an op reads, or stores into, one item of what has one axis, by a number."""
    level, *more = op.attr("path")
    indices = op.args[1:] if op.primitive is structural.GETITEM else op.args[1:-1]
    numbers = all(leaf_dtype(atom_kind(a)) not in (None, "pybool", "bool") for a in indices)
    return not more and len(level) == 1 and numbers and (bool(indices) or type(level[0]) is int)


def names_place(op: Op) -> bool:
    """Whether an op reads, or stores into, one place of an array of any rank."""
    if op.primitive not in (structural.GETITEM, structural.STORE, structural.ADD_AT):
        return False
    (level, *more), kind = op.attr("path"), atom_kind(op.args[0])
    indices = op.args[1:] if op.primitive is structural.GETITEM else op.args[1:-1]
    single = all(isinstance(e, Hole | int) for e in level) and all(isinstance(atom_kind(a), Scalar) for a in indices)
    return not more and single and isinstance(kind, Array) and len(level) == len(kind.dims)


def mixed(function: Function) -> set[Atom]:
    """What loops and branches give out for Python's floats, but is NumPy's after a turn or in a branch, and what is
    computed of that."""
    found: set[Atom] = set()
    size = -1
    while size < len(found):
        size = len(found)
        for op in walk(function.body):
            for ends, starts in _flows_of(op):
                if any(is_number(a) or a in found for a in starts):
                    found.update(v for v in ends if v.kind == FLOAT)
    return found


def missing(function: Function) -> set[Atom]:
    """What loops and branches give out, but may have no value: no turn was taken, or another branch."""
    found: set[Atom] = {Const(None), Const(UNDEFINED)}
    size = -1
    while size < len(found):
        size = len(found)
        for op in walk(function.body):
            for ends, starts in _flows_of(op) if op.blocks else ():
                if not found.isdisjoint(starts):
                    found.update(ends)
    return found


def _flows_of(op: Op) -> Iterator[tuple[tuple[Value, ...], tuple[Atom, ...]]]:
    """What a loop carries or an `if` gives out, each with what becomes it."""
    if op.name == "if":
        yield from (((out,), tuple(b.results[k] for b in op.blocks)) for k, out in enumerate(op.outs))
    elif not op.blocks and op.primitive.form.startswith(("binary", "unary")):
        yield op.outs, tuple(a for a in op.args if not is_number(a))
    elif op.blocks:
        count, exits, body = op.attr("carried", 0), int(op.attr("exits", False)), op.blocks[-1]
        for k in range(count):
            params = tuple(b.params[len(b.params) - count + k] for b in op.blocks)
            yield (*params, op.outs[exits + k]), (op.args[len(op.args) - count + k], body.results[exits + k], *params)


def readers_of(function: Function) -> dict[Atom, list[Op | None]]:
    """The ops that read each value, as an argument or as a result of their blocks; None for the function's result."""
    readers: dict[Atom, list[Op | None]] = {}
    for op in walk(function.body):
        for atom in (*op.args, *(r for b in op.blocks for r in b.results)):
            readers.setdefault(atom, []).append(op)
    for result in function.body.results:
        readers.setdefault(result, []).append(None)
    return readers
