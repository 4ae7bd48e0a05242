"""Adjoints of evenly spaced numbers: each is a weighed sum of both ends."""

# mypy: allow-untyped-defs, allow-untyped-calls

import math

import numpy as np

from sourcead.rules.registry import adjoint
from sourcead.runtime import from_start, from_stop


@adjoint(np.arange)
def _(g, y, start, stop=None, step=None, *, dtype=None):
    return None if stop is None else np.sum(g), None, np.sum(g * np.arange(len(y)))


@adjoint(np.linspace)
def _(g, y, start, stop, num=50, *, endpoint=True, dtype=None, axis=0):
    return from_start(g, start, num, endpoint, axis), from_stop(g, stop, num, endpoint, axis), None


@adjoint(np.logspace)
def _(g, y, start, stop, num=50, *, endpoint=True, base=10.0, dtype=None, axis=0):
    g = g * y * math.log(base)
    return from_start(g, start, num, endpoint, axis), from_stop(g, stop, num, endpoint, axis), None


@adjoint(np.geomspace)
def _(g, y, start, stop, num=50, *, endpoint=True, dtype=None, axis=0):
    g = g * y
    first, last = from_start(g, start, num, endpoint, axis), from_stop(g, stop, num, endpoint, axis)
    return first / start, last / stop, None
