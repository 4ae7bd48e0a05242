"""Lowering of statements. Each lowers into the current block and gives an exit code: NEXT when the next statement
follows.

Early exits are data. Where exactly one branch of an `if` can fall through, the statements after it move into that
branch (so `if c: break` needs no flag); where both can, the code is a value and the rest runs under a test of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gast

from sourcead.frontend import surface
from sourcead.frontend.cells import CONTENTS
from sourcead.frontend.comprehensions import argument
from sourcead.frontend.exits import always_exits
from sourcead.frontend.expressions import OPERATORS, bind, expression, subscript_path
from sourcead.frontend.functions import nested
from sourcead.frontend.guarded_statements import lower_try, lower_with
from sourcead.frontend.loop_statements import FALL, after_break, lower_for, lower_while
from sourcead.frontend.lowering import RESULT, UNBOUND, Scope, branch
from sourcead.frontend.patterns import as_ifs
from sourcead.ir import BREAK, CONTINUE, RETURN, Atom, Const, Op, Value


def statements(scope: Scope, body: Sequence[Any]) -> Atom:
    """Lower statements in order; the code says how they end."""
    for position, node in enumerate(body):
        rest = body[position + 1 :]
        scope.statement = node
        if isinstance(node, gast.Match):
            node = as_ifs(scope, node)
        if isinstance(node, gast.If):
            code, used_rest = _if(scope, node, rest)
            if used_rest:
                return code
        else:
            lower = _TABLE.get(type(node), _other)
            code = lower(scope, node) if scope.collector is None else scope.collector.statement(scope, node, lower)
        if code == FALL:
            continue
        if isinstance(code, Const):
            return code
        if not rest:
            return after_break(scope, node, code) if code in scope.returned else code
        return _guarded(scope, node, code, rest)
    return FALL


def _other(scope: Scope, node: Any) -> Atom:
    scope.refuse(node, f"`{type(node).__name__}` statements are not differentiated")


def _guarded(scope: Scope, node: Any, code: Value, rest: Sequence[Any]) -> Atom:
    """The rest of a block after a statement that may have ended it: `code` is a value."""
    if code in scope.returned:
        goes_on = scope.emit(surface.BINARY, (code, Const(RETURN)), node, operator="!=")
        return branch(scope, goes_on, surface.IF, node, lambda: statements(scope, rest), lambda: Const(RETURN))
    goes_on = scope.emit(surface.BINARY, (code, FALL), node, operator="==")
    return branch(scope, goes_on, surface.IF, node, lambda: statements(scope, rest), lambda: code, "resume")


def _if(scope: Scope, node: Any, rest: Sequence[Any]) -> tuple[Atom, bool]:
    """Lower an `if`; the flag says that the statements after it were lowered within one of its branches."""
    exits1, exits2 = always_exits(node.body), always_exits(node.orelse)
    absorb = exits1 != exits2
    cond = expression(scope, node.test)

    def side(body: Sequence[Any], takes_rest: bool) -> Callable[[], Atom]:
        return lambda: statements(scope, [*body, *rest] if takes_rest else body)

    code = branch(
        scope, cond, surface.IF, node, side(node.body, absorb and not exits1), side(node.orelse, absorb and not exits2)
    )
    return code, absorb or (exits1 and exits2)


def _return(scope: Scope, node: Any) -> Atom:
    scope.env[RESULT] = Const(None) if node.value is None else expression(scope, node.value)
    return Const(RETURN)


def _expression_statement(scope: Scope, node: Any) -> Atom:
    if not isinstance(node.value, gast.Constant):
        expression(scope, node.value)
    return FALL


def _assign(scope: Scope, node: Any) -> Atom:
    unpacked = len(node.targets) == 1 and isinstance(node.targets[0], gast.Tuple | gast.List)
    value = argument(scope, node.value) if unpacked else expression(scope, node.value)
    for target in node.targets:
        assign(scope, target, value)
    return FALL


def _annotated(scope: Scope, node: Any) -> Atom:
    if node.value is not None:
        assign(scope, node.target, expression(scope, node.value))
    return FALL


def assign(scope: Scope, target: Any, value: Atom) -> None:
    """Assign a value to any target."""
    if isinstance(target, gast.Name):
        bind(scope, target.id, value, target)
    elif isinstance(target, gast.Tuple | gast.List):
        _unpack(scope, target, value)
    elif isinstance(target, gast.Subscript):
        _store(scope, target, value)
    elif isinstance(target, gast.Attribute):
        _store_attribute(scope, target, value)
    else:
        scope.refuse(target, "this assignment target is not differentiated", "assign to a local name")


def _unpack(scope: Scope, target: Any, value: Atom) -> None:
    star = next((k for k, e in enumerate(target.elts) if isinstance(e, gast.Starred)), None)
    hints = []
    for element in target.elts:
        inner = element.value if isinstance(element, gast.Starred) else element
        hints.append(inner.id if isinstance(inner, gast.Name) else "")
    outs = tuple(Value(h) for h in hints)
    scope.builder.add(Op(surface.UNPACK, (value,), outs, (("star", star),), (), scope.place(target)))
    for element, out in zip(target.elts, outs, strict=True):
        inner = element.value if isinstance(element, gast.Starred) else element
        if isinstance(inner, gast.Name):
            scope.env[inner.id] = out
        else:
            assign(scope, inner, out)


def _store(scope: Scope, target: Any, value: Atom) -> None:
    container = expression(scope, target.value)
    path, dynamic = subscript_path(scope, target.slice)
    scope.emit(surface.SETITEM, (container, *dynamic, value), target, outs=0, path=path)


def _store_attribute(scope: Scope, target: Any, value: Atom) -> None:
    holder = expression(scope, target.value)
    scope.emit(surface.SETATTR, (holder, value), target, outs=0, name=target.attr)


def _augmented(scope: Scope, node: Any) -> Atom:
    operator = OPERATORS[type(node.op)]
    if isinstance(node.target, gast.Name):
        current = expression(scope, gast.copy_location(gast.Name(node.target.id, gast.Load(), None, None), node.target))
        value = expression(scope, node.value)
        result = scope.emit(
            surface.BINARY, (current, value), node, hint=node.target.id, operator=operator, augmented=True
        )
        scope.env[node.target.id] = result
    elif isinstance(node.target, gast.Subscript):
        _augmented_store(scope, node, operator)
    else:
        _augmented_attribute(scope, node, operator)
    return FALL


def _augmented_store(scope: Scope, node: Any, operator: str) -> None:
    # Python's order: container, subscript, the item's value, then the right side.
    target = node.target
    container = expression(scope, target.value)
    path, dynamic = subscript_path(scope, target.slice)
    current = scope.emit(surface.GETITEM, (container, *dynamic), target, path=path)
    value = expression(scope, node.value)
    result = scope.emit(surface.BINARY, (current, value, container), node, operator=operator, stored=True)
    scope.emit(surface.SETITEM, (container, *dynamic, result), node, outs=0, path=path, augmented=True)


def _augmented_attribute(scope: Scope, node: Any, operator: str) -> None:
    holder, name = expression(scope, node.target.value), node.target.attr
    hint = node.target.value.id if name == CONTENTS else ""
    current = scope.emit(surface.GETATTR, (holder,), node.target, hint=hint, name=name)
    value = expression(scope, node.value)
    result = scope.emit(surface.BINARY, (current, value), node, hint=hint, operator=operator, augmented=True)
    scope.emit(surface.SETATTR, (holder, result), node, outs=0, name=name, augmented=True)


def _assert(scope: Scope, node: Any) -> Atom:
    cond = expression(scope, node.test)
    if node.msg is None:
        scope.emit(surface.ASSERT, (cond,), node, outs=0)
        return FALL

    # The message is evaluated only when the assertion fails.
    def fail() -> Atom:
        scope.emit(surface.ASSERT, (Const(False), expression(scope, node.msg)), node, outs=0)
        return FALL

    if isinstance(node.msg, gast.Constant):
        scope.emit(surface.ASSERT, (cond, expression(scope, node.msg)), node, outs=0)
        return FALL
    return branch(scope, cond, surface.IF, node, lambda: FALL, fail)


def _raise(scope: Scope, node: Any) -> Atom:
    args = tuple(expression(scope, part) for part in (node.exc, node.cause) if part is not None)
    if node.exc is None and scope.handling:
        args = (scope.handling[-1],)
    scope.emit(surface.RAISE, args, node, outs=0)
    return FALL


def _delete(scope: Scope, node: Any) -> Atom:
    for target in node.targets:
        for name in target.elts if isinstance(target, gast.Tuple | gast.List) else [target]:
            if not isinstance(name, gast.Name):
                scope.refuse(name, "`del` of anything but a name is not differentiated", "build a new container")
            expression(scope, gast.copy_location(gast.Name(name.id, gast.Load(), None, None), name))
            scope.env[name.id] = UNBOUND
    return FALL


def _function(scope: Scope, node: Any) -> Atom:
    decorators = [expression(scope, d) for d in node.decorator_list]
    function = nested(scope, node, node.name, node.body, is_lambda=False)
    for decorator, part in zip(reversed(decorators), reversed(node.decorator_list), strict=True):
        function = scope.emit(surface.CALL, (decorator, function), part, hint=node.name, keywords=())
    scope.env[node.name] = function
    return FALL


def _import(scope: Scope, node: Any) -> Atom:
    """`import a.b` binds `a`, `import a.b as m` the module `a.b` itself."""
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        scope.env[name] = scope.emit(
            surface.IMPORT, (), node, module=alias.name, word="", level=0, whole=alias.asname is not None
        )
    return FALL


def _import_from(scope: Scope, node: Any) -> Atom:
    for alias in node.names:
        scope.env[alias.asname or alias.name] = scope.emit(
            surface.IMPORT, (), node, module=node.module or "", word=alias.name, level=node.level or 0, whole=True
        )
    return FALL


_TABLE: dict[type, Callable[[Scope, Any], Atom]] = {
    gast.Return: _return,
    gast.Expr: _expression_statement,
    gast.Assign: _assign,
    gast.AnnAssign: _annotated,
    gast.AugAssign: _augmented,
    gast.Assert: _assert,
    gast.Raise: _raise,
    gast.Delete: _delete,
    gast.With: lower_with,
    gast.Try: lower_try,
    gast.Import: _import,
    gast.ImportFrom: _import_from,
    gast.FunctionDef: _function,
    gast.For: lower_for,
    gast.While: lower_while,
    gast.Break: lambda scope, node: Const(BREAK),
    gast.Continue: lambda scope, node: Const(CONTINUE),
    gast.Pass: lambda scope, node: FALL,
}
