"""The loops of a group of elementwise operations, one in another: an axis each, but none for what has size 1.

    t = x * w + b                           for i in range(len(x)):
    s = t.sum(axis=0)              ->           for j in range(x.shape[1]):
                                                    t = x[i, j] * w[j] + b[0]
                                                    s[j] += t
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sourcead.backend.numba.rewriting import kind_of, step
from sourcead.backend.numba.vectors import FUNCTIONS
from sourcead.ir import Atom, Block, Const, Hole, Op, Primitive, Source, Value
from sourcead.kinds import INT, Array, Dim, Kind, Scalar, Tree
from sourcead.records import dataclass, field, replace
from sourcead.switches import is_on

_FOR, _IF = Primitive("for", "for"), Primitive("if", "if")
_CHECK = Primitive("check_sizes", "helper check_sizes", effects=frozenset({"raises"}))


@dataclass(slots=True, eq=False)
class Carried:
    """What the loops hand on from turn to turn: a sum, or an array that they store into."""

    init: Atom
    kind: Kind
    hint: str
    first: Value  # inside, as a turn begins
    now: Atom  # inside, as of the last op
    out: Value | None = None


@dataclass(slots=True, eq=False)
class Nest:
    """Loops over the axes of `dims` that do what the members do."""

    dims: tuple[Dim, ...]
    members: list[Op]
    read: dict[Atom, int]
    inner: dict[Atom, int]
    checks: list[tuple[Atom, int, int]]
    flat: dict[Atom, Atom]
    free: set[Atom]  # arrays that may be written over
    names: tuple[str, ...]  # for indices
    before: list[Op] = field(default_factory=list)
    after: list[Op] = field(default_factory=list)
    levels: list[list[Op]] = field(default_factory=list)  # the ops of each loop, before those of the loop in it
    carried: list[Carried] = field(default_factory=list)
    items: dict[Atom, Atom] = field(default_factory=dict)  # what stands for an array in the innermost loop
    places: dict[Atom, Carried] = field(default_factory=dict)
    lengths: dict[int, Value] = field(default_factory=dict)

    @property
    def like(self) -> Op:
        return next(m for m in self.members if isinstance(m.outs[0].kind, Array))

    @property
    def axes(self) -> list[int]:
        """The axes that have a loop."""
        return [k for k, d in enumerate(self.dims) if not d.one]

    def written(self) -> list[Op]:
        """The loops, with what comes before and behind."""
        names = [*self.names, *self.names[-1:] * len(self.dims)]
        indices = {axis: Value(name, INT) for axis, name in zip(self.axes, names, strict=False)}
        self.levels = [[] for _ in self.axes]
        for axis in self.axes:
            self.lengths[axis] = self._size_of(*self._outside(axis))
        for array, axis, own in self.checks:
            sizes, like = (self.lengths[own], self._size_of(array, axis)), self.like
            self.before.append(Op(_CHECK, sizes, (), (), (), like.at, "", like.backward))
        for member in self.members:
            self._member(member, indices)
        return [*self.before, self._loop(0, indices), *self.after]

    def _outside(self, axis: int) -> tuple[Atom, int]:
        """An array that is there before the loops and has this axis, and the axis as its own."""
        inside = {out for m in self.members for out in m.outs}
        for member in self.members:
            for atom in member.args:
                kind = kind_of(atom)
                own = kind.dims if isinstance(kind, Array) else ()
                back = axis - len(self.dims)
                if atom not in inside and -back <= len(own) and not own[back].one and member.name != "add_at":
                    return atom, len(own) + back
        raise AssertionError(self.members)

    def _size_of(self, array: Atom, axis: int) -> Value:
        if axis == 0:
            op = step("call len", (array,), INT, self.like)
        else:
            shape = step("attribute shape", (array,), Tree(tuple, (), ()), self.like)
            self.before.append(shape)
            op = step("getitem", (shape.outs[0],), INT, self.like, path=((axis,),))
        self.before.append(op)
        return op.outs[0]

    # Members --------------------------------------------------------------------------------------------------------

    def _member(self, op: Op, indices: dict[int, Value]) -> None:
        out, body = op.outs[0], self.levels[-1]
        if op.name == "np.ravel":
            return
        if op.name == "add_at":
            self._addition(op, indices)
        elif op.name in ("total", "row_sums", "column_sums"):
            self._sum(op, indices)
        elif isinstance(out.kind, Scalar):  # a literal, cast
            body.append(op)
        else:
            assert isinstance(out.kind, Array)
            wanted = self.read.get(out, 0) > self.inner.get(out, 0)
            number = Value("" if wanted else out.hint, Scalar(out.kind.dtype))
            args = tuple(self._item(a, indices) for a in op.args)
            for made in _of_numbers(replace(op.with_attrs(inplace=False), args=args, outs=(number,))):
                body.append(made)
            self.items[out] = number
            if wanted:
                self._stored(op, number, indices)

    def _item(self, atom: Atom, indices: dict[int, Value]) -> Atom:
        """The item of an array that this turn is about."""
        kind = kind_of(atom)
        if atom in self.items or not isinstance(kind, Array):
            return self.items.get(atom, atom)
        at, deepest = [], -1
        for back in range(-len(kind.dims), 0):
            axis = len(self.dims) + back
            at.append(None if kind.dims[back].one else indices[axis])
            if at[-1] is not None:
                deepest = self.axes.index(axis)
        level = self.levels[deepest] if deepest >= 0 else self.before
        op = self._subscripted("getitem", (atom,), tuple(at), (), Scalar(kind.dtype))
        level.append(replace(op, backward=False))
        self.items[atom] = op.outs[0]
        return self.items[atom]

    def _subscripted(
        self, word: str, first: tuple[Atom, ...], at: tuple[Value | None, ...], last: tuple[Atom, ...], kind: Kind
    ) -> Op:
        dynamic = [i for i in at if i is not None]
        holes = iter(range(len(dynamic)))
        path = (tuple(0 if i is None else Hole(next(holes)) for i in at),)
        result = "base" if word in ("store", "add_at") else "fresh"
        return step(word, (*first, *dynamic, *last), kind, self.like, "", result, path=path, proven=True)

    def _carry(self, init: Atom, kind: Kind, hint: str) -> Carried:
        first = Value(hint, kind)
        self.carried.append(Carried(init, kind, hint, first, first))
        return self.carried[-1]

    def _stored(self, op: Op, number: Atom, indices: dict[int, Value]) -> None:
        """Keep the items of an array: where an array stood that nothing reads any more, or in a new one."""
        out = op.outs[0]
        free = next((a for a in self.items if self._is_free(a, out)), None)
        if isinstance(free, Value):
            self.free.remove(free)
            free.call_it(out.hint)
        place = self._carry(free or self._new(out.kind, op, out.hint), out.kind, out.hint)
        at = tuple(indices.get(axis) for axis in range(len(self.dims)))
        store = self._subscripted("store", (place.now,), at, (number,), out.kind)
        store = replace(store, backward=op.backward, at=op.at)
        store.outs[0].call_it(out.hint)
        self.levels[-1].append(store)
        place.now, place.out = store.outs[0], out

    def _is_free(self, atom: Atom, out: Value) -> bool:
        """Whether the items of an array, each read by now, may be replaced by those of another."""
        kind = kind_of(atom)
        if atom not in self.free or not isinstance(kind, Array) or not isinstance(out.kind, Array):
            return False
        inside = any(atom in m.outs for m in self.members)
        ones, others = ([d.one for d in k.dims] for k in (kind, out.kind))
        return not inside and kind.dtype == out.kind.dtype and ones == others

    def _new(self, kind: Kind, op: Op, hint: str, word: str = "empty", axes: tuple[int, ...] | None = None) -> Value:
        """A new array for the items of some axes."""
        assert isinstance(kind, Array)
        axes = tuple(range(len(self.dims))) if axes is None else axes
        sizes: tuple[Atom, ...] = tuple(self.lengths.get(axis, Const(1)) for axis in axes)
        shape = sizes[0]
        if len(sizes) > 1:
            self.before.append(step("tuple", sizes, Tree(tuple, (), ()), op))
            shape = self.before[-1].outs[0]
        dtype = () if kind.dtype == "float64" else (Const(np.dtype(kind.dtype)),)
        made = step(f"call np.{word}", (shape, *dtype), kind, op, hint)
        self.before.append(made)
        return made.outs[0]

    def _addition(self, op: Op, indices: dict[int, Value]) -> None:
        base, value = op.args
        place = self.places.get(base) or self._carry(base, op.outs[0].kind, op.outs[0].hint)
        at: list[Value | None] = []
        for axis, element in enumerate(op.attr("path")[0]):
            index, start = indices.get(axis), element.start or 0
            if index is not None and start:
                shifted = step("binary +", (index, Const(start)), INT, op)
                self.levels[-1].append(shifted)
                index = shifted.outs[0]
            at.append(index)
        dynamic = tuple(i for i in at if i is not None)
        holes, starts = iter(range(len(dynamic))), [e.start or 0 for e in op.attr("path")[0]]
        path = (tuple(start if i is None else Hole(next(holes)) for i, start in zip(at, starts, strict=True)),)
        version = Value(op.outs[0].hint, op.outs[0].kind)
        item = self._item(value, indices)
        added = replace(op, args=(place.now, *dynamic, item), outs=(version,)).with_attrs(path=path, proven=True)
        self.levels[-1].append(added)
        self.places[op.outs[0]] = place
        place.now, place.out = version, op.outs[0]

    def _sum(self, op: Op, indices: dict[int, Value]) -> None:
        out, number = op.outs[0], self._item(self.flat.get(op.args[0], op.args[0]), indices)
        if op.name != "column_sums" and any(map(is_formula, self.members)):
            self._sum_behind(op, number, indices)
            return
        if op.name == "total":
            kind = Scalar("float64")
            place = self._carry(Const(0.0), kind, out.hint)
            added = step("augmented +", (place.now, number), kind, op, out.hint)
            self.levels[-1].append(added)
            place.now, place.out = added.outs[0], out
            if out.kind != kind:
                place.out = Value("", kind)
                self.after.append(replace(step("call np.float32", (place.out,), out.kind, op), outs=(out,)))
            return
        axis = 0 if op.name == "row_sums" else 1
        place = self._carry(self._new(out.kind, op, out.hint, "zeros", (axis,)), out.kind, out.hint)
        added = self._subscripted("add_at", (place.now,), (indices.get(axis),), (number,), out.kind)
        added.outs[0].call_it(out.hint)
        self.levels[-1].append(replace(added, backward=op.backward, at=op.at))
        place.now, place.out = added.outs[0], out

    def _sum_behind(self, op: Op, number: Atom, indices: dict[int, Value]) -> None:
        """A sum behind the loops: a compiler does not vectorise a loop that adds up."""
        array: Atom = self.flat.get(op.args[0], op.args[0])
        maker = next(m for m in self.members if array in m.outs)
        if all(place.out is not array for place in self.carried):
            array = Value(maker.outs[0].hint, maker.outs[0].kind)
            self._stored(replace(maker, outs=(array,)), number, indices)
        if op.name == "total" and len(self.dims) > 1:
            flat = step("call np.ravel", (array,), Array(getattr(kind_of(array), "dtype", None), self.dims[:1]), op)
            self.after.append(flat)
            array = flat.outs[0]
        self.after.append(replace(op, args=(array,)))

    # Loops ----------------------------------------------------------------------------------------------------------

    def _loop(self, depth: int, indices: dict[int, Value], given: list[Value] | None = None) -> Op:
        """The loop over an axis, with those of the next ones in it."""
        axis, innermost = self.axes[depth], depth == len(self.axes) - 1
        params: list[Value] = [c.first if innermost else Value(c.hint, c.kind) for c in self.carried]
        ops = self.levels[depth]
        results: tuple[Atom, ...] = tuple(c.now for c in self.carried)
        if not innermost:
            ops = [*ops, self._loop(depth + 1, indices, params)]
            results = ops[-1].outs
        block = Block((Value("", INT), indices[axis], *params), tuple(ops), results)
        attrs = (("carried", len(params)), ("exits", False), ("reverse", False), ("sources", (Source("range"),)),
                 ("text", ("range",)))  # fmt: skip
        inits: Sequence[Atom] = given or [c.init for c in self.carried]
        outs = tuple(Value(c.hint, c.kind) if depth or c.out is None else c.out for c in self.carried)
        args = (Const(0), self.lengths[axis], Const(1), *inits)
        return Op(_FOR, args, outs, attrs, (block,), None, "", self.like.backward)


def _of_numbers(op: Op) -> list[Op]:
    """The op on numbers: what Numba has for arrays alone in other words."""
    if op.name == "np.where":
        arms = tuple(Block((), (), (atom,)) for atom in op.args[1:])
        return [replace(op, primitive=_IF, args=op.args[:1], attrs=(), blocks=arms, form="ternary")]
    if op.name == "operator.invert" and getattr(op.outs[0].kind, "dtype", None) == "bool":
        return [replace(op, form="unary not")]
    if is_formula(op):
        return _formula(op)
    if getattr(op.outs[0].kind, "dtype", None) != "float32":
        return [op]
    made: list[Op] = []
    args: list[Atom] = []
    for atom in op.args:  # a truth beside a float32 is one, not a float64
        if getattr(kind_of(atom), "dtype", None) == "bool":
            made.append(step("call np.float32", (atom,), Scalar("float32"), op))
            atom = made[-1].outs[0]
        args.append(atom)
    return [*made, replace(op, args=tuple(args))]


def is_formula(op: Op) -> bool:
    """Whether a function is better computed by a formula: of float32 the C library has a quick exp and log."""
    quick = op.name in ("np.exp", "np.log") and getattr(op.outs[0].kind, "dtype", None) == "float32"
    return op.name in FUNCTIONS and not quick and is_on("vector functions")


def _formula(op: Op) -> list[Op]:
    """A function of a number as a helper that the compiler can vectorise."""
    form, (out,) = f"helper {FUNCTIONS[op.name]}", op.outs
    if getattr(out.kind, "dtype", None) == "float64":
        return [replace(step(form, op.args, out.kind, op), outs=op.outs, note=op.note)]
    found = step(form, op.args, Scalar("float64"), op)
    return [found, replace(step("call np.float32", found.outs, out.kind, op), outs=op.outs, note=op.note)]
