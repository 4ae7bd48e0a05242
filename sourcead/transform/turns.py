"""The turns of a primal loop, as its reverse counts them: how many there were, and what their number is called."""

from __future__ import annotations

from typing import Any

from sourcead.ir import Atom, Const, Op, Value
from sourcead.kinds import INT
from sourcead.primitives import structural
from sourcead.transform.adjoint import Extras, Reverse


def index_hint(op: Op) -> str:
    """The user's name for the number of the turn, where the loop counts; otherwise the writer finds a free one."""
    hint = op.blocks[-1].params[1].hint.strip("_") if _counts_from_zero(op) else ""
    return hint if hint.isidentifier() else ""


def _counts_from_zero(op: Op) -> bool:
    sources = op.attr("sources", ())
    return len(sources) == 1 and sources[0].form == "range" and op.args[0] == Const(0) and op.args[2] == Const(1)


def trip_count(self: Reverse, op: Op) -> Atom:
    """The number of turns that the forward loop made, emitted before the reversed loop."""
    from sourcead.frontend.abstract import Static
    from sourcead.frontend.calls import call_static

    resolver = self.resolver
    if op.attr("counted", False):
        return op.outs[-1]
    if op.name == "while" or op.attr("exits", False):
        extras = self.extras.setdefault(op, Extras())
        if extras.turns is None:
            extras.turns = Value("turns", INT)
        return extras.turns
    if _counts_from_zero(op):
        return op.args[1]
    lengths: list[Any] = []
    position = 0
    for source in op.attr("sources"):
        args = op.args[position : position + source.arity]
        position += source.arity
        if source.form == "range":
            lengths.append(resolver.emit(structural.RANGE_LENGTH, args))
        elif source.form == "rows":
            lengths.append(call_static(resolver, Static(len, (("builtin", "len"),)), list(args), {}))
    if len(lengths) == 1:
        return resolver.atom(lengths[0])
    return resolver.atom(call_static(resolver, Static(min, (("builtin", "min"),)), lengths, {}))
