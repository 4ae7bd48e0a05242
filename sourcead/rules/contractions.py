"""Adjoints of contractions: each factor's is a contraction of the cotangent with the others."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment

import operator

import numpy as np

from sourcead.primitives.contractions import rearranged, summed_products
from sourcead.rules.conjugation import holomorphic, named, with_conjugates
from sourcead.rules.facts import absent
from sourcead.rules.registry import adjoint, tangent
from sourcead.runtime import (
    conjugated,
    dot_left,
    dot_right,
    einsum_adjoint,
    inner_left,
    inner_right,
    matmul_left,
    matmul_right,
    matvec_left,
    matvec_right,
    outer_left,
    outer_right,
    tensordot_left,
    tensordot_right,
    vdot_other,
    vecdot_left,
    vecmat_left,
    vecmat_right,
)

holomorphic(summed_products, *named(np, "matvec"))
with_conjugates(*named(np, "vdot vecdot vecmat"), np.linalg.vecdot)


@adjoint(operator.matmul)
def _(g, y, a, b):
    return matmul_left(g, a, b), matmul_right(g, a, b)


@adjoint(np.dot)
def _(g, y, a, b):
    return dot_left(g, a, b), dot_right(g, a, b)


@adjoint(np.inner)
def _(g, y, a, b):
    return inner_left(g, a, b), inner_right(g, a, b)


@adjoint(np.vdot)
def _(g, y, a, b):
    return vdot_other(conjugated(g), a, b), vdot_other(g, b, a)


@adjoint(np.outer)
def _(g, y, a, b):
    return outer_left(g, a, b), outer_right(g, a, b)


@adjoint(np.tensordot)
def _(g, y, a, b, *, axes=2):
    return tensordot_left(g, a, b, axes), tensordot_right(g, a, b, axes)


@adjoint(np.linalg.vecdot)
def _(g, y, a, b, *, axis=-1):
    return vecdot_left(conjugated(g), a, b, axis), vecdot_left(g, b, a, axis)


if hasattr(np, "matvec"):  # since NumPy 2.2

    @adjoint(np.matvec)
    def _(g, y, a, b):
        return matvec_left(g, a, b), matvec_right(g, a, b)

    @adjoint(np.vecmat)
    def _(g, y, a, b):
        return vecmat_left(conjugated(g), a, b), vecmat_right(g, a, b)


@adjoint(summed_products, rearranged)
def _(g, y, *operands, subscripts, optimize=False):
    cotangents = ()
    for k, _ in enumerate(operands):
        cotangents += (einsum_adjoint(g, operands, k, subscripts, optimize),)
    return cotangents


@tangent(summed_products)
def _(t, y, *operands, subscripts, optimize=False):
    total = 0.0
    for k, change in enumerate(t):
        if not absent(change):
            factors = ()
            for j, x in enumerate(operands):
                factors += (change if j == k else x,)
            total = total + np.einsum(subscripts, *factors, optimize=optimize)
    return total
