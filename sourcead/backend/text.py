"""Expressions and simple statements as text: printed as astor does it, wrapped at the page's width by ourselves."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import astor
    from astor.code_gen import set_precedence
    from astor.op_util import Precedence, get_op_symbol

from sourcead.backend.printing import NotPrinted, mixed, quoted, statement

WIDTH = 88


class _Printer(astor.SourceGenerator):  # type: ignore[misc]
    """astor's printer with plain strings and the parentheses that a reader wants: `not (a < b)`, `(a @ b) * c`."""

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.write(quoted(node.value))
        elif isinstance(node.value, bytes | complex):
            self.write(repr(node.value))
        else:
            super().visit_Constant(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        with self.delimit(node, node.op) as delimiters:
            clear = not isinstance(node.op, ast.Not) or not isinstance(node.operand, ast.Compare | ast.BoolOp)
            set_precedence(delimiters.p if clear else Precedence.highest, node.operand)
            symbol = get_op_symbol(node.op)
            self.write(symbol, " " if symbol.isalpha() else "", node.operand)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        with self.delimit("[]"):
            set_precedence(Precedence.Comma, node.elt)
            self.write(node.elt)
            for part in node.generators:
                set_precedence(Precedence.Comma, part.target, part.iter, *part.ifs)
                self.write(" for ", part.target, " in ", part.iter)
                for test in part.ifs:
                    self.write(" if ", test)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        with self.delimit(node, node.op) as delimiters:
            power = isinstance(node.op, ast.Pow)
            left = Precedence.Pow + 1 if power else delimiters.p
            right = Precedence.PowRHS if power else delimiters.p + 1
            set_precedence(Precedence.highest if mixed(node.op, node.left) else left, node.left)
            set_precedence(Precedence.highest if mixed(node.op, node.right) else right, node.right)
            self.write(node.left, get_op_symbol(node.op, " %s "), node.right)


def text_of(node: ast.AST) -> str:
    """One expression or simple statement, on one line."""
    made = ast.Expr(node) if isinstance(node, ast.expr) else node
    try:
        return statement(made)
    except NotPrinted:
        return by_astor(made)


def by_astor(node: ast.AST) -> str:
    """The same, of what is rare."""
    source = astor.to_source(node, pretty_source="".join, source_generator_class=_Printer)
    return str(source).strip("\n")


def wrap(text: str, indent: int, closing: str = "") -> list[str]:
    """A statement as lines of at most WIDTH columns: broken inside brackets, where they nest least, before operators
    and after commas. `closing` is what stays at the end of a compound header's text (":")."""
    pad = " " * indent
    if indent + len(text) <= WIDTH:
        return [pad + text]
    text = _bracketed(text, closing)
    places = _break_places(text)
    lines: list[str] = []
    start, deeper = 0, indent + (8 if closing else 4)
    while True:
        left = indent if not lines else deeper
        room = WIDTH - left
        if len(text) - start <= room:
            break
        end = _choose([(p, d) for p, d in places if start < p <= start + room], start, room)
        if end is None:
            following = [p for p, _ in places if p > start]
            if not following:
                break
            end = following[0]
        lines.append(" " * left + text[start:end].rstrip())
        start = end
    lines.append(" " * (indent if not lines else deeper) + text[start:])
    return lines


def _choose(candidates: list[tuple[int, int]], start: int, room: int) -> int | None:
    """The break that cuts the fewest brackets among those that fill at least half of the line; else the last one."""
    far = [c for c in candidates if c[0] - start >= room // 2]
    if far:
        least = min(depth for _, depth in far)
        return max(p for p, depth in far if depth == least)
    return max((p for p, _ in candidates), default=None)


_OPERATORS = ("+", "-", "*", "/", "//", "%", "@", "**", "<", ">", "<=", ">=", "==", "!=", "&", "|", "^")
_ENDS = frozenset({*_OPERATORS, "and", "or", "if", "else", "is", "in", "not"})
_HEADS = ("return ", "if ", "elif ", "while ", "assert ")


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    body = text[:-1] + " " if text.endswith(":") else text
    skipped = (tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.NL)
    return [t for t in tokenize.generate_tokens(io.StringIO(body).readline) if t.type not in skipped]


def _bracketed(text: str, closing: str) -> str:
    """The text with parentheses around its value, if it would otherwise have no bracket to break in or would best be
    broken at a top-level operator."""
    body = text[: len(text) - len(closing)]
    head = next((h for h in _HEADS if body.startswith(h)), None)
    if head is not None:
        start = len(head)
    else:
        signs = [t for t in _tokens(body) if t.type == tokenize.OP and t.string.endswith("=")]
        depth_zero = [t for t in signs if t.string not in ("==", "<=", ">=", "!=") and _depth_at(body, t.start[1]) == 0]
        if not depth_zero:
            return text
        start = depth_zero[0].end[1] + 1
    if not any(depth == 0 and p > start for p, depth in _break_places(body, outside=True)):
        return text
    return f"{body[:start]}({body[start:]}){closing}"


def _depth_at(text: str, position: int) -> int:
    depth = 0
    for token in _tokens(text):
        if token.start[1] >= position:
            break
        depth += (token.string in "([{" and token.type == tokenize.OP) - (
            token.string in ")]}" and token.type == tokenize.OP
        )
    return depth


def _break_places(text: str, outside: bool = False) -> list[tuple[int, int]]:
    """Positions where a line may start, with the depth of brackets there."""
    places: list[tuple[int, int]] = []
    depth = 0
    previous: Any = None
    for token in _tokens(text):
        opening = token.type == tokenize.OP and token.string in "([{"
        if opening:
            depth += 1
        elif token.type == tokenize.OP and token.string in ")]}":
            depth -= 1
        spaced = previous is not None and token.start[1] > previous.end[1]
        after_word = (
            previous is not None and previous.string in ("not", "is", "if", "else") and token.string in ("not", "in")
        )
        operator = token.string in _ENDS and token.type in (tokenize.OP, tokenize.NAME) and spaced and not after_word
        comma = previous is not None and previous.string == ","
        if (operator or comma) and (depth > opening or outside) and not _is_prefix(previous, token):
            places.append((token.start[1], depth if depth > opening else 0))
        previous = token
    return places


def _is_prefix(previous: Any, token: tokenize.TokenInfo) -> bool:
    """A sign (not an operator between two operands), which stays with its operand, or `not`."""
    if token.string not in ("-", "+", "not"):
        return False
    return previous.string in _ENDS or previous.string in ("=", "return", "(")
