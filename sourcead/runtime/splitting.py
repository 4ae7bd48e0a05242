"""Cotangents of an array out of those of the pieces that it was cut into."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np


def filled(g, pieces):
    """The cotangents of pieces, with zeros for those that have none."""
    found = ()
    for k, piece in enumerate(pieces):
        found += (np.zeros_like(piece) + g[k] if isinstance(g[k], float) else g[k],)
    return found


def joined_columns(pieces, x):
    """The cotangent of x from those of what `np.hsplit(x, ...)` made."""
    if np.ndim(x) == 1:
        return np.concatenate(pieces)
    return np.concatenate(pieces, 1)
