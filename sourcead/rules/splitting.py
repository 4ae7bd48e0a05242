"""Adjoints of the primitives that cut an array: the cotangents of the pieces are joined again."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.registry import adjoint
from sourcead.runtime import filled, joined_columns


@adjoint(np.split, np.array_split)
def _(g, y, x, places, *, axis=0):
    return np.concatenate(filled(g, y), axis), None


@adjoint(np.vsplit)
def _(g, y, x, places):
    return np.concatenate(filled(g, y)), None


@adjoint(np.hsplit)
def _(g, y, x, places):
    return joined_columns(filled(g, y), x), None


@adjoint(np.dsplit)
def _(g, y, x, places):
    return np.concatenate(filled(g, y), 2), None


if hasattr(np, "unstack"):

    @adjoint(np.unstack)
    def _(g, y, x, *, axis=0):
        return np.stack(filled(g, y), axis)
