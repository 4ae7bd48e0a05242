"""The cache of compiled specialisations: it hangs on the code of the function and the options, and it is bounded.

What is kept is free of the function that it was first compiled for: captures and assumptions name cells and bound
objects by their place, and every closure of the same code binds its own. So `grad(lambda ...)` in a loop compiles once.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from sourcead.callee import Callee
from sourcead.guard import Assumption, Environment, Guard
from sourcead.ir import Capture
from sourcead.overlap import Check, Stored, check_of, with_known
from sourcead.records import dataclass, field

MAX_ENTRIES = 64  # specialisations of one function with one set of options
MAX_TABLES = 512  # functions, times sets of options

COMPILING = threading.RLock()  # one for all: compiling one function may compile others, in any order


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One compiled text. `own_module`: its globals are those of the function, else `module`."""

    text: str
    name: str
    compiled: Any
    captures: tuple[Capture, ...]
    assumptions: tuple[Assumption, ...]
    guard: Guard
    module: dict[str, Any] | None
    defaults: tuple[str, ...]
    stored: tuple[Stored, ...] = ()
    effects: tuple[Any, ...] = ()  # what the function does beside computing, as `transform.effects` found it

    def captures_in(self, environment: Environment) -> tuple[Capture, ...]:
        """The captures, for one function of this code."""
        return tuple(Capture(c.name, c.how, environment.resolve(c.root)) for c in self.captures)

    def module_in(self, environment: Environment) -> dict[str, Any]:
        """The module in which global captures are looked up."""
        return environment.module if self.module is None else self.module

    def bind(self, callee: Callee) -> Bound:
        """Make it callable for one function of this code."""
        environment = callee.environment
        fn = self.compiled.bind(self.captures_in(environment), self.module_in(environment))
        check = check_of(self.stored, self.assumptions, callee)
        return Bound(self.guard.bind(environment), fn, self, check)


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A specialisation for one function: `guard(*values)` says whether `fn` is right for these arguments; `check`,
    where there is one, refuses those that share memory."""

    guard: Callable[..., bool]
    fn: Callable[..., Any]
    entry: Entry
    check: Check | None = None


@dataclass(slots=True, eq=False)
class Table:
    """The specialisations of one code with one set of options, the most recently used first."""

    anchors: tuple[object, ...]
    entries: tuple[Entry, ...] = ()

    def find(self, callee: Callee, values: tuple[Any, ...], *, same_text: bool) -> Bound | None:
        """The first entry whose guard holds; `same_text`: its text must show the defaults of this very function."""
        defaults = callee.defaults_text() if same_text else ()
        for entry in self.entries:
            if same_text and entry.defaults != defaults:
                continue
            if entry.guard.bind(callee.environment)(*values):
                self.put(entry)
                return entry.bind(callee)
        return None

    def put(self, entry: Entry) -> None:
        """Make an entry the most recently used one; the least recently used one goes where there are too many."""
        self.entries = (entry, *(other for other in self.entries if other is not entry))[:MAX_ENTRIES]


@dataclass(slots=True, eq=False)
class Cache:
    """All tables, the least recently used first. Used only under `COMPILING`."""

    tables: OrderedDict[Hashable, Table] = field(default_factory=OrderedDict)

    def table(self, callee: Callee, options: Hashable) -> Table:
        """The table of a function's code with these options."""
        key = (callee.identity, options)
        table = self.tables.setdefault(key, Table(callee.anchors))
        self.tables.move_to_end(key)
        while len(self.tables) > MAX_TABLES:
            self.tables.popitem(last=False)
        return table


CACHE = Cache()


def portable_entry(derived: Any, compiled: Any, callee: Callee, assumptions: tuple[Assumption, ...]) -> Entry:
    """What is kept of a derivation."""
    environment = callee.environment
    portable = tuple(part for assumption in assumptions for part in environment.portable_facts(assumption))
    captures = tuple(Capture(c.name, c.how, environment.portable(c.root)) for c in derived.captures)
    module = None if derived.module_globals is environment.module else derived.module_globals
    guard = Guard(portable, callee.names)
    stored = with_known(derived.stored, portable, callee) if derived.stored else ()
    defaults = callee.defaults_text()
    return Entry(
        derived.text, derived.name, compiled, captures, portable, guard, module, defaults, stored, derived.effects
    )
