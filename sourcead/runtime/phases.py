"""Phases of complex vectors. An eigenvector times exp(1j * t) is one, too: LAPACK chooses the phase so that one entry
is real, and the derivative holds that entry real: so it is that of what NumPy computes, also where a function depends
on the phase. Where no such entry is found, the vector does not turn along itself: this is right for every function
that does not depend on phases.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np


def of_fixed_phase(g, v, row):
    """The cotangent of unit vectors, the columns of v, of which the entries in a row are held real."""
    turning = np.sum(np.conj(v) * g, axis=-2, keepdims=True).imag
    here = np.expand_dims(np.arange(np.shape(v)[-2]) == row, -1)
    return g - 1j * turning * held_entries(v, here, 1)


def of_shared_phase(g, both, m, n):
    """The cotangent of pairs of singular vectors, the columns of u (m rows) above those of v (n rows), which share
    their phases: the first entry of the one on the shorter side is held real."""
    turning = np.sum(np.conj(both) * g, axis=-2, keepdims=True).imag
    here = np.expand_dims(np.arange(m + n) == np.where(m >= n, m, 0), -1)
    return g - 1j * turning * held_entries(both, here, 2)


def held_entries(v, here, square):
    """What the phases of the columns of v, of this squared length, are held against: the entries here, one in each,
    over their value; the column itself over its squared length where that entry is not real, or nearly 0."""
    eps = float(np.finfo(v.dtype).eps)
    entry = np.sum(np.where(here, v, 0), axis=-2, keepdims=True)
    held = (np.abs(entry.imag) <= 64 * eps) & (np.abs(entry.real) > eps**0.5)
    return np.where(held, here / np.where(held, entry.real, 1), v / square)
