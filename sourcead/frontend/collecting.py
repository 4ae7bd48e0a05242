"""Collecting refusals: compiling stops at the first one, `doctor` wants all of them.

A `Collector` stands beside lowering and resolving. Where either refuses, it records the refusal, once, and lets an
unknown value stand for what the refused text would have given; the op that makes it reads what the text reads, so that
activity and adjoints still flow through. What would be refused of such a value is a consequence, not a finding: it is
left out.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

import gast

from sourcead.errors import Diagnosis, SourceADError, UnsupportedError
from sourcead.frontend import surface
from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.exits import assigned_names, returns
from sourcead.frontend.fence import fence, refused
from sourcead.frontend.functions import lower
from sourcead.frontend.lowering import RESULT, Scope, Surface
from sourcead.frontend.resolver import Resolver, UnboundRead
from sourcead.frontend.source import read
from sourcead.ir import NEXT, Atom, Const, Op, Primitive, Value
from sourcead.records import dataclass, field

MAX_STEPS = 3_000


class Enough(UnsupportedError):
    """So much was resolved behind a refusal that looking on is given up."""


REFUSED = Primitive("refused", "refused", effects=frozenset({"io"}), result="maybe")

Env = dict[Value, Abstract]


@dataclass(slots=True, eq=False)
class Collector:
    """What was refused so far, in the order in which it was met."""

    found: dict[Diagnosis, None] = field(default_factory=dict)
    fenced: dict[int, Any] = field(default_factory=dict)  # the nodes that the fence refuses, by identity
    doubtful: set[Value] = field(default_factory=set)  # values that follow from refused text
    steps: int = 0  # ops resolved behind the first refusal
    surfaces: dict[CodeType, Surface | None] = field(default_factory=dict)

    def record(self, error: SourceADError) -> None:
        """Remember what an error says."""
        self.found.update(dict.fromkeys(error.diagnoses))

    # -- reading and lowering ------------------------------------------------------------------------------------------

    def surface_of(self, function: Any) -> Surface:
        """The lowered form of a function, with unknown values where it is refused."""
        code = function.__code__
        if code not in self.surfaces:
            self.surfaces[code] = self._lowered(function)
        found = self.surfaces[code]
        if found is None:
            raise UnsupportedError(*fence(read(function)))
        return found

    def _lowered(self, function: Any) -> Surface | None:
        source = read(function)
        refusals = fence(source)
        self.found.update(dict.fromkeys(refusals))
        nodes = [node for node, _, _, _ in refused(source)]
        if any(isinstance(node, gast.arguments) and node is source.node.args for node in nodes):
            return None  # what it is called with has no names
        self.fenced.update((id(node), node) for node in nodes)
        return lower(source, self)

    def expression(self, scope: Scope, node: Any, lower: Callable[[Scope, Any], Atom]) -> Atom:
        """Lower an expression, or let an unknown value stand for it."""
        if id(node) in self.fenced:
            return _unknown(scope, node, 1)[0]
        state = _LoweringState(scope)
        try:
            return lower(scope, node)
        except SourceADError as error:
            state.restore()
            self._record_lowering(error, node)
            return _unknown(scope, node, 1)[0]

    def statement(self, scope: Scope, node: Any, lower: Callable[[Scope, Any], Atom]) -> Atom:
        """Lower a statement, or let unknown values stand for what it binds."""
        if id(node) not in self.fenced:
            state = _LoweringState(scope)
            try:
                return lower(scope, node)
            except SourceADError as error:
                state.restore()
                self._record_lowering(error, node)
        names = _bound_names(node)
        for name, value in zip(names, _unknown(scope, node, len(names)), strict=True):
            scope.env[name] = value
        return Const(NEXT)

    def _record_lowering(self, error: SourceADError, node: Any) -> None:
        if not any(id(inner) in self.fenced for inner in gast.walk(node)):  # else the fence has said it
            self.record(error)

    # -- resolving -----------------------------------------------------------------------------------------------------

    def op(
        self, resolver: Resolver, op: Op, env: Env, resolve: Callable[[Resolver, Op, Env], list[Abstract]]
    ) -> list[Abstract]:
        """Resolve an op, or let unknown values stand for its results."""
        if resolver.decided_only or resolver.backward:
            return resolve(resolver, op, env)
        self._count(op)
        state, before = _ResolvingState(resolver), (len(self.found), len(self.doubtful))
        given = [env[a] for a in op.args if a in env and isinstance(a, Value)]
        if len(given) < sum(isinstance(a, Value) for a in op.args):  # it was made by what was refused
            return self.unknown(resolver, op, env)
        if op.primitive is surface.CALL and given and self._is_doubtful(given[0]):
            return self.unknown(resolver, op, env)
        try:
            results = resolve(resolver, op, env)
        except SourceADError as error:
            if isinstance(error, Enough) or (isinstance(error, UnboundRead) and resolver.first_look):
                raise
            state.restore()
            consequence = any(map(self._is_doubtful, given)) or (
                op.blocks and before != (len(self.found), len(self.doubtful))
            )
            if not consequence:
                self.record(error)
            return self.unknown(resolver, op, env)
        inside = bool(op.blocks) and before != (len(self.found), len(self.doubtful))
        if inside or any(map(self._is_doubtful, given)):
            made = {o for new in state.ops[state.count :] for o in new.outs}
            self.doubtful.update(r for r in results if isinstance(r, Value) and r in made)
        return results

    def _count(self, op: Op) -> None:
        self.steps += bool(self.found)
        if self.steps > MAX_STEPS:
            note = "too much code follows a refusal"
            raise Enough(Diagnosis("not looked at beyond this line", op.at, (note,), "mend the others first"))

    def unknown(self, resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
        """Values of which nothing is known, made of what an op reads."""
        args: list[Atom] = []
        for atom in op.args:
            args += _values(env[atom]) if isinstance(atom, Value) and atom in env else []
        outs = tuple(Value(o.hint) for o in op.outs)
        resolver.append(Op(REFUSED, tuple(args), outs, (), (), op.at))
        self.doubtful.update(outs)
        return list(outs)

    def _is_doubtful(self, item: Abstract) -> bool:
        return any(value in self.doubtful for value in _values(item))


def _values(item: Abstract) -> list[Value]:
    """The IR values that an abstract value consists of."""
    if isinstance(item, Aggregate):
        return [value for inner in item.items for value in _values(inner)]
    return [item] if isinstance(item, Value) else []


def _unknown(scope: Scope, node: Any, count: int) -> tuple[Value, ...]:
    """The op that stands for refused text, and what it defines."""
    names = dict.fromkeys(n.id for n in gast.walk(node) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Load))
    args = tuple(scope.env[n] for n in names if isinstance(scope.env.get(n), Value))
    outs = tuple(Value("") for _ in range(count))
    scope.builder.add(Op(surface.REFUSED, args, outs, (), (), scope.place(node)))
    return outs


def _bound_names(node: Any) -> list[str]:
    """What a statement binds: variables, imported modules, a class, the function's result."""
    names = assigned_names(node)
    for inner in gast.walk(node):
        if isinstance(inner, gast.alias):
            names.append(inner.asname or inner.name.partition(".")[0])
        elif isinstance(inner, gast.ClassDef | gast.AsyncFunctionDef):
            names.append(inner.name)
    if returns(node):
        names.append(RESULT)
    return list(dict.fromkeys(names))


class _LoweringState:
    """Where lowering stands before something that may be refused."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.env, self.builder, self.statement = scope.env, scope.builder, scope.statement
        self.bound, self.handling = dict(scope.env), len(scope.handling)
        self.loops, self.depth = len(scope.loops), scope.depth

    def restore(self) -> None:
        """Go back to it; ops that were made meanwhile stay."""
        scope = self.scope
        scope.env, scope.builder, scope.statement = self.env, self.builder, self.statement
        scope.depth = self.depth
        self.env.clear()
        self.env.update(self.bound)
        del scope.handling[self.handling :]
        del scope.loops[self.loops :]


class _ResolvingState:
    """Where resolving stands before something that may be refused."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.builder, self.at, self.override = resolver.builder, resolver.at, resolver.override
        self.ops, self.count, self.frames = resolver.builder.ops, len(resolver.builder.ops), len(resolver.frames)
        self.first_look, self.unseen, self.depth = resolver.first_look, resolver.unseen, resolver.depth

    def restore(self) -> None:
        """Go back to it; ops that were made meanwhile stay."""
        resolver = self.resolver
        resolver.builder, resolver.at, resolver.override = self.builder, self.at, self.override
        resolver.first_look, resolver.unseen, resolver.depth = self.first_look, self.unseen, self.depth
        del resolver.frames[self.frames :]
