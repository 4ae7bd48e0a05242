"""Tangents of functions that select: what is not selected counts as 0, also where its own tangent is inf or nan.

An argument without a tangent has the number 0.0 for one: at a tie with such a constant the tangent is 0.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from sourcead.rules.facts import given, static
from sourcead.rules.registry import tangent
from sourcead.runtime import running_extreme_tangent, shared_tangent


@tangent(np.maximum)
def _(t, y, a, b):
    if static(t[1]) and t[1] == 0.0:
        return np.where(a > b, t[0], 0)
    if static(t[0]) and t[0] == 0.0:
        return np.where(b > a, t[1], 0)
    return np.where(a > b, t[0], np.where(b > a, t[1], (t[0] + t[1]) / 2))  # half each at a tie


@tangent(np.minimum)
def _(t, y, a, b):
    if static(t[1]) and t[1] == 0.0:
        return np.where(a < b, t[0], 0)
    if static(t[0]) and t[0] == 0.0:
        return np.where(b < a, t[1], 0)
    return np.where(a < b, t[0], np.where(b < a, t[1], (t[0] + t[1]) / 2))  # half each at a tie


@tangent(np.fmax)
def _(t, y, a, b):
    above, below = (a > b) | np.isnan(b), (b > a) | np.isnan(a)
    if static(t[1]) and t[1] == 0.0:
        return np.where(above, t[0], 0)
    if static(t[0]) and t[0] == 0.0:
        return np.where(below, t[1], 0)
    return np.where(above == below, (t[0] + t[1]) / 2, np.where(above, t[0], t[1]))  # half each at a tie


@tangent(np.fmin)
def _(t, y, a, b):
    below, above = (a < b) | np.isnan(b), (b < a) | np.isnan(a)
    if static(t[1]) and t[1] == 0.0:
        return np.where(below, t[0], 0)
    if static(t[0]) and t[0] == 0.0:
        return np.where(above, t[1], 0)
    return np.where(above == below, (t[0] + t[1]) / 2, np.where(below, t[0], t[1]))  # half each at a tie


@tangent(np.clip)
def _(t, y, x, low, high=None):
    if low is None and high is None:
        return t[0]
    if high is None:
        return np.where(x >= low, t[0], t[1])
    if low is None:
        return np.where(x <= high, t[0], t[2])
    return np.where(np.maximum(x, low) > high, t[2], np.where(x < low, t[1], t[0]))


@tangent(np.heaviside)
def _(t, y, a, b):
    return np.where(a == 0, t[1], 0)


@tangent(np.nan_to_num)
def _(t, y, x, *, copy=True, nan=0.0, posinf=None, neginf=None):
    return np.where(np.isfinite(x), t, 0)


@tangent(max)
def _(t, y, a, b=None):
    if not given(b):
        return shared_tangent(t, y, a)
    if static(t[1]) and t[1] == 0.0:
        return np.where(a > b, t[0], 0)
    if static(t[0]) and t[0] == 0.0:
        return np.where(b > a, t[1], 0)
    return np.where(a > b, t[0], np.where(b > a, t[1], (t[0] + t[1]) / 2))  # half each at a tie


@tangent(min)
def _(t, y, a, b=None):
    if not given(b):
        return shared_tangent(t, y, a)
    if static(t[1]) and t[1] == 0.0:
        return np.where(a < b, t[0], 0)
    if static(t[0]) and t[0] == 0.0:
        return np.where(b < a, t[1], 0)
    return np.where(a < b, t[0], np.where(b < a, t[1], (t[0] + t[1]) / 2))  # half each at a tie


@tangent(np.maximum.accumulate, np.minimum.accumulate)
def _(t, y, x, *, axis=0):
    return running_extreme_tangent(t, y, axis)
