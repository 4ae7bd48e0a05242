"""List comprehensions of the user's: an empty list and the loop that fills it are one statement again.

    squares = []
    for x in xs:                       ->      squares = [x * x for x in xs if x > 0]
        if x > 0:
            squares.append(x * x)
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from sourcead.backend.phrases import Phrases
from sourcead.backend.tree import Append, Body, Branch, Let, Loop, Statement, defined, form_of
from sourcead.ir import Atom, Value
from sourcead.records import dataclass


@dataclass(slots=True, eq=False)
class Listing:
    """A list comprehension: the variable, what is collected where which condition holds, the loop."""

    target: Value
    item: Atom
    condition: Atom | None
    loop: Loop


def listings(shown: Body, inner: Callable[[Body], Body], phrases: Phrases) -> list[Statement | Listing]:
    """Statements in order, with listings in place of the loops that comprehensions were. inner: what of a body prints
    something."""
    found: list[Statement | Listing] = []
    for statement in shown:
        before = found[-1] if found else None
        listing = _listing(before, statement, inner, phrases) if isinstance(statement, Loop) else None
        if listing is None:
            found.append(statement)
        else:
            found[-1] = listing
    return found


def _listing(
    before: Statement | Listing | None, loop: Loop, inner: Callable[[Body], Body], phrases: Phrases
) -> Listing | None:
    if loop.iterable is None or not loop.op.attr("comprehension", False) or not isinstance(before, Let):
        return None
    if form_of(before.op) != "list" or before.args or len(defined(before)) != 1:
        return None
    made, (target,) = phrases.made, defined(before)
    body, condition = inner(loop.body), None
    if len(body) == 1 and isinstance(body[0], Branch) and body[0] not in phrases.expressions:
        branch = body[0]
        if inner(branch.other):
            return None
        body, condition = inner(branch.then), branch.condition
    if len(body) != 1:
        return None
    (last,) = body
    if isinstance(last, Append):
        stack: Atom = last.stack
        item = last.item
    elif isinstance(last, Let) and form_of(last.op) == "grow append" and isinstance(last.args[0], Value):
        stack, item = last.args
    else:
        return None
    if not isinstance(stack, Value) or made.of(stack) is not made.of(target):
        return None
    return Listing(target, item, condition, loop)


def listing_nodes(listing: Listing, phrases: Phrases) -> ast.stmt:
    """The comprehension as a statement."""
    loop = listing.loop
    assert loop.iterable is not None
    tests = [] if listing.condition is None else [phrases.atom(listing.condition)]
    part = ast.comprehension(phrases.target(loop.target or ()), phrases.iterable(loop.iterable), tests, 0)
    value = ast.ListComp(phrases.atom(listing.item), [part])
    return ast.Assign([phrases.target(listing.target)], value, lineno=0)
