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

from sourcead.frontend.resolver import const_kind
from sourcead.ir import Atom, Const, Function, Op, Value
from sourcead.kinds import Array, Kind, Scalar, Top, dims_of, dtype_of, is_float_dtype, same_size
from sourcead.passes.rewriting import Rewriter, retyped

_FOLD: dict[str, Callable[..., Any]] = {"binary +": operator.add, "binary -": operator.sub, "binary *": operator.mul, "unary -": operator.neg}


def simplify(function: Function) -> Function:
    """Apply the rules to every op of the backward sweep, in order."""
    producers: dict[Atom, Op] = {}

    def visit(op: Op, rewriter: Rewriter) -> None:
        if op.backward and not op.blocks:
            op = _elide_broadcasts(retyped(op, rewriter), producers, rewriter)
            atom = _simpler(op, producers)
            if atom is not None:
                rewriter.values[op.outs[0]] = atom
                return
            op = _tidier(op, producers)
        for out in op.outs:
            producers[out] = op
        rewriter.emit(op)

    return Rewriter(visit).function(function)


def _kind(atom: Atom) -> Kind:
    return atom.kind if isinstance(atom, Value) else const_kind(atom.value)


def _is(atom: Atom, number: float) -> bool:
    return isinstance(atom, Const) and type(atom.value) in (int, float) and atom.value == number and str(atom.value)[0] != "-"


def _simpler(op: Op, producers: dict[Atom, Op]) -> Atom | None:
    """The atom that an op comes to, if it is one of the rules' left sides."""
    form, args = op.primitive.form, op.args
    if form in _FOLD and all(isinstance(a, Const) and type(a.value) in (int, float) for a in args):
        return Const(_FOLD[form](*(a.value for a in args if isinstance(a, Const))))
    if form == "binary *":
        for one, other in (args, args[::-1]):
            if _is(one, 1) and _keeps(other, op):
                return other
    if form == "binary +":
        for zero, other in (args, args[::-1]):
            if _is(zero, 0) and _keeps(other, op):
                return other
    if form == "binary /" and _is(args[1], 1) and _keeps(args[0], op):
        return args[0]
    if form == "binary **" and _is(args[1], 1) and _keeps(args[0], op):
        return args[0]
    if form == "unary -" and args[0] in producers and producers[args[0]].primitive is op.primitive:
        return producers[args[0]].args[0]
    if op.name == "ndarray.astype" or op.form == "method astype":
        have, want = dtype_of(_kind(args[0])), op.attr("dtype")
        if have is not None and have[:2] != "py" and have not in ("real", "real64") and want is not None and np.dtype(want).name == have:
            return args[0]
    if op.name in ("np.broadcast_to",) and _same_shape(_kind(args[0]), op.outs[0].kind):
        return args[0]
    return None


def _keeps(other: Atom, op: Op) -> bool:
    """Whether an operand alone has the kind of the whole: no int array may stand for a float one."""
    kind = _kind(other)
    if isinstance(kind, Array):
        return is_float_dtype(kind.dtype)
    return isinstance(kind, Scalar | Top)


def _same_shape(a: Kind, b: Kind) -> bool:
    """Whether two kinds certainly have one shape, given that the program runs."""
    left, right = dims_of(a), dims_of(b)
    if left is None or right is None or len(left) != len(right):
        return False
    return all(same_size(x, y) or (x.one is False and y.one is False) or bool(x.one and y.one) for x, y in zip(left, right, strict=True))


def _elide_broadcasts(op: Op, producers: dict[Atom, Op], rewriter: Rewriter) -> Op:
    """Let an elementwise op read what was broadcast, where its other operands give the result its shape anyway."""
    if not op.primitive.elementwise or op.primitive.infer is None:
        return op
    for position, arg in enumerate(op.args):
        producer = producers.get(arg)
        if producer is None or producer.name != "np.broadcast_to" or not producer.backward:
            continue
        args = (*op.args[:position], producer.args[0], *op.args[position + 1 :])
        kind = op.primitive.infer(*map(_kind, args), **dict(op.attrs))
        if _same_shape(kind, op.outs[0].kind):
            return _elide_broadcasts(retyped(replace(op, args=args), rewriter), producers, rewriter)
    return op


def _tidier(op: Op, producers: dict[Atom, Op]) -> Op:
    """a + (-b) reads a - b; g * -1.0 reads -g."""
    if op.primitive.form == "binary +" and op.args[1] in producers:
        inner = producers[op.args[1]]
        if inner.primitive.form == "unary -" and inner.backward:
            from sourcead.transform.cotangents import primitive_of

            return replace(op, primitive=primitive_of(operator.sub), args=(op.args[0], inner.args[0]), form="")
    if op.primitive.form == "binary *":
        from sourcead.transform.cotangents import primitive_of

        for one, other in (op.args, op.args[::-1]):
            if isinstance(one, Const) and type(one.value) in (int, float) and one.value == -1 and isinstance(other, Value) and _keeps(other, op):
                return replace(op, primitive=primitive_of(operator.neg), args=(other,), form="")
    return op
