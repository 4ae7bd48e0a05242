"""The tangent of a function out of its adjoint rule, which is linear in the cotangent: the transpose of the rule.

    rule:  g  ->  (dx1, ..., dxn)          tangent of y  =  the cotangent of g, where t1, ..., tn are those of dx1, ...

The rule is inlined for a cotangent g that only stands there, and reversed. What reads g in the end reads no more of it
than its shape: zeros stand for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.data import child
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Builder, Const, Function, Op, Value
from sourcead.kinds import Array, Kind, Scalar, Tree, may_carry_derivative
from sourcead.passes.dce import eliminate_dead_code
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace
from sourcead.rules.registry import adjoint_rule
from sourcead.transform.activity import varied_within
from sourcead.transform.adjoint import Reverse, apply_rule
from sourcead.transform.broadcasting import unbroadcast
from sourcead.transform.containers import Branches, Cotangent
from sourcead.transform.pairs import cotangent_kind
from sourcead.transform.reading import free_values
from sourcead.transform.residuals import rebuild
from sourcead.transform.sweeps import start
from sourcead.transform.tangent import Forward


def transposed(self: Forward, op: Op, active: set[int]) -> Branches | Atom | None:
    """The tangent of the result of an op whose arguments at these positions have tangents."""
    resolver, (out,) = self.resolver, op.outs
    rule = adjoint_rule(op.primitive.target)
    assert rule is not None
    tangents = {k: self.of(op.args[k]) for k in sorted(active)}
    outer, resolver.builder = resolver.builder, Builder()
    symbols: dict[Value, tuple[int, ...]] = {}
    g = _symbol(out.kind, symbols)
    flags = tuple(k in active for k in range(len(op.args)))
    results = apply_rule(resolver, rule, op, g, flags)
    pairs: list[tuple[Atom, Atom]] = []
    for k, tangent in tangents.items():
        if k < len(results):
            _paired(self, results[k], tangent, op.args[k], pairs)
    ops = tuple(resolver.builder.ops)
    body = Block(tuple(symbols), ops, ())
    varied = varied_within(body, symbols)
    reverse = start(resolver, body, varied, self.pairs)
    for contribution, t in pairs:
        if isinstance(contribution, Value) and contribution in varied:
            reverse.cotangents.add(contribution, _reduced(resolver, t, contribution))
    reverse.block(ops)
    found = {s: reverse.cotangents.pop(s) for s in symbols}
    result: Branches | Atom | None = _assembled(reverse, out.kind, g, found)
    read = [a for a in _leaves(result) if isinstance(a, Value)]
    made = _still_read([*rebuild(reverse, ops), *resolver.builder.ops], read)
    resolver.builder = outer
    for symbol, place in symbols.items():
        if symbol in free_values(made, read):
            _stand_in(self, symbol, out, place)
    resolver.builder.ops.extend(made)
    return result


def _symbol(kind: Kind, symbols: dict[Value, tuple[int, ...]], place: tuple[int, ...] = ()) -> Abstract:
    """A cotangent of this kind: a value, or a container of them; each is recorded with its place there."""
    if isinstance(kind, Tree):
        items: list[Abstract] = []
        for position, inner in enumerate(kind.items):
            carries = may_carry_derivative(inner)
            items.append(_symbol(inner, symbols, (*place, position)) if carries else Const(0.0))
        return Aggregate(kind.type, kind.keys, tuple(items))
    symbol = Value("", cotangent_kind(kind))
    symbols[symbol] = place
    return symbol


def _paired(self: Forward, contribution: Abstract, tangent: Cotangent | None, x: Atom, pairs: list[Any]) -> None:
    """What the rule gives for an argument, with the tangent of that argument, leaf by leaf."""
    if tangent is None or contribution == Const(None):
        return
    if isinstance(tangent, Branches):
        if isinstance(contribution, Aggregate):
            for item, inner in zip(contribution.items, tangent.items, strict=True):
                _paired(self, item, inner, x, pairs)
            return
        atom = self.resolver.atom(contribution)
        if isinstance(self.resolver.kind(atom), Tree):
            for position, inner in enumerate(tangent.items):
                item = self.resolver.emit(structural.GETITEM, (atom,), path=((position,),))
                _paired(self, item, inner, x, pairs)
            return
        assert isinstance(x, Value)
        pairs.append((atom, self.resolver.emit(primitive_of(np.asarray), (self.cotangents.atom(tangent, x),))))
        return
    pairs.append((self.resolver.atom(contribution), tangent))


def _reduced(resolver: Resolver, t: Atom, contribution: Value) -> Atom:
    """The tangent as the cotangent of what the rule gave, which may be narrower than the argument."""
    kinds = resolver.kind(t), contribution.kind
    if all(isinstance(k, Array | Scalar) for k in kinds):
        return unbroadcast(resolver, t, contribution)
    return t


def _assembled(reverse: Reverse, kind: Kind, g: Abstract, found: dict[Value, Any]) -> Any:
    """The cotangents of the symbols, in the structure of the result."""
    if isinstance(kind, Tree) and isinstance(g, Aggregate):
        items = tuple(_assembled(reverse, k, item, found) for k, item in zip(kind.items, g.items, strict=True))
        return Branches(kind, items)
    return found.get(g) if isinstance(g, Value) else None


def _leaves(result: Any) -> list[Atom]:
    if isinstance(result, Branches):
        return [leaf for item in result.items for leaf in _leaves(item)]
    return [] if result is None else [result]


def _still_read(ops: list[Op], read: list[Value]) -> list[Op]:
    """The ops without those that nothing reads."""
    kept = Op(structural.TUPLE, tuple(read), (Value(""),), backward=True)
    return list(eliminate_dead_code(Function("", (), Block((), (*ops, kept), kept.outs))).body.ops[:-1])


def _stand_in(self: Forward, symbol: Value, out: Value, place: tuple[int, ...]) -> None:
    """Zeros in place of the cotangent, of which the shape is read: of the result, or of what stands there in it."""
    like: Atom = out
    for position in place:
        kind = self.resolver.kind(like)
        assert isinstance(kind, Tree)
        like = self.resolver.atom(child(self.resolver, like, kind, kind.keys[position]))
    zeros = self.zeros(like)
    made = self.resolver.builder.ops[-1] if self.resolver.builder.ops else None
    if made is not None and made.outs == (zeros,):
        self.resolver.builder.ops[-1] = replace(made, outs=(symbol,))
    else:
        self.resolver.append(Op(structural.LITERAL, (zeros,), (symbol,), (), (), self.resolver.place, "", True))
