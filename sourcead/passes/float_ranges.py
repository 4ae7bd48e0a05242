"""Which indices of arrays are in range for certain: a list in place of the array then raises no exception of its own.

    for i in range(1, len(x) - 1): ... x[i - 1] ... x[i + 1]
    for i, v in enumerate(x): ... y[i]

Where y is as long as x: sizes are symbols, and equal ones are equal.
"""

from __future__ import annotations

from sourcead.ir import Atom, Block, Const, Function, Op, Value, walk
from sourcead.kinds import Dim, Scalar, dims_of, same_size
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import structural
from sourcead.records import dataclass, field

_SIGNS = {"binary +": 1, "binary -": -1}


@dataclass(slots=True, eq=False)
class Ranges:
    """The whole numbers that loops count: each from a number on, and below a size plus a number. depth: of every value
    the number of loops around it."""

    makers: dict[Atom, Op] = field(default_factory=dict)
    bounds: dict[Atom, tuple[int, Dim, int]] = field(default_factory=dict)
    depth: dict[Atom, int] = field(default_factory=dict)

    @classmethod
    def of(cls, function: Function) -> Ranges:
        """Look at every loop."""
        ranges = cls({o: op for op in walk(function.body) for o in op.outs})
        ranges._block(function.body, 0)
        return ranges

    def are_in_range(self, indices: tuple[Atom, ...], array: Value) -> bool:
        """Whether one index is 0 <= index < len(array), or -1 of some items, in every turn of a loop."""
        base, shift = self._offset(indices[0]) if len(indices) == 1 else (Const(None), 0)
        if base not in self.bounds:
            return False
        low, size, more = self.bounds[base]
        (dim,) = dims_of(array.kind) or (None,)
        return dim is not None and same_size(size, dim) and low + shift >= -1 and more + shift <= 0

    def is_same_in_turns(self, index: Atom, array: Value) -> bool:
        """Whether an array is the same in every turn of the loop that counts an index."""
        return self.depth[array] < self.depth[self._offset(index)[0]]

    def _block(self, block: Block, depth: int) -> None:
        self.depth.update(dict.fromkeys(block.params, depth))
        for op in block.ops:
            self.depth.update(dict.fromkeys(op.outs, depth))
            if op.name == "for":
                self._loop(op)
            for inner in op.blocks:
                self._block(inner, depth + (op.name in ("for", "while")))

    def _loop(self, op: Op) -> None:
        position, sources = 0, op.attr("sources")
        rows = [op.args[k] for k, s in enumerate(sources) if s.form == "rows"] if _are_single(sources) else []
        for source, item in zip(sources, op.blocks[-1].params[1:], strict=False):
            args = op.args[position : position + source.arity]
            position += source.arity
            if source.form == "range":
                self._range(args, item)
            elif source.form == "count" and args[0] == Const(0):
                for dim in [dims_of(atom_kind(a)) for a in rows][:1]:
                    self.bounds.update({item: (0, dim[0], 0)} if dim else {})

    def _range(self, args: tuple[Atom, ...], item: Value) -> None:
        start, stop, step = args
        low, size = self._least(start), self._size(stop)
        if low is not None and low >= 0 and size is not None and (self.literal(step) or 0) > 0:
            self.bounds[item] = (low, *size)
        first, last = self._size(start), self.literal(stop)
        if first is not None and last is not None and last >= -1 and step == Const(-1):
            self.bounds[item] = (last + 1, first[0], first[1] + 1)

    def _least(self, atom: Atom) -> int | None:
        """A number that a whole number is not below."""
        base, shift = self._offset(atom)
        return self.literal(atom) if base not in self.bounds else self.bounds[base][0] + shift

    def _offset(self, atom: Atom) -> tuple[Atom, int]:
        """A whole number as another one and a literal."""
        maker = self.makers.get(atom)
        if maker is None or maker.primitive.form not in _SIGNS:
            return atom, 0
        first, second = maker.args
        if self.literal(second) is None and maker.primitive.form == "binary +":
            first, second = second, first
        step = self.literal(second)
        if step is None:
            return atom, 0
        base, shift = self._offset(first)
        return base, shift + _SIGNS[maker.primitive.form] * step

    def literal(self, atom: Atom) -> int | None:
        """The whole number that stands in the text, none too large for a float; None for any other."""
        maker = self.makers.get(atom)
        if maker is not None and maker.primitive is structural.LITERAL:
            (atom,) = maker.args
        value = atom.value if isinstance(atom, Const) else None
        return value if type(value) is int and abs(value) < 2**53 else None

    def _size(self, atom: Atom) -> tuple[Dim, int] | None:
        """A number as the size of an array and a literal."""
        base, shift = self._offset(atom)
        size = base.kind.size if isinstance(base, Value) and isinstance(base.kind, Scalar) else None
        maker = self.makers.get(base)
        if size is None and maker is not None and maker.primitive.target is len:
            (size, *_) = (*(dims_of(atom_kind(maker.args[0])) or ()), None)
        return None if size is None else (size, shift)


def _are_single(sources: tuple[object, ...]) -> bool:
    """Whether each source of a loop has one argument."""
    return all(getattr(source, "arity", 0) == 1 for source in sources)
