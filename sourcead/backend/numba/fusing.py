"""One loop for a chain of elementwise operations on arrays of one axis, with the sums over them and the additions to
slices of what they give:

    t = x[1:] - x[:-1] * x[:-1]             a = x[1:]
    value = np.sum(t * t)             ->    b = x[:-1]
    dx = np.zeros_like(x)                   value = 0.0
    dx[1:] += 2 * t                         dx = np.zeros_like(x)
                                            for i in range(len(a)):
                                                t = a[i] - b[i] * b[i]
                                                value += t * t
                                                dx[i + 1] += 2 * t

Only arrays whose sizes are certainly equal meet in a loop. A sum of float32 is one of float64 until its end.
"""

from __future__ import annotations

import numpy as np

from sourcead.backend.numba.numbers import ARITHMETIC, COMPARISONS, FUNCTIONS
from sourcead.backend.numba.rewriting import kind_of, step
from sourcead.backend.tree import form_of
from sourcead.ir import Atom, Block, Const, Function, Hole, Op, Primitive, Source, Span, Value, read_counts
from sourcead.kinds import INT, Array, Dim, Scalar
from sourcead.records import dataclass, field, replace

_FOR = Primitive("for", "for")
_ELEMENTWISE = (ARITHMETIC | COMPARISONS | FUNCTIONS) - {"operator.not_"}
_FORMS = frozenset({"binary *", "binary +", "binary -", "binary /"})
_COUNTING = frozenset({"operator.add", "operator.mul", "np.add", "np.multiply"})
_IF = Primitive("if", "if")
_AT = ((Hole(0),),)


def fused(function: Function) -> Function:
    """The function with loops for chains of elementwise operations."""
    body = _block(function.body)
    mixed = any(op.name == "for" and len({o.backward for o in op.blocks[0].ops}) > 1 for op in body.ops)
    return replace(function, body=body, parted=function.parted and not mixed)


def _block(block: Block) -> Block:
    ops = [replace(op, blocks=tuple(map(_block, op.blocks))) if op.blocks else op for op in block.ops]
    read = read_counts(replace(block, ops=tuple(ops)))
    made: list[Op] = []
    group = _Group(read)
    for op in ops:
        if not group.takes(op):
            made += group.written()
            group = _Group(read)
            if not group.takes(op):
                made.append(op)
    return replace(block, ops=(*made, *group.written()))


@dataclass(slots=True, eq=False)
class _Group:
    """Ops that one loop can do, the ops around them that it can pass, and what it changes."""

    read: dict[Atom, int]
    dim: Dim | None = None
    members: list[Op] = field(default_factory=list)
    before: list[Op] = field(default_factory=list)
    after: list[Op] = field(default_factory=list)
    given: dict[Atom, None] = field(default_factory=dict)  # what is known only after the loop
    order: list[Op] = field(default_factory=list)
    bases: dict[Atom, Atom] = field(default_factory=dict)  # arrays that are added to: the version now

    def takes(self, op: Op) -> bool:
        """Put an op where it belongs, if that can be."""
        self.order.append(op)
        late = any(a in self.given and a not in self.bases for a in op.args)
        if not late and self.is_member(op):
            self.members.append(op)
            return True
        if any(a in self.bases for a in op.args) or op.blocks or not self.members:
            self.order.pop()
            return False
        inner = {out for member in self.members for out in member.outs}
        if op.primitive.effects or op.attr("inplace") or op.name in ("store", "add_at"):
            self.order.pop()
            return False
        if not late and not inner.intersection(a for a in op.args if isinstance(a, Value)):
            self.before.append(op)
            return True
        self.after.append(op)
        self.given.update(dict.fromkeys(op.outs))
        return True

    def is_member(self, op: Op) -> bool:
        if _is_number(op):
            return True
        if op.name in ("total", "add_at"):
            return self.is_sum(op) if op.name == "total" else self.is_addition(op)
        if op.name not in _ELEMENTWISE and form_of(op) not in _FORMS:
            return False
        if op.attr("inplace") or len(op.outs) != 1 or op.keywords:
            return False
        if getattr(op.outs[0].kind, "dtype", None) == "bool" and op.name in _COUNTING:
            return False  # True + True is True, and 2 of numbers
        return self.fits(op.outs[0]) and all(
            isinstance(kind_of(a), Scalar) or self.fits(a) for a in op.args
        ) and not any(a in self.bases for a in op.args)

    def fits(self, atom: Atom) -> bool:
        """Whether a value is an array of one axis of the loop's size."""
        kind = kind_of(atom)
        if not isinstance(kind, Array) or len(kind.dims) != 1 or kind.dims[0].key is None or kind.dims[0].one:
            return False
        self.dim = self.dim or kind.dims[0]
        return self.dim == kind.dims[0]

    def is_sum(self, op: Op) -> bool:
        (array,) = op.args
        fine = any(array in m.outs for m in self.members) and self.fits(array)
        if fine:
            self.given[op.outs[0]] = None
        return fine

    def is_addition(self, op: Op) -> bool:
        base, *dynamic, value = op.args
        path, kind = op.attr("path"), kind_of(base)
        if dynamic or op.attr("gather") or len(path) != 1 or len(path[0]) != 1 or not isinstance(path[0][0], Span):
            return False
        span = path[0][0]
        fresh = base in self.bases or any(base in o.outs and o.name == "np.zeros_like" for o in self.before)
        if not fresh or self.read.get(base, 0) != 1 or span.step is not None:
            return False
        if not isinstance(kind, Array) or len(kind.dims) != 1 or not any(value in m.outs for m in self.members):
            return False
        if not self.fits(value) or not _leaves_out(kind.dims[0], span, self.dim):
            return False
        self.bases[op.outs[0]] = op.outs[0]
        self.given[op.outs[0]] = None
        return True

    # The loop -------------------------------------------------------------------------------------------------------

    def written(self) -> list[Op]:
        """The ops of the group: as they were, where a loop would gain nothing."""
        arrays = [m for m in self.members if m.name not in ("total", "add_at") and not _is_number(m)]
        if len(arrays) < 2 or self.dim is None:
            return self.order
        return [*self.before, *self.loop(), *self.after]

    def loop(self) -> list[Op]:
        like = next(m for m in self.members if not _is_number(m))
        index, turn = Value("", INT), Value("", INT)
        inside = {out for m in self.members for out in m.outs}
        inner_reads: dict[Atom, int] = {}
        for m in self.members:
            for a in m.args:
                inner_reads[a] = inner_reads.get(a, 0) + 1
        outside = next(a for m in self.members for a in m.args if a not in inside and self.fits(a))
        length = step("call len", (outside,), Scalar("pyint", self.dim), like)
        before, body, after = [length], list[Op](), list[Op]()
        items: dict[Atom, Atom] = {}
        inits: list[Atom] = []
        params: list[Value] = []
        results: list[Atom] = []
        outs: list[Value] = []
        now: dict[Atom, tuple[int, Atom]] = {}  # a version of an array that is added to: its place, the value inside

        def item(atom: Atom) -> Atom:
            if isinstance(kind_of(atom), Scalar) or atom in items:
                return items.get(atom, atom)
            kind = kind_of(atom)
            assert isinstance(kind, Array)
            read = step("getitem", (atom, index), Scalar(kind.dtype), like, path=_AT)
            body.append(replace(read, backward=False))
            items[atom] = read.outs[0]
            return items[atom]

        def carry(init: Atom, kind: Scalar | Array, hint: str) -> int:
            inits.append(init)
            params.append(Value(hint, kind))
            results.append(params[-1])
            outs.append(Value(hint, kind))
            return len(inits) - 1

        for m in self.members:
            out = m.outs[0]
            if m.name == "add_at":
                base = m.args[0]
                if base not in now:
                    start_at = carry(base, _array(out), out.hint)
                    now[base] = (start_at, params[start_at])
                place, current = now[base]
                start = m.attr("path")[0][0].start or 0
                at: Atom = index
                if start:
                    shifted = step("binary +", (index, Const(start)), INT, m)
                    body.append(shifted)
                    at = shifted.outs[0]
                version = Value(out.hint, out.kind)
                body.append(replace(m, args=(current, at, item(m.args[1])), outs=(version,)).with_attrs(path=_AT))
                now[out] = (place, version)
                results[place] = version
                continue
            if m.name == "total":
                kind = Scalar("float64")
                place = carry(Const(0.0), kind, out.hint)
                added = step("augmented +", (params[place], item(m.args[0])), kind, m, out.hint)
                body.append(added)
                results[place] = added.outs[0]
                if out.kind != kind:
                    after.append(replace(step("call np.float32", (outs[place],), out.kind, m), outs=(out,)))
                else:
                    outs[place] = out
                continue
            if _is_number(m):
                (before if self.read.get(out, 0) > inner_reads.get(out, 0) else body).append(m)
                continue
            dtype = _array(out).dtype
            number = Value(out.hint, Scalar(dtype))
            body.append(_of_numbers(replace(m, args=tuple(map(item, m.args)), outs=(number,))))
            items[out] = number
            if self.read.get(out, 0) > inner_reads.get(out, 0):  # something else reads it: it is stored
                given = (length.outs[0],) if dtype == "float64" else (length.outs[0], Const(np.dtype(dtype)))
                empty = step("call np.empty", given, out.kind, m, out.hint)
                before.append(empty)
                place = carry(empty.outs[0], _array(out), out.hint)
                stored = step("store", (params[place], index, number), out.kind, m, out.hint, "base", path=_AT)
                body.append(stored)
                results[place], outs[place] = stored.outs[0], out
        for changed, (place, last) in now.items():
            if isinstance(changed, Value) and results[place] is last:
                outs[place] = changed
        block = Block((turn, index, *params), tuple(body), tuple(results))
        attrs = (("carried", len(inits)), ("exits", False), ("reverse", False), ("sources", (Source("range"),)),
                 ("text", ("range",)))  # fmt: skip
        args = (Const(0), length.outs[0], Const(1), *inits)
        made = Op(_FOR, args, tuple(outs), attrs, (block,), None, "", like.backward)
        return [*before, made, *after]


def _of_numbers(op: Op) -> Op:
    """The op on numbers: what Numba has for arrays alone in other words."""
    if op.name == "np.where":
        arms = tuple(Block((), (), (atom,)) for atom in op.args[1:])
        return replace(op, primitive=_IF, args=op.args[:1], attrs=(), blocks=arms, form="ternary")
    if op.name == "operator.invert" and getattr(op.outs[0].kind, "dtype", None) == "bool":
        return replace(op, form="unary not")
    return op


def _is_number(op: Op) -> bool:
    """Whether an op casts a literal to the dtype of what it meets."""
    return form_of(op) == "call np.float32" and isinstance(op.args[0], Const)


def _array(value: Value) -> Array:
    assert isinstance(value.kind, Array)
    return value.kind


def _leaves_out(whole: Dim, span: Span, part: Dim | None) -> bool:
    """Whether a slice of an array of one size has certainly the other."""
    start, stop = span.start or 0, span.stop
    if part is None or isinstance(start, Hole) or isinstance(stop, Hole):
        return False
    if start < 0 or (stop is not None and stop >= 0):
        return False
    removed = start - (stop or 0)
    return part == (whole if removed == 0 else Dim(("less", whole, removed)))
