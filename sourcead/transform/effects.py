"""What a function does beside computing its result: a call of something unknown, a change of what is the caller's.

A driver that evaluates a function several times refuses one that does such a thing, with its line.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator

from sourcead.errors import Place
from sourcead.guard import AccessPath, path_text
from sourcead.ir import Atom, Function, Op, Value, walk
from sourcead.primitives import structural
from sourcead.records import dataclass

_UNDONE = frozenset({"np.errstate"})  # when it is left
_EXCEPTIONS = {n for n, v in vars(builtins).items() if isinstance(v, type) and issubclass(v, BaseException)}
_HARMLESS = frozenset({"str", "repr", *_EXCEPTIONS})


@dataclass(frozen=True, slots=True)
class Effect:
    """One such thing: what the function does, in words, and where. `on_argument`: it changes an argument, no more."""

    words: str
    at: Place | None
    on_argument: bool = False


def effects_of(function: Function, stored: Iterable[tuple[AccessPath, Place | None]]) -> tuple[Effect, ...]:
    """The effects of a resolved function in the order of its text; stored: the caller's memory that it changes."""
    found = [Effect(f"changes `{path_text(path)}`", at, path[0][0] == "param") for path, at in stored]
    for one in (function, *function.further):
        found += calls_with_effects(list(walk(one.body)))
    return tuple(sorted(found, key=_in_text))


def calls_with_effects(ops: list[Op]) -> Iterator[Effect]:
    """What ops do beside computing, in order."""
    harmless: set[Value] = set()
    captured: dict[Atom, str] = {op.outs[0]: op.attr("name") for op in ops if op.primitive is structural.CAPTURE}
    for op in ops:
        if op.primitive is structural.CALL and not op.attr("makes", False):
            what = op.attr("what") or "a function"
            if what in _UNDONE:
                harmless.update(op.outs)
            elif what not in _HARMLESS or captured.get(op.args[0]) != what:
                yield Effect(f"calls `{what}`, which may do more than compute", op.at)
        elif op.primitive is structural.ENTER and not harmless.intersection(a for a in op.args if isinstance(a, Value)):
            yield Effect("enters a context", op.at)


def _in_text(effect: Effect) -> tuple[str, int, int]:
    return ("", 0, 0) if effect.at is None else (effect.at.file, effect.at.line, effect.at.column)
