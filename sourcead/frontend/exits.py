"""What statements may do, by syntax alone: where they exit, and which names they bind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import gast

from sourcead.records import dataclass, field


def always_exits(body: Sequence[Any]) -> bool:
    """Whether control never reaches the end of these statements, by syntax."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, gast.Return | gast.Break | gast.Continue):
        return True
    if isinstance(last, gast.Match):
        return irrefutable(last.cases[-1]) and all(always_exits(case.body) for case in last.cases)
    if isinstance(last, gast.With):
        return always_exits(last.body)
    return isinstance(last, gast.If) and always_exits(last.body) and always_exits(last.orelse)


def irrefutable(case: Any) -> bool:
    """Whether a case of a `match` is taken whatever the subject is."""
    pattern = case.pattern
    while isinstance(pattern, gast.MatchAs) and pattern.pattern is not None:
        pattern = pattern.pattern
    return case.guard is None and isinstance(pattern, gast.MatchAs)


def returns(node: Any) -> bool:
    """Whether a statement holds a `return` of the function that it belongs to."""
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, gast.Return):
            return True
        if not isinstance(item, gast.FunctionDef | gast.Lambda | gast.expr):
            stack.extend(gast.iter_child_nodes(item))
    return False


def breaks_itself(body: Sequence[Any]) -> bool:
    """Whether these statements hold a `break` of the loop that they are the body of."""
    for node in body:
        if isinstance(node, gast.Break):
            return True
        if isinstance(node, gast.If) and (breaks_itself(node.body) or breaks_itself(node.orelse)):
            return True
        if isinstance(node, gast.For | gast.While) and breaks_itself(node.orelse):
            return True
        if isinstance(node, gast.Match) and any(breaks_itself(case.body) for case in node.cases):
            return True
        if isinstance(node, gast.With) and breaks_itself(node.body):
            return True
        if isinstance(node, gast.Try) and any(
            map(breaks_itself, (node.body, node.orelse, node.finalbody, *(h.body for h in node.handlers)))
        ):
            return True
    return False


def may_end_loop(body: Sequence[Any]) -> bool:
    """Whether a turn of the loop with this body may end the loop."""
    return breaks_itself(body) or any(map(returns, body))


COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)


def target_names(target: Any) -> list[str]:
    """The names that an assignment target binds."""
    return [n.id for n in gast.walk(target) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store)]


def _in_scope(node: Any) -> Iterator[Any]:
    """The nodes inside a node, without the targets of comprehensions: those are names of their own."""
    for child in gast.iter_child_nodes(node):
        if isinstance(child, gast.comprehension):
            yield from (child.iter, *child.ifs)
        else:
            yield child


def names_read(node: Any, hidden: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names that a node reads and does not bind for itself, as comprehensions and nested functions do."""
    if isinstance(node, gast.Name):
        if isinstance(node.ctx, gast.Load) and node.id not in hidden:
            yield node.id
        return
    if isinstance(node, COMPREHENSIONS):
        yield from names_read(node.generators[0].iter, hidden)
        hidden |= frozenset(n for g in node.generators for n in target_names(g.target))
    for child in gast.iter_child_nodes(node):
        yield from names_read(child, hidden)


def stored_names(node: Any, inside: Any, line: int = 0) -> Iterator[tuple[str, int]]:
    """The names that a node binds, with their lines; those of a comprehension only where `inside` is within it."""
    if isinstance(node, gast.Name) and isinstance(node.ctx, gast.Store):
        yield node.id, getattr(node, "lineno", line)
    own = isinstance(node, COMPREHENSIONS) and not any(n is inside for n in gast.walk(node))
    for child in _in_scope(node) if own else gast.iter_child_nodes(node):
        yield from stored_names(child, inside, getattr(node, "lineno", line))


@dataclass(slots=True)
class Seen:
    """What a look through statements finds, not into nested functions: the names that they bind, whether there are
    nested functions, and whether names are declared `global` or `nonlocal`."""

    names: dict[str, None] = field(default_factory=dict)
    nests: bool = False
    declares: bool = False


def look_through(body: Iterable[Any]) -> Seen:
    """Everything that one walk over statements can tell."""
    seen = Seen()
    names = seen.names
    stack = list(body)[::-1]
    while stack:
        item = stack.pop()
        cls = type(item)
        if cls is gast.Name:
            if not isinstance(item.ctx, gast.Load | gast.Param):
                names[item.id] = None
            continue
        if cls is gast.Constant:
            continue
        if cls is gast.FunctionDef or cls is gast.Lambda:
            seen.nests = True
            if cls is gast.FunctionDef:
                names[item.name] = None
            continue
        if cls in _BINDING:
            if cls is gast.Global or cls is gast.Nonlocal:
                seen.declares = True
            elif cls is gast.Import or cls is gast.ImportFrom:
                names.update((alias.asname or alias.name.partition(".")[0], None) for alias in item.names)
            elif item.name is not None:
                names[item.name] = None
        for name in item._fields[::-1]:
            value = getattr(item, name, None)
            if isinstance(value, list):
                stack += [v for v in reversed(value) if isinstance(v, gast.AST)]
            elif isinstance(value, gast.AST) and not (name == "target" and cls is gast.comprehension):
                stack.append(value)  # the targets of comprehensions are names of their own
    return seen


_BINDING = frozenset({gast.Global, gast.Nonlocal, gast.Import, gast.ImportFrom, gast.MatchAs, gast.MatchStar})


def assigned_names(node: Any) -> list[str]:
    """The names that a statement binds, not looking into nested functions."""
    return list(look_through((node,)).names)


def only_augmented(body: Sequence[Any]) -> set[str]:
    """The names that these statements bind by augmented assignments alone: an array stays the same one."""
    augmented: set[str] = set()
    bound: set[str] = set()
    stack: list[Any] = list(body)
    while stack:
        item = stack.pop()
        if isinstance(item, gast.AugAssign) and isinstance(item.target, gast.Name):
            augmented.add(item.target.id)
            stack.append(item.value)
            continue
        bound.update(assigned_names(item) if isinstance(item, gast.FunctionDef) else ())
        if isinstance(item, gast.Name) and isinstance(item.ctx, gast.Store):
            bound.add(item.id)
        stack.extend(gast.iter_child_nodes(item))
    return augmented - bound
