"""Resolving `with` and `try`: which context managers are entered, and which of them let every exception pass; what
the body of a `try` is.

The derivative takes the body as run to its end. A manager that may swallow an exception of the body is refused.
"""

from __future__ import annotations

import contextlib
import inspect
import operator
import textwrap
from types import FunctionType
from typing import Any

import gast

from sourcead.frontend.abstract import Abstract, Aggregate, Poison, Ref, Region, Stale, Static, Undone, Unsure
from sourcead.frontend.memory import UNDONE
from sourcead.frontend.objects import class_of, exits_plainly, method_of
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Const, Op, Primitive, Value
from sourcead.kinds import INT, TOP, Opaque
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace

_HARMLESS = ("capture", "constant", "dict", "list", "literal", "tuple")
_COMPILED = ("_io", "_thread", "decimal", "numpy", "tempfile", "threading")  # their managers swallow nothing


def enter(resolver: Resolver, maker: Abstract, manager: Abstract) -> Abstract:
    """Enter a manager (the result of calling `maker`, where the two differ); gives what `as` binds."""
    parts = resolver.parts_of(manager)
    if parts is not None and parts.type is contextlib.nullcontext:
        return parts.items[0]
    if parts is not None and parts.type is contextlib.suppress:
        mark(resolver, structural.TRY)
        return Const(None)
    if written_out(resolver, manager):
        entered = call_method(resolver, manager, "__enter__", ())  # where it raises, `__exit__` is not called
        mark(resolver, structural.TRY)
        return entered
    reason = _why_not(resolver, maker, manager)
    if reason:
        resolver.refuse(reason, "enter it around the call of the differentiated function, or take it out")
    return resolver.emit(structural.ENTER, (resolver.atom(manager),), kind=TOP)


def leave(resolver: Resolver, manager: Abstract, binds: bool) -> None:
    """The end of the body. binds: it binds names, or may be left early."""
    parts = resolver.parts_of(manager)
    if parts is not None and parts.type is contextlib.nullcontext:
        return
    if parts is not None and parts.type is contextlib.suppress:
        _suppressed(resolver, parts, binds)
        return
    if written_out(resolver, manager):
        mark(resolver, structural.FINALLY)
        at = len(resolver.builder.ops)
        call_method(resolver, manager, "__exit__", (Const(None), Const(None), Const(None)))
        mark(resolver, structural.END)
        _drop_empty(resolver, at)
        return
    resolver.append(Op(structural.LEAVE, (), (), (), (), resolver.place))


def _suppressed(resolver: Resolver, manager: Aggregate, binds: bool) -> None:
    """The end of a body under `contextlib.suppress`: a handler that does nothing. It is not followed where the body
    binds names, of which some would not be bound."""
    from sourcead.frontend.entries import emit_folded

    code, _ = caught(resolver, (True,), [Aggregate(tuple, manager.keys, manager.items)])
    for number in (0, 1):
        emit_folded(resolver, primitive_of(operator.eq), (code, Const(number)), {}, "")
    if binds:
        resolver.memory.unfollowed[code] = None


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
        before, stored = memory.state.guarded[-1][1], memory.stored_in_body()
        marked = {r: _unsure(resolver, r, before.get(r, memory.first.get(r)), c) for r, c in stored.items()}
        memory.state.finals = (*memory.state.finals, (stored, marked))
        memory.state.heap.update(marked)
    elif primitive is structural.END:
        memory.end_body()
        *outer, (stored, marked) = memory.state.finals
        memory.state.finals = tuple(outer)
        for region, content in stored.items():
            memory.set(region, _settled(memory.state.heap[region], marked[region], content))
    resolver.append(Op(primitive, (), (), (), (), resolver.place))
    return []




def _unsure(resolver: Resolver, region: Region, before: Any, content: Any) -> Any:
    """What a region holds in a `finally`, with all that the body may or may not have stored there marked; where that
    is no object, all of it."""
    whole = Stale(region.name, UNDONE, resolver.place)
    if not isinstance(content, Aggregate) or content.type in (list, dict):
        return whole
    known = before if isinstance(before, Aggregate) else Aggregate(content.type, (), ())
    poison = Unsure(whole.poison().reason, resolver.place)
    kept = [known.get(k) is i for k, i in zip(content.keys, content.items, strict=True)]
    items = tuple(i if same else poison for i, same in zip(content.items, kept, strict=True))
    return Aggregate(content.type, content.keys, items)


def _settled(now: Any, marked: Any, content: Any) -> Any:
    """What a region holds behind a `finally`: what that has stored, and what the body has."""
    if now is marked:
        return content
    if not isinstance(now, Aggregate) or not isinstance(marked, Aggregate):
        return now
    found = dict(zip(now.keys, now.items, strict=True))
    items = [content.get(k) if isinstance(i, Unsure) and marked.get(k) is i else i for k, i in found.items()]
    return Aggregate(now.type, now.keys, tuple(items))


def caught(resolver: Resolver, falls: tuple[bool, ...], types: list[Abstract]) -> list[Value]:
    """The end of a `try` body: which handler caught an exception (0: none was raised), and the exception.

    Ops of the body stay even where nothing reads their values: they may raise what is caught.
    """
    outs = [Value("caught", INT), Value("error", TOP)]
    atoms = tuple(map(resolver.atom, types))
    ops, open_bodies = resolver.builder.ops, 0
    for position in range(len(ops) - 1, -1, -1):
        made = ops[position]
        open_bodies += {structural.CAUGHT: 1, structural.END: 1, structural.TRY: -1}.get(made.primitive, 0)
        if open_bodies < 0:
            break
        ops[position] = guarded(made)
    if any(falls):  # what the body stored before the exception is not known behind a handler
        for region, content in resolver.memory.stored_in_body().items():
            resolver.memory.set(region, Undone(region.name, UNDONE, resolver.place, outs[0], content))
    resolver.memory.end_body()
    resolver.append(Op(structural.CAUGHT, atoms, tuple(outs), (("falls", falls),), (), resolver.place))
    return outs


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
