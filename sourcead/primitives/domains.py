"""For each function a number inside its domain, at which it and its derivative are finite."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

_INSIDE = {np.arcsin: 0, np.arccos: 0, np.arctanh: 0, np.arccosh: 2, math.asin: 0, math.acos: 0, math.atanh: 0,
           math.acosh: 2}  # fmt: skip


def inside(target: Any, otherwise: float = 1) -> float:
    """A number at which the function and its partials are finite, for any of its arguments."""
    return _INSIDE.get(target, otherwise)


def divisor_alone(target: Any) -> bool:
    """Whether it is the divisor alone of which a function and its partials may be infinite or undefined."""
    return target in (np.divide, np.floor_divide, np.remainder, np.fmod, np.divmod)
