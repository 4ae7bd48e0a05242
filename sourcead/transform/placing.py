"""Putting the ops of a function that was resolved by itself in the place of its call: arguments for its parameters."""

from __future__ import annotations

from collections.abc import Iterable

from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Op, walk
from sourcead.transform.residuals import substitute


def placed(resolver: Resolver, ops: Iterable[Op], given: dict[Atom, Atom]) -> list[Op]:
    """The ops with what is given in place of parameters, in what is known of the containers that they make, too."""
    made = substitute(ops, given)
    for op in walk(Block((), tuple(made), ())):
        for value in (*op.outs, *(p for block in op.blocks for p in block.params)):
            parts = resolver.parts.get(value)
            if parts is not None:
                resolver.parts[value] = parts.renamed(given)
    return made
