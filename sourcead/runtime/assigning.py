"""What `x op= e` leaves in `x` where its kind is not known: a number gets another value, an array changes in place."""

# mypy: allow-untyped-defs, allow-untyped-calls
# (The text of these functions is emitted as it stands, into modules that import NumPy alone.)

import numpy as np


def augmented(old, new):
    """What `old op= e` leaves, new being `old op e`: an array keeps its shape and dtype."""
    if not isinstance(old, np.ndarray):
        return new
    new = np.asarray(new).astype(old.dtype, casting="same_kind", copy=False)
    if new.shape != old.shape:
        raise ValueError(f"non-broadcastable output operand with shape {old.shape}")
    return new


def rebound(old, new):
    """What `old op= e` leaves, new being `old op e`, where changing old itself would change what others hold, too."""
    if isinstance(old, (np.ndarray, list, dict, set)):
        import sys

        kind = getattr(sys.modules.get("sourcead.errors"), "UnsupportedError", NotImplementedError)
        raise kind(
            f"an augmented assignment changes {type(old).__name__} of the caller's in place:"
            " specialise the derivative with example arguments"
        )
    return new
