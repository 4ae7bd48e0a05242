"""Fence: everything in a function's text that cannot be differentiated, by its syntax alone, listed at once.

One row a construct: where it is found in a node, what is said, why, and what to write instead. What a construct means
(which function is called, what an array aliases) is not known here and is judged later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import gast

from sourcead.errors import Diagnosis
from sourcead.frontend.source import SourceText
from sourcead.records import dataclass

_UNREAD_FIELDS = frozenset({"annotation", "returns", "type_params", "type_comment", "ctx", "op", "ops"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A construct that is refused: `find` gives the nodes to blame within a node of one of these types."""

    types: tuple[type, ...]
    message: str
    why: str
    help: str
    find: Callable[[Any], Iterable[Any]] = lambda node: (node,)


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
)

_BY_TYPE: dict[type, list[Refusal]] = {}
for _refusal in REFUSALS:
    for _type in _refusal.types:
        _BY_TYPE.setdefault(_type, []).append(_refusal)

_OPAQUE = (gast.ClassDef, gast.AsyncFunctionDef)  # refused as a whole: what is inside needs no remedy of its own


def fence(source: SourceText) -> list[Diagnosis]:
    """Every construct of the text that is refused, in the order of the text."""
    found: dict[tuple[int, int, str], Diagnosis] = {}
    for _, blamed, statement, refusal in refused(source):
        place = source.place(blamed, statement)
        diagnosis = Diagnosis(refusal.message, place, (refusal.why,), refusal.help)
        found.setdefault((place.line, place.column, refusal.message), diagnosis)
    return [found[key] for key in sorted(found)]


def refused(source: SourceText) -> Iterator[tuple[Any, Any, Any, Refusal]]:
    """The nodes that are refused, in no order: (node, the part of it to blame, its statement, why)."""
    stack: list[tuple[Any, Any]] = [(source.node, source.node)]
    while stack:
        node, statement = stack.pop()
        if isinstance(node, gast.stmt):
            statement = node
        for refusal in _BY_TYPE.get(type(node), ()):
            for blamed in refusal.find(node):
                yield node, blamed, statement, refusal
        if node is source.node or not isinstance(node, _OPAQUE):
            stack += ((child, statement) for child in _children(node, source.node))


def _children(node: Any, root: Any) -> Iterable[Any]:
    """The nodes inside a node that run when the function runs: no annotations, and not the function's own defaults."""
    unread = {"defaults", "kw_defaults"} if node is root.args else ()
    for field in node._fields:
        if field in _UNREAD_FIELDS or field in unread:
            continue
        value = getattr(node, field, None)
        items = value if isinstance(value, list) else [value]
        yield from (item for item in items if isinstance(item, gast.AST))
