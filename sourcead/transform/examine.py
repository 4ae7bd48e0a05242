"""Examining a primal for `doctor`: the reverse sweep over all of it, going on behind what it refuses.

The adjoint of a refused op is not known; zero stands for it, so that everything before it is reversed too. What is made
here is never written.
"""

from __future__ import annotations

from sourcead.errors import SourceADError
from sourcead.frontend.abstract import Abstract
from sourcead.frontend.collecting import REFUSED
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Const, Op, Value
from sourcead.kinds import Kind, List, Top, Tree
from sourcead.transform.activity import varied_values
from sourcead.transform.adjoint import Reverse, reverse_op
from sourcead.transform.cotangents import Branches, Cotangent, Cotangents
from sourcead.transform.grown import stack_grown_lists
from sourcead.transform.lists import measured
from sourcead.transform.pairs import Pairs
from sourcead.transform.sweeps import start


def examine(resolver: Resolver, params: tuple[Value, ...], result: Abstract, argnums: tuple[int, ...]) -> Atom:
    """Reverse the ops in the resolver's builder, collecting what is refused; gives the value that the function returns.

    The result may be anything: that a gradient needs a number is no fault of a function that others call.
    """
    value = resolver.atom(result)
    forward, before = measured(stack_grown_lists(tuple(resolver.builder.ops), (value,)))
    body = Block(params, forward, (value,))
    varied = varied_values(body, [params[k] for k in argnums])
    reverse = start(resolver, body, varied, Pairs(resolver))
    reverse.measured, reverse.reverse_with = before, _collecting
    cotangents = reverse.cotangents
    if isinstance(value, Value) and value in varied:
        cotangents.add(value, _nothing(cotangents, value, value.kind))
    reverse.block(forward)
    return value


def _collecting(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """Reverse one op; where that is refused, zeros stand for what it would contribute."""
    resolver, collector = self.resolver, self.resolver.collector
    assert collector is not None
    builder, frames = resolver.builder, len(resolver.frames)
    try:
        if op.primitive is not REFUSED:
            reverse_op(self, op, cotangents)
            return
    except SourceADError as error:
        collector.record(error)
    resolver.builder = builder
    del resolver.frames[frames:]
    for x in op.args:
        if isinstance(x, Value) and x in self.varied:
            self.cotangents.add(x, _nothing(self.cotangents, x, x.kind))


def _nothing(cotangents: Cotangents, value: Value, kind: Kind) -> Cotangent:
    """A zero in the structure of a value."""
    if isinstance(kind, Tree):
        return Branches(kind, tuple(_nothing(cotangents, Value("", inner), inner) for inner in kind.items))
    return cotangents.zeros(value) if isinstance(kind, List | Top) else Const(0.0)
