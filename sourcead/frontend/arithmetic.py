"""Binary and augmented operators: of numbers and arrays, of containers, of objects that define them."""

from __future__ import annotations

import enum
import operator
import types
from collections.abc import Callable
from typing import Any

from sourcead.frontend import augmenting, data, dictionaries, lists, objects, stores
from sourcead.frontend.abstract import Abstract, Aggregate, Static
from sourcead.frontend.entries import emit_folded
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Const, Value
from sourcead.kinds import Array, List, Top, Tree
from sourcead.primitives.registry import entry_of

_CODE = (type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType)
_FOLDED = (int, str, bool, type(None), tuple, enum.Enum, *_CODE)
MAX_ITEMS = 1000  # of a container whose items are followed one by one
BINARY: dict[str, Callable[..., Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow, "@": operator.matmul, "<<": operator.lshift, ">>": operator.rshift, "&": operator.and_,
    "|": operator.or_, "^": operator.xor, "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge, "is": operator.is_, "is not": operator.is_not,
}  # fmt: skip


def binary(resolver: Resolver, symbol: str, left: Abstract, right: Abstract, augmented: bool = False) -> Abstract:
    """Resolve a binary operator or comparison."""
    if symbol in ("in", "not in"):
        return data.contains(resolver, left, right, symbol == "not in")
    function = BINARY[symbol]
    (ok1, v1), (ok2, v2) = resolver.static(left), resolver.static(right)
    literals = resolver.backward and isinstance(left, Const) and isinstance(right, Const)
    kinds = (*_FOLDED, float) if literals else _FOLDED  # the user's own arithmetic on literals is kept
    foldable = ok1 and ok2 and isinstance(v1, kinds) and isinstance(v2, kinds)
    if foldable and (
        isinstance(left, Const | Static) or isinstance(right, Const | Static) or symbol in ("==", "!=", "is", "is not")
    ):
        try:
            return Const(function(v1, v2))
        except Exception:  # raises when the program runs
            pass
    if symbol in ("is", "is not"):
        identity = data.identity(resolver, left, right)
        if identity is not None:
            return Const(identity == (symbol == "is"))
    parts1, parts2 = _items_of(resolver, symbol, left), _items_of(resolver, symbol, right)
    grows = augmented and parts1 is not None and parts1.type is list  # the same list, longer
    if symbol == "+" and parts1 and parts2 and parts1.type is parts2.type in (tuple, list) and not grows:
        bounded(resolver, len(parts1.items) + len(parts2.items))
        items = (*parts1.items, *parts2.items)
        return Aggregate(parts1.type, tuple(range(len(items))), items)
    for parts, ok, count in ((parts1, ok2, v2), (parts2, ok1, v1)):
        if symbol == "*" and parts and parts.type in (tuple, list) and ok and type(count) is int:
            bounded(resolver, len(parts.items) * count)
            return Aggregate(parts.type, tuple(range(len(parts.items) * max(count, 0))), parts.items * count)
    joined = dictionaries.union(resolver, left, right) if symbol == "|" and not augmented else None
    if joined is not None:
        return joined
    own = objects.operator_of(resolver, symbol, left, right, augmented)
    if own is not None:
        return own
    entry = entry_of(function)
    assert entry is not None, symbol
    if augmented and symbol not in ("==", "!=", "<", "<=", ">", ">="):
        return _augmented(resolver, entry.primitive, symbol, left, right)
    return emit_folded(resolver, entry.primitive, (resolver.atom(left), resolver.atom(right)), {}, "")


def _items_of(resolver: Resolver, symbol: str, operand: Abstract) -> Aggregate | None:
    """The items of a container that an operator joins or repeats."""
    parts = resolver.parts_of(operand)
    if parts is None and symbol in ("+", "*") and isinstance(operand, Value):
        kind = resolver.kind(operand)
        if isinstance(kind, Tree) and kind.type in (tuple, list):
            return data.expanded(resolver, operand)
    return parts


def bounded(resolver: Resolver, length: int) -> None:
    """Refuse a container of more items than generated text can name one by one."""
    if length > MAX_ITEMS:
        resolver.refuse(
            f"a list or tuple of {length} items is made here",
            "use an array, or make the list in a loop",
            f"up to {MAX_ITEMS} items are followed one by one",
        )


def _augmented(resolver: Resolver, primitive: Any, symbol: str, left: Abstract, right: Abstract) -> Abstract:
    """`left op= right`: an array or list changes in place, anything else is rebound."""
    kind = resolver.kind(left)
    if isinstance(kind, List) or (isinstance(kind, Tree) and kind.type is list):
        if symbol != "+":
            resolver.refuse(f"`{symbol}=` of a list is not differentiated", f"write `x = x {symbol} ...`")
        lists.METHODS["extend"](resolver, left, right)
        return left
    if isinstance(kind, Tree) and kind.type is dict and symbol == "|":
        dictionaries.METHODS["update"](resolver, left, right)
        return left
    if isinstance(kind, Tree) and kind.type is dict:
        resolver.refuse(f"`{symbol}=` of a dict is not differentiated", "store the items one by one")
    form = "" if isinstance(kind, Top) else f"augmented {symbol}"
    result = emit_folded(resolver, primitive, (resolver.atom(left), resolver.atom(right)), {}, form)
    if isinstance(kind, Array):
        assert isinstance(left, Value)
        stores.store_array(resolver, left, stores.WHOLE, (), resolver.atom(result))
        return left
    if isinstance(kind, Top):
        return augmenting.assigned(resolver, left, result)
    return result
