"""Lowering of `with` and `try`: markers in the block that the statement stands in, its body between them.

    with a as x: body          x = enter(a); body; leave
    try: body                  begin; body; code, error = caught(types)
    except E as e: handler     if code == 1: handler
    else: rest                 else: rest
    finally: last              begin; all of the above; finally; last; end

An early exit within the body is an exit code, as everywhere: the body ends, the context is left, then the code acts.
Where an exception leads to is not known to have run the body to its end: what the body binds is not bound there.
"""

from __future__ import annotations

from typing import Any

import gast

from sourcead.frontend import surface
from sourcead.frontend.displays import applied
from sourcead.frontend.exits import assigned_names, target_names
from sourcead.frontend.expressions import expression
from sourcead.frontend.loop_statements import FALL
from sourcead.frontend.lowering import RESULT, UNBOUND, Scope, branch
from sourcead.ir import Atom, Const, Op, Value


def lower_with(scope: Scope, node: Any) -> Atom:
    """`with a as x, b: body`."""
    return _entered(scope, node, list(node.items))


def _entered(scope: Scope, node: Any, items: list[Any]) -> Atom:
    from sourcead.frontend.statements import assign, statements

    if not items:
        return statements(scope, node.body)
    item = items[0]
    made = item.context_expr
    if isinstance(made, gast.Call):
        maker = expression(scope, made.func)
        manager = applied(scope, made, maker)
    else:
        maker = manager = expression(scope, made)
    entered = scope.emit(surface.ENTER, (maker, manager), made)
    if item.optional_vars is not None:
        assign(scope, item.optional_vars, entered)
    code = _entered(scope, node, items[1:])
    bound = _bound_in(node.body) or [i for i in node.items if i.optional_vars is not None]
    scope.emit(surface.LEAVE, (manager,), made, outs=0, binds=bool(bound) or code != FALL)
    return code


def lower_try(scope: Scope, node: Any) -> Atom:
    """`try` with handlers, `else` and `finally`."""
    if not node.finalbody:
        return _handled(scope, node)
    from sourcead.frontend.statements import statements

    before = dict(scope.env)
    scope.emit(surface.TRY, (), node, outs=0)
    code = _handled(scope, node) if node.handlers else statements(scope, node.body)
    scope.emit(surface.FINALLY, (), node, outs=0)
    after, names = scope.env, _bound_in(node.body, *(h.body for h in node.handlers), node.orelse)
    scope.env = {**after, **{n: _lost(scope, node, n) for n in names if after.get(n) is not before.get(n)}}
    if statements(scope, node.finalbody) != FALL:
        scope.refuse(node, "leaving a `finally` is not differentiated", "let it run to its end")
    last = _bound_in(node.finalbody)
    scope.env = {**after, **{n: scope.env[n] for n in last if n in scope.env}}
    scope.emit(surface.END, (), node, outs=0)
    return code


def _bound_in(*bodies: Any) -> list[str]:
    return [n for body in bodies for part in body for n in assigned_names(part)]


def _unsure(body: Any) -> list[str]:
    """The names of which nobody knows whether an exception came before or after they were bound. An assignment at the
    very end of the body binds where no exception can follow."""
    *earlier, last = body
    names = _bound_in(body)
    if isinstance(last, gast.Assign) and all(isinstance(t, gast.Name | gast.Tuple) for t in last.targets):
        sure = {n for t in last.targets for n in target_names(t)} - {*_bound_in(earlier), *assigned_names(last.value)}
        names = [n for n in names if n not in sure]
    return list(dict.fromkeys(names))


def _lost(scope: Scope, node: Any, name: str) -> Atom:
    return scope.emit(surface.LOST, (), node, name=name)


def _handled(scope: Scope, node: Any) -> Atom:
    from sourcead.frontend.statements import statements

    before = dict(scope.env)
    types = tuple(_exception_type(scope, handler) for handler in node.handlers)
    scope.emit(surface.TRY, (), node, outs=0)
    code = statements(scope, node.body)
    found, error = Value("caught"), Value("error")
    falls = tuple(not _always_raises(handler.body) for handler in node.handlers)
    attrs = (("falls", falls),)
    scope.builder.add(Op(surface.CAUGHT, types, (found, error), attrs, (), scope.place(node)))
    if any(falls):
        _settle(scope, node, found)

    def ended() -> Atom:
        if not node.orelse:
            return code
        if code == FALL:
            return statements(scope, node.orelse)
        if isinstance(code, Const):
            return code
        goes_on = scope.emit(surface.BINARY, (code, FALL), node, operator="==")
        return branch(scope, goes_on, surface.IF, node, lambda: statements(scope, node.orelse), lambda: code)

    def from_here(position: int) -> Atom:
        if position == len(node.handlers):
            return ended()
        handler = node.handlers[position]
        here = scope.emit(surface.BINARY, (found, Const(position + 1)), handler, operator="==")

        def run() -> Atom:
            return _handler(scope, node, handler, error, before)

        if falls[position]:
            return branch(scope, here, surface.IF, node, run, lambda: from_here(position + 1))
        outer = dict(scope.env)

        def raising() -> Atom:
            run()
            scope.env = dict(outer)  # nothing follows: what the handler binds is not joined with anything
            return FALL

        branch(scope, here, surface.IF, node, raising, lambda: FALL)
        return from_here(position + 1)

    return from_here(0)


def _settle(scope: Scope, node: Any, found: Value) -> None:
    """What the body binds is bound where no exception was caught: an `if` without statements says so."""
    complete = scope.emit(surface.BINARY, (found, Const(0)), node, operator="==")

    def unbound() -> Atom:
        scope.env.update(dict.fromkeys([n for n in _bound_in(node.body) if n in scope.env], UNBOUND))
        return FALL

    branch(scope, complete, surface.IF, node, lambda: FALL, unbound)


def _exception_type(scope: Scope, handler: Any) -> Atom:
    if handler.type is None:
        return scope.emit(surface.NAME, (), handler, name="BaseException", builtin=True)
    return expression(scope, handler.type)


def _handler(scope: Scope, node: Any, handler: Any, error: Value, before: dict[str, Atom]) -> Atom:
    """What runs where an exception has been caught: what the body binds may not have been bound."""
    from sourcead.frontend.statements import statements

    lost = _unsure(node.body)
    env = {**dict.fromkeys(scope.env, UNBOUND), **before}
    scope.env = {**env, **{n: _lost(scope, handler, n) for n in lost}}
    scope.env.pop(RESULT, None)
    name = handler.name.id if handler.name is not None else None
    if name is not None:
        scope.env[name] = error
    scope.handling.append(error)
    code = statements(scope, handler.body)
    scope.handling.pop()
    if name is not None:
        scope.env[name] = UNBOUND
    return code


def _always_raises(body: Any) -> bool:
    """Whether control never leaves these statements otherwise than by an exception, by syntax."""
    last = body[-1]
    if any(isinstance(n, gast.Return | gast.Break | gast.Continue) for part in body for n in gast.walk(part)):
        return False
    if isinstance(last, gast.If):
        return bool(last.orelse) and _always_raises(last.body) and _always_raises(last.orelse)
    return isinstance(last, gast.Raise)
