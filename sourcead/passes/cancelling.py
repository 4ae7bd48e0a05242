"""Factors that meet their own inverse in the backward sweep: the derivative of x * log(x) divides by what it has just
been multiplied with.

    g * x / x  ->  g        g / x * x  ->  g        c * x / s / x  ->  c / s, spread to the shape of x
    q = w / t;  g / q / t  ->  g / w

Where x is 0, what is left is the limit, in place of the nan of 0 / 0.
"""

from __future__ import annotations

import operator

import numpy as np

from sourcead.ir import Atom, Const, Op, Value
from sourcead.kinds import Array, dims_of, dtype_of
from sourcead.passes.facts import alike
from sourcead.passes.rewriting import atom_kind, made_like
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace

_TIMES, _OVER = map(primitive_of, (operator.mul, operator.truediv))
_DEPTH = 4  # factors that are looked through


def cancelled(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """A quotient or product without the factor that cancels."""
    out = op.outs[0].kind
    if op.primitive not in (_TIMES, _OVER) or not isinstance(out, Array) or len(op.args) != 2:
        return None
    pairs = [op.args] if op.primitive is _OVER else [op.args, op.args[::-1]]
    for product, x in pairs:
        if not isinstance(x, Value) or not alike(x.kind, out):
            continue
        if product is x and op.primitive is _OVER:
            return _spread([], Const(1.0), x, op)
        made = _without(product, x, op.primitive is _OVER, producers, _DEPTH)
        if made is None:
            continue
        *before, last = made
        rest = last.outs[0] if isinstance(last, Op) else last
        ops = [b for b in (*before, last) if isinstance(b, Op)]
        if alike(atom_kind(rest), out):
            return [*ops, replace(op, primitive=_TIMES, args=(Const(1), rest), form="")]
        if dims_of(atom_kind(rest)) == ():
            return _spread(ops, rest, x, op)
    return None


def _spread(before: list[Op], number: Atom, x: Value, op: Op) -> list[Op]:
    """A number in the shape of x."""
    shape = replace(made_like(primitive_of(np.shape), (x,), op), form="attribute shape")
    return [*before, shape, replace(op, primitive=primitive_of(np.broadcast_to), args=(number, shape.outs[0]), form="")]


def over_quotient(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """g / q / t reads g / w, where q = w / t."""
    if op.primitive is not _OVER or _OVER.infer is None:
        return None
    outer = producers.get(op.args[0])
    if outer is None or not outer.backward or outer.primitive is not _OVER:
        return None
    quotient = producers.get(outer.args[1])
    if quotient is None or quotient.primitive is not _OVER or quotient.args[1] is not op.args[1]:
        return None
    args = (outer.args[0], quotient.args[0])
    numpys = isinstance(atom_kind(args[1]), Array) or dtype_of(atom_kind(args[1])) in ("float32", "float64")
    return [replace(op, args=args)] if numpys and _OVER.infer(*map(atom_kind, args)) == op.outs[0].kind else None


def _without(
    atom: Atom, x: Atom, factor: bool, producers: dict[Atom, Op], depth: int
) -> tuple[Op | Atom, ...] | None:
    """The ops that make a product without its factor x, or without its divisor; or the atom that is left."""
    maker = producers.get(atom)
    if maker is None or not maker.backward or maker.primitive not in (_TIMES, _OVER) or not depth:
        return None
    left, right = maker.args
    sides = [(left, right), (right, left)] if maker.primitive is _TIMES else [(left, right)]
    if factor and maker.primitive is _TIMES:
        for one, other in sides:
            if one is x:
                return (other,)
    if factor and maker.primitive is _OVER and left is x:
        return (made_like(_OVER, (Const(1.0), right), maker),)
    if not factor and maker.primitive is _OVER and right is x:
        return (left,)
    for one, other in sides:
        inner = _without(one, x, factor, producers, depth - 1)
        if inner is not None:
            rest = inner[-1].outs[0] if isinstance(inner[-1], Op) else inner[-1]
            args = (rest, other) if one is left else (other, rest)
            before = inner if isinstance(inner[-1], Op) else inner[:-1]
            return (*before, made_like(maker.primitive, args, maker))
    return None
