"""Reuse of memory: what only the next value reads is updated in place.

    dz = (dy @ W.T) * m                  ->    dz = dy @ W.T;  dz *= m
    dz = (dy @ W.T) * (1 - y**2)         ->    dz = 1 - y**2;  dz *= dy @ W.T       one temporary less
    dh = a @ A + (b @ B + c @ C)         ->    dh = b @ B;  dh += c @ C;  dh += a @ A
    for ...: dW = dW + x.T @ dz          ->    for ...: dW += x.T @ dz
    for ...: t = da * (a > 0)            ->    for ...: da *= a > 0

The array is owned (a product allocates it), read nowhere else, and of the shape and dtype of the result. Elementwise
chains are left as one expression: NumPy reuses their temporaries by itself.
"""

from __future__ import annotations

from sourcead.ir import Atom, Block, Function, Op, Value, read_counts
from sourcead.kinds import Array, Kind, dtype_of
from sourcead.passes.dying import Dying
from sourcead.passes.facts import same_shape
from sourcead.passes.rewriting import atom_kind
from sourcead.records import replace

_PRODUCTS = ("binary @", "call np.dot", "call np.matmul", "call np.outer")
_SUMS = ("binary +", "binary -")
_UPDATES = ("binary *", "binary /", *_SUMS)


def reuse_products(function: Function) -> Function:
    """Mark the updates that may run in place."""
    counts = read_counts(function.body)
    return replace(function, body=_block(function.body, counts, {}, Dying(counts)))


def _block(block: Block, counts: dict[Atom, int], next_of: dict[Value, Atom], dying: Dying) -> Block:
    """Mark the updates of a block; `next_of` gives what each carried parameter of a loop's body is in the next turn."""
    products = {op.outs[0] for op in block.ops if op.backward and op.primitive.form in _PRODUCTS}
    longer = _longer_expressions(block, counts)
    ops: list[Op] = []
    makers: dict[Atom, Op] = {}  # the ops so far, by what they make
    updated: set[Value] = set()
    for op in block.ops:
        if op.name == "if":
            op = dying.choice(op)
            op = replace(op, blocks=tuple(_block(b, counts, {}, dying.branch(op, b)) for b in op.blocks))
        elif op.blocks:
            inner = Dying.of_loop(op, makers, counts)
            op = replace(op, blocks=tuple(_block(b, counts, _carried(op), inner) for b in op.blocks))
        elif op.backward and op.primitive.form in _UPDATES:
            sums = updated if op.primitive.form in _SUMS else set[Value]()
            by_product = op.primitive.form == "binary *" and any(a in products and counts[a] == 1 for a in op.args)
            tried = (_in_place(op, bases, counts) for bases in (sums, longer if by_product else set(), products))
            carried = _accumulated(op, next_of, counts) or _overwritten(op, dying, block)
            fresh = next(filter(None, tried), None) if carried is None else None
            updated.update(() if fresh is None else fresh.outs)  # not what a loop carries: its name is taken
            op = carried or (_named_after_product(fresh, ops, makers, longer) if fresh is not None else op)
            if op.attr("inplace", False):
                base = op.args[0]
                made = makers.get(base) if base in products or base in longer else None
                if made is not None:  # it stands right before its update
                    ops.append(ops.pop(_position(made, ops)))
        dying.read(op)
        ops.append(op)
        makers.update(dict.fromkeys(op.outs, op))
    return replace(block, ops=tuple(ops))


def _position(op: Op, ops: list[Op]) -> int:
    """Where an op stands: most often near the end."""
    return next(k for k in reversed(range(len(ops))) if ops[k] is op)


def _named_after_product(op: Op, ops: list[Op], makers: dict[Atom, Op], longer: set[Value]) -> Op:
    """Give the name of the product to what it is multiplied into."""
    base, product = op.args[0], op.args[1]
    if base not in longer or not isinstance(base, Value) or not isinstance(product, Value) or not product.hint:
        return op
    base.call_it(product.hint)
    unnamed = Value("", product.kind)
    position = _position(makers[product], ops)
    ops[position] = makers[unnamed] = replace(ops[position], outs=(unnamed,))
    return replace(op, args=(base, unnamed))


def _longer_expressions(block: Block, counts: dict[Atom, int]) -> set[Value]:
    """What is computed from temporaries of its own shape, elementwise: such an array is there while it is made."""
    made: set[Value] = set()
    found: set[Value] = set()
    for op in block.ops:
        if op.backward and op.primitive.elementwise and op.primitive.result == "fresh" and len(op.outs) == 1:
            out = op.outs[0]
            if not out.hint and counts.get(out) == 1:
                made.add(out)
                if any(a in made and isinstance(a, Value) and _same_array(a.kind, out.kind) for a in op.args):
                    found.add(out)
    return found


def _carried(op: Op) -> dict[Value, Atom]:
    """What a loop carries: the parameter of a turn, and its value for the next."""
    if op.name != "for" or op.attr("exits", False):
        return {}
    count, body = op.attr("carried", 0), op.blocks[-1]
    return dict(zip(body.params[len(body.params) - count :], body.results[:count], strict=True))


def _accumulated(op: Op, next_of: dict[Value, Atom], counts: dict[Atom, int]) -> Op | None:
    """The sum that a loop carries, if the op adds to it, that is all that reads it, and shape and dtype stay."""
    if op.primitive.form not in _SUMS:
        return None
    for args in (op.args, op.args[::-1]) if op.primitive.form == "binary +" else (op.args,):
        base, out = args[0], op.outs[0]
        if not isinstance(base, Value) or next_of.get(base) is not out or counts[base] != 1 or counts[out] != 1:
            continue
        if _same_array(base.kind, out.kind):
            return replace(op, args=args).with_attrs(inplace=True)
    return None


def _overwritten(op: Op, dying: Dying, block: Block) -> Op | None:
    """What the turn before left, if the op is the last to read it: a sum, or what is left for the next turn, or what
    a mask leaves of it."""
    masked = op.primitive.form == "binary *" and any(dtype_of(atom_kind(a)) == "bool" for a in op.args)
    if op.primitive.form in ("binary *", "binary /") and op.outs[0] not in block.results and not masked:
        return None
    commutes = op.primitive.form in ("binary *", "binary +")
    for args in (op.args, op.args[::-1]) if commutes else (op.args,):
        base = args[0]
        if dying.ends(base) and args[1] is not base and _same_array(atom_kind(base), op.outs[0].kind):
            return replace(op, args=args).with_attrs(inplace=True)
    return None


def _same_array(have: Kind, want: Kind) -> bool:
    """Whether both are arrays, not 0-d, of one known dtype and certainly one shape."""
    if not (isinstance(have, Array) and isinstance(want, Array)) or have.dtype is None or have.dtype != want.dtype:
        return False
    return bool(have.dims) and same_shape(have, want)


def _in_place(op: Op, products: set[Value], counts: dict[Atom, int]) -> Op | None:
    commutes = op.primitive.form in ("binary *", "binary +")
    for args in (op.args, op.args[::-1]) if commutes else (op.args,):
        base, out = args[0], op.outs[0]
        if base not in products or counts[base] != 1 or not isinstance(base, Value) or args[1] is base:
            continue
        if _same_array(base.kind, out.kind):
            base.call_it(out.hint)
            return replace(op, args=args).with_attrs(inplace=True)
    return None
