"""The loop over the chunks of a region: see `chunks`.

Every vector is read chunk by chunk; a result that is read behind the loop is stored so; sums are carried.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sourcead.ir import Atom, Attrs, Block, Const, Hole, Op, Primitive, Source, Span, Value
from sourcead.kinds import ANY, INT, Array, Kind, Scalar
from sourcead.passes.forms import dtype_attrs
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of

CHUNK = 2**16  # bytes: a few arrays of this size fit the cache, and one is below the allocator's threshold
_CHUNK_OF = (Span(Hole(0), Hole(1)),)
NOTE = "in chunks that stay in the cache"


def loop_of(ops: Sequence[Op], bases: dict[Atom, Atom], stored: Sequence[Op]) -> list[Op]:
    """The loop that runs the ops of a region, behind what it needs. bases: of each version of an array that is added to
    the first one; stored: the ops whose results are read behind the loop."""
    whole = next(a for op in ops for a in op.args if isinstance(atom_kind(a), Array) and a not in bases)
    loop = _Loop(whole, all(op.backward for op in ops), bases)
    for op in ops:
        if op.primitive is structural.ADD_AT:
            loop.add_at(op)
        elif isinstance(op.outs[0].kind, Array):
            loop.elementwise(op, op in stored)
        else:
            loop.total(op)
    mixed = not loop.backward and any(op.backward for op in ops)
    return loop.closed(f"both sweeps, {NOTE}" if mixed else NOTE)


@dataclass(slots=True, eq=False)
class _Loop:
    """A loop as it grows. before: the ops in front of it; carried: (initial value, parameter, result behind the loop);
    ends: of each parameter what it is at the end of a turn; parts: of each vector the chunk."""

    whole: Atom
    backward: bool
    bases: dict[Atom, Atom]
    before: list[Op] = field(default_factory=list)
    body: list[Op] = field(default_factory=list)
    carried: list[tuple[Atom, Value, Value]] = field(default_factory=list)
    ends: dict[Value, Value] = field(default_factory=dict)
    parts: dict[Atom, Atom] = field(default_factory=dict)
    summed: dict[Atom, Value] = field(default_factory=dict)  # the parameter of an array that is added to
    start: Value = field(default_factory=lambda: Value("", INT))
    end: Value = field(default_factory=lambda: Value("", INT))
    step: int = 0

    def __post_init__(self) -> None:
        kind = atom_kind(self.whole)
        self.step = CHUNK // (4 if isinstance(kind, Array) and kind.dtype == "float32" else 8)
        plus = primitive_of(operator.add)
        self.body.append(Op(plus, (self.start, Const(self.step)), (self.end,), backward=self.backward))
        length = Op(primitive_of(len), (self.whole,), (Value("", INT),), backward=self.backward)
        self.before.append(length)

    @property
    def length(self) -> Value:
        """How many elements the vectors have."""
        return self.before[0].outs[0]

    def add_at(self, op: Op) -> None:
        """An addition at a slice of an array: at a chunk of the slice."""
        root = self.bases[op.outs[0]]
        if root not in self.summed:
            *_, last = (version for version, base in self.bases.items() if base is root)
            assert isinstance(last, Value)
            self.summed[root] = self._carry(root, last.kind, last)
        param = self.summed[root]
        version = Value(param.hint, param.kind)
        args: tuple[Atom, ...] = (self.ends[param], self.start, self.end, self._part(op.args[-1]))
        self.body.append(replace(op, args=args, outs=(version,)).with_attrs(path=(*op.attr("path"), _CHUNK_OF)))
        self.ends[param] = version

    def elementwise(self, op: Op, stored: bool) -> None:
        """An op on the chunks, and the store of its result."""
        (out,) = op.outs
        assert isinstance(out.kind, Array)
        chunk = Value("" if stored else out.hint, Array(out.kind.dtype, (ANY,)))
        self.body.append(replace(op, args=tuple(map(self._part, op.args)), outs=(chunk,)))
        self.parts[out] = chunk
        if not stored:
            return
        room = Value(out.hint, out.kind)
        attrs = tuple(dtype_attrs(out.kind.dtype).items())
        self.before.append(Op(primitive_of(np.empty), (self.length,), (room,), attrs, backward=self.backward))
        param = self._carry(room, out.kind, out)
        self.ends[param] = Value(out.hint, out.kind)
        self._add(structural.STORE, (param, self.start, self.end, chunk), self.ends[param], (("path", (_CHUNK_OF,)),))

    def total(self, op: Op) -> None:
        """A sum of all elements: the sums of the chunks added up."""
        (out,) = op.outs
        kind = Scalar("real64" if isinstance(out.kind, Scalar) and out.kind.dtype == "float64" else None)
        param = self._carry(Const(0.0), kind, out)
        chunk, more = Value("", out.kind), Value(out.hint, kind)
        self.body.append(replace(op, args=tuple(map(self._part, op.args)), outs=(chunk,)))
        plus = primitive_of(operator.add)
        self.body.append(replace(op, primitive=plus, args=(param, chunk), outs=(more,), attrs=(), form="augmented +"))
        self.ends[param] = more

    def closed(self, note: str) -> list[Op]:
        """The loop, behind the ops in front of it."""
        params = [param for _, param, _ in self.carried]
        block = Block(
            (Value("", INT), self.start, *params), tuple(self.body), tuple(self.ends[param] for param in params)
        )
        attrs = (("carried", len(params)), ("exits", False), ("sources", (Source("range"),)), ("text", ("range",)))
        args = (Const(0), self.length, Const(self.step), *(init for init, _, _ in self.carried))
        outs = tuple(out for _, _, out in self.carried)
        loop = Op(structural.FOR, args, outs, attrs, (block,), backward=self.backward, note=note)
        return [*self.before, loop]

    def _carry(self, init: Atom, kind: Kind, out: Value) -> Value:
        """One more carried value, `out` behind the loop; gives the parameter."""
        param = Value(out.hint, kind)
        self.carried.append((init, param, out))
        self.ends[param] = param
        return param

    def _part(self, atom: Atom) -> Atom:
        """A chunk of a vector; a number as it is."""
        if not isinstance(atom, Value) or not isinstance(atom.kind, Array):
            return atom
        if atom not in self.parts:
            chunk = Value("", Array(atom.kind.dtype, (ANY,)))
            self._add(structural.GETITEM, (atom, self.start, self.end), chunk, (("path", (_CHUNK_OF,)),))
            self.parts[atom] = chunk
        return self.parts[atom]

    def _add(self, primitive: Primitive, args: tuple[Atom, ...], out: Value, attrs: Attrs) -> None:
        self.body.append(Op(primitive, args, (out,), attrs, backward=self.backward))
