"""Adjoints of products of vectors and matrices, and of norms."""

# mypy: allow-untyped-defs, allow-untyped-calls

import operator

import numpy as np

from sourcead.rules.registry import adjoint
from sourcead.runtime import (
    dot_left,
    dot_right,
    extreme_adjoint,
    matmul_left,
    matmul_right,
    norm_adjoint,
    outer_left,
    outer_right,
    restore,
)


@adjoint(operator.matmul)
def _(g, y, a, b):
    return matmul_left(g, a, b), matmul_right(g, a, b)


@adjoint(np.dot)
def _(g, y, a, b):
    return dot_left(g, a, b), dot_right(g, a, b)


@adjoint(np.outer)
def _(g, y, a, b):
    return outer_left(g, a, b), outer_right(g, a, b)


@adjoint(np.linalg.norm)
def _(g, y, x, *, ord=None, axis=None, keepdims=False):
    if ord == 1:
        return restore(g, axis, keepdims) * np.sign(x)
    if ord is None or ord == 2 or ord == "fro":
        return norm_adjoint(g, y, x, axis, keepdims)
    return extreme_adjoint(g, y, np.abs(x), axis, keepdims) * np.sign(x)
