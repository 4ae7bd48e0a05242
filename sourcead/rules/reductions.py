"""Adjoints of reductions: a cotangent is repeated along the axes that were reduced."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.facts import given, wide
from sourcead.rules.registry import adjoint
from sourcead.runtime import (
    bounded_share,
    count,
    extreme_adjoint,
    mean_of_some_adjoint,
    products_of_others,
    range_adjoint,
    restore,
    tied_entries,
    total,
    unreduce,
)


@adjoint(np.sum)
def _(g, y, a, initial=None, where=None, *, axis=None, dtype=None, keepdims=False):
    if not given(where):
        if not given(initial):
            return unreduce(g, a, axis, keepdims)
        return unreduce(g, a, axis, keepdims), total(g), None
    return np.where(where, unreduce(g, a, axis, keepdims), 0), total(g), None


@adjoint(np.mean)
def _(g, y, a, where=None, *, axis=None, dtype=None, keepdims=False):
    if given(where):
        return mean_of_some_adjoint(wide(g, a), wide(y, a), a, where, axis, keepdims), None
    return unreduce(wide(g, a), a, axis, keepdims) / count(a, axis)


@adjoint(np.max, np.min)
def _(g, y, a, initial=None, where=None, *, axis=None, keepdims=False, active=(True, True)):
    if given(initial):
        part = bounded_share(g, y, a, initial, where, axis, keepdims, active[1])
        d_initial = total(part * (y == initial)) if active[1] else None
        return tied_entries(y, a, where, axis, keepdims) * restore(part, axis, keepdims), d_initial, None
    return extreme_adjoint(g, y, a, axis, keepdims)


@adjoint(np.ptp)
def _(g, y, a, *, axis=None, keepdims=False):
    return range_adjoint(g, a, axis, keepdims)


@adjoint(np.prod)
def _(g, y, a, initial=None, where=None, *, axis=None, dtype=None, keepdims=False):
    taken = np.where(where, a, 1) if given(where) else a
    others = restore(g, axis, keepdims) * products_of_others(taken, axis)
    if given(where):
        others = np.where(where, others, 0)
    if given(initial):
        return others * initial, total(g * np.prod(taken, axis=axis, keepdims=keepdims)), None
    if given(where):
        return others, None, None
    return others
