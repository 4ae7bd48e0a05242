"""The table of features: what a random program may contain, with the weight of each, and how a subset is chosen.

A feature is a function that writes one piece of a program. Its group is the name of the file that it stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fuzz.generator import Generator

STATEMENT, JUMP, FLOAT, ARRAY, CONDITION = "statement", "jump", "float", "array", "condition"
PARAMETER, SWITCH = "parameter", "switch"
SMALL = ("core", "assignments", "stores", "inplace")  # groups of short statements: most of what stands in a block


@dataclass(frozen=True)
class Feature:
    """One row: how often it is drawn among those of its role, and what writes it."""

    name: str
    group: str
    role: str
    weight: float
    write: Callable[[Generator], str | None]


FEATURES: dict[str, Feature] = {}
CORE = "core"  # the group that no choice leaves out: without it nothing could be written


class Inapplicable(Exception):
    """A feature that cannot be written at this place: another is drawn."""


def feature(
    role: str, weight: float = 1.0, *, group: str = ""
) -> Callable[[Callable[[Generator], str | None]], Callable[[Generator], str | None]]:
    """Enter a writer in the table, under its own name."""

    def enter(write: Callable[[Generator], str | None]) -> Callable[[Generator], str | None]:
        name = write.__name__.strip("_")
        place = group or write.__module__.rpartition(".")[2]
        assert name not in FEATURES or FEATURES[name].group == place, f"two features are called {name}"
        FEATURES[name] = Feature(name, place, role, weight, write)
        return write

    return enter


def chosen(only: Iterable[str] = (), without: Iterable[str] = ()) -> dict[str, Feature]:
    """The features that are switched on: all, or the core and these; each may be named by its group."""
    import tests.fuzz.language  # noqa: F401  (its files enter themselves in the table)

    only, without = set(only), set(without)
    known = {name for row in FEATURES.values() for name in (row.name, row.group)}
    unknown = (only | without) - known
    if unknown:
        raise SystemExit(f"no such features: {', '.join(sorted(unknown))}; --list shows them")
    switches = {row.name for row in FEATURES.values() if row.role == SWITCH and not row.weight}
    groups = only - switches
    return {
        name: row
        for name, row in FEATURES.items()
        if (
            row.weight > 0
            and (not groups or row.group == CORE or {row.name, row.group} & groups)
            and not {row.name, row.group} & without
        )
        or {row.name} & only
    }
