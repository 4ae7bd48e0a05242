"""State: what loops store into, and which reads of it are kept because the array itself is changed in every turn."""

from __future__ import annotations

from sourcead.ir import Atom, Block, Hole, Op, Value, walk
from sourcead.kinds import Array, List, Scalar, Top
from sourcead.primitives import lists, structural


def stored_into(body: Block) -> set[Value]:
    """The versions, within a turn, of the arrays that loops carry and hand on in another version."""
    found: set[Value] = set()
    _versions(body, found)
    return found


def _versions(block: Block, found: set[Value]) -> None:
    for op in block.ops:
        if op.primitive in (structural.STORE, structural.ADD_AT):
            found.update(op.outs if op.args[0] in found else ())
        elif op.name in ("for", "while"):
            body, exits, count = op.blocks[-1], int(op.attr("exits", False)), op.attr("carried", 0)
            params, inits = body.params[len(body.params) - count :], op.args[len(op.args) - count :]
            nexts, outs = body.results[exits : exits + count], op.outs[exits : exits + count]
            found.update(p for p, r in zip(params, nexts, strict=True) if r is not p and _is_array(p))
            _versions(body, found)
            found.update(o for o, init in zip(outs, inits, strict=True) if init in found)
        elif op.blocks:
            for inner in op.blocks:
                _versions(inner, found)
            for k, out in enumerate(op.outs):
                found.update({out} if _is_array(out) and any(b.results[k] in found for b in op.blocks) else ())


def _is_array(value: Value) -> bool:
    return isinstance(value.kind, Array | Top)


def writes_to_objects(body: Block) -> bool:
    """Whether attributes or items of the caller's objects are stored."""
    return any(op.primitive in (structural.SETATTR, structural.SETKEY) for op in walk(body))


def first_reads(body: Block) -> dict[Value, Value]:
    """Of several reads of one item, the first: it is kept for all of them."""
    seen: dict[tuple[object, ...], Value] = {}
    reads = [op for op in body.ops if op.primitive is structural.GETITEM]
    return {op.outs[0]: seen.setdefault((op.args, op.attr("path")), op.outs[0]) for op in reads}


def reads_state(
    writes: bool, op: Op, carried: set[Value], invariant: dict[Value, Atom], producers: dict[Value, Op]
) -> bool:
    """Whether an op reads items of an array that the loop, or one around it, carries and stores into: then the item is
    kept, not the array of every turn. What is read of an object that is written to is kept as well."""
    if op.primitive is structural.GETATTR:
        return writes
    if op.primitive is not structural.GETITEM:
        read = [a for a in op.args if isinstance(a, Value) and isinstance(a.kind, List)]
        return any(_is_state(list_, carried, invariant, producers) for list_ in read)
    if writes and not isinstance(getattr(op.args[0], "kind", None), Array | Scalar):
        return True
    return _is_state(op.args[0], carried, invariant, producers)


def rebound(body: Block, params: set[Value]) -> set[Value]:
    """Of the arrays that a loop carries, those that it never stores into: a part that a turn reads is read again off
    the array at its start, whose memory a kept part would hold just as well."""
    stores = [op for op in walk(body) if op.primitive in (structural.STORE, structural.ADD_AT)]
    loops = [op for op in walk(body) if op.name in ("for", "while")]
    taken = {*(op.args[0] for op in stores), *(a for op in loops for a in op.args)}
    return {p for p in params if isinstance(p.kind, Array) and p not in taken}


def is_part(op: Op, arrays: set[Value]) -> bool:
    """Whether an op takes a slice of one of these arrays."""
    part = op.primitive is structural.GETITEM and op.args[0] in arrays and isinstance(op.outs[0].kind, Array)
    return part and not any(isinstance(e, Hole) for e in op.attr("path")[0])


def _is_state(base: Atom, carried: set[Value], invariant: dict[Value, Atom], producers: dict[Value, Op]) -> bool:
    """Whether an array or list is what a loop carries, as it is or after changes."""
    while (
        isinstance(base, Value)
        and base in producers
        and producers[base].primitive in (structural.STORE, structural.ADD_AT, *lists.CHANGES)
    ):
        base = producers[base].args[0]
    changing = base in carried and base not in invariant
    return changing and isinstance(base, Value) and isinstance(base.kind, Array | List | Top)
