"""Parts of arrays: what is added to zeros in parts that do not overlap is assigned; zeros that nothing of remains of
are never made.

    dz = np.zeros((n, m))                 dz = np.empty((n, m))
    dz[:, k:] += b                 ->     dz[:, k:] = b
    dz[:, :k] += a                        dz[:, :k] = a

All of the parts or none: what is added to overlapping ones reads better with one sign throughout.
"""

from __future__ import annotations

import numpy as np

from sourcead.ir import Atom, Block, Function, Op, read_counts
from sourcead.kinds import Array
from sourcead.passes.places import Places
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace

_EMPTY = {"np.zeros": np.empty, "np.zeros_like": np.empty_like}


def assign_parts(function: Function) -> Function:
    """Assign parts of arrays wherever no element gets two contributions."""
    places = Places.of(function)
    return replace(function, body=_block(function.body, read_counts(function.body), places))


def _block(block: Block, counts: dict[Atom, int], places: Places) -> Block:
    ops = [
        replace(op, blocks=tuple(_block(b, counts, places) for b in op.blocks)) if op.blocks else op
        for op in block.ops
    ]
    made: dict[Op, Op] = {}
    for op in ops:
        if op.backward and op.name in _EMPTY and isinstance(atom_kind(op.outs[0]), Array):
            made.update(_assigned(op, ops, counts, places))
    return replace(block, ops=tuple(made.get(op, op) for op in ops))


def _assigned(zeros: Op, ops: list[Op], counts: dict[Atom, int], places: Places) -> dict[Op, Op]:
    """What takes the place of zeros and of the additions to them."""
    adds = _chain(zeros, ops, counts)
    found = [places.of_op(add, add.args[1:-1]) for add in adds]
    known = [p for p in found if p is not None]
    if not adds or (len(adds) > 1 and len(known) < len(adds)):
        return {}
    if any(not places.apart(p, q) for k, p in enumerate(known) for q in known[:k]):
        return {}
    made = {add: replace(add, primitive=structural.STORE) for add in adds}
    if len(known) == len(adds) and all(len(a.attr("path")) == 1 for a in adds) and places.cover(known):
        made[zeros] = replace(zeros, primitive=primitive_of(_EMPTY[zeros.name]), form="")
    return made


def _chain(zeros: Op, ops: list[Op], counts: dict[Atom, int]) -> list[Op]:
    """The additions to zeros one after another, of which nothing else sees anything; none where one may add twice."""
    reads = {op.args[0]: op for op in ops if op.primitive is structural.ADD_AT and op.backward}
    found: list[Op] = []
    version: Atom = zeros.outs[0]
    while version in reads and counts[version] == 1:
        add = reads[version]
        if add.attr("gather", False) or add.attr("minus", False):
            return []
        found.append(add)
        version = add.outs[0]
    return found
