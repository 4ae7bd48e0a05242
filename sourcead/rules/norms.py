"""Adjoints of norms and of the condition number."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.conjugation import named, with_conjugates
from sourcead.rules.registry import adjoint
from sourcead.runtime import cond_adjoint, matrix_norm_adjoint, norm_of_either, vector_norm_adjoint

with_conjugates(*named(np.linalg, "norm vector_norm matrix_norm cond"))


@adjoint(np.linalg.norm)
def _(g, y, x, *, ord=None, axis=None, keepdims=False):
    return norm_of_either(g, y, x, ord, axis, keepdims)


@adjoint(np.linalg.vector_norm)
def _(g, y, x, *, axis=None, keepdims=False, ord=2):
    return vector_norm_adjoint(g, y, x, ord, axis, keepdims)


@adjoint(np.linalg.matrix_norm)
def _(g, y, x, *, keepdims=False, ord="fro"):
    return matrix_norm_adjoint(g, y, x, ord, (-2, -1), keepdims)


@adjoint(np.linalg.cond)
def _(g, y, x, *, p=None):
    return cond_adjoint(g, y, x, p)
