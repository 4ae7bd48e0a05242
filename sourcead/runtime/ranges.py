"""Cotangents of the ends of evenly spaced numbers."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import unbroadcast


def from_start(g, start, num, endpoint, axis):
    """The cotangent of the start of `np.linspace(start, stop, num, endpoint, axis=axis)`."""
    return from_end(g, start, np.linspace(1.0, 0.0, num) if endpoint else 1.0 - np.linspace(0.0, 1.0, num, False), axis)


def from_stop(g, stop, num, endpoint, axis):
    """The cotangent of the end of `np.linspace(start, stop, num, endpoint, axis=axis)`."""
    return from_end(g, stop, np.linspace(0.0, 1.0, num, endpoint), axis)


def from_end(g, end, weight, axis):
    """The cotangent of an end that has this weight in each of the numbers along an axis."""
    if axis != 0:
        g = np.moveaxis(g, axis, 0)
    if np.ndim(g) == 1:
        return unbroadcast(weight @ g, end)
    for _ in range(np.ndim(g) - 1):
        weight = np.expand_dims(weight, -1)
    return unbroadcast(np.sum(weight * g, axis=0), end)
