"""Copies before stores: a store changes memory in place, so nothing that is read later may still need the old version.

    store(a, path, v) may run in place  iff  every root of a is owned here, and no other value that is live after it
    shares one.

Where that fails, the array is copied first: once at the entry of the loop that carries it, if only what came from
outside the
loop is in the way, otherwise before the store. The primal's own stores never need one by themselves (the memory check
has refused them); what the backward sweep reads again may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sourcead.errors import Diagnosis, UnsupportedError
from sourcead.ir import Block, Function, Op, Value
from sourcead.passes.aliasing import Aliases, uses_of_all
from sourcead.primitives import structural
from sourcead.primitives.registry import method_entry

Action = Callable[[Op, Value], None]
MAX_ROUNDS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """A store that may not run in place; `others` are the live values in the way (empty: it is memory not owned
    here)."""

    op: Op
    others: frozenset[Value]
    loops: tuple[Op, ...]


def insert_copies(function: Function) -> Function:
    """Copy what stores would destroy."""
    copied: set[Value] = set()
    for _ in range(MAX_ROUNDS):
        conflict = first_conflict(function)
        if conflict is None:
            return function
        function = _resolve(function, conflict, copied)
    raise UnsupportedError(
        Diagnosis(
            f"over {MAX_ROUNDS} stores change arrays that the derivative still needs",
            function.at,
            (),
            "write them as a loop, or compute new arrays instead",
        )
    )


def first_conflict(function: Function, stores: Callable[[Op], bool] | None = None) -> Conflict | None:
    """The first store, in the order of the text, that may not run in place. stores: which ops count as stores."""
    return next(conflicts(function, stores or is_store), None)


def conflicts(function: Function, stores: Callable[[Op], bool]) -> Iterator[Conflict]:
    """The stores that may not run in place, in the order of the text."""
    return _Scan(Aliases.of(function), uses_of_all(function.body), stores).block(function.body, frozenset(), ())


def is_store(op: Op) -> bool:
    """Whether an op changes its first argument in place."""
    return op.primitive in (structural.STORE, structural.ADD_AT) or bool(op.attr("inplace", False))


@dataclass(slots=True)
class _Scan:
    """The search for conflicts. uses: what each op reads."""

    aliases: Aliases
    uses: dict[Op, dict[Value, None]]
    stores: Callable[[Op], bool]

    def block(self, block: Block, live_after: frozenset[Value], loops: tuple[Op, ...]) -> Iterator[Conflict]:
        """`live_after`: what is read after the block ends, its results apart."""
        stops: list[tuple[Op, frozenset[Value]]] = []
        live = {*live_after, *(r for r in block.results if isinstance(r, Value))}
        for op in reversed(block.ops):
            if op.blocks or self.stores(op):
                stops.append((op, frozenset(live)))
            live.difference_update(op.outs)
            live.update(self.uses[op])
        for op, after in reversed(stops):
            yield from self.op(op, after, loops)

    def op(self, op: Op, after: frozenset[Value], loops: tuple[Op, ...]) -> Iterator[Conflict]:
        """`after`: what is live after the op."""
        if self.stores(op):
            found = _conflict(op, after, self.aliases, loops)
            if found is not None:
                yield found
            return
        around = after - set(op.outs)
        if op.name in ("for", "while"):
            around |= _outer_uses(op, self.uses)
            loops = (*loops, op)
        for inner in op.blocks:
            yield from self.block(inner, around, loops)


def _outer_uses(op: Op, uses: dict[Op, dict[Value, None]]) -> frozenset[Value]:
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
    inner_uses = {u for b in op.blocks for o in b.ops for u in uses[o]} | {
        r for b in op.blocks for r in b.results if isinstance(r, Value)
    }
    return frozenset((inner_uses - own) | needed)


def _conflict(op: Op, after: frozenset[Value], aliases: Aliases, loops: tuple[Op, ...]) -> Conflict | None:
    base = op.args[0]
    assert isinstance(base, Value)
    if not aliases.own(base):
        return Conflict(op, frozenset(), loops)
    others = (after & aliases.sharing(base)) - {*op.outs}
    others |= {v for loop in loops for v in _kept(loop) if _earlier_turn(aliases, loop, base, v)}
    return Conflict(op, others, loops) if others else None


def _kept(loop: Op) -> tuple[Value, ...]:
    """The values that a loop keeps on stacks."""
    body, first = loop.blocks[-1], int(loop.attr("exits", False)) + loop.attr("carried", 0)
    return tuple(r for r in body.results[first:] if isinstance(r, Value))


def _earlier_turn(aliases: Aliases, loop: Op, base: Value, kept: Value) -> bool:
    """Whether a store into base in this turn may change what an earlier turn kept."""
    for root in aliases.of_atom(base):
        record = aliases.carried.get(root)
        if record is None or record.loop is not loop:
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


def _resolve(function: Function, conflict: Conflict, copied: set[Value]) -> Function:
    entry = _loop_entry(conflict, copied)
    if entry is not None:
        loop, position = entry

        def copy_init(op: Op) -> list[Op]:
            init = op.args[position]
            assert isinstance(init, Value)
            made = _copy(init, op)
            copied.update(made.outs)
            args = (*op.args[:position], made.outs[0], *op.args[position + 1 :])
            return [made, replace(op, args=args)]

        return replace(function, body=_replace_op(function.body, loop, copy_init))

    def copy_base(op: Op) -> list[Op]:
        base = op.args[0]
        assert isinstance(base, Value)
        made = _copy(base, op)
        return [made, replace(op, args=(made.outs[0], *op.args[1:]))]

    return replace(function, body=_replace_op(function.body, conflict.op, copy_base))


def _copy(value: Value, near: Op) -> Op:
    entry = method_entry("copy")
    assert entry is not None
    return Op(entry.primitive, (value,), (Value(value.hint, value.kind),), (), (), near.at, entry.form, near.backward)


def _loop_entry(conflict: Conflict, copied: set[Value]) -> tuple[Op, int] | None:
    """The loop, and the position among its args, whose initial value alone is in the way (and is no copy already)."""
    base = conflict.op.args[0]
    for loop in reversed(conflict.loops):
        count = loop.attr("carried", 0)
        body = loop.blocks[-1]
        params = body.params[len(body.params) - count :]
        base = _chain_start(body, base, params)
        if base not in params:
            return None
        inside = {o for b in loop.blocks for op in b.ops for o in op.outs} | set(body.params)
        if conflict.others & inside:
            return None
        position = len(loop.args) - count + params.index(base)
        init = loop.args[position]
        if not isinstance(init, Value) or init in copied:
            return None
        if loop is conflict.loops[0] or conflict.others or not _carried_by_outer(conflict.loops, loop, init):
            return loop, position
        base = init
    return None


def _carried_by_outer(loops: tuple[Op, ...], loop: Op, init: Value) -> bool:
    outer = loops[loops.index(loop) - 1]
    return init in outer.blocks[-1].params


def _chain_start(body: Block, base: object, params: tuple[Value, ...]) -> Value:
    producers = {o: op for op in body.ops for o in op.outs}
    while base in producers and producers[base].primitive in (structural.STORE, structural.ADD_AT):
        base = producers[base].args[0]
    return base  # type: ignore[return-value]


def _replace_op(block: Block, target: Op, change: Callable[[Op], list[Op]]) -> Block:
    ops: list[Op] = []
    for op in block.ops:
        if op is target:
            ops.extend(change(op))
        elif op.blocks:
            blocks = tuple(_replace_op(b, target, change) for b in op.blocks)
            ops.append(
                op if all(a is b for a, b in zip(blocks, op.blocks, strict=True)) else replace(op, blocks=blocks)
            )
        else:
            ops.append(op)
    if len(ops) == len(block.ops) and all(a is b for a, b in zip(ops, block.ops, strict=True)):
        return block
    return replace(block, ops=tuple(ops))
