"""Resolving: abstract interpretation of surface ops. Primitives and kinds become known, calls are inlined, branches
that the
kinds decide are folded, containers of static structure dissolve into their items; what stays unknown has kind `Top`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from sourcead.errors import Diagnosis, SourceADError
from sourcead.frontend import (
    branches,
    contexts,
    data,
    expansion,
    formatting,
    imports,
    loops,
    matching,
    objects,
    protocol,
    spreading,
    stores,
    surface,
)
from sourcead.frontend.abstract import (
    Abstract,
    Aggregate,
    Cell,
    Closure,
    Outside,
    Poison,
    Ref,
    Static,
    is_unbound,
)
from sourcead.frontend.arithmetic import binary
from sourcead.frontend.calls import call
from sourcead.frontend.cells import CONTENTS
from sourcead.frontend.contents import changeable
from sourcead.frontend.entries import call_entry, emit_folded
from sourcead.frontend.free_names import free_name, late, retyped
from sourcead.frontend.grids import grid_of
from sourcead.frontend.iterators import check_gone_through_once
from sourcead.frontend.resolver import Resolver, UnboundRead
from sourcead.frontend.unpacking import unpack
from sourcead.ir import Block, Const, Op, Value
from sourcead.kinds import TEXT, Array, Scalar, Top
from sourcead.primitives import structural
from sourcead.primitives.registry import entry_of
from sourcead.records import replace

Env = dict[Value, Abstract]


UNARY: dict[str, Callable[..., Any]] = {
    "-": operator.neg,
    "+": operator.pos,
    "~": operator.invert,
    "not": operator.not_,
}


def block(resolver: Resolver, body: Block, env: Env) -> list[Abstract]:
    """Resolve a block's ops into the current builder, and give its results."""
    for op in body.ops:
        resolver.at = op.at
        resolve = _TABLE[op.primitive]
        collector = resolver.collector
        results = resolve(resolver, op, env) if collector is None else collector.op(resolver, op, env, resolve)
        for out, result in zip(op.outs, results, strict=True):
            env[out] = _named(resolver, changeable(resolver, result), out.hint)
    return [read(env, r) for r in body.results]


def read(env: Env, atom: Any) -> Abstract:
    """What an atom of the surface stands for."""
    return atom if isinstance(atom, Const) else env[atom]


def _named(resolver: Resolver, result: Abstract, hint: str) -> Abstract:
    """Give an unnamed result the user's name for it; a rule names only what it has just made, never the user's
    values."""
    made = not resolver.backward or any(result in op.outs for op in resolver.builder.ops[-1:])
    if hint and isinstance(result, Value) and made:
        result.call_it(hint)
    if hint and isinstance(result, Ref) and not result.region.name:
        result.region.name = hint
    return result


def _name(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    name, frame = op.attr("name"), resolver.frames[-1]
    if op.attr("late", False):
        return [late(resolver, frame, name)]
    stored = objects.stored_outside(resolver, frame, name)
    if stored is not None and not op.attr("builtin", False):
        return [stored]
    return [free_name(resolver, name, frame, builtin=bool(op.attr("builtin", False)))]


def _literal(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    (atom,) = op.args
    assert isinstance(atom, Const)
    if not isinstance(atom.value, int | float) or isinstance(atom.value, bool):
        return [atom]
    out = resolver.emit(structural.LITERAL, (atom,), kind=resolver.kind(atom))
    if isinstance(atom.value, int):
        out = retyped(resolver, out, Scalar("pyint"))
        resolver.known[out] = atom.value
    return [out]


def _binary(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    left, right, *container = (read(env, a) for a in op.args)
    symbol = op.attr("operator")
    if container and not isinstance(resolver.kind(container[0]), Array | Top):
        return [binary(resolver, symbol, left, right, augmented=True)]
    if container:  # the change of `a[i] op= v`: its op remembers that it was written so
        result = binary(resolver, symbol, left, right)
        made = resolver.builder.ops[-1] if resolver.builder.ops else None
        if made is not None and made.outs == (result,):
            resolver.builder.ops[-1] = replace(made, form=f"augmented {symbol}")
        return [result]
    return [binary(resolver, symbol, left, right, augmented=op.attr("augmented", False))]


def _unary(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    operand, symbol = read(env, op.args[0]), op.attr("operator")
    if symbol == "not":
        operand = protocol.condition(resolver, operand)
        truth = resolver.truth(operand)
        if truth is not None:
            return [Const(not truth)]
    elif (answer := protocol.ask(resolver, operand, protocol.UNARY[symbol])) is not None:
        return [answer]
    found, value = resolver.static(operand)
    if isinstance(operand, Const) and found and isinstance(value, int):
        return [Const(UNARY[symbol](value))]
    entry = entry_of(UNARY[symbol])
    assert entry is not None
    return [emit_folded(resolver, entry.primitive, (resolver.atom(operand),), {}, "")]


def _call(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    callee, *given = (read(env, a) for a in op.args)
    names = op.attr("keywords")
    split = len(given) - len(names)
    if op.attr("lazy", False):
        expansion.check_reads_at_once(resolver, callee)
    args = spreading.arguments(resolver, callee, given[:split], op.attr("stars", ()), names)
    result = call(resolver, callee, args, expansion.keywords(resolver, names, given[split:]))
    if isinstance(callee, Static) and callee.obj is reversed:
        check_gone_through_once(resolver, op.outs[0])
    else:
        check_gone_through_once(resolver, op.outs[0], result)
    return [result]


def _getattr(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    return [data.attribute(resolver, read(env, op.args[0]), op.attr("name"))]


def _getitem(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    container, *dynamic = (read(env, a) for a in op.args)
    grid = grid_of(resolver, container, op.attr("path"), dynamic)
    if grid is not None:
        return [grid]
    own = objects.method_of(resolver, container, "__getitem__")
    if own is not None:
        return [call(resolver, own, [data.key_of(resolver, op.attr("path"), dynamic)], {})]
    return [data.item(resolver, container, op.attr("path"), dynamic)]


def _setitem(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    container, *dynamic, value = (read(env, a) for a in op.args)
    path = op.attr("path")
    own = objects.method_of(resolver, container, "__setitem__")
    if own is not None:
        key = data.key_of(resolver, path, dynamic)
        call(resolver, own, [key, value], {})
    else:
        stores.store_item(resolver, container, path, dynamic, value)
    return []


def _unbound(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    name = op.attr("name")
    resolver.refuse(f"`{name}` is not bound here", "bind it on every path that reaches this line", error=UnboundRead)


def _cell(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    (first,) = (read(env, a) for a in op.args)
    region = resolver.memory.make(op.outs[0].hint)
    resolver.memory.set(region, Aggregate(Cell, (CONTENTS,), (first,)))
    return [Ref(region)]


def _outside(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    frame = resolver.frames[-1]
    return [Outside(op.attr("how"), frame)]


def _setattr(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    holder, value = (read(env, a) for a in op.args)
    objects.set_attribute(resolver, holder, op.attr("name"), value)
    return []


def _unpack(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    return unpack(resolver, read(env, op.args[0]), len(op.outs), op.attr("star"), [o.hint for o in op.outs])


def _container(kind_type: type) -> Callable[..., list[Abstract]]:
    def resolve(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
        items = expansion.sequence(resolver, [read(env, a) for a in op.args], op.attr("stars", ()))
        return [Aggregate(kind_type, tuple(range(len(items))), tuple(items))]

    return resolve


def _dict(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    return [expansion.dictionary(resolver, op.attr("keys"), [read(env, a) for a in op.args])]


def _match(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    return [matching.ask(resolver, [read(env, a) for a in op.args], op.attr("question"), op.attr("wanted"))]


def _enter(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    maker, manager = (read(env, a) for a in op.args)
    return [contexts.enter(resolver, maker, manager)]


def _leave(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    contexts.leave(resolver, read(env, op.args[0]), op.attr("binds"))
    return []


def _caught(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    return [*contexts.caught(resolver, op.attr("falls"), [read(env, a) for a in op.args])]


def _lambda(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    function = op.attr("function")
    values = tuple(read(env, a) for a in op.args)
    split = len(function.captured)
    home = resolver.frames[-1]
    closure = Closure(function, values[:split], values[split:], home)
    if op.attr("bound"):
        home.defs[op.attr("bound")] = closure
    return [closure]


def _format(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    given = [read(env, a) for a in op.args]
    text = formatting.known_text(resolver, op.attr("parts"), given)
    if text is not None:
        return [Const(text)]
    args = tuple(map(resolver.atom, given))
    return [resolver.emit(structural.FORMAT, args, kind=TEXT, parts=op.attr("parts"))]


def _assert(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    args = tuple(resolver.atom(read(env, a)) for a in op.args)
    resolver.append(Op(structural.ASSERT, args, (), (), (), resolver.place))
    return []


def _raise(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    args = tuple(resolver.atom(read(env, a)) for a in op.args)
    resolver.append(Op(structural.RAISE, args, (), (), (), resolver.place))
    return []


def _refused(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    assert resolver.collector is not None
    return resolver.collector.unknown(resolver, op, env)


_TABLE: dict[Any, Callable[[Resolver, Op, Env], list[Abstract]]] = {
    surface.NAME: _name,
    surface.IMPORT: lambda resolver, op, env: [imports.imported(resolver, op)],
    surface.LITERAL: _literal,
    surface.BINARY: _binary,
    surface.UNARY: _unary,
    surface.CALL: _call,
    surface.GETATTR: _getattr,
    surface.GETITEM: _getitem,
    surface.SETITEM: _setitem,
    surface.SETATTR: _setattr,
    surface.CELL: _cell,
    surface.UNBOUND_NAME: _unbound,
    surface.OUTSIDE: _outside,
    surface.UNPACK: _unpack,
    surface.TUPLE: _container(tuple),
    surface.LIST: _container(list),
    surface.DICT: _dict,
    surface.MATCH: _match,
    surface.TRY: lambda resolver, op, env: contexts.mark(resolver, structural.TRY),
    surface.CAUGHT: _caught,
    surface.FINALLY: lambda resolver, op, env: contexts.mark(resolver, structural.FINALLY),
    surface.END: lambda resolver, op, env: contexts.mark(resolver, structural.END),
    surface.LOST: lambda resolver, op, env: [contexts.lost(resolver, op.attr("name"))],
    surface.ENTER: _enter,
    surface.LEAVE: _leave,
    surface.LAMBDA: _lambda,
    surface.FORMAT: _format,
    surface.ASSERT: _assert,
    surface.RAISE: _raise,
    surface.REFUSED: _refused,
    surface.IF: branches.resolve_if,
    surface.FOR: loops.resolve_for,
    surface.WHILE: loops.resolve_while,
}

__all__ = ["Diagnosis", "Poison", "SourceADError", "binary", "block", "call_entry", "is_unbound", "read"]
