"""Reuse of memory: a matrix product that only its elementwise partial reads is updated in place.

    dz = (dy @ W.T) * m    ->    dz = dy @ W.T;  dz *= m

The array is owned (a product allocates it), read nowhere else, and of the shape and dtype of the result. Elementwise
chains are left as one expression: NumPy reuses their temporaries by itself.
"""

from __future__ import annotations

from dataclasses import replace

from sourcead.ir import Atom, Block, Function, Op, Value, walk
from sourcead.kinds import Array
from sourcead.passes.simplify import same_shape

_PRODUCTS = ("binary @", "call np.dot", "call np.matmul", "call np.outer")
_UPDATES = ("binary *", "binary /", "binary +", "binary -")


def reuse_products(function: Function) -> Function:
    """Mark the updates that may run in place."""
    counts: dict[Atom, int] = {}
    for op in walk(function.body):
        for block in op.blocks:
            for result in block.results:
                counts[result] = counts.get(result, 0) + 1
        for arg in op.args:
            counts[arg] = counts.get(arg, 0) + 1
    for result in function.body.results:
        counts[result] = counts.get(result, 0) + 1
    return replace(function, body=_block(function.body, counts))


def _block(block: Block, counts: dict[Atom, int]) -> Block:
    products = {op.outs[0] for op in block.ops if op.backward and op.primitive.form in _PRODUCTS}
    ops: list[Op] = []
    for op in block.ops:
        if op.blocks:
            op = replace(op, blocks=tuple(_block(b, counts) for b in op.blocks))
        elif op.backward and op.primitive.form in _UPDATES:
            op = _in_place(op, products, counts)
            if op.attr("inplace", False):  # the product stands right before its update
                product = next(other for other in ops if op.args[0] in other.outs)
                ops.remove(product)
                ops.append(product)
        ops.append(op)
    return replace(block, ops=tuple(ops))


def _in_place(op: Op, products: set[Value], counts: dict[Atom, int]) -> Op:
    commutes = op.primitive.form in ("binary *", "binary +")
    for args in (op.args, op.args[::-1]) if commutes else (op.args,):
        base, out = args[0], op.outs[0]
        if base not in products or counts[base] != 1 or not isinstance(base, Value) or args[1] is base:
            continue
        have, want = base.kind, out.kind
        if not (isinstance(have, Array) and isinstance(want, Array)) or have.dtype is None or have.dtype != want.dtype:
            continue
        if have.dims and same_shape(have, want):
            base.call_it(out.hint)
            return replace(op, args=args).with_attrs(inplace=True)
    return op
