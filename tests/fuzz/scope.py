"""The names that are bound at a place of a random program: their kinds, and which memory each may mean.

It keeps programs within what can be decided: a store goes only through a name that means one memory for certain, or
that shares none of those it may mean with any other name.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

FLOAT, INT, ARRAY, FLOATS, ARRAYS = "float", "int", "array", "list of floats", "list of arrays"
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Variable:
    """What a name is bound to. memory: the allocations that it may mean, or that its items may."""

    kind: str
    shape: Shape = ()
    memory: frozenset[int] = frozenset()
    constant: bool = False  # its memory is never stored into
    contiguous: bool = False  # for certain: `ravel` and `reshape` give views


class Scope:
    """The bound names, and what is forbidden for some of them."""

    def __init__(self) -> None:
        self.names: dict[str, Variable] = {}
        self.held: list[frozenset[str]] = []  # by each open loop: the names that it may not bind to other memory
        self.sealed: list[frozenset[int]] = []  # by each open block: memory that it may not store into
        self._count = itertools.count()
        self.undecided = False  # stores may go anywhere, and names may change their memory in loops

    def fresh(self) -> frozenset[int]:
        """New memory."""
        return frozenset({next(self._count)})

    def of(self, *kinds: str) -> list[str]:
        return [name for name, variable in self.names.items() if variable.kind in kinds]

    def arrays(self, shape: Shape | None = None) -> list[str]:
        return [n for n, v in self.names.items() if v.kind == ARRAY and (shape is None or v.shape == shape)]

    def may_bind(self, name: str, kind: str, shape: Shape = ()) -> bool:
        """Whether a name may be bound to something of this kind here."""
        old = self.names.get(name)
        if old is None:
            return True
        held = not self.undecided and any(name in held for held in self.held)
        return (old.kind, old.shape) == (kind, shape) and not held

    def may_store(self, name: str) -> bool:
        """Whether a store through the name is decidable for every reader."""
        variable = self.names[name]
        memory = variable.memory
        if self.undecided:
            return not variable.constant
        if variable.constant or not memory or any(memory & sealed for sealed in self.sealed):
            return False
        others = [v for n, v in self.names.items() if n != name and v.memory & memory]
        if len(memory) > 1:
            return not others
        return not any(v.constant or (v.kind == ARRAY and len(v.memory) > 1) for v in others)

    def copy(self) -> dict[str, Variable]:
        return dict(self.names)

    def join(self, ends: list[dict[str, Variable]]) -> None:
        """Go on after branches: the names that every end binds to the same kind."""
        first, *others = ends
        joined: dict[str, Variable] = {}
        for name, variable in first.items():
            found = [end.get(name) for end in others]
            if all(f is not None and (f.kind, f.shape) == (variable.kind, variable.shape) for f in found):
                memory = variable.memory.union(*(f.memory for f in found if f is not None))
                constant = variable.constant or any(f is not None and f.constant for f in found)
                contiguous = variable.contiguous and all(f is not None and f.contiguous for f in found)
                joined[name] = replace(variable, memory=memory, constant=constant, contiguous=contiguous)
        self.names = joined
