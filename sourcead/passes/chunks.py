"""Chunks: long elementwise chains on large arrays run piece by piece, so that what they make stays in the cache.

    a = np.exp(x)                          dx = np.empty(len(x))
    value = (a * a).sum()          ->      value = 0.0
    dx = 2 * a * a                         for i in range(0, len(x), 8192):
                                               a = np.exp(x[i:i + 8192])
                                               value += (a * a).sum()
                                               dx[i:i + 8192] = 2 * a * a

0.3 of the time where the ops are cheap (the Rosenbrock function on a million numbers), 0.55 to 0.75 where exp, log and
sin dominate. A region is a run of ops on arrays of one shape that is known to be large, cut along the first axis:
elementwise ones, sums of all elements, and additions at slices of an array that nothing else reads meanwhile. What else
stands among them goes in front of the loop, or behind it where it reads a sum. Effects, stores and blocks end a region;
its own ops are pure and cannot raise, so that the order of everything that can stays.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from sourcead.ir import Atom, Block, Const, Function, Op, Span, read_counts, reads
from sourcead.kinds import Array, Dim, Scalar, same_size
from sourcead.passes.chunk_loops import loop_of
from sourcead.passes.conflicts import is_store
from sourcead.passes.exact import exact_values
from sourcead.passes.forms import FLOATS
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import structural
from sourcead.primitives.structural import item_kind
from sourcead.records import dataclass, field, replace
from sourcead.sizes import Sizes

FEWEST = 5  # elementwise ops: fewer gain less than the loop costs
_MEASURES = (len, np.ndim, np.shape, np.size)
_DEAR = (np.exp, np.expm1, np.log, np.log1p, np.tanh, np.sin, np.cos)
_STORED = 2  # a result that is stored in full undoes the gain of about as many ops


@dataclass(slots=True, eq=False)
class Region:
    """Ops that may run in one loop, and those that stand around them. made: the arrays of the region's ops; late: what
    is known only after the loop; bases: versions of arrays that are added to, each with the first of them."""

    dims: tuple[Dim, ...]
    ops: list[Op] = field(default_factory=list)
    every: list[Op] = field(default_factory=list)
    before: list[Op] = field(default_factory=list)
    after: list[Op] = field(default_factory=list)
    made: set[Atom] = field(default_factory=set)
    late: set[Atom] = field(default_factory=set)
    bases: dict[Atom, Atom] = field(default_factory=dict)
    given: Atom | None = None  # an array of this shape that is there in front of the loop

    def member(self, op: Op) -> None:
        """Take an op into the loop."""
        self.ops.append(op)
        if self.given is None:
            self.given = next((a for a in op.args if _has_shape(a, self.dims) and a not in self.made), None)
        if op.primitive is structural.ADD_AT:
            self.bases[op.outs[0]] = self.bases.get(op.args[0], op.args[0])
        else:
            (self.made if isinstance(op.outs[0].kind, Array) else self.late).update(op.outs)


def run_in_chunks(function: Function, sizes: Sizes) -> Function:
    """Make a loop of each region that gains by it."""
    return replace(function, body=_Chunks(function, sizes).body(function.body))


def run_in_chunks_of_functions(function: Function, sizes: Sizes) -> Function:
    """The same where functions are computed: a compiler makes one loop of the cheap operations by itself."""
    return run_in_chunks(function, sizes) if any(op.primitive.target in _DEAR for op in function.body.ops) else function


class _Chunks:
    def __init__(self, function: Function, sizes: Sizes) -> None:
        self.sizes = sizes
        self.reads = read_counts(function.body)
        self.exact = exact_values(function)
        kinds = [op.outs[0].kind for op in function.body.ops if op.primitive.elementwise and len(op.outs) == 1]
        self.work = Counter(kind.dims for kind in kinds if isinstance(kind, Array))
        self.fresh: set[Atom] = set()

    def body(self, block: Block) -> Block:
        done: list[Op] = []
        region: Region | None = None
        for position, op in enumerate(block.ops):
            if region is not None and not self._joined(op, region):
                done += self._closed(region, block.ops[position:], block.results)
                region = None
            if region is None:
                region = self._begun(op)
            if region is None:
                done.append(op)
            if op.primitive.result == "fresh" and not op.blocks:
                self.fresh.update(op.outs)
        if region is not None:
            done += self._closed(region, (), block.results)
        return replace(block, ops=tuple(done))

    def _begun(self, op: Op) -> Region | None:
        kind = op.outs[0].kind if len(op.outs) == 1 else None
        if not isinstance(kind, Array) or not kind.dims or not self._is_elementwise(op, kind.dims):
            return None
        if self.work[kind.dims] < FEWEST or not self.sizes.is_large(kind):
            return None
        region = Region(kind.dims, every=[op])
        region.member(op)
        return region

    def _joined(self, op: Op, region: Region) -> bool:
        """Take an op into a region, or to its front or back; False where the region must end in front of it."""
        if op.primitive.target in _MEASURES and region.given is not None and op.args[0] in region.made:
            op = replace(op, args=(region.given,))
        member = self._belongs(op, region)
        if op.blocks or op.primitive.effects - {"reads"} or (is_store(op) and not member):
            return False
        read = set(op.args)
        late = not read.isdisjoint(region.late)
        if member and late:
            return False
        if member:
            region.member(op)
        elif late or not read.isdisjoint(region.made | region.bases.keys() | set(region.bases.values())):
            region.after.append(op)
            region.late.update(op.outs)
        elif not op.backward and any(not one.backward for one in region.after):
            return False  # the user's own ops stay in their order
        else:
            region.before.append(op)
        region.every.append(op)
        return True

    def _belongs(self, op: Op, region: Region) -> bool:
        if op.primitive is structural.ADD_AT:
            return self._is_addition(op, region)
        if self._is_elementwise(op, region.dims):
            return True
        return self._is_total(op, region)

    def _is_elementwise(self, op: Op, dims: tuple[Dim, ...]) -> bool:
        """Whether an op computes each element of an array of this shape from numbers and arrays that fit it."""
        whole = op.primitive.elementwise or op.primitive.target in (np.full_like, np.ones_like)
        if not whole or op.primitive.effects or len(op.outs) != 1 or op.attr("inplace"):
            return False
        return _has_shape(op.outs[0], dims) and all(_is_number(a) or _fits(a, dims, op.backward) for a in op.args)

    def _is_total(self, op: Op, region: Region) -> bool:
        """Whether an op adds up all that an array of the region holds, or products of two."""
        if op.outs and op.outs[0] in self.exact:
            return False
        whole = op.primitive.target is np.sum and len(op.args) == 1 and not op.keywords
        if not whole and op.primitive.target is not np.vdot:
            return False
        return all(_has_shape(a, region.dims) for a in op.args) and not region.made.isdisjoint(op.args)

    def _is_addition(self, op: Op, region: Region) -> bool:
        """Whether an op adds an array of the region at a slice of a new one that nothing else reads meanwhile."""
        if len(op.args) != 2 or op.attr("gather") or not op.backward:
            return False
        base, value = op.args
        path = op.attr("path")
        if len(path) != 1 or not all(isinstance(e, Span) for e in path[0]) or self.reads.get(base) != 1:
            return False
        if base not in region.bases and (base not in self.fresh or base in region.made):
            return False
        slot = item_kind(atom_kind(base), path, ())
        return isinstance(slot, Array) and _equal(slot.dims, region.dims) and _has_shape(value, region.dims)

    def _closed(self, region: Region, rest: tuple[Op, ...], results: tuple[Atom, ...]) -> list[Op]:
        """The ops of a region that has ended: as a loop where that pays."""
        wanted = {*results, *(a for op in (*region.after, *rest) for a in reads(op))}
        kept = [op for op in region.ops if op.outs[0] in wanted and isinstance(op.outs[0].kind, Array)]
        stored = [op for op in kept if op.primitive is not structural.ADD_AT]
        work = sum(op.primitive.elementwise for op in region.ops)
        if work < FEWEST + _STORED * max(0, len(stored) - 1) or region.given is None:
            return region.every
        loop = loop_of(region.ops, region.given, region.bases, stored)
        before = region.before if loop[-1].backward else [replace(op, backward=False) for op in region.before]
        return [*before, *loop, *region.after]


def _is_number(atom: Atom) -> bool:
    return isinstance(atom, Const) or isinstance(atom.kind, Scalar)


def _has_shape(atom: Atom, dims: tuple[Dim, ...]) -> bool:
    kind = atom_kind(atom)
    return isinstance(kind, Array) and kind.dtype in (*FLOATS, "bool") and _equal(kind.dims, dims)


def _fits(atom: Atom, dims: tuple[Dim, ...], certain: bool) -> bool:
    """Whether an array has the shape, or spreads to it along certain axes; certain: what does not cannot be there."""
    kind = atom_kind(atom)
    if not isinstance(kind, Array) or kind.dtype not in (*FLOATS, "bool") or len(kind.dims) > len(dims):
        return False
    own = kind.dims
    pairs = zip(own, dims[len(dims) - len(own) :], strict=True)
    return all(d.one or same_size(d, whole) or (certain and d.one is whole.one is False) for d, whole in pairs)


def _equal(a: tuple[Dim, ...], b: tuple[Dim, ...]) -> bool:
    return len(a) == len(b) and all(map(same_size, a, b))
