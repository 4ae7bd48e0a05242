"""Numbers that arrays are multiplied with or divided by: literals meet, sizes divide, and no size divides by zero.

    2.0 / max(n, 1) * a -> 2 * a / n     1.0 / s * a -> a / s     2.0 * a * 3 -> 6.0 * a     a / (2 * b) * 2 -> a / b
    np.float32(2) * a -> 2 * a     1.0 * n * a -> n * a     s * m * a -> s * (m * a), with m a mask
"""

from __future__ import annotations

import operator

import numpy as np

from sourcead.ir import Atom, Const, Op, Span, Value
from sourcead.kinds import Kind, Scalar, dims_of, dtype_of
from sourcead.passes.facts import alike, is_literal, is_number, literal_of, same_shape
from sourcead.passes.rewriting import atom_kind, made_like
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.primitives.shapes import divides
from sourcead.records import replace

WEAK = ("pyfloat", "pyint", "real")  # Python numbers: they take on the dtype of the array they meet
_LARGEST = 2**24  # a literal that is exact in every dtype
_DTYPES = ("float32", "float64")
_TIMES, _OVER, _DIVIDE = map(primitive_of, (operator.mul, operator.truediv, np.divide))
_DIVISIONS = ("binary /", "binary //", "binary %", "binary **")


def without_zero_division(
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
    if _limited(last, producers) is not None:
        return [small]
    limit = producers.get(last)
    counted = like is not None and limit is not None and limit.primitive.target is np.size and limit.args == (like,)
    if op.primitive.form == "binary **" or not (counted or _is_empty_at(last, op.outs[0].kind, producers)):
        return None
    positive = made_like(primitive_of(max), (last, Const(1)), op)
    return [positive, replace(small, args=(args[0], positive.outs[0]))]


def _limited(atom: Atom, producers: dict[Atom, Op]) -> Atom | None:
    """n, where an atom is max(n, 1) of the backward sweep."""
    limit = producers.get(atom)
    made = limit is not None and limit.backward and limit.primitive.target is max and limit.args[1:] == (Const(1),)
    return limit.args[0] if limit is not None and made else None


def _is_empty_at(n: Atom, kind: Kind, producers: dict[Atom, Op]) -> bool:
    """Whether an array of this kind has no entries where n, a size, is 0."""
    size, dims, counted = getattr(atom_kind(n), "size", None), dims_of(kind), producers.get(n)
    if counted is not None and counted.primitive.target is np.size and same_shape(atom_kind(counted.args[0]), kind):
        return True
    return size is not None and bool(dims) and divides(size, dims or ())


def _over_number(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """2.0 / max(n, 1) * a reads 2 * a / n, where a has no entries if n is 0; -1.0 / max(n, 1) * a reads a / -n, and
    1.0 / s * a reads a / s."""
    if op.primitive.form != "binary *":
        return None
    for scale, a in (op.args, op.args[::-1]):
        quotient = producers.get(scale)
        if quotient is None or not quotient.backward or quotient.primitive not in (_OVER, _DIVIDE):
            continue
        over, n = quotient.args[0], _limited(quotient.args[1], producers)
        if not is_number(over) or not over.value or abs(over.value) > _LARGEST or len(quotient.args) != 2:
            continue
        if not alike(atom_kind(a), op.outs[0].kind) or dtype_of(op.outs[0].kind) not in _DTYPES:
            continue
        if n is None:  # where it is 0, so is what is divided by it now
            n = quotient.args[1]
            if not isinstance(atom_kind(n), Scalar) or (abs(over.value) != 1 and quotient.primitive is _OVER):
                continue
        elif not _is_empty_at(n, op.outs[0].kind, producers):
            continue
        number = int(over.value) if over.value == int(over.value) else over.value
        before = []
        if number == -1:
            before.append(made_like(primitive_of(operator.neg), (n,), op))
            n = before[-1].outs[0]
        elif number != 1:
            before.append(made_like(op.primitive, (Const(number), a), op))
            a = before[-1].outs[0]
        return [*before, replace(op, primitive=_OVER, args=(a, n), form="")]
    return None


def _mask_first(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """s * m * a reads s * (m * a), with s a number and m a mask."""
    if op.primitive.form != "binary *":
        return None
    for product, a in (op.args, op.args[::-1]):
        inner = producers.get(product)
        if inner is None or not inner.backward or inner.primitive is not op.primitive:
            continue
        for scale, mask in (inner.args, inner.args[::-1]):
            number = isinstance(scale, Const) or isinstance(scale.kind, Scalar)
            if number and dtype_of(atom_kind(mask)) == "bool" and alike(atom_kind(a), op.outs[0].kind):
                masked = made_like(op.primitive, (mask, a), op)
                return [masked, replace(op, args=(scale, masked.outs[0]))]
    return None


def _twice_half(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """a / (2 * b) * 2 reads a / b, and a / e * e with e = exp(b) reads a."""
    if op.primitive.form != "binary *":
        return None
    for factor, other in (op.args, op.args[::-1]):
        quotient = producers.get(other)
        if quotient is None or not quotient.backward or quotient.primitive is not _OVER:
            continue
        a, divisor = quotient.args
        product, cast = producers.get(divisor), None
        if product is not None and product.primitive.target is np.float64 and product.backward:
            cast, product = product, producers.get(product.args[0])
        if product is None:
            continue
        users = not product.backward and dims_of(product.outs[0].kind) == ()
        if (product.backward or users) and product.primitive is op.primitive and is_number(factor):
            for number, b in (product.args, product.args[::-1]):
                if not is_number(number) or number.value != factor.value or isinstance(b, Const):
                    continue
                before = [] if cast is None else [replace(cast, args=(b,), outs=(Value("", cast.outs[0].kind),))]
                b = before[0].outs[0] if before else b
                if _OVER.infer is not None and _OVER.infer(atom_kind(a), atom_kind(b)) == op.outs[0].kind:
                    return [*before, replace(op, primitive=_OVER, args=(a, b), form="")]
        if not alike(atom_kind(a), op.outs[0].kind):
            continue
        if divisor is factor and product.primitive.target is np.exp:
            return [replace(op, args=(Const(1), a))]
    return None


def _literal_quotient(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """1.0 / n * 2 reads 2.0 / n, 3.0 / n * 2 reads 6.0 / n, and a / n * 2 reads 2 * a / n."""
    if op.primitive.form != "binary *":
        return None
    for number, other in (op.args, op.args[::-1]):
        inner = producers.get(other)
        if inner is None or not inner.backward or inner.primitive not in (_OVER, _DIVIDE) or len(inner.args) != 2:
            continue
        over = inner.args[0]
        if is_number(over) and is_number(number) and dims_of(atom_kind(other)) == ():
            product = Const(float(over.value * number.value))
            return [replace(op, primitive=inner.primitive, args=(product, inner.args[1]), form="")]
        n = atom_kind(inner.args[1])
        scaled_before = is_number(number) and _has_literal(over, producers)
        if scaled_before and alike(atom_kind(over), op.outs[0].kind) and dtype_of(n) == "pyint":
            scaled = made_like(op.primitive, (number, over), op)
            return [scaled, replace(op, primitive=inner.primitive, args=(scaled.outs[0], inner.args[1]), form="")]
    return None


def _has_literal(atom: Atom, producers: dict[Atom, Op]) -> bool:
    """Whether an array was multiplied with a literal, or divided by something that was; or is one of the user's."""
    maker = producers.get(atom)
    if maker is None or not maker.backward:
        return True
    if maker is not None and maker.backward and maker.primitive is _OVER:
        maker = producers.get(maker.args[1])
    return maker is not None and maker.backward and maker.primitive is _TIMES and any(map(is_number, maker.args))


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


def _literal_past_view(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """(0.5 * a)[:, None] * 2 reads 1.0 * a[:, None]."""
    if op.primitive.form != "binary *":
        return None
    for number, other in (op.args, op.args[::-1]):
        view = producers.get(other)
        if not is_number(number) or view is None or not view.backward or not is_view(view):
            continue
        inner = producers.get(view.args[0])
        if inner is None or not inner.backward or inner.primitive is not op.primitive:
            continue
        for factor, a in (inner.args, inner.args[::-1]):
            if is_number(factor) and alike(atom_kind(a), inner.outs[0].kind):
                seen = replace(view, args=(a, *view.args[1:]), outs=(Value("", view.outs[0].kind),))
                return [seen, replace(op, args=(Const(factor.value * number.value), seen.outs[0]))]
    return None


def is_view(op: Op) -> bool:
    """Whether an op shows all of an array, with other axes."""
    path = op.attr("path", ())
    new_axes = op.primitive is structural.GETITEM and len(path) == 1 and all(e in (Span(), None) for e in path[0])
    return new_axes or op.primitive.target in (np.expand_dims, np.transpose)


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


RULES = (
    _bare_literal,
    _unit_factor,
    _mask_first,
    _literal_quotient,
    _over_number,
    _literal_product,
    _literal_past_view,
    _twice_half,
)
