"""What Python's floats do faster than NumPy's scalars, with NumPy's meaning where Python raises: inf or nan, and its
warning."""

# mypy: allow-untyped-defs, allow-untyped-calls
# (The text of these functions is emitted as it stands, into modules that import NumPy and math alone.)

import math

import numpy as np


def divided(a, b):
    """a / b of Python floats; inf or nan, as NumPy has it, where b is 0."""
    try:
        return a / b
    except ZeroDivisionError:
        return float(np.divide(a, b))


def raised(a, b):
    """a ** b of Python floats; as NumPy has it where Python raises."""
    try:
        return math.pow(a, b)
    except (OverflowError, ValueError):
        return float(np.float_power(a, b))


def sin(x):
    """np.sin(x) of a Python float."""
    try:
        return math.sin(x)
    except ValueError:
        return float(np.sin(x))


def cos(x):
    """np.cos(x) of a Python float."""
    try:
        return math.cos(x)
    except ValueError:
        return float(np.cos(x))


def exp(x):
    """np.exp(x) of a Python float."""
    try:
        return math.exp(x)
    except OverflowError:
        return float(np.exp(x))


def log(x):
    """np.log(x) of a Python float."""
    try:
        return math.log(x)
    except ValueError:
        return float(np.log(x))


def sqrt(x):
    """np.sqrt(x) of a Python float."""
    try:
        return math.sqrt(x)
    except ValueError:
        return float(np.sqrt(x))


def sign(x):
    """np.sign(x) of a Python float."""
    return float((x > 0) - (x < 0)) if x == x else x


def maximum(a, b):
    """np.maximum(a, b) of Python floats: nan where one of them is."""
    return a if a > b or a != a else b


def minimum(a, b):
    """np.minimum(a, b) of Python floats: nan where one of them is."""
    return a if a < b or a != a else b
