"""Adjoint of the count with weights: each takes the cotangent of the number that it was counted into."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.registry import adjoint


@adjoint(np.bincount)
def _(g, y, x, weights=None, minlength=None):
    return None, g[x], None
