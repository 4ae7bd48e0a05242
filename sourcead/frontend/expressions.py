"""Lowering of expressions: every subexpression becomes one surface op, in Python's order of evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from sourcead.frontend import displays, surface
from sourcead.frontend.cells import OUTSIDE
from sourcead.frontend.lowering import UNBOUND, Scope, branch
from sourcead.ir import Atom, Const, Hole, Span, Subscript

OPERATORS: dict[type, str] = {
    gast.Add: "+", gast.Sub: "-", gast.Mult: "*", gast.Div: "/", gast.FloorDiv: "//", gast.Mod: "%", gast.Pow: "**",
    gast.MatMult: "@", gast.LShift: "<<", gast.RShift: ">>", gast.BitAnd: "&", gast.BitOr: "|", gast.BitXor: "^",
    gast.Eq: "==", gast.NotEq: "!=", gast.Lt: "<", gast.LtE: "<=", gast.Gt: ">", gast.GtE: ">=",
    gast.Is: "is", gast.IsNot: "is not", gast.In: "in", gast.NotIn: "not in",
    gast.USub: "-", gast.UAdd: "+", gast.Invert: "~", gast.Not: "not",
}  # fmt: skip


class Lowered(gast.expr):  # type: ignore[misc]
    """An expression that lowers itself: what a pattern asks and binds has no syntax of its own."""

    _fields = ()
    lower: Callable[[], Atom]

    @classmethod
    def at(cls, node: Any, lower: Callable[[], Atom]) -> Any:
        """One that stands where a node stands."""
        made = gast.copy_location(cls(), node)
        made.lower = lower
        return made


def expression(scope: Scope, node: gast.AST) -> Atom:
    """Lower one expression and give the value that stands for it."""
    lower = _TABLE.get(type(node), _other)
    return lower(scope, node) if scope.collector is None else scope.collector.expression(scope, node, lower)


def _other(scope: Scope, node: Any) -> Atom:
    scope.refuse(
        node, f"`{type(node).__name__}` expressions are not differentiated", "write it with plain expressions"
    )


def _constant(scope: Scope, node: Any) -> Atom:
    return Const(node.value)


def _name(scope: Scope, node: Any) -> Atom:
    if node.id.startswith(OUTSIDE):
        return scope.emit(surface.OUTSIDE, (), node, how=node.id.removeprefix(OUTSIDE))
    if node.id in scope.env:
        atom = scope.env[node.id]
        if atom != UNBOUND:
            return atom
    if node.id in scope.late and node.id not in scope.local_names:
        return scope.emit(surface.NAME, (), node, name=node.id, late=True)
    if node.id in scope.local_names:
        return scope.emit(surface.UNBOUND_NAME, (), node, name=node.id)
    return scope.emit(surface.NAME, (), node, hint=node.id, name=node.id)


def _binary(scope: Scope, node: Any) -> Atom:
    # A chain a + b + c + ... is walked along its left spine, not recursed into: long sums are common in generated text.
    spine = []
    while isinstance(node, gast.BinOp):
        spine.append(node)
        node = node.left
    value = expression(scope, node)
    for step in reversed(spine):
        right = expression(scope, step.right)
        value = scope.emit(surface.BINARY, (value, right), step, operator=OPERATORS[type(step.op)])
    return value


def _unary(scope: Scope, node: Any) -> Atom:
    operand = expression(scope, node.operand)
    if isinstance(node.op, gast.USub) and isinstance(operand, Const) and type(operand.value) in (int, float, complex):
        return Const(-operand.value)
    return scope.emit(surface.UNARY, (operand,), node, operator=OPERATORS[type(node.op)])


def _compare(scope: Scope, node: Any) -> Atom:
    left = expression(scope, node.left)
    return _comparisons(scope, node, left, list(zip(node.ops, node.comparators, strict=True)))


def _comparisons(scope: Scope, node: Any, left: Atom, rest: list[tuple[Any, Any]]) -> Atom:
    operator, right_node = rest[0]
    right = expression(scope, right_node)
    first = scope.emit(surface.BINARY, (left, right), node, operator=OPERATORS[type(operator)])
    if len(rest) == 1:
        return first
    return _choice(scope, first, node, lambda: _comparisons(scope, node, right, rest[1:]), lambda: first, "and")


def _choice(
    scope: Scope, cond: Atom, node: Any, then: Callable[[], Atom], other: Callable[[], Atom], form: str
) -> Atom:
    """An expression with two alternatives: the value of an `if` op."""
    return branch(scope, cond, surface.IF, node, then, other, form)


def _bool_op(scope: Scope, node: Any) -> Atom:
    return _bool_rest(scope, node, list(node.values))


def _bool_rest(scope: Scope, node: Any, values: list[Any]) -> Atom:
    first = expression(scope, values[0])
    if len(values) == 1:
        return first
    if isinstance(node.op, gast.And):
        return _choice(scope, first, node, lambda: _bool_rest(scope, node, values[1:]), lambda: first, "and")
    return _choice(scope, first, node, lambda: first, lambda: _bool_rest(scope, node, values[1:]), "or")


def _if_exp(scope: Scope, node: Any) -> Atom:
    cond = expression(scope, node.test)
    return _choice(
        scope, cond, node, lambda: expression(scope, node.body), lambda: expression(scope, node.orelse), "ternary"
    )


def _attribute(scope: Scope, node: Any) -> Atom:
    return scope.emit(surface.GETATTR, (expression(scope, node.value),), node, name=node.attr)


def _subscript(scope: Scope, node: Any) -> Atom:
    container = expression(scope, node.value)
    path, dynamic = subscript_path(scope, node.slice)
    return scope.emit(surface.GETITEM, (container, *dynamic), node, path=path)


def subscript_path(scope: Scope, node: Any) -> tuple[tuple[tuple[Subscript, ...], ...], tuple[Atom, ...]]:
    """The subscript as a template with holes, and the values that fill them."""
    dynamic: list[Atom] = []

    def part(item: Any) -> Any:
        if item is None:
            return None
        atom = expression(scope, item)
        if isinstance(atom, Const) and (
            atom.value is None or atom.value is Ellipsis or type(atom.value) in (int, str, bool)
        ):
            return atom.value
        dynamic.append(atom)
        return Hole(len(dynamic) - 1)

    def element(item: Any) -> Any:
        if isinstance(item, gast.Slice):
            return Span(part(item.lower), part(item.upper), part(item.step))
        return part(item)

    elements = tuple(map(element, node.elts)) if isinstance(node, gast.Tuple) else (element(node),)
    return (elements,), tuple(dynamic)


def _walrus(scope: Scope, node: Any) -> Atom:
    value = expression(scope, node.value)
    bind(scope, node.target.id, value, node)
    return scope.env[node.target.id]


def _joined_string(scope: Scope, node: Any) -> Atom:
    args: list[Atom] = []
    parts = _parts(scope, node, args)
    return scope.emit(surface.FORMAT, tuple(args), node, parts=parts)


def _parts(scope: Scope, node: Any, args: list[Atom]) -> tuple[Any, ...]:
    """The parts of an f-string: texts, and (number of the argument, conversion, specification); a specification is a
    text, or has parts of its own."""
    parts: list[Any] = []
    for item in node.values:
        if isinstance(item, gast.Constant):
            parts.append(item.value)
            continue
        position = len(args)
        args.append(expression(scope, item.value))
        spec: Any = ""
        if item.format_spec is not None:
            spec = _parts(scope, item.format_spec, args)
            if all(isinstance(part, str) for part in spec):
                spec = "".join(spec)
        parts.append((position, "" if item.conversion in (-1, None) else chr(item.conversion), spec))
    return tuple(parts)


def bind(scope: Scope, name: str, atom: Atom, node: gast.AST) -> None:
    """Let a name stand for a value: a temporary that was just made takes the name, a literal gets an op of its own."""
    if isinstance(atom, Const):
        if atom == UNBOUND:
            scope.env[name] = atom
            return
        scope.env[name] = scope.emit(surface.LITERAL, (atom,), node, hint=name)
        return
    atom.call_it(name)
    scope.env[name] = atom


def _lambda(scope: Scope, node: Any) -> Atom:
    from sourcead.frontend.functions import nested

    return nested(scope, node, "<lambda>", [node.body], is_lambda=True)


def _made_by_comprehension(word: str) -> Callable[[Scope, Any], Atom]:
    def lower(scope: Scope, node: Any) -> Atom:
        from sourcead.frontend import comprehensions

        return getattr(comprehensions, word)(scope, node)  # type: ignore[no-any-return]

    return lower


def _generator(scope: Scope, node: Any) -> Atom:
    scope.refuse(
        node,
        "a generator is differentiated only where it is read at once: as an argument, or by a loop",
        "make a list of it: brackets in place of the parentheses",
    )


_TABLE: dict[type, Callable[[Scope, Any], Atom]] = {
    Lowered: lambda scope, node: node.lower(),
    gast.Constant: _constant,
    gast.Name: _name,
    gast.BinOp: _binary,
    gast.UnaryOp: _unary,
    gast.Compare: _compare,
    gast.BoolOp: _bool_op,
    gast.IfExp: _if_exp,
    gast.Call: displays.call,
    gast.Attribute: _attribute,
    gast.Subscript: _subscript,
    gast.Tuple: displays.sequence,
    gast.List: displays.sequence,
    gast.Dict: displays.dictionary,
    gast.NamedExpr: _walrus,
    gast.JoinedStr: _joined_string,
    gast.Lambda: _lambda,
    gast.ListComp: _made_by_comprehension("list_comprehension"),
    gast.SetComp: _made_by_comprehension("set_comprehension"),
    gast.DictComp: _made_by_comprehension("dict_comprehension"),
    gast.Set: _made_by_comprehension("set_display"),
    gast.GeneratorExp: _generator,
}
