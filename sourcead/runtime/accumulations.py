"""Adjoints of reductions and accumulations by ufuncs."""

# mypy: allow-untyped-defs, allow-untyped-calls
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import restore


def logsumexp_adjoint(g, y, x, axis, keepdims):
    """The cotangent of x from that of y = log(sum(exp(x))): 0 where all are -inf."""
    shift = np.where(y == -np.inf, 0, y)
    return restore(g, axis, keepdims) * np.exp(x - restore(shift, axis, keepdims))


def running_extreme_adjoint(g, y, axis):
    """The cotangent of x from that of its running max or min y: of equal items the first has it."""
    if axis == 0:
        return gathered_at_records(g, y)
    return np.moveaxis(gathered_at_records(np.moveaxis(g, axis, 0), np.moveaxis(y, axis, 0)), 0, axis)


def gathered_at_records(g, y):
    """g summed, along the first axis, into the place where the value y appeared for the first time."""
    total = g.copy()
    for k in range(len(y) - 2, -1, -1):
        total[k] += np.where(y[k + 1] == y[k], total[k + 1], 0)
    total[1:] = np.where(y[1:] == y[:-1], 0, total[1:])
    return total


def running_extreme_tangent(t, y, axis):
    """The tangent of a running max or min y: that of the place where its value appeared for the first time."""
    if axis == 0:
        return taken_at_records(t, y)
    return np.moveaxis(taken_at_records(np.moveaxis(t, axis, 0), np.moveaxis(y, axis, 0)), 0, axis)


def taken_at_records(t, y):
    """For each entry, along the first axis, the t of the place where its value y appeared for the first time."""
    width = np.size(y) // max(len(y), 1)
    flat = np.reshape(y, (len(y), width))
    fresh = np.concatenate((np.full((min(len(y), 1), width), True), flat[1:] != flat[:-1]))
    places = np.maximum.accumulate(np.where(fresh, np.arange(len(y))[:, None], 0), axis=0)
    return np.reshape(np.reshape(t, (len(y), width))[places, np.arange(width)], np.shape(y))
