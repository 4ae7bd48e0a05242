"""What crosses from one stretch of a text to a later one: names that the first binds and the second reads, with lines.

    7: h = np.tanh(x @ W)
    8: y = h * h               bindings of lines 7-8: h (7), y (8)
       # backward
    9: dh = dy * 2 * h         reads of lines 9-10:   h (9); dh is the second stretch's own
    10: dx = (dh * (1 - h ** 2)) @ W.T
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

Lines = dict[str, list[int]]  # name to the lines of its statements, in order, each once


def bindings(statements: Iterable[ast.stmt]) -> Lines:
    """The names that statements bind, at any depth; what makes a list grow binds it, too."""
    found: Lines = {}
    for statement in statements:
        for node in _own_nodes(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                _note(found, node.id, statement.lineno)
        if (grown := grown_name(statement)) is not None:
            _note(found, grown, statement.lineno)
        for inner in _inner(statement):
            for name, lines in bindings(inner).items():
                for line in lines:
                    _note(found, name, line)
    return found


def stored(statements: Iterable[ast.stmt]) -> set[str]:
    """The names of what statements change in place: `dx[i] = ...`."""
    found = set()
    for node in (n for s in statements for n in ast.walk(s)):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            base: ast.expr = node
            while isinstance(base, ast.Subscript):
                base = base.value
            if isinstance(base, ast.Name):
                found.add(base.id)
    return found


def grown_name(statement: ast.stmt) -> str | None:
    """The list that a statement `xs.append(x)` makes grow."""
    match statement:
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "append"))):
            return name
    return None


def reads(statements: Sequence[ast.stmt]) -> Lines:
    """The names that statements read before they bind them on that path: what they need of what was before. What only
    a `return` reads is left out: it is handed on, not used."""
    found: Lines = {}
    _reads(statements, frozenset(), found)
    return found


_SHAPES = ("shape", "size", "ndim", "dtype")
_SHAPED = ("len", "zeros_like", "ones_like", "empty_like", "full_like")


def only_shapes(statements: Sequence[ast.stmt], name: str) -> bool:
    """Whether statements ask for nothing of a name but its shape: `h.shape`, `len(h)`, `np.zeros_like(h)`."""
    nodes = [node for statement in statements for node in ast.walk(statement)]
    every = sum(isinstance(node, ast.Name) and node.id == name for node in nodes)
    shapes = 0
    for node in nodes:
        match node:
            case ast.Attribute(ast.Name(own), word) if own == name and word in _SHAPES:
                shapes += 1
            case ast.Call(ast.Name(word) | ast.Attribute(_, word), [ast.Name(own), *_]) if own == name:
                shapes += word in _SHAPED
    return 0 < every == shapes


def _reads(statements: Sequence[ast.stmt], bound: frozenset[str], found: Lines) -> frozenset[str] | None:
    """Note what is read unbound; the names that are bound behind the statements, None where nothing follows."""
    for statement in statements:
        if not isinstance(statement, ast.Return):
            for node in _own_nodes(statement):
                if isinstance(node, ast.Name) and node.id not in bound and _is_read(node, statement):
                    _note(found, node.id, statement.lineno)
        if isinstance(statement, ast.Return | ast.Break | ast.Continue | ast.Raise):
            return None
        own = frozenset(n.id for n in _own_nodes(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
        after = [_reads(inner, bound | own, found) for inner in _inner(statement)]
        if isinstance(statement, ast.If):
            ways = [way for way in (*after, *([] if statement.orelse else [bound])) if way is not None]
            if not ways:
                return None
            bound = frozenset.intersection(*ways)
        elif isinstance(statement, ast.With):
            bound = after[0] if after[0] is not None else bound
        elif not isinstance(statement, ast.For):  # a loop may have no turns
            bound |= own
    return bound


def _is_read(node: ast.Name, statement: ast.stmt) -> bool:
    return isinstance(node.ctx, ast.Load) or (isinstance(statement, ast.AugAssign) and node is statement.target)


def _own_nodes(statement: ast.stmt) -> list[ast.AST]:
    """The expressions in a statement's own lines (a compound one: its header), without what comprehensions bind."""
    fields = [value for name, value in ast.iter_fields(statement) if name not in _BODIES]
    found: list[ast.AST] = []
    waiting: list[tuple[object, frozenset[str]]] = [(fields, frozenset())]
    while waiting:
        node, hidden = waiting.pop()
        if isinstance(node, list):
            waiting += [(item, hidden) for item in node]
        elif isinstance(node, ast.AST):
            if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp):
                targets = (n for part in node.generators for n in ast.walk(part.target))
                hidden |= {n.id for n in targets if isinstance(n, ast.Name)}
            if not (isinstance(node, ast.Name) and node.id in hidden):
                found.append(node)
            waiting += [(child, hidden) for child in ast.iter_child_nodes(node)]
    return found


_BODIES = ("body", "orelse", "finalbody", "handlers")


def _inner(statement: ast.stmt) -> list[list[ast.stmt]]:
    """The bodies of a compound statement."""
    handlers = [h.body for h in getattr(statement, "handlers", ())]
    return [*handlers, *(b for name in ("body", "orelse", "finalbody") if (b := getattr(statement, name, None)))]


def _note(found: Lines, name: str, line: int) -> None:
    lines = found.setdefault(name, [])
    if line not in lines:
        lines.append(line)
