"""Literals that meet the user's: what a line of the user's multiplied with a number, the backward sweep need not undo.

    t = 0.5 * lam;  2 * t  ->  lam        t = lam / 2;  2 * t  ->  lam        t = 0.1 + 1.0;  t == 0  ->  False
    t = 2 * c;  a / t * 2  ->  a / c      1.0 / n / 2  ->  0.5 / n            1.0 * n - s  ->  n - s, with n an int

Numbers meet whatever they come to; an array of the user's is read as it was where they come to 1.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.ir import Atom, Const, Op, Value
from sourcead.kinds import dims_of, dtype_of
from sourcead.passes.facts import is_literal, is_number
from sourcead.passes.rewriting import atom_kind, made_like
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace

_TIMES, _OVER, _DIVIDE = map(primitive_of, (operator.mul, operator.truediv, np.divide))
_FLOATS = ("pyfloat", "float32", "float64")
_COUNTED: dict[str, Callable[..., Any]] = {
    "binary +": operator.add,
    "binary -": operator.sub,
    "binary *": operator.mul,
    "binary /": operator.truediv,
    "unary -": operator.neg,
}


def with_users_literal(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """2 * t reads lam, where the user has written t = 0.5 * lam, or t = lam / 2."""
    if op.primitive is not _TIMES or op.primitive.infer is None:
        return None
    for number, other in (op.args, op.args[::-1]):
        inner = producers.get(other)
        if not is_number(number) or inner is None or inner.backward or inner.primitive not in (_TIMES, _OVER):
            continue
        for factor, a in (inner.args, inner.args[::-1]):
            product = _product(number.value, factor, inner, a)
            if product is None or (product != 1 and dims_of(atom_kind(a)) != ()):
                continue
            if op.primitive.infer(atom_kind(Const(product)), atom_kind(a)) == op.outs[0].kind:
                return [replace(op, args=(Const(product), a))]
    return None


def _product(number: float, factor: Atom, inner: Op, a: Atom) -> float | None:
    """What a literal and the one in a product, or under a quotient that it is a multiple of, come to."""
    if not is_number(factor) or isinstance(a, Const) or not factor.value:
        return None
    if inner.primitive is _TIMES:
        return float(number * factor.value)
    whole = factor is inner.args[1] and number % factor.value == 0
    return number / factor.value if whole else None


def halved(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """1.0 / n / 2 of numbers reads 0.5 / n."""
    if op.primitive is not _OVER or not is_number(op.args[1]) or dims_of(op.outs[0].kind) != ():
        return None
    inner = producers.get(op.args[0])
    if inner is None or not inner.backward or inner.primitive not in (_OVER, _DIVIDE) or not op.args[1].value:
        return None
    over = inner.args[0]
    if not is_number(over) or len(inner.args) != 2:
        return None
    number = Const(over.value / op.args[1].value)
    return [replace(op, primitive=inner.primitive, args=(number, inner.args[1]), form="")]


def over_users_literal(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """2.0 / t reads 1.0 / c, where the user has written t = 2 * c, a number."""
    if op.primitive not in (_OVER, _DIVIDE) or len(op.args) != 2 or not is_number(op.args[0]):
        return None
    product, cast = producers.get(op.args[1]), None
    if product is not None and product.primitive.target is np.float64 and product.backward:
        cast, product = product, producers.get(product.args[0])
    if product is None or product.primitive is not _TIMES or dims_of(product.outs[0].kind) != ():
        return None
    for factor, c in (product.args, product.args[::-1]):
        if not is_number(factor) or isinstance(c, Const) or not factor.value or op.args[0].value % factor.value:
            continue
        before = [] if cast is None else [replace(cast, args=(c,), outs=(Value("", cast.outs[0].kind),))]
        number = Const(float(op.args[0].value / factor.value))
        made = replace(op, args=(number, before[0].outs[0] if before else c))
        if op.primitive.infer is not None and op.primitive.infer(*map(atom_kind, made.args)) == op.outs[0].kind:
            return [*before, made]
    return None


def as_int(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """1.0 * n - s reads n - s, and 1.0 * n / s reads n / s: s is a float."""
    if op.primitive.form not in ("binary +", "binary -", "binary /") or op.primitive.infer is None:
        return None
    for position in (0, 1):
        product = producers.get(op.args[position])
        if product is None or not product.backward or product.primitive is not _TIMES:
            continue
        for one, n in (product.args, product.args[::-1]):
            if is_literal(one, 1) and dtype_of(atom_kind(n)) == "pyint":
                args = (n, op.args[1]) if position == 0 else (op.args[0], n)
                if op.primitive.infer(*map(atom_kind, args)) == op.outs[0].kind:
                    return [replace(op, args=args)]
    return None


def sum_of_spread(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """broadcast_to(s, z.shape).sum() reads s * z.size."""
    if op.primitive.target is not np.sum or op.attrs or len(op.args) != 1:
        return None
    spread = producers.get(op.args[0])
    if spread is None or not spread.backward or spread.name != "np.broadcast_to":
        return None
    shape, number = producers.get(spread.args[1]), spread.args[0]
    if shape is None or shape.primitive.target is not np.shape or dims_of(atom_kind(number)) != ():
        return None
    size = replace(made_like(primitive_of(np.size), shape.args, op), form="attribute size")
    if _TIMES.infer is None or dtype_of(_TIMES.infer(atom_kind(number), size.outs[0].kind)) not in _FLOATS:
        return None
    return [size, replace(op, primitive=_TIMES, args=(number, size.outs[0]), form="")]


def never_zero(op: Op, producers: dict[Atom, Op]) -> Const | None:
    """t == 0 is False, where t is counted out of the user's literals."""
    if op.primitive.form != "compare ==" or not is_literal(op.args[1], 0):
        return None
    number = _counted(op.args[0], producers)
    return None if number is None or number == 0 else Const(False)


def _counted(atom: Atom, producers: dict[Atom, Op]) -> float | None:
    """The number that a value is, where it is counted out of literals alone."""
    if isinstance(atom, Const):
        return float(atom.value) if is_number(atom) else None
    maker = producers.get(atom)
    count = None if maker is None else _COUNTED.get(maker.primitive.form)
    numbers = [] if maker is None or count is None else [_counted(a, producers) for a in maker.args]
    if count is None or None in numbers or (count is operator.truediv and not numbers[1]):
        return None
    return float(count(*numbers))
