"""Names that only some paths bind: what is copied to another name is bound to None on the paths that leave it out.

    if c:                     if c:
        t = a                     t = a
    ...                       else:
    if d:                         t = None
        y = b                 ...
    else:                 ->  if d:
        y = t                     y = b
                              else:
                                  y = t

The copy may be of what nobody reads then, and Python raises all the same. Only what such a copy can meet unbound is
bound: forward dataflow says which variables are bound where, and knows again a condition that was tested before.
"""

from __future__ import annotations

from sourcead.backend.names import Variables
from sourcead.backend.tree import (
    CLOSING,
    OPENING,
    Body,
    Branch,
    Exit,
    Let,
    Loop,
    Move,
    defined,
    form_of,
    is_marker,
    read,
    walk,
)  # fmt: skip
from sourcead.ir import UNDEFINED, Atom, Const, Value
from sourcead.records import dataclass, field

_GAP = Const(UNDEFINED)
Bound = frozenset[Value]


def bind_what_is_copied(body: Body, made: Variables, params: tuple[Value, ...]) -> None:
    """Bind, in place, None to the variables that a move may read unbound, where a move leaves them unbound."""
    moves = [s for s in walk(body) if isinstance(s, Move)]
    if not any(source == _GAP for move in moves for _, source in move.pairs):
        return
    flow = _Flow(made)
    flow.body(body, frozenset(map(made.of, params)))
    for move in moves if flow.missed else ():
        gaps = {to for to, source in move.pairs if source == _GAP and made.of(to) in flow.missed}
        move.pairs = [(to, Const(None) if to in gaps else source) for to, source in move.pairs]


@dataclass(slots=True, eq=False)
class _Flow:
    """Which variables are bound at each point, and which are copied where they may not be."""

    made: Variables
    missed: set[Value] = field(default_factory=set)
    given: dict[tuple[Atom, bool], Bound] = field(default_factory=dict)  # what a condition tells of an earlier branch

    def body(self, body: Body, bound: Bound | None) -> Bound | None:
        """What is bound behind the statements; None: they are not left at the end."""
        outside: list[Bound] = []
        for statement in body:
            if bound is None:
                return None
            form = form_of(statement.op) if isinstance(statement, Let) and is_marker(statement) else ""
            if form == "finally":  # what stands before may have raised; behind the end it has not
                outside.append(bound)
                bound = outside.pop(-2)
            elif form in OPENING:
                outside.append(bound)
            elif form in CLOSING:
                before = outside.pop()
                bound = before if form == "caught" else bound | before
            bound = self._statement(statement, bound)
        return bound

    def _statement(self, statement: object, bound: Bound) -> Bound | None:
        if isinstance(statement, Exit):
            return None
        if isinstance(statement, Move):
            return self._move(statement, bound)
        if isinstance(statement, Branch):
            return self._branch(statement, bound)
        if isinstance(statement, Loop):
            inside = self.body(statement.test, bound)
            self._inner(statement.body, (inside or bound) | self._own(statement))
            return inside or bound
        if not isinstance(statement, Let):
            return bound
        if statement.op.name == "copy.deepcopy":  # of whatever it is, before a store that may change it
            self.missed.update({self.made.of(v) for v in read(statement)} - bound)
        return bound | self._own(statement)

    def _inner(self, body: Body, bound: Bound) -> Bound | None:
        """A body that may be passed by: what it tells of conditions holds within it alone."""
        outer = dict(self.given)
        try:
            return self.body(body, bound)
        finally:
            self.given = outer

    def _own(self, statement: Let | Loop) -> Bound:
        return frozenset(map(self.made.of, defined(statement)))

    def _move(self, move: Move, bound: Bound) -> Bound:
        new = set(bound)
        for to, source in move.pairs:
            if source == _GAP or self.made.same(to, source):
                continue
            if isinstance(source, Value) and self.made.of(source) not in bound:
                self.missed.add(self.made.of(source))
            new.add(self.made.of(to))
        return frozenset(new)

    def _branch(self, branch: Branch, bound: Bound) -> Bound | None:
        ends: list[Bound | None] = []
        for arm, taken in ((branch.then, True), (branch.other, False)):
            ends.append(self._inner(arm, bound | self.given.get((branch.condition, taken), frozenset())))
        reached = [end for end in ends if end is not None]
        self.given.update({(branch.condition, k == 0): end for k, end in enumerate(ends) if end is not None})
        return frozenset.intersection(*reached) if reached else None
