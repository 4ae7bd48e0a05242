"""Resolving loops: over containers of static structure they unroll, all others become loop ops."""

from __future__ import annotations

import operator

from sourcead.errors import UnsupportedError
from sourcead.frontend.abstract import Abstract
from sourcead.frontend.branches import choose
from sourcead.frontend.expansion import finite_items
from sourcead.frontend.fixedpoint import fixed_point
from sourcead.frontend.iteration import few_items, static_items
from sourcead.frontend.protocol import iterated
from sourcead.frontend.resolver import Resolver, Undecided, is_view_of_dict
from sourcead.ir import CONTINUE, NEXT, Const, Op, Value, sub_blocks
from sourcead.primitives.registry import entry_of
from sourcead.records import dataclass

Env = dict[Value, Abstract]
MAX_UNROLLED = 64  # turns of nested loops that are unrolled because they cannot be loops


def resolve_for(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    """A `for`: unrolled over containers of static structure, otherwise a loop op."""
    from sourcead.frontend.resolve import read

    iterable, *inits = (read(env, a) for a in op.args)
    iterable = iterated(resolver, iterable)
    items = static_items(resolver, iterable)
    if resolver.decided_only and items is None:
        items = finite_items(resolver, iterable)
        if items is None:
            raise Undecided
    if items is not None:
        return _Unrolled(resolver, op, env, iterable).turns(items, 0, inits)
    return _looped(resolver, op, env, inits, iterable)


def _looped(resolver: Resolver, op: Op, env: Env, inits: list[Abstract], iterable: Abstract) -> list[Abstract]:
    """A loop op; where the body cannot be one (a key, or a function, is another in each turn) and the turns are few,
    a copy of the body for each."""
    memory = resolver.memory
    before, builder, place = memory.state.fork(), resolver.builder, resolver.at
    made, frames = len(builder.ops), len(resolver.frames)
    try:
        return fixed_point(resolver, op, env, inits, iterable)
    except UnsupportedError:
        items = few_items(resolver, iterable)
        if items is None or resolver.unrolling >= MAX_UNROLLED:
            raise
        memory.state, resolver.builder, resolver.at = before, builder, place
        del resolver.builder.ops[made:], resolver.frames[frames:]
        resolver.unrolling += len(items)
        try:
            return _Unrolled(resolver, op, env, iterable).turns(items, 0, inits)
        except UnsupportedError:
            pass
        finally:
            resolver.unrolling -= len(items)
        raise


def resolve_while(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    """A `while`: always a loop op, unless its test is known to fail at once."""
    from sourcead.frontend.resolve import read

    if resolver.decided_only:
        raise Undecided
    return fixed_point(resolver, op, env, [read(env, a) for a in op.args], None)


@dataclass(frozen=True, slots=True)
class _Unrolled:
    """One copy of the body for each item; an exit code that is not known guards the copies after it."""

    resolver: Resolver
    op: Op
    env: Env
    iterable: Abstract

    def turns(self, items: list[Abstract], position: int, carried: list[Abstract]) -> list[Abstract]:
        """The turns from a position on."""
        resolver, exits = self.resolver, self.op.attr("exits")
        while position < len(items):
            stores = resolver.memory.stores
            results = self._turn(items[position], carried)
            position += 1
            if resolver.memory.stores > stores:  # the loop sees what its body does to what it runs over
                before, items = len(items), few_items(resolver, self.iterable) or items[:position]
                if len(items) != before and is_dict(resolver, self.iterable):
                    resolver.refuse("a dict changes its size while a loop runs over it", "loop over `list(...)` of it")
            if not exits:
                carried = results
                continue
            code, *carried = results
            known, value = resolver.static(code)
            if known and value not in (NEXT, CONTINUE):
                return [Const(value), *carried]
            if not known:
                return self._guarded(items, position, code, carried)
        return [*([Const(NEXT)] if exits else []), *carried]

    def _turn(self, item: Abstract, carried: list[Abstract]) -> list[Abstract]:
        from sourcead.frontend.resolve import block

        body = self.op.blocks[0]
        inner = dict(self.env)
        inner.update(zip(body.params, [item, *carried], strict=True))
        return block(self.resolver, body, inner)

    def _guarded(
        self, items: list[Abstract], position: int, code: Abstract, carried: list[Abstract]
    ) -> list[Abstract]:
        goes_on = _goes_on(self.resolver, code, self.op)
        hints = [o.hint for o in self.op.outs]
        sides = [lambda: self.turns(items, position, carried), lambda: [code, *carried]]
        return choose(self.resolver, goes_on, sides, hints, self.op)


def is_dict(resolver: Resolver, iterable: Abstract) -> bool:
    """Whether a loop runs over a dict or a view of one."""
    parts = resolver.parts_of(iterable)
    return is_view_of_dict(iterable) or (parts is not None and parts.type is dict)


def _goes_on(resolver: Resolver, code: Abstract, op: Op) -> Abstract:
    """Whether the next item follows: after the end of the body, and after a `continue`."""
    from sourcead.frontend.entries import emit_folded

    continues = any(Const(CONTINUE) in block.results for block in sub_blocks(op.blocks[0]))
    entry = entry_of(operator.le if continues else operator.eq)
    assert entry is not None
    return emit_folded(resolver, entry.primitive, (resolver.atom(code), Const(NEXT)), {}, "")
