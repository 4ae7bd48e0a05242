"""Switches: each optimisation can be turned off by its name, for tests and for finding out what one does.

    with without("common subexpressions"): grad(f)       SOURCEAD_WITHOUT="common subexpressions, updates"  or  "all"

A derivative takes down what is off when it is made, and is compiled so whenever that happens.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

OPTIMISATIONS = {
    "dead code": "what nothing reads goes, primal lines too",
    "own ranges": "a reversed loop runs over the user's own range, backwards",
    "invariants": "what does not change in a loop moves out of it",
    "simplify": "the ones and zeros that the transform made disappear, signs meet",
    "common subexpressions": "the backward sweep reads what was computed before",
    "common factors": "what several terms are multiplied with or divided by is so once",
    "signs": "a sign goes into a literal, a difference or a size",
    "updates": "several additions into one array become one",
    "clearings": "what a loop reads once is not set to 0",
    "one sweep": "a loop and its reverse become one, where no turn reads another's results",
    "shapes of what stays": "no temporary is kept for its size alone",
    "reuse of products": "a product with a mask changes its operand in place",
    "latest shapes": "a shape is read of the latest version of an array",
    "powers by products": "small whole powers of arrays are products",
    "products by np.dot": "a product of vectors or narrow matrices is a call of np.dot",
    "sums by products": "sums of columns, of narrow rows and of products are products",
    "picks": "what is picked of the rows of a softmax is subtracted there",
    "choices by maximum": "the choice of the larger of two is np.maximum",
    "items as floats": "a loop that counts with single numbers counts with Python's floats",
    "literals": "a number that meets an array of floats is a float",
    "methods": "a function that calls a method is that method",
    "chunks": "long elementwise chains on large vectors run piece by piece",
    "first contributions": "what a loop adds to zeros, once to each item, is assigned",
    "separate parts": "what is added to zeros in parts that do not overlap is assigned",
    "last turn": "the last turn of a reversed loop leaves out a product that nothing reads",
    "kept results": "no array is kept for its shape alone, results are kept in place of what they are made of",
    "items in place": "items of lists change in place",
    "buffers outside of loops": "an array that each turn fills and reads alone is made once in what Numba compiles",
    "first additions": "what a loop adds first to zeros is assigned in what Numba compiles",
    "loops in kernels": "elementwise chains are loops in what Numba compiles",
    "vector functions": "exp, log, tanh, sin and cos are formulas that the compiler vectorises in what Numba compiles",
}


def _from_environment() -> frozenset[str]:
    words = (word.strip() for word in os.environ.get("SOURCEAD_WITHOUT", "").split(","))
    return checked(word for word in words if word)


def checked(names: Iterable[str]) -> frozenset[str]:
    """The names, where "all" stands for all of them.

    Raises:
        ValueError: a name that no optimisation has.
    """
    given = frozenset(names)
    for name in sorted(given - {"all"} - set(OPTIMISATIONS)):
        raise ValueError(f"no optimisation is called {name!r}; there are {', '.join(OPTIMISATIONS)}")
    return frozenset(OPTIMISATIONS) if "all" in given else given


_AT_START = _from_environment()
_OFF: ContextVar[frozenset[str]] = ContextVar("off")


def off() -> frozenset[str]:
    """The names that are off now."""
    return _OFF.get(_AT_START)


def is_on(name: str) -> bool:
    """Whether an optimisation is on."""
    assert name in OPTIMISATIONS, name
    return name not in off()


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Make derivatives without these optimisations ("all": without any), and without those that are off already.

    Raises:
        ValueError: a name that no optimisation has.
    """
    with exactly_without(off() | checked(names)):
        yield


@contextmanager
def exactly_without(names: frozenset[str]) -> Iterator[None]:
    """Compile without these optimisations, and with all others."""
    token = _OFF.set(names)
    try:
        yield
    finally:
        _OFF.reset(token)
