"""A function with its groups of numbers as Python floats: conversions where NumPy's numbers come in, and where they are
asked for."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator

import numpy as np

from sourcead.ir import Atom, Block, Const, Function, Op, Value, sub_blocks, walk
from sourcead.kinds import BOOL, FLOAT, INT, ONE, Array, Kind, List, Scalar, is_float_dtype
from sourcead.passes.exact import exact_values
from sourcead.passes.float_groups import Groups
from sourcead.passes.float_items import Items
from sourcead.passes.float_ops import EITHER, FLOATS, NUMPY, SAME, ZEROS
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import lists, structural
from sourcead.primitives.extracting import to_list
from sourcead.primitives.floats import DIVIDED, OF_FLOATS, RAISED
from sourcead.primitives.registry import primitive_of
from sourcead.records import dataclass, field, replace

NOTE = "Python floats, for the loop's speed"
_STORES = (structural.STORE, structural.ADD_AT, lists.APPEND)
_GIVING = (max, min, np.maximum, np.minimum)  # they give one of their arguments, which may be a literal


@dataclass(slots=True, eq=False)
class Floats:
    """The rewriting. floats: what stands for a value as a float (of an array: as a list); boxes: as NumPy's number."""

    groups: Groups
    items: Items
    exact: set[Value]
    wants: dict[str, set[Atom]]
    floats: dict[Atom, Value] = field(default_factory=dict)
    boxes: dict[Atom, Value] = field(default_factory=dict)
    homes: dict[Value, Block] = field(default_factory=dict)
    lists: dict[Atom, Value] = field(default_factory=dict)  # of arrays that are no members
    listed: dict[Op, Value] = field(default_factory=dict)  # an op that reads an item of an array: the array
    products: dict[Atom, tuple[Atom, Atom]] = field(default_factory=dict)
    quotients: dict[tuple[Atom, Atom], Value] = field(default_factory=dict)  # those made so far in this block
    ops: list[Op] = field(default_factory=list)

    @classmethod
    def of(cls, function: Function, groups: Groups, items: Items) -> Floats:
        """What is asked of which value, first of all."""
        made = cls(groups, items, exact_values(function), {how: set() for how in (FLOATS, EITHER, SAME, NUMPY)})
        made.homes = dict(_homes(function.body))
        made.listed = items.reads
        for op in walk(function.body):
            for atom, how in made.asked(op):
                made.wants[how].add(atom)
        made.wants[NUMPY].update(function.body.results)
        wanted = {a for op, a in made.listed.items() if op.outs[0] in made.wants[FLOATS]}
        made.listed = {op: a for op, a in made.listed.items() if a in wanted}
        return made

    # What is asked --------------------------------------------------------------------------------------------------

    def how(self, value: Atom) -> str:
        """How what flows into a value is read."""
        return FLOATS if self.groups.is_float(value) else NUMPY

    def mode(self, op: Op) -> str:
        """How an op without blocks reads numbers, now that it is known which are floats."""
        how = self.groups.how[op]
        return SAME if how == FLOATS and not self.groups.is_float(op.outs[0]) else how

    def asked(self, op: Op) -> Iterator[tuple[Atom, str]]:
        """Every atom that an op, or a block of it as its result, reads, and how."""
        if not op.blocks:
            yield from ((a, self.mode(op)) for a in op.args)
            return
        first = len(op.args) - op.attr("carried", 0)
        yield from ((a, EITHER) for a in op.args[:first])
        params = op.blocks[-1].params
        yield from zip(op.args[first:], map(self.how, params[len(params) - len(op.args) + first :]), strict=True)
        for block, hows in zip(op.blocks, self.ends(op), strict=True):
            yield from zip(block.results, hows, strict=True)

    def ends(self, op: Op) -> Iterator[list[str]]:
        """How the results of each block of an op are read."""
        for block in op.blocks:
            test = op.name == "while" and block is op.blocks[0]
            yield [EITHER] if test else [self.how(op.outs[k]) for k in range(len(block.results))]

    # Rewriting ------------------------------------------------------------------------------------------------------

    def read(self, atom: Atom, how: str) -> Atom:
        """What an op reads in place of an atom."""
        if how == NUMPY:
            return self.boxes.get(atom, atom)
        if how == SAME and not self.groups.is_float(atom):
            return atom
        return self.floats.get(atom, atom)

    def _flowing(self, atom: Atom, how: str) -> Atom:
        """The same for what becomes another value."""
        literal = self.groups.ranges.literal(atom) if how == FLOATS else None
        return self.read(atom, how) if literal is None else Const(float(literal))

    def block(self, block: Block, hows: Iterable[str]) -> Block:
        """A block anew, its results read as is said."""
        outer, self.ops = self.ops, []
        quotients, self.quotients = self.quotients, dict(self.quotients)
        params = tuple(map(self._defined, block.params))
        for param in block.params:
            self._converted(param, None)
        for op in block.ops:
            self._lists(op, block)
            self._op(op)
        made, self.ops, self.quotients = self.ops, outer, quotients
        results = tuple(self._flowing(r, how) for r, how in zip(block.results, hows, strict=True))
        return Block(params, tuple(made), results)

    def _defined(self, value: Value) -> Value:
        """The value that a new op defines in place of another."""
        if not self.groups.is_float(value):
            return value
        self.floats[value] = Value(value.hint, _as_float(value.kind))
        return self.floats[value]

    def _unnamed(self, value: Value) -> Value:
        """A number of NumPy's that is read as a float alone: its name goes to that."""
        if value not in self.groups.numpy or value not in self.wants[FLOATS] or not value.hint:
            return value
        if self._is_kept(value) or value in self.wants[EITHER]:
            return value
        self.boxes[value] = Value("", value.kind)
        return self.boxes[value]

    def _converted(self, value: Value, like: Op | None) -> None:
        """What else is asked of a value, made behind its definition."""
        backward = like is not None and like.backward
        if self.groups.is_float(value):
            if value in self.wants[NUMPY] and not isinstance(value.kind, List):
                function = np.array if isinstance(value.kind, Array) else np.float64
                self.boxes[value] = self._new(function, (self.floats[value],), "", value.kind, backward)
        elif value in self.groups.numpy and value in self.wants[FLOATS] and value not in self.floats:
            self.floats[value] = self._new(float, (self.boxes.get(value, value),), value.hint, FLOAT, backward)

    def _new(self, function: object, args: tuple[Atom, ...], hint: str, kind: Kind, backward: bool) -> Value:
        out = Value(hint, kind)
        form = "method tolist" if function is to_list else ""
        note = NOTE if function is to_list else ""
        self.ops.append(Op(primitive_of(function), args, (out,), form=form, backward=backward, note=note))
        return out

    def _op(self, op: Op) -> None:
        if op.blocks:
            made = self._with_blocks(op)
        elif self.mode(op) == FLOATS and op.primitive.target is np.float64:
            same = self.read(op.args[0], FLOATS)
            assert isinstance(same, Value)
            self.floats[op.outs[0]] = same
            return
        elif self.mode(op) == FLOATS:
            made = self._of_floats(op)
        elif op in self.listed and self._is_wanted(op.outs[0]):
            self._item(op)
            return
        else:
            mode = self.mode(op)
            made = replace(op, args=tuple(self.read(a, mode) for a in op.args), outs=tuple(map(self._unnamed, op.outs)))
            if op.primitive.target is len and op.args[0] in self.lists:
                made = replace(op, args=(self.lists[op.args[0]],))
        self.ops.append(made)
        for out in op.outs:
            self._converted(out, op)

    def _is_wanted(self, value: Value) -> bool:
        """Whether a float is asked for, or may stand for a number of NumPy's."""
        return value in self.wants[FLOATS] or (value in self.wants[EITHER] and not self._is_kept(value))

    def _is_kept(self, value: Value) -> bool:
        return value in self.wants[NUMPY] or value in self.wants[SAME]

    def _item(self, op: Op) -> None:
        """An item of an array, read of its list; where a NumPy number is asked for, too, of the array."""
        (out,) = op.outs
        if self._is_kept(out):
            self.ops.append(op)
        self.floats[out] = Value(out.hint, FLOAT)
        self.ops.append(replace(op, args=(self.lists[self.listed[op]], *op.args[1:]), outs=(self.floats[out],)))

    def _with_blocks(self, op: Op) -> Op:
        first = len(op.args) - op.attr("carried", 0)
        params = op.blocks[-1].params
        into = params[len(params) - len(op.args) + first :]
        args = [self.read(a, EITHER) for a in op.args[:first]]
        given = set(self.items.rows(op))
        args = [self.lists[a] if a in given else a for a in args]
        args += [self._flowing(a, self.how(p)) for a, p in zip(op.args[first:], into, strict=True)]
        blocks = tuple(self.block(b, hows) for b, hows in zip(op.blocks, self.ends(op), strict=True))
        return replace(op, args=tuple(args), outs=tuple(map(self._defined, op.outs)), blocks=blocks)

    def _of_floats(self, op: Op) -> Op:
        """An op on floats."""
        primitive, (first, *_) = op.primitive, op.args
        if primitive is structural.UNPACK:
            made = self._new(to_list, (first,), "", _as_float(atom_kind(first)), op.backward)
            return replace(op, args=(made,), outs=tuple(map(self._defined, op.outs)))
        if primitive.target in ZEROS:
            length = self._new(len, (self.lists.get(first, first),), "", INT, True)
            display = Value("", List(FLOAT, ONE))
            self.ops.append(Op(structural.LIST, (Const(0.0),), (display,), backward=True))
            times, outs = primitive_of(operator.mul), tuple(map(self._defined, op.outs))
            return replace(op, primitive=times, args=(display, length), outs=outs, attrs=(), form="")
        given = range(len(op.args)) if primitive.target in _GIVING else [len(op.args) - 1] * (primitive in _STORES)
        args = tuple(self._flowing(a, FLOATS) if k in given else self.read(a, FLOATS) for k, a in enumerate(op.args))
        made_op = replace(op, args=args, outs=tuple(map(self._defined, op.outs)))
        form = op.form or primitive.form
        if primitive.target in OF_FLOATS and form.startswith(("call np.", "helper ")):
            return replace(made_op, primitive=OF_FLOATS[primitive.target], form="")
        if form.endswith("**"):
            return self._power(made_op)
        if form == "binary *":
            self.products[made_op.outs[0]] = (args[0], args[1])
        if form.endswith(" /") and not (isinstance(args[1], Const) and args[1].value):
            return self._quotient(made_op)
        return made_op

    def _quotient(self, op: Op) -> Op:
        """t * q / y of the backward sweep, where t / y is known, is that times q."""
        above, below = op.args
        first, second = self.products.get(above, (above, above))
        for factor, other in ((first, second), (second, first)):
            if op.backward and factor is not other and (factor, below) in self.quotients:
                times = primitive_of(operator.mul)
                return replace(op, primitive=times, args=(self.quotients[factor, below], other), form="")
        self.quotients[above, below] = op.outs[0]
        return replace(op, primitive=DIVIDED, form="")

    def _power(self, op: Op) -> Op:
        base, exponent = op.args
        if isinstance(exponent, Const) and exponent.value == 2 and self.exact.isdisjoint(op.outs):
            return replace(op, primitive=primitive_of(operator.mul), args=(base, base), form="")
        return replace(op, primitive=RAISED, form="")

    # Lists of arrays ------------------------------------------------------------------------------------------------

    def _lists(self, op: Op, block: Block) -> None:
        """In front of an op that first reads them: the lists of arrays that this block defines."""
        needed: dict[Value, None] = {}
        for inner in walk(Block((), (op,), ())):
            needed |= {a: None for a in self.items.rows(inner)}
            if inner in self.listed:
                needed[self.listed[inner]] = None
        if op.primitive.target is len:
            needed |= {a: None for a in self.listed.values() if a is op.args[0]}
        for array in needed:
            if array not in self.lists and self.homes[array] is block:
                self.lists[array] = self._new(to_list, (array,), array.hint, _as_float(array.kind), op.backward)


def _as_float(kind: Kind) -> Kind:
    """The kind of what stands for a NumPy number, an array, or a list of numbers."""
    if isinstance(kind, Array):
        return List(FLOAT, kind.dims[0])
    if isinstance(kind, List):
        return List(_as_float(kind.item), kind.length)
    assert isinstance(kind, Scalar)
    return FLOAT if is_float_dtype(kind.dtype) else BOOL


def _homes(block: Block) -> Iterator[tuple[Value, Block]]:
    """Every value with the block that defines it."""
    for inner in sub_blocks(block):
        yield from ((v, inner) for v in (*inner.params, *(o for op in inner.ops for o in op.outs)))
