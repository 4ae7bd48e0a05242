"""Procedures: a function that calls itself with arguments of the same kinds is not inlined but invoked.

    f calls f     ->     the outermost such call is taken back, and f becomes a body of its own, resolved once:

    r = invoke(args, captured values)           with the kind of r found by a fixed point over looks at the body

Calls that kinds tell apart (the items of a nested tuple) or values known now (a depth written as a literal) stay
inlined, to a bounded depth.
"""

from __future__ import annotations

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.iterators import check_gone_through_once
from sourcead.frontend.layouts import immutable
from sourcead.frontend.lifting import calls_itself_alone, link
from sourcead.frontend.lowering import Surface
from sourcead.frontend.outer import captured_contents, check_stores, remember_result
from sourcead.frontend.procedure import Procedure, Recursion, Wider
from sourcead.frontend.readings import hand_over_reads, read_again
from sourcead.frontend.resolver import Frame, Resolver, Undecided, UnknownResult
from sourcead.frontend.signatures import (
    MISSING,
    Leaf,
    hints_of,
    identity,
    joined_signature,
    leaves_of,
    outlines_of,
    rebuilt,
    resized,
    signature_of,
    sized,
    sizes_in,
    statics_of,
    values_forgotten,
)
from sourcead.ir import Atom, Block, Builder, Op, Value
from sourcead.kinds import TOP, Dim, Kind, join

MAX_UNROLLED = 8  # calls within a call that only values known now tell apart
MAX_NESTED = 8  # calls within a call that kinds tell apart
MAX_SIGNATURES = 8  # procedures of one function
MAX_LOOKS = 10
WIDEN_AFTER = 3  # joins of the kind of the result, before it is given up


def enter(resolver: Resolver, surface: Surface, frame: Frame, values: list[Abstract]) -> Abstract:
    """Resolve a call: inlined, or as an invocation where the function calls itself."""
    fixed = len(surface.captured)
    frame.captured, frame.values = values[:fixed], values[fixed:]
    values = frame.values
    frame.key = (frame.code, tuple(map(id, frame.cells.values())), tuple(map(identity, frame.captured)))
    active = [f for f in resolver.frames if f.key == frame.key]
    if not resolver.backward:
        frame.outline, frame.statics = outlines_of(resolver, values), statics_of(resolver, values)
    if active and (resolver.decided_only or resolver.backward):
        raise Undecided
    if not resolver.backward:
        known = known_procedure(resolver, frame, values)
        if known is not None:
            return known
        if active:
            _check_cycle(resolver, surface, frame, active)
    before = _Snapshot(resolver)
    try:
        return _run(resolver, surface, frame, values)
    except Recursion as recursion:
        if recursion.frame is not frame:
            raise
        before.restore()
        return make_procedure(resolver, surface, frame, recursion.leaves)


def _run(resolver: Resolver, surface: Surface, frame: Frame, values: list[Abstract]) -> Abstract:
    """Resolve a surface body on abstract arguments, and give its result."""
    from sourcead.frontend.resolve import block

    resolver.frames.append(frame)
    outer_at, frame.receiver = resolver.at, values[0] if values else None
    frame.body, env = surface.body, dict(zip(surface.body.params, [*frame.captured, *values], strict=True))
    for name, value in env.items():
        check_gone_through_once(resolver, name, value)
    try:
        (result,) = block(resolver, surface.body, env)
    finally:
        resolver.frames.pop()
        resolver.at = outer_at
    return result


class _Snapshot:
    """The state of the resolver before a call is inlined that may have to be taken back."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver, self.builder, self.ops = resolver, resolver.builder, len(resolver.builder.ops)
        self.frames, self.captures = len(resolver.frames), len(resolver.captures)
        self.procedures = len(resolver.procedures)
        self.memory, self.held = resolver.memory.state, resolver.memory.state.fork()
        self.written = len(resolver.memory.written)
        self.state = (resolver.at, resolver.override, resolver.first_look, resolver.unseen)

    def restore(self) -> None:
        """Take back what was done since."""
        resolver = self.resolver
        resolver.builder = self.builder
        del self.builder.ops[self.ops :]
        del resolver.frames[self.frames :]
        del resolver.procedures[self.procedures :]
        for name in list(resolver.captures)[self.captures :]:
            del resolver.captures[name]
        resolver.memory.state = self.memory
        self.memory.heap, self.memory.derived = self.held.heap, self.held.derived
        for path in list(resolver.memory.written)[self.written :]:
            del resolver.memory.written[path]
        resolver.at, resolver.override, resolver.first_look, resolver.unseen = self.state


def _check_cycle(resolver: Resolver, surface: Surface, frame: Frame, active: list[Frame]) -> None:
    """Let a call within a call of the same function be inlined.

    Raises:
        Recursion: it is of the same kinds.
    """
    same = [f for f in active if f.procedure is None and f.outline == frame.outline]
    if not same:
        if len(active) >= MAX_NESTED:
            resolver.refuse(
                f"`{frame.name}` calls itself with arguments of another kind each time, over {MAX_NESTED} deep",
                "write the recursion as a loop",
            )
        return
    if any(f.statics == frame.statics for f in same) or same[0].unrolled == MAX_UNROLLED:
        hints = hints_of(resolver, list(surface.params), frame.values)
        raise Recursion(same[0], signature_of(resolver, hints, frame.values))
    same[0].unrolled += 1


# Resolving a procedure ----------------------------------------------------------------------------------------------


def known_procedure(resolver: Resolver, frame: Frame, values: list[Abstract]) -> Abstract | None:
    """The invocation of a procedure that fits, complete or being resolved."""
    inner = [f.procedure for f in resolver.frames if f.procedure is not None]
    for procedure in [*resolver.procedures, *reversed(inner)]:
        if procedure.key != frame.key or procedure.outline != frame.outline:
            continue
        if procedure not in inner and procedure.seen != captured_contents(resolver, _around(frame), values):
            continue
        given = signature_of(resolver, [leaf.hint for leaf in procedure.leaves], values)
        wider = joined_signature(procedure.leaves, given)
        if wider == procedure.leaves:
            return _invocation(resolver, procedure, values)
        if procedure in inner:
            raise Wider(procedure, wider)
    return None


def _around(frame: Frame) -> list[Abstract]:
    """What a nested function finds outside of itself."""
    return [*frame.captured, *(frame.enclosing.defs.values() if frame.enclosing is not None else ())]


def make_procedure(
    resolver: Resolver, surface: Surface, frame: Frame, closing: tuple[Leaf, ...], again: str = ""
) -> Abstract:
    """Make the function a procedure, and invoke it."""
    values = frame.values
    if not again and sum(p.key == frame.key for p in resolver.procedures) == MAX_SIGNATURES:
        resolver.refuse(
            f"`{frame.name}` calls itself, and is called with arguments of over {MAX_SIGNATURES} kinds",
            "write the recursion as a loop",
        )
    hints = hints_of(resolver, list(surface.params), values)
    leaves = joined_signature(signature_of(resolver, hints, values), closing)
    name = _unused_name(resolver, frame.name)
    for _ in range(MAX_LOOKS):
        procedure = Procedure(name, frame.name, frame.key, frame.outline, leaves, surface.at)
        procedure.again, procedure.values = again, tuple(values)
        procedure.fresh = frame.key not in resolver.sharing
        mark = _Snapshot(resolver)
        try:
            _resolve(resolver, procedure, surface, frame)
        except Wider as wider:
            if wider.procedure is not procedure:
                raise
            mark.restore()
            leaves = wider.leaves
            continue
        resolver.procedures.append(procedure)
        if not _link_if_outermost(resolver):
            mark.restore()
            continue
        return _invocation(resolver, procedure, values)
    resolver.refuse(f"the kinds of the arguments of `{frame.name}` do not settle", "give each argument one kind")


def _unused_name(resolver: Resolver, title: str) -> str:
    stem = title if title.isidentifier() else "lambda_"
    taken = {p.name for p in resolver.procedures} | {f.procedure.name for f in resolver.frames if f.procedure}
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}{number}", number + 1
    return name


def _resolve(resolver: Resolver, procedure: Procedure, surface: Surface, frame: Frame) -> None:
    """Look at the body until the kind of its result no longer changes; the first look knows nothing of it."""
    frame.procedure = procedure
    procedure.seen = captured_contents(resolver, _around(frame), frame.values)
    kinds = [sized(leaf.kind, (procedure, k)) for k, leaf in enumerate(procedure.leaves)]
    try:
        for attempt in range(MAX_LOOKS):
            params = tuple(Value(leaf.hint, k) for leaf, k in zip(procedure.leaves, kinds, strict=True))
            for param, leaf in zip(params, procedure.leaves, strict=True):
                if not immutable(param.kind):
                    resolver.memory.adopt(param, (), "argument")
                if leaf.known is not MISSING:
                    resolver.known[param] = leaf.known
                if leaf.origin is not None:
                    resolver.origins[param] = leaf.origin
            procedure.params = params
            stand_ins = iter(params)
            values = [rebuilt(resolver, v, stand_ins) for v in frame.values]
            mark = _Snapshot(resolver)
            procedure.straight = bool(procedure.again) and not attempt and resolver.collector is None
            try:
                kind, body = _look(resolver, procedure, surface, frame, values)
            except UnknownResult:
                if not procedure.straight or not procedure.asked:
                    raise
                mark.restore()
                continue
            joined = kind if procedure.result is None else join(procedure.result, kind)
            if joined == procedure.result or (procedure.straight and not procedure.asked):
                procedure.body, procedure.result = body, joined
                if procedure.again:
                    hand_over_reads(resolver, procedure)
                return
            mark.restore()
            if procedure.straight:
                continue
            procedure.result = TOP if attempt >= WIDEN_AFTER else joined
    finally:
        frame.procedure = None
    resolver.refuse(f"the kind of the result of `{frame.name}` does not settle", "let it return one kind")


def _look(
    resolver: Resolver, procedure: Procedure, surface: Surface, frame: Frame, values: list[Abstract]
) -> tuple[Kind, Block]:
    """Resolve the body once."""
    outer, look, unseen = resolver.builder, resolver.first_look, resolver.take_unseen(None)
    unknown = [f for f in resolver.frames if f.procedure is not None and f.procedure.is_guess]
    resolver.builder, resolver.first_look = Builder(), len(unknown) + procedure.is_guess
    memory, before = resolver.memory, resolver.memory.state
    memory.state, mark = before.fork(), memory.count
    try:
        atom = resolver.atom(_run(resolver, surface, frame, values))
        check_stores(resolver, before, mark, procedure.again)
    except UnknownResult:
        if not procedure.is_guess or unknown:
            raise
        resolver.at = surface.at
        resolver.refuse(f"`{frame.name}` calls itself on every path", "let one path return without a call of itself")
    finally:
        made, resolver.builder, resolver.first_look, memory.state = resolver.builder, outer, look, before
        resolver.take_unseen(unseen)
    sizes = {d: d for p in procedure.params for d in sizes_in(p.kind)}
    return resized(values_forgotten(resolver.kind(atom)), sizes), made.block(procedure.params, (atom,))


def _invocation(resolver: Resolver, procedure: Procedure, values: list[Abstract]) -> Abstract:
    """Emit a call of a procedure."""
    if procedure.result is None:
        procedure.asked = True
        resolver.refuse(f"`{procedure.title}` calls itself", "write the recursion as a loop", error=UnknownResult)
    leaves = leaves_of(resolver, values)
    atoms: list[Atom] = [resolver.atom(leaf) for leaf in leaves]
    sizes: dict[Dim, Dim] = {}
    for param, atom in zip(procedure.params, atoms, strict=False):
        sizes.update(zip(sizes_in(param.kind), sizes_in(resolver.kind(atom)), strict=False))
    out = Value("", resized(procedure.result, sizes))
    args = (*atoms, *read_again(resolver, procedure), *procedure.free)
    resolver.builder.add(Op(procedure.primitive, args, (out,), procedure.attrs, (), resolver.place))
    remember_result(resolver, out, [*leaves, *args], procedure.fresh)
    return out


def _link_if_outermost(resolver: Resolver) -> bool:
    """Complete the procedures that were resolved within one another; whether their results are what was assumed of
    them: memory of their own."""
    group = [p for p in resolver.procedures if not p.linked]
    if any(f.procedure is not None for f in resolver.frames):
        group = [p for p in group[-1:] if p.again and calls_itself_alone(p)]
    assumed = [p for p in group if p.fresh]
    link(resolver, group)
    wrong = [p.key for p in assumed if not p.fresh]
    resolver.sharing.update(wrong)
    return not wrong
