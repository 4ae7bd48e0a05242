"""Names: which values share a variable, and how each variable is called.

Values share one where that is wanted (a store and its base, what a loop carries and its next value, versions of one
user name) and no two of them interfere. Names live in this side table; values are never renamed.
"""

from __future__ import annotations

import builtins
import functools
import keyword
import re
from collections.abc import Callable, Iterable

from sourcead.backend.liveness import interference, liveness
from sourcead.backend.tree import Body, Branch, Let, Move, base_of, bodies, defined, form_of, read, version_of, walk
from sourcead.ir import UNDEFINED, Atom, Const, Value
from sourcead.records import dataclass, field

CONDITIONAL_FORMS = frozenset({"and", "or", "ternary"})


@dataclass(slots=True)
class Variables:
    """The partition of values into variables."""

    conflicts: dict[Value, int]
    members: dict[Value, int] = field(default_factory=dict)
    parent: dict[Value, Value] = field(default_factory=dict)
    hints: dict[Value, str] = field(default_factory=dict)
    adjoint: dict[Value, bool] = field(default_factory=dict)
    captured: dict[Value, str] = field(default_factory=dict)
    flowing: set[Value] = field(default_factory=set)  # read under the name of a value that shares its variable

    def of(self, value: Value) -> Value:
        """The value that stands for the variable."""
        if value not in self.parent:
            return value
        root = value
        while root in self.parent:
            root = self.parent[root]
        while value is not root:
            self.parent[value], value = root, self.parent[value]
        return root

    def hint(self, value: Value) -> str:
        """What the variable would like to be called."""
        return self.hints[self.of(value)]

    def same(self, a: Atom, b: Atom) -> bool:
        """Whether two atoms are one variable."""
        return isinstance(a, Value) and isinstance(b, Value) and self.of(a) is self.of(b)

    def interfere(self, a: Value, b: Value) -> bool:
        """Whether two variables cannot be one."""
        a, b = self.of(a), self.of(b)
        return a is not b and self._conflict(a, b)

    def _conflict(self, a: Value, b: Value) -> bool:
        return bool(self.conflicts[a] & self.members[b] or self.conflicts[b] & self.members[a])

    def unite(self, value: Value, other: Value, hint: str | None = None) -> bool:
        """Make two variables one, if they do not interfere. The first one's hint wins."""
        a, b = self.of(value), self.of(other)
        if a is b:
            return True
        if self.conflicts[a] & self.members[b] or self.conflicts[b] & self.members[a]:
            return False
        if self.captured.get(a) or self.captured.get(b):
            return False
        name = hint if hint is not None else self.hints[a] or self.hints[b]
        self.parent[b] = a
        self.conflicts[a] |= self.conflicts[b]
        self.members[a] |= self.members[b]
        self.hints[a] = name
        self.adjoint[a] = self.adjoint[a] and self.adjoint[b]
        return True


def variables(body: Body, params: tuple[Value, ...]) -> Variables:
    """Decide which values share a variable."""
    among = _that_may_share(body, params)
    live = liveness(body, params, set(among))
    live.mask(among)
    table = interference(body, live, params)
    made = Variables({v: table[k] for v, k in live.bit.items()}, {v: 1 << k for v, k in live.bit.items()})
    backward = {v: _is_backward(s) for s in walk(body) for v in defined(s)}
    for value in (*params, *(v for s in walk(body) for v in (*defined(s), *read(s)))):
        made.hints[value] = value.hint
        made.adjoint[value] = backward.get(value, False)
    _captures(body, made)
    _stores(body, made)
    _loops(body, made)
    _branches(body, made)
    _starts(body, made)
    _versions(body, made, params)
    return made


def _that_may_share(body: Body, params: tuple[Value, ...]) -> dict[Value, None]:
    """The values that may share a variable with another one, in order: those with a name of the user's, those that are
    moved or moved to, and the versions of what is changed in place."""
    found = dict.fromkeys(params)
    for statement in walk(body):
        found.update((v, None) for v in defined(statement) if v.hint)
        if isinstance(statement, Move):
            found.update((v, None) for pair in statement.pairs for v in pair if isinstance(v, Value))
        base = base_of(statement) if isinstance(statement, Let) else None
        if isinstance(base, Value) and isinstance(statement, Let):
            found.update({base: None, version_of(statement): None})
    return found


def _is_backward(statement: object) -> bool:
    return bool(getattr(getattr(statement, "op", None), "backward", False))


def _captures(body: Body, made: Variables) -> None:
    for statement in walk(body):
        if isinstance(statement, Let) and form_of(statement.op) == "capture" and not statement.op.attr("shadowed"):
            made.captured[made.of(defined(statement)[0])] = statement.op.attr("name")


def _stores(body: Body, made: Variables) -> None:
    """A change in place keeps the object, so it keeps the name; the passes have made sure that it can."""
    for statement in walk(body):
        base = base_of(statement) if isinstance(statement, Let) else None
        if not isinstance(base, Value) or not isinstance(statement, Let):
            continue
        out = version_of(statement)
        if made.of(base) in made.captured:
            made.captured[made.of(out)] = made.captured[made.of(base)]
            continue
        united = made.unite(base, out, made.hints[made.of(out)] or made.hint(base))
        assert united, f"{base} is read after it was changed in place"


def _compatible(made: Variables, to: Value, source: Value, backward: bool) -> bool:
    """Whether a move may become nothing: two different names of the user's stay two."""
    wanted, given = made.hint(to), made.hint(source)
    if wanted == given or not given:
        return True
    return made.adjoint[made.of(source)] or (backward and not wanted)


def _loops(body: Body, made: Variables) -> None:
    loops = [s for s in walk(body) if isinstance(s, Move) and s.role in ("out", "next", "exit")]
    for role in ("out", "next", "exit"):
        for move in (m for m in loops if m.role == role):
            for to, source in move.pairs:
                if isinstance(source, Value) and (role == "out" or _compatible(made, to, source, move.op.backward)):
                    made.unite(source, to) if role == "out" else made.unite(to, source)


def _branches(body: Body, made: Variables) -> None:
    for move in (s for s in walk(body) if isinstance(s, Move) and s.role == "join"):
        if _may_be_an_arm(move):
            continue  # it may become an expression
        for to, source in move.pairs:
            if isinstance(source, Value) and _compatible(made, to, source, move.op.backward):
                made.unite(to, source)


def _starts(body: Body, made: Variables) -> None:
    for move in (s for s in walk(body) if isinstance(s, Move) and s.role == "init"):
        for to, source in move.pairs:
            if isinstance(source, Value) and made.hint(source) in ("", made.hint(to)):
                made.unite(to, source)


MAX_VERSIONS = 64  # of one name that live at one time; where there are more, the earliest are not looked at again


def _versions(body: Body, made: Variables, params: tuple[Value, ...]) -> None:
    """Versions of one name are one variable where their lives allow it."""
    seen: dict[str, list[Value]] = {}
    for value in (*params, *(v for s in walk(body) for v in defined(s))):
        hint = made.hint(value)
        if not hint:
            continue
        for earlier in seen.setdefault(hint, [])[-MAX_VERSIONS:]:
            if made.unite(earlier, value):
                break
        else:
            seen[hint].append(value)


def drop_copies(body: Body, made: Variables) -> None:
    """Remove, in place, moves within one variable, moves of nothing, branches that are empty then, and what only they
    read. A move that may become part of a conditional expression stays."""
    _drop(body, made)
    while True:
        wanted = made.flowing.union(v for s in walk(body) for v in read(s))
        if not _drop_unread(body, wanted):
            return
        _drop(body, made)


def _drop(body: Body, made: Variables) -> None:
    rest = []
    for statement in body:
        if isinstance(statement, Move) and not _may_be_an_arm(statement):
            made.flowing.update(s for to, s in statement.pairs if isinstance(s, Value) and made.same(to, s))
            statement.pairs = [(to, s) for to, s in statement.pairs if not made.same(to, s) and s != Const(UNDEFINED)]
        for inner in bodies(statement):
            _drop(inner, made)
        empty = isinstance(statement, Branch) and not statement.then and not statement.other
        if not empty and not (isinstance(statement, Move) and not statement.pairs):
            rest.append(statement)
    body[:] = rest


def _may_be_an_arm(move: Move) -> bool:
    return move.role == "join" and form_of(move.op) in CONDITIONAL_FORMS and len(move.pairs) == 1


def _drop_unread(body: Body, wanted: set[Value]) -> bool:
    changed, rest = False, []
    for statement in body:
        for inner in bodies(statement):
            changed |= _drop_unread(inner, wanted)
        values = defined(statement)
        if isinstance(statement, Move) and not wanted.issuperset(values):
            statement.pairs = [(to, source) for to, source in statement.pairs if to in wanted]
            changed = True
        if not isinstance(statement, Let) or not values or base_of(statement) is not None or _stays(statement, wanted):
            rest.append(statement)
    if len(rest) < len(body):
        body[:] = rest
        return True
    return changed


def _stays(let: Let, wanted: set[Value]) -> bool:
    needed = not wanted.isdisjoint(defined(let))
    return needed or bool(let.op.primitive.effects - {"reads"}) or let.op.attr("raises", False)


# Spelling ------------------------------------------------------------------------------------------------------


def spell(
    made: Variables,
    shown: Iterable[Value],
    params: dict[Value, str],
    reserved: Iterable[str],
    stems: Callable[[Value], str],
) -> dict[Value, str]:
    """A name for every variable, in order of appearance. `stems` names what the user did not."""
    names = {made.of(v): name for v, name in params.items()}
    taken = {*reserved, *names.values()}
    order = list(dict.fromkeys(made.of(v) for v in shown))
    wishes = {identifier(made.hints[v]) for v in order if made.hints[v]}
    numbers: dict[str, int] = {}
    for variable in order:
        if variable in names or variable in made.captured:
            continue
        hint = identifier(made.hints[variable])
        wishes.discard(hint)
        name = _free(hint or stems(variable), taken, wishes, bool(hint) and made.adjoint[variable], numbers)
        wishes.update([hint] if hint else [])
        names[variable] = name
        taken.add(name)
    return names


@functools.lru_cache(maxsize=4096)
def identifier(hint: str) -> str:
    """A hint as a name: never a keyword."""
    name = re.sub(r"\W", "_", hint)
    return f"{name}_" if keyword.iskeyword(name) else name


def _free(stem: str, taken: set[str], wishes: set[str], adjoint: bool, numbers: dict[str, int]) -> str:
    """A name that nothing else has; `numbers`: the last one that each stem got."""

    if stem not in taken and (stem not in wishes):
        return stem
    if adjoint and stem.startswith("d") and f"d_{stem[1:]}" not in taken:
        return f"d_{stem[1:]}"

    def is_taken(name: str) -> bool:
        return name in taken or name in wishes

    if hasattr(builtins, stem) and not is_taken(f"{stem}_"):
        return f"{stem}_"
    if stem == "i":
        for letter in ("j", "k"):
            if not is_taken(letter):
                return letter
    number = numbers.get(stem, 2)
    while is_taken(f"{stem}{number}"):
        number += 1
    numbers[stem] = number
    return f"{stem}{number}"
