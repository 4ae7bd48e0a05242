"""Expressions over the items of a list: its zeros, the sum of two lists, as comprehensions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from sourcead.ir import Const, Op
from sourcead.kinds import Array, Kind, List

Library = Callable[[str], ast.expr]
_NAMES = (("x", "y"), ("u", "v"), ("p", "q"))  # of the items, at each depth: local to the comprehension


def items_expression(word: str, op: Op, args: Sequence[ast.expr], library: Library) -> ast.expr:
    """The expression of an op whose form is "items zeros" or "items sum"."""
    first = op.args[0]
    assert not isinstance(first, Const)
    return _zeros(args[0], first.kind, library, 0) if word == "zeros" else _sum(*args, first.kind, library, 0)


def _zeros(x: ast.expr, kind: Kind, library: Library, depth: int) -> ast.expr:
    if isinstance(kind, Array):
        return ast.Call(library("np.zeros_like"), [x], [])
    if not isinstance(kind, List):
        return ast.Constant(0.0)
    if not isinstance(kind.item, Array | List):
        items = ast.List([ast.Constant(0.0)], ast.Load())
        return ast.BinOp(items, ast.Mult(), ast.Call(library("len"), [x], []))
    name = _NAMES[depth % 3][0]
    return _comprehension(_zeros(ast.Name(name, ast.Load()), kind.item, library, depth + 1), (name,), x)


def _sum(a: ast.expr, b: ast.expr, kind: Kind, library: Library, depth: int) -> ast.expr:
    if not isinstance(kind, List):
        return ast.BinOp(a, ast.Add(), b)
    names = _NAMES[depth % 3]
    one, other = (ast.Name(n, ast.Load()) for n in names)
    return _comprehension(
        _sum(one, other, kind.item, library, depth + 1), names, ast.Call(library("zip"), [a, b], [])
    )


def _comprehension(item: ast.expr, names: tuple[str, ...], rows: ast.expr) -> ast.expr:
    targets: list[ast.expr] = [ast.Name(n, ast.Store()) for n in names]
    target = targets[0] if len(targets) == 1 else ast.Tuple(targets, ast.Store())
    return ast.ListComp(item, [ast.comprehension(target, rows, [], 0)])
