"""The forms that read best: signs meet, what was spread is spread late, small things are computed on the small side.

    (-a) * b -> -(a * b)     a + (-b) -> a - b     g * x + g * x -> g * 2 * x     np.transpose(g) -> g.T
    broadcast_to(s, shape) / n -> broadcast_to(s / n, shape)      1.0 * n * a -> n * a
    np.float32(2) * a -> 2 * a     2.0 * a * 3 -> 6.0 * a
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import Any

import numpy as np

from sourcead.ir import Atom, Const, Op, Value
from sourcead.kinds import Array, dims_of, dtype_of
from sourcead.passes.facts import alike, is_literal, is_number, keeps_kind, literal_of, negated, same_shape, spread_by
from sourcead.passes.rewriting import atom_kind
from sourcead.passes.subscripts import with_literals
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.primitives.shapes import divides

MAX_STEPS = 8
WEAK = ("pyfloat", "pyint", "real")  # Python numbers: they take on the dtype of the array they meet
_FILLED = ("np.zeros_like", "np.ones_like", "np.full_like", "np.empty_like")
_DIVISIONS = ("binary /", "binary //", "binary %", "binary **")


def tidied(op: Op, producers: dict[Atom, Op]) -> list[Op]:
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
        for step in needed:
            for tidy in tidied(step, producers):
                producers.update(dict.fromkeys(tidy.outs, tidy))
                before.append(tidy)
    return [*before, op]


def made_like(primitive: Any, args: tuple[Atom, ...], like: Op) -> Op:
    """A new op in the place of another, with a result of its own."""
    kind = primitive.infer(*map(atom_kind, args))
    return replace(like, primitive=primitive, args=args, outs=(Value("", kind),), attrs=(), form="")


def _scalar_update(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """d[path] += broadcast_to(s, ...) reads d[path] += s: the addition spreads a number by itself."""
    if op.primitive is not structural.ADD_AT:
        return None
    spread = spread_by(op.args[-1], producers)
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


def _hoist_sign(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """(-a) * b and a * -1.0 read -(a * b): signs meet, cancel, or become a subtraction."""
    if op.primitive.form not in ("binary *", "binary /"):
        return None
    for position in (0, 1):
        inner = negated(op.args[position], producers)
        if inner is None or (isinstance(inner, Const) and isinstance(op.args[1 - position], Const)):
            continue
        if isinstance(inner, Const) and op.primitive.form == "binary /":
            continue
        args = (inner, op.args[1]) if position == 0 else (op.args[0], inner)
        neg = primitive_of(operator.neg)
        for one, other in (args, args[::-1]):
            if op.primitive.form == "binary *" and is_literal(one, 1) and keeps_kind(other, op, producers):
                return [replace(op, primitive=neg, args=(other,), form="")]
        if isinstance(inner, Const):
            continue
        product = made_like(op.primitive, args, op)
        return [product, replace(op, primitive=neg, args=(product.outs[0],), form="")]
    return None


def _unit_factor(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """1.0 * n * a reads n * a: what the 1.0 did to the int n, the float a does."""
    if op.primitive.form != "binary *":
        return None
    for position in (0, 1):
        product, a = producers.get(op.args[position]), op.args[1 - position]
        if product is None or not product.backward or product.primitive is not op.primitive:
            continue
        if not alike(atom_kind(a), op.outs[0].kind):
            continue
        for one, n in (product.args, product.args[::-1]):
            if is_literal(literal_of(one, producers), 1) and dtype_of(atom_kind(n)) == "pyint":
                return [replace(op, args=(n, a) if position == 0 else (a, n))]
    return None


def _bare_literal(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """np.float32(2.0) * a reads 2.0 * a where a has that dtype; and np.float32(2.0) * 3 is one literal."""
    if op.primitive.form not in ("binary *", "binary /", "binary +", "binary -"):
        return None
    for position in (0, 1):
        cast, other = op.args[position], op.args[1 - position]
        literal = literal_of(cast, producers)
        if literal is cast or not isinstance(literal, Const):
            continue
        if alike(atom_kind(other), op.outs[0].kind):
            return [replace(op, args=(literal, other) if position == 0 else (other, literal))]
        if op.primitive.form == "binary *" and isinstance(other, Const) and type(other.value) in (int, float):
            return [replace(producers[cast], args=(Const(literal.value * other.value),), outs=op.outs, at=op.at)]
    return None


def _subtract(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """a + (-b) reads a - b, and (-a) + b reads b - a."""
    if op.primitive.form not in ("binary +", "binary -"):
        return None
    left, right = op.args
    opposite = negated(right, producers)
    if opposite is not None:
        other = operator.sub if op.primitive.form == "binary +" else operator.add
        return [replace(op, primitive=primitive_of(other), args=(left, opposite), form="")]
    opposite = negated(left, producers)
    if opposite is None or isinstance(opposite, Const):
        return None
    if op.primitive.form == "binary +":
        return [replace(op, primitive=primitive_of(operator.sub), args=(right, opposite), form="")]
    both = made_like(primitive_of(operator.add), (opposite, right), op)
    return [both, replace(op, primitive=primitive_of(operator.neg), args=both.outs, form="")]


def _twice(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """g * x + g * x reads g * 2 * x."""
    if op.primitive.form != "binary +" or op.args[0] != op.args[1] or not isinstance(op.args[0], Value):
        return None
    product = producers.get(op.args[0])
    times = primitive_of(operator.mul)
    if product is not None and product.backward and product.primitive is times:
        doubled = made_like(times, (product.args[0], Const(2)), op)
        return [doubled, replace(op, primitive=times, args=(doubled.outs[0], product.args[1]), form="")]
    return [replace(op, primitive=times, args=(Const(2), op.args[0]), form="")]


def _push_broadcast(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """broadcast_to(s, shape) / n reads broadcast_to(s / n, shape): the arithmetic is done on the small side."""
    if not op.primitive.elementwise or op.primitive.infer is None:
        return None
    for position, arg in enumerate(op.args):
        spread = spread_by(arg, producers)
        if spread is None:
            continue
        producer, source = spread
        others = [a for k, a in enumerate(op.args) if k != position]
        if source and not all(dtype_of(atom_kind(a)) in WEAK for a in (*others, producer.args[source])):
            continue  # what a full array is made of has no part in its dtype
        if source and dtype_of(atom_kind(arg)) != dtype_of(op.outs[0].kind):
            continue
        if all(dims_of(atom_kind(a)) == () for a in others) and isinstance(op.outs[0].kind, Array):
            args = (*op.args[:position], producer.args[source], *op.args[position + 1 :])
            before = _without_zero_division(op, args, _sized_like(producer, producers), producers)
            if before is None:
                continue
            *before, small = before
            whole = (*producer.args[:source], small.outs[0], *producer.args[source + 1 :])
            return [*before, small, replace(producer, args=whole, outs=op.outs, at=op.at)]
    return None


def _sized_like(spread: Op, producers: dict[Atom, Op]) -> Atom | None:
    """The array of the size to which a value was spread."""
    if spread.name == "np.full_like":
        return spread.args[0]
    shape = producers.get(spread.args[1])
    return shape.args[0] if shape is not None and shape.primitive.target is np.shape else None


def _without_zero_division(
    op: Op, args: tuple[Atom, ...], like: Atom | None, producers: dict[Atom, Op]
) -> list[Op] | None:
    """An op of arrays as one of fewer or of numbers; None where Python would raise. What is divided by a size that is 0
    has no entries, so that any other number serves: s / max(n, 1)."""
    small = replace(made_like(op.primitive, args, op), attrs=op.attrs)
    first, last = args[0], args[-1]
    while first in producers and producers[first].name == "np.broadcast_to":
        first = producers[first].args[0]
    if op.primitive.form not in _DIVISIONS or not all(dtype_of(atom_kind(a)) in WEAK for a in (first, last)):
        return [small]
    if isinstance(last, Const) and (last.value >= 0 if op.primitive.form == "binary **" else last.value):
        return [small]
    limit = producers.get(last)
    if limit is not None and limit.backward and limit.primitive.target is max and limit.args[1:] == (Const(1),):
        return [small]
    size = getattr(atom_kind(last), "size", None)
    counted = like is not None and limit is not None and limit.primitive.target is np.size and limit.args == (like,)
    if op.primitive.form == "binary **" or not (
        counted or (size is not None and divides(size, dims_of(op.outs[0].kind) or ()))
    ):
        return None
    positive = made_like(primitive_of(max), (last, Const(1)), op)
    return [positive, replace(small, args=(args[0], positive.outs[0]))]


def _literal_quotient(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """1.0 / n * 2 reads 2.0 / n, and 3.0 / n * 2 reads 6.0 / n."""
    if op.primitive.form != "binary *":
        return None
    for number, other in (op.args, op.args[::-1]):
        inner = producers.get(other)
        if inner is None or not inner.backward or inner.primitive.form != "binary /":
            continue
        over = inner.args[0]
        if is_number(over) and is_number(number) and dims_of(atom_kind(other)) == ():
            product = Const(float(over.value * number.value))
            return [replace(op, primitive=inner.primitive, args=(product, inner.args[1]), form="")]
    return None


def _literal_product(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """2.0 * a * 3 reads 6.0 * a."""
    if op.primitive.form != "binary *" or op.primitive.infer is None:
        return None
    for number, other in (op.args, op.args[::-1]):
        inner = producers.get(other)
        if not is_number(number) or inner is None or not inner.backward or inner.primitive is not op.primitive:
            continue
        for factor, a in (inner.args, inner.args[::-1]):
            if not is_number(factor) or isinstance(a, Const):
                continue
            product = Const(factor.value * number.value)
            if op.primitive.infer(atom_kind(product), atom_kind(a)) == op.outs[0].kind:
                return [replace(op, args=(product, a))]
    return None


def _literal_subscript(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """g[start:stop] with start = 0 reads g[:stop]."""
    made = with_literals(op)
    return None if made is None else [made]


def _sum_of_negation(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """(-a).sum() reads -a.sum(): the sign moves to the small side."""
    if op.primitive.target is not np.sum or not isinstance(inner := negated(op.args[0], producers), Value):
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
    if op.primitive.form != "compare ==" or not is_literal(op.args[1], 0):
        return None
    inner = negated(op.args[0], producers)
    return [replace(op, args=(inner, op.args[1]))] if isinstance(inner, Value) else None


def _of_named_shape(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """The size of an elementwise result, or of what a function of the module gives, is read of the operand that has its
    shape (and dtype, where zeros like it are made): nothing is computed for its size."""
    form, atom = op.form, op.args[0] if op.args else Const(None)
    filled = op.name in _FILLED and not op.attrs
    if not (filled or op.primitive.target in (np.size, np.shape)) or not isinstance(atom_kind(atom), Array):
        return None
    while isinstance(atom, Value) and not atom.hint:
        producer = producers.get(atom)
        if producer is None or not (producer.primitive.elementwise or producer.attr("part") == "primal"):
            break
        same = [a for a in producer.args if isinstance(a, Value) and same_shape(a.kind, atom.kind)]
        same = [a for a in same if not filled or dtype_of(a.kind) == dtype_of(atom.kind) is not None]
        if not same:
            break
        atom = next((a for a in same if a.hint), same[0])
    if not filled:
        form = f"attribute {op.primitive.target.__name__}"
    if atom is op.args[0] and op.form == form:
        return None
    return [replace(op, args=(atom, *op.args[1:]), form=form)]


def _no_axes(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """The shape of a number, or of an array without axes, reads ()."""
    if op.primitive.target is not np.shape or dims_of(atom_kind(op.args[0])) != ():
        return None
    return [replace(op, primitive=structural.TUPLE, args=(), form="", attrs=())]


_TIDIER = (
    _no_axes,
    _bare_literal,
    _unit_factor,
    _cast_spread,
    _push_broadcast,
    _literal_quotient,
    _literal_product,
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
