"""Signs that remain: a negative goes where it costs nothing, into a literal, a difference or a size.

    -(2 * a / n)  ->  -2 * a / n        -(a / n)  ->  a / -n        -((a - b) / n), (a - b) / -n  ->  (b - a) / n
    c - -2 * a    ->  c + 2 * a         c - a / -n  ->  c + a / n        c + np.outer(-a, b)  ->  c - np.outer(a, b)
    -((-X).T @ a) ->  X.T @ a           where the user has written -X

n is the size of an array; nothing else reads what changes its sign. One array operation less.
"""

from __future__ import annotations

import operator

import numpy as np

from sourcead.ir import Atom, Const, Function, Op, Value, read_counts, walk
from sourcead.kinds import dtype_of
from sourcead.passes.dce import eliminate_dead_code
from sourcead.passes.facts import alike, is_number
from sourcead.passes.rewriting import Makers, Rewriter, atom_kind, made_like
from sourcead.primitives.registry import primitive_of
from sourcead.primitives.structural import ADD_AT
from sourcead.records import replace

_NEG, _PLUS, _MINUS = map(primitive_of, (operator.neg, operator.add, operator.sub))
_BILINEAR = (operator.matmul, np.dot, np.outer, np.vdot)
_LINEAR = (np.cumsum, np.flip, np.repeat, np.roll, np.sum, np.tril, np.triu)
_TIMES, _OVER = map(primitive_of, (operator.mul, operator.truediv))


def sink_signs(function: Function) -> Function:
    """Apply the rule to every sign of the backward sweep; what had the other sign is dead then."""
    signs = _Signs(read_counts(eliminate_dead_code(function).body))
    subtracted = {op.args[-1] for op in walk(function.body) if op.primitive is ADD_AT}  # at a place: dx[1:] -= a

    def visit(op: Op, rewriter: Rewriter) -> None:
        made = None
        if op.backward and op.primitive is _NEG and subtracted.isdisjoint(op.outs):
            made = signs.without(op)
        elif op.backward and op.primitive is _OVER:
            made = signs.turned(op)
        elif op.backward and op.primitive in (_PLUS, _MINUS):
            made = signs.added(op)
        elif op.backward and op.primitive is ADD_AT:
            made = signs.added_at(op)
        signs.emit(made or [op], rewriter)

    return Rewriter(visit).function(function)


class _Signs(Makers):
    """The negatives of values."""

    __slots__ = ()

    def without(self, op: Op) -> list[Op] | None:
        """The ops that make -a, with the result of the op that negates it."""
        made = self.negative(op.args[0])
        if made is None or not alike(atom_kind(op.args[0]), op.outs[0].kind):
            return None
        *before, last = made
        return [*before, replace(last, outs=op.outs, at=last.at or op.at)]

    def turned(self, op: Op) -> list[Op] | None:
        """(a - b) / -n as (b - a) / n."""
        left, size = map(self.makers.get, op.args)
        if left is None or left.primitive is not _MINUS or size is None or size.primitive is not _NEG:
            return None
        made = self.negative(op.args[0])
        if made is None or dtype_of(atom_kind(op.args[1])) != "pyint":
            return None
        difference = made_like(_MINUS, made[0].args, left)
        return [difference, replace(op, args=(difference.outs[0], size.args[0]))]

    def added(self, op: Op) -> list[Op] | None:
        """c - -2 * a as c + 2 * a, and c + a / -n as c - a / n."""
        made = self.positive(op.args[1])
        if made is None:
            return None
        *before, last = made
        term = _fresh(last)
        other = _MINUS if op.primitive is _PLUS else _PLUS
        return [*before, term, replace(op, primitive=other, args=(op.args[0], term.outs[0]), form="")]

    def added_at(self, op: Op) -> list[Op] | None:
        """c[i] += np.outer(-a, b) as c[i] += -np.outer(a, b), which is written c[i] -= np.outer(a, b)."""
        maker = self.alone(op.args[-1])
        made = self.linear(maker) if maker is not None and maker.primitive.target in (*_BILINEAR, *_LINEAR) else None
        if made is None:
            return None
        *before, last = made
        term = _fresh(last)
        sign = made_like(_NEG, term.outs, op)
        return [*before, term, sign, replace(op, args=(*op.args[:-1], sign.outs[0]))]

    def linear(self, maker: Op) -> list[Op] | None:
        """Ops of which the last gives the negative of a product, or another linear function, of a negative."""
        for position, arg in enumerate(maker.args[: 2 if maker.primitive.target in _BILINEAR else 1]):
            inner = self.makers.get(arg)
            if inner is None:
                continue
            if inner.primitive is _NEG:
                return [replace(maker, args=(*maker.args[:position], inner.args[0], *maker.args[position + 1 :]))]
            turned = self.makers.get(inner.args[0]) if inner.primitive.target is np.transpose else None
            if turned is not None and turned.primitive is _NEG and not inner.attrs:
                view = replace(inner, args=turned.args, outs=(Value("", inner.outs[0].kind),))
                return [view, replace(maker, args=(*maker.args[:position], *view.outs, *maker.args[position + 1 :]))]
        return None

    def positive(self, atom: Atom) -> list[Op] | None:
        """Ops of which the last gives the negative of what a negative literal or size has made."""
        maker = self.alone(atom)
        if maker is not None and maker.primitive.target in (*_BILINEAR, *_LINEAR):
            return self.linear(maker)
        if maker is None or len(maker.args) != 2 or maker.primitive not in (_TIMES, _OVER):
            return None
        left, right = maker.args
        if maker.primitive is _TIMES:
            for number, other in ((left, right), (right, left)):
                if is_number(number) and number.value < 0:
                    return [replace(maker, args=(Const(-number.value), other))]
        size = self.makers.get(right) if maker.primitive is _OVER else None
        if size is not None and size.primitive is _NEG and dtype_of(atom_kind(right)) == "pyint":
            return [replace(maker, args=(left, size.args[0]))]
        inner = self.positive(left)
        if inner is None:
            return None
        *before, last = inner
        made = _fresh(last)
        return [*before, made, replace(maker, args=(made.outs[0], right))]

    def negative(self, atom: Atom) -> list[Op] | None:
        """Ops of which the last gives the negative of what one op made."""
        maker = self.alone(atom)
        if maker is not None and maker.primitive.target in (*_BILINEAR, *_LINEAR):
            return self.linear(maker)
        if maker is None or len(maker.args) != 2:
            return None
        left, right = maker.args
        if maker.primitive is _MINUS:
            return [replace(maker, args=(right, left))]
        if maker.primitive is _TIMES:
            for number, other in ((left, right), (right, left)):
                if is_number(number) and number.value > 0:
                    return [replace(maker, args=(Const(-number.value), other))]
        if maker.primitive not in (_TIMES, _OVER):
            return None
        inner = self.negative(left)
        if inner is not None:
            *before, last = inner
            made = _fresh(last)
            return [*before, made, replace(maker, args=(made.outs[0], right))]
        if maker.primitive is _OVER and dtype_of(atom_kind(right)) == "pyint":
            size = made_like(_NEG, (right,), maker)
            return [size, replace(maker, args=(left, size.outs[0]))]
        return None


def _fresh(op: Op) -> Op:
    """The op with a result of its own."""
    return replace(op, outs=(Value("", op.outs[0].kind),))
