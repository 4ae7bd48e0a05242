"""Cotangents of what was joined as blocks or in depth, or with a cast."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np

from sourcead.runtime.arrays import cast
from sourcead.runtime.joined import contained_like, cut


def cast_like(pieces, arrays):
    """Pieces in the dtypes of the arrays."""
    if not isinstance(arrays, (tuple, list)):
        return cast(pieces, arrays)
    found = ()
    for k, a in enumerate(arrays):
        found += (cast(pieces[k], a),)
    return contained_like(arrays, found)


def dsplit_like(g, arrays):
    """Cut g into pieces with the shapes of the arrays that `np.dstack` joined."""
    pieces = ()
    start = 0
    for a in arrays:
        stop = start + (np.shape(a)[2] if np.ndim(a) > 2 else 1)
        pieces += (np.reshape(g[:, :, start:stop], np.shape(a)),)
        start = stop
    return contained_like(arrays, pieces)


def block_adjoint(g, arrays):
    """The cotangents of nested blocks, joined along the last axis, the rows of them along the one before."""
    if not isinstance(arrays, list):
        return np.reshape(g, np.shape(arrays))
    if not isinstance(arrays[0], list):
        return row_adjoint(g, arrays)
    if isinstance(arrays[0][0], list):
        return nested_adjoint(g, arrays, nesting(arrays))
    pieces = ()
    start = 0
    for row in arrays:
        stop = start + length_from_end(row[0], 2)
        pieces += (row_adjoint(cut(g, start, stop, np.ndim(g) - 2), row),)
        start = stop
    return list(pieces)


def row_adjoint(g, row):
    """The cotangents of a row of blocks."""
    pieces = ()
    start = 0
    for a in row:
        stop = start + length_from_end(a, 1)
        pieces += (with_axes_of(cut(g, start, stop, np.ndim(g) - 1), a),)
        start = stop
    return list(pieces)


def with_axes_of(piece, a):
    """The cotangent of a block in its shape, where it was given axes."""
    return piece if np.ndim(a) == np.ndim(piece) else np.reshape(piece, np.shape(a))


def length_from_end(a, axis):
    """The size of a block along the axis that is so far from the last."""
    return np.shape(a)[-axis] if np.ndim(a) >= axis else 1


def nesting(arrays):
    """How deep lists are nested."""
    return 1 + nesting(arrays[0]) if isinstance(arrays, list) else 0


def nested_adjoint(g, arrays, depth):
    """The cotangents of blocks that are nested so deep."""
    if depth == 0:
        return np.reshape(g, np.shape(arrays))
    pieces = []
    start = 0
    for a in arrays:
        corner = a
        while isinstance(corner, list):
            corner = corner[0]
        stop = start + length_from_end(corner, depth)
        pieces.append(nested_adjoint(cut(g, start, stop, np.ndim(g) - depth), a, depth - 1))
        start = stop
    return pieces
