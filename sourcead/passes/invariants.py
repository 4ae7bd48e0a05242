"""Loop invariants: what a loop carries and hands on unchanged is not carried, and what its reverse computes of numbers
that no turn changes is computed before it.

for ...: (s, w) = body(s, w), with w the same at the end of each turn   ->   w read from outside
for ...: dx = dx * (h / 2)                                              ->   t = h / 2; for ...: dx = dx * t
"""

from __future__ import annotations

import numpy as np

from sourcead.ir import UNDEFINED, Atom, Const, Function, Op, Value
from sourcead.kinds import Scalar, is_numpys
from sourcead.passes.rewriting import Rewriter, atom_kind
from sourcead.primitives import structural
from sourcead.records import replace


def hoist_invariants(function: Function) -> Function:
    """Stop carrying what does not change."""
    values: dict[Atom, Atom] = {}

    def collect(op: Op) -> None:
        if op.name not in ("for", "while"):
            return
        exits, count = int(op.attr("exits", False)), op.attr("carried", 0)
        body = op.blocks[-1]
        params = body.params[len(body.params) - count :]
        tests = op.blocks[0].params if op.name == "while" else params
        rows = zip(
            params,
            tests,
            body.results[exits : exits + count],
            op.args[len(op.args) - count :],
            op.outs[exits:],
            strict=False,
        )
        for param, test, result, init, out in rows:
            if result is param and init != Const(UNDEFINED):
                values.update({param: init, test: init, out: init})

    def visit(op: Op, rewriter: Rewriter) -> None:
        rewriter.emit(op)

    stack = [function.body]
    while stack:
        block = stack.pop()
        for op in block.ops:
            collect(op)
            stack.extend(op.blocks)
    if not values:
        return function
    return Rewriter(visit, values).function(function)


def hoist_arithmetic(function: Function) -> Function:
    """Move what the backward sweep computes of numbers that no turn changes out of its loops."""

    def visit(op: Op, rewriter: Rewriter) -> None:
        if op.name not in ("for", "while"):
            rewriter.emit(op)
            return
        body = op.blocks[-1]
        inside: set[Atom] = {*body.params, *(o for inner in body.ops for o in inner.outs)}
        kept: list[Op] = []
        for inner in body.ops:
            if _is_arithmetic(inner) and inside.isdisjoint(inner.args):
                inside.difference_update(inner.outs)
                rewriter.emit(inner if op.backward else replace(inner, backward=False))
            else:
                kept.append(inner)
        unchanged = len(kept) == len(body.ops)
        made = op if unchanged else replace(op, blocks=(*op.blocks[:-1], replace(body, ops=tuple(kept))))
        rewriter.emit(made)

    return Rewriter(visit).function(function)


_NUMBERS = tuple(map(Scalar, ("pyfloat", "float64", "float32")))
_REGULAR = ("binary +", "binary -", "binary *", "unary -")


def _is_arithmetic(op: Op) -> bool:
    """Whether an op of the backward sweep computes with numbers and can neither raise nor warn: a loop may have no
    turn."""
    if not op.backward or op.blocks or not all(isinstance(o.kind, Scalar) for o in op.outs):
        return False
    return op.primitive is structural.CONSTANT or _of_numpys(op) or _of_pythons(op)


def _of_numpys(op: Op) -> bool:
    """Whether an op computes with NumPy's numbers, or by a function of NumPy, and is regular everywhere."""
    kinds = list(map(atom_kind, op.args))
    if not all(k in _NUMBERS or isinstance(a, Const) for a, k in zip(op.args, kinds, strict=True)):
        return False  # an int may be too large
    if isinstance(op.primitive.target, np.ufunc):
        return op.primitive.elementwise and not op.primitive.singular
    if op.primitive.form == "binary **":
        power = op.args[1]
        return is_numpys(kinds[0]) and isinstance(power, Const) and power.value in (1, 2, 3, 4)
    return op.primitive.form in _REGULAR and any(map(is_numpys, kinds))


def _of_pythons(op: Op) -> bool:
    """Whether an op is arithmetic on Python's numbers that cannot raise."""
    if op.primitive.form not in (*_REGULAR, "binary /"):
        return False
    kinds = [k.dtype if isinstance(k, Scalar) else None for k in map(atom_kind, op.args)]
    if op.primitive.form != "binary /" and kinds == ["pyint", "pyint"]:
        return True
    mixed = any(k == "pyint" and isinstance(a, Value) for k, a in zip(kinds, op.args, strict=True))
    if mixed or not set(kinds) <= {"pyint", "pyfloat"}:
        return False  # an int may be too large for a float
    return op.primitive.form != "binary /" or (isinstance(op.args[1], Const) and bool(op.args[1].value))
