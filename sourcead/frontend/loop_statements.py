"""Lowering of `for` and `while`: what a loop may rebind is carried from turn to turn, an early end is an exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gast

from sourcead.frontend import surface
from sourcead.frontend.exits import COMPREHENSIONS, assigned_names, breaks_itself, may_end_loop, only_augmented, returns
from sourcead.frontend.expressions import expression
from sourcead.frontend.lowering import RESULT, UNBOUND, Scope, branch, hint_of
from sourcead.ir import NEXT, RETURN, Atom, Block, Builder, Const, Op, Primitive, Value

FALL = Const(NEXT)


def _loop_names(scope: Scope, body: Sequence[Any], extra: Sequence[Any] = ()) -> list[str]:
    """The names that the loop may rebind, in order of appearance."""
    found = dict.fromkeys(n for part in (*extra, *body) for n in assigned_names(part))
    if any(returns(part) for part in body):
        found[RESULT] = None
    return list(found)


def lower_for(scope: Scope, node: Any) -> Atom:
    from sourcead.frontend.comprehensions import is_lazy
    from sourcead.frontend.statements import assign, statements

    if is_lazy(scope, node.iter):
        return _lower_lazy_for(scope, node)
    iterable = expression(scope, node.iter)
    names = _loop_names(scope, node.body, (node.target,))
    inits = tuple(scope.env.get(n, UNBOUND) for n in names)
    exits = may_end_loop(node.body)
    item = Value("")
    if isinstance(node.target, gast.Name):
        item = Value(node.target.id)

    def body() -> Atom:
        if isinstance(node.target, gast.Name):
            scope.env[node.target.id] = item
        else:
            assign(scope, node.target, item)
        return statements(scope, node.body)

    block = _body_block(scope, names, inits, (item,), body, exits)
    return _close_loop(scope, node, surface.FOR, (iterable, *inits), names, (block,), exits)


def _lower_lazy_for(scope: Scope, node: Any) -> Atom:
    """`for y in (f(x) for x in xs)`: the item is made at the beginning of its turn."""
    from sourcead.frontend.comprehensions import each
    from sourcead.frontend.statements import assign, statements

    if len(getattr(node.iter, "generators", ())) > 1:
        scope.refuse(node.iter, "a `for` over a generator of several loops is not differentiated", "nest the loops")
    names = _loop_names(scope, node.body, (node.target, node.iter))
    exits = may_end_loop(node.body)

    def body(item: Atom) -> Atom:
        assign(scope, node.target, item)
        return statements(scope, node.body)

    code = each(scope, node.iter, body, names, (lambda: FALL) if exits else None)
    return _end_loop(scope, node, code, exits)


def lower_while(scope: Scope, node: Any) -> Atom:
    from sourcead.frontend.statements import statements

    names = _loop_names(scope, node.body, (node.test,))
    if assigned_names(gast.Expr(node.test)):
        # `while (x := f()): body` binds in the test: it means `while True: if not (x := f()): break; body`.
        stop = gast.copy_location(
            gast.If(
                gast.copy_location(gast.UnaryOp(gast.Not(), node.test), node.test),
                [gast.copy_location(gast.Break(), node)],
                [],
            ),
            node,
        )
        node = gast.copy_location(
            gast.While(gast.copy_location(gast.Constant(True, None), node), [stop, *node.body], node.orelse), node
        )
    inits = tuple(scope.env.get(n, UNBOUND) for n in names)
    exits = may_end_loop(node.body)
    outer_env, outer_builder, outer_statement = scope.env, scope.builder, scope.statement
    params = tuple(Value(n) for n in names)
    scope.env, scope.builder = {**outer_env, **dict(zip(names, params, strict=True))}, Builder()
    cond = expression(scope, node.test)
    test = scope.builder.block(params, (cond,))
    scope.env, scope.builder, scope.statement = outer_env, outer_builder, outer_statement
    body = _body_block(scope, names, inits, (), lambda: statements(scope, node.body), exits)
    return _close_loop(scope, node, surface.WHILE, inits, names, (test, body), exits)


def _body_block(
    scope: Scope,
    names: list[str],
    inits: tuple[Atom, ...],
    items: tuple[Value, ...],
    lower: Callable[[], Atom],
    exits: bool,
) -> Block:
    outer_env, outer_builder, outer_statement = scope.env, scope.builder, scope.statement
    scope.loops.append(outer_statement)
    params = tuple(Value(hint_of(n)) for n in names)
    scope.env, scope.builder = {**outer_env, **dict(zip(names, params, strict=True))}, Builder()
    code = lower()
    scope.loops.pop()
    results = tuple(scope.env.get(n, UNBOUND) for n in names)
    block = scope.builder.block((*items, *params), ((code, *results) if exits else results))
    scope.env, scope.builder, scope.statement = outer_env, outer_builder, outer_statement
    return block


def loop(
    scope: Scope,
    node: Any,
    iterable: Atom,
    hint: str,
    turn: Callable[[Value], Atom],
    names: list[str],
    exits: bool,
) -> Atom:
    """A loop over the items of something; `turn` lowers what is done with one. Gives its exit code."""
    inits = tuple(scope.env.get(n, UNBOUND) for n in names)
    item = Value(hint)
    block = _body_block(scope, names, inits, (item,), lambda: turn(item), exits)
    made = isinstance(node, COMPREHENSIONS)
    return _loop_op(scope, node, surface.FOR, (iterable, *inits), names, (block,), exits, comprehension=made)


def _loop_op(
    scope: Scope,
    node: Any,
    primitive: Primitive,
    args: tuple[Atom, ...],
    names: list[str],
    blocks: tuple[Block, ...],
    exits: bool,
    comprehension: bool = False,
) -> Atom:
    code = Value("")
    outs = tuple(Value(hint_of(n)) for n in names)
    augmented = tuple(n for n in names if n in only_augmented(getattr(node, "body", ())))
    marks: dict[str, Any] = {"augmented": augmented, "exits": exits, "names": tuple(names)}
    if comprehension:
        marks["comprehension"] = True
    attrs = tuple(sorted(marks.items()))
    scope.builder.add(Op(primitive, args, (code, *outs) if exits else outs, attrs, blocks, scope.place(node)))
    for name, out in zip(names, outs, strict=True):
        scope.env[name] = out
    return code if exits else FALL


def _close_loop(
    scope: Scope,
    node: Any,
    primitive: Primitive,
    args: tuple[Atom, ...],
    names: list[str],
    blocks: tuple[Block, ...],
    exits: bool,
) -> Atom:
    return _end_loop(scope, node, _loop_op(scope, node, primitive, args, names, blocks, exits), exits)


def _end_loop(scope: Scope, node: Any, code: Atom, exits: bool) -> Atom:
    """What follows a loop statement, whose exit code this is."""
    from sourcead.frontend.statements import statements

    if not exits or isinstance(code, Const):
        return statements(scope, node.orelse)
    may_return = any(map(returns, node.body))
    breaks = breaks_itself(node.body)
    if not node.orelse and may_return and breaks:
        scope.returned.add(code)  # a break is over with the loop: only a return ends what follows
        return code
    if not node.orelse:
        return code if may_return else FALL

    def ended() -> Atom:
        return after_break(scope, node, code) if may_return and breaks else Const(RETURN) if may_return else FALL

    complete = scope.emit(surface.BINARY, (code, FALL), node, operator="==")
    return branch(scope, complete, surface.IF, node, lambda: statements(scope, node.orelse), ended)


def after_break(scope: Scope, node: Any, code: Value) -> Atom:
    """The code of a loop statement that either broke (then the next statement follows) or returned."""
    returned = scope.emit(surface.BINARY, (code, Const(RETURN)), node, operator="==")
    return branch(scope, returned, surface.IF, node, lambda: Const(RETURN), lambda: FALL)
