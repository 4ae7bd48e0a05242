"""Fence: everything in a function's text that cannot be differentiated, by its syntax alone, listed at once.

One row a construct: where it is found in a node, what is said, why, and what to write instead. What a construct means
(which function is called, what an array aliases) is not known here and is judged later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import gast

from sourcead.errors import Diagnosis
from sourcead.frontend.source import SourceText

_UNREAD_FIELDS = frozenset({"annotation", "returns", "type_params", "type_comment", "ctx", "op", "ops"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A construct that is refused: `find` gives the nodes to blame within a node of one of these types."""

    types: tuple[type, ...]
    message: str
    why: str
    help: str
    find: Callable[[Any], Iterable[Any]] = lambda node: (node,)


def _stored(node: Any) -> bool:
    return isinstance(node.ctx, gast.Store)


def _stored_through(*types: type) -> Callable[[Any], Iterable[Any]]:
    return lambda node: [node] if _stored(node) and isinstance(node.value, types) else []


def _stored_through_other(node: Any) -> Iterable[Any]:
    return [node] if _stored(node) and not isinstance(node.value, gast.Name | gast.Subscript | gast.Attribute) else []


def _targets(target: Any) -> Iterable[Any]:
    """The names, subscripts and attributes that an assignment target consists of."""
    stack = [target]
    while stack:
        node = stack.pop()
        if isinstance(node, gast.Tuple | gast.List):
            stack += reversed(node.elts)
        elif isinstance(node, gast.Starred):
            stack.append(node.value)
        else:
            yield node


REFUSALS = (
    Refusal(
        (gast.Yield, gast.YieldFrom),
        "`yield` is not differentiated",
        "a generator runs piece by piece, whenever its caller asks for the next value",
        "append the values to a list and return the list",
    ),
    Refusal(
        (gast.AsyncFunctionDef, gast.AsyncFor, gast.AsyncWith, gast.Await),
        "`async` and `await` are not differentiated",
        "a coroutine runs piece by piece, interleaved with others",
        "write the computation as an ordinary function, and await its inputs before calling it",
    ),
    Refusal(
        (gast.Global,),
        "`global` is not differentiated",
        "a value that leaves the function through a global has no place in its derivative",
        "return the value, and let the caller assign it; reading a global needs no declaration",
    ),
    Refusal(
        (gast.Nonlocal,),
        "`nonlocal` is not differentiated",
        "a value that leaves the function through an outer variable has no place in its derivative",
        "return the value, and let the outer function assign it; reading an outer variable needs no declaration",
    ),
    Refusal(
        (gast.ClassDef,),
        "a class defined inside a function is not differentiated",
        "each call would make another class",
        "move the class out of the function",
    ),
    Refusal(
        (gast.TypeAlias,),
        "`type` inside a function is not differentiated",
        "it is a definition, not a computation",
        "move the type alias out of the function",
    ),
    Refusal(
        (gast.TryStar,),
        "`except*` is not differentiated",
        "several handlers may run, each for a part of what was raised",
        "write `except`",
    ),
    Refusal(
        (gast.Attribute,),
        "storing into an attribute is not differentiated",
        "the object lives on after the call, and others may read it",
        "keep the value in a local variable and return it",
        lambda node: [node] if _stored(node) else [],
    ),
    Refusal(
        (gast.Subscript,),
        "storing through two subscripts is not differentiated",
        "whether the first one gives a view or a copy is not part of the text",
        "use one subscript: `a[i, j] = v` for `a[i][j] = v`",
        _stored_through(gast.Subscript),
    ),
    Refusal(
        (gast.Subscript,),
        "storing through an attribute is not differentiated",
        "whether the attribute gives a view, a copy or an object that others read is not part of the text",
        "store into an array that has a name: `a[:, 0] = v` for `a.T[0] = v`",
        _stored_through(gast.Attribute),
    ),
    Refusal(
        (gast.Subscript,),
        "storing into an unnamed value is not differentiated",
        "what is stored can be read through another name only",
        "give the array a name first, then store into it",
        _stored_through_other,
    ),
    Refusal(
        (gast.For,),
        "a `for` loop that stores its items through a subscript is not differentiated",
        "the items of a loop become values with names",
        "loop over a name, and store it in the body",
        lambda node: [target for target in _targets(node.target) if isinstance(target, gast.Subscript)],
    ),
)

_BY_TYPE: dict[type, list[Refusal]] = {}
for _refusal in REFUSALS:
    for _type in _refusal.types:
        _BY_TYPE.setdefault(_type, []).append(_refusal)

_OPAQUE = (gast.ClassDef, gast.AsyncFunctionDef)  # refused as a whole: what is inside needs no remedy of its own


def fence(source: SourceText) -> list[Diagnosis]:
    """Every construct of the text that is refused, in the order of the text."""
    found: dict[tuple[int, int, str], Diagnosis] = {}
    stack: list[tuple[Any, Any]] = [(source.node, source.node)]
    while stack:
        node, statement = stack.pop()
        if isinstance(node, gast.stmt):
            statement = node
        for refusal in _BY_TYPE.get(type(node), ()):
            for blamed in refusal.find(node):
                place = source.place(blamed, statement)
                diagnosis = Diagnosis(refusal.message, place, (refusal.why,), refusal.help)
                found.setdefault((place.line, place.column, refusal.message), diagnosis)
        if node is source.node or not isinstance(node, _OPAQUE):
            stack += ((child, statement) for child in _children(node, source.node))
    return [found[key] for key in sorted(found)]


def _children(node: Any, root: Any) -> Iterable[Any]:
    """The nodes inside a node that run when the function runs: no annotations, and not the function's own defaults."""
    unread = {"defaults", "kw_defaults"} if node is root.args else ()
    for field in node._fields:
        if field in _UNREAD_FIELDS or field in unread:
            continue
        value = getattr(node, field, None)
        items = value if isinstance(value, list) else [value]
        yield from (item for item in items if isinstance(item, gast.AST))
