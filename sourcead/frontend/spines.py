"""Python's syntax trees as gast trees: gast's own conversion, in less time, and without its recursion over long chains.

`a + b + c + ...` is as deep as it has terms: its operators are gone through from left to right. What else is nested too
deep for those that come after, which recurse, is found out on the way.
"""

from __future__ import annotations

import ast
from typing import Any

import gast
from gast.ast3 import Ast3ToGAst

MAX_DEPTH = 100  # nodes inside nodes; gast and astor recurse a few frames for each


class TooDeep(Exception):
    """A tree is nested too deep: at this statement."""

    def __init__(self, statement: ast.AST) -> None:
        super().__init__("too deep")
        self.statement = statement


def to_gast(node: ast.AST) -> Any:
    """The gast tree of a node.

    Raises:
        TooDeep: nodes are nested over `MAX_DEPTH` deep.
    """
    return _Converter(node).visit(node)


class _Converter(Ast3ToGAst):  # type: ignore[misc]
    """What gast reads in a way of its own it goes on reading so; all other nodes are copied field by field."""

    def __init__(self, root: ast.AST) -> None:
        self.depth = 0
        self.statement = root

    def visit(self, node: Any) -> Any:
        cls = type(node)
        leaf = _LEAVES.get(cls)
        if self.depth >= MAX_DEPTH:
            raise TooDeep(self.statement)
        if leaf is not None:
            return leaf
        self.depth += 1
        outer = self.statement
        if isinstance(node, ast.stmt):
            self.statement = node
        method = getattr(self, f"visit_{cls.__name__}", None)
        made = self.generic_visit(node) if method is None else method(node)
        self.depth, self.statement = self.depth - 1, outer
        return made

    def _visit(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self.visit(n) if isinstance(n, ast.AST) else n for n in node]
        return self.visit(node) if isinstance(node, ast.AST) else node

    def generic_visit(self, node: Any) -> Any:
        cls = getattr(gast, type(node).__name__, None)
        if cls is None:
            return None
        made = cls.__new__(cls)
        fields = made.__dict__
        for name, value in node.__dict__.items():  # fields and positions
            if isinstance(value, ast.AST):
                value = self.visit(value)
            elif isinstance(value, list):
                value = [self.visit(v) if isinstance(v, ast.AST) else v for v in value]
            fields[name] = value
        return made

    def visit_Constant(self, node: Any) -> Any:
        return self.generic_visit(node)  # Python's own visitor looks for methods of older names first

    def visit_Name(self, node: Any) -> Any:
        made = gast.Name.__new__(gast.Name)
        made.__dict__.update(node.__dict__, ctx=self.visit(node.ctx), annotation=None, type_comment=None)
        return made

    def visit_BinOp(self, node: Any) -> Any:
        steps = [node]
        while isinstance(steps[-1].left, ast.BinOp):
            steps.append(steps[-1].left)
        value = self.visit(steps[-1].left)
        for step in reversed(steps):
            made = gast.BinOp.__new__(gast.BinOp)
            made.__dict__.update(step.__dict__, left=value, op=self.visit(step.op), right=self.visit(step.right))
            value = made
        return value


_LEAVES: dict[type, Any] = {  # nodes that are all alike
    cls: getattr(gast, cls.__name__)()
    for base in (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)
    for cls in base.__subclasses__()
    if hasattr(gast, cls.__name__)
}
