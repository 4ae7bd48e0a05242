"""Resolving `with` and `try`: which context managers are entered, and which of them let every exception pass; what
the body of a `try` is.

The derivative takes the body as run to its end. A manager that may swallow an exception of the body is refused.
"""

from __future__ import annotations

import contextlib
import inspect
import textwrap
from dataclasses import replace
from types import FunctionType
from typing import Any

import gast

from sourcead.frontend.abstract import Abstract, Poison, Ref, Region, Stale, Static
from sourcead.frontend.memory import UNDONE
from sourcead.frontend.objects import class_of, exits_plainly, method_of
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Const, Op, Primitive, Value
from sourcead.kinds import INT, TOP, Opaque
from sourcead.primitives import structural

_HARMLESS = ("capture", "constant", "dict", "list", "literal", "tuple")
_COMPILED = ("_io", "_thread", "decimal", "numpy", "tempfile", "threading")  # their managers swallow nothing


def enter(resolver: Resolver, maker: Abstract, manager: Abstract) -> Abstract:
    """Enter a manager (the result of calling `maker`, where the two differ); gives what `as` binds."""
    parts = resolver.parts_of(manager)
    if parts is not None and parts.type is contextlib.nullcontext:
        return parts.items[0]
    if written_out(resolver, manager):
        entered = call_method(resolver, manager, "__enter__", ())  # where it raises, `__exit__` is not called
        mark(resolver, structural.TRY)
        return entered
    reason = _why_not(resolver, maker, manager)
    if reason:
        resolver.refuse(reason, "enter it around the call of the differentiated function, or take it out")
    return resolver.emit(structural.ENTER, (resolver.atom(manager),), kind=TOP)


def leave(resolver: Resolver, manager: Abstract) -> None:
    """The end of the body."""
    parts = resolver.parts_of(manager)
    if parts is not None and parts.type is contextlib.nullcontext:
        return
    if written_out(resolver, manager):
        mark(resolver, structural.FINALLY)
        at = len(resolver.builder.ops)
        call_method(resolver, manager, "__exit__", (Const(None), Const(None), Const(None)))
        mark(resolver, structural.END)
        _drop_empty(resolver, at)
        return
    resolver.append(Op(structural.LEAVE, (), (), (), (), resolver.place))


def written_out(resolver: Resolver, manager: Abstract) -> bool:
    """Whether the methods of a manager stand in place of the `with`."""
    cls = class_of(resolver, manager) if isinstance(manager, Value | Ref | Static) else None
    return cls is not None and method_of(resolver, manager, "__exit__") is not None and exits_plainly(cls)


def call_method(resolver: Resolver, manager: Abstract, name: str, args: tuple[Abstract, ...]) -> Abstract:
    """Resolve a call of a method of a manager."""
    from sourcead.frontend.calls import call

    method = method_of(resolver, manager, name)
    assert method is not None
    return call(resolver, method, list(args), {})


def _drop_empty(resolver: Resolver, at: int) -> None:
    """Take out a `finally` in which nothing is done, and the `try` that it belongs to."""
    ops = resolver.builder.ops
    if any(op.primitive.effects for op in ops[at:-1]):
        return
    open_bodies = 0
    for position in range(at - 2, -1, -1):
        open_bodies += {structural.END: 1, structural.TRY: -1}.get(ops[position].primitive, 0)
        if open_bodies < 0:
            del ops[-1], ops[at - 1], ops[position]
            return


def mark(resolver: Resolver, primitive: Primitive) -> list[Abstract]:
    """A marker without values. In a `finally`, what the body has stored may or may not have been stored."""
    memory = resolver.memory
    if primitive is structural.TRY:
        memory.begin_body()
    elif primitive is structural.FINALLY:
        stored = memory.stored_in_body()
        memory.guarded.append((memory.count, stored))
        for region in stored:
            memory.set(region, _unsure(resolver, region))
    elif primitive is structural.END:
        _, stored = memory.guarded.pop()
        memory.guarded.pop()
        for region, content in stored.items():
            if isinstance(memory.content(region), Stale):
                memory.set(region, content)
    resolver.append(Op(primitive, (), (), (), (), resolver.place))
    return []


def _unsure(resolver: Resolver, region: Region) -> Stale:
    return Stale(region.name, UNDONE, resolver.place)


def caught(resolver: Resolver, op: Op, types: list[Abstract]) -> list[Abstract]:
    """The end of a `try` body: which handler caught an exception (0: none was raised), and the exception.

    Ops of the body stay even where nothing reads their values: they may raise what is caught.
    """
    atoms = tuple(map(resolver.atom, types))
    ops, open_bodies = resolver.builder.ops, 0
    for position in range(len(ops) - 1, -1, -1):
        made = ops[position]
        open_bodies += {structural.CAUGHT: 1, structural.END: 1, structural.TRY: -1}.get(made.primitive, 0)
        if open_bodies < 0:
            break
        ops[position] = guarded(made)
    if any(op.attr("falls")):  # what the body stored before the exception is not known behind a handler
        for region in resolver.memory.stored_in_body():
            resolver.memory.set(region, _unsure(resolver, region))
    resolver.memory.guarded.pop()
    outs = (Value("caught", INT), Value("error", TOP))
    resolver.append(Op(structural.CAUGHT, atoms, outs, (("falls", op.attr("falls")),), (), resolver.place))
    return list(outs)


def lost(resolver: Resolver, name: str) -> Abstract:
    """What a name stands for where an exception has been caught, if the body of the `try` binds it."""
    return Poison(f"whether `{name}` was bound before or after the exception is not known", resolver.place)


def guarded(op: Op) -> Op:
    """An op that stays for what it may raise; what it is made of, if it owns blocks."""
    if op.blocks:
        return replace(op, blocks=tuple(replace(b, ops=tuple(map(guarded, b.ops))) for b in op.blocks))
    return op if op.name in _HARMLESS or not op.outs else op.with_attrs(guarded=True, raises=True)


def _why_not(resolver: Resolver, maker: Abstract, manager: Abstract) -> str:
    """Why a manager is refused, if it is."""
    if maker is manager:
        kind = resolver.kind(manager)
        known, obj = resolver.static(manager)
        cls = type(obj) if known else kind.type if isinstance(kind, Opaque) else None
    else:
        cls = maker.obj if isinstance(maker, Static) else None
    if cls is None:
        return "which context manager this is is not known here"
    passes = _class_passes(cls) if isinstance(cls, type) else _generator_passes(cls)
    name = getattr(cls, "__name__", "this context manager")
    return "" if passes else f"`{name}` may swallow an exception, after which the body has no derivative"


def _class_passes(cls: type) -> bool:
    function = getattr(cls, "__exit__", None)
    if not isinstance(function, FunctionType):
        return cls.__module__.partition(".")[0] in _COMPILED
    tree = _tree(function)
    return tree is not None and all(
        node.value is None or (isinstance(node.value, gast.Constant) and not node.value.value)
        for node in gast.walk(tree)
        if isinstance(node, gast.Return)
    )


def _generator_passes(maker: Any) -> bool:
    """Whether this is a function of `contextlib.contextmanager` whose generator catches nothing."""
    function = getattr(maker, "__wrapped__", None)
    if not isinstance(function, FunctionType) or not inspect.isgeneratorfunction(function):
        return False
    tree = _tree(function)
    return tree is not None and not any(isinstance(node, gast.ExceptHandler | gast.With) for node in gast.walk(tree))


def _tree(function: FunctionType) -> Any:
    try:
        return gast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError, TypeError):
        return None
