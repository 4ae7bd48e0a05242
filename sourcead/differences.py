"""Central differences with error estimates: Richardson's extrapolation over shrinking steps (Ridders' method).

    d(h) = (phi(h) - phi(-h)) / 2h = phi'(0) + c1 h^2 + c2 h^4 + ...        each column of the tableau removes one term
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

Vector: TypeAlias = "np.ndarray[Any, Any]"
Function: TypeAlias = Callable[[float], Vector]

FIRST = 2.0**-6  # the first step
HALVINGS = 12
_GOOD = 1e-11


def slope(phi: Function) -> tuple[Vector, Vector]:
    """The derivative of each entry of `phi(t)` at t = 0, and an estimate of its error; both nan where `phi` is."""
    best = error = np.full(0, np.nan)
    before: list[Vector] = []
    step = FIRST
    for k in range(HALVINGS):
        row = [(phi(step) - phi(-step)) / (2 * step)]
        if not k:
            best, error = np.full(row[0].shape, np.nan), np.full(row[0].shape, np.inf)
        factor = 1.0
        for above in before:
            factor *= 4
            row.append((row[-1] * factor - above) / (factor - 1))
            found = np.maximum(np.abs(row[-1] - row[-2]), np.abs(row[-1] - above))
            better = found < error
            best, error = np.where(better, row[-1], best), np.where(better, found, error)
        before, step = row, step / 2
        if k > 1 and np.all(error <= _GOOD * np.maximum(1.0, np.abs(best))):
            break
    return best, error
