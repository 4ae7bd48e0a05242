"""The value of a function and its pullback: two functions, what the first keeps is handed to the second.

    value, saved = f_fwd(x, ...)          dx, ... = f_bwd(saved, cotangent of the value)

The pullback owns what it reads: it may be called many times, and after the caller changed the arguments.
"""

from __future__ import annotations

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.procedure import Procedure, unique_names
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Block, Function, Op, Param, Value, walk
from sourcead.kinds import TOP, Tree, may_carry_derivative
from sourcead.passes.copies import insert_copies
from sourcead.primitives import structural
from sourcead.records import replace
from sourcead.transform.activity import kinks, varied_values
from sourcead.transform.containers import build
from sourcead.transform.derive import Wanted, gradient_of, reverse_procedures, reversed_within
from sourcead.transform.forward import tangent_kind
from sourcead.transform.pairs import Pair, Pairs
from sourcead.transform.reading import free_values
from sourcead.transform.residuals import rebuild


def derive_pullback(
    resolver: Resolver,
    function: Function,
    params: tuple[Value, ...],
    further: tuple[Value, ...],
    result: Abstract,
    wanted: Wanted,
    pairs: Pairs,
) -> Block:
    """Reverse the ops in the resolver's builder as a pair; gives the body that calls the first and hands out the
    second. `further`: the parameters that earlier levels added, for tangents."""
    value = resolver.atom(result)
    stem = function.name.removesuffix("_vjp")
    every = (*params, *further)
    procedure = Procedure(stem, stem, None, None, (), function.at, every, Block(every, (), (value,)))
    pair = Pair(procedure, wanted.argnums, *pairs.names(stem), owns=True)
    body = Block(every, tuple(resolver.builder.ops), (value,))
    if any(op.backward for op in walk(body)):  # derivatives within are primal here: they store where no one else looks
        body = without_marks(insert_copies(replace(function, body=body)).body)
    pairs.made.append(pair)  # its names are taken from here on
    pair.joint = _joint(resolver, function, body, [params[k] for k in wanted.argnums], pairs, pair)
    reverse_procedures(resolver, pairs)
    saved, pullback, outcome = Value("saved"), Value("pullback", TOP), Value("")
    own = Value(getattr(value, "hint", "") or "value", resolver.kind(value))
    attrs = (("callee", pair.forward), ("fresh", False), ("part", "forward"), ("procedure", procedure))
    ops = (
        Op(structural.invoke(frozenset({"io"})), every, (own, saved), attrs),
        Op(structural.PULLBACK, (saved,), (pullback,), (("callee", pair.backward),)),
        Op(structural.TUPLE, (own, pullback), (outcome,)),
    )
    return Block(params, ops, (outcome,))


def _joint(
    resolver: Resolver, function: Function, body: Block, seeds: list[Value], pairs: Pairs, pair: Pair
) -> Function:
    """Both sweeps in one function of the arguments and the cotangent: ((value,), gradient, ...)."""
    reverse, forward, result = reversed_within(resolver, body, seeds, varied_values, pairs)
    reverse.in_procedure, reverse.masks.seeded = True, True
    kind = tangent_kind(resolver.kind(result))
    g = Value("g", kind)
    if isinstance(result, Value) and result in reverse.varied and may_carry_derivative(result.kind):
        reverse.cotangents.add(result, g)
    reverse.block(forward)
    resolver.kinks += kinks(forward, reverse.varied, resolver.reversed)
    resolver.at = resolver.override = None
    gradients = tuple(gradient_of(reverse, p) for p in seeds)
    kept = Value("", Tree(tuple, (0,), (resolver.kind(result),)))
    outcome = build(resolver, Tree(tuple, (), ()), (kept, *gradients))
    resolver.builder.ops[-1] = resolver.builder.ops[-1].with_attrs(own=0)
    for value in free_values(resolver.builder.ops, ()):
        reverse.bindings.bind(value)
    whole = (*rebuild(reverse, forward), Op(structural.TUPLE, (result,), (kept,)), *resolver.builder.ops)
    names = unique_names([p.hint for p in body.params])
    joint = Block((*body.params, g), whole, (outcome,))
    return replace(function, name=pair.backward, params=(*map(Param, names), Param("")), body=joint)


def without_marks(block: Block) -> Block:
    """The ops of a derivative as the primal of the next."""
    return replace(block, ops=tuple(_without_mark(op) for op in block.ops))


def _without_mark(op: Op) -> Op:
    return replace(op, backward=False, blocks=tuple(map(without_marks, op.blocks)))


