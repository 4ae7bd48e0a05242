"""How each op is written: an op and its args' expressions to a Python expression."""

from __future__ import annotations

import ast
import builtins
import functools
import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sourcead.backend.items import items_expression
from sourcead.backend.tree import form_of
from sourcead.ir import UNDEFINED, Const, Hole, Op, Path, Primitive, Span

Library = Callable[[str], ast.expr]

BINARY: dict[str, type[ast.operator]] = {
    "+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "//": ast.FloorDiv, "%": ast.Mod, "@": ast.MatMult,
    "**": ast.Pow, "&": ast.BitAnd, "|": ast.BitOr, "^": ast.BitXor, "<<": ast.LShift, ">>": ast.RShift,
}  # fmt: skip
UNARY: dict[str, type[ast.unaryop]] = {"-": ast.USub, "+": ast.UAdd, "~": ast.Invert, "not": ast.Not}
COMPARE: dict[str, type[ast.cmpop]] = {
    "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE, "==": ast.Eq, "!=": ast.NotEq, "is": ast.Is,
    "is not": ast.IsNot, "in": ast.In, "not in": ast.NotIn,
}  # fmt: skip
_DISPLAYS: dict[str, type[ast.Tuple] | type[ast.List]] = {"tuple": ast.Tuple, "list": ast.List}


def name(text: str) -> ast.expr:
    """A name, or a dotted one."""
    first, *rest = text.split(".")
    node: ast.expr = ast.Name(first, ast.Load())
    for part in rest:
        node = ast.Attribute(node, part, ast.Load())
    return node


def expression(op: Op, args: Sequence[ast.expr], library: Library) -> ast.expr:
    """The expression that computes the op's one result."""
    form, _, word = form_of(op).partition(" ")
    match form:
        case "binary" | "augmented":
            return ast.BinOp(args[0], BINARY[word](), args[1])
        case "unary":
            return ast.UnaryOp(UNARY[word](), args[0])
        case "not":
            return ast.UnaryOp(ast.Not(), args[0])
        case "compare":
            return ast.Compare(args[0], [COMPARE[word]()], [args[1]])
        case "is" | "in":
            return ast.Compare(args[0], [COMPARE[form]()], [args[1]])
        case "and" | "or":
            return bool_op(form, args)
        case "call" | "helper" if word:
            return _call(library(word), args, op, library)
        case "captured":
            return _call(name(word), args, op, library)
        case "method":
            return _call(ast.Attribute(args[0], word, ast.Load()), args, op, library, 1)
        case "attribute":
            return ast.Attribute(args[0], word, ast.Load())
        case "constant":
            return library(op.attr("name"))
        case "items":
            return items_expression(word, op, args, library)
    return _structural(form, op, args, library)


def _call(callee: ast.expr, args: Sequence[ast.expr], op: Op, library: Library, receivers: int = 0) -> ast.expr:
    """A call: static arguments by keyword, but by position those that the function cannot do without."""
    attrs = {k: literal(v, library) for k, v in op.keywords.items()}
    by_position, by_keyword = op.primitive.split(args, [isinstance(a, Const) and a.value is None for a in op.args])
    first, placed = _needed(op.primitive.infer)
    by_name = _keyword_only(op.primitive) if first else frozenset()
    for place, word in placed:
        if word in attrs:
            by_position.insert(place, attrs.pop(word))
    before = [attrs.pop(word) for word in first if word in attrs and word not in by_name]
    keywords = [ast.keyword(k, v) for k, v in (attrs | by_keyword).items()]
    return ast.Call(callee, [*before, *by_position[receivers:]], keywords)


@functools.lru_cache(maxsize=4096)
def _keyword_only(primitive: Primitive) -> frozenset[str]:
    """The parameters that the function itself takes by keyword alone, where it is the one that is called."""
    if str(getattr(primitive.target, "__module__", "")).startswith("sourcead."):
        return frozenset()  # a function of ours that stands for one of NumPy's
    try:
        parameters = inspect.signature(primitive.target).parameters.values()
    except (TypeError, ValueError):  # a function written in C may say nothing of its parameters
        return frozenset()
    return frozenset(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


@functools.cache
def _needed(infer: Callable[..., Any] | None) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:
    """The parameters without a default, in order: those before any number of operands, and the others with their
    places."""
    if infer is None:
        return (), ()
    parameters = list(inspect.signature(infer).parameters.values())
    first = tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty)
    positional = enumerate(p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)
    return first, tuple((place, p.name) for place, p in positional if p.default is p.empty)


def _structural(form: str, op: Op, args: Sequence[ast.expr], library: Library) -> ast.expr:
    match form:
        case "tuple" | "list":
            return _DISPLAYS[form](elts=list(args), ctx=ast.Load())
        case "dict":
            return ast.Dict([literal(k, library) for k in op.attr("keys")], list(args))
        case "literal":
            return args[0]
        case "getattr":
            return ast.Attribute(args[0], op.attr("name"), ast.Load())
        case "capture":
            if op.attr("shadowed", False):
                return ast.Subscript(ast.Call(name("globals"), [], []), ast.Constant(op.attr("name")), ast.Load())
            return name(op.attr("name"))
        case "getitem":
            return subscripted(args[0], op.attr("path"), args[1:], library)
        case "subscript":
            return _subscript(op, args, library)
        case "call":
            names = op.attr("keywords", ())
            split = len(args) - len(names)
            keywords = [ast.keyword(k, v) for k, v in zip(names, args[split:], strict=True)]
            return ast.Call(args[0], list(args[1:split]), keywords)
        case "invoke":
            return ast.Call(library(op.attr("callee")), list(args), [])
        case "pullback":
            return ast.Call(library("functools.partial"), [library(op.attr("callee")), *args], [])
        case "range_length":
            return ast.Call(library("len"), [ast.Call(library("range"), shortest_range(args), [])], [])
        case "format":
            return _formatted(op.attr("parts"), args)
    raise NotImplementedError(f"no text for the form {form_of(op)!r} of {op.primitive.name}")


def bool_op(word: str, values: Sequence[ast.expr]) -> ast.expr:
    """`a and b and c`, flat."""
    kind: type[ast.boolop] = ast.And if word == "and" else ast.Or
    flat: list[ast.expr] = []
    for value in values:
        flat += value.values if isinstance(value, ast.BoolOp) and isinstance(value.op, kind) else [value]
    return ast.BoolOp(kind(), flat)


def shortest_range(args: Sequence[ast.expr]) -> list[ast.expr]:
    """The args of `range` without those that have their default."""
    start, stop, step = args
    if not _is_number(step, 1):
        return [start, stop, step]
    return [stop] if _is_number(start, 0) else [start, stop]


def _is_number(node: ast.expr, value: int) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == value


def subscripted(base: ast.expr, path: Path, dynamic: Sequence[ast.expr], library: Library) -> ast.expr:
    """`base[...][...]` from the templates of a path."""

    def part(item: Any) -> ast.expr | None:
        if item is None:
            return None
        return dynamic[item.index] if isinstance(item, Hole) else literal(item, library)

    def element(item: Any) -> ast.expr:
        if isinstance(item, Span):
            return ast.Slice(part(item.start), part(item.stop), part(item.step))
        return literal(None, library) if item is None else part(item) or literal(None, library)

    for level in path:
        elements = [element(item) for item in level]
        index = elements[0] if len(elements) == 1 else ast.Tuple(elements, ast.Load())
        base = ast.Subscript(base, index, ast.Load())
    return base


def _subscript(op: Op, args: Sequence[ast.expr], library: Library) -> ast.expr:
    """A subscript as a value: `i`, `(i, j)`, or `np.s_[i, 1:]` where it holds a slice."""
    (level,) = op.attr("path")
    return index_of(level, args, library)


def index_of(level: tuple[Any, ...], dynamic: Sequence[ast.expr], library: Library) -> ast.expr:
    """One level of a path as an expression of its own."""
    sliced = any(isinstance(item, Span) for item in level)
    base = subscripted(library("np.s_") if sliced else name("_"), (level,), dynamic, library)
    assert isinstance(base, ast.Subscript)
    return base if sliced else base.slice


def _formatted(parts: Sequence[Any], args: Sequence[ast.expr]) -> ast.expr:
    """`"{:.3f} of {}".format(a, b)`; a format specification may have holes of its own: `"{:{}}"`."""
    used: list[ast.expr] = []

    def text_of(parts: Sequence[Any], literal_text: bool) -> str:
        text = ""
        for part in parts:
            if isinstance(part, str):
                text += part.replace("{", "{{").replace("}", "}}") if literal_text else part
                continue
            hole, conversion, spec = part
            used.append(args[hole])
            if isinstance(conversion, int):
                conversion = chr(conversion) if conversion > 0 else ""
            inner = spec if isinstance(spec, str) else text_of(spec, False)
            text += "{" + (f"!{conversion}" if conversion else "") + (f":{inner}" if inner else "") + "}"
        return text

    return ast.Call(ast.Attribute(ast.Constant(text_of(parts, True)), "format", ast.Load()), used, [])


def literal(value: Any, library: Library) -> ast.expr:
    """The expression for a static value."""
    if value is UNDEFINED:
        return ast.Constant(None)
    if isinstance(value, bool) or value is None or value is Ellipsis or isinstance(value, str | bytes):
        return ast.Constant(value)
    if isinstance(value, np.generic):
        return ast.Call(library(f"np.{type(value).__name__}"), [literal(value.item(), library)], [])
    if isinstance(value, int | float):
        return _number(value, library)
    if isinstance(value, complex):
        return _complex(value, library)
    if isinstance(value, tuple | list):
        display: type[ast.Tuple] | type[ast.List] = ast.Tuple if isinstance(value, tuple) else ast.List
        return display(elts=[literal(item, library) for item in value], ctx=ast.Load())
    if isinstance(value, dict):
        return ast.Dict([literal(k, library) for k in value], [literal(v, library) for v in value.values()])
    if isinstance(value, slice):
        return ast.Call(library("slice"), [literal(p, library) for p in (value.start, value.stop, value.step)], [])
    return _object(value, library)


def _number(value: int | float, library: Library) -> ast.expr:
    value = float(value) if isinstance(value, float) else int(value)  # members of an IntEnum print otherwise
    if isinstance(value, float) and not math.isfinite(value):
        node = library("np.nan" if math.isnan(value) else "np.inf")
        return ast.UnaryOp(ast.USub(), node) if math.copysign(1.0, value) < 0 and not math.isnan(value) else node
    if math.copysign(1.0, value) < 0 if isinstance(value, float) else value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def _complex(value: complex, library: Library) -> ast.expr:
    plain = math.copysign(1.0, value.real) > 0 and math.copysign(1.0, value.imag) > 0
    if value.real == 0 and plain and math.isfinite(value.imag):
        return ast.Constant(value)
    if str(value.real) == "-0.0" and value.imag < 0 and math.isfinite(value.imag):
        return ast.UnaryOp(ast.USub(), ast.Constant(complex(0, -value.imag)))
    return ast.Call(library("complex"), [_number(value.real, library), _number(value.imag, library)], [])


def _object(value: Any, library: Library) -> ast.expr:
    """A dtype, a type or a function, by the name under which text can reach it."""
    if isinstance(value, np.dtype):
        found = getattr(np, value.name, None)
        if found is not None and value == np.dtype(found):
            return library(f"np.{value.name}")
        return ast.Call(library("np.dtype"), [ast.Constant(value.str)], [])
    called = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    module = getattr(value, "__module__", None) or "numpy"
    if not isinstance(called, str) or "<" in called:
        raise NotImplementedError(f"no literal for {value!r}")
    if module == "builtins" and getattr(builtins, called, None) is value:
        return library(called)
    if module.split(".")[0] == "numpy":
        return library(f"np.{called}" if getattr(np, called, None) is value else f"np{module[5:]}.{called}")
    return library(f"{module}.{called}")
