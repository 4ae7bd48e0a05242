"""Literals that meet the user's: what a line of the user's multiplied with a number, the backward sweep need not undo.

    t = 0.5 * lam;  2 * t  ->  lam        t = lam / 2;  2 * t  ->  lam        t = 0.1 + 1.0;  t == 0  ->  False

Numbers meet whatever they come to; an array of the user's is read as it was where they come to 1.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from sourcead.ir import Atom, Const, Op
from sourcead.kinds import dims_of
from sourcead.passes.facts import is_literal, is_number
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace

_TIMES, _OVER = map(primitive_of, (operator.mul, operator.truediv))
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
