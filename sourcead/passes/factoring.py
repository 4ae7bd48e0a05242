"""Common factors: what several terms of the backward sweep are divided by, or multiplied with, is so once.

    a / n - b / n       ->    (a - b) / n            s * a + s * b    ->    s * (a + b)
    (s * a).sum()       ->    s * a.sum()            (A / np.exp(b)).sum(axis=0)    ->    A.sum(axis=0) / np.exp(b)
    (A.T @ B).T         ->    B.T @ A                (2 * A.T).T       ->    2 * A
    u = g / b; g * q / b    ->    u = g / b; u * q

n and s are numbers, a and b of the shape and dtype of the whole (or of the sum: b is the same in all rows), and nothing
else reads the terms: one array operation less, or one on a smaller array.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import TypeGuard

import numpy as np

from sourcead.ir import Atom, Const, Function, Op, Value, read_counts
from sourcead.kinds import Array, Scalar, dims_of
from sourcead.passes.dce import eliminate_dead_code
from sourcead.passes.facts import alike, is_number
from sourcead.passes.rewriting import Makers, Rewriter, atom_kind, made_like
from sourcead.primitives.registry import primitive_of
from sourcead.records import dataclass, field, replace

_SUMS = tuple(map(primitive_of, (operator.add, operator.sub)))
_TIMES, _OVER, _PRODUCT = map(primitive_of, (operator.mul, operator.truediv, operator.matmul))
_NEGATIVE = primitive_of(operator.neg)
_SUM, _TRANSPOSE = map(primitive_of, (np.sum, np.transpose))


def factor_out(function: Function) -> Function:
    """Apply the rules to the backward sweep; the terms themselves are dead then."""
    terms = _Terms(read_counts(eliminate_dead_code(function).body))

    def visit(op: Op, rewriter: Rewriter) -> None:
        made = terms.factored(op, rewriter) if op.backward and not op.blocks else None
        terms.emit(made or [op], rewriter)
        if op.primitive is _OVER and not made:
            terms.quotients[(op.args[0], op.args[1])] = op
        for one in (made or [])[:-1]:
            terms.counts.update(dict.fromkeys(one.outs, 1))

    return Rewriter(visit).function(function)


@dataclass(slots=True, eq=False)
class _Terms(Makers):
    """The terms of sums, and the quotients before."""

    quotients: dict[tuple[Atom, Atom], Op] = field(default_factory=dict)

    def factored(self, op: Op, rewriter: Rewriter) -> list[Op] | None:
        """What takes the place of an op."""
        if op.primitive is _OVER:
            return self._by_quotient(op, rewriter.ops)
        if op.primitive in _SUMS:
            return self._common(op)
        if op.primitive is _SUM:
            return self._outside(op)
        return self._turned(op) or self._turned_back(op) if op.primitive is _TRANSPOSE else None

    def _common(self, op: Op) -> list[Op] | None:
        first, second = map(self.alone, op.args)
        if first is None or second is None or first.primitive is not second.primitive:
            return None
        whole = op.outs[0].kind
        for (factor, a), (other, b) in ((x, y) for x in self.split(first) for y in self.split(second)):
            if factor is not other or not any(alike(atom_kind(x), whole) for x in (a, b)):
                continue
            if not all(isinstance(x, Const) or alike(atom_kind(x), whole) for x in (a, b)):
                continue
            sum_ = replace(op, args=(a, b), outs=(Value("", whole),), form="")
            args = (sum_.outs[0], factor) if first.primitive is _OVER else (factor, sum_.outs[0])
            return [sum_, replace(op, primitive=first.primitive, args=args, form="")]
        return None

    def split(self, term: Op) -> Iterator[tuple[Atom, Atom]]:
        """The number and the array of a product, or of a quotient; of c / max(n, 1) n and c."""
        if term.primitive is _TIMES:
            pairs = [term.args, term.args[::-1]]
        else:
            pairs = [term.args[::-1]] if term.primitive is _OVER else []
        for number, array in pairs:
            limit = self.makers.get(number) if is_number(array) else None
            if limit is not None and limit.primitive.target is max and limit.args[1:] == (Const(1),):
                yield limit.args[0], array
            elif isinstance(number, Value) and isinstance(number.kind, Scalar) and not isinstance(array, Const):
                yield number, array

    def _outside(self, op: Op) -> list[Op] | None:
        term, axis, kind = self.alone(op.args[0]), op.attr("axis"), atom_kind(op.args[0])
        if term is None or term.primitive not in (_TIMES, _OVER) or not isinstance(kind, Array) or op.args[1:]:
            return None
        if set(op.keywords) - {"axis"} or axis not in (None, 0) or not kind.dims:
            return None
        for array, factor in (term.args, term.args[::-1])[: 1 + (term.primitive is _TIMES)]:
            size = dims_of(atom_kind(factor))
            if isinstance(factor, Const) or size is None or not alike(atom_kind(array), kind):
                continue
            if term.primitive is _OVER and not self.positive(factor):  # of nothing the sum is 0, and 0 / 0 is not
                continue
            if len(size) > (0 if axis is None else len(kind.dims) - 1) or (size and len(kind.dims) < 2):
                continue
            total = replace(op, args=(array,), outs=(Value("", op.outs[0].kind),))
            args = (total.outs[0], factor) if array is term.args[0] else (factor, total.outs[0])
            return [total, replace(op, primitive=term.primitive, args=args, attrs=(), form="")]
        return None

    def positive(self, atom: Atom) -> bool:
        """Whether a value is certainly an exponential."""
        maker = self.makers.get(atom)
        return maker is not None and maker.primitive.target is np.exp

    def _by_quotient(self, op: Op, before: list[Op]) -> list[Op] | None:
        """A product over what one of its factors was divided by before: a quotient less."""
        product, divisor = self.alone(op.args[0]), op.args[1]
        if product is None or product.primitive is not _TIMES or isinstance(divisor, Const):
            return None
        for factor, other in (product.args, product.args[::-1]):
            turned = self.makers.get(factor)
            sign = turned if turned is not None and turned.primitive is _NEGATIVE else None
            dividend = sign.args[0] if sign is not None else factor
            found = self.quotients.get((dividend, divisor))
            if found is None or found not in before or isinstance(dividend, Const):
                continue
            (quotient,) = found.outs
            self.counts[quotient] = self.counts.get(quotient, 0) + 1
            if sign is None:
                return [replace(op, primitive=_TIMES, args=(quotient, other), form="")]
            opposite = replace(sign, args=found.outs, outs=(Value("", atom_kind(quotient)),), at=op.at, note="")
            return [opposite, replace(op, primitive=_TIMES, args=(opposite.outs[0], other), form="")]
        return None

    def _turned(self, op: Op) -> list[Op] | None:
        product = self.alone(op.args[0])
        if product is None or product.primitive is not _PRODUCT or op.attrs:
            return None
        if not all(len(dims_of(atom_kind(a)) or ()) == 2 for a in product.args):
            return None
        turned = [self.makers.get(a) for a in product.args]
        if not any(map(_is_turned, turned)):
            return None
        before, args = [], []
        for atom, made in zip(product.args[::-1], turned[::-1], strict=True):
            if _is_turned(made):
                args.append(made.args[0])
            else:
                before.append(replace(made_like(_TRANSPOSE, (atom,), op), form="attribute T"))
                args.append(before[-1].outs[0])
        return [*before, replace(op, primitive=_PRODUCT, args=tuple(args), form="")]

    def _turned_back(self, op: Op) -> list[Op] | None:
        """(2 * A.T).T, where all arrays in it are transposed."""
        made = self._upright(op.args[0]) if not op.attrs and dims_of(op.outs[0].kind) else None
        if not made:
            return None
        return [*made[:-1], replace(op, primitive=made[-1].primitive, args=made[-1].args, form=made[-1].form)]

    def _upright(self, atom: Atom) -> list[Op] | None:
        """The ops that make the transpose of an elementwise result, of what its arrays are transposes of."""
        maker = self.alone(atom)
        if maker is None or not maker.primitive.elementwise or maker.attrs:
            return None
        made: list[Op] = []
        args: list[Atom] = []
        for arg in maker.args:
            turned = self.makers.get(arg)
            if _is_turned(turned):
                args.append(turned.args[0])
            elif dims_of(atom_kind(arg)) == ():
                args.append(arg)
            else:
                inner = self._upright(arg)
                if inner is None:
                    return None
                made += inner
                args.append(inner[-1].outs[0])
        return [*made, replace(made_like(maker.primitive, tuple(args), maker), form=maker.form)]


def _is_turned(op: Op | None) -> TypeGuard[Op]:
    """Whether an op is the transpose of an array; that of a list makes an array, which the list itself is not."""
    return op is not None and op.primitive is _TRANSPOSE and not op.attrs and isinstance(atom_kind(op.args[0]), Array)
