"""Saving what a store would destroy: a copy of a live value, made before the store, that all later reads use.

    x_prev = x.copy()            before the store, or before the loop or branch in x's own block that contains it
    xs.append(x.copy())          where a loop keeps the value of every turn

The store itself, and what hands its memory to it (the initial value of a loop, the untouched side of a branch), go on
with the object. A branch that leaves a name unbound saves it within: `x_prev` is unbound, or None, where `x` is.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

from sourcead.ir import UNDEFINED, Atom, Block, Const, Function, Op, Primitive, Value, walk
from sourcead.kinds import Array
from sourcead.passes.aliasing import Aliases
from sourcead.passes.conflicts import STORES
from sourcead.passes.reads import handles_of, is_handle
from sourcead.primitives import lists, structural
from sourcead.primitives.registry import method_entry
from sourcead.records import replace

DEEP_COPY = Primitive("copy.deepcopy", "call copy.deepcopy", lambda x: x, copy.deepcopy, target=copy.deepcopy)


def copy_of(value: Value, near: Op, hint: str | None = None) -> Op:
    """The op that copies an array."""
    out = Value(value.hint if hint is None else hint, value.kind)
    if lists.is_list(value.kind):
        return Op(lists.COPY, (value,), (out,), (), (), near.at, "", near.backward)
    entry = method_entry("copy")
    assert entry is not None
    return Op(entry.primitive, (value,), (out,), (), (), near.at, entry.form, near.backward)


def saved_copy(value: Value, near: Op, missing: frozenset[Value]) -> Op:
    """The op that copies a value, whatever it is: an array, a container and all arrays in it, a number, or None."""
    hint = f"{value.hint}_prev" if value.hint else ""
    plain = isinstance(value.kind, Array) or (lists.is_list(value.kind) and _changes_a_list(near))
    if plain and value not in missing:
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
    saver = _Saver(store, other, aliases, missing_values(function.body), handles_of(function.body))
    return replace(function, body=saver.block(function.body, None))


def contains(op: Op, target: Op) -> bool:
    """Whether an op is another one, or holds it in its blocks."""
    return op is target or any(contains(inner, target) for b in op.blocks for inner in b.ops)


class _Saver:
    """The rewriting around one store and one value that it would destroy."""

    def __init__(
        self, store: Op, other: Value, aliases: Aliases, missing: frozenset[Value], handles: frozenset[Value]
    ) -> None:
        self.store, self.other, self.aliases, self.missing, self.handles = store, other, aliases, missing, handles
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
        made_at = _position(ops, self.other)
        anchor = next(k for k, op in enumerate(ops) if contains(op, self.store))
        if made_at >= 0 and self.other in kept_by(ops[made_at]):
            ops[made_at] = self.keeping_copies(ops[made_at], self.other)
            return replace(block, ops=tuple(ops))
        if made_at >= anchor:  # a later version, which an earlier turn has kept: keep a copy
            made, self.saved = self.copies(ops, made_at, self.other)
            results = tuple(
                self.read(r) if k >= _handed_on(owner) else r for k, r in enumerate(block.results)
            )
            return replace(block, ops=(*ops[: made_at + 1], *made, *ops[made_at + 1 :]), results=results)
        made, self.saved = self.copies(ops, made_at, self.other)
        ops[anchor:] = [*made, self.inside(ops[anchor]), *map(self.after, ops[anchor + 1 :])]
        return replace(block, ops=tuple(ops), results=tuple(map(self.read, block.results)))

    def copies(self, ops: list[Op], made_at: int, value: Value) -> tuple[list[Op], Value]:
        """The ops that save a value, and what they make; where a branch may leave it unbound, the branch does it."""
        maker = ops[made_at] if made_at >= 0 else None
        if maker is not None and maker.name == "if" and value in self.missing:
            ops[made_at], saved = self.exporting(maker, value)
            return [], saved
        made = saved_copy(value, self.store, self.missing)
        return [made], made.outs[0]

    def exporting(self, op: Op, out: Value) -> tuple[Op, Value]:
        """The branch with a copy of one of its results as one more result, and that result."""
        position = op.outs.index(out)
        saved = Value(f"{out.hint}_prev" if out.hint else "", out.kind)
        blocks: list[Block] = []
        for block in op.blocks:
            result, ops = block.results[position], list(block.ops)
            if isinstance(result, Value):
                made, result = self.copies(ops, _position(ops, result), result)
                ops += made
            blocks.append(replace(block, ops=tuple(ops), results=(*block.results, result)))
        return replace(op, outs=(*op.outs, saved), blocks=tuple(blocks)), saved

    def keeping_copies(self, loop: Op, stack: Value) -> Op:
        """The loop that keeps copies of what it keeps on one of its stacks."""
        body, position = loop.blocks[-1], loop.outs.index(stack)
        kept, ops = body.results[position], list(body.ops)
        if not isinstance(kept, Value):
            return loop
        made_at = _position(ops, kept)
        if made_at >= 0 and kept in kept_by(ops[made_at]):
            ops[made_at] = self.keeping_copies(ops[made_at], kept)
            return replace(loop, blocks=(*loop.blocks[:-1], replace(body, ops=tuple(ops))))
        made, saved = self.copies(ops, made_at, kept)
        ops[made_at + 1 : made_at + 1] = made
        results = (*body.results[:position], saved, *body.results[position + 1 :])
        return replace(loop, blocks=(*loop.blocks[:-1], replace(body, ops=tuple(ops), results=results)))

    def read(self, atom: Atom) -> Atom:
        return self.saved if atom is self.other else atom

    def after(self, op: Op) -> Op:
        """An op behind the store: it reads what was saved."""
        blocks = tuple(
            replace(b, ops=tuple(map(self.after, b.ops)), results=tuple(map(self.read, b.results))) for b in op.blocks
        )
        return replace(op, args=self.args(op), blocks=blocks)

    def args(self, op: Op) -> tuple[Atom, ...]:
        """What an op reads; the object that it changes stays that object."""
        kept = op.args[: is_handle(op, self.handles)]
        return (*kept, *map(self.read, op.args[len(kept) :]))

    def inside(self, op: Op) -> Op:
        """The op that holds the store, or one beside the store in it: it hands on the object itself, and reads what
        was saved."""
        if op is self.store:
            return op
        if op.primitive in STORES and not op.backward:
            return replace(op, args=(op.args[0], *map(self.read, op.args[1:])))
        if not op.blocks:
            return replace(op, args=self.args(op))
        args = self.handed(op)
        held = self.branch if op.name == "if" else self.turn
        blocks = tuple(replace(b, ops=held(b), results=self.results(op, b)) for b in op.blocks)
        return replace(op, args=args, blocks=blocks)

    def turn(self, block: Block) -> tuple[Op, ...]:
        """The ops of a loop's body: what stands before the store comes after it in the next turn."""
        return tuple(map(self.inside, block.ops))

    def branch(self, block: Block) -> tuple[Op, ...]:
        """The ops of a branch: those before the store, and the branch without it, stay as they are."""
        anchor = next((k for k, op in enumerate(block.ops) if contains(op, self.store)), len(block.ops))
        return (*block.ops[:anchor], *map(self.inside, block.ops[anchor : anchor + 1]),
                *map(self.after, block.ops[anchor + 1 :]))  # fmt: skip

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


def _position(ops: list[Op], value: Value) -> int:
    """Which of the ops defines a value; -1 where none does."""
    return next((k for k, op in enumerate(ops) if value in op.outs), -1)


def kept_by(op: Op) -> tuple[Value, ...]:
    """The stacks that a loop gives."""
    if op.name not in ("for", "while"):
        return ()
    return op.outs[_handed_on(op) : len(op.blocks[-1].results)]


def missing_values(body: Block) -> frozenset[Value]:
    """The values that may be None or unbound because a branch, or no turn of a loop, gave them one."""
    found: set[Value] = set()
    size = -1
    while size != len(found):
        size = len(found)
        for op in walk(body):
            for outs, sources in _joins(op):
                missing = any(s in (Const(None), Const(UNDEFINED)) or s in found for s in sources)
                found.update(outs if missing else ())
    return frozenset(found)


def _joins(op: Op) -> Iterator[tuple[tuple[Value, ...], tuple[Atom, ...]]]:
    """The results and parameters of a region, with what each of them may be."""
    if op.name == "if":
        for k, out in enumerate(op.outs):
            yield (out,), tuple(b.results[k] for b in op.blocks)
    elif op.blocks:
        exits, count, body = int(op.attr("exits", False)), op.attr("carried", 0), op.blocks[-1]
        for k, init in enumerate(op.args[len(op.args) - count :]):
            param = body.params[len(body.params) - count + k]
            yield (param, op.outs[exits + k]), (init, body.results[exits + k])
