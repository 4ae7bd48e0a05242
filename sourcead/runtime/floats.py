"""What Python's floats do faster than NumPy's scalars, with NumPy's meaning where Python raises: inf or nan, and its
warning."""

# mypy: allow-untyped-defs, allow-untyped-calls
# (The text of these functions is emitted as it stands, into modules that import NumPy and math alone.)

import math

import numpy as np


def divided(a, b):
    """a / b of Python floats, with NumPy's meaning where b is 0."""
    return a / b if b else float(np.divide(a, b))


def raised(a, b):
    """a ** b of Python floats, with NumPy's meaning where Python raises."""
    try:
        return math.pow(a, b)
    except (OverflowError, ValueError):
        return float(np.float_power(a, b))


def sin(x):
    """np.sin(x) of a Python float; `math.sin` of inf raises."""
    return math.sin(x) if math.isfinite(x) else math.nan


def cos(x):
    """np.cos(x) of a Python float; `math.cos` of inf raises."""
    return math.cos(x) if math.isfinite(x) else math.nan


def exp(x):
    """np.exp(x) of a Python float; `math.exp` raises where that is inf."""
    return math.exp(x) if x < 709.78 else float(np.exp(x))


def log(x):
    """np.log(x) of a Python float; `math.log` of 0 raises."""
    return math.log(x) if x > 0 else float(np.log(x))


def sqrt(x):
    """np.sqrt(x) of a Python float; `math.sqrt` of a negative one raises."""
    return math.sqrt(x) if x >= 0 else float(np.sqrt(x))


def sign(x):
    """np.sign(x) of a Python float."""
    return float((x > 0) - (x < 0)) if x == x else x


def maximum(a, b):
    """np.maximum(a, b) of Python floats: nan where one of them is."""
    return a if a > b or a != a else b


def minimum(a, b):
    """np.minimum(a, b) of Python floats: nan where one of them is."""
    return a if a < b or a != a else b
