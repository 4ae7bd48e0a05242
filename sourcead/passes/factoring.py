"""Common factors: what several terms of the backward sweep are divided by, or multiplied with, is so once.

    a / n - b / n    ->    (a - b) / n            s * a + s * b    ->    s * (a + b)

n and s are numbers, a and b arrays of the shape and dtype of the whole, and nothing else reads the two terms: one
array operation less.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator

from sourcead.ir import Atom, Function, Op, Value, read_counts
from sourcead.kinds import Scalar
from sourcead.passes.facts import alike
from sourcead.passes.rewriting import Rewriter, atom_kind
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace

_SUMS = tuple(map(primitive_of, (operator.add, operator.sub)))
_TIMES, _OVER = map(primitive_of, (operator.mul, operator.truediv))


def factor_out(function: Function) -> Function:
    """Apply the rule to every sum and difference of the backward sweep."""
    counts, makers, left = read_counts(function.body), dict[Atom, Op](), set[Atom]()

    def visit(op: Op, rewriter: Rewriter) -> None:
        made = _factored(op, counts, makers) if op.backward and op.primitive in _SUMS else None
        if made is not None:
            left.update(op.args)
            counts[made[0].outs[0]] = 1
        for one in made or (op,):
            makers.update(dict.fromkeys(one.outs, one))
            rewriter.emit(one)

    def clear(op: Op, rewriter: Rewriter) -> None:
        if left.isdisjoint(op.outs):
            rewriter.emit(op)

    return Rewriter(clear).function(Rewriter(visit).function(function))


def _factored(op: Op, counts: dict[Atom, int], makers: dict[Atom, Op]) -> tuple[Op, Op] | None:
    terms = [makers.get(a) for a in op.args]
    for (factor, a), (other, b) in ((x, y) for x in _split(terms[0]) for y in _split(terms[1])):
        if factor is not other or terms[0] is None or terms[1] is None or terms[0].primitive is not terms[1].primitive:
            continue
        if not all(counts.get(t) == 1 and alike(atom_kind(t), op.outs[0].kind) for t in op.args):
            continue
        if all(alike(atom_kind(x), op.outs[0].kind) for x in (a, b)):
            whole = replace(op, args=(a, b), outs=(Value("", op.outs[0].kind),), form="")
            divides = terms[0].primitive is _OVER
            args = (whole.outs[0], factor) if divides else (factor, whole.outs[0])
            return whole, replace(op, primitive=terms[0].primitive, args=args, form="")
    return None


def _split(term: Op | None) -> Iterator[tuple[Atom, Atom]]:
    """The number and the array of a product, or of a quotient."""
    if term is None or not term.backward or term.primitive not in (_TIMES, _OVER):
        return
    for number, array in (term.args, term.args[::-1])[term.primitive is _OVER :]:
        if isinstance(number, Value) and isinstance(number.kind, Scalar):
            yield number, array
