"""Loop invariants: what a loop carries and hands on unchanged is not carried.

for ...: (s, w) = body(s, w), with w the same at the end of each turn   ->   w read from outside
"""

from __future__ import annotations

from sourcead.ir import UNDEFINED, Atom, Const, Function, Op
from sourcead.passes.rewriting import Rewriter


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
