"""What undoes the turning and shifting of entries, where it depends on ranks or on how arguments were given."""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=assignment
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np


def negative_of(shift):
    """The shifts that undo these: of one number, or one for each axis."""
    if isinstance(shift, (tuple, list)):
        negative = ()
        for s in shift:
            negative += (-s,)
        return negative
    return -shift


def rolled_back(g, x, axis, start):
    """The cotangent of x from that of `np.rollaxis(x, axis, start)`."""
    rank = np.ndim(x)
    axis = axis + rank if axis < 0 else axis
    start = start + rank if start < 0 else start
    return np.moveaxis(g, start - 1 if axis < start else start, axis)

