"""Loop invariants: what a loop carries and hands on unchanged is not carried, and what its reverse computes of numbers
that no turn changes is computed before it.

for ...: (s, w) = body(s, w), with w the same at the end of each turn   ->   w read from outside
for ...: dx = dx * (h / 2)                                              ->   t = h / 2; for ...: dx = dx * t
"""

from __future__ import annotations

from sourcead.ir import UNDEFINED, Atom, Const, Function, Op, Value
from sourcead.kinds import Scalar
from sourcead.passes.rewriting import Rewriter, atom_kind
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


def _is_arithmetic(op: Op) -> bool:
    """Whether an op of the backward sweep is arithmetic on Python's numbers that cannot raise."""
    if not op.backward or op.primitive.form not in ("binary +", "binary -", "binary *", "binary /"):
        return False
    kinds = [k.dtype if isinstance(k, Scalar) else None for k in map(atom_kind, op.args)]
    if op.primitive.form != "binary /" and kinds == ["pyint", "pyint"]:
        return True
    mixed = any(k == "pyint" and isinstance(a, Value) for k, a in zip(kinds, op.args, strict=True))
    if mixed or not set(kinds) <= {"pyint", "pyfloat"}:
        return False  # an int may be too large for a float
    return op.primitive.form != "binary /" or (isinstance(op.args[1], Const) and bool(op.args[1].value))
