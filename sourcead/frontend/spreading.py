"""`f(*xs)` of an array or list whose length is not known: as many items as the function has parameters left for."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from types import FunctionType
from typing import Any

from sourcead.frontend.abstract import Abstract, Bound, Closure, Partial, Static
from sourcead.frontend.expansion import finite_items, sequence
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.unpacking import unpack
from sourcead.ir import Const
from sourcead.kinds import Array, List, dim_of
from sourcead.primitives.registry import entry_of

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def arguments(
    resolver: Resolver, callee: Abstract, given: Sequence[Abstract], stars: Sequence[int], named: Iterable[str | None]
) -> list[Abstract]:
    """The positional arguments of a call, with the items of what stands behind `*`."""
    listed = [k for k in stars if isinstance(resolver.kind(given[k]), Array | List)]
    unknown = [k for k in listed if finite_items(resolver, given[k]) is None]
    named = set(named)
    if len(unknown) != 1 or None in named:
        return sequence(resolver, given, stars)
    (position,) = unknown
    before = sequence(resolver, given[:position], [k for k in stars if k < position])
    after = sequence(resolver, given[position + 1 :], [k - position - 1 for k in stars if k > position])
    room = _room(callee)
    left = [p for p in room[len(before) :] if p.name not in named] if room is not None else []
    count = len(left) - len(after)
    if room is None or count < 1 or any(p.default is not p.empty for p in left):
        return sequence(resolver, given, stars)
    return [*before, *_taken(resolver, callee, given[position], count), *after]


def _room(callee: Abstract) -> list[inspect.Parameter] | None:
    """The positional parameters of a function of which all are known; None where it takes any number."""
    if isinstance(callee, Partial):
        room = _room(callee.callee)
        bound = {name for name, _ in callee.kwargs}
        return None if room is None else [p for p in room[len(callee.args) :] if p.name not in bound]
    if isinstance(callee, Closure):
        surface, empty = callee.function, inspect.Parameter.empty
        defaults = [None if n in surface.defaulted else empty for n in surface.params]
        kinds = [getattr(inspect.Parameter, k) for k in surface.kinds]
        return _positional(map(_parameter, surface.params, kinds, defaults))
    function: Any = callee.function if isinstance(callee, Bound) else callee.obj if isinstance(callee, Static) else None
    entry = entry_of(function)
    if entry is not None:
        return _positional(entry.signature.parameters.values())
    if not isinstance(function, FunctionType | type) and not hasattr(function, "__func__"):
        return None
    try:
        parameters = inspect.signature(function, follow_wrapped=False).parameters.values()
    except (TypeError, ValueError):
        return None
    found = _positional(parameters)
    return found[1:] if found is not None and isinstance(callee, Bound) else found


def _parameter(name: str, kind: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, kind, default=default)


def _positional(parameters: Iterable[inspect.Parameter]) -> list[inspect.Parameter] | None:
    parameters = list(parameters)
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return None
    return [p for p in parameters if p.kind in _POSITIONAL]


def _taken(resolver: Resolver, callee: Abstract, items: Abstract, count: int) -> list[Abstract]:
    """So many items, and the exception of a call that gets another number of them."""
    from sourcead.frontend.calls import words_of
    from sourcead.frontend.inlining import inline

    kind = resolver.kind(items)
    length = kind.length if isinstance(kind, List) else kind.dims[0] if isinstance(kind, Array) and kind.dims else None
    if length is None or length != dim_of(count):
        name = callee.function.name if isinstance(callee, Closure) else words_of(callee).rpartition(".")[2]
        outer, resolver.override = resolver.override, resolver.place
        try:
            words = f"{name}() takes {count} positional argument{'s' if count > 1 else ''} where it is given `*`"
            inline(resolver, _check_count, [items, Const(count), Const(words)], {})
        finally:
            resolver.override = outer
    return unpack(resolver, items, count, None, [""] * count)


def _check_count(items: Any, count: int, words: str) -> None:
    if len(items) != count:
        raise TypeError(words)
