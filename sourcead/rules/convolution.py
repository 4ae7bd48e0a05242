"""Adjoints of products of sequences: each factor's is the correlation of the cotangent with the other."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment

import numpy as np

from sourcead.rules.registry import adjoint
from sourcead.runtime import cross_left, cross_right, flat, like, whole_convolution, whole_correlation


@adjoint(np.convolve)
def _(g, y, a, v, *, mode="full"):
    whole = whole_convolution(g, np.size(a), np.size(v), mode)
    return (
        like(np.correlate(whole, flat(v), mode="valid"), a),
        like(np.correlate(whole, flat(a), mode="valid"), v),
    )


@adjoint(np.correlate)
def _(g, y, a, v, *, mode="valid"):
    whole = whole_correlation(g, np.size(a), np.size(v), mode)
    return np.convolve(whole, v, mode="valid"), np.correlate(whole, a, mode="valid")[::-1]


@adjoint(np.cross)
def _(g, y, a, b, *, axisa=-1, axisb=-1, axisc=-1, axis=None):
    if axis is not None:
        return cross_left(g, a, b, axis, axis, axis), cross_right(g, a, b, axis, axis, axis)
    return cross_left(g, a, b, axisa, axisb, axisc), cross_right(g, a, b, axisa, axisb, axisc)
