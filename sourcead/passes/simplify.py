"""Algebraic simplification of the adjoint sweep: the ones and zeros that the transform itself made disappear.

    1.0 * g -> g     0.0 + g -> g     g / 1.0 -> g     -(-g) -> g     literals fold
    broadcast_to(s, shape of w) * w -> s * w        astype(g, dtype of g) -> g        reshape(g, shape of g) -> g

Only ops of the backward sweep are touched: the user's own `x * 0` or `x - x` means what it says.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.ir import Atom, Const, Function, Op, Value
from sourcead.kinds import Array, Kind, dtype_of, same_size
from sourcead.passes.divisions import divided
from sourcead.passes.facts import alike, cast_number, is_literal, keeps_kind, literal_of, same_shape, spread_by
from sourcead.passes.literals import never_zero
from sourcead.passes.rewriting import Rewriter, atom_kind, retyped
from sourcead.passes.subscripts import known_item
from sourcead.passes.tidying import tidied
from sourcead.primitives import structural
from sourcead.records import replace

_FOLD: dict[str, Callable[..., Any]] = {
    "binary +": operator.add,
    "binary -": operator.sub,
    "binary *": operator.mul,
    "unary -": operator.neg,
}


def simplify(function: Function) -> Function:
    """Apply the rules to every op of the backward sweep, in order."""
    producers: dict[Atom, Op] = {}

    def visit(op: Op, rewriter: Rewriter) -> None:
        if not op.backward or op.blocks:
            emit(op, rewriter)
            return
        op = _elide_broadcasts(retyped(divided(op, rewriter), rewriter), producers, rewriter)
        if stands_for(op, rewriter):
            return
        for made in tidied(op, producers):
            made = made if made is op else replace(made, args=tuple(map(rewriter.read, made.args)))
            if made is op or isinstance(_simpler(made, producers), Const | None) or not stands_for(made, rewriter):
                emit(made, rewriter)

    def emit(op: Op, rewriter: Rewriter) -> None:
        producers.update(dict.fromkeys(op.outs, op))
        rewriter.emit(op)

    def stands_for(op: Op, rewriter: Rewriter) -> bool:
        """Let what an op comes to stand for its result, if it is one of the rules' left sides."""
        atom = _simpler(op, producers)
        if atom is None:
            return False
        rewriter.values[op.outs[0]] = atom
        if isinstance(atom, Value) and atom in producers and producers[atom].backward:
            atom.call_it(op.outs[0].hint)
        return True

    return Rewriter(visit).function(function)


def _simpler(op: Op, producers: dict[Atom, Op]) -> Atom | None:
    """The atom that an op comes to, if it is one of the rules' left sides."""
    form, args = op.primitive.form, op.args
    if op.primitive is structural.LITERAL:
        return args[0]
    if op.primitive is structural.GETITEM:
        return known_item(op, producers)
    if form in _FOLD and all(isinstance(a, Const) and type(a.value) in (int, float) for a in args):
        return Const(_FOLD[form](*(a.value for a in args if isinstance(a, Const))))
    if form == "binary *":
        for one, other in (args, args[::-1]):
            if is_literal(one, 1) and keeps_kind(other, op, producers):
                return other
            if is_literal(literal_of(one, producers), 1) and alike(atom_kind(other), op.outs[0].kind):
                return other
    if form == "binary +":
        for zero, other in (args, args[::-1]):
            if (is_literal(zero, 0) or getattr(zero, "value", None) is False) and keeps_kind(other, op, producers):
                return other
    if form == "compare ==":
        return never_zero(op, producers)
    if form == "binary /" and is_literal(args[1], 1) and keeps_kind(args[0], op, producers):
        return args[0]
    if form == "binary **" and is_literal(args[1], 1) and keeps_kind(args[0], op, producers):
        return args[0]
    if form == "unary -" and args[0] in producers and producers[args[0]].primitive is op.primitive:
        return producers[args[0]].args[0]
    if op.name == "ndarray.astype" or op.form == "method astype":
        have, want = dtype_of(atom_kind(args[0])), op.attr("dtype")
        if (
            have is not None
            and have[:2] != "py"
            and have not in ("real", "real64")
            and want is not None
            and np.dtype(want).name == have
        ):
            return args[0]
    if op.primitive is structural.STORE and op.attr("path") == ((Ellipsis,),):
        stored, into = atom_kind(op.args[-1]), atom_kind(op.args[0])
        if isinstance(stored, Array) and same_shape(stored, into) and dtype_of(stored) == dtype_of(into) is not None:
            return op.args[-1]
    if op.primitive.target is np.transpose and not op.keywords and args[0] in producers:
        inner = producers[args[0]]
        if inner.primitive is op.primitive and not inner.keywords and isinstance(atom_kind(inner.args[0]), Array):
            return inner.args[0]
    if op.name == "np.copy" and op.attr("repeated") and not op.keywords and isinstance(atom_kind(args[0]), Array):
        return args[0]  # what is stored into is copied where it has to be
    if op.primitive.target in (np.reshape, np.ravel) and _has_shape(atom_kind(args[0]), op.outs[0].kind):
        return args[0]
    if op.name in ("np.broadcast_to",) and same_shape(atom_kind(args[0]), op.outs[0].kind):
        return args[0]
    return None


def _has_shape(have: Kind, want: Kind) -> bool:
    """Whether reshaping has nothing to do: the sizes are the same, or the only one can be no other."""
    if not isinstance(have, Array) or not isinstance(want, Array) or len(have.dims) != len(want.dims):
        return False
    return len(have.dims) == 1 or all(map(same_size, have.dims, want.dims))


def _elide_broadcasts(op: Op, producers: dict[Atom, Op], rewriter: Rewriter) -> Op:
    """Let an elementwise op read what was spread, where its other operands give the result its shape and dtype
    anyway."""
    if not op.primitive.elementwise or op.primitive.infer is None:
        return op
    for position, arg in enumerate(op.args):
        spread = spread_by(arg, producers)
        number = cast_number(arg, producers) if spread is None else spread[0].args[spread[1]]
        if number is None:
            continue
        args = (*op.args[:position], number, *op.args[position + 1 :])
        kind = op.primitive.infer(*map(atom_kind, args), **op.keywords)
        if same_shape(kind, op.outs[0].kind) and dtype_of(kind) == dtype_of(op.outs[0].kind):
            return _elide_broadcasts(retyped(replace(op, args=args), rewriter), producers, rewriter)
    return op
