"""Checkpoints: the adjoint of what `checkpoint(f)` calls is one function, which first computes f again.

    y = f(x, W)     ->     y = f(x, W)     ...     dx, dW = f_bwd(x, W, dy)

    def f_bwd(x, W, dy): the ops of f; the reverse sweep of them; return dx, dW

Nothing is kept but the arguments, which are saved where a store would change them. Functions that a derivative calls
(f_bwd, f_jvp) are differentiated again like f itself, and computed again as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sourcead.errors import Diagnosis
from sourcead.frontend.procedure import Procedure, unique_names
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Function, Op, Param, Value, walk
from sourcead.kinds import Kind, Opaque, Top, Tree
from sourcead.passes.copies import insert_copies
from sourcead.primitives import structural
from sourcead.records import dataclass, field, replace
from sourcead.transform.activity import active_arguments, varied_within
from sourcead.transform.adjoint import Reverse
from sourcead.transform.containers import build
from sourcead.transform.cotangents import Cotangent, adjoint_hint
from sourcead.transform.effects import calls_with_effects
from sourcead.transform.masking import ops_within
from sourcead.transform.pairs import Pairs, closed_under_calls, cotangent_kind
from sourcead.transform.reading import free_values
from sourcead.transform.residuals import rebuild


@dataclass(slots=True, eq=False)
class Again:
    """The adjoint of a procedure that is computed again, for the parameters (by position) that are differentiated.
    masked: the cotangent is 0 where a mask chose something else; seeded: it is the caller's."""

    procedure: Procedure
    active: tuple[int, ...]
    masked: bool
    seeded: bool
    name: str
    function: Function | None = None
    derived: list[Procedure] = field(default_factory=list)

    def __repr__(self) -> str:
        return self.name


def _may_change(kind: Kind) -> bool:
    """Whether a value is an object that stores into objects might change, or holds one."""
    if isinstance(kind, Tree):
        return not issubclass(kind.type, tuple) or any(map(_may_change, kind.items))
    return isinstance(kind, Top | Opaque)


def reverse_again(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """Reverse a call of a procedure that is computed again."""
    resolver, procedure = self.resolver, procedure_of(op)
    again = _again_of(self, op, procedure)
    out = _whole(op, procedure)
    g = self.cotangents.conform(self.cotangents.whole(_given(self, op, out, cotangents), out), out)
    outs = tuple(Value("", cotangent_kind(resolver.kind(op.args[k]))) for k in again.active)
    attrs = (("again", again), ("callee", again.name), ("part", "backward"), ("primal", procedure.name))
    note = f"recomputed: {procedure.again}"
    resolver.append(Op(structural.INVOKE_BACKWARD, (*op.args, g), outs, attrs, (), resolver.place, "", True, note))
    for k, contribution in zip(again.active, outs, strict=True):
        x = op.args[k]
        self.contribute(x, self.masks.kept_where_taken(x, contribution, procedure.body), False)


def procedure_of(op: Op) -> Procedure:
    """The procedure whose result, or the items of it, an invocation gives: that itself, or a derivative of it."""
    made = op.attr("again")
    if made is None:
        found: Procedure = op.attr("procedure")
        return found
    if not made.derived:
        made.derived.append(_derived(made.function, made.procedure.again))
    derived: Procedure = made.derived[0]
    return derived


def _derived(function: Function | None, again: str) -> Procedure:
    """A function of a derivative as a procedure to be differentiated."""
    from sourcead.transform.levels import forwards
    from sourcead.transform.pullback import without_marks

    assert function is not None
    body = replace(function.body, ops=tuple(forwards(function.body.ops)))
    body = without_marks(insert_copies(replace(function, body=body)).body)
    (result,) = body.results
    kind = result.kind if isinstance(result, Value) else None
    procedure = Procedure(function.name, function.name, None, None, (), function.at, body.params, body, kind)
    procedure.linked, procedure.fresh, procedure.again = True, False, again
    return procedure


def _whole(op: Op, procedure: Procedure) -> Value:
    """What stands for the result of an invocation that gives out its items."""
    if len(op.outs) == 1:
        return op.outs[0]
    return Value("", Tree(tuple, tuple(range(len(op.outs))), tuple(o.kind for o in op.outs)))


def _given(self: Reverse, op: Op, out: Value, cotangents: list[Cotangent | None]) -> Atom:
    if len(op.outs) == 1:
        (given,) = cotangents
        assert given is not None
        return self.cotangents.atom(given, out)
    pairs = zip(op.outs, cotangents, strict=True)
    items = [self.cotangents.zeros(o) if c is None else self.cotangents.atom(c, o) for o, c in pairs]
    whole = [self.cotangents.conform(self.cotangents.whole(i, o), o) for i, o in zip(items, op.outs, strict=True)]
    kind = Tree(tuple, tuple(range(len(whole))), tuple(map(self.resolver.kind, whole)))
    return build(self.resolver, kind, tuple(whole))


def _again_of(self: Reverse, op: Op, procedure: Procedure) -> Again:
    """The adjoint for a call: one that there is, or a new one."""
    pairs: Pairs = self.pairs
    active = closed_under_calls(procedure, active_arguments(op, self.varied))
    masked, seeded = bool(self.masks.mask(op.outs)), self.masks.seeded
    again: Again
    for again in pairs.again:
        same = again.procedure is procedure and (again.masked, again.seeded) == (masked, seeded)
        if same and set(again.active) >= active:
            return again
    (name,) = pairs.unused(procedure.name, "_bwd")
    again = Again(procedure, tuple(sorted(active)), masked, seeded, name)
    pairs.again.append(again)
    again.function = _adjoint(self.resolver, pairs, again, op)
    return again


def _adjoint(resolver: Resolver, pairs: Pairs, again: Again, call: Op) -> Function:
    """The function of the arguments and the cotangent that computes the procedure again and reverses it."""
    from sourcead.transform.derive import cotangent_of, reversed_within

    procedure = again.procedure
    if not procedure.linked:
        words = f"`{procedure.again}` is differentiated within a call of itself"
        resolver.refuse(words, "write the recursion as a loop")
    primal, seeds = procedure.function(), [procedure.params[k] for k in again.active]
    outer = resolver.builder, resolver.backward, resolver.override, resolver.at
    reverse, forward, result = reversed_within(resolver, primal.body, seeds, varied_within, pairs)
    assert isinstance(result, Value)
    g = Value(adjoint_hint(result) or "g", cotangent_kind(resolver.kind(result)))
    resolver.at, resolver.override = procedure.at, None
    reverse.masks.seeded = again.seeded
    if again.masked:
        reverse.masks.arriving[result] = [frozenset({(call, 0)})]
    if result in reverse.varied:
        reverse.cotangents.add(result, g)
    reverse.block(forward)
    resolver.kinks += [op.name for op in walk(Block((), forward, ())) if any(o in reverse.varied for o in op.outs)]
    resolver.at = resolver.override = None
    found: tuple[Atom, ...] = tuple(cotangent_of(reverse.cotangents, p) for p in seeds)
    if len(found) > 1:
        kind = Tree(tuple, tuple(range(len(found))), tuple(map(resolver.kind, found)))
        found = (build(resolver, kind, found),)
    for value in free_values(resolver.builder.ops, ()):
        reverse.bindings.bind(value)
    ops = (*rebuild(reverse, forward), *resolver.builder.ops)
    resolver.builder, resolver.backward, resolver.override, resolver.at = outer
    names = unique_names([*(p.hint for p in primal.body.params), g.hint])
    wanted = ", ".join(p.hint for p in seeds)
    doc = f"The adjoint of {procedure.title}, which is computed again: the cotangent of {wanted}."
    body = Block((*primal.body.params, g), ops, found)
    return replace(primal, name=again.name, params=tuple(map(Param, names)), body=body, doc=doc, parted=True)


def refused_repetitions(primal: Function, procedures: Iterable[Procedure]) -> Iterator[Diagnosis]:
    """What procedures that are computed again do beside computing, and what they might read in another state."""
    procedures = list(procedures)
    bodies = [primal.body, *(p.body for p in procedures if p.body is not None)]
    ops = [op for body in bodies for op in walk(body)]
    stores = [op for op in ops if op.primitive in (structural.SETATTR, structural.SETKEY)]
    calls = [op for op in ops if stores and op.name == "invoke" and procedure_of(op).again]
    for call in calls:
        for arg in call.args:
            if isinstance(arg, Value) and _may_change(arg.kind):
                name = f"`{arg.hint}`" if arg.hint else "an object that it is handed"
                message = f"`{procedure_of(call).again}` is computed again later, and {name} may be changed by then"
                where = f"objects are stored into here: {stores[0].at}" if stores[0].at is not None else ""
                help = "hand over the arrays themselves, not what holds them"
                yield Diagnosis(message, call.at, (where,) if where else (), help)
    for procedure in procedures:
        if not procedure.again or procedure.body is None:
            continue
        for effect in calls_with_effects(ops_within(procedure.body)):
            message = f"`{procedure.again}` is computed twice, and {effect.words}"
            yield Diagnosis(message, effect.at, (), "do that outside of `checkpoint`, and hand the result over")

