"""Cotangents of arrays out of which a number was taken."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.indexing import stored_at


def item_of_array_adjoint(g, x, index):
    """The cotangent of x from that of `x.item(*index)`."""
    if len(index) == np.ndim(x):
        return stored_at(np.zeros_like(x), index, g)
    return np.reshape(stored_at(np.zeros_like(np.ravel(x)), index[0], g), np.shape(x))
