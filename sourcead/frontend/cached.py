"""Calls of functions behind `functools.lru_cache`: they stay calls, for the cache is the user's; what they return is
found out by looking at the function behind the cache.

What is found is only whether that is a number. A cache takes 1, 1.0 and True for one, so that it may hand out what was
computed for another of them; and within a recursive call, it is a number where all other ways out give numbers.
"""

from __future__ import annotations

import functools
from typing import Any

from sourcead.errors import SourceADError
from sourcead.frontend.abstract import Abstract
from sourcead.frontend.inlining import inline
from sourcead.frontend.resolver import NeedsValue, Resolver, Undecided
from sourcead.ir import Builder
from sourcead.kinds import TOP, Kind, Scalar, is_complex_dtype

_NUMBER = Scalar(None)
_CACHE = type(functools.lru_cache(len))


def kind_of_cached(resolver: Resolver, function: Any, args: list[Abstract], kwargs: dict[str, Abstract]) -> Kind:
    """What a cached function returns: a number, or nothing is known."""
    if type(function) is not _CACHE or resolver.generic:
        return TOP
    kinds = [resolver.kind(a) for a in (*args, *kwargs.values())]
    if function in resolver.looking:
        numbers = all(isinstance(k, Scalar) for k in kinds) and resolver.looking[function]
        return _NUMBER if numbers else TOP
    resolver.looking[function] = all(isinstance(k, Scalar) for k in kinds)
    captures, made, frames = dict(resolver.captures), len(resolver.procedures), len(resolver.frames)
    builder, state, collector = resolver.builder, resolver.memory.state, resolver.collector
    resolver.builder, resolver.memory.state, resolver.collector = Builder(), state.fork(), None
    try:
        found = resolver.kind(inline(resolver, function.__wrapped__, list(args), dict(kwargs)))
    except (NeedsValue, SourceADError, Undecided):
        return TOP
    finally:
        resolver.builder, resolver.memory.state, resolver.collector = builder, state, collector
        resolver.captures = captures
        del resolver.looking[function], resolver.procedures[made:], resolver.frames[frames:]
    return _NUMBER if isinstance(found, Scalar) and not is_complex_dtype(found.dtype) else TOP
