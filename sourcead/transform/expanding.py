"""What is computed stably written out: its text takes its place before the function is differentiated.

y = softplus(z)            ->    e = exp(-abs(z)); y = known_softplus(maximum(z, 0) + log1p(e), z, e)
known_softplus(t, z, e)    ->    t       once all derivatives are taken
"""

from __future__ import annotations

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.inlining import inline
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Block, Function, Op, Value
from sourcead.passes.rewriting import Rewriter
from sourcead.passes.stabilise import stabilise
from sourcead.primitives.stable import KNOWN, WRITTEN
from sourcead.records import replace
from sourcead.transform.adjoint import static_value


def stabilised(resolver: Resolver, function: Function) -> Function:
    """A function, and the procedures that it invokes, computed stably."""
    procedures = {p.name: p for p in resolver.procedures}
    function, bodies = stabilise(function, {n: p.function() for n, p in procedures.items()}, resolver.complexes)
    for name, body in bodies.items():
        procedures[name].body = write_out(resolver, body).body
    return write_out(resolver, function)


def with_stable_derivative(resolver: Resolver, ops: list[Op]) -> list[Op]:
    """The ops of a function that is differentiated inside another one: to the bit what they are, since what becomes of
    the result is not known here."""
    if not resolver.stabilize:
        return ops
    function, _ = stabilise(
        Function("", (), Block((), tuple(ops), ()), at=resolver.at), {}, resolver.complexes, exact=True
    )
    return list(write_out(resolver, function).body.ops)


def write_out(resolver: Resolver, function: Function) -> Function:
    """A function with the text of what it computes stably."""

    def visit(op: Op, rewriter: Rewriter) -> None:
        for step in _text(resolver, op) if op.primitive in WRITTEN else [op]:
            rewriter.emit(step)

    return Rewriter(visit).function(function)


def forget(function: Function) -> Function:
    """A function without what was known of its values."""

    def visit(op: Op, rewriter: Rewriter) -> None:
        if op.primitive not in KNOWN:
            rewriter.emit(op)
            return
        value = rewriter.read(op.args[0])
        rewriter.values[op.outs[0]] = value
        if isinstance(value, Value):
            value.call_it(op.outs[0].hint)

    return Rewriter(visit).function(function)


def _text(resolver: Resolver, op: Op) -> list[Op]:
    """The ops of a function that ends in what is known of its result."""
    outer = resolver.builder.ops, resolver.backward, resolver.override
    resolver.builder.ops, resolver.backward, resolver.override = [], True, op.at
    attrs: dict[str, Abstract] = {name: static_value(value) for name, value in op.keywords.items()}
    inline(resolver, op.primitive.target, list(op.args), attrs)
    made = resolver.builder.ops
    resolver.builder.ops, resolver.backward, resolver.override = outer
    first, *between, last = (replace(step, backward=op.backward).with_attrs(made="text") for step in made)
    return [replace(first, note=op.note), *between, replace(last, outs=op.outs, note=op.note).with_attrs(made="value")]
