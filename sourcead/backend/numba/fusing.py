"""Loops for chains of elementwise operations on arrays of one shape, with the sums over them and the additions to
slices of what they give:

    t = x[1:] - x[:-1] * x[:-1]             a = x[1:]
    value = np.sum(t * t)             ->    b = x[:-1]
    dx = np.zeros_like(x)                   value = 0.0
    dx[1:] += 2 * t                         dx = np.zeros_like(x)
                                            for i in range(len(a)):
                                                t = a[i] - b[i] * b[i]
                                                value += t * t
                                                dx[i + 1] += 2 * t

Only arrays whose sizes are equal meet in a loop: they certainly are, or that is checked before it, as NumPy would. What
has size 1 where others have more is read again in each turn. A sum of all of float32 is one of float64 until its end.
"""

from __future__ import annotations

from sourcead.backend.numba.nests import Nest, is_formula
from sourcead.backend.numba.numbers import ARITHMETIC, COMPARISONS, FUNCTIONS
from sourcead.backend.numba.rewriting import kind_of
from sourcead.backend.numba.sizes import Sizes, aligned
from sourcead.backend.tree import form_of
from sourcead.ir import Atom, Block, Const, Function, Hole, Op, Span, read_counts, sub_blocks
from sourcead.kinds import INT, Array, Dim, Scalar
from sourcead.records import dataclass, field, replace
from sourcead.switches import is_on

_ELEMENTWISE = (ARITHMETIC | COMPARISONS | FUNCTIONS) - {"operator.not_"}
_FORMS = frozenset({"binary *", "binary +", "binary -", "binary /"})
_COUNTING = frozenset({"operator.add", "operator.mul", "np.add", "np.multiply"})
_SUMS = frozenset({"total", "row_sums", "column_sums"})
_SHAPES = frozenset({"call len", "call np.size", "call np.shape", "attribute size", "attribute shape"})
_REACH = 200  # how many ops a group looks at
_OTHERS = _SUMS | {"add_at", "np.ravel"}  # members that make no array of the loop's shape
_OWNERS = _ELEMENTWISE | _FORMS | {"matmul", "np.dot", "method reshape"}  # what they make is memory of its own


def fused(function: Function) -> Function:
    """The function with loops for chains of elementwise operations."""
    if not is_on("loops in kernels"):
        return function
    body = _block(function.body, Sizes(_index_names(function)), read_counts(function.body))
    mixed = any(op.name == "for" and len({o.backward for o in op.blocks[0].ops}) > 1 for op in body.ops)
    return replace(function, body=body, parted=function.parted and not mixed)


def _index_names(function: Function) -> tuple[str, ...]:
    """Names for indices that nothing else has: to Numba a name has one type."""
    blocks = list(sub_blocks(function.body))
    values = [v for b in blocks for v in (*b.params, *(o for op in b.ops for o in op.outs))]
    taken = {v.hint for v in values if v.kind != INT}
    return tuple(word for word in "ijkmnpqr" if word not in taken) or ("",)


def _block(block: Block, sizes: Sizes, read: dict[Atom, int]) -> Block:
    ops = [replace(op, blocks=tuple(_block(b, sizes.copy(), read) for b in op.blocks)) if op.blocks else op
           for op in block.ops]  # fmt: skip
    return replace(block, ops=tuple(_ops(ops, sizes, read)))


def _ops(ops: list[Op], sizes: Sizes, read: dict[Atom, int]) -> list[Op]:
    made: list[Op] = []
    makers: dict[Atom, Op] = {out: op for op in ops for out in op.outs}
    summed = {op.args[0]: None for op in ops if op.name == "total"}
    group = Group(read, sizes, makers, summed, sizes.copy())
    for op in ops:
        if group.takes(op):
            continue
        made += group.written()
        for one in group.order:
            sizes.learn(one, _ELEMENTWISE)
        group = Group(read, sizes, makers, summed, sizes.copy())
        if not group.takes(op):
            made.append(op)
            sizes.learn(op, _ELEMENTWISE)
            group.sizes.learn(op, _ELEMENTWISE)
    made += group.written()
    for one in group.order:
        sizes.learn(one, _ELEMENTWISE)
    return made


@dataclass(slots=True, eq=False)
class Group:
    """Ops that one loop can do, the ops around them that it can pass, and what it changes."""

    read: dict[Atom, int]
    known: Sizes  # before the group
    makers: dict[Atom, Op]  # of this block
    summed: dict[Atom, None]
    sizes: Sizes  # once the loop runs: what comes behind it says nothing yet
    dims: tuple[Dim, ...] | None = None
    members: list[Op] = field(default_factory=list)
    before: list[Op] = field(default_factory=list)
    after: list[Op] = field(default_factory=list)
    given: dict[Atom, None] = field(default_factory=dict)  # what is known only after the loop
    order: list[Op] = field(default_factory=list)
    bases: dict[Atom, Atom] = field(default_factory=dict)  # arrays that are added to: the version now
    checks: list[tuple[Atom, int, int]] = field(default_factory=list)  # an array, its axis, the axis of the loops
    inner: dict[Atom, int] = field(default_factory=dict)  # how often members read each value
    flat: dict[Atom, Atom] = field(default_factory=dict)  # arrays as arrays of one axis

    shaped: list[Atom] = field(default_factory=list)  # what was read for its shape, which another array has

    def takes(self, op: Op) -> bool:
        """Put an op where it belongs, if that can be."""
        if len(self.order) > _REACH:
            return False
        self.order.append(op)
        late = any(a in self.given and a not in self.bases for a in op.args)
        if not late and self.is_member(op):
            self.members.append(op)
            self.sizes.learn(op, _ELEMENTWISE)
            for a in op.args:
                self.inner[a] = self.inner.get(a, 0) + 1
            return True
        if any(a in self.bases for a in op.args) or op.blocks or not self.members:
            self.order.pop()
            return False
        inside: set[Atom] = {out for member in self.members for out in member.outs}
        op = self.of_shape(op)
        late = any(a in self.given for a in op.args)
        changes = (op.attr("inplace") and op.args[0] not in self.given) or op.name in ("store", "add_at")
        if op.primitive.effects or changes:
            self.order.pop()
            return False
        if not late and not self.is_another(op) and not inside.intersection(op.args):
            self.before.append(op)
            self.sizes.learn(op, _ELEMENTWISE)
            return True
        self.after.append(op)
        self.given.update(dict.fromkeys(op.outs))
        return True

    def is_another(self, op: Op) -> bool:
        """Whether an op is one for loops like these over arrays of another shape: it had better wait."""
        dims = self.sizes.dims(op.outs[0]) if op.name in _ELEMENTWISE or form_of(op) in _FORMS else None
        return dims is not None and self.dims is not None and len(dims) >= len(self.dims)

    def of_shape(self, op: Op) -> Op:
        """The op, of an array that is there before the loop where it is of the shape of one that is not."""
        if form_of(op) not in _SHAPES or not self.is_inside(op.args[0]):
            return op
        inside = {out for member in self.members for out in member.outs}
        for atom in (a for m in self.members for a in m.args if a not in inside and m.name != "add_at"):
            own = self.sizes.dims(atom) or ()
            if self.dims and [d.one for d in own] == [d.one for d in self.dims]:
                self.shaped.append(op.args[0])
                return replace(op, args=(atom,))
        return op

    def is_member(self, op: Op) -> bool:
        if is_number(op):
            return True
        if op.name in _SUMS:
            return self.is_sum(op)
        if op.name == "add_at":
            return self.is_addition(op)
        if op.name == "np.ravel":
            return self.is_flat(op)
        if op.name not in _ELEMENTWISE and form_of(op) not in _FORMS:
            return False
        if len(op.outs) != 1 or op.keywords or any(a in self.bases or a in self.flat for a in op.args):
            return False
        if getattr(op.outs[0].kind, "dtype", None) == "bool" and op.name in _COUNTING:
            return False  # True + True is True, and 2 of numbers
        if op.attr("inplace") and not self.is_owned(op):
            return False
        return self.fits(op)

    def is_owned(self, op: Op) -> bool:
        """Whether nothing but members read what an op changes: it is made here, and its versions are one array."""
        base = op.args[0]
        dtypes = {getattr(kind_of(base), "dtype", None), getattr(op.outs[0].kind, "dtype", None)}
        ones, others = ([d.one for d in self.sizes.dims(a) or ()] for a in (base, op.outs[0]))
        alike = ones == others and None not in ones and len(dtypes) == 1
        ours = self.inner.get(base, 0) + op.args.count(base)
        return alike and self.owns(base) and self.read.get(base, 0) == ours

    def is_read_outside(self, atom: Atom) -> bool:
        return self.read.get(atom, 0) > self.inner.get(atom, 0)

    def owns(self, atom: Atom) -> bool:
        """Whether an array is made in this block, before the loop or in it."""
        maker = self.makers.get(atom)
        return maker is not None and maker.name in _OWNERS and not maker.attr("inplace") and maker not in self.after

    def fits(self, op: Op) -> bool:
        """Whether an op is one of arrays of the loop's shape; what must be checked for that is noted."""
        self.sizes.define(op)
        dims = self.sizes.dims(op.outs[0])
        if dims is None or any(d.key is None for d in dims) or all(d.one for d in dims):
            return False
        inside = {out for member in self.members for out in member.outs}
        equal: list[tuple[Dim, Dim]] = []
        checks: list[tuple[Atom, int, int]] = []
        for atom in op.args:
            own = self.sizes.dims(atom) or ()
            if not isinstance(kind_of(atom), Scalar) and not own:
                return False
            for back, (a, d) in enumerate(aligned(own, dims)):
                if self.sizes.are_equal(a, d) or (a.one and not d.one):
                    continue
                if a.one is not False or d.one is not False or None in (a.key, d.key):
                    return False
                equal.append((a, d))
                if atom not in inside:
                    checks.append((atom, len(own) - 1 - back, len(dims) - 1 - back))
        whole = self.dims or dims
        joined = self.sizes.copy()
        for a, d in equal:
            joined.join(a, d)
        if len(whole) != len(dims) or not all(joined.are_equal(a, d) for a, d in zip(whole, dims, strict=True)):
            return False
        self.dims = whole
        self.checks += checks
        return True

    def is_flat(self, op: Op) -> bool:
        """Whether an op makes one axis of all, of which the sum is taken and nothing else."""
        out, array = op.outs[0], op.args[0]
        fine = out in self.summed and self.read.get(out, 0) == 1 and self.is_inside(array)
        if fine:
            self.flat[out] = array
        return fine

    def is_inside(self, atom: Atom) -> bool:
        return any(atom in m.outs and m.name not in _OTHERS and not is_number(m) for m in self.members)

    def is_sum(self, op: Op) -> bool:
        array = self.flat.get(op.args[0], op.args[0])
        fine = self.is_inside(array)
        if fine:
            self.given[op.outs[0]] = None
        return fine

    def is_addition(self, op: Op) -> bool:
        base, *dynamic, value = op.args
        path, kind = op.attr("path"), kind_of(base)
        if dynamic or op.attr("gather") or len(path) != 1 or not all(isinstance(e, Span) for e in path[0]):
            return False
        if not isinstance(kind, Array) or self.dims is None or not len(path[0]) == len(kind.dims) == len(self.dims):
            return False
        fresh = base in self.bases or any(base in o.outs and o.name == "np.zeros_like" for o in self.before)
        if not fresh or self.read.get(base, 0) != 1 or not self.is_inside(value):
            return False
        if not all(_leaves_out(w, e, d, self.sizes) for w, e, d in zip(kind.dims, path[0], self.dims, strict=True)):
            return False
        self.bases[op.outs[0]] = op.outs[0]
        self.given[op.outs[0]] = None
        return True

    def written(self) -> list[Op]:
        """The ops of the group: as they were, where a loop would gain nothing."""
        arrays = [m for m in self.members if m.name not in _OTHERS and not is_number(m)]
        if self.dims is None or not (len(arrays) > 1 or any(map(self.gains, arrays))):
            return self.order
        free = {a for m in self.members for a in m.args if self.owns(a) and not self.is_read_outside(a)}
        for atom in self.shaped:
            self.read[atom] -= 1
        elsewhere = {m for m in self.members if is_number(m) and self.is_read_outside(m.outs[0])}
        members = [m for m in self.members if m not in elsewhere]
        both = [m for m in self.members if m in elsewhere and m.outs[0] in self.inner]
        nest = Nest(self.dims, members, self.read, self.inner, self.checks, self.flat, free, self.sizes.names)
        loops = nest.written()
        rest = [*(m for m in self.members if m in elsewhere and m not in both), *self.after]
        return [*both, *self.before, *loops, *(_ops(rest, self.sizes, self.read) if len(self.after) > 1 else rest)]

    def gains(self, op: Op) -> bool:
        """Whether a loop gains by one op alone: Numba is slow at functions, and where different shapes meet."""
        if is_formula(op):
            return True
        shapes = [self.sizes.dims(a) for a in op.args if self.sizes.dims(a) is not None]
        return len(set(shapes)) > 1 and any(len(s) > 1 for s in shapes if s is not None)


def is_number(op: Op) -> bool:
    """Whether an op casts a literal to the dtype of what it meets."""
    return form_of(op) == "call np.float32" and isinstance(op.args[0], Const)


def _leaves_out(whole: Dim, span: Span, part: Dim, sizes: Sizes) -> bool:
    """Whether a slice of an array of one size has certainly the other."""
    start, stop = span.start or 0, span.stop
    if span.step is not None or isinstance(start, Hole) or isinstance(stop, Hole):
        return False
    if start < 0 or (stop is not None and stop >= 0):
        return False
    removed = start - (stop or 0)
    return sizes.are_equal(part, whole if removed == 0 else Dim(("less", whole, removed)))
