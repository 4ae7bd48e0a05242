"""Stores at indices that may repeat: NumPy stores one item after another, so of those at one place the last is seen."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np


def stored_adjoint(g, index, v):
    """The cotangent of v in x[index] = v out of g, that of x: of the items stored at one place the last one is seen."""
    g = np.asarray(g)
    items = np.empty_like(v, int)  # laid out as v is: the order in which NumPy stores depends on it
    items[...] = np.reshape(np.arange(np.size(v)), np.shape(v))
    seen = np.empty(np.shape(g), int)
    seen[index] = items
    last = np.array(seen[index])  # at each place that the index names: the number of the item seen there
    order = np.reshape(np.arange(np.size(last)), np.shape(last))
    seen[index] = order
    once = seen[index] == order  # each place once
    total = np.zeros(np.size(v), g.dtype)
    np.add.at(total, last[once], np.asarray(g[index])[once])
    return np.reshape(total, np.shape(v))[()]


def stored(v, index, x):
    """v at the places that an index names in an array like x, of two items at one place the last; zeros elsewhere."""
    whole = np.zeros_like(x)
    whole[index] = v
    return whole
