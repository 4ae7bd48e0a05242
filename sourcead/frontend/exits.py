"""What statements may do, by syntax alone: where they exit, and which names they bind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gast


def always_exits(body: Sequence[Any]) -> bool:
    """Whether control never reaches the end of these statements, by syntax."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, gast.Return | gast.Break | gast.Continue):
        return True
    return isinstance(last, gast.If) and always_exits(last.body) and always_exits(last.orelse)


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
    return False


def may_end_loop(body: Sequence[Any]) -> bool:
    """Whether a turn of the loop with this body may end the loop."""
    return breaks_itself(body) or any(map(returns, body))


def assigned_names(node: Any) -> list[str]:
    """The names that a statement binds, not looking into nested functions."""
    names: list[str] = []
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, gast.Lambda):
            continue
        if isinstance(item, gast.FunctionDef):
            names.append(item.name)
            continue
        if isinstance(item, gast.Name) and isinstance(item.ctx, gast.Store):
            names.append(item.id)
        if isinstance(item, gast.Assign | gast.AugAssign):
            targets = item.targets if isinstance(item, gast.Assign) else [item.target]
            names.extend(
                t.value.id for t in targets if isinstance(t, gast.Subscript) and isinstance(t.value, gast.Name)
            )
        stack.extend(reversed(list(gast.iter_child_nodes(item))))
    return list(dict.fromkeys(names))
