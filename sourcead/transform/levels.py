"""Derivatives of derivatives: the IR of one is the primal of the next; text is never read again.

f   --level 1-->   f, and its derivative   --level 2-->   all that, and the derivative of it
"""

from __future__ import annotations

import operator

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Const, Function, Op, Value
from sourcead.kinds import INT, Tree
from sourcead.primitives.registry import primitive_of
from sourcead.records import dataclass, field, replace
from sourcead.transform.containers import build
from sourcead.transform.derive import Wanted, derive, reverse_procedures
from sourcead.transform.forward import derive_forward, tangent_parameters
from sourcead.transform.pairs import Pairs
from sourcead.transform.pullback import derive_pullback
from sourcead.transform.residuals import substitute
from sourcead.transform.tangent_regions import Jvps


@dataclass(slots=True, eq=False)
class Differentiated:
    """The body of a derivative, and the parameters that it has beside those of the function."""

    body: Block
    further: tuple[Value, ...] = ()


@dataclass(slots=True, eq=False)
class Levels:
    """All levels of one compilation: what they share."""

    resolver: Resolver
    pairs: Pairs
    jvps: Jvps = field(default_factory=Jvps)

    def run(
        self, primal: Function, params: tuple[Value, ...], result: Abstract, levels: tuple[Wanted, ...]
    ) -> Differentiated:
        """Differentiate the ops in the resolver's builder, level after level."""
        self.resolver.home = primal.at
        if any(wanted.mode == "vjp" for wanted in levels[:-1]):
            self.resolver.refuse(
                "a pair of a value and a pullback is differentiated again",
                "differentiate a function that calls `vjp`, and the pullback that it gives",
            )
        self.pairs.taken.add(primal.name)
        made: Differentiated | None = None
        for level, wanted in enumerate(levels, 1):
            self.resolver.again = level < len(levels)
            further = made.further if made is not None else ()
            if made is not None:
                ops = made.body.ops
                self.resolver.builder.ops = forwards(ops) if _is_reverse(wanted) else list(ops)
                self.resolver.backward, self.resolver.at = False, None
                (result,) = made.body.results
            if wanted.mode == "vjp":
                body = derive_pullback(self.resolver, primal, params, further, result, wanted, self.pairs)
                made = Differentiated(body)
            else:
                made = self.one(params, result, wanted)
            made = Differentiated(made.body, (*further, *made.further))
        assert made is not None
        reverse_procedures(self.resolver, self.pairs)  # those that a pullback called inside the function asks for
        return made

    def one(self, params: tuple[Value, ...], result: Abstract, wanted: Wanted) -> Differentiated:
        """Differentiate the ops in the resolver's builder."""
        if _is_reverse(wanted):
            return Differentiated(derive(self.resolver, params, result, wanted, self.pairs))
        tangents = tangent_parameters(params, wanted.argnums)
        seeds = dict(zip((params[k] for k in wanted.argnums), tangents, strict=True))
        return Differentiated(self.forward(params, seeds, result), tangents)

    def forward(self, params: tuple[Value, ...], seeds: dict[Value, Value], result: Abstract) -> Block:
        """(value, tangent) of the ops in the resolver's builder."""
        resolver = self.resolver
        (value, tangent), forward = derive_forward(resolver, seeds, result, self.pairs, self.jvps)
        kind = Tree(tuple, (0, 1), (resolver.kind(value), resolver.kind(tangent)))
        outcome = build(resolver, kind, (value, tangent))
        resolver.builder.ops[-1] = resolver.builder.ops[-1].with_attrs(own=0)
        return Block(params, tuple(forward.bound(resolver.builder.ops)), (outcome,))


def _is_reverse(wanted: Wanted) -> bool:
    return wanted.mode != "jvp"


def forwards(ops: tuple[Op, ...]) -> list[Op]:
    """The ops with every loop that counts down written as one that is gone through forwards, over descending numbers:
    as such it is reversed like any other."""
    made: list[Op] = []
    for op in ops:
        if op.blocks:
            op = replace(op, blocks=tuple(replace(b, ops=tuple(forwards(b.ops))) for b in op.blocks))
        if op.name == "for" and op.attr("reverse", False):
            first, op = _forwards(op)
            made += first
        made.append(op)
    return made


def _forwards(op: Op) -> tuple[list[Op], Op]:
    """for i in n-1..0  as  for i in range(n - 1, -1, -1)."""
    _, n, _, *inits = op.args
    (body,) = op.blocks
    turn, index, *carried = body.params
    first: list[Op] = []
    last: Atom
    if isinstance(n, Const):
        last = Const(n.value - 1)
    else:
        last = Value("", INT)
        first.append(Op(primitive_of(operator.sub), (n, Const(1)), (last,), (), (), op.at, "", True))
    mapping: dict[Atom, Atom] = {turn: index}
    results = tuple(mapping.get(r, r) for r in body.results)
    body = Block((Value("", INT), index, *carried), tuple(substitute(body.ops, mapping)), results)
    args = (last, Const(-1), Const(-1), *inits)
    return first, replace(op, args=args, blocks=(body,)).with_attrs(reverse=False)


