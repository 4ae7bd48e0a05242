"""Cotangents of the parts that an array was joined from."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np


def split_like(g, arrays, axis):
    """Cut g along axis into pieces with the shapes of the arrays that were joined there, in a container like theirs."""
    pieces = ()
    start = 0
    for i, a in enumerate(arrays):
        stop = start + part_length(g, a, axis) if i < len(arrays) - 1 else None
        pieces += (part(g, a, start, stop, axis),)
        start = stop
    return contained_like(arrays, pieces)


def contained_like(arrays, pieces):
    """Pieces in a container like that of the arrays: a tuple, a list, or the rows of one array."""
    if isinstance(arrays, tuple):
        return pieces
    if isinstance(arrays, list):
        return list(pieces)
    return np.reshape(np.stack(pieces), np.shape(arrays))


def hsplit_like(g, arrays):
    """Cut g into pieces with the shapes of the arrays that `np.hstack` joined."""
    if np.ndim(g) == 1:
        return split_like(g, arrays, 0)
    return split_like(g, arrays, 1)


def part_length(g, a, axis):
    """How many entries along axis the part a has in the joined array g: 1 where joining made that axis."""
    if np.ndim(a) == 0:
        return 1
    if np.ndim(g) == 1:
        return np.size(a)
    if np.ndim(a) == np.ndim(g):
        return np.shape(a)[axis]
    return 1


def part(g, a, start, stop, axis):
    """The entries of the joined array g that the part a became, in a's shape."""
    if np.ndim(a) == np.ndim(g):
        return cut(g, start, stop, axis)
    if np.ndim(a) == np.ndim(g) - 1:
        return pick(g, start, axis)
    return np.reshape(cut(g, start, stop, axis), np.shape(a))


def pick(g, index, axis):
    """The entries of g at one index along axis."""
    if axis == 0:
        return g[index]
    if axis == 1:
        return g[:, index]
    if axis == -1:
        return g[..., index]
    return np.moveaxis(g, axis, 0)[index]


def cut(g, start, stop, axis):
    """The entries of g from start to stop along axis."""
    if axis == 0:
        return g[start:stop]
    if axis == 1:
        return g[:, start:stop]
    if axis == -1:
        return g[..., start:stop]
    return np.moveaxis(np.moveaxis(g, axis, 0)[start:stop], 0, axis)


def unstack_like(g, x):
    """The cotangent of the nested lists x from that of the array made of them; of an array, it is g."""
    if not isinstance(x, (list, tuple)):
        return g
    items = ()
    for i, item in enumerate(x):
        items += (unstacked_item(g[i], item),)
    return contained_like(x, items)


def unstacked_item(g, item):
    """The cotangent of one item of nested lists."""
    if isinstance(item, (list, tuple)):
        return unstack_like(g, item)
    return g
