"""Lists that change, written functionally in tests: each function is a primitive of lists, given to the compiler as a
call, and computes what it means in plain Python.

    xs = append(xs, v)        v, xs = pop(xs)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.growing import change
from sourcead.frontend.intrinsics import INTRINSICS
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Const, Hole
from sourcead.kinds import grown
from sourcead.primitives import structural


def append(xs: Any, v: Any) -> Any:
    return [*xs, v]


def extend(xs: Any, ys: Any) -> Any:
    return [*xs, *ys]


def insert(xs: Any, i: Any, v: Any) -> Any:
    xs = list(xs)
    xs.insert(i, v)
    return xs


def pop(xs: Any, i: Any = -1) -> Any:
    xs = list(xs)
    return xs.pop(i), xs


def turned(xs: Any) -> Any:
    return xs[::-1]


def cleared(xs: Any) -> Any:
    return []


def replaced(xs: Any, i: Any, v: Any) -> Any:
    xs = list(xs)
    xs[i] = v
    return xs


def _changes(name: str) -> Callable[..., Abstract]:
    def resolve(resolver: Resolver, xs: Abstract, *args: Abstract) -> Abstract:
        return change(resolver, name, resolver.atom(xs), list(args))[1]

    return resolve


def _pop(resolver: Resolver, xs: Abstract, *at: Abstract) -> Abstract:
    return Aggregate(tuple, (0, 1), change(resolver, "pop", resolver.atom(xs), list(at)))


def _replaced(resolver: Resolver, xs: Abstract, i: Abstract, v: Abstract) -> Abstract:
    args = [resolver.atom(a) for a in (xs, i, v)]
    path: Any = ((Hole(0),),)
    if isinstance(args[1], Const):
        path, args = ((args[1].value,),), [args[0], args[2]]
    kind = grown(resolver.kind(args[0]), resolver.kind(args[-1]))
    return resolver.emit(structural.STORE, tuple(args), kind=kind, hint=getattr(args[0], "hint", ""), path=path)


@contextmanager
def known_to_the_compiler() -> Iterator[None]:
    """Within this the functions above are primitives."""
    made: dict[Any, Callable[..., Any]] = {
        append: _changes("append"), extend: _changes("extend"), insert: _changes("insert"), pop: _pop,
        turned: _changes("reverse"), cleared: _changes("clear"), replaced: _replaced,
    }  # fmt: skip
    INTRINSICS.update(made)
    try:
        yield
    finally:
        for function in made:
            del INTRINSICS[function]
