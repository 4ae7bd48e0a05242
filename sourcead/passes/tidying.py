"""The forms that read best: signs meet, what was spread is spread late, small things are computed on the small side.

    (-a) * b -> -(a * b)     a + (-b) -> a - b     g * x + g * x -> g * 2 * x     np.transpose(g) -> g.T
    broadcast_to(s, shape) / n -> broadcast_to(s / n, shape)      (a.T @ b).T -> b.T @ a

Those for numbers that arrays are multiplied with stand in `scaling`.
"""

from __future__ import annotations

import operator

import numpy as np

from sourcead.ir import Atom, Const, Hole, Op, Value
from sourcead.kinds import Array, dims_of, dtype_of
from sourcead.passes.cancelling import cancelled, over_quotient
from sourcead.passes.facts import cast_number, is_literal, keeps_kind, negated, same_shape, spread_by
from sourcead.passes.literals import as_int, halved, over_users_literal, sum_of_spread, with_users_literal
from sourcead.passes.rewriting import atom_kind, made_like
from sourcead.passes.scaling import RULES, WEAK, is_view, without_zero_division
from sourcead.passes.subscripts import with_literals, without_kept_axis
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace

MAX_STEPS = 8
_STEPS = ("binary +", "binary -")
_FILLED = ("np.zeros_like", "np.ones_like", "np.full_like", "np.empty_like")


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


def _scalar_update(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """d[path] += broadcast_to(s, ...) reads d[path] += s: the addition, or store, spreads a number by itself."""
    if op.primitive not in (structural.ADD_AT, structural.STORE):
        return None
    spread = spread_by(op.args[-1], producers)
    number = cast_number(op.args[-1], producers) if spread is None else spread[0].args[spread[1]]
    if number is None or dims_of(atom_kind(number)) != ():
        return None
    return [replace(op, args=(*op.args[:-1], number))]


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
    """(-a) * b, (-a) @ b and a * -1.0 read -(a * b): signs meet, cancel, or become a subtraction."""
    if op.primitive.form not in ("binary *", "binary /", "binary @"):
        return None
    for position in (0, 1):
        inner = negated(op.args[position], producers)
        if inner is None or (isinstance(inner, Const) and isinstance(op.args[1 - position], Const)):
            continue
        if op.primitive.form == "binary /" and (isinstance(inner, Const) or dtype_of(atom_kind(inner)) == "pyint"):
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


def _negated_view(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """(-a).T reads -a.T, (-a)[:, None] reads -a[:, None], and (-a)[:, 0] reads -a[:, 0]."""
    part = op.primitive is structural.GETITEM and op.backward and len(op.args) == 1
    inner = negated(op.args[0], producers) if part or is_view(op) else None
    if not isinstance(inner, Value):
        return None
    view = replace(op, args=(inner, *op.args[1:]), outs=(Value("", op.outs[0].kind),))
    return [view, replace(op, primitive=primitive_of(operator.neg), args=view.outs, attrs=(), form="")]


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
            before = without_zero_division(op, args, _sized_like(producer, producers), producers)
            if before is None:
                continue
            *before, small = before
            whole = (*producer.args[:source], small.outs[0], *producer.args[source + 1 :])
            return [*before, small, replace(producer, args=whole, outs=op.outs, at=op.at)]
    return None


def _turned_spread(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """broadcast_to(s, x.T.shape).T, with s a number, reads broadcast_to(s, x.shape)."""
    if op.primitive.target is not np.transpose or op.attrs:
        return None
    spread = spread_by(op.args[0], producers)
    turned = None if spread is None else producers.get(_sized_like(spread[0], producers) or Const(None))
    if spread is None or spread[0].outs[0] is not op.args[0] or turned is None:
        return None
    if turned.primitive.target is not np.transpose or turned.attrs or not isinstance(atom_kind(turned.args[0]), Array):
        return None
    number = spread[0].args[spread[1]]
    if dims_of(atom_kind(number)) != ():
        return None
    if spread[0].name == "np.full_like":
        return [replace(spread[0], args=(turned.args[0], number), outs=op.outs, at=op.at)]
    shape = made_like(primitive_of(np.shape), turned.args, op)
    shape = replace(shape, form="attribute shape")
    return [shape, replace(spread[0], args=(shape.outs[0], number)[::-1], outs=op.outs, at=op.at)]


def _sized_like(spread: Op, producers: dict[Atom, Op]) -> Atom | None:
    """The array of the size to which a value was spread."""
    if spread.name == "np.full_like":
        return spread.args[0]
    shape = producers.get(spread.args[1])
    return shape.args[0] if shape is not None and shape.primitive.target is np.shape else None


def _literal_sum(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """(n + 1) - 1 of ints reads n, and (n + 3) - 1 reads n + 2."""
    inner = producers.get(op.args[0]) if op.primitive.form in _STEPS else None
    if inner is None or inner.primitive.form not in _STEPS or dtype_of(atom_kind(inner.args[0])) != "pyint":
        return None
    first, second = inner.args[1], op.args[1]
    if not (isinstance(first, Const) and isinstance(second, Const) and type(first.value) is type(second.value) is int):
        return None
    total = sum(-c.value if o.primitive.form == "binary -" else c.value for o, c in ((inner, first), (op, second)))
    plus = primitive_of(operator.add if total >= 0 else operator.sub)
    return [replace(op, primitive=plus, args=(inner.args[0], Const(abs(total))), form="")]


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


def _picks(op: Op) -> bool:
    """Whether an op picks items by index arrays alone, whose shape the items have."""
    return op.primitive is structural.GETITEM and all(isinstance(e, Hole) for level in op.attr("path") for e in level)


def _of_named_shape(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """The size of an elementwise result, of what a number was spread to, or of what a function of the module gives, is
    read of the operand that has its shape (and dtype, where zeros like it are made): nothing is computed for its
    size."""
    spread = spread_by(op.args[0], producers) if op.primitive.target is len else None
    like = None if spread is None else _sized_like(spread[0], producers)
    if like is not None:
        return [replace(op, args=(like,))]
    form, atom = op.form, op.args[0] if op.args else Const(None)
    filled = op.name in _FILLED and not op.attrs
    if not (filled or op.primitive.target in (np.size, np.shape)) or not isinstance(atom_kind(atom), Array):
        return None
    while isinstance(atom, Value) and not atom.hint:
        producer = producers.get(atom)
        read = producer is not None and (producer.primitive.elementwise or producer.attr("part") == "primal")
        if producer is None or not (read or (op.primitive.target is np.size and _picks(producer))):
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
    *RULES,
    halved,
    over_users_literal,
    with_users_literal,
    as_int,
    sum_of_spread,
    cancelled,
    over_quotient,
    _cast_spread,
    _push_broadcast,
    _turned_spread,
    _hoist_sign,
    _negated_view,
    _subtract,
    _twice,
    _unsigned,
    _literal_subscript,
    _literal_sum,
    without_kept_axis,
    _sum_of_negation,
    _as_attribute,
    _of_named_shape,
    _scalar_update,
)
