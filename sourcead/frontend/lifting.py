"""Linking procedures that call one another: captured values become parameters, effects and freshness become known.

    def f(n): ... y ... f(n - 1) ...     ->     f(n, y): ... y ... f(n - 1, y) ...

where y is a value of the function around f: lambda lifting, to a fixed point over the procedures of a group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Op, Value, sub_blocks, walk
from sourcead.passes.aliasing import Aliases
from sourcead.primitives import structural
from sourcead.records import replace

if TYPE_CHECKING:
    from sourcead.frontend.procedure import Procedure

Free = dict[Value, None]  # an ordered set


def link(resolver: Resolver, group: list[Procedure]) -> None:
    """Complete procedures that nothing outside of the group invokes yet."""
    frees = _free_values(group)
    effects = _effects(group)
    for procedure in group:
        procedure.group, procedure.linked = tuple(group), True
        procedure.free = tuple(frees[procedure])
        procedure.primitive = structural.invoke(effects[procedure], _ends(procedure, group))
    for procedure in group:
        _lift(resolver, procedure, group)
    _find_fresh(group)


def _body(procedure: Procedure) -> Block:
    assert procedure.body is not None
    return procedure.body


def _calls(procedure: Procedure, group: list[Procedure]) -> list[Procedure]:
    called = (op.attr("procedure") for op in walk(_body(procedure)) if op.name == "invoke")
    return [p for p in called if p in group]


def _free_values(group: list[Procedure]) -> dict[Procedure, Free]:
    """What each procedure reads of the functions around it, those that it invokes included."""
    own: dict[Procedure, set[Value]] = {}
    frees: dict[Procedure, Free] = {}
    for procedure in group:
        body = _body(procedure)
        blocks = list(sub_blocks(body))
        own[procedure] = {v for b in blocks for v in (*b.params, *(o for op in b.ops for o in op.outs))}
        read = [a for b in blocks for a in (*(a for op in b.ops for a in op.args), *b.results)]
        frees[procedure] = {a: None for a in read if isinstance(a, Value) and a not in own[procedure]}
    changed = True
    while changed:
        changed = False
        for procedure in group:
            before = len(frees[procedure])
            for callee in _calls(procedure, group):
                frees[procedure].update({v: None for v in frees[callee] if v not in own[procedure]})
            changed = changed or len(frees[procedure]) > before
    return frees


def _effects(group: list[Procedure]) -> dict[Procedure, frozenset[str]]:
    found = {p: frozenset[str]().union(*(op.primitive.effects for op in _others(p, group))) for p in group}
    for _ in group:
        for p in group:
            found[p] = found[p].union(*(found[q] for q in _calls(p, group)))
    return found


def _others(procedure: Procedure, group: list[Procedure]) -> list[Op]:
    """The ops of a procedure but for calls within the group."""
    return [op for op in walk(_body(procedure)) if op.attr("procedure") not in group]


def _ends(procedure: Procedure, group: list[Procedure]) -> bool:
    """Whether no call that a procedure makes comes back to one that is still running."""
    running: list[Procedure] = []

    def ends(p: Procedure) -> bool:
        if p in running:
            return False
        running.append(p)
        found = all(map(ends, dict.fromkeys(_calls(p, group))))
        running.pop()
        return found

    return ends(procedure)


def calls_itself_alone(procedure: Procedure) -> bool:
    """Whether a procedure calls no other that is still being resolved, or waits for one that is."""
    called = {op.attr("procedure") for op in walk(_body(procedure)) if op.name == "invoke"} - {None, procedure}
    return all(p.linked for p in called)


def _lift(resolver: Resolver, procedure: Procedure, group: list[Procedure]) -> None:
    """Give a procedure parameters for the values that it captured, and hand them on in its calls."""
    mapping: dict[Atom, Atom] = {}
    for value in procedure.free:
        mapping[value] = param = Value(value.hint, value.kind)
        if value in resolver.known:
            resolver.known[param] = resolver.known[value]

    def lifted(block: Block) -> Block:
        return Block(block.params, tuple(map(renewed, block.ops)), tuple(mapping.get(r, r) for r in block.results))

    def renewed(op: Op) -> Op:
        args = op.args
        callee = op.attr("procedure")
        if op.name == "invoke" and callee in group:
            args = (*args, *callee.free)
            op = replace(op, primitive=callee.primitive)
        for out in op.outs:
            if mapping and out in resolver.parts:
                resolver.parts[out] = resolver.parts[out].renamed(mapping)
        return replace(op, args=tuple(mapping.get(a, a) for a in args), blocks=tuple(map(lifted, op.blocks)))

    body = lifted(_body(procedure))
    params = (*procedure.params, *(v for v in mapping.values() if isinstance(v, Value)))
    procedure.params, procedure.body = params, replace(body, params=params)


def _find_fresh(group: list[Procedure]) -> None:
    """Find out which results are memory that the procedure allocates: all, until one turns out to be something else."""
    for procedure in group:
        procedure.fresh = True
    changed = True
    while changed:
        changed = False
        for procedure in group:
            body = _with_attrs(_body(procedure))
            procedure.body = body
            if procedure.fresh and not Aliases.of(procedure.function()).own(body.results[0]):
                procedure.fresh, changed = False, True


def _with_attrs(block: Block) -> Block:
    """The block with what is known now of the procedures that it calls."""
    ops = []
    for op in block.ops:
        if op.name == "invoke" and op.attr("part") == "primal":
            op = replace(op, attrs=op.attr("procedure").attrs)
        elif op.blocks:
            op = replace(op, blocks=tuple(map(_with_attrs, op.blocks)))
        ops.append(op)
    return replace(block, ops=tuple(ops))
