"""Expressions and simple statements as text on one line, in one walk: what astor prints of them, a tenth of its time.

astor hands the precedence of what is around a node to the node, in an attribute, and writes pieces to a list; here that
is an argument, and a node's text the result. Its tables decide where parentheses stand, and what has no row here is
printed by astor itself (see `text`).
"""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from astor.op_util import Precedence, precedence_data, symbol_data

_PRODUCTS = (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)
_HIGHEST, _COMMA, _ONE = Precedence.highest, Precedence.Comma, Precedence.call_one_arg
_NUMBER, _SUBSCRIPT, _SLICE = (precedence_data[cls] for cls in (ast.Constant, ast.Subscript, ast.Slice))
_POWER, _EXPONENT = Precedence.Pow + 1, Precedence.PowRHS


class NotPrinted(Exception):
    """A node that has no row here."""


def printed(node: Any, around: int = _HIGHEST) -> str:
    """The text of an expression within something of this precedence.

    Raises:
        NotPrinted: it has a part that astor itself has to print.
    """
    row = _EXPRESSIONS.get(type(node))
    if row is None:
        raise NotPrinted
    return row(node, around)


def statement(node: Any) -> str:
    """The text of a simple statement.

    Raises:
        NotPrinted: it has a part that astor itself has to print.
    """
    row = _STATEMENTS.get(type(node))
    if row is None:
        raise NotPrinted
    return row(node, precedence_data.get(type(node), _HIGHEST))


def quoted(value: str) -> str:
    """A string literal, in double quotes unless it holds one."""
    text = repr(value)
    return text if '"' in text else f'"{text[1:-1]}"'


def mixed(operator: ast.operator, side: ast.expr) -> bool:
    """A matrix product within another product, or the other way round: readers do not know which binds first."""
    if not isinstance(side, ast.BinOp):
        return False
    pair = (operator, side.op)
    return any(isinstance(a, ast.MatMult) and isinstance(b, _PRODUCTS) for a, b in (pair, pair[::-1]))


# Expressions ----------------------------------------------------------------------------------------------------------


def _enclosed(text: str, own: int, around: int) -> str:
    return text if own >= around else f"({text})"


def _constant(node: Any, around: int) -> str:
    value = node.value
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int | float):
        if isinstance(value, float) and not math.isfinite(value):
            raise NotPrinted
        return _enclosed(repr(value), _NUMBER, around)
    return "..." if value is Ellipsis else repr(value)


def _name(node: Any, around: int) -> str:
    return str(node.id)


def _attribute(node: Any, around: int) -> str:
    return f"{printed(node.value)}.{node.attr}"


def _call(node: Any, around: int) -> str:
    inside = _COMMA if len(node.args) + len(node.keywords) > 1 else _ONE
    parts = [printed(arg, inside) for arg in node.args]
    for keyword in node.keywords:
        parts.append(f"{keyword.arg}=" if keyword.arg else "**")
        parts[-1] += printed(keyword.value, _COMMA)
    return f"{printed(node.func)}({', '.join(parts)})"


def _binary(node: Any, around: int) -> str:
    op = type(node.op)
    own = precedence_data[op]
    left, right = (_POWER, _EXPONENT) if op is ast.Pow else (own, own + 1)
    first = printed(node.left, _HIGHEST if mixed(node.op, node.left) else left)
    second = printed(node.right, _HIGHEST if mixed(node.op, node.right) else right)
    return _enclosed(f"{first} {symbol_data[op]} {second}", own, around)


def _unary(node: Any, around: int) -> str:
    op = type(node.op)
    own, symbol = precedence_data[op], symbol_data[op]
    clear = op is not ast.Not or not isinstance(node.operand, ast.Compare | ast.BoolOp)
    operand = printed(node.operand, own if clear else _HIGHEST)
    return _enclosed(f"{symbol}{' ' if symbol.isalpha() else ''}{operand}", own, around)


def _compare(node: Any, around: int) -> str:
    own = precedence_data[type(node.ops[0])]
    text = printed(node.left, own + 1)
    for op, right in zip(node.ops, node.comparators, strict=True):
        text += f" {symbol_data[type(op)]} {printed(right, own + 1)}"
    return _enclosed(text, own, around)


def _bool_op(node: Any, around: int) -> str:
    own = precedence_data[type(node.op)]
    joint = f" {symbol_data[type(node.op)]} "
    return _enclosed(joint.join(printed(value, own + 1) for value in node.values), own, around)


def _if_exp(node: Any, around: int) -> str:
    own = precedence_data[ast.IfExp]
    text = f"{printed(node.body, own + 1)} if {printed(node.test, own + 1)} else {printed(node.orelse, own)}"
    return _enclosed(text, own, around)


def _subscript(node: Any, around: int) -> str:
    return f"{printed(node.value)}[{printed(node.slice, _SUBSCRIPT)}]"


def _slice(node: Any, around: int) -> str:
    first, last, step = ("" if part is None else printed(part, _SLICE) for part in (node.lower, node.upper, node.step))
    return f"{first}:{last}" if node.step is None else f"{first}:{last}:{step}"


def _listed(items: list[Any]) -> str:
    return ", ".join([printed(item, _COMMA) for item in items])


def _tuple(node: Any, around: int) -> str:
    text = f"{_listed(node.elts)}{',' if len(node.elts) == 1 else ''}"
    return text if node.elts and precedence_data[ast.Tuple] >= around else f"({text})"


def _list(node: Any, around: int) -> str:
    return f"[{_listed(node.elts)}]"


def _dict(node: Any, around: int) -> str:
    pairs = zip(node.keys, node.values, strict=True)
    parts = [f"{printed(k)}: {printed(v, _COMMA)}" if k else f"**{printed(v, _COMMA)}" for k, v in pairs]
    return f"{{{', '.join(parts)}}}"


def _list_comp(node: Any, around: int) -> str:
    text = printed(node.elt, _COMMA)
    for part in node.generators:
        text += f" for {printed(part.target, _COMMA)} in {printed(part.iter, _COMMA)}"
        text += "".join(f" if {printed(test, _COMMA)}" for test in part.ifs)
    return f"[{text}]"


def _starred(node: Any, around: int) -> str:
    return f"*{printed(node.value)}"


_EXPRESSIONS: dict[type, Callable[[Any, int], str]] = {
    ast.Attribute: _attribute, ast.BinOp: _binary, ast.BoolOp: _bool_op, ast.Call: _call, ast.Compare: _compare,
    ast.Constant: _constant, ast.Dict: _dict, ast.IfExp: _if_exp, ast.List: _list, ast.ListComp: _list_comp,
    ast.Name: _name, ast.Slice: _slice, ast.Starred: _starred, ast.Subscript: _subscript, ast.Tuple: _tuple,
    ast.UnaryOp: _unary,
}  # fmt: skip


# Statements -----------------------------------------------------------------------------------------------------------


def _assign(node: Any, own: int) -> str:
    return "".join(f"{printed(target, own)} = " for target in node.targets) + printed(node.value, own)


def _augmented(node: Any, own: int) -> str:
    return f"{printed(node.target, own)} {symbol_data[type(node.op)]}= {printed(node.value, own)}"


def _return(node: Any, own: int) -> str:
    return "return" if node.value is None else f"return {printed(node.value, own)}"


_STATEMENTS: dict[type, Callable[[Any, int], str]] = {
    ast.Assign: _assign,
    ast.AugAssign: _augmented,
    ast.Break: lambda node, own: "break",
    ast.Continue: lambda node, own: "continue",
    ast.Expr: lambda node, own: printed(node.value, own),
    ast.Return: _return,
}
