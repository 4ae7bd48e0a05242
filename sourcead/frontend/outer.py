"""The memory around a procedure: it reads what it captured as it was when it was resolved, and stores into none of it.

A procedure is resolved once for many calls. So the values that it captured are its parameters, which fits as long as
the captured memory is what it was; and a store into memory from outside would be an effect that no call shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sourcead.frontend.abstract import (
    Abstract,
    Aggregate,
    Bound,
    Closure,
    Iteration,
    Method,
    Partial,
    Ref,
    Region,
    Stale,
    Super,
)
from sourcead.frontend.layouts import immutable
from sourcead.frontend.memory import State
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Op, Value, walk
from sourcead.kinds import Array, Top
from sourcead.primitives import structural


def captured_contents(
    resolver: Resolver, captured: Iterable[Abstract], values: Iterable[Abstract]
) -> dict[Region, Any]:
    """What the memory holds now that a procedure can reach without being handed it: its captured variables', that of
    functions and objects among its arguments, and the caller's."""
    memory = resolver.memory
    found: dict[Region, Any] = {}
    waiting = [*captured, *(v for v in values if not isinstance(v, Value | Aggregate))]
    met: set[int] = set()
    while waiting:
        item = waiting.pop()
        if id(item) in met:
            continue
        met.add(id(item))
        region = item.region if isinstance(item, Ref) else memory.regions.get(item) if isinstance(item, Value) else None
        if region is not None and region not in found:
            found[region] = memory.content(region)
            waiting += [] if isinstance(found[region], Stale) or found[region] is None else [found[region]]
        waiting += _held(item)
    for region in memory.state.heap:
        if region.origin != "local":
            found[region] = memory.current(region)
    holders = set(found)
    for (holder, _), part in memory.parts.items():
        if holder in holders and part in memory.state.heap:
            found[part] = memory.current(part)
            holders.add(part)
    return found


def _held(item: Abstract) -> list[Any]:
    """What an abstract value holds."""
    if isinstance(item, Aggregate):
        return list(item.items)
    if isinstance(item, Closure):
        return [*item.captured, *item.defaults, *item.home.defs.values()]
    if isinstance(item, Method):
        return [item.receiver]
    if isinstance(item, Bound | Super):
        return [item.holder]
    if isinstance(item, Partial):
        return [item.callee, *item.args, *(v for _, v in item.kwargs)]
    return list(item.parts) if isinstance(item, Iteration) else []


def check_stores(resolver: Resolver, before: State, mark: int, again: str = "") -> None:
    """Refuse what the body of a procedure stored into memory that it did not make; mark: regions up to it are older;
    again: the body is computed twice.

    Raises:
        UnsupportedError: naming the store.
    """
    words = "a function that calls itself stores into memory that it did not allocate"
    help = "hand the memory over and return the changed copy, or write the recursion as a loop"
    if again:
        words = f"`{again}` is computed twice, and stores into memory that it did not allocate"
        help = "return a changed copy, or leave the store outside of `checkpoint`"
    for op in _ops(resolver):
        if op.primitive in (structural.SETATTR, structural.SETKEY):
            resolver.at = op.at
            resolver.refuse(words, help)
    for region, content in resolver.memory.state.heap.items():
        if before.heap.get(region) is content or (region.number > mark and region.origin == "local"):
            continue
        resolver.at = resolver.memory.stored_at.get(region, resolver.at)
        resolver.refuse(f"{words}, `{region.hint}`" if region.hint else words, help)


def _ops(resolver: Resolver) -> Iterable[Op]:
    return (inner for op in resolver.builder.ops for inner in (op, *(i for b in op.blocks for i in walk(b))))


def remember_result(resolver: Resolver, out: Value, given: Iterable[Abstract], fresh: bool) -> None:
    """Record which memory the result of an invocation may be: its own, or that of anything that it was handed."""
    if immutable(out.kind):
        return
    memory = resolver.memory
    if fresh and isinstance(out.kind, Array | Top):
        memory.region(out)
        return
    tokens = set().union(*map(memory.tokens_of, given))
    memory.adopt(out, tokens, "perhaps")
