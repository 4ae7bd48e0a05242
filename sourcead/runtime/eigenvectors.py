"""Adjoints of the eigenvalues and eigenvectors of general matrices, which may be complex, of one or of a stack of them.

Where eigenvalues are equal their vectors are not determined: what depends on them is nan there, and so is everything
where there are fewer eigenvectors than eigenvalues.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import conjugated
from sourcead.runtime.decompositions import differences
from sourcead.runtime.matrices import adjoined, each
from sourcead.runtime.phases import held_entries


def spectrum_adjoint(g, v):
    """The cotangent of a matrix from that of its eigenvalues, v its eigenvectors."""
    vh = adjoined(independent(v))
    return np.linalg.solve(vh, np.expand_dims(g, -1) * vh)


def directions_adjoint(g, w, v):
    """The cotangent of a matrix from that of its eigenvectors v, w its eigenvalues."""
    vh = adjoined(independent(v))
    here = np.eye(np.shape(w)[-1], dtype=bool)
    gaps = differences(w)
    rates = np.where(gaps == 0, np.nan, 1 / np.where(gaps == 0, 1, gaps))
    inner = vh @ of_unit_vectors(g, v) * conjugated(np.where(here, 0, rates))
    return np.linalg.solve(vh, inner @ vh)


def of_unit_vectors(g, v):
    """The cotangent of eigenvectors as far as it may move them: they are of length 1, and the phase of a complex one
    is such that its largest entry is real."""
    along = np.sum(conjugated(v) * g, axis=-2, keepdims=True)
    if np.iscomplexobj(v):
        order = np.argsort(np.where(v.imag == 0, np.abs(v), 0), axis=-2)
        here = np.expand_dims(np.arange(np.shape(v)[-2]), -1) == order[..., -1:, :]
        return g - along.real * v - 1j * along.imag * held_entries(v, here, 1)
    return g - along * v


def independent(v):
    """The eigenvectors v; nan where they are dependent, where np.linalg.solve would raise."""
    return np.where(each(np.linalg.slogdet(v)[0] != 0), v, np.nan)


def in_order_of(g, y, w):
    """The cotangent of the eigenvalues w from that of the same ones y, which were found without vectors; nan where
    they come in another order."""
    largest = np.max(np.abs(w), axis=-1, keepdims=True, initial=0)
    return np.where(np.abs(w - y) <= 1e-3 * largest, g, np.nan)
