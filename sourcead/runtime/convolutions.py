"""Adjoints of convolutions, correlations and cross products."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import unbroadcast


def flat(x):
    """The entries of x in one line."""
    if np.ndim(x) == 1:
        return x
    return np.ravel(x)


def like(g, x):
    """A line of entries in the shape of x."""
    if np.ndim(x) == 1:
        return g
    return np.reshape(g, np.shape(x))


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


def cross_left(g, a, b, axisa, axisb, axisc):
    """The cotangent of a from that of its cross product with b: the cross product of b and g."""
    if axisa == axisb == axisc == -1:
        return unbroadcast(np.cross(b, g), a)
    return np.moveaxis(unbroadcast(np.cross(b, g, axisa=axisb, axisb=axisc), np.moveaxis(a, axisa, -1)), -1, axisa)


def cross_right(g, a, b, axisa, axisb, axisc):
    """The cotangent of b from that of the cross product of a with it: the cross product of g and a."""
    if axisa == axisb == axisc == -1:
        return unbroadcast(np.cross(g, a), b)
    return np.moveaxis(unbroadcast(np.cross(g, a, axisa=axisc, axisb=axisa), np.moveaxis(b, axisb, -1)), -1, axisb)
