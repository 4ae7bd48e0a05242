"""Whether every subscript of a kernel is in range, so that nothing need be checked while it runs.

    for i in range(len(x) - 1): x[i + 1]        0 <= i <= len(x) - 2, so 1 <= i + 1 <= len(x) - 1

An int is known as `symbol + c`, an item of a loop by its least and its largest value; a size of an array has the symbol
of its dimension, or of the int that the array was made with.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, TypeAlias

from sourcead.backend.numba.rewriting import is_const, kind_of
from sourcead.ir import Atom, Block, Const, Function, Hole, Op, Span, Value
from sourcead.kinds import Array, Dim, Scalar
from sourcead.records import dataclass, field

Form: TypeAlias = "tuple[Hashable, int]"  # a symbol (None for none), and what is added to it
_MAKERS = frozenset({"np.empty", "np.zeros", "np.ones"})
_NEW = frozenset({"operator.add", "binary +"}), frozenset({"operator.sub", "binary -"})


def all_in_range(function: Function) -> bool:
    """Whether no subscript can be out of range."""
    return Facts().block(function.body)


@dataclass(slots=True, eq=False)
class Facts:
    """What is known of ints, sizes and items."""

    forms: dict[Value, Form] = field(default_factory=dict)
    items: dict[Value, tuple[Form, Form]] = field(default_factory=dict)  # the least and the largest
    sizes: dict[Value, Form] = field(default_factory=dict)  # of arrays of one axis, where the kind does not say
    roomy: dict[Value, Atom] = field(default_factory=dict)  # arrays that have the item of this number

    def block(self, block: Block) -> bool:
        """Whether all subscripts of a block are in range; what its ops say is noted."""
        return all([self.op(op) for op in block.ops])

    def op(self, op: Op) -> bool:
        if op.name in ("for", "while"):
            return self.loop(op)
        if op.name == "if":
            return all([self.block(b) for b in op.blocks])
        self.note(op)
        if op.name not in ("getitem", "store", "add_at") or op.attr("proven"):
            return True
        dynamic = op.args[1:] if op.name == "getitem" else op.args[1:-1]
        return self.subscript(op.args[0], op.attr("path"), dynamic)

    # What is known --------------------------------------------------------------------------------------------------

    def note(self, op: Op) -> None:
        """What an op says of its result."""
        (out, *_) = op.outs or (Value(""),)
        args = op.args
        for sign, names in zip((1, -1), _NEW, strict=True):
            if op.name in names and isinstance(args[1], Const) and type(args[1].value) is int:
                symbol, added = self.form(args[0])
                self.forms[out] = (symbol, added + sign * args[1].value)
        if op.name == "range_length" and is_const(args[2], 1) and isinstance(args[0], Const):
            symbol, added = self.form(args[1])
            self.forms[out] = (symbol, added - args[0].value)
        elif op.name in _MAKERS and isinstance(kind_of(args[0]), Scalar):
            self.sizes[out] = self.form(args[0])
        elif op.name == "len" and isinstance(args[0], Value) and isinstance(args[0].kind, Array):
            size = self.size(args[0], 0)
            if size is not None:
                self.forms[out] = size
        elif op.name == "with_room":
            self.roomy[out] = args[1]
        elif op.name in ("store", "add_at") and args[0] in self.sizes:
            self.sizes[out] = self.sizes[args[0]]  # type: ignore[index]
        elif op.name == "getitem" and op.attr("path") == ((Span(None, Hole(0)),),) and len(args) == 2:
            self.sizes[out] = self.form(args[1])  # a stack, cut where it ends

    def form(self, atom: Atom) -> Form:
        """An int as a symbol and what is added."""
        if isinstance(atom, Const):
            return (None, atom.value) if type(atom.value) is int else (atom, 0)
        if atom in self.forms:
            return self.forms[atom]
        size = getattr(atom.kind, "size", None)
        return _of_dim(size) or (atom, 0) if isinstance(size, Dim) else (atom, 0)

    def size(self, array: Atom, axis: int) -> Form | None:
        if array in self.sizes:
            return self.sizes[array]  # type: ignore[index]
        kind = kind_of(array)
        return _of_dim(kind.dims[axis]) if isinstance(kind, Array) and axis < len(kind.dims) else None

    # Loops ----------------------------------------------------------------------------------------------------------

    def loop(self, op: Op) -> bool:
        carried, body = int(op.attr("carried", 0)), op.blocks[-1]
        args, sources = list(op.args), op.attr("sources", ())
        turns: Form | None = None
        counts: list[tuple[Value, int]] = []
        for source, item in zip(sources, body.params[1:], strict=False):
            given = [args.pop(0) for _ in range(source.arity)]
            if source.form == "range":
                turns = self.range(item, given) or turns
            elif source.form == "rows":
                turns = self.size(given[0], 0) or turns
            elif source.form == "count" and isinstance(given[0], Const):
                counts.append((item, given[0].value))
        if turns is not None:
            for item, first in ((body.params[0], 0), *counts):
                self.items[item] = ((None, first), (turns[0], turns[1] - 1 + first))
        params, exits = body.params[len(body.params) - carried :], int(op.attr("exits", False))
        for k, (param, init) in enumerate(zip(params, args[:carried], strict=True)):
            if init in self.sizes and _root(body.results[exits + k], body) is param:
                self.sizes[param] = self.sizes[op.outs[exits + k]] = self.sizes[init]  # type: ignore[index]
        fine = self.block(op.blocks[0]) if op.name == "while" else True
        return self.block(body) and fine

    def range(self, item: Value, given: list[Atom]) -> Form | None:
        """Note the bounds of a range's item; gives the number of turns, if it is known."""
        start, stop, rise = given
        if is_const(rise, 1):
            symbol, added = self.form(stop)
            self.items[item] = (self.form(start), (symbol, added - 1))
            return (symbol, added - start.value) if isinstance(start, Const) else None
        if is_const(rise, -1):
            symbol, added = self.form(stop)
            self.items[item] = ((symbol, added + 1), self.form(start))
        return None

    # Subscripts -----------------------------------------------------------------------------------------------------

    def subscript(self, base: Atom, path: Any, dynamic: tuple[Atom, ...]) -> bool:
        kind = kind_of(base)
        if not isinstance(kind, Array):
            return True  # of a tuple, or of a list, which looks by itself
        (level, *deeper) = path
        fine = not deeper
        for axis, element in enumerate(level):
            if element is Ellipsis or element is None:
                return all(e is Ellipsis or e is None or isinstance(e, Span) for e in level)
            if not isinstance(element, Span):
                index = dynamic[element.index] if isinstance(element, Hole) else Const(element)
                fine = fine and self.inside(index, base, axis)
        return fine

    def inside(self, index: Atom, base: Atom, axis: int) -> bool:
        if isinstance(base, Value) and base in self.roomy and self.roomy[base] is index:
            return True
        size = self.size(base, axis)
        if size is None or not isinstance(kind_of(index), Scalar):
            return False
        symbol, added = self.form(index)
        low: Form = (symbol, added)
        high: Form = low
        if isinstance(symbol, Value) and symbol in self.items:
            least, most = self.items[symbol]
            low, high = (least[0], least[1] + added), (most[0], most[1] + added)
        if low[0] is not None:
            return False
        return low[1] >= 0 and high[0] == size[0] and high[1] < size[1]


def _of_dim(dim: Dim) -> Form | None:
    """A size as a symbol and what is added; of x[1:] no more than it has."""
    if isinstance(dim.key, int):
        return (None, dim.key)
    if isinstance(dim.key, tuple) and dim.key[:1] == ("less",) and isinstance(dim.key[1], Dim):
        found = _of_dim(dim.key[1])
        return None if found is None else (found[0], found[1] - int(dim.key[2]))
    return None if dim.key is None else (dim, 0)


def _root(atom: Atom, body: Block) -> Atom:
    """What an array was before it was stored into in this block, in loops of it too."""
    made = {out: op for op in body.ops for out in op.outs}
    while isinstance(atom, Value) and atom in made:
        op = made[atom]
        if op.name in ("store", "add_at"):
            atom = op.args[0]
        elif op.name == "for":
            exits, taken = int(op.attr("exits", False)), sum(s.arity for s in op.attr("sources", ()))
            k = op.outs.index(atom) - exits
            if k >= int(op.attr("carried", 0)):
                return atom
            inner = op.blocks[0]
            if _root(inner.results[exits + k], inner) is not inner.params[len(inner.params) - op.attr("carried") + k]:
                return atom
            atom = op.args[taken + k]
        else:
            return atom
    return atom
