"""Lowering of displays and of calls: items and arguments in order, with marks where one stands behind `*` or `**`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gast

from sourcead.frontend import surface
from sourcead.frontend.lowering import Scope
from sourcead.ir import Atom, Hole, Primitive


def items(
    scope: Scope, nodes: Sequence[Any], lower: Callable[[Scope, Any], Atom] | None = None
) -> tuple[tuple[Atom, ...], dict[str, Any]]:
    """Items in order; the attribute `stars` gives the positions of those behind a `*`."""
    from sourcead.frontend.comprehensions import argument
    from sourcead.frontend.expressions import expression

    lower = lower or expression
    stars = tuple(k for k, node in enumerate(nodes) if isinstance(node, gast.Starred))
    atoms = tuple(argument(scope, n.value) if isinstance(n, gast.Starred) else lower(scope, n) for n in nodes)
    return atoms, {"stars": stars} if stars else {}


def call(scope: Scope, node: Any) -> Atom:
    """A call; a keyword without a name stands for a dict of them."""
    from sourcead.frontend.comprehensions import is_lazy, search
    from sourcead.frontend.expressions import expression

    found = search(scope, node)
    if found is not None:
        return found
    if is_lazy(scope, node):
        scope.refuse(
            node,
            f"`{node.func.id}` is differentiated only where it is read at once: as an argument, or by a loop",
            f"make a list of it: `list({node.func.id}(...))`",
        )
    return applied(scope, node, expression(scope, node.func))


def applied(scope: Scope, node: Any, callee: Atom) -> Atom:
    """A call of what has been evaluated already."""
    from sourcead.frontend.comprehensions import argument, is_lazy
    from sourcead.frontend.expressions import expression

    args, marks = items(scope, node.args, argument)
    if any(is_lazy(scope, a) for a in node.args):
        marks["lazy"] = True
    keywords = tuple(expression(scope, k.value) for k in node.keywords)
    names = tuple(k.arg for k in node.keywords)
    return scope.emit(surface.CALL, (callee, *args, *keywords), node, keywords=names, **marks)


def sequence(scope: Scope, node: Any) -> Atom:
    """A tuple or list display."""
    primitive: Primitive = surface.TUPLE if isinstance(node, gast.Tuple) else surface.LIST
    atoms, marks = items(scope, node.elts)
    return scope.emit(primitive, atoms, node, **marks)


def dictionary(scope: Scope, node: Any) -> Atom:
    """A dict display; its keys are literals, `Hole` (the key is the next argument) or `...` (a dict behind `**`)."""
    from sourcead.frontend.expressions import expression

    keys: list[Any] = []
    args: list[Atom] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            keys.append(Ellipsis)
        elif isinstance(key, gast.Constant) and key.value is not Ellipsis:
            keys.append(key.value)
        else:
            keys.append(Hole(len(args)))
            args.append(expression(scope, key))
        args.append(expression(scope, value))
    return scope.emit(surface.DICT, tuple(args), node, keys=tuple(keys))
