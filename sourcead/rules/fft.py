"""Rules of the discrete Fourier transforms. With F the matrix of the transform and g a cotangent,

    y = F x         dx = conj(F).T g         which is the inverse transform without its factor

A transform of real numbers leaves out half of the frequencies, which are the conjugates of the others: going back, each
that stands for two counts twice.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment

from __future__ import annotations

import numpy as np

from sourcead.rules.facts import as_long, given, known_rank
from sourcead.rules.registry import adjoint
from sourcead.runtime import fitted, fitted_along, inside_twice, unstack_like, with_length


def dual(norm):
    """The factor of the transform back that makes it the adjoint."""
    if norm == "ortho":
        return "ortho"
    if norm == "forward":
        return "backward"
    return "forward"


def pair(axes):
    """The two axes of a transform in two dimensions."""
    if axes is None:
        return (-2, -1)
    return axes


def last_of(axes):
    """The last of the axes that are transformed."""
    if axes is None:
        return -1
    return axes[-1]


def axes_of(x):
    """All axes of an array of known rank."""
    axes = ()
    for k, _ in enumerate(np.shape(x)):
        axes += (k,)
    return axes


def lengths(x, axes):
    """The sizes of x along these axes."""
    sizes = ()
    for k in axes:
        sizes += (np.shape(x)[k],)
    return sizes


def as_before(g, x, axis):
    """g with as many entries along an axis as x has."""
    if as_long(g, x, axis):
        return g
    return fitted(g, x, axis)


@adjoint(np.fft.fft)
def _(g, y, x, n=None, *, axis=-1, norm=None):
    if given(n):
        return as_before(np.fft.ifft(g, axis=axis, norm=dual(norm)), x, axis), None
    return np.fft.ifft(g, axis=axis, norm=dual(norm))


@adjoint(np.fft.ifft)
def _(g, y, x, n=None, *, axis=-1, norm=None):
    if given(n):
        return as_before(np.fft.fft(g, axis=axis, norm=dual(norm)), x, axis), None
    return np.fft.fft(g, axis=axis, norm=dual(norm))


@adjoint(np.fft.rfft)
def _(g, y, x, n=None, *, axis=-1, norm=None):
    if given(n):
        return as_before(np.fft.ifft(g, n, axis=axis, norm=dual(norm)).real, x, axis), None
    return np.fft.ifft(g, np.shape(x)[axis], axis=axis, norm=dual(norm)).real


@adjoint(np.fft.irfft)
def _(g, y, x, n=None, *, axis=-1, norm=None):
    whole = inside_twice(np.fft.rfft(g, axis=axis, norm=dual(norm)), np.shape(y)[axis], axis)
    if given(n):
        return as_before(whole, x, axis), None
    return whole


@adjoint(np.fft.hfft)
def _(g, y, x, n=None, *, axis=-1, norm=None):
    whole = np.conj(inside_twice(np.fft.rfft(g, axis=axis, norm=norm), np.shape(y)[axis], axis))
    if given(n):
        return as_before(whole, x, axis), None
    return whole


@adjoint(np.fft.ihfft)
def _(g, y, x, n=None, *, axis=-1, norm=None):
    if given(n):
        return as_before(np.fft.ifft(np.conj(g), n, axis=axis, norm=norm).real, x, axis), None
    return np.fft.ifft(np.conj(g), np.shape(x)[axis], axis=axis, norm=norm).real


@adjoint(np.fft.fftn)
def _(g, y, x, s=None, *, axes=None, norm=None):
    if given(s):
        return fitted_along(np.fft.ifftn(g, axes=axes, norm=dual(norm)), x, axes), None
    return np.fft.ifftn(g, axes=axes, norm=dual(norm))


@adjoint(np.fft.ifftn)
def _(g, y, x, s=None, *, axes=None, norm=None):
    if given(s):
        return fitted_along(np.fft.fftn(g, axes=axes, norm=dual(norm)), x, axes), None
    return np.fft.fftn(g, axes=axes, norm=dual(norm))


@adjoint(np.fft.fft2)
def _(g, y, x, s=None, *, axes=None, norm=None):
    axes = pair(axes)
    if given(s):
        return fitted_along(np.fft.ifft2(g, axes=axes, norm=dual(norm)), x, axes), None
    return np.fft.ifft2(g, axes=axes, norm=dual(norm))


@adjoint(np.fft.ifft2)
def _(g, y, x, s=None, *, axes=None, norm=None):
    axes = pair(axes)
    if given(s):
        return fitted_along(np.fft.fft2(g, axes=axes, norm=dual(norm)), x, axes), None
    return np.fft.fft2(g, axes=axes, norm=dual(norm))


@adjoint(np.fft.rfftn, containers=True)
def _(g, y, x, s=None, *, axes=None, norm=None):
    if axes is None and not known_rank(x):
        return np.fft.ifftn(with_length(g, np.shape(x)[-1], -1), norm=dual(norm)).real
    if axes is None:
        axes = axes_of(x)
    if given(s):
        return unstack_like(fitted_along(np.fft.ifftn(g, s, axes=axes, norm=dual(norm)).real, x, axes), x), None
    return unstack_like(np.fft.ifftn(g, lengths(x, axes), axes=axes, norm=dual(norm)).real, x)


@adjoint(np.fft.rfft2, containers=True)
def _(g, y, x, s=None, *, axes=None, norm=None):
    axes = pair(axes)
    if given(s):
        return unstack_like(fitted_along(np.fft.ifft2(g, s, axes=axes, norm=dual(norm)).real, x, axes), x), None
    return unstack_like(np.fft.ifft2(g, lengths(x, axes), axes=axes, norm=dual(norm)).real, x)


@adjoint(np.fft.irfftn)
def _(g, y, x, s=None, *, axes=None, norm=None):
    last = last_of(axes)
    whole = inside_twice(np.fft.rfftn(g, axes=axes, norm=dual(norm)), np.shape(y)[last], last)
    if given(s):
        return fitted_along(whole, x, axes), None
    return whole


@adjoint(np.fft.irfft2)
def _(g, y, x, s=None, *, axes=None, norm=None):
    axes = pair(axes)
    last = last_of(axes)
    whole = inside_twice(np.fft.rfft2(g, axes=axes, norm=dual(norm)), np.shape(y)[last], last)
    if given(s):
        return fitted_along(whole, x, axes), None
    return whole


@adjoint(np.fft.fftshift)
def _(g, y, x, *, axes=None):
    return np.fft.ifftshift(g, axes=axes)


@adjoint(np.fft.ifftshift)
def _(g, y, x, *, axes=None):
    return np.fft.fftshift(g, axes=axes)


@adjoint(np.fft.fftfreq, np.fft.rfftfreq)
def _(g, y, n, d=None):
    if given(d):
        return None, -np.sum(g * y) / d
    return None
