"""Adjoints of the primitives that take entries or choose among arrays: what was not taken contributes exactly 0."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment

import numpy as np

from sourcead.primitives.indexing import compress_method
from sourcead.rules.registry import adjoint
from sourcead.runtime import (
    contained_like,
    gather_adjoint,
    index_of_mode,
    kept_adjoint,
    positions,
    size_along,
    take_adjoint,
    unbroadcast,
)


@adjoint(np.take, containers=True)
def _(g, y, x, indices, *, axis=None, mode="raise"):
    return take_adjoint(g, x, index_of_mode(indices, size_along(x, axis), mode), axis), None


@adjoint(np.take_along_axis)
def _(g, y, x, indices, *, axis=-1):
    if axis is None or np.ndim(x) == 1:
        return gather_adjoint(g, x, indices), None
    return gather_adjoint(g, x, np.take_along_axis(positions(x), indices, axis)), None


@adjoint(np.compress)
def _(g, y, condition, x, *, axis=None):
    return None, kept_adjoint(g, x, np.flatnonzero(condition), axis)


@adjoint(compress_method)
def _(g, y, x, condition, *, axis=None):
    return kept_adjoint(g, x, np.flatnonzero(condition), axis), None


@adjoint(np.extract)
def _(g, y, condition, x):
    return None, kept_adjoint(g, x, np.flatnonzero(condition), None)


@adjoint(np.select, containers=True)
def _(g, y, conditions, choices, default=0):
    pieces = ()
    rest = g
    for k, choice in enumerate(choices):
        pieces += (unbroadcast(np.where(conditions[k], rest, 0), choice),)
        rest = np.where(conditions[k], 0, rest)
    return None, contained_like(choices, pieces), unbroadcast(rest, default)


@adjoint(np.choose, containers=True)
def _(g, y, a, choices, *, mode="raise"):
    index = index_of_mode(a, len(choices), mode)
    if isinstance(choices, np.ndarray) and np.ndim(choices) == np.ndim(g) + 1:
        chosen = np.moveaxis(np.expand_dims(index, -1) == np.arange(len(choices)), -1, 0)
        return None, unbroadcast(np.where(chosen, g, 0), choices)
    pieces = ()
    for k, choice in enumerate(choices):
        pieces += (unbroadcast(np.where(index == k, g, 0), choice),)
    return None, contained_like(choices, pieces)
