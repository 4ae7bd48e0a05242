"""Lowering of comprehensions, generator arguments, `map` and `filter`: loops in which their targets are names of their
own. What is made one by one and read at once (`sum(x * x for x in xs)`) is made before it is read; `any` and `all`
stop where Python stops.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from sourcead.frontend import surface
from sourcead.frontend.cells import shared_targets, with_cells
from sourcead.frontend.exits import assigned_names, target_names
from sourcead.frontend.expressions import expression
from sourcead.frontend.loop_statements import FALL, loop
from sourcead.frontend.lowering import UNBOUND, Scope, branch
from sourcead.ir import BREAK, Atom, Const, Value

_FOUND = "found "  # a variable of our own: no user's name ends in a space
Each = Callable[[Atom], Atom]  # lowers what is done with one item, and gives its exit code


def list_comprehension(scope: Scope, node: Any) -> Atom:
    """`[f(x) for x in xs]`."""
    return _collected(scope, node)


def set_comprehension(scope: Scope, node: Any) -> Atom:
    """`{f(x) for x in xs}`: the set of the list."""
    return _call(scope, node, builtin(scope, node, "set"), _collected(scope, node))


def set_display(scope: Scope, node: Any) -> Atom:
    """`{a, b}`: the set of the list."""
    from sourcead.frontend.displays import items

    atoms, marks = items(scope, node.elts)
    return _call(scope, node, builtin(scope, node, "set"), scope.emit(surface.LIST, atoms, node, **marks))


def dict_comprehension(scope: Scope, node: Any) -> Atom:
    """`{k: v for ...}`: the dict of the pairs."""
    return _call(scope, node, builtin(scope, node, "dict"), _collected(scope, node))


def is_lazy(scope: Scope, node: Any) -> bool:
    """Whether this makes its items one by one, when they are asked for: a generator, `map` or `filter`."""
    if isinstance(node, gast.GeneratorExp):
        return True
    plain = (
        isinstance(node, gast.Call) and not node.keywords and not any(isinstance(a, gast.Starred) for a in node.args)
    )
    if not plain:
        return False
    return (is_builtin(scope, node.func, "map") and len(node.args) > 1) or (
        is_builtin(scope, node.func, "filter") and len(node.args) == 2
    )


def argument(scope: Scope, node: Any) -> Atom:
    """An expression that is read through at once, to its end: what it makes one by one is made now."""
    return _collected(scope, node) if is_lazy(scope, node) else expression(scope, node)


def search(scope: Scope, node: Any) -> Atom | None:
    """`any(...)` or `all(...)` of what is made one by one: a loop that ends with the item that decides."""
    if not isinstance(node.func, gast.Name) or len(node.args) != 1 or node.keywords:
        return None
    word = node.func.id
    if word not in ("any", "all") or not is_builtin(scope, node.func, word) or not is_lazy(scope, node.args[0]):
        return None
    outer = scope.env.get(_FOUND)
    scope.env[_FOUND] = Const(word == "all")

    def decided() -> Atom:
        scope.env[_FOUND] = Const(word == "any")
        return Const(BREAK)

    def test(item: Atom) -> Atom:
        yes, no = (decided, lambda: FALL) if word == "any" else (lambda: FALL, decided)
        return branch(scope, item, surface.IF, node, yes, no)

    def stop() -> Atom:
        over, goes_on = Const(BREAK), FALL
        sides = (over, goes_on) if word == "any" else (goes_on, over)
        return branch(scope, scope.env[_FOUND], surface.IF, node, lambda: sides[0], lambda: sides[1])

    each(scope, node.args[0], test, [_FOUND], stop)
    return _restored(scope, _FOUND, outer)


def each(scope: Scope, node: Any, body: Each, names: list[str], stop: Callable[[], Atom] | None = None) -> Atom:
    """Loop over the items that a lazy expression or a comprehension makes. names: what `body` may bind; stop: gives the
    exit code that an outer loop has after an inner one, where a turn may end the loop."""
    if not isinstance(node, gast.Call):
        return _Generators(scope, node, body, names, stop).run(0)
    callee = expression(scope, node.args[0])
    parts = [argument(scope, a) for a in node.args[1:]]
    iterable = parts[0]
    if len(parts) > 1:
        iterable = scope.emit(surface.CALL, (builtin(scope, node, "zip"), *parts), node, keywords=())

    def turn(item: Value) -> Atom:
        if node.func.id == "map" and len(parts) == 1:
            return body(_call(scope, node, callee, item))
        if node.func.id == "map":
            return body(scope.emit(surface.CALL, (callee, item), node, keywords=(), stars=(0,)))
        wanted = item if callee == Const(None) else _call(scope, node, callee, item)
        return branch(scope, wanted, surface.IF, node, lambda: body(item), lambda: FALL)

    return loop(scope, node, iterable, "", turn, names, stop is not None)


class _Generators:
    """The nested loops of one comprehension."""

    def __init__(self, scope: Scope, node: Any, body: Each, names: list[str], stop: Callable[[], Atom] | None) -> None:
        self.scope, self.node, self.body, self.stop = scope, node, body, stop
        self.targets = list(dict.fromkeys(n for g in node.generators for n in target_names(g.target)))
        self.shared = sorted(shared_targets(node, self.targets))
        self.node = node = with_cells(node, frozenset(self.shared))
        self.generators = node.generators
        self.cells: dict[str, Atom] = {}
        self.names = list(dict.fromkeys([*names, *assigned_names(node)]))
        self.outer_locals = scope.local_names
        self.hidden: dict[str, Atom | None] = {}

    def run(self, depth: int) -> Atom:
        """The loop of one `for` and all that is inside it."""
        scope, generator = self.scope, self.generators[depth]
        iterable = argument(scope, generator.iter)
        hint = generator.target.id if isinstance(generator.target, gast.Name) else ""
        if depth == 0:
            self.cells = {n: scope.emit(surface.CELL, (UNBOUND,), self.node, hint=n) for n in self.shared}

        def turn(item: Value) -> Atom:
            from sourcead.frontend.statements import assign

            if depth == 0:
                self._enter()
            assign(scope, generator.target, item)
            return self._tests(depth, list(generator.ifs))

        code = loop(scope, self.node, iterable, hint, turn, self.names, self.stop is not None)
        scope.local_names = self.outer_locals if depth == 0 else scope.local_names
        return code

    def _enter(self) -> None:
        """From here on the targets are names of the comprehension's own, not bound yet."""
        self.hidden = {n: self.scope.env.get(n) for n in self.targets}
        self.scope.env.update(dict.fromkeys(self.targets, UNBOUND) | self.cells)
        self.scope.local_names = self.outer_locals | frozenset(self.targets)

    def _leave(self) -> Atom:
        """From here on the targets mean what they mean outside."""
        for name, atom in self.hidden.items():
            self.scope.env[name] = UNBOUND if atom is None else atom
        self.scope.local_names = self.outer_locals
        return FALL

    def _tests(self, depth: int, tests: list[Any]) -> Atom:
        scope = self.scope
        if tests:
            wanted = expression(scope, tests[0])
            return branch(scope, wanted, surface.IF, tests[0], lambda: self._tests(depth, tests[1:]), self._leave)
        if depth + 1 < len(self.generators):
            self.run(depth + 1)
            self._leave()
            return FALL if self.stop is None else self.stop()
        item = self._element()
        self._leave()
        return self.body(item)

    def _element(self) -> Atom:
        if isinstance(self.node, gast.DictComp):
            pair = (expression(self.scope, self.node.key), expression(self.scope, self.node.value))
            return self.scope.emit(surface.TUPLE, pair, self.node)
        return expression(self.scope, self.node.elt)


def _collected(scope: Scope, node: Any) -> Atom:
    """The list of the items."""
    items = scope.emit(surface.LIST, (), node)

    def append(item: Atom) -> Atom:
        method = scope.emit(surface.GETATTR, (items,), node, name="append")
        scope.emit(surface.CALL, (method, item), node, keywords=())
        return FALL

    each(scope, node, append, [])
    return items


def _restored(scope: Scope, name: str, outer: Atom | None) -> Atom:
    """The value of a variable of our own, which then stands for what it stood for outside."""
    result = scope.env.pop(name)
    if outer is not None:
        scope.env[name] = outer
    return result


def is_builtin(scope: Scope, node: Any, name: str) -> bool:
    """Whether an expression is the name of a builtin that nothing hides."""
    return (
        isinstance(node, gast.Name)
        and node.id == name
        and name not in scope.env
        and name not in scope.local_names
        and name not in scope.source.globals
        and name not in scope.source.cells
    )


def builtin(scope: Scope, node: Any, name: str) -> Value:
    """A builtin, whatever its name stands for in the program."""
    return scope.emit(surface.NAME, (), node, name=name, builtin=True)


def _call(scope: Scope, node: Any, callee: Atom, *args: Atom) -> Value:
    return scope.emit(surface.CALL, (callee, *args), node, keywords=())
