"""Rules of convolution and correlation: each is the other's transpose.

    y = a * b in full:    da = the correlation of dy with b,    db = the correlation of dy with a,    where both overlap

The modes "same" and "valid" return a part of the whole: its cotangent is 0 around that part.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np
import scipy.signal

from sourcead.rules.registry import adjoint


def whole(g, a, b, mode):
    """The cotangent of the whole from that of the part that a mode returns."""
    if mode == "full":
        return g
    if np.ndim(a) == 1:
        return surrounded(g, start(len(a), len(b), mode), len(a) + len(b) - 1)
    rows = surrounded(g, start(np.shape(a)[0], np.shape(b)[0], mode), np.shape(a)[0] + np.shape(b)[0] - 1)
    return surrounded(rows.T, start(np.shape(a)[1], np.shape(b)[1], mode), np.shape(a)[1] + np.shape(b)[1] - 1).T


def start(n, m, mode):
    """Where the part begins in the whole; "same, late" is what `correlate2d` makes of "same"."""
    if mode == "valid":
        return min(n, m) - 1
    return (m - 1) // 2 if mode == "same" else m // 2


def surrounded(g, before, size):
    """g with zeros before and behind it, along the first axis."""
    rest = np.shape(g)[1:]
    above, below = np.zeros((before, *rest), g.dtype), np.zeros((size - before - len(g), *rest), g.dtype)
    return np.concatenate((above, g, below))


def mirrored(a):
    """An array from its end to its beginning, along all axes."""
    return a[::-1] if np.ndim(a) == 1 else a[::-1, ::-1]


@adjoint(scipy.signal.convolve)
def _(g, y, in1, in2, *, mode="full", method="auto"):
    g = whole(g, in1, in2, mode)
    return scipy.signal.correlate(g, in2, mode="valid"), scipy.signal.correlate(g, in1, mode="valid")


@adjoint(scipy.signal.fftconvolve, scipy.signal.oaconvolve)
def _(g, y, in1, in2, *, mode="full"):
    g = whole(g, in1, in2, mode)
    return (
        scipy.signal.fftconvolve(g, mirrored(in2), mode="valid"),
        scipy.signal.fftconvolve(g, mirrored(in1), mode="valid"),
    )


@adjoint(scipy.signal.convolve2d)
def _(g, y, in1, in2, *, mode="full"):
    g = whole(g, in1, in2, mode)
    return scipy.signal.correlate2d(g, in2, mode="valid"), scipy.signal.correlate2d(g, in1, mode="valid")


@adjoint(scipy.signal.correlate)
def _(g, y, in1, in2, *, mode="full", method="auto"):
    g = whole(g, in1, in2, mode)
    return scipy.signal.convolve(g, in2, mode="valid"), mirrored(scipy.signal.correlate(g, in1, mode="valid"))


@adjoint(scipy.signal.correlate2d)
def _(g, y, in1, in2, *, mode="full"):
    g = whole(g, in1, in2, "same, late" if mode == "same" else mode)
    return scipy.signal.convolve2d(g, in2, mode="valid"), mirrored(scipy.signal.correlate2d(g, in1, mode="valid"))
