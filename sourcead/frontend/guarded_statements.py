"""Lowering of `with`: enter and leave are ops of the block that the statement stands in, and so is its body.

An early exit within the body is an exit code, as everywhere: the body ends, the context is left, then the code acts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gast

from sourcead.frontend import surface
from sourcead.frontend.displays import applied
from sourcead.frontend.expressions import expression
from sourcead.frontend.lowering import Scope
from sourcead.ir import Atom

Statements = Callable[[Scope, Sequence[Any]], Atom]


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
    scope.emit(surface.LEAVE, (manager,), made, outs=0)
    return code
