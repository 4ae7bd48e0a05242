"""Adjoints of running sums and products, and of differences of neighbours."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.joined import cut
from sourcead.runtime.reductions import total


def backwards(g, axis):
    """g from its end along axis."""
    if axis == 0:
        return g[::-1]
    if axis == 1:
        return g[:, ::-1]
    if axis == -1:
        return g[..., ::-1]
    return np.moveaxis(np.moveaxis(g, axis, 0)[::-1], 0, axis)


def cumsum_adjoint(g, x, axis):
    """The cotangent of x from that of its running sums: running sums from the end."""
    if np.ndim(x) == 1:
        return np.cumsum(g[::-1])[::-1]
    if axis is None or np.ndim(x) == 0:
        return np.reshape(np.cumsum(g[::-1])[::-1], np.shape(x))
    return backwards(np.cumsum(backwards(g, axis), axis=axis), axis)


def cumprod_adjoint(g, x, axis):
    """The cotangent of x from that of its running products: exact also where some are zero."""
    if np.ndim(x) == 1:
        return cumprod_along_first(g, x)
    if axis is None or np.ndim(x) == 0:
        return np.reshape(cumprod_along_first(g, np.ravel(x)), np.shape(x))
    if axis == 0:
        return cumprod_along_first(g, x)
    return np.moveaxis(cumprod_along_first(np.moveaxis(g, axis, 0), np.moveaxis(x, axis, 0)), 0, axis)


def cumprod_along_first(g, x):
    """The cotangent of x from that of its running products along the first axis."""
    before = np.cumprod(np.concatenate((np.ones_like(x[:1]), x[:-1])), axis=0)
    rest = g.copy()
    for k in range(len(x) - 2, -1, -1):
        rest[k] += x[k + 1] * rest[k + 1]
    return before * rest


def cumprod_tangent(t, x, axis):
    """The tangent of the running products of x: exact also where some are zero."""
    if axis is None or np.ndim(x) == 0:
        return cumprod_tangent_along_first(np.ravel(t), np.ravel(x))
    if axis == 0:
        return cumprod_tangent_along_first(t, x)
    return np.moveaxis(cumprod_tangent_along_first(np.moveaxis(t, axis, 0), np.moveaxis(x, axis, 0)), 0, axis)


def cumprod_tangent_along_first(t, x):
    """The tangent of the running products of x along the first axis."""
    before = np.cumprod(np.concatenate((np.ones_like(x[:1]), x[:-1])), axis=0)
    whole = before * t
    for k in range(1, len(x)):
        whole[k] += x[k] * whole[k - 1]
    return whole


def neighbours_adjoint(right, left, x, axis):
    """The cotangent of x from those of x[1:] and x[:-1] along axis."""
    if np.ndim(x) > 1 and axis not in (0, 1, -1):
        ahead = np.moveaxis(right, axis, 0), np.moveaxis(left, axis, 0), np.moveaxis(x, axis, 0)
        return np.moveaxis(first_neighbours_adjoint(*ahead), 0, axis)
    if np.ndim(x) == 1 or axis == 0:
        return first_neighbours_adjoint(right, left, x)
    dx = np.zeros_like(x)
    if axis == 1:
        dx[:, 1:] += right
        dx[:, :-1] += left
    else:
        dx[..., 1:] += right
        dx[..., :-1] += left
    return dx


def first_neighbours_adjoint(right, left, x):
    """The cotangent of x from those of x[1:] and x[:-1]."""
    dx = np.zeros_like(x)
    dx[1:] += right
    dx[:-1] += left
    return dx


def diff_adjoint(g, x, n, axis):
    """The cotangent of x from that of its n-th differences along axis."""
    if n == 1:
        return neighbours_adjoint(g, -g, x, axis)
    if n == 2:
        inner = neighbours_adjoint(g, -g, cut(x, 1, None, axis), axis)
        return neighbours_adjoint(inner, -inner, x, axis)
    return repeated_diff_adjoint(g, x, n, axis)


def repeated_diff_adjoint(g, x, n, axis):
    """The cotangent of x from that of its n-th differences along axis, one difference after another."""
    for k in range(n - 1, -1, -1):
        g = neighbours_adjoint(g, -g, cut(x, k, None, axis), axis)
    return g


def flat_diff_adjoint(g, x):
    """The cotangent of x from that of the differences of its entries in order."""
    return np.reshape(neighbours_adjoint(g, -g, np.ravel(x), 0), np.shape(x))


def widened(part, a, axis):
    """What `np.diff` joins to a along axis: of a number one slice."""
    if np.ndim(part) > 0:
        return part
    if np.ndim(a) == 1:
        return np.reshape(part, (1,))
    return np.zeros_like(np.sum(a, axis=axis, keepdims=True))


def narrowed(g, part):
    """The cotangent of what was joined to an array as g's slices: the sum for a number."""
    if np.ndim(part) == 0:
        return total(g)
    return g


def slices_of(part, axis):
    """How many slices along axis an array has that is joined to another; a number is one."""
    if np.ndim(part) == 0:
        return 1
    return np.shape(part)[axis]


def joined_ends(a, prepend, append, axis):
    """What `np.diff` takes the differences of; where a number is joined to several axes, zeros stand for it."""
    if append is None:
        return np.concatenate((widened(prepend, a, axis), a), axis=axis)
    if prepend is None:
        return np.concatenate((a, widened(append, a, axis)), axis=axis)
    return np.concatenate((widened(prepend, a, axis), a, widened(append, a, axis)), axis=axis)
