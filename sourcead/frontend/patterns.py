"""Lowering of `match`: every case becomes a test of the subject and, where it holds, bindings of names.

    match s:                          if isinstance(s, Point) and s.x == 0:
        case Point(0, y): ...   ->        y = s.y; ...
        case _: ...                   else: ...

Names are bound after the whole pattern has matched and before the guard is asked, as Python does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from sourcead.frontend import surface
from sourcead.frontend.exits import irrefutable
from sourcead.frontend.expressions import Lowered, bind, expression
from sourcead.frontend.lowering import Scope, branch
from sourcead.ir import Atom, Const, Span

TRUE, FALSE = Const(True), Const(False)
Way = Callable[[], Atom]  # lowers what a pattern is matched against: looked up where it is needed
Part = tuple[Any, Way]


def as_ifs(scope: Scope, node: Any) -> Any:
    """A `match` as the `if` statement that it means; the subject is evaluated now."""
    subject = expression(scope, node.subject)
    rest: list[Any] = []
    for case in reversed(node.cases):
        matched = _Matched(scope, case, lambda: subject)
        bound = gast.Expr(Lowered.at(case.pattern, matched.bind))
        body = [gast.copy_location(bound, case.pattern), *case.body]
        if irrefutable(case) and rest == [] and len(node.cases) > 1:
            rest = body
        else:
            rest = [gast.copy_location(gast.If(Lowered.at(case.pattern, matched.test), body, rest), case.pattern)]
    (found,) = rest
    return found


class _Matched:
    """The test of one case, and what it binds."""

    def __init__(self, scope: Scope, case: Any, subject: Way) -> None:
        self.scope, self.case, self.subject = scope, case, subject
        self.bindings: list[tuple[str, Way]] = []

    def test(self) -> Atom:
        """Whether the case is taken; a guard reads the names that the pattern has bound."""
        matched = self._pattern(self.case.pattern, self.subject)
        if self.case.guard is None:
            return matched

        def guard() -> Atom:
            self._bound()
            return expression(self.scope, self.case.guard)

        return self._both(self.case, matched, guard)

    def bind(self) -> Atom:
        """Bind the names, where no guard has done it."""
        if self.case.guard is None:
            if not self.bindings:  # no test was asked for: the case always matches
                self._pattern(self.case.pattern, self.subject)
            self._bound()
        return Const(None)

    def _bound(self) -> None:
        for name, way in self.bindings:
            bind(self.scope, name, way(), self.case.pattern)

    def _both(self, node: Any, first: Atom, then: Way) -> Atom:
        if first in (TRUE, FALSE):
            return then() if first == TRUE else first
        return branch(self.scope, first, surface.IF, node, then, lambda: FALSE, "and")

    def _pattern(self, pattern: Any, way: Way) -> Atom:
        return _TABLE[type(pattern)](self, pattern, way)

    def value(self, pattern: Any, way: Way) -> Atom:
        subject = way()
        wanted = expression(self.scope, pattern.value)
        return self.scope.emit(surface.BINARY, (subject, wanted), pattern, operator="==")

    def singleton(self, pattern: Any, way: Way) -> Atom:
        return self.scope.emit(surface.BINARY, (way(), Const(pattern.value)), pattern, operator="is")

    def capture(self, pattern: Any, way: Way) -> Atom:
        if pattern.name is not None:
            self.bindings.append((pattern.name, way))
        return TRUE if pattern.pattern is None else self._pattern(pattern.pattern, way)

    def either(self, pattern: Any, way: Way) -> Atom:
        bound = len(self.bindings)

        def from_here(position: int) -> Atom:
            first = self._pattern(pattern.patterns[position], way)
            if len(self.bindings) > bound:
                self.scope.refuse(
                    pattern, "alternatives of a pattern that bind names are not differentiated", "write two cases"
                )
            if first in (TRUE, FALSE) or position + 1 == len(pattern.patterns):
                return first
            return branch(self.scope, first, surface.IF, pattern, lambda: first, lambda: from_here(position + 1), "or")

        return from_here(0)

    def sequence(self, pattern: Any, way: Way) -> Atom:
        star = next((k for k, p in enumerate(pattern.patterns) if isinstance(p, gast.MatchStar)), None)
        count = len(pattern.patterns)
        needed = count if star is None else count - 1
        fits = self._asked(pattern, (way(),), "sequence", (needed, star is None))
        parts: list[Part] = []
        for position, inner in enumerate(pattern.patterns):
            if position == star:
                if inner.name is not None:
                    self.bindings.append((inner.name, self._starred(inner, way, position, position + 1 - count)))
                continue
            place = position if star is None or position < star else position - count
            parts.append((inner, self._item(inner, way, place)))
        return self._all(pattern, fits, parts)

    def mapping(self, pattern: Any, way: Way) -> Atom:
        if pattern.rest is not None or not all(isinstance(key, gast.Constant) for key in pattern.keys):
            self.scope.refuse(
                pattern, "this pattern of a mapping is not differentiated", "take items by literal keys, without `**`"
            )
        keys = tuple(key.value for key in pattern.keys)
        fits = self._asked(pattern, (way(),), "mapping", keys)
        pairs = zip(pattern.patterns, keys, strict=True)
        return self._all(pattern, fits, [(inner, self._item(inner, way, key)) for inner, key in pairs])

    def instance(self, pattern: Any, way: Way) -> Atom:
        cls = expression(self.scope, pattern.cls)
        names = pattern.kwd_attrs
        fits = self._asked(pattern, (way(), cls), "class", (len(pattern.patterns), *names))

        def positional(position: int) -> Way:
            return lambda: self._asked(pattern, (way(), cls), "part", (position,))

        def named(name: str) -> Way:
            return lambda: self.scope.emit(surface.GETATTR, (way(),), pattern, name=name)

        parts = [(inner, positional(k)) for k, inner in enumerate(pattern.patterns)]
        parts += [(inner, named(name)) for name, inner in zip(names, pattern.kwd_patterns, strict=True)]
        return self._all(pattern, fits, parts)

    def _asked(self, node: Any, args: tuple[Atom, ...], question: str, wanted: tuple[Any, ...]) -> Atom:
        return self.scope.emit(surface.MATCH, args, node, question=question, wanted=wanted)

    def _item(self, node: Any, way: Way, key: Any) -> Way:
        return lambda: self.scope.emit(surface.GETITEM, (way(),), node, path=((key,),))

    def _starred(self, node: Any, way: Way, start: int, stop: int) -> Way:
        def items() -> Atom:
            span = Span(start or None, None, None) if not stop else Span(start or None, stop, None)
            found = self.scope.emit(surface.GETITEM, (way(),), node, path=((span,),))
            return self.scope.emit(surface.LIST, (found,), node, stars=(0,))

        return items

    def _all(self, node: Any, first: Atom, parts: list[Part]) -> Atom:
        """Whether `first` holds and every part matches; a part is looked at only where all before it match."""
        if not parts:
            return first
        (pattern, way), *others = parts
        if isinstance(pattern, gast.MatchAs) and pattern.pattern is None:
            self.capture(pattern, way)
            return self._all(node, first, others)
        return self._both(node, first, lambda: self._all(node, self._pattern(pattern, way), others))


_TABLE: dict[type, Callable[[_Matched, Any, Way], Atom]] = {
    gast.MatchValue: _Matched.value,
    gast.MatchSingleton: _Matched.singleton,
    gast.MatchAs: _Matched.capture,
    gast.MatchOr: _Matched.either,
    gast.MatchSequence: _Matched.sequence,
    gast.MatchMapping: _Matched.mapping,
    gast.MatchClass: _Matched.instance,
}
