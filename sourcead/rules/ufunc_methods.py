"""Adjoints of the methods of ufuncs that are no reductions of another name."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.registry import adjoint
from sourcead.runtime import logsumexp_adjoint, norm_adjoint, running_extreme_adjoint


@adjoint(np.logaddexp.reduce)
def _(g, y, x, *, axis=0, keepdims=False):
    return logsumexp_adjoint(g, y, x, axis, keepdims)


@adjoint(np.hypot.reduce)
def _(g, y, x, *, axis=0, keepdims=False):
    return norm_adjoint(g, y, x, axis, keepdims)


@adjoint(np.maximum.accumulate, np.minimum.accumulate)
def _(g, y, x, *, axis=0):
    return running_extreme_adjoint(g, y, axis)
