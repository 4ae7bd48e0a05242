"""Cotangents of what was put into an array, and of the array."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import unbroadcast
from sourcead.runtime.indexing import size_along


def places_of_insertion(y, x, obj, axis):
    """Where along an axis of `y = np.insert(x, obj, ...)` what was put in stands, in its order."""
    n = size_along(x, axis)
    count = size_along(y, axis) - n
    where = obj if np.size(obj) > 1 else np.full(count, obj)
    numbers = np.insert(np.arange(n), where, np.arange(n, n + count))
    return np.argsort(numbers)[n:]


def inserted_adjoint(g, obj, values, places, axis):
    """The cotangent of the values of `np.insert(x, obj, values, axis)`, which stand at these places."""
    if axis is None:
        return unbroadcast(g[places], values)
    inside = np.take(g, places, axis)
    if np.ndim(obj) == 0:  # NumPy then takes the first axis of values for this one
        inside = np.moveaxis(inside, axis, 0)
    return unbroadcast(inside, values)
