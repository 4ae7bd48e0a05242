"""Expressions over the items of a list: its zeros, copies of them, the sum of two lists, as comprehensions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Sequence

from sourcead.ir import Op
from sourcead.kinds import Array, Kind, List, Tree, may_carry_derivative

Library = Callable[[str], ast.expr]
_NAMES = ("xyzw", "uvst", "pqab")  # of the items, at each depth: local to the comprehension


def items_expression(word: str, op: Op, args: Sequence[ast.expr], library: Library) -> ast.expr:
    """The expression of an op whose form is "items zeros", "items sum" or "items copy"."""
    kind = op.outs[0].kind
    if word == "copy":
        return _copies(args[0], kind, 0)
    return _zeros(args[0], kind, library, 0) if word == "zeros" else _sum(list(args), kind, library, 0)


def _copies(x: ast.expr, kind: Kind, depth: int) -> ast.expr:
    if isinstance(kind, Tree):
        return _container(kind, lambda part, item: _copies(part, item, depth), x)
    if not isinstance(kind, List | Array):
        return x
    if not isinstance(kind, List) or not isinstance(kind.item, Array | List | Tree):
        return ast.Call(ast.Attribute(x, "copy", ast.Load()), [], [])
    name = _NAMES[depth % 3][0]
    return _comprehension(_copies(ast.Name(name, ast.Load()), kind.item, depth + 1), (name,), x)


def _container(kind: Tree, made: Callable[..., ast.expr], *wholes: ast.expr) -> ast.expr:
    """A container like those given, each item made out of theirs; None where there is no derivative."""

    def of(position: int) -> ast.expr:
        key, item = kind.keys[position], kind.items[position]
        if not may_carry_derivative(item):
            return ast.Constant(None)
        if named:
            return made(*(ast.Attribute(x, str(key), ast.Load()) for x in wholes), item)
        at = _literal(key) if kind.type is dict else ast.Constant(position)
        return made(*(ast.Subscript(x, at, ast.Load()) for x in wholes), item)

    named = hasattr(kind.type, "_fields")
    items = list(map(of, range(len(kind.items))))
    if named:
        fields = [ast.keyword(str(key), item) for key, item in zip(kind.keys, items, strict=True)]
        return ast.Call(ast.Attribute(wholes[0], "_replace", ast.Load()), [], fields)
    if kind.type is dict:
        return ast.Dict(list(map(_literal, kind.keys)), items)
    return (ast.Tuple if kind.type is tuple else ast.List)(items, ast.Load())


def _literal(key: Hashable) -> ast.expr:
    assert isinstance(key, str | int)
    return ast.Constant(key)


def _zeros(x: ast.expr, kind: Kind, library: Library, depth: int) -> ast.expr:
    if isinstance(kind, Array):
        return ast.Call(library("np.zeros_like"), [x], [])
    if isinstance(kind, Tree):
        return _container(kind, lambda part, item: _zeros(part, item, library, depth), x)
    if not isinstance(kind, List):
        return ast.Constant(0.0)
    if not isinstance(kind.item, Array | List | Tree):
        items = ast.List([ast.Constant(0.0)], ast.Load())
        return ast.BinOp(items, ast.Mult(), ast.Call(library("len"), [x], []))
    name = _NAMES[depth % 3][0]
    return _comprehension(_zeros(ast.Name(name, ast.Load()), kind.item, library, depth + 1), (name,), x)


def _sum(terms: list[ast.expr], kind: Kind, library: Library, depth: int) -> ast.expr:
    if isinstance(kind, Tree):
        return _container(kind, lambda *parts: _sum(list(parts[:-1]), parts[-1], library, depth), *terms)
    if not isinstance(kind, List):
        total, *others = terms
        for other in others:
            total = ast.BinOp(total, ast.Add(), other)
        return total
    names = tuple(_NAMES[depth % 3][: len(terms)])
    items: list[ast.expr] = [ast.Name(n, ast.Load()) for n in names]
    return _comprehension(_sum(items, kind.item, library, depth + 1), names, ast.Call(library("zip"), terms, []))


def _comprehension(item: ast.expr, names: tuple[str, ...], rows: ast.expr) -> ast.expr:
    targets: list[ast.expr] = [ast.Name(n, ast.Store()) for n in names]
    target = targets[0] if len(targets) == 1 else ast.Tuple(targets, ast.Store())
    return ast.ListComp(item, [ast.comprehension(target, rows, [], 0)])
