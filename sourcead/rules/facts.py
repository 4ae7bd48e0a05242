"""Questions that a rule may ask about its arguments, answered while the rule is inlined, never in generated text."""

from __future__ import annotations

from typing import Any

import numpy as np


def static(x: object) -> bool:
    """Whether this argument is a literal number in the user's text.

    Called as plain Python it says so of every Python number that is no bool.
    """
    return type(x) in (int, float)


def given(x: object) -> bool:
    """Whether the call has this argument at all; one that is left out is None."""
    return x is not None


def absent(g: object) -> bool:
    """Whether there is no cotangent, of one of several results, or no tangent, of one of several arguments: the number
    0.0 stands for it."""
    return static(g) and g == 0


def complex_valued(x: Any) -> bool:
    """Whether this argument is complex, by its kind; asked when the program runs where its kind is not known and the
    program makes complex numbers at all."""
    return np.iscomplexobj(x)


def as_long(a: np.ndarray, b: np.ndarray, axis: int) -> bool:
    """Whether two arrays are certainly of one length along an axis, whatever their sizes."""
    return bool(a.shape[axis] == b.shape[axis])


def known_rank(x: object) -> bool:
    """Whether the number of axes is known when the gradient is generated; as plain Python it always is."""
    return True


def half(x: object) -> bool:
    """Whether this argument is of half precision, by its kind; of what is of unknown kind it is not said."""
    return getattr(x, "dtype", None) == np.float16


def wide(g: Any, x: object) -> Any:
    """A cotangent or result in single precision where x is of half precision, in which counts may overflow."""
    return np.float32(g) if half(x) else g
