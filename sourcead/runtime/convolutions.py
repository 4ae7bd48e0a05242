"""Adjoints of convolutions, correlations and cross products."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import unbroadcast


def whole_convolution(g, n, m, mode):
    """The cotangent of the whole convolution of n and m entries, from that of the part that the mode leaves."""
    if mode == "full":
        return g
    lost = np.minimum(n, m) - 1
    before = lost if mode == "valid" else lost // 2
    after = n + m - 1 - before - np.size(g)
    return np.concatenate((np.zeros(before, g.dtype), g, np.zeros(after, g.dtype)))


def whole_correlation(g, n, m, mode):
    """The cotangent of the whole correlation of n and m entries, from that of the part that the mode leaves: of the
    middle, which is counted from the other end where the second sequence is the longer."""
    if mode == "full":
        return g
    lost = np.minimum(n, m) - 1
    before = lost if mode == "valid" else (lost + (n < m)) // 2
    after = n + m - 1 - before - np.size(g)
    return np.concatenate((np.zeros(before, g.dtype), g, np.zeros(after, g.dtype)))


def cross_adjoint(g, x, y, axisa, axisb, axisc):
    """The cotangent of x from that of x * y, the cross product: y * g."""
    if axisa == axisb == axisc == -1:
        return unbroadcast(np.cross(y, g), x)
    ahead = unbroadcast(np.cross(y, g, axisa=axisb, axisb=axisc), np.moveaxis(x, axisa, -1))
    return np.moveaxis(ahead, -1, axisa)
