"""What stands in a rule for an argument at which the partial need not be computed: a harmless number.

g / x     ->     g / np.where(g == 0, 1, x)
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numpy as np


def harmless_where_zero(g, x, harmless):
    """x, but harmless where no cotangent arrives."""
    return np.where(g == 0, harmless, x)


def harmless_number_where_zero(g, x, harmless):
    """x, but harmless where no cotangent arrives; of Python's numbers."""
    return harmless if g == 0 else x


def harmless_at_pole(g, y, x, at_pole, harmless):
    """x, but harmless where no cotangent arrives at a pole: as a function of g, too, it is what it is elsewhere."""
    if at_pole is None:
        return np.where((g == 0) & ~np.isfinite(y), harmless, x)
    return np.where((g == 0) & (at_pole | ~np.isfinite(y)), harmless, x)


def harmless_number_at_pole(g, y, x, at_pole, harmless):
    """x, but harmless where no cotangent arrives at a pole; of Python's numbers."""
    if at_pole is None:
        return harmless if g == 0 and not math.isfinite(y) else x
    return harmless if g == 0 and (at_pole or not math.isfinite(y)) else x


def at_zero(x):
    """Where a value is 0."""
    return x == 0


def at_zeros(x, y):
    """Where two values are 0."""
    return (x == 0) & (y == 0)


def at_one(x):
    """Where a value is 1 or -1."""
    return (x == 1) | (x == -1)


def kept_where(taken, x, harmless):
    """x, but harmless where nothing that is differentiated was taken."""
    return np.where(taken, x, harmless)


def kept_number_where(taken, x, harmless):
    """x, but harmless where nothing that is differentiated was taken; of Python's numbers."""
    return x if taken else harmless


def harmless_where(other, x, harmless):
    """x, but harmless where what is not differentiated was taken."""
    return np.where(other, harmless, x)


def above(a, b):
    """Where the first of two values is the greater."""
    return a > b


def below(a, b):
    """Where the first of two values is the smaller."""
    return a < b


def above_or_nan(a, b):
    """Where the first of two values is the greater, or the other is no number."""
    return (a > b) | np.isnan(b)


def below_or_nan(a, b):
    """Where the first of two values is the smaller, or the other is no number."""
    return (a < b) | np.isnan(b)


def between(x, low, high):
    """Where a value is within bounds."""
    if low is None:
        return x <= high
    if high is None:
        return x >= low
    return (x >= low) & (x <= high)
