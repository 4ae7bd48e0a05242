"""Saving what a store would destroy: a copy of a live value, made before the store, that all later reads use.

    x_prev = x.copy()            before the store, or before the loop or branch in x's own block that contains it
    xs.append(x.copy())          where a loop keeps the value of every turn

The store itself, and what hands its memory to it (the initial value of a loop, the untouched side of a branch), go on
with the object. A branch that leaves a name unbound saves it within: `x_prev` is unbound, or None, where `x` is.
"""

from __future__ import annotations

import copy
from dataclasses import replace

from sourcead.ir import UNDEFINED, Atom, Block, Const, Function, Op, Primitive, Value
from sourcead.kinds import Array
from sourcead.passes.aliasing import Aliases
from sourcead.primitives import lists, structural
from sourcead.primitives.registry import method_entry

DEEP_COPY = Primitive("copy.deepcopy", "call copy.deepcopy", lambda x: x, copy.deepcopy, target=copy.deepcopy)


def copy_of(value: Value, near: Op, hint: str | None = None) -> Op:
    """The op that copies an array."""
    out = Value(value.hint if hint is None else hint, value.kind)
    if lists.is_list(value.kind):
        return Op(lists.COPY, (value,), (out,), (), (), near.at, "", near.backward)
    entry = method_entry("copy")
    assert entry is not None
    return Op(entry.primitive, (value,), (out,), (), (), near.at, entry.form, near.backward)


def saved_copy(value: Value, near: Op) -> Op:
    """The op that copies a value, whatever it is: an array, a container and all arrays in it, or a number."""
    hint = f"{value.hint}_prev" if value.hint else ""
    if isinstance(value.kind, Array) or (lists.is_list(value.kind) and _changes_a_list(near)):
        return copy_of(value, near, hint)
    return Op(DEEP_COPY, (value,), (Value(hint, value.kind),), (), (), near.at, "", near.backward)


def _changes_a_list(store: Op) -> bool:
    """Whether a store changes which items a list holds, and none of them."""
    if store.primitive is structural.STORE and len(store.attr("path")) > 1:
        return False
    base = store.args[0]
    return isinstance(base, Value) and lists.is_list(base.kind)


def save(function: Function, store: Op, other: Value, aliases: Aliases) -> Function:
    """Save one value before a store, for everything that reads it afterwards."""
    saver = _Saver(store, other, aliases)
    return replace(function, body=saver.block(function.body, None))


def contains(op: Op, target: Op) -> bool:
    """Whether an op is another one, or holds it in its blocks."""
    return op is target or any(contains(inner, target) for b in op.blocks for inner in b.ops)


class _Saver:
    """The rewriting around one store and one value that it would destroy."""

    def __init__(self, store: Op, other: Value, aliases: Aliases) -> None:
        self.store, self.other, self.aliases = store, other, aliases
        self.saved: Atom = other

    def block(self, block: Block, owner: Op | None) -> Block:
        """Find the block that defines the value."""
        if self.other in block.params or any(self.other in op.outs for op in block.ops):
            return self.here(block, owner)
        ops = [replace(op, blocks=tuple(self.block(b, op) for b in op.blocks)) if op.blocks else op for op in block.ops]
        return replace(block, ops=tuple(ops))

    def here(self, block: Block, owner: Op | None) -> Block:
        """Save the value in the block that defines it."""
        ops = list(block.ops)
        made_at = next((k for k, op in enumerate(ops) if self.other in op.outs), -1)
        anchor = next(k for k, op in enumerate(ops) if contains(op, self.store))
        if made_at >= anchor:  # a later version, which an earlier turn has kept: keep a copy
            made = self.copies(ops, made_at)
            results = tuple(
                self.read(r) if k >= _handed_on(owner) else r for k, r in enumerate(block.results)
            )
            return replace(block, ops=(*ops[: made_at + 1], *made, *ops[made_at + 1 :]), results=results)
        made = self.copies(ops, made_at)
        ops[anchor:] = [*made, self.inside(ops[anchor]), *map(self.after, ops[anchor + 1 :])]
        return replace(block, ops=tuple(ops), results=tuple(map(self.read, block.results)))

    def copies(self, ops: list[Op], made_at: int) -> list[Op]:
        """The ops that save the value; where a branch may leave it unbound, the branch does it."""
        other = self.other
        maker = ops[made_at] if made_at >= 0 else None
        if maker is not None and maker.name == "if" and _may_be_missing(maker, other):
            ops[made_at], self.saved = _exporting(maker, other, self.store)
            return []
        made = saved_copy(other, self.store)
        self.saved = made.outs[0]
        return [made]

    def read(self, atom: Atom) -> Atom:
        return self.saved if atom is self.other else atom

    def after(self, op: Op) -> Op:
        """An op behind the store: it reads what was saved."""
        blocks = tuple(
            replace(b, ops=tuple(map(self.after, b.ops)), results=tuple(map(self.read, b.results))) for b in op.blocks
        )
        return replace(op, args=tuple(map(self.read, op.args)), blocks=blocks)

    def inside(self, op: Op) -> Op:
        """The op that holds the store, or one beside the store in it: it hands on the object itself, and reads what
        was saved."""
        if op is self.store:
            return op
        if op.primitive in (structural.STORE, structural.ADD_AT) and not op.backward:
            return replace(op, args=(op.args[0], *map(self.read, op.args[1:])))
        if not op.blocks:
            return replace(op, args=tuple(map(self.read, op.args)))
        args = self.handed(op)
        blocks = tuple(
            replace(b, ops=tuple(map(self.inside, b.ops)), results=self.results(op, b)) for b in op.blocks
        )
        return replace(op, args=args, blocks=blocks)

    def handed(self, op: Op) -> tuple[Atom, ...]:
        """The args of a region: what it carries to the store stays the object."""
        if op.name == "if":
            return tuple(map(self.read, op.args))
        count = op.attr("carried", 0)
        split, body = len(op.args) - count, op.blocks[-1]
        params = body.params[len(body.params) - count :]
        inits = (
            init if self.aliases.share(param, self.store.args[0]) else self.read(init)
            for init, param in zip(op.args[split:], params, strict=True)
        )
        return (*map(self.read, op.args[:split]), *inits)

    def results(self, op: Op, block: Block) -> tuple[Atom, ...]:
        """The results of a block of a region: a version that either branch hands on stays the object."""
        if op.name != "if":
            return tuple(map(self.read, block.results))
        base = self.store.args[0]
        columns = zip(*(b.results for b in op.blocks), strict=True)
        same = [all(isinstance(r, Value) and self.aliases.share(r, base) for r in column) for column in columns]
        return tuple(r if s else self.read(r) for r, s in zip(block.results, same, strict=True))


def _handed_on(owner: Op | None) -> int:
    """How many results of a loop's body are handed on to the next turn; those behind them are kept."""
    return 0 if owner is None or owner.name == "if" else int(owner.attr("exits", False)) + int(owner.attr("carried", 0))


def _may_be_missing(op: Op, out: Value) -> bool:
    """Whether a branch gives no value for one of its results."""
    position = op.outs.index(out)
    return any(b.results[position] in (Const(None), Const(UNDEFINED)) for b in op.blocks) or any(
        _may_be_missing(inner, result)
        for b in op.blocks
        for inner in b.ops
        for result in b.results[position : position + 1]
        if inner.name == "if" and isinstance(result, Value) and result in inner.outs
    )


def _exporting(op: Op, out: Value, near: Op) -> tuple[Op, Value]:
    """The branch with a copy of one of its results as one more result, and that result."""
    position = op.outs.index(out)
    saved = Value(f"{out.hint}_prev" if out.hint else "", out.kind)
    blocks: list[Block] = []
    for block in op.blocks:
        result, ops = block.results[position], list(block.ops)
        if not isinstance(result, Value):
            blocks.append(replace(block, results=(*block.results, result)))
            continue
        made_at = next((k for k, inner in enumerate(ops) if result in inner.outs), -1)
        if made_at >= 0 and ops[made_at].name == "if" and _may_be_missing(ops[made_at], result):
            ops[made_at], kept = _exporting(ops[made_at], result, near)
        else:
            made = saved_copy(result, near)
            ops.append(made)
            kept = made.outs[0]
        blocks.append(replace(block, ops=tuple(ops), results=(*block.results, kept)))
    return replace(op, outs=(*op.outs, saved), blocks=tuple(blocks)), saved
