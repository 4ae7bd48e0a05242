"""Overlap: arguments that share memory with what the function stores into, found at the call and refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sourcead.callee import Callee
from sourcead.conditions import ARRAY_TYPES
from sourcead.errors import ArgumentValueError, Diagnosis, Place
from sourcead.guard import AccessPath, Assumption, path_text, read_path
from sourcead.kinds import Array, List, Opaque, Tree
from sourcead.records import dataclass
from sourcead.runtime import sharing as emitted

_ODD = (AttributeError, LookupError, NameError, TypeError, ValueError)
Found = list[tuple[str, Any]]
places: Callable[..., Found] = emitted.places
sharing: Callable[..., list[str]] = emitted.sharing
Check = Callable[[Sequence[Any]], None]


@dataclass(frozen=True, slots=True)
class Stored:
    """The caller's memory at a path, which the function stores into first at this place. known: the captured things
    that shared it when the text was made."""

    path: AccessPath
    at: Place | None
    known: tuple[str, ...] = ()


def with_known(
    stored: tuple[tuple[AccessPath, Place | None], ...], assumptions: Sequence[Assumption], callee: Callee
) -> tuple[Stored, ...]:
    """What is stored into, with what shares it now, as the compiler saw."""
    environment = callee.environment
    captured = _captured(assumptions, callee)
    found = [Stored(environment.portable_path(path), at) for path, at in stored]
    return tuple(
        s if s.path[0][0] == "param" else Stored(s.path, s.at, tuple(sharing(_read(s.path, {}, callee), captured)))
        for s in found
    )


def check_of(stored: Sequence[Stored], assumptions: Sequence[Assumption], callee: Callee) -> Check | None:
    """The check of the arguments' values; None where nothing of the caller's is stored into."""
    if not stored:
        return None

    def check(values: Sequence[Any]) -> None:
        arguments = dict(zip(callee.names, values, strict=True))
        passed = [place for name, value in arguments.items() for place in places(value, name)]
        captured = _captured(assumptions, callee)
        for one in stored:
            target = _read(one.path, arguments, callee)
            if target is not None:
                _check(one, target, passed, captured, callee)

    return check


def _check(one: Stored, target: Any, passed: Found, captured: Found, callee: Callee) -> None:
    own = path_text(one.path)
    names, outside = sharing(target, passed), sharing(target, captured)
    alone = len(names) <= (one.path[0][0] == "param")
    if alone and tuple(outside) == one.known:
        return
    others = [n for n in (*names, *(n for n in outside if n not in one.known)) if n != own] or [own]
    line = "" if one.at is None else f" at line {one.at.line}"
    raise ArgumentValueError(
        Diagnosis(
            f"`{others[-1]}` shares its memory with `{own}`, which {callee.name} changes{line}",
            one.at,
            ("the gradient is generated for memory that is not shared",),
            f"pass a copy of `{others[-1]}`",
        )
    )


def _read(path: AccessPath, arguments: dict[str, Any], callee: Callee) -> Any:
    """What is stored into; None where there is nothing."""
    try:
        return read_path(path, arguments, callee.environment)
    except _ODD:
        return None


def _captured(assumptions: Sequence[Assumption], callee: Callee) -> Found:
    """The arrays, containers and objects that were there before the call, and that the text reads."""
    found: Found = []
    for assumption in assumptions:
        if assumption.path[0][0] == "param":
            continue
        value, name = _read(assumption.path, {}, callee), path_text(assumption.path)
        if isinstance(assumption.fact, Tree | List):
            found += places(value, name)
        elif isinstance(assumption.fact, Array | Opaque) or type(value) in ARRAY_TYPES or hasattr(value, "__dict__"):
            found.append((name, value))
    return found
