"""Adjoints of putting entries in or leaving them out: what stayed, and what was put in, each get their own."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from sourcead.rules.registry import adjoint
from sourcead.runtime import inserted_adjoint, kept_adjoint, places_of_insertion, size_along


@adjoint(np.delete, containers=True)
def _(g, y, x, obj, *, axis=None):
    return kept_adjoint(g, x, np.delete(np.arange(size_along(x, axis)), obj), axis), None


@adjoint(np.insert)
def _(g, y, x, obj, values, *, axis=None):
    places = places_of_insertion(y, x, obj, axis)
    return np.reshape(np.delete(g, places, axis), np.shape(x)), None, inserted_adjoint(g, obj, values, places, axis)
