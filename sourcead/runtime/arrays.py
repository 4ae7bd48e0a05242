"""Shape and dtype of a cotangent: what broadcasting and reducing did to an argument is undone here."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np


def cast(g, x):
    """g in the dtype of x; a Python number where x is one, so that it widens nothing."""
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    if type(x) in (int, float, complex):
        return np.asarray(g).item()
    if isinstance(x, (np.generic, np.ndarray)) and np.issubdtype(x.dtype, np.inexact):
        return np.asarray(g, x.dtype)[()]
    return g


def conjugated(x):
    """The complex conjugate, where x is complex."""
    if np.iscomplexobj(x):
        return np.conj(x)
    return x


def real_like(g, x):
    """The real part of g, where x is real."""
    if np.iscomplexobj(g) and isinstance(x, (int, float, np.generic, np.ndarray)) and not np.iscomplexobj(x):
        return np.real(g)
    return g


def stretched(t, y):
    """The tangent t in the shape of the result y that it belongs to."""
    return t if np.shape(t) == np.shape(y) else np.broadcast_to(t, np.shape(y))


def unbroadcast(g, x):
    """Sum g over the axes along which x was broadcast; the result has the shape and dtype of x."""
    shape = np.shape(x)
    if np.shape(g) == shape:
        return cast(g, x)
    g = np.broadcast_to(g, np.broadcast_shapes(np.shape(g), shape))
    lead = np.ndim(g) - len(shape)
    ones = tuple(lead + k for k, n in enumerate(shape) if n == 1 and np.shape(g)[lead + k] != 1)
    return cast(np.reshape(np.sum(g, axis=tuple(range(lead)) + ones), shape), x)


def restore(y, axis, keepdims):
    """The result of a reduction with the reduced axes put back, of size 1, as far as broadcasting needs them."""
    if axis is None or keepdims or axis == 0 or np.ndim(y) == 0:  # leading axes come back by themselves
        return y
    return np.expand_dims(y, axis)


def unreduce(g, x, axis, keepdims):
    """Repeat the cotangent of a reduction of x along the axes that were reduced."""
    if np.ndim(x) == 0:
        return g
    return np.broadcast_to(restore(g, axis, keepdims), np.shape(x))


def count(x, axis):
    """How many entries of x go into one entry of a reduction over axis."""
    if axis is None:
        return np.size(x)
    if np.ndim(x) == 0:
        return 1
    if axis == ():
        return 1
    if isinstance(axis, tuple):
        n = np.shape(x)[axis[0]]
        for k in axis[1:]:
            n = n * np.shape(x)[k]
        return n
    return np.shape(x)[axis]


def inverse_axes(axes):
    """The axes that undo a transpose by axes."""
    if isinstance(axes, int):
        return (0,)
    inverse = ()
    for k, _ in enumerate(axes):
        for j, axis in enumerate(axes):
            if axis % len(axes) == k:
                inverse += (j,)
    return inverse
