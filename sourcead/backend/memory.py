"""What a statement may change and what an op may read: the grounds on which an expression may be evaluated later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sourcead.backend.names import Variables
from sourcead.backend.tree import Append, Body, Exit, Let, Loop, Move, base_of, defined, form_of, read, walk
from sourcead.ir import Op, Value
from sourcead.kinds import Array, Known, List, Scalar
from sourcead.records import dataclass, field

WORLD = Value("world")  # everything that captured objects and opaque calls can reach
_SHARING = frozenset({"tuple", "list", "dict", "unpack", "getitem", "getattr", "call", "capture", "setattr", "setkey"})
_WORLDLY = frozenset({"call", "capture", "setattr", "setkey"})  # they reach objects that captures reach, too
_HARMLESS = frozenset({"print", "assert", "raise"})


@dataclass(slots=True)
class Footprint:
    """Variables and memory that a stretch of text reads or writes; whether it has effects that keep their order."""

    reads: set[Value] = field(default_factory=set)
    loads: set[Value] = field(default_factory=set)
    writes: set[Value] = field(default_factory=set)
    stores: set[Value] = field(default_factory=set)
    strong: bool = False
    raises: bool = False
    leaves: bool = False
    barrier: bool = False

    def add(self, other: Footprint) -> None:
        """Include another stretch."""
        self.reads |= other.reads
        self.loads |= other.loads
        self.writes |= other.writes
        self.stores |= other.stores
        self.strong |= other.strong
        self.raises |= other.raises
        self.leaves |= other.leaves
        self.barrier |= other.barrier

    def passes(self, later: Footprint) -> bool:
        """Whether this may be evaluated after the other stretch instead of before it."""
        if later.barrier:
            return False
        if self.reads & later.writes or self.loads & later.stores:
            return False
        if later.leaves and (self.strong or self.raises):
            return False
        if self.strong and (later.strong or later.raises or later.loads or later.stores):
            return False
        return not (self.raises and (later.strong or later.raises or later.stores))


class Aliases:
    """Values that may share memory, as a partition; values of one variable do."""

    def __init__(self, body: Body, made: Variables, params: Iterable[Value] = ()) -> None:
        self._made = made
        self._parent: dict[Value, Value] = {}
        self._join([WORLD, *params])  # an argument may be, or hold, what a captured object holds
        last = set(_behind_changes(body))  # what they share then, nothing changes any more
        for statement in walk(body):
            if isinstance(statement, Let):
                if statement not in last:
                    self._let(statement)
            elif isinstance(statement, Move):
                for to, source in statement.pairs:
                    self._join([to, source])
            elif isinstance(statement, Append):
                self._join([statement.stack, statement.item])
            elif isinstance(statement, Loop):
                self._join([*defined(statement), *read(statement)])

    def _let(self, let: Let) -> None:
        form, values, base = form_of(let.op), defined(let), base_of(let)
        if isinstance(base, Value) and isinstance(base.kind, Array):  # numbers are copied into it
            self._join([*values, base])
            return
        holds = any(isinstance(v.kind, List) for v in values)
        if base is not None or holds or form in _SHARING or let.op.primitive.result in ("view", "maybe"):
            self._join([*values, *let.args, *([WORLD] if form in _WORLDLY and not let.op.attr("makes") else [])])

    def _join(self, atoms: Iterable[object]) -> None:
        values = [a for a in atoms if isinstance(a, Value) and not _immutable(a)]
        for value in values[1:]:
            a, b = self.of(values[0]), self.of(value)
            if a is not b:
                self._parent[b] = a

    def of(self, value: Value) -> Value:
        """The representative of what may share memory with a value."""
        value = found = self._made.of(value)
        while found in self._parent:
            found = self._parent[found]
        while value is not found:  # the next one finds it at once
            self._parent[value], value = found, self._parent[value]
        return found

    def of_all(self, atoms: Iterable[object]) -> set[Value]:
        """The representatives of several atoms' memory."""
        return {self.of(a) for a in atoms if isinstance(a, Value) and not _immutable(a)}


def _behind_changes(body: Body) -> Iterator[Let]:
    """The last ops of a function, behind all that changes memory."""
    for statement in reversed(body):
        if not isinstance(statement, Let) or base_of(statement) is not None or changes_memory(statement.op):
            if isinstance(statement, Exit):
                continue
            return
        yield statement


def _immutable(value: Value) -> bool:
    return isinstance(value.kind, Scalar | Known)


def effects_of(op: Op) -> tuple[bool, bool]:
    """Whether an op has effects whose order is kept, and whether it raises on purpose."""
    effects = op.primitive.effects
    return bool(effects & {"io", "draws", "writes"}), "raises" in effects


def changes_memory(op: Op) -> bool:
    """Whether an op may change objects that it is handed or can reach; what makes a container of them does not."""
    return bool(op.primitive.effects & {"io", "writes"}) and op.primitive.name not in _HARMLESS and not op.attr("makes")
