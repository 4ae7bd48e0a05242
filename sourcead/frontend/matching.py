"""Resolving what the patterns of `match` ask of a subject: whether it is a sequence, a mapping, an instance."""

from __future__ import annotations

from typing import Any

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Const
from sourcead.kinds import Array, List, Opaque, Scalar, Top, Tree

_WHOLE = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)  # `int(x)` captures the subject


def ask(resolver: Resolver, args: list[Abstract], question: str, wanted: tuple[Any, ...]) -> Abstract:
    """One question of a pattern."""
    kind = resolver.kind(args[0])
    if isinstance(kind, Top) and not resolver.static(args[0])[0]:
        resolver.refuse("what is matched here has no known kind", "give example arguments, or test it with `if`")
    return _QUESTIONS[question](resolver, args, wanted)


def _sequence(resolver: Resolver, args: list[Abstract], wanted: tuple[Any, ...]) -> Abstract:
    from sourcead.frontend.abstract import Static
    from sourcead.frontend.arithmetic import binary
    from sourcead.frontend.calls import call_static

    (subject,), (needed, exact) = args, wanted
    kind = resolver.kind(subject)
    if isinstance(kind, List):
        length = call_static(resolver, Static(len, (("builtin", "len"),)), [subject], {})
        return binary(resolver, "==" if exact else ">=", length, Const(needed))
    if not isinstance(kind, Tree) or not issubclass(kind.type, tuple | list):
        return Const(False)  # arrays and texts are no sequences for a pattern
    return Const(len(kind.items) == needed if exact else len(kind.items) >= needed)


def _mapping(resolver: Resolver, args: list[Abstract], wanted: tuple[Any, ...]) -> Abstract:
    kind = resolver.kind(args[0])
    return Const(isinstance(kind, Tree) and kind.type is dict and set(wanted) <= set(kind.keys))


def _class(resolver: Resolver, args: list[Abstract], wanted: tuple[Any, ...]) -> Abstract:
    from sourcead.frontend.intrinsics import INTRINSICS

    subject, cls = args
    count, *names = wanted
    found = INTRINSICS[isinstance](resolver, subject, cls)
    if not isinstance(found, Const):
        resolver.refuse("whether this is an instance of the class is not known here", "test it with `if`")
    if found == Const(False):
        return found
    given = resolver.need_static(cls, "the class of a pattern")
    if count > (1 if given in _WHOLE else len(getattr(given, "__match_args__", ()))):
        resolver.refuse(f"`{given.__name__}` takes fewer positional patterns", "match its attributes by name")
    kind = resolver.kind(subject)
    fields = kind.keys if isinstance(kind, Tree) else ()
    if any(name not in fields for name in names) and not isinstance(kind, Opaque | Array | Scalar):
        return Const(False)
    return found


def _part(resolver: Resolver, args: list[Abstract], wanted: tuple[Any, ...]) -> Abstract:
    from sourcead.frontend.data import attribute

    subject, cls = args
    given = resolver.need_static(cls, "the class of a pattern")
    return subject if given in _WHOLE else attribute(resolver, subject, given.__match_args__[wanted[0]])


_QUESTIONS = {"sequence": _sequence, "mapping": _mapping, "class": _class, "part": _part}
