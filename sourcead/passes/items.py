"""Items of lists that are arrays: where one may change in place, because nothing else is or holds its memory.

    dxs[i] = dxs[i] + g   ->   dxs[i] += g        where every item of dxs is memory of its own, and not read elsewhere

What has not been marked here is written as a sum that makes a new array: items that are rows of one array, or the same
array several times, would otherwise change together.
"""

from __future__ import annotations

from collections.abc import Iterator

from sourcead.ir import Atom, Block, Function, Op, Value, read_counts, walk
from sourcead.kinds import List, Scalar
from sourcead.passes.aliasing import Aliases
from sourcead.passes.conflicts import read_throughout
from sourcead.passes.reads import uses
from sourcead.primitives import lists, structural
from sourcead.records import replace


def change_items_in_place(function: Function) -> Function:
    """Mark the stores that add to an item in place."""
    candidates = [op for op in walk(function.body) if _is_store(op)]
    if not candidates:
        return function
    return replace(function, body=_Marks(function).block(function.body, frozenset()))


def _is_store(op: Op) -> bool:
    base = op.args[0] if op.primitive is structural.STORE else None
    return op.backward and isinstance(base, Value) and isinstance(base.kind, List) and not _is_number(base.kind)


def _is_put(op: Op) -> bool:
    """Whether an op puts an item at an end of a list."""
    return op.backward and op.primitive in (lists.APPEND, lists.INSERT)


def stored_items(function: Function) -> set[Atom]:
    """The values that the backward sweep makes to store each in one place of a list, by itself or in a container."""
    counts = read_counts(function.body)
    found: set[Atom] = set()
    for block, stacked in _blocks(function.body, ()):
        made: dict[Atom, Op] = {o: op for op in block.ops for o in op.outs}
        waiting = [*(op.args[-1] for op in block.ops if _is_store(op) or _is_put(op)), *stacked]
        while waiting:
            item = waiting.pop()
            maker = made.get(item)
            if maker is not None and counts[item] == 1:
                found.add(item)
                waiting += maker.args if maker.primitive in _DISPLAYS else ()
    return found


_DISPLAYS = (structural.TUPLE, structural.LIST, structural.DICT, structural.CALL)


def _blocks(block: Block, stacked: tuple[Atom, ...]) -> Iterator[tuple[Block, tuple[Atom, ...]]]:
    """Every block, with what it puts on a stack of the backward sweep, turn by turn."""
    yield block, stacked
    for op in block.ops:
        for inner in op.blocks:
            ours = op.name == "for" and op.backward
            first = int(op.attr("exits", False)) + op.attr("carried", 0)
            yield from _blocks(inner, inner.results[first:] if ours else ())


def _is_number(kind: List) -> bool:
    return isinstance(kind.item, Scalar)


class _Marks:
    """The search, block by block; what is live after each op decides."""

    def __init__(self, function: Function) -> None:
        self.aliases = Aliases.of(function)
        self.counts = read_counts(function.body)
        self.producers = {o: op for op in walk(function.body) for o in op.outs}
        self.stored = stored_items(function)

    def block(self, block: Block, live_after: frozenset[Value]) -> Block:
        """Mark the stores of a block; `live_after`: what is read after it."""
        current = live_after | {r for r in block.results if isinstance(r, Value)}
        made: list[Op] = []
        for op in reversed(block.ops):
            around = current - set(op.outs)
            if op.blocks:
                inner = around | (read_throughout(op) if op.name in ("for", "while") else frozenset())
                op = replace(op, blocks=tuple(self.block(b, inner) for b in op.blocks))
            elif _is_store(op) and self._may_change(op, around):
                op = op.with_attrs(owned=True)
            made.append(op)
            current = around | frozenset(uses(op))
        return replace(block, ops=tuple(reversed(made)))

    def _may_change(self, op: Op, around: frozenset[Value]) -> bool:
        base, new = op.args[0], op.args[-1]
        change = self.producers.get(new) if isinstance(new, Value) else None
        if change is None or change.primitive.form != "binary +" or self.counts[new] > 1:
            return False
        first = change.args[0]
        old = self.producers.get(first) if isinstance(first, Value) else None
        if old is None or old.primitive is not structural.GETITEM or old.args != op.args[:-1]:
            return False
        items = self.aliases.contents(base)
        if self.counts[first] > 1 or not all(self.aliases.is_item_of_its_own(r, self.stored) for r in items):
            return False
        return not any(self.aliases.reaches(v, items) for v in around)
