"""Adjoints of the primitives about diagonals and triangles: the cotangent goes back to where the entries were."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment

import numpy as np

from sourcead.rules.registry import adjoint
from sourcead.runtime import cast, diag_adjoint, diagonal_adjoint, kron_left, kron_right, trace_adjoint, unbroadcast


@adjoint(np.tril)
def _(g, y, m, *, k=0):
    return unbroadcast(np.tril(g, k), m)


@adjoint(np.triu)
def _(g, y, m, *, k=0):
    return unbroadcast(np.triu(g, k), m)


@adjoint(np.diag)
def _(g, y, v, *, k=0):
    return diag_adjoint(g, v, k)


@adjoint(np.diagonal)
def _(g, y, a, *, offset=0, axis1=0, axis2=1):
    return diagonal_adjoint(g, a, offset, axis1, axis2)


@adjoint(np.diagflat)
def _(g, y, v, *, k=0):
    return np.reshape(np.diagonal(g, k), np.shape(v))


@adjoint(np.trace)
def _(g, y, a, *, offset=0, axis1=0, axis2=1):
    return cast(trace_adjoint(g, a, offset, axis1, axis2), a)


@adjoint(np.kron)
def _(g, y, a, b):
    return kron_left(g, a, b), kron_right(g, a, b)
