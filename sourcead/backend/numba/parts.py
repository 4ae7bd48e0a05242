"""A function as two: a kernel over numbers and arrays, which Numba compiles, and a wrapper that is plain Python.

    def f(params, X):                       def f_kernel(W, b, X):             @numba.njit(...)
        W, b = params                           ...
        ...                        ->           return value, dW, db
        return value, (dW, db)
                                            def f(params, X):
                                                W, b = params
                                                value, dW, db = f_kernel(W, b, X)
                                                return np.float64(value), (dW, db)

What takes containers and objects apart comes first, what builds the result comes last; both stay in the wrapper. What
is captured is read there too, at each call.
"""

from __future__ import annotations

import numpy as np

from sourcead.backend.numba.rewriting import EXCEPTIONS, kind_of, refuse, step, substituted
from sourcead.dump import kind_text
from sourcead.ir import Atom, Block, Const, Function, Op, Param, Primitive, Value, reads, sub_blocks
from sourcead.kinds import Array, Kind, List, Opaque, Scalar, Top, Tree
from sourcead.records import replace

_READS = frozenset({"unpack", "getitem", "getattr", "capture"})
_BUILDS = frozenset({"tuple", "list", "dict", "pullback", "literal"})
_INVOKE = Primitive("invoke", "invoke")
_TUPLE = Primitive("tuple", "tuple")


def parted(function: Function) -> tuple[Function, Function | None]:
    """The wrapper and the kernel; no kernel where there is nothing to compute."""
    function = replace(function, body=_raised(function.body))
    first, rest = _first(function)
    middle, last = _last(rest, function.body.results)
    if not middle:
        return function, None
    made = {out: op for op in middle for out in op.outs}
    wanted = _leaves_wanted(last, function.body.results, made)
    used = set(_read(middle))
    taken = [v for v in dict.fromkeys((*function.body.params, *(o for op in first for o in op.outs))) if v in used]
    kernel_name = f"{function.name}_kernel"
    before: list[Op] = []
    passed = tuple(_passed(v, before, middle[0], function) for v in taken)
    params = tuple(Value(v.hint, _inner(kind_of(v))) for v in taken)
    results: list[Op] = []
    after: list[Op] = []
    outs: list[Value] = []
    handed: dict[Atom, Atom] = {}
    for value in wanted:
        out = Value(value.hint, value.kind)
        outs.append(out)
        handed[value] = _handed(out, after, made[value])
    inner = substituted(Block((), tuple(middle), ()), dict(zip(taken, params, strict=True)))
    whole: tuple[Atom, ...] = tuple(wanted)
    if len(wanted) != 1:
        tuple_op = replace(step("tuple", whole, Tree(tuple, (), ()), middle[-1]), primitive=_TUPLE)
        results.append(tuple_op)
        whole = tuple_op.outs
    names = _names(params)
    kernel = Function(
        kernel_name,
        tuple(Param(n) for n in names),
        Block(params, (*inner.ops, *results), whole),
        (),
        "",
        function.at,
        (),
        function.parted,
    )
    invoke = Op(_INVOKE, passed, tuple(outs), (("callee", kernel_name), ("part", "primal")), (), function.at)
    tail = substituted(Block((), tuple(last), function.body.results), handed)
    body = Block(function.body.params, (*first, *before, invoke, *after, *tail.ops), tail.results)
    return replace(function, body=body, parted=False), kernel


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


def _read(ops: list[Op]) -> list[Atom]:
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


def _handed(out: Value, after: list[Op], like: Op) -> Atom:
    """A result of the kernel as the NumPy form gives it: Numba hands out numbers as Python's."""
    kind = out.kind
    like = replace(like, at=None)
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

