"""A function that is invoked, not inlined, and what interrupts finding out its signature."""

from __future__ import annotations

import keyword
import re
from collections.abc import Hashable
from typing import Any

from sourcead.errors import Place
from sourcead.frontend.abstract import Abstract, Region
from sourcead.frontend.resolver import Frame
from sourcead.frontend.signatures import Leaf
from sourcead.ir import Attrs, Block, Function, Op, Param, Primitive, Value
from sourcead.kinds import Kind
from sourcead.primitives import structural
from sourcead.records import dataclass, field


@dataclass(slots=True, eq=False)
class Procedure:
    """A function resolved once for calls of one signature. Complete when `body` is there, linked when `free` is final.

    `free` are the values of enclosing functions that every call hands over behind the arguments.
    """

    name: str
    title: str
    key: Hashable
    outline: Hashable
    leaves: tuple[Leaf, ...]
    at: Place | None
    params: tuple[Value, ...] = ()
    body: Block | None = None
    result: Kind | None = None
    free: tuple[Value, ...] = ()
    linked: bool = False
    primitive: Primitive = field(default_factory=structural.invoke)
    fresh: bool = True
    seen: dict[Region, Any] = field(default_factory=dict)  # what it captured, as it was then
    group: tuple[Procedure, ...] = ()
    again: str = ""  # what its derivative computes again, in words, where that keeps nothing of the inside
    reads: tuple[Op, ...] = ()  # the surroundings as every call reads them
    straight: bool = False  # its body is looked at as one that does not call itself
    asked: bool = False  # it does
    values: tuple[Abstract, ...] = ()  # what it was first called with: the identities in the outline are of that
    handed: tuple[Value, ...] = ()  # what it hands over of that
    varied: dict[frozenset[int], bool] = field(default_factory=dict)

    def __repr__(self) -> str:
        return self.name

    @property
    def is_guess(self) -> bool:
        """Whether nothing is known of the result while the body is looked at."""
        return self.result is None and not self.straight

    @property
    def attrs(self) -> Attrs:
        """The attributes of a call of it."""
        return (("callee", self.name), ("fresh", self.fresh), ("part", "primal"), ("procedure", self))

    def function(self) -> Function:
        """The primal as a function of the module."""
        assert self.body is not None
        names = unique_names([p.hint for p in self.params])
        return Function(self.name, tuple(map(Param, names)), self.body, (), f"{self.title}.", self.at)


def unique_names(hints: list[str]) -> list[str]:
    """A name for each parameter."""
    names: list[str] = []
    for hint in hints:
        stem = re.sub(r"\W", "_", hint) or "c"
        stem = f"{stem}_" if keyword.iskeyword(stem) or stem[0].isdigit() else stem
        name, number = stem, 2
        while name in names:
            name, number = f"{stem}{number}", number + 1
        names.append(name)
    return names


class Recursion(Exception):
    """A call closes a cycle: the frame that it comes back to, and the signature of the call."""

    def __init__(self, frame: Frame, leaves: tuple[Leaf, ...]) -> None:
        super().__init__(frame.name)
        self.frame = frame
        self.leaves = leaves


class Wider(Exception):
    """A call within a procedure does not fit its signature: it is to be resolved for both."""

    def __init__(self, procedure: Procedure, leaves: tuple[Leaf, ...]) -> None:
        super().__init__(procedure.name)
        self.procedure = procedure
        self.leaves = leaves
