"""Rules of Python's built-in functions. As many cotangents as the call has arguments; one alone is no tuple."""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

from sourcead.rules.facts import given
from sourcead.rules.registry import adjoint
from sourcead.runtime import shared_among, spread


@adjoint(float)
def _(g, y, x):
    return g


@adjoint(sum, containers=True)
def _(g, y, xs, start=None):
    if given(start):
        return spread(g, xs), g
    return spread(g, xs)


@adjoint(max, containers=True)
def _(g, y, a, b=None, *, active=(True, True)):
    if not given(b):
        return shared_among(g, y, a)
    if active == (True, True):
        return (g * (a > b) + g * (a >= b)) / 2, (g * (b > a) + g * (b >= a)) / 2  # half each at a tie
    return g * (a > b), g * (b > a)


@adjoint(min, containers=True)
def _(g, y, a, b=None, *, active=(True, True)):
    if not given(b):
        return shared_among(g, y, a)
    if active == (True, True):
        return (g * (a < b) + g * (a <= b)) / 2, (g * (b < a) + g * (b <= a)) / 2  # half each at a tie
    return g * (a < b), g * (b < a)
