"""Resolving loops: over containers of static structure they unroll, all others become loop ops."""

from __future__ import annotations

import operator

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.branches import choose
from sourcead.frontend.fixedpoint import fixed_point
from sourcead.frontend.iteration import static_items
from sourcead.frontend.resolver import Resolver, Undecided
from sourcead.ir import CONTINUE, NEXT, Const, Op, Value, sub_blocks
from sourcead.primitives.registry import entry_of

Env = dict[Value, Abstract]


def resolve_for(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    """A `for`: unrolled over containers of static structure, otherwise a loop op."""
    from sourcead.frontend.resolve import read

    if resolver.decided_only and static_items(resolver, read(env, op.args[0])) is None:
        raise Undecided
    iterable, *inits = (read(env, a) for a in op.args)
    items = static_items(resolver, iterable)
    if items is not None:
        return _unroll(resolver, op, env, items, inits)
    return fixed_point(resolver, op, env, inits, iterable)


def resolve_while(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    """A `while`: always a loop op, unless its test is known to fail at once."""
    from sourcead.frontend.resolve import read

    if resolver.decided_only:
        raise Undecided
    return fixed_point(resolver, op, env, [read(env, a) for a in op.args], None)


def _unroll(resolver: Resolver, op: Op, env: Env, items: list[Abstract], carried: list[Abstract]) -> list[Abstract]:
    """One copy of the body for each item; an exit code that is not known guards the copies after it."""
    from sourcead.frontend.resolve import block

    exits, body = op.attr("exits"), op.blocks[0]
    hints = [o.hint for o in op.outs]
    for position, item in enumerate(items):
        inner = dict(env)
        inner.update(zip(body.params, [item, *carried], strict=True))
        carried = block(resolver, body, inner)
        if not exits:
            continue
        code, *carried = carried
        known, value = resolver.static(code)
        if not known:
            rest, state = items[position + 1 :], carried
            sides = [lambda: _unroll(resolver, op, env, rest, state), lambda: [code, *state]]
            return choose(resolver, _goes_on(resolver, code, op), sides, hints, op)
        if value not in (NEXT, CONTINUE):
            return [Const(value), *carried]
    return [*([Const(NEXT)] if exits else []), *carried]


def _goes_on(resolver: Resolver, code: Abstract, op: Op) -> Abstract:
    """Whether the next item follows: after the end of the body, and after a `continue`."""
    from sourcead.frontend.calls import emit_folded

    continues = any(Const(CONTINUE) in block.results for block in sub_blocks(op.blocks[0]))
    entry = entry_of(operator.le if continues else operator.eq)
    assert entry is not None
    return emit_folded(resolver, entry.primitive, (resolver.atom(code), Const(NEXT)), {}, "")
