"""What a procedure reads of the surroundings of the function, handed over by every call of it.

    def f(x): return W * x          ->     f(x, W)       where W is a global, a cell or an attribute that was there

A function that is computed again behind the call then sees what the call saw, whatever was stored in between.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from sourcead.frontend.contents import current
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.surroundings import path_key
from sourcead.ir import Atom, Block, Op, Value, sub_blocks
from sourcead.kinds import Top, Tree
from sourcead.primitives import structural
from sourcead.records import replace

if TYPE_CHECKING:
    from sourcead.frontend.procedure import Procedure

Fact = TypeVar("Fact")


def hand_over_reads(resolver: Resolver, procedure: Procedure) -> None:
    """Make parameters of what the body of a procedure reads of the surroundings."""
    assert procedure.body is not None
    body = procedure.body
    reads = _reads(body)
    used = _used(body, reads)
    first: dict[object, Value] = {}
    mapping: dict[Atom, Atom] = {}
    for value in used:
        path = resolver.origins.get(value)
        if path is not None:
            mapping[value] = first.setdefault(path_key(path), value)
    handed = tuple(first.values())
    if not handed:
        return
    chain: dict[Op, None] = {}
    for value in handed:
        chain.update(dict.fromkeys(_chain(value, reads)))
    procedure.reads, procedure.handed = tuple(chain), handed
    procedure.params = (*procedure.params, *handed)

    kept = {o for value in used if value not in mapping for o in _chain(value, reads)}

    def without(op: Op) -> list[Op]:
        if any(o in reads for o in op.outs) and op not in kept:
            return []
        args = op.args if op.attr("procedure") is not procedure else (*op.args, *handed)
        blocks = tuple(_changed(b, mapping, without) for b in op.blocks)
        return [replace(op, args=tuple(mapping.get(a, a) for a in args), blocks=blocks)]

    procedure.body = replace(_changed(body, mapping, without), params=procedure.params)


def read_again(resolver: Resolver, procedure: Procedure) -> list[Atom]:
    """The same reads, for one call."""
    made: dict[Atom, Atom] = {}
    for op in procedure.reads:
        (old,) = op.outs
        out = Value(old.hint, old.kind)
        _hand_on(resolver.origins, old, out)
        _hand_on(resolver.memory.regions, old, out)
        _hand_on(resolver.objects, old, out)
        made[old] = out
        args = tuple(made.get(a, a) for a in op.args)
        resolver.append(replace(op, args=args, outs=(out,), at=resolver.place))
    found = (made[value] for value in procedure.handed)
    return [current(resolver, v) if isinstance(v, Value) else v for v in found]


def _hand_on(facts: dict[Value, Fact], old: Value, new: Value) -> None:
    if old in facts:
        facts[new] = facts[old]


def _changed(block: Block, mapping: dict[Atom, Atom], change: Callable[[Op], list[Op]]) -> Block:
    ops = tuple(made for op in block.ops for made in change(op))
    return Block(block.params, ops, tuple(mapping.get(r, r) for r in block.results))


def _reads(body: Block) -> dict[Value, Op]:
    """The ops that read free names, and attributes and items of what these give."""
    inside = {v for b in sub_blocks(body) for v in (*b.params, *(o for op in b.ops for o in op.outs))}
    found: dict[Value, Op] = {}
    for block in sub_blocks(body):
        for op in block.ops:
            again = _is_read(op) and (op.args[0] in found or op.args[0] not in inside)
            if again or op.primitive is structural.CAPTURE:
                found[op.outs[0]] = op
    return found


def _is_read(op: Op) -> bool:
    """Whether an op reads an attribute, or an item under a literal key."""
    if len(op.args) != 1 or not isinstance(op.args[0], Value):
        return False
    return op.primitive is structural.GETATTR or (
        op.primitive is structural.GETITEM and isinstance(op.args[0].kind, Tree | Top)
    )


def _used(body: Block, reads: dict[Value, Op]) -> dict[Value, None]:
    """What ops other than reads take of them."""
    found: dict[Value, None] = {}
    for block in sub_blocks(body):
        for op in block.ops:
            if not any(o in reads for o in op.outs):
                found.update({a: None for a in op.args if isinstance(a, Value) and a in reads})
        found.update({r: None for r in block.results if isinstance(r, Value) and r in reads})
    return found


def _chain(value: Value, reads: dict[Value, Op]) -> list[Op]:
    """The reads that lead to a value, in order."""
    op = reads[value]
    before = [o for a in op.args if isinstance(a, Value) and a in reads for o in _chain(a, reads)]
    return [*before, op]
