"""Adjoints of products of vectors and matrices, and of norms."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.registry import adjoint
from sourcead.runtime import (
    extreme_adjoint,
    norm_adjoint,
    restore,
)



@adjoint(np.linalg.norm)
def _(g, y, x, *, ord=None, axis=None, keepdims=False):
    if ord == 1:
        return restore(g, axis, keepdims) * np.sign(x)
    if ord is None or ord == 2 or ord == "fro":
        return norm_adjoint(g, y, x, axis, keepdims)
    return extreme_adjoint(g, y, np.abs(x), axis, keepdims) * np.sign(x)
