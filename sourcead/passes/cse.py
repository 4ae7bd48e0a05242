"""Common subexpressions: the backward sweep reads again what the forward sweep, or itself, has already computed.

The user's own ops are merged with one another only where the backward sweep reads what they compute, and that is what
stands in the text anyway; nothing has a view of it or stores into it. What is computed in their place, for no eyes but
the compiler's, is merged. Allocators never are: each result is memory of its own.
"""

from __future__ import annotations

import operator
from collections.abc import Hashable

import numpy as np

from sourcead.ir import Atom, Block, Const, Function, Op, walk
from sourcead.kinds import Array, Scalar
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import lists, structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace

_TIMES = primitive_of(operator.mul)
_COMMUTATIVE = ("binary +", "binary *")
_NEVER = (
    "np.zeros_like",
    "np.zeros",
    "np.empty",
    "np.empty_like",
    "np.copy",
    "ndarray.copy",
    "np.ones",
    "np.ones_like",
    "np.full",
    "np.full_like",
    "np.array",
    "list",
    "dict",
    "tuple",
    "store",
    "add_at",
    "helper zeros",
    "capture",
    "literal",
    "invoke",
)


_READERS = (structural.GETITEM, structural.GETATTR, structural.UNPACK)


def eliminate_common_subexpressions(function: Function) -> Function:
    """Replace backward ops by earlier equal ones, in the same block or around it."""
    return replace(function, body=_block(function.body, {}, {}, {}, *_read_back(function.body)))


def _read_back(body: Block) -> tuple[set[Atom], set[Atom]]:
    """What the backward sweep reads; and what anything has a view of, stores into or hands on."""
    read: set[Atom] = set()
    held: set[Atom] = set(body.results)
    for op in walk(body):
        if op.backward:
            read.update(op.args)
        for block in op.blocks:
            held.update(block.results)
        if op.blocks or not _is_plain(op):
            held.update(op.args)
    return read, held


def _is_plain(op: Op) -> bool:
    """Whether an op computes something new, and keeps nothing of what it reads."""
    return op.primitive.elementwise or op.primitive.target in _NEW


_NEW: tuple[object, ...] = (
    len, operator.matmul, np.sum, np.mean, np.max, np.min, np.var, np.dot, np.vdot, np.outer, np.shape, np.size,
)  # fmt: skip


def _key(op: Op, args: tuple[Atom, ...]) -> Hashable:
    ordered: tuple[Atom, ...] = args
    if op.primitive.form == "binary **" and args[1] == Const(2) and isinstance(atom_kind(args[0]), Array):
        return _TIMES, (args[0], args[0]), ()  # to the bit: NumPy squares an array by a product
    if op.primitive.form in _COMMUTATIVE:
        ordered = tuple(sorted(args, key=_order))
    attrs = tuple((k, repr(v)) for k, v in op.keywords.items())
    return op.primitive, ordered, attrs


def _order(atom: Atom) -> tuple[int, int]:
    return (0, hash(atom)) if not hasattr(atom, "hint") else (1, id(atom))


def _mergeable(op: Op) -> bool:
    if op.blocks or op.primitive.acts or op.name in _NEVER or not op.outs:
        return False
    if op.name == "constant" and op.note:  # written where it is read, with the note of that line
        return False
    return op.primitive in _READERS or not any(lists.is_list(out.kind) for out in op.outs)  # a list is an object


def _is_constant(op: Op, ops: list[Op]) -> bool:
    """Whether an op negates a number of a library, which is written where it is read: `-np.inf`."""
    last = ops[-1] if ops else None
    return op.primitive.form == "unary -" and last is not None and last.name == "constant" and op.args == last.outs


def _block(
    block: Block,
    table: dict[Hashable, Op],
    values: dict[Atom, Atom],
    equal: dict[Atom, Atom],
    read: set[Atom],
    held: set[Atom],
) -> Block:
    """table: what is computed here and in the blocks around; equal: what the user computes twice, by the second, which
    stays, the first."""
    ops: list[Op] = []
    own: list[Hashable] = []
    for op in block.ops:
        args = tuple(values.get(a, a) for a in op.args)
        if args != op.args:
            op = replace(op, args=args)
        if op.blocks:
            op = replace(op, blocks=tuple(_block(b, table, values, equal, read, held) for b in op.blocks))
        elif _mergeable(op):
            key = _key(op, tuple(equal.get(a, a) for a in args))
            earlier = table.get(key)
            if earlier is not None and (op.backward or op.attr("made") == "text"):
                values.update(zip(op.outs, earlier.outs, strict=True))
                continue
            if earlier is not None and not earlier.backward and _once(op, earlier, read, held):
                values.update(zip(op.outs, earlier.outs, strict=True))
                read.update(earlier.outs)
                continue
            if earlier is None and not _is_constant(op, ops):
                table[key] = op
                own.append(key)
            elif earlier is not None and _is_number(op):
                equal.update((o, equal.get(first, first)) for o, first in zip(op.outs, earlier.outs, strict=True))
        ops.append(op)
    for key in own:
        del table[key]  # outside of the block it is not there
    return Block(block.params, tuple(ops), tuple(values.get(r, r) for r in block.results))


def _once(op: Op, earlier: Op, read: set[Atom], held: set[Atom]) -> bool:
    """Whether what the user computes twice may be computed once."""
    outs = {*op.outs, *earlier.outs}
    unnamed = not any(out.hint for out in op.outs)
    return _is_plain(op) and unnamed and not outs.isdisjoint(read) and outs.isdisjoint(held)


def _is_number(op: Op) -> bool:
    """Whether an op counts with numbers, or reads one of an array, which no effect changes."""
    numbers = all(isinstance(o.kind, Scalar) for o in op.outs)
    array = op.primitive is structural.GETITEM and isinstance(atom_kind(op.args[0]), Array)
    return numbers and (op.primitive.elementwise or array)
