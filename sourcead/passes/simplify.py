"""Algebraic simplification of the adjoint sweep: the ones and zeros that the transform itself made disappear.

    1.0 * g -> g     0.0 + g -> g     g / 1.0 -> g     -(-g) -> g     literals fold
    broadcast_to(s, shape of w) * w -> s * w        astype(g, dtype of g) -> g

Only ops of the backward sweep are touched: the user's own `x * 0` or `x - x` means what it says.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from sourcead.ir import Atom, Const, Function, Op, Value
from sourcead.kinds import Array, Kind, Scalar, Top, dims_of, dtype_of, is_float_dtype, same_size
from sourcead.passes.rewriting import Rewriter, atom_kind, retyped
from sourcead.passes.subscripts import known_item, with_literals
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of

MAX_STEPS = 8
WEAK = ("pyfloat", "pyint", "real")  # Python numbers: they take on the dtype of the array they meet
_FOLD: dict[str, Callable[..., Any]] = {
    "binary +": operator.add,
    "binary -": operator.sub,
    "binary *": operator.mul,
    "unary -": operator.neg,
}


def simplify(function: Function) -> Function:
    """Apply the rules to every op of the backward sweep, in order."""
    producers: dict[Atom, Op] = {}

    def visit(op: Op, rewriter: Rewriter) -> None:
        if op.backward and not op.blocks:
            op = _elide_broadcasts(retyped(op, rewriter), producers, rewriter)
            atom = _simpler(op, producers)
            if atom is not None:
                rewriter.values[op.outs[0]] = atom
                if isinstance(atom, Value) and atom in producers and producers[atom].backward:
                    atom.call_it(op.outs[0].hint)
                return
            for made in _tidier(op, producers):
                for out in made.outs:
                    producers[out] = made
                rewriter.emit(made)
            return
        for out in op.outs:
            producers[out] = op
        rewriter.emit(op)

    return Rewriter(visit).function(function)


def _is(atom: Atom, number: float) -> bool:
    return (
        isinstance(atom, Const)
        and type(atom.value) in (int, float)
        and atom.value == number
        and str(atom.value)[0] != "-"
    )


def _simpler(op: Op, producers: dict[Atom, Op]) -> Atom | None:
    """The atom that an op comes to, if it is one of the rules' left sides."""
    form, args = op.primitive.form, op.args
    if op.primitive is structural.LITERAL:
        return args[0]
    if op.primitive is structural.GETITEM:
        return known_item(op, producers)
    if form in _FOLD and all(isinstance(a, Const) and type(a.value) in (int, float) for a in args):
        return Const(_FOLD[form](*(a.value for a in args if isinstance(a, Const))))
    if form == "binary *":
        for one, other in (args, args[::-1]):
            if _is(one, 1) and _keeps(other, op, producers):
                return other
    if form == "binary +":
        for zero, other in (args, args[::-1]):
            if _is(zero, 0) and _keeps(other, op, producers):
                return other
    if form == "binary /" and _is(args[1], 1) and _keeps(args[0], op, producers):
        return args[0]
    if form == "binary **" and _is(args[1], 1) and _keeps(args[0], op, producers):
        return args[0]
    if form == "unary -" and args[0] in producers and producers[args[0]].primitive is op.primitive:
        return producers[args[0]].args[0]
    if op.name == "ndarray.astype" or op.form == "method astype":
        have, want = dtype_of(atom_kind(args[0])), op.attr("dtype")
        if (
            have is not None
            and have[:2] != "py"
            and have not in ("real", "real64")
            and want is not None
            and np.dtype(want).name == have
        ):
            return args[0]
    if op.primitive is structural.STORE and op.attr("path") == ((Ellipsis,),):
        stored, into = atom_kind(op.args[-1]), atom_kind(op.args[0])
        if isinstance(stored, Array) and same_shape(stored, into) and dtype_of(stored) == dtype_of(into) is not None:
            return op.args[-1]
    if op.primitive.target is np.transpose and not op.attrs and args[0] in producers:
        inner = producers[args[0]]
        if inner.primitive is op.primitive and not inner.attrs and isinstance(atom_kind(inner.args[0]), Array):
            return inner.args[0]
    if op.name in ("np.broadcast_to",) and same_shape(atom_kind(args[0]), op.outs[0].kind):
        return args[0]
    return None


def _keeps(other: Atom, op: Op, producers: dict[Atom, Op]) -> bool:
    """Whether an operand alone has the kind of the whole: no int or bool may stand for a float."""
    kind = atom_kind(other)
    if isinstance(kind, Array) and not kind.dims:
        return False  # arithmetic on 0-d arrays gives numbers
    if dtype_of(kind) == dtype_of(op.outs[0].kind) == "pyint":
        return True  # an int that is counted with
    if isinstance(kind, Array | Scalar) and kind.dtype is not None:
        return is_float_dtype(kind.dtype)
    producer = producers.get(other)
    return (
        isinstance(kind, Top | Array | Scalar)
        and producer is not None
        and producer.backward
        and producer.primitive.differentiable
    )


def same_shape(a: Kind, b: Kind) -> bool:
    """Whether two kinds certainly have one shape, given that the program runs."""
    left, right = dims_of(a), dims_of(b)
    if left is None or right is None or len(left) != len(right):
        return False
    return all(
        same_size(x, y) or (x.one is False and y.one is False) or bool(x.one and y.one)
        for x, y in zip(left, right, strict=True)
    )


def _spread(atom: Atom, producers: dict[Atom, Op]) -> tuple[Op, int] | None:
    """The op of the backward sweep that spread a smaller value to an array, and the position of that value."""
    producer = producers.get(atom)
    if producer is None or not producer.backward:
        return None
    if producer.name in ("np.expand_dims", "np.reshape"):
        inner = _spread(producer.args[0], producers)
        return inner if inner is not None and dims_of(atom_kind(inner[0].args[inner[1]])) == () else None
    position = {"np.broadcast_to": 0, "np.full_like": 1}.get(producer.name)
    return None if position is None else (producer, position)


def _elide_broadcasts(op: Op, producers: dict[Atom, Op], rewriter: Rewriter) -> Op:
    """Let an elementwise op read what was spread, where its other operands give the result its shape and dtype
    anyway."""
    if not op.primitive.elementwise or op.primitive.infer is None:
        return op
    for position, arg in enumerate(op.args):
        spread = _spread(arg, producers)
        if spread is None:
            continue
        producer, source = spread
        args = (*op.args[:position], producer.args[source], *op.args[position + 1 :])
        kind = op.primitive.infer(*map(atom_kind, args), **op.keywords)
        if same_shape(kind, op.outs[0].kind) and dtype_of(kind) == dtype_of(op.outs[0].kind):
            return _elide_broadcasts(retyped(replace(op, args=args), rewriter), producers, rewriter)
    return op


def _scalar_update(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """d[path] += broadcast_to(s, ...) reads d[path] += s: the addition spreads a number by itself."""
    if op.primitive is not structural.ADD_AT:
        return None
    spread = _spread(op.args[-1], producers)
    if spread is None or dims_of(atom_kind(spread[0].args[spread[1]])) != ():
        return None
    return [replace(op, args=(*op.args[:-1], spread[0].args[spread[1]]))]


def _cast_spread(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """broadcast_to(s, shape of x).astype(dtype of x), with s a Python number, reads full_like(x, s)."""
    if op.form != "method astype":
        return None
    producer = producers.get(op.args[0])
    if producer is None or producer.name != "np.broadcast_to" or dtype_of(atom_kind(producer.args[0])) not in WEAK:
        return None
    shape = producers.get(producer.args[1])
    if (
        shape is None
        or shape.primitive.target is not np.shape
        or dtype_of(atom_kind(shape.args[0])) != np.dtype(op.attr("dtype")).name
    ):
        return None
    return [
        replace(op, primitive=primitive_of(np.full_like), args=(shape.args[0], producer.args[0]), attrs=(), form="")
    ]


def _tidier(op: Op, producers: dict[Atom, Op]) -> list[Op]:
    """The op in the form that reads best, behind what that form needs; its result stays the same value."""
    before: list[Op] = []
    for _ in range(MAX_STEPS):
        for rule in _TIDIER:
            made = rule(op, producers)
            if made is not None:
                break
        else:
            break
        *needed, op = made
        before.extend(needed)
        producers.update({out: step for step in needed for out in step.outs})
    return [*before, op]


def _made(primitive: Any, args: tuple[Atom, ...], like: Op) -> Op:
    """A new op in the place of another, with a result of its own."""
    kind = primitive.infer(*map(atom_kind, args))
    return replace(like, primitive=primitive, args=args, outs=(Value("", kind),), attrs=(), form="")


def _negation(atom: Atom, producers: dict[Atom, Op]) -> Atom | None:
    """a, where the atom is the -a of an op of the backward sweep."""
    if isinstance(atom, Const) and type(atom.value) in (int, float) and atom.value < 0:
        return Const(-atom.value)
    producer = producers.get(atom)
    return (
        producer.args[0]
        if producer is not None and producer.backward and producer.primitive.form == "unary -"
        else None
    )


def _hoist_sign(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """(-a) * b and a * -1.0 read -(a * b): signs meet, cancel, or become a subtraction."""
    if op.primitive.form not in ("binary *", "binary /"):
        return None
    for position in (0, 1):
        inner = _negation(op.args[position], producers)
        if inner is None or (isinstance(inner, Const) and isinstance(op.args[1 - position], Const)):
            continue
        if isinstance(inner, Const) and op.primitive.form == "binary /":
            continue
        args = (inner, op.args[1]) if position == 0 else (op.args[0], inner)
        neg = primitive_of(operator.neg)
        for one, other in (args, args[::-1]):
            if op.primitive.form == "binary *" and _is(one, 1) and _keeps(other, op, producers):
                return [replace(op, primitive=neg, args=(other,), form="")]
        if isinstance(inner, Const):
            continue
        product = _made(op.primitive, args, op)
        return [product, replace(op, primitive=neg, args=(product.outs[0],), form="")]
    return None


def _subtract(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """a + (-b) reads a - b, and (-a) + b reads b - a."""
    if op.primitive.form not in ("binary +", "binary -"):
        return None
    left, right = op.args
    negated = _negation(right, producers)
    if negated is not None:
        opposite = operator.sub if op.primitive.form == "binary +" else operator.add
        return [replace(op, primitive=primitive_of(opposite), args=(left, negated), form="")]
    negated = _negation(left, producers)
    if negated is None or isinstance(negated, Const):
        return None
    if op.primitive.form == "binary +":
        return [replace(op, primitive=primitive_of(operator.sub), args=(right, negated), form="")]
    both = _made(primitive_of(operator.add), (negated, right), op)
    return [both, replace(op, primitive=primitive_of(operator.neg), args=both.outs, form="")]


def _twice(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """g * x + g * x reads g * 2 * x."""
    if op.primitive.form != "binary +" or op.args[0] != op.args[1] or not isinstance(op.args[0], Value):
        return None
    product = producers.get(op.args[0])
    times = primitive_of(operator.mul)
    if product is not None and product.backward and product.primitive is times:
        doubled = _made(times, (product.args[0], Const(2)), op)
        return [doubled, replace(op, primitive=times, args=(doubled.outs[0], product.args[1]), form="")]
    return [replace(op, primitive=times, args=(Const(2), op.args[0]), form="")]


def _push_broadcast(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """broadcast_to(s, shape) / n reads broadcast_to(s / n, shape): the arithmetic is done on the small side."""
    if not op.primitive.elementwise or op.primitive.infer is None:
        return None
    for position, arg in enumerate(op.args):
        producer = producers.get(arg)
        if producer is None or producer.name != "np.broadcast_to" or not producer.backward:
            continue
        others = [a for k, a in enumerate(op.args) if k != position]
        if all(dims_of(atom_kind(a)) == () for a in others) and isinstance(op.outs[0].kind, Array):
            args = (*op.args[:position], producer.args[0], *op.args[position + 1 :])
            small = replace(_made(op.primitive, args, op), attrs=op.attrs)
            return [small, replace(producer, args=(small.outs[0], producer.args[1]), outs=op.outs, at=op.at)]
    return None


def _literal_subscript(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """g[start:stop] with start = 0 reads g[:stop]."""
    made = with_literals(op)
    return None if made is None else [made]


def _sum_of_negation(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """(-a).sum() reads -a.sum(): the sign moves to the small side."""
    if op.primitive.target is not np.sum or not isinstance(inner := _negation(op.args[0], producers), Value):
        return None
    total = replace(op, args=(inner,), outs=(Value("", op.outs[0].kind),))
    return [total, replace(op, primitive=primitive_of(operator.neg), args=total.outs, attrs=(), form="")]


def _as_attribute(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """np.transpose(g) reads g.T, and of something transposed that itself."""
    if op.primitive.target is not np.transpose or op.attrs or not isinstance(atom_kind(op.args[0]), Array):
        return None
    return [replace(op, form="attribute T")] if op.form != "attribute T" else None


def _unsigned(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """-a == 0 reads a == 0."""
    if op.primitive.form != "compare ==" or not _is(op.args[1], 0):
        return None
    inner = _negation(op.args[0], producers)
    return [replace(op, args=(inner, op.args[1]))] if isinstance(inner, Value) else None


def _of_named_shape(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """The size of an elementwise result is read of the operand that has its shape: nothing is computed for its size."""
    if op.primitive.target not in (np.size, np.shape) or not isinstance(atom_kind(op.args[0]), Array):
        return None
    atom = op.args[0]
    while isinstance(atom, Value) and not atom.hint:
        producer = producers.get(atom)
        if producer is None or not producer.primitive.elementwise:
            break
        same = [a for a in producer.args if isinstance(a, Value) and same_shape(a.kind, atom.kind)]
        if not same:
            break
        atom = next((a for a in same if a.hint), same[0])
    form = f"attribute {op.primitive.target.__name__}"
    if atom is op.args[0] and op.form == form:
        return None
    return [replace(op, args=(atom,), form=form)]


_TIDIER = (
    _cast_spread,
    _push_broadcast,
    _hoist_sign,
    _subtract,
    _twice,
    _unsigned,
    _literal_subscript,
    _sum_of_negation,
    _as_attribute,
    _of_named_shape,
    _scalar_update,
)
