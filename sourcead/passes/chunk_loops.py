"""The loop over the chunks of a region: see `chunks`.

Every array is read chunk by chunk, along the first axis: of a matrix as many rows as make up a chunk. A result that is
read behind the loop is stored so; sums are carried.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence

import numpy as np

from sourcead.ir import Atom, Attrs, Block, Const, Hole, Op, Primitive, Source, Span, Value
from sourcead.kinds import ANY, INT, Array, Dim, Kind, Scalar, dims_of
from sourcead.passes.forms import dtype_attrs
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import dataclass, field, replace

CHUNK = 2**16  # bytes: a few arrays of this size fit the cache, and one is below the allocator's threshold
_CHUNK_OF = (Span(Hole(0), Hole(1)),)
NOTE = "in chunks that stay in the cache"


def loop_of(ops: Sequence[Op], whole: Atom, bases: dict[Atom, Atom], stored: Sequence[Op]) -> list[Op]:
    """The loop that runs the ops of a region, behind what it needs. whole: an array of the shape that is cut; bases: of
    each version of an array that is added to the first one; stored: the ops whose results are read behind the loop."""
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
    ends: of each parameter what it is at the end of a turn; parts: of each array the chunk."""

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
    step: Atom = Const(0)  # found out when the loop is begun

    def __post_init__(self) -> None:
        kind = atom_kind(self.whole)
        elements = Const(CHUNK // (4 if isinstance(kind, Array) and kind.dtype == "float32" else 8))
        self.step = elements if self.rank == 1 else self._rows(elements)
        self._add(primitive_of(operator.add), (self.start, self.step), self.end)

    @property
    def rank(self) -> int:
        """How many axes the arrays have."""
        return len(dims_of(atom_kind(self.whole)) or ())

    def _rows(self, elements: Const) -> Value:
        """How many rows make up a chunk: max(1, elements * len(x) // max(1, x.size))."""
        length = self._measure(len, (self.whole,), "call len")
        size = self._measure(np.size, (self.whole,), "attribute size")
        most = self._measure(max, (Const(1), size))
        product = self._measure(operator.mul, (elements, length))
        rows = self._measure(max, (Const(1), self._measure(operator.floordiv, (product, most))))
        rows.call_it("rows")
        return rows

    def _measure(self, function: object, args: tuple[Atom, ...], form: str = "") -> Value:
        """A number that is known in front of the loop."""
        out = Value("", INT)
        self.before.append(Op(primitive_of(function), args, (out,), form=form, backward=self.backward))
        return out

    def _room(self, out: Value, dtype: str | None) -> None:
        """A new array for a result."""
        word = (np.shape, "attribute shape") if self.rank > 1 else (len, "call len")
        shape = self._measure(word[0], (self.whole,), word[1])
        attrs = tuple(dtype_attrs(dtype).items())
        self.before.append(Op(primitive_of(np.empty), (shape,), (out,), attrs, backward=self.backward))

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
        chunk = Value("" if stored else out.hint, self._chunk_kind(out.kind))
        self.body.append(replace(op, args=tuple(map(self._part, op.args)), outs=(chunk,)))
        self.parts[out] = chunk
        if not stored:
            return
        room = Value(out.hint, out.kind)
        self._room(room, out.kind.dtype)
        param = self._carry(room, out.kind, out)
        self.ends[param] = Value(out.hint, out.kind)
        self._add(structural.STORE, (param, self.start, self.end, chunk), self.ends[param], (("path", (_CHUNK_OF,)),))

    def total(self, op: Op) -> None:
        """A sum of all elements: the sums of the chunks added up."""
        (out,) = op.outs
        assert isinstance(out.kind, Scalar)
        zero = Value(out.hint, out.kind)
        number = primitive_of(np.float32 if out.kind.dtype == "float32" else np.float64)
        self.before.append(Op(number, (Const(0),), (zero,), backward=self.backward))
        param = self._carry(zero, out.kind, out)
        chunk, more = Value("", out.kind), Value(out.hint, out.kind)
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
        length = self._measure(len, (self.whole,), "call len")
        args = (Const(0), length, self.step, *(init for init, _, _ in self.carried))
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
        """A chunk of an array; what is the same for all rows as it is."""
        if not isinstance(atom, Value) or not isinstance(atom.kind, Array):
            return atom
        if len(atom.kind.dims) < self.rank or atom.kind.dims[0].one:
            return atom
        if atom not in self.parts:
            chunk = Value("", self._chunk_kind(atom.kind))
            self._add(structural.GETITEM, (atom, self.start, self.end), chunk, (("path", (_CHUNK_OF,)),))
            self.parts[atom] = chunk
        return self.parts[atom]

    def _chunk_kind(self, kind: Array) -> Array:
        (whole, *_) = dims_of(atom_kind(self.whole)) or (ANY,)
        part = ANY if whole.key is None else Dim(("part", whole))  # as many rows of each
        return Array(kind.dtype, (part, *kind.dims[1:]))

    def _add(self, primitive: Primitive, args: tuple[Atom, ...], out: Value, attrs: Attrs = ()) -> None:
        self.body.append(Op(primitive, args, (out,), attrs, backward=self.backward))
