"""Conflicts: the stores that may not run in place as things are, and the values that are in the way.

    store(a, path, v) in place changes every value that shares memory with a: none of them may be read later, except a's
    new version.

What the backward sweep stores must also be memory of this function's own. What the user's own text stores into is the
user's business: it changes that very object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from typing import TypeAlias

from sourcead.ir import Block, Function, Op, Value, sub_blocks
from sourcead.kinds import Known, Opaque
from sourcead.passes.aliasing import Aliases
from sourcead.passes.reads import uses, uses_of_all
from sourcead.primitives import lists, structural
from sourcead.records import dataclass

Sets: TypeAlias = tuple[Set[Value], ...]
STORES = frozenset({structural.STORE, structural.ADD_AT}) | lists.CHANGES


@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """A store that may not run in place; `others` are the live values in the way, in the order of the text (empty: it
    is memory not owned here); `loops` are the loops around it, the outermost first."""

    op: Op
    others: tuple[Value, ...]
    loops: tuple[Op, ...]


def first_conflict(
    function: Function, aliases: Aliases, stores: Callable[[Op], bool] | None = None, all_owned: bool = False
) -> Conflict | None:
    """The first store, in the order of the text, that may not run in place.

    stores: which ops count as stores. all_owned: the primal's own stores need memory of this function's own, too.
    """
    holding = _holding(function.body, stores or is_store)
    if not holding:
        return None
    sharing: dict[Value, list[Value]] = {}
    for value, roots in aliases.roots.items():
        if not _is_object(value):
            for root in roots:
                sharing.setdefault(root, []).append(value)
    scan = _Scan(aliases, uses_of_all(function.body), sharing, stores or is_store, all_owned, holding)
    return scan.block(function.body, (), ())


def _holding(block: Block, stores: Callable[[Op], bool]) -> set[Op]:
    """The stores, and the ops that have any inside."""
    found: set[Op] = set()
    for op in block.ops:
        inner = [_holding(b, stores) for b in op.blocks]
        if any(inner) or stores(op):
            found.add(op)
        found.update(*inner)
    return found


def is_store(op: Op) -> bool:
    """Whether an op changes its first argument in place."""
    return op.primitive in STORES or bool(op.attr("inplace", False))


@dataclass(slots=True)
class _Scan:
    """The search for the first conflict. uses: what each op reads; sharing: the values that may be or hold memory, by
    its root; holding: the stores, and what has any inside."""

    aliases: Aliases
    uses: dict[Op, dict[Value, None]]
    sharing: dict[Value, list[Value]]
    stores: Callable[[Op], bool]
    all_owned: bool
    holding: set[Op]

    def block(self, block: Block, around: Sets, loops: tuple[Op, ...]) -> Conflict | None:
        """`around`: what is read after the block ends, its results apart."""
        found: Conflict | None = None
        live = {r for r in block.results if isinstance(r, Value)}
        for op in reversed(block.ops):
            live.difference_update(op.outs)
            if op in self.holding:
                found = self.op(op, (*around, live), loops) or found
            live.update(self.uses[op])
        return found

    def op(self, op: Op, after: Sets, loops: tuple[Op, ...]) -> Conflict | None:
        """`after`: what is live after the op, what it gives apart."""
        if self.stores(op):
            return self.conflict(op, after, loops)
        if op.name in ("for", "while"):
            after = (*after, read_throughout(op))
            loops = (*loops, op)
        for inner in op.blocks:
            found = self.block(inner, after, loops)
            if found is not None:
                return found
        return None

    def conflict(self, op: Op, after: Sets, loops: tuple[Op, ...]) -> Conflict | None:
        """What is in the way of one store."""
        base, aliases = op.args[0], self.aliases
        assert isinstance(base, Value)
        changed = aliases.changed(op)
        if (op.backward or self.all_owned) and not aliases.own_all(changed):
            return Conflict(op, (), loops)
        near = {v for root in self.met_by(changed) for v in self.sharing.get(root, ()) if any(v in s for s in after)}
        found = {v for v in near if v not in op.outs and aliases.reaches(v, changed)}
        for loop in reversed(loops):  # what an outer loop keeps may be stacks of what is saved first
            found = found or {v for v in _kept(loop) if _earlier_turn(aliases, loop, changed, v)}
        others = tuple(v for v in aliases.roots if v in found) if found else ()
        return Conflict(op, others, loops) if others else None

    def met_by(self, roots: frozenset[Value]) -> set[Value]:
        """The roots that may stand for the same memory as one of these, and perhaps some more: what loops carry, and
        what that may come from."""
        found: set[Value] = set()
        waiting = list(roots)
        while waiting:
            root = waiting.pop()
            if root not in found:
                found.add(root)
                if root in self.aliases.carried:
                    waiting.extend(self.aliases.origins(root)[0])
        return found.union(self.aliases.carried)


def _is_object(value: Value) -> bool:
    """Whether a value is an object that is known by its identity: what it holds is read where it is read."""
    return isinstance(value.kind, Opaque | Known)


def read_throughout(op: Op) -> frozenset[Value]:
    """What a loop reads of values defined outside it: live at every point of its body."""
    own: set[Value] = set()
    stack = list(op.blocks)
    while stack:
        block = stack.pop()
        own.update(block.params)
        for inner in block.ops:
            own.update(inner.outs)
            stack.extend(inner.blocks)
    position = 0
    needed: set[Value] = set()
    for source in op.attr("sources", ()):
        if source.form == "rows":
            needed.update(a for a in op.args[position : position + 1] if isinstance(a, Value))
        position += source.arity
    inner_uses = {u for b in op.blocks for o in b.ops for u in uses(o)} | {
        r for b in op.blocks for r in b.results if isinstance(r, Value)
    }
    return frozenset((inner_uses - own) | needed)


def _kept(loop: Op) -> tuple[Value, ...]:
    """The values that a loop keeps on stacks."""
    body, first = loop.blocks[-1], int(loop.attr("exits", False)) + loop.attr("carried", 0)
    return tuple(r for r in body.results[first:] if isinstance(r, Value))


def _outs(block: Block) -> Iterator[Value]:
    for op in block.ops:
        yield from op.outs


def _through_inner_loops(aliases: Aliases, loop: Op, roots: frozenset[Value]) -> list[Value]:
    """Roots, and what those that loops inside this one carry may come from."""
    found: dict[Value, None] = {}
    waiting = list(roots)
    while waiting:
        root = waiting.pop()
        if root in found:
            continue
        found[root] = None
        record = aliases.carried.get(root)
        if record is not None and record.loop is not loop:
            outer, inner = aliases.origins(root)
            waiting += [*outer, *inner]
    return list(found)


def _earlier_turn(aliases: Aliases, loop: Op, changed: frozenset[Value], kept: Value) -> bool:
    """Whether a store into memory in this turn may change what an earlier turn kept."""
    own = {v for b in loop.blocks for inner in sub_blocks(b) for v in (*b.params, *inner.params, *_outs(inner))}
    own |= {aliases.items[v] for v in own if v in aliases.items}
    for root in _through_inner_loops(aliases, loop, changed):
        record = aliases.carried.get(root)
        if record is None or record.loop is not loop:
            if root not in own and root in aliases.of_atom(kept):
                return True
            continue
        outer, inner = aliases.origins(root)
        for other in aliases.of_atom(kept):
            if other in inner or other in outer or other is root:
                return True
            if other in aliases.carried and aliases.carried[other].loop is loop:
                outer2, inner2 = aliases.origins(other)
                if inner & inner2 or outer & outer2:
                    return True
    return False
