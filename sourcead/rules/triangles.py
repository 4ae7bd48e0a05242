"""Adjoints of the triangles of matrices."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.registry import adjoint


@adjoint(np.tril)
def _(g, y, m, *, k=0):
    return np.tril(g, k) if np.ndim(m) > 1 else np.sum(np.tril(g, k), axis=0)


@adjoint(np.triu)
def _(g, y, m, *, k=0):
    return np.triu(g, k) if np.ndim(m) > 1 else np.sum(np.triu(g, k), axis=0)
