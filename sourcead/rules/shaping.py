"""Adjoints of the primitives that arrange entries anew: the same entries, arranged back."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.primitives.shaping import flat_copy
from sourcead.rules.registry import adjoint
from sourcead.runtime import inverse_axes, unbroadcast


@adjoint(np.transpose)
def _(g, y, x, *, axes=None):
    if axes is None:
        return np.transpose(g)
    return np.transpose(g, inverse_axes(axes))


@adjoint(np.swapaxes)
def _(g, y, x, *, axis1, axis2):
    return np.swapaxes(g, axis1, axis2)


@adjoint(np.moveaxis)
def _(g, y, x, *, source, destination):
    return np.moveaxis(g, destination, source)


@adjoint(np.squeeze)
def _(g, y, x, *, axis=None):
    return np.reshape(g, np.shape(x))


@adjoint(np.expand_dims)
def _(g, y, x, *, axis):
    return np.squeeze(g, axis)


@adjoint(np.reshape)
def _(g, y, x, shape, *, order="C"):
    if order == "C":
        return np.reshape(g, np.shape(x)), None
    return np.reshape(g, np.shape(x), order), None


@adjoint(np.ravel, flat_copy)
def _(g, y, x, *, order="C"):
    if order == "C":
        return np.reshape(g, np.shape(x))
    return np.reshape(g, np.shape(x), order)


@adjoint(np.broadcast_to)
def _(g, y, x, shape):
    return unbroadcast(g, x), None
