"""Lowering of whole functions, nested ones included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gast

from sourcead.frontend import surface
from sourcead.frontend.cells import declared_outside, is_one_function, rewritten, shared_names
from sourcead.frontend.exits import look_through, names_read
from sourcead.frontend.expressions import expression
from sourcead.frontend.lowering import RESULT, UNBOUND, Scope, Surface
from sourcead.frontend.source import SourceText
from sourcead.ir import Atom, Const, Value

_KINDS = ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD")
if TYPE_CHECKING:
    from sourcead.frontend.collecting import Collector



def parameters(node: Any) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """The parameters as (name, kind), and the default expressions by name."""
    arguments = node.args
    stars = ([arguments.vararg] if arguments.vararg else [], [arguments.kwarg] if arguments.kwarg else [])
    groups = (arguments.posonlyargs, arguments.args, stars[0], arguments.kwonlyargs, stars[1])
    params = [(a.id, kind) for group, kind in zip(groups, _KINDS, strict=True) for a in group]
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = {
        a.id: d
        for a, d in zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)
    }
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            defaults[argument.id] = default
    return params, defaults


def lower_function(
    source: SourceText,
    node: Any,
    name: str,
    body: list[Any],
    captured: tuple[str, ...],
    is_lambda: bool,
    late: frozenset[str] = frozenset(),
    collector: Collector | None = None,
) -> Surface:
    """Lower one def or lambda whose enclosing function's variables `captured` are handed in first."""
    from sourcead.frontend.statements import statements

    params, defaults = parameters(node)
    names = [n for n, _ in params]
    seen = look_through(body)
    local = frozenset(names) | (frozenset() if is_lambda else frozenset(seen.names))
    shared = shared_names(body, local) if seen.nests else frozenset()
    outside = declared_outside(body, shared) if seen.declares and not is_lambda else {}
    local -= frozenset(outside)
    body = rewritten(body, shared, outside)
    scope = Scope(source, name, local, body=tuple(body), late=late - local, collector=collector)
    values = tuple(Value(n) for n in (*captured, *names))
    scope.env.update(zip((*captured, *names), values, strict=True))
    for variable in [*(n for n in names if n in shared), *sorted(shared.difference(names))]:
        scope.env[variable] = scope.emit(surface.CELL, (scope.env.get(variable, UNBOUND),), node, hint=variable)
    if is_lambda:
        scope.statement = body[0]
        result: Atom = expression(scope, body[0])
    else:
        statements(scope, body)
        result = scope.env.get(RESULT, Const(None))
    block = scope.builder.block(values, (result,))
    kinds = tuple(kind for _, kind in params)
    return Surface(name, captured, tuple(names), kinds, tuple(defaults), block, source, source.place(node, node))


def nested(scope: Scope, node: Any, name: str, body: list[Any], is_lambda: bool) -> Atom:
    """Lower a def or lambda inside a function to the op that makes its closure."""
    params, defaults = parameters(node)
    bound = name if not is_lambda else _assigned_name(scope, node)
    own = {p for p, _ in params}
    read = [n for n in dict.fromkeys(n for part in body for n in names_read(part)) if n not in own]
    late = frozenset(n for n in read if _is_late(scope, n, bound))
    captured = tuple(n for n in read if n in scope.env and n not in late)
    function = lower_function(scope.source, node, name, body, captured, is_lambda, late, scope.collector)
    args = tuple(scope.env[n] for n in captured) + tuple(expression(scope, d) for d in defaults.values())
    hint = name if not is_lambda else ""
    return scope.emit(surface.LAMBDA, args, node, hint=hint, function=function, bound=bound)


def _assigned_name(scope: Scope, node: Any) -> str:
    """The name of `name = lambda ...: ...`."""
    statement = scope.statement
    if not isinstance(statement, gast.Assign) or statement.value is not node or len(statement.targets) != 1:
        return ""
    target = statement.targets[0]
    return target.id if isinstance(target, gast.Name) else ""


def _is_late(scope: Scope, name: str, own: str) -> bool:
    """Whether a name that a nested function reads is a nested function that is bound once the reader is called: itself,
    or one that is defined after it."""
    if name not in scope.local_names:
        return name in scope.late
    if name != own and scope.env.get(name, UNBOUND) != UNBOUND:
        return False
    return is_one_function(scope.body, name)


def lower(source: SourceText, collector: Collector | None = None) -> Surface:
    """Lower the function that was read. collector: goes on behind refusals."""
    node = source.node
    is_lambda = isinstance(node, gast.Lambda)
    name = "<lambda>" if is_lambda else node.name
    body = [node.body] if is_lambda else node.body
    return lower_function(source, node, name, body, (), is_lambda, collector=collector)
