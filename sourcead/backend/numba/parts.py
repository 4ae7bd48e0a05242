"""A function as two: a kernel over numbers and arrays, which Numba compiles, and a wrapper that is plain Python.

    def f(params, X):                       def f_kernel(W, b, X):             @numba.njit(...)
        W, b = params                           ...
        ...                        ->           return value, dW, db
        return value, (dW, db)
                                            def f(params, X):
                                                W, b = params
                                                value, dW, db = f_kernel(W, b, X)
                                                return np.float64(value), (dW, db)

A loop over a container of arrays stays in the wrapper too; what it does each turn is a kernel of its own:

    for W, b in layers:                     for W, b in layers:
        a = np.tanh(a @ W + b)     ->           a = f_kernel(a, W, b)

What takes containers and objects apart comes first, what builds the result comes last; both stay in the wrapper. What
is captured is read there too, at each call.
"""

from __future__ import annotations

import numpy as np

from sourcead.backend.numba.rewriting import EXCEPTIONS, kind_of, refuse, step, substituted
from sourcead.backend.numba.scalars import numbers_of_numpy
from sourcead.dump import kind_text
from sourcead.ir import Atom, Block, Const, Function, Op, Param, Primitive, Value, reads, sub_blocks, walk
from sourcead.kinds import Array, Kind, List, Opaque, Scalar, Top, Tree, dims_of
from sourcead.records import dataclass, field, replace
from sourcead.sizes import Sizes

_READS = frozenset({"unpack", "getitem", "getattr", "capture"})
_BUILDS = frozenset({"tuple", "list", "dict", "pullback", "literal"})
_ALLOCATORS = frozenset({"np.zeros", "np.zeros_like", "np.empty", "np.empty_like", "np.ones"})
_INVOKE = Primitive("invoke", "invoke")
_TUPLE = Primitive("tuple", "tuple")


def parted(function: Function, sizes: Sizes | None = None) -> tuple[Function, list[Function]]:
    """The wrapper and the kernels; none where there is nothing to compute. Products of large matrices stay in the
    wrapper: NumPy's BLAS is quicker than the one that Numba finds in SciPy."""
    function = replace(function, body=_raised(function.body))
    first, rest = _first(function)
    middle, last = _last(rest, function.body.results)
    if not middle:
        return function, []
    wrapping = _Wrapping(function)
    outer = foreign(function.body.params, [*first, *middle])
    outer.products.update(op for op in middle if sizes is not None and _is_large_product(op, sizes))
    loops = [op for op in middle if op.blocks and outer.touches(op)]
    outer.products.update(o for op in loops for b in op.blocks for o in walk(b) if _is_product(o))
    wanted = _leaves_wanted(last, function.body.results, {out: op for op in middle for out in op.outs})
    if any(map(outer.touches, middle)):
        made = wrapping.split(Block((), tuple(middle), tuple(wanted)), outer)
    else:
        made = wrapping.kernel(middle, wanted)
    body = Block(function.body.params, (*first, *made, *last), function.body.results)
    return replace(function, body=substituted(body, wrapping.handed), parted=False), wrapping.kernels


@dataclass(slots=True, eq=False)
class _Wrapping:
    """The wrapper of a function as it is made, and its kernels."""

    function: Function
    kernels: list[Function] = field(default_factory=list)
    handed: dict[Atom, Atom] = field(default_factory=dict)  # what stands in the wrapper for what a kernel computes

    def split(self, block: Block, outer: Outer) -> list[Op]:
        """The ops of a block that has a loop over containers: what stands between those that touch one is a kernel."""
        made: list[Op] = []
        run: list[Op] = []
        ops = list(block.ops)

        def close(rest: list[Op]) -> None:
            wanted = set((*_read(rest), *block.results))
            defined, inner = _defined(run), set(_read(run))
            views = [op for op in run if op.primitive.result == "view" and not op.blocks and inner.isdisjoint(op.outs)]
            views = [op for op in views if defined.isdisjoint(op.args) and wanted.issuperset(op.outs)]
            run[:] = [op for op in run if op not in views]
            outs = [out for op in run for out in op.outs if out in wanted]
            made.extend(self.kernel(run, outs) if outs and any(map(_is_work, run)) else run)
            made.extend(views)
            run.clear()

        for position, op in enumerate(ops):
            if not outer.touches(op):
                run.append(op)
                continue
            close(ops[position:])
            blocks = tuple(replace(b, ops=tuple(self.split(b, outer))) for b in op.blocks)
            made.append(replace(op, blocks=blocks))
        close([])
        return made

    def kernel(self, ops: list[Op], wanted: list[Value]) -> list[Op]:
        """A kernel of ops, in the wrapper its call."""
        makers = {out: op for op in ops for out in op.outs}
        of_numpy = numbers_of_numpy(ops)
        taken = [v for v in dict.fromkeys(_read(ops)) if v not in _defined(ops)]
        known = [v for v in dict.fromkeys((*self.function.body.params, *_outs(self.function.body))) if v in set(taken)]
        taken = [*known, *(v for v in taken if v not in set(known))]
        number = len(self.kernels) + 1
        name = f"{self.function.name}_kernel{number if number > 1 else ''}"
        before: list[Op] = []
        passed = tuple(_passed(v, before, ops[0], self.function) for v in taken)
        params = tuple(Value(v.hint, _inner(kind_of(v))) for v in taken)
        results: list[Op] = []
        after: list[Op] = []
        outs: list[Value] = []
        for value in wanted:
            out = Value(value.hint, value.kind)
            outs.append(out)
            self.handed[value] = _handed(out, after, makers[value], value in of_numpy)
        inner = substituted(Block((), tuple(ops), ()), dict(zip(taken, params, strict=True)))
        whole: tuple[Atom, ...] = tuple(wanted)
        if len(wanted) != 1:
            tuple_op = replace(step("tuple", whole, Tree(tuple, (), ()), ops[-1]), primitive=_TUPLE)
            results.append(tuple_op)
            whole = tuple_op.outs
        body = Block(params, (*inner.ops, *results), whole)
        arguments = tuple(Param(n) for n in _names(params))
        at = self.function.at
        self.kernels.append(Function(name, arguments, body, (), "", at, (), self.function.parted))
        invoke = Op(_INVOKE, passed, tuple(outs), (("callee", name), ("part", "primal")), (), at)
        return [*before, invoke, *after]


@dataclass(slots=True, eq=False)
class Outer:
    """The containers and objects that no kernel takes: they come from outside, and stay in the wrapper."""

    values: set[Atom]
    products: set[Op] = field(default_factory=set)

    def touches(self, op: Op) -> bool:
        """Whether an op, or one in it, reads or makes one, or is a product that NumPy computes."""
        if op in self.products or (op.name == "if" and any(o in self.products for b in op.blocks for o in walk(b))):
            return True
        return any(a in self.values for a in (*reads(op), *op.outs)) or any(
            p in self.values for b in op.blocks for p in b.params
        )


def foreign(params: tuple[Value, ...], ops: list[Op]) -> Outer:
    """What comes from outside and is neither number nor array, and what is made with it that is neither."""
    outer = Outer({v for v in params if _is_container(v)})
    size = -1
    while size != len(outer.values):
        size = len(outer.values)
        for op in (o for one in ops for o in walk(Block((), (one,), ()))):
            if outer.touches(op) or _is_read(op):
                inner = (p for b in op.blocks for p in b.params)
                outer.values.update(v for v in (*op.outs, *inner) if _is_container(v))
                items = (a for b in op.blocks for a in b.results if isinstance(a, Value) and _is_container(a))
                outer.values.update(items)
    return outer


def _is_container(value: Value) -> bool:
    kind = value.kind
    if isinstance(kind, List):
        return not isinstance(kind.item, Scalar)
    if isinstance(kind, Tree):
        return not all(isinstance(item, Scalar) and item.dtype == "pyint" for item in kind.items) or not kind.items
    return isinstance(kind, Opaque | Top)


def _is_product(op: Op) -> bool:
    """Whether an op is a product of matrices, neither a row nor a column."""
    kinds = [kind_of(a) for a in op.args]
    matrices = all(isinstance(k, Array) and len(k.dims) == 2 for k in kinds)
    return op.name in ("matmul", "np.dot") and matrices and not any(d.one for k in kinds for d in dims_of(k) or ())


def _is_large_product(op: Op, sizes: Sizes) -> bool:
    """Whether an op is a product of matrices of which one is large."""
    if not _is_product(op):
        return False
    kinds = [k for k in map(kind_of, op.args) if isinstance(k, Array)]
    return any(sizes.is_large(Array(k.dtype, dims)) for k in kinds for dims in (k.dims, k.dims[::-1]))


def _is_work(op: Op) -> bool:
    """Whether an op takes longer than a call of a kernel may."""
    made = any(isinstance(out.kind, Array) for out in op.outs) and op.primitive.result == "fresh"
    return bool(op.blocks) or (made and op.name not in _ALLOCATORS)


def _outs(block: Block) -> list[Value]:
    return [out for op in block.ops for out in op.outs]


def _defined(ops: list[Op]) -> set[Atom]:
    """What ops define, for what follows or for what is in them."""
    found: set[Atom] = set()
    for op in ops:
        found.update(op.outs)
        for block in op.blocks:
            found.update(block.params)
            found.update(_defined(list(block.ops)))
    return found


def _raised(body: Block) -> Block:
    """The body with what is read of captures and objects in inner blocks before everything else: it does not change."""
    if not any(_is_read(op) for b in list(sub_blocks(body))[1:] for op in b.ops):
        return body
    raised: list[Op] = []
    outer: set[Atom] = set(body.params)

    def without(block: Block, depth: int) -> Block:
        kept: list[Op] = []
        for op in block.ops:
            if _is_read(op) and all(a in outer or isinstance(a, Const) for a in op.args):
                raised.append(op)
                outer.update(op.outs)
                continue
            kept.append(replace(op, blocks=tuple(without(b, depth + 1) for b in op.blocks)) if op.blocks else op)
        return replace(block, ops=tuple(kept))

    rest = without(body, 0)
    return replace(rest, ops=(*raised, *rest.ops))


def _is_read(op: Op) -> bool:
    """Whether an op takes something apart that is neither number nor array."""
    if op.name not in _READS:
        return False
    if op.name == "capture":
        return op.attr("name") not in EXCEPTIONS  # what is raised stays where it is
    kind = kind_of(op.args[0])
    return isinstance(kind, Tree | Opaque | Top) or (isinstance(kind, List) and not isinstance(kind.item, Scalar))


def _first(function: Function) -> tuple[list[Op], list[Op]]:
    """The ops that only take arguments apart, and the others."""
    known: set[Atom] = set(function.body.params)
    first: list[Op] = []
    rest: list[Op] = []
    for op in function.body.ops:
        if _is_read(op) and all(a in known or isinstance(a, Const) for a in op.args):
            first.append(op)
            known.update(op.outs)
        else:
            rest.append(op)
    return first, rest


def _last(ops: list[Op], results: tuple[Atom, ...]) -> tuple[list[Op], list[Op]]:
    """The ops that compute, and those that only build the result of what is computed."""
    needed: set[Atom] = set()
    middle: list[Op] = []
    last: list[Op] = []
    for op in reversed(ops):
        builds = (op.name in _BUILDS and _is_structure(op)) or (op.name == "call" and op.attr("makes"))
        if builds and not needed.intersection(op.outs):
            last.append(op)
        else:
            middle.append(op)
            needed.update(_read([op]))
    return middle[::-1], last[::-1]


def _is_structure(op: Op) -> bool:
    kind = op.outs[0].kind
    if op.name == "literal":
        return not isinstance(kind, Scalar)
    return not isinstance(kind, Array | Scalar)


def _read(ops: list[Op]) -> list[Value]:
    """Every value that ops read, in the order of the text, those of inner blocks included."""
    return [a for op in ops for a in reads(op) if isinstance(a, Value)]


def _leaves_wanted(last: list[Op], results: tuple[Atom, ...], made: dict[Value, Op]) -> list[Value]:
    """What the kernel hands out, in the order of the result."""
    builders = {out: op for op in last for out in op.outs}
    found: dict[Value, None] = {}

    def look(atom: Atom) -> None:
        if isinstance(atom, Value) and atom in builders:
            for arg in builders[atom].args:
                look(arg)
        elif isinstance(atom, Value) and atom in made:
            found[atom] = None

    for atom in (*results, *_read(last)):
        look(atom)
    return list(found)


def _names(params: tuple[Value, ...]) -> list[str]:
    """A distinct name for each parameter of a kernel."""
    names: list[str] = []
    for value in params:
        stem = value.hint or "x"
        name, number = stem, 2
        while name in names:
            name, number = f"{stem}{number}", number + 1
        names.append(name)
    return names


# The border ---------------------------------------------------------------------------------------------------------


def _inner(kind: Kind) -> Kind:
    """The kind of a value inside the kernel: a list of numbers is an array there, a 0-d array a number."""
    if isinstance(kind, List) and isinstance(kind.item, Scalar):
        return Array(_array_dtype(kind.item), (kind.length,))
    if isinstance(kind, Array) and not kind.dims:
        return Scalar(kind.dtype)
    return kind


def _array_dtype(kind: Scalar) -> str:
    return {"pyfloat": "float64", "pyint": "int64", "pybool": "bool", "real": "float64", "real64": "float64"}.get(
        kind.dtype or "", kind.dtype or "float64"
    )


def _passed(value: Atom, before: list[Op], like: Op, function: Function) -> Atom:
    """A value as the kernel takes it."""
    kind = kind_of(value)
    if isinstance(kind, List) and isinstance(kind.item, Scalar):
        op = step("call np.array", (value,), _inner(kind), like, dtype=np.dtype(_array_dtype(kind.item)))
    elif isinstance(kind, Array) and not kind.dims:
        op = step("getitem", (value,), _inner(kind), like, path=(((),),))
    elif isinstance(kind, Scalar | Array):
        return value
    else:
        name = value.hint if isinstance(value, Value) and value.hint else "an object"
        refuse(f"{name} is a {kind_text(kind)}, neither a number nor an array", function.at)
    before.append(op)
    return op.outs[0]


def _handed(out: Value, after: list[Op], like: Op, of_numpy: bool) -> Atom:
    """A result of the kernel as the NumPy form gives it: Numba hands out numbers as Python's."""
    kind = out.kind
    like = replace(like, at=None)
    if of_numpy and isinstance(kind, Scalar) and kind.dtype == "pyfloat":
        kind = Scalar("float64")
    if isinstance(kind, Scalar) and kind.dtype is not None and not kind.dtype.startswith("py") and kind.dtype != "real":
        word = {"real64": "float64", "bool": "bool_"}.get(kind.dtype, kind.dtype)
        after.append(step(f"call np.{word}", (out,), kind, like))
        return after[-1].outs[0]
    if isinstance(kind, Array) and not kind.dims:
        after.append(step("call np.array", (out,), kind, like))
        return after[-1].outs[0]
    if isinstance(kind, List) and isinstance(kind.item, Scalar):
        python = (kind.item.dtype or "").startswith("py")
        after.append(step("method tolist" if python else "call list", (out,), kind, like))
        return after[-1].outs[0]
    return out

