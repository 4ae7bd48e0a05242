"""Dead code elimination: what nothing reads goes, unless running it has an effect of its own.

In the user's own part an assertion, a raise, a look-up that may fail, a function that may raise are effects; a
look-up may go when the backward sweep makes the same one. A loop keeps only the state and the stacks that are read.
"""

from __future__ import annotations

import functools
from typing import TypeVar

from sourcead.ir import Atom, Block, Function, Hole, Op, Primitive, Value, walk
from sourcead.kinds import Array
from sourcead.passes.aliasing import Aliases
from sourcead.passes.conflicts import is_store
from sourcead.primitives import lists, structural
from sourcead.primitives.raising import may_miss, may_raise
from sourcead.primitives.structural import CONTROL
from sourcead.records import replace

_LOOK_UPS = (structural.GETITEM, structural.STORE, structural.ADD_AT)


def eliminate_dead_code(function: Function) -> Function:
    """Remove what is dead, until nothing more is."""
    for _ in range(20):
        live = Live(function)
        body = live.rebuild(function.body)
        function = replace(function, body=body)
        if not live.disturbed:
            return function
    return function


Item = TypeVar("Item", Value, Atom)


def _look_up(op: Op) -> Primitive:
    """What an op raises like: adding at a place fails as reading there does."""
    return structural.GETITEM if op.primitive is structural.ADD_AT else op.primitive


def _looks_there_too(following: Op, op: Op) -> bool:
    """Whether an op finds on its way what another one looks up, or raises as that does: a[i, j] after a[i]."""
    base = op.args[0] if op.primitive is structural.GETITEM else None
    if not isinstance(base, Value) or not isinstance(base.kind, Array):
        return False
    if following.primitive not in _LOOK_UPS or following.args[0] is not base:
        return False
    (level, *more), (longer, *_) = op.attr("path"), following.attr("path")
    if more or len(level) > len(longer) or any(e is None or e is Ellipsis for e in (*level, *longer)):
        return False

    def same(element: object, other: object) -> bool:
        if isinstance(element, Hole) and isinstance(other, Hole):
            return op.args[1 + element.index] is following.args[1 + other.index]
        return element == other

    return all(same(e, o) or not may_miss(base.kind, (e,)) for e, o in zip(level, longer, strict=False))


def _repeated(block: Block) -> set[Op]:
    """The look-ups in arrays that were made before in the same block, and have not failed."""
    made: set[object] = set()
    again: set[Op] = set()
    for op in block.ops:
        if op.primitive is structural.GETITEM and isinstance(op.args[0], Value) and isinstance(op.args[0].kind, Array):
            key = (op.args, op.attr("path"))
            if key in made:
                again.add(op)
            made.add(key)
    return again


def _foreign(stores: list[Op], function: Function) -> set[Op]:
    """Those of the user's own stores into memory that is not, or not only, this function's: others see them."""
    if not stores:
        return set()
    aliases = Aliases.of(function)
    return {op for op in stores if not aliases.own(op.args[0])}


class Live:
    """Which ops and values are needed."""

    def __init__(self, function: Function) -> None:
        self.values: set[Value] = set()
        self.ops: set[Op] = set()
        self.disturbed = False  # something went that others may have been kept for
        ops = list(walk(function.body))
        stores = [op for op in ops if is_store(op) and not op.backward]
        self.stores = bool(stores)
        self.foreign = _foreign(stores, function)
        self.backward = [op for op in ops if op.backward and not op.blocks]
        self.mark(function.body.results)
        size = -1
        loops = any(op.name in ("for", "while") for op in ops)
        while size != len(self.values) + len(self.ops):
            size = len(self.values) + len(self.ops)
            self.block(function.body)
            if not loops:
                break  # what is read stands above: once is enough

    def mark(self, atoms: tuple[object, ...]) -> None:
        self.values.update([a for a in atoms if isinstance(a, Value)])

    def effect(self, op: Op) -> bool:
        """Whether an op must stay even where nothing reads its results."""
        if op.primitive.acts or op in self.foreign:
            return True
        if op.primitive in (structural.ASSERT, structural.RAISE):
            return True
        if op.attr("guarded", False) and not op.backward:
            return True
        if op.backward or op.primitive in CONTROL or not may_raise(op) or op.attr("again", False):
            return False
        return op.primitive is lists.POP or (op.primitive, op.at, op.attr("path")) not in self.again

    @functools.cached_property
    def again(self) -> set[object]:
        """What ops of the backward sweep raise like, each at its place: asked for where one of the user's may raise."""
        return {(_look_up(op), op.at, op.attr("path")) for op in self.backward}

    def block(self, block: Block) -> bool:
        """Mark what a block needs; whether it has an effect."""
        effects = False
        following: Op | None = None  # the next op that may raise
        repeated = _repeated(block)
        for op in reversed(block.ops):
            needed = not self.values.isdisjoint(op.outs)
            if op.blocks and needed:
                self.needs(op)  # before what is inside, so that one walk is enough where there are no loops
            inside = any([self.block(b) for b in op.blocks]) if op.blocks else False
            effect = self.effect(op) and op not in repeated
            effect = effect and not (following is not None and _looks_there_too(following, op))
            kept = op in self.ops  # what was needed once, is, and what it reads
            if needed or effect or kept or inside or (op.blocks and not self.values.isdisjoint(op.outs)):
                effects = effects or inside or effect
                self.ops.add(op)
                self.needs(op)
                if op.blocks or effect or op.primitive in _LOOK_UPS:
                    following = op
        return effects

    def needs(self, op: Op) -> None:
        if op.primitive not in CONTROL:
            self.mark(op.args)
        elif op.name == "if":
            self.mark(op.args)
            for block in op.blocks:
                self.mark(tuple(r for r, o in zip(block.results, op.outs, strict=True) if o in self.values))
        else:
            self.loop(op)

    def loop(self, op: Op) -> None:
        exits, count = int(op.attr("exits", False)), op.attr("carried", 0)
        split = len(op.args) - count
        self.mark(op.args[:split])
        body = op.blocks[-1]
        params = body.params[len(body.params) - count :]
        if exits:
            self.mark(body.results[:1])
        if op.name == "while":
            self.mark(op.blocks[0].results)
        for k, param in enumerate(params):
            test = op.blocks[0].params[k] if op.name == "while" else param
            if param in self.values or test in self.values or op.outs[exits + k] in self.values:
                self.values.add(param)
                self.mark((op.args[split + k], body.results[exits + k]))
        for result, out in zip(body.results[exits + count :], op.outs[exits + count :], strict=False):
            if out in self.values:
                self.mark((result,))

    def rebuild(self, block: Block) -> Block:
        """The block without what is dead."""
        ops = []
        for op in block.ops:
            if op not in self.ops:
                self.disturbed |= self.stores or bool(op.blocks) or op.primitive in _LOOK_UPS
                continue
            op = replace(op, blocks=tuple(self.rebuild(b) for b in op.blocks)) if op.blocks else op
            if op.backward and op.attr("guarded", False):
                op = op.with_attrs(guarded=False, raises=False)
            ops.append(self.narrow(op))
        return replace(block, ops=tuple(ops))

    def narrow(self, op: Op) -> Op:
        """A region without the results and carried state that nothing reads, a call without an unread residual."""
        if op.attr("part") == "forward" and op.outs[1] not in self.values:
            self.disturbed = True
            op = op.with_attrs(callee=op.attr("procedure").name, part="primal")
            return replace(op, outs=op.outs[:1])
        if op.name == "if":
            keep = [o in self.values for o in op.outs]
            if all(keep):
                return op
            self.disturbed = True
            blocks = tuple(
                replace(b, results=tuple(r for r, k in zip(b.results, keep, strict=True) if k)) for b in op.blocks
            )
            return replace(op, outs=tuple(o for o, k in zip(op.outs, keep, strict=True) if k), blocks=blocks)
        return self.narrow_loop(op) if op.name in ("for", "while") else op

    def narrow_loop(self, op: Op) -> Op:
        exits, count = int(op.attr("exits", False)), op.attr("carried", 0)
        body, split = op.blocks[-1], len(op.args) - count
        params = body.params[len(body.params) - count :]
        first = len(body.params) - count
        tests = op.blocks[0].params if op.name == "while" else params
        keep = [
            p in self.values or t in self.values or op.outs[exits + k] in self.values
            for k, (p, t) in enumerate(zip(params, tests, strict=True))
        ]
        stacks = len(body.results) - exits - count
        stack_outs = op.outs[exits + count : exits + count + stacks]
        keep_stack = [o in self.values for o in stack_outs]
        counted = op.attr("counted", False)
        drop_count = counted and op.outs[-1] not in self.values
        if all(keep) and all(keep_stack) and not drop_count:
            return op
        self.disturbed = True

        def chosen(items: tuple[Item, ...], flags: list[bool]) -> tuple[Item, ...]:
            return tuple(i for i, k in zip(items, flags, strict=True) if k)

        carried_results = chosen(body.results[exits : exits + count], keep)
        stack_results = chosen(body.results[exits + count :], keep_stack)
        body = replace(
            body,
            params=(*body.params[:first], *chosen(params, keep)),
            results=(*body.results[:exits], *carried_results, *stack_results),
        )
        blocks: tuple[Block, ...] = (body,)
        if op.name == "while":
            blocks = (replace(op.blocks[0], params=chosen(tests, keep)), body)
        tail = op.outs[-1:] if counted and not drop_count else ()
        outs = (*op.outs[:exits], *chosen(op.outs[exits : exits + count], keep), *chosen(stack_outs, keep_stack), *tail)
        args = (*op.args[:split], *chosen(op.args[split:], keep))
        op = replace(op, args=args, outs=outs, blocks=blocks)
        op = op.with_attrs(carried=sum(keep))
        return op.with_attrs(counted=False) if drop_count else op
