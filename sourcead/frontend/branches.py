"""Resolving branches: one that the condition decides folds, of others both sides are resolved and their results
joined."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.joining import Join, forget
from sourcead.frontend.lowering import MAX_BRANCHES, TOO_DEEP
from sourcead.frontend.memory import State
from sourcead.frontend.resolver import Resolver, UnboundRead, Undecided
from sourcead.ir import Builder, Op, Value
from sourcead.primitives import structural

Env = dict[Value, Abstract]


def resolve_if(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    """An `if`: the branch taken where the condition is known, otherwise both, joined."""
    from sourcead.frontend.protocol import condition
    from sourcead.frontend.resolve import block, read

    cond = condition(resolver, read(env, op.args[0]))
    truth = resolver.truth(cond)
    if truth is not None:
        return block(resolver, op.blocks[0 if truth else 1], env)
    if resolver.decided_only:
        raise Undecided
    hints = [o.hint for o in op.outs]
    return choose(resolver, cond, [partial(block, resolver, b, dict(env)) for b in op.blocks], hints, op)


def choose(
    resolver: Resolver, cond: Abstract, sides: list[Callable[[], list[Abstract]]], hints: list[str], op: Op
) -> list[Abstract]:
    """Resolve two alternatives under a condition that is not known, and join their results and what they stored."""
    atom = resolver.atom(cond)
    if resolver.depth >= MAX_BRANCHES:
        resolver.refuse(*TOO_DEEP)
    resolver.depth += 1
    place, outer = resolver.at, resolver.builder
    before, mark = resolver.memory.state, resolver.memory.count
    results: list[list[Abstract]] = []
    builders: list[Builder] = []
    states: list[State] = []
    frames = len(resolver.frames)
    for side in sides:
        resolver.builder, resolver.at, resolver.memory.state = Builder(), place, before.fork()
        try:
            results.append(side())
        except UnboundRead as error:
            if not resolver.first_look:
                raise
            resolver.unseen = error
            del resolver.frames[frames:]
            continue
        builders.append(resolver.builder)
        states.append(resolver.memory.state)
    resolver.builder, resolver.at, resolver.memory.state = outer, place, before
    resolver.depth -= 1
    if len(results) < len(sides):  # the look is not final: the other path tells the kinds
        if not results:
            assert resolver.unseen is not None
            raise resolver.unseen
        resolver.memory.state = states[0]
        return results[0]
    joiner = Join(resolver, builders, states)
    joined = [joiner.join(a, b, hint) for a, b, hint in zip(*results, hints, strict=True)]
    joiner.heaps(mark)
    blocks = tuple(b.block((), tuple(c)) for b, c in zip(builders, joiner.columns, strict=True))
    resolver.append(
        Op(
            structural.IF,
            (atom,),
            tuple(joiner.outs),
            (),
            blocks,
            op.at if resolver.override is None else resolver.override,
            op.form,
            resolver.backward,
        )
    )
    return joined


__all__ = ["choose", "forget", "resolve_if"]
