"""Derivatives of the helpers that a first derivative calls: what a helper says is gone through like a user's function.

    y = helper(x, n)     dx  =  the ops of the helper once more, and the reverse sweep of them
"""

from __future__ import annotations

from sourcead.errors import SourceADError
from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.inlining import inline
from sourcead.frontend.resolver import Resolver, Undecided
from sourcead.ir import Atom, Block, Builder, Const, Op, Value
from sourcead.primitives import structural
from sourcead.records import replace
from sourcead.transform.activity import varied_within
from sourcead.transform.adjoint import Reverse, static_value
from sourcead.transform.cotangents import Cotangent
from sourcead.transform.placing import placed
from sourcead.transform.residuals import rebuild
from sourcead.transform.tangent import Forward, Tangent


def is_helper_call(op: Op) -> bool:
    """Whether an op calls a helper of the run time."""
    return op.primitive.form.startswith("helper ")


def body_of(
    resolver: Resolver, op: Op, active: set[int], producers: dict[Value, Op]
) -> tuple[Block, tuple[Value, ...]] | None:
    """The ops of a helper for parameters of their own in place of the arguments at these positions; None where it
    cannot be gone through, since kinds are not known."""
    if resolver.decided_only:
        raise Undecided
    params = {k: Value(getattr(op.args[k], "hint", ""), resolver.kind(op.args[k])) for k in sorted(active)}
    args: list[Abstract] = [params.get(k) or literal(a, producers) for k, a in enumerate(op.args)]
    attrs = {name: static_value(value) for name, value in op.keywords.items()}
    outer, resolver.builder = resolver.builder, Builder()
    backward, resolver.backward = resolver.backward, False
    before, resolver.memory.state = resolver.memory.state, resolver.memory.state.fork()
    for param in params.values():
        resolver.memory.adopt(param, ())
    try:
        result = resolver.atom(inline(resolver, op.primitive.target, args, attrs))
        ops = tuple(replace(inner, at=op.at) for inner in resolver.builder.ops)
        return Block(tuple(params.values()), ops, (result,)), tuple(params.values())
    except SourceADError:
        if not resolver.generic:
            raise
        return None
    finally:
        resolver.builder, resolver.backward, resolver.memory.state = outer, backward, before


def literal(atom: Atom, producers: dict[Value, Op]) -> Abstract:
    """A tuple of literals as what it holds."""
    maker = producers.get(atom) if isinstance(atom, Value) else None
    if maker is None or maker.primitive is not structural.TUPLE or not all(isinstance(a, Const) for a in maker.args):
        return atom
    return Aggregate(tuple, tuple(range(len(maker.args))), maker.args)


def reverse_helper(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> bool:
    """Reverse a call of a helper through its body."""
    from sourcead.transform.derive import reversed_within

    resolver = self.resolver
    active = {k for k, a in enumerate(op.args) if a in self.varied}
    found = body_of(resolver, op, active, self.producers)
    if found is None:
        return False
    body, params = found
    given: dict[Atom, Atom] = {p: op.args[k] for p, k in zip(params, sorted(active), strict=True)}
    outer, place = resolver.builder, resolver.override
    reverse, forward, result = reversed_within(resolver, body, list(params), varied_within, self.pairs)
    (g,) = (c for c in cotangents if c is not None)
    if isinstance(result, Value):
        reverse.cotangents.add(result, g)
    reverse.block(forward)
    resolver.override = place
    totals = {p: reverse.cotangents.pop(p) for p in params}
    made = [*rebuild(reverse, forward), *resolver.builder.ops]
    resolver.builder, resolver.backward = outer, True
    resolver.builder.ops.extend(placed(resolver, [backward(inner) for inner in made], given))
    for param, total in totals.items():
        x = given[param]
        self.contribute(x, given.get(total, total) if isinstance(total, Value | Const) else total, False)
    return True


def forward_helper(self: Forward, op: Op, active: set[int]) -> Tangent | None:
    """The tangent of a call of a helper, through its body."""
    resolver = self.resolver
    found = body_of(resolver, op, active, self.producers)
    if found is None:
        return None
    body, params = found
    varied = varied_within(body, params)
    inner = Forward.of_body(resolver, body, varied, self.pairs)
    inner.jvps = self.jvps
    given: dict[Atom, Atom] = {p: op.args[k] for p, k in zip(params, sorted(active), strict=True)}
    for param in params:
        tangent = self.of(given[param])
        if tangent is not None:
            inner.tangents[param] = tangent
    outer, resolver.builder = resolver.builder, Builder()
    inner.block(body.ops)
    (result,) = body.results
    resolver.backward = True
    tangent = None if inner.of(result) is None else inner.atom(result)
    made, resolver.builder = inner.bound(resolver.builder.ops), outer
    resolver.builder.ops.extend(placed(resolver, [backward(inner_op) for inner_op in made], given))
    return given.get(tangent, tangent) if isinstance(tangent, Value) else tangent


def backward(op: Op) -> Op:
    """An op as one of the derivative."""
    blocks = tuple(replace(b, ops=tuple(map(backward, b.ops))) for b in op.blocks)
    return replace(op, backward=True, blocks=blocks)


