"""Results of their own: a gradient shares no memory with an argument, with another gradient, or with read-only memory.

return broadcast_to(c, shape of x)  ->  np.full_like(x, c)      return a view of x  ->  a copy
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sourcead.ir import Atom, Function, Op, Value
from sourcead.kinds import Array, List, Scalar, dtype_of
from sourcead.passes.aliasing import Aliases
from sourcead.passes.items import stored_items
from sourcead.passes.shapes import read_latest_shapes
from sourcead.primitives import lists, structural
from sourcead.primitives.registry import attribute_entry, entry_of, method_entry
from sourcead.records import replace

_CONTAINERS = (structural.TUPLE, structural.LIST, structural.DICT, structural.CALL)


def own_results(function: Function) -> Function:
    """Copy every returned array of the gradient that shares memory with something else."""
    body = function.body
    producers: dict[Atom, Op] = {o: op for op in body.ops for o in op.outs}
    aliases = Aliases.of(function)
    stored = stored_items(function)
    taken = set(_roots_of_value(body.results[0], producers, aliases))
    replaced: dict[Op | None, dict[int, Op]] = {}
    branches: dict[Op, Op] = {}
    for holder, position, leaf in _leaves(body.results[0], producers):
        roots = aliases.of_atom(leaf)
        if aliases.own(leaf) and not roots & taken and _items_apart(leaf, aliases, stored):
            taken |= roots
        elif isinstance(leaf.kind, List):
            made = Op(lists.OWN, (leaf,), (Value(leaf.hint, leaf.kind),), (), (), None, "", True)
            replaced.setdefault(holder, {})[position] = made
        elif isinstance(leaf.kind, Array):
            maker = producers.get(leaf)
            if maker is not None and maker.name == "if" and maker.backward and not roots & taken:
                taken |= roots
                branches[maker] = _own_in_branches(branches.get(maker, maker), maker.outs.index(leaf), aliases)
                continue
            replaced.setdefault(holder, {})[position] = _own(leaf, producers)
    if not replaced and not branches:
        return function
    ops: list[Op] = []
    for op in body.ops:
        op, changes = branches.get(op, op), replaced.get(op)
        if changes:
            ops.extend(changes.values())
            op = replace(op, args=tuple(changes[k].outs[0] if k in changes else a for k, a in enumerate(op.args)))
        ops.append(op)
    results = body.results
    for top in replaced.get(None, {}).values():
        ops.append(top)
        results = (top.outs[0],)
    owned = replace(function, body=replace(body, ops=tuple(ops), results=results))
    return read_latest_shapes(owned)  # what is filled in directly reads the shape of an array, perhaps changed by now


def _own_in_branches(op: Op, position: int, aliases: Aliases) -> Op:
    """The `if` with copies in the branches whose result is not memory of the function's own."""
    blocks = []
    for block in op.blocks:
        result = block.results[position]
        if isinstance(result, Value) and not aliases.own(result):
            made = _own(result, {o: inner for inner in block.ops for o in inner.outs})
            results = (*block.results[:position], made.outs[0], *block.results[position + 1 :])
            block = replace(block, ops=(*block.ops, made), results=results)
        blocks.append(block)
    return replace(op, blocks=tuple(blocks))


def _items_apart(leaf: Value, aliases: Aliases, stored: set[Atom]) -> bool:
    """Whether no two items of a list share memory."""
    if not isinstance(leaf.kind, List) or isinstance(leaf.kind.item, Scalar):
        return True
    return all(aliases.is_item_of_its_own(root, stored) for root in aliases.contents(leaf))


def _roots_of_value(result: Atom, producers: dict[Atom, Op], aliases: Aliases) -> frozenset[Value]:
    """The memory of the function's own value and aux, which stay as they are."""
    pair = producers.get(result)
    own = None if pair is None else pair.attr("own")
    return frozenset() if pair is None or own is None else aliases.of_atom(pair.args[own])


def _leaves(atom: Atom, producers: dict[Atom, Op]) -> Iterator[tuple[Op | None, int, Value]]:
    """The arrays that a result is made of, with the container op and the position that hold each."""
    stack: list[tuple[Op | None, int, Atom]] = [(None, 0, atom)]
    while stack:
        holder, position, item = stack.pop()
        producer = producers.get(item)
        if producer is not None and producer.primitive in _CONTAINERS and producer.backward:
            own = producer.attr("own")
            stack.extend((producer, k, a) for k, a in reversed(list(enumerate(producer.args))) if k != own)
        elif isinstance(item, Value) and (producer is None or producer.backward or holder is None or holder.backward):
            yield holder, position, item


def _own(leaf: Value, producers: dict[Atom, Op]) -> Op:
    """The op that makes a copy of a leaf; what was broadcast is filled in directly."""
    producer = producers.get(leaf)
    shape = attribute_entry("shape")
    assert shape is not None
    out = Value(leaf.hint if producer is not None else "", leaf.kind)  # a parameter keeps its name for itself
    if producer is not None and producer.name == "np.broadcast_to":
        source, target = producer.args
        asked = producers.get(target)
        full_like = entry_of(np.full_like)
        if asked is not None and asked.primitive.target in (shape.primitive.target, np.shape) and full_like is not None:
            like = asked.args[0]
            if isinstance(like, Value) and isinstance(like.kind, Array) and dtype_of(like.kind) == dtype_of(leaf.kind):
                return Op(full_like.primitive, (like, source), (out,), (), (), producer.at, "", True)
    copy = method_entry("copy")
    assert copy is not None
    return Op(copy.primitive, (leaf,), (out,), (), (), producer.at if producer is not None else None, copy.form, True)
