"""Variables that outlive their scope: those that nested functions share and rebind, `nonlocal` and `global` ones.

A variable that a nested function captures and that is bound again later, by whichever of them, becomes a cell: an
object with one attribute, which both read and store into when they run.

    n = 0                        n.contents = 0
    def count():                 def count():
        nonlocal n        ->
        n += 1                       n.contents += 1
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any

import gast

from sourcead.frontend.exits import COMPREHENSIONS, assigned_names, names_read, stored_names, target_names

CONTENTS = "contents"
OUTSIDE = "outside "  # before the name of a variable of an enclosing scope that is not differentiated; no user's name
_FUNCTIONS = (gast.FunctionDef, gast.Lambda)


def shared_names(body: Iterable[Any], local: frozenset[str]) -> frozenset[str]:
    """The variables of a function that have to be cells."""
    statements = list(body)
    found: set[str] = set()
    for inner, loops in _nested(statements, ()):
        later = _bound_after(statements, inner, loops)
        for name in (*_captured(inner), *_declared(inner)):
            if name in local and (name in _declared(inner) or name in later):
                found.add(name)
    return frozenset(n for n in found if not is_one_function(statements, n))


def _nested(nodes: Iterable[Any], loops: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The functions nested in these nodes (not those nested in them), with the loops around each."""
    for node in nodes:
        if isinstance(node, _FUNCTIONS):
            yield node, loops
        else:
            around = (*loops, node) if isinstance(node, gast.For | gast.While) else loops
            yield from _nested(gast.iter_child_nodes(node), around)


def _bound_after(statements: list[Any], inner: Any, loops: tuple[Any, ...]) -> set[str]:
    """The names that are bound after a nested function, or anywhere in a loop around it."""
    first = loops[0] if loops else None
    found: set[str] = set()
    for part in statements:
        for name, line in stored_names(part, inner):
            in_loop = first is not None and first.lineno <= line <= first.end_lineno
            if in_loop or line > inner.end_lineno:
                found.add(name)
    return found


def _own(function: Any) -> set[str]:
    """The names that a nested function binds for itself."""
    arguments = function.args
    groups = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    stars = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    names = {a.id for a in (*groups, *stars)}
    if isinstance(function, gast.FunctionDef):
        names |= {n for part in function.body for n in assigned_names(part)}
    return names - _declarations(function)


def _declarations(function: Any) -> set[str]:
    """The names that a function's own text declares `nonlocal`."""
    body = function.body if isinstance(function, gast.FunctionDef) else []
    stack, found = list(body), set()
    while stack:
        node = stack.pop()
        if isinstance(node, gast.Nonlocal):
            found |= set(node.names)
        if not isinstance(node, _FUNCTIONS):
            stack += gast.iter_child_nodes(node)
    return found


def _declared(function: Any) -> set[str]:
    """The names that a nested function, or one in it, declares `nonlocal` of the scope around it."""
    deeper: set[str] = set()
    for inner, _ in _nested(_body(function), ()):
        deeper |= _declared(inner)
    return _declarations(function) | (deeper - _own(function))


def _captured(function: Any) -> set[str]:
    """The names that a nested function reads of the scope around it."""
    return {n for part in _body(function) for n in names_read(part)} - _own(function)


def _body(function: Any) -> list[Any]:
    body = function.body
    return list(body) if isinstance(body, list) else [body]


def is_one_function(statements: Iterable[Any], name: str) -> bool:
    """Whether a name is bound once, by a `def` or a lambda: it is that function wherever it is called."""
    items = [item for part in statements for item in gast.walk(part)]
    stored = sum(isinstance(i, gast.Name) and isinstance(i.ctx, gast.Store) and i.id == name for i in items)
    defined = sum(isinstance(i, gast.FunctionDef) and i.name == name for i in items)
    lambdas = sum(
        isinstance(i, gast.Assign)
        and isinstance(i.value, gast.Lambda)
        and [t.id for t in i.targets if isinstance(t, gast.Name)] == [name]
        for i in items
    )
    return (stored, defined, lambdas) in ((0, 1, 0), (1, 0, 1))


def declared_outside(body: Iterable[Any], shared: frozenset[str]) -> dict[str, str]:
    """The names that a function declares `global` or `nonlocal` (which of the two) and that no cell of ours holds."""
    found: dict[str, str] = {}
    stack = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, gast.Global | gast.Nonlocal):
            how = "global" if isinstance(node, gast.Global) else "nonlocal"
            found.update({n: how for n in node.names if n not in shared})
        if not isinstance(node, _FUNCTIONS):
            stack += gast.iter_child_nodes(node)
    return found


def rewritten(body: list[Any], shared: frozenset[str], outside: dict[str, str]) -> list[Any]:
    """The statements with the attribute of a cell for each shared name, and that of a namespace for each outer one
    that is stored into."""
    if not shared and not outside:
        return body
    return [_Rewriter(shared, outside).visit(copy.deepcopy(part)) for part in body]


def shared_targets(comprehension: Any, targets: Iterable[str]) -> set[str]:
    """The targets of a comprehension that functions made in it read: later, when another turn has bound them again."""
    captured = {n for inner, _ in _nested(_of_its_own(comprehension), ()) for n in _captured(inner)}
    return captured.intersection(targets)


def _of_its_own(comprehension: Any) -> list[Any]:
    """The parts of a comprehension that run in its own scope: all but the first iterable."""
    first = comprehension.generators[0]
    elements = [getattr(comprehension, f) for f in ("key", "value", "elt") if hasattr(comprehension, f)]
    return [*elements, *first.ifs, *comprehension.generators[1:]]


def with_cells(comprehension: Any, shared: frozenset[str]) -> Any:
    """A comprehension with the attribute of a cell for each of these targets."""
    if not shared:
        return comprehension
    made, rewriter = copy.copy(comprehension), _Rewriter(shared, {})
    for field in ("key", "value", "elt"):
        if hasattr(made, field):
            setattr(made, field, rewriter.visit(copy.deepcopy(getattr(made, field))))
    first, *more = (copy.deepcopy(g) for g in made.generators)
    first.target, first.ifs = rewriter.visit(first.target), [rewriter.visit(test) for test in first.ifs]
    made.generators = [first, *(rewriter.visit(g) for g in more)]
    return made


class _Rewriter(gast.NodeTransformer):  # type: ignore[misc]
    """Replaces names by attributes, in nested functions too, unless they bind the name themselves."""

    def __init__(self, shared: frozenset[str], outside: dict[str, str]) -> None:
        self.shared, self.outside = shared, outside

    def visit_Name(self, node: Any) -> Any:
        if node.id in self.shared:
            holder, name = node.id, CONTENTS
        elif node.id in self.outside and isinstance(node.ctx, gast.Store):
            holder, name = f"{OUTSIDE}{self.outside[node.id]}", node.id
        else:
            return node
        base = gast.copy_location(gast.Name(holder, gast.Load(), None, None), node)
        return gast.copy_location(gast.Attribute(base, name, node.ctx), node)

    def visit_Global(self, node: Any) -> Any:
        return gast.copy_location(gast.Pass(), node)

    visit_Nonlocal = visit_Global

    def visit_AugAssign(self, node: Any) -> Any:
        name = node.target.id if isinstance(node.target, gast.Name) else ""
        if name in self.outside and name not in self.shared:  # `n += 1` reads the variable, then stores it
            read = gast.copy_location(gast.Name(name, gast.Load(), None, None), node.target)
            value = gast.copy_location(gast.BinOp(read, node.op, self.visit(node.value)), node)
            return gast.copy_location(gast.Assign([self.visit(node.target)], value, None), node)
        return self.generic_visit(node)

    def _function(self, node: Any) -> Any:
        own = _own(node)
        inner = _Rewriter(self.shared - own, {})
        for field in ("body", "decorator_list", "args"):
            value = getattr(node, field, None)
            chosen = inner if field == "body" else self
            if isinstance(value, list):
                setattr(node, field, [chosen.visit(v) for v in value])
            elif value is not None:
                setattr(node, field, chosen.visit(value))
        return node

    def visit_FunctionDef(self, node: Any) -> Any:
        return self._function(node)

    def visit_Lambda(self, node: Any) -> Any:
        return self._function(node)

    def visit_arguments(self, node: Any) -> Any:
        node.defaults = [self.visit(d) for d in node.defaults]
        node.kw_defaults = [None if d is None else self.visit(d) for d in node.kw_defaults]
        return node

    def generic_visit(self, node: Any) -> Any:
        if isinstance(node, COMPREHENSIONS):
            own = frozenset(n for g in node.generators for n in target_names(g.target))
            if own & self.shared or own & self.outside.keys():
                inner = _Rewriter(self.shared - own, {k: v for k, v in self.outside.items() if k not in own})
                node.generators[0].iter = self.visit(node.generators[0].iter)
                return super(_Rewriter, inner).generic_visit(node)
        return super().generic_visit(node)
