"""Adjoints of choices: a branch that was not taken contributes exactly 0."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.registry import adjoint


@adjoint(np.where)
def _(g, y, condition, a, b):
    return None, np.where(condition, g, 0), np.where(condition, 0, g)


@adjoint(np.clip)
def _(g, y, x, low, high=None):
    if low is None and high is None:
        return g, None, None
    if high is None:
        return g * (x >= low), g * (x < low), None
    if low is None:
        return g * (x <= high), None, g * (x > high)
    return g * ((x >= low) & (x <= high)), g * ((x < low) & (low <= high)), g * (np.maximum(x, low) > high)
