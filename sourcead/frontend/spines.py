"""Long chains of operators as gast trees: `a + b + c + ...` is as deep as it has terms, and gast recurses.

A chain is cut out of the tree before gast reads that, its operands are read one by one, and it is put together again.
"""

from __future__ import annotations

import ast
from typing import Any

import gast

LONG = 20  # operators one after another
_CUT = "chain "  # before the number of a chain; no name of a user's has a blank


def to_gast(node: ast.AST) -> Any:
    """The gast tree of a node. The chains are taken out of the node itself."""
    chains: list[list[ast.BinOp]] = []
    if isinstance(node, ast.BinOp) and len(spine(node)) > LONG:
        return _joined(spine(node))
    stack = [node]
    while stack:
        parent = stack.pop()
        for field, value in ast.iter_fields(parent):
            items = value if isinstance(value, list) else [value]
            for position, item in enumerate(items):
                if isinstance(item, ast.BinOp) and len(spine(item)) > LONG:
                    chains.append(spine(item))
                    item = ast.copy_location(ast.Name(f"{_CUT}{len(chains) - 1}", ast.Load()), item)
                    if isinstance(value, list):
                        value[position] = item
                    else:
                        setattr(parent, field, item)
                elif isinstance(item, ast.AST):
                    stack.append(item)
    tree = gast.ast_to_gast(node)
    return _restored(tree, chains) if chains else tree


def spine(node: ast.BinOp) -> list[ast.BinOp]:
    """The operators of a chain, the last one first."""
    found = [node]
    while isinstance(found[-1].left, ast.BinOp):
        found.append(found[-1].left)
    return found


def _joined(chain: list[ast.BinOp]) -> Any:
    value = to_gast(chain[-1].left)
    for step in reversed(chain):
        whole = gast.BinOp(value, gast.ast_to_gast(step.op), to_gast(step.right))
        for name in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
            setattr(whole, name, getattr(step, name))
        value = whole
    return value


def _restored(tree: Any, chains: list[list[ast.BinOp]]) -> Any:
    stack = [tree]
    while stack:
        parent = stack.pop()
        for field in parent._fields:
            value = getattr(parent, field, None)
            items = value if isinstance(value, list) else [value]
            for position, item in enumerate(items):
                if isinstance(item, gast.Name) and item.id.startswith(_CUT):
                    whole = _joined(chains[int(item.id.removeprefix(_CUT))])
                    if isinstance(value, list):
                        value[position] = whole
                    else:
                        setattr(parent, field, whole)
                elif isinstance(item, gast.AST):
                    stack.append(item)
    return tree
