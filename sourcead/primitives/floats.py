"""Primitives of Python floats: what the text of a scalar loop calls in place of NumPy's functions.

They are written last, when all derivatives are taken: there are no rules for them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.ir import Primitive
from sourcead.kinds import FLOAT, Kind
from sourcead.primitives.registry import primitive_of
from sourcead.runtime import floats, power, quotient


def _float(*kinds: Kind) -> Kind:
    return FLOAT


def _helper(function: Callable[..., Any]) -> Primitive:
    """A function that is written into the module."""
    name = f"helper {function.__name__}"
    return Primitive(name, name, _float, function, result="scalar", target=function)


def _of_math(function: Callable[..., Any]) -> Primitive:
    """A function of `math` that raises for no float."""
    name = f"math.{function.__name__}"
    return Primitive(f"{name} of a float", f"call {name}", _float, function, result="scalar", target=function)


DIVIDED = _helper(floats.divided)
RAISED = _helper(floats.raised)

# By what NumPy's function of a number is: the one of a float. Those of `math` raise for no float.
OF_FLOATS: dict[Any, Primitive] = {
    np.sin: _helper(floats.sin),
    np.cos: _helper(floats.cos),
    np.exp: _helper(floats.exp),
    np.log: _helper(floats.log),
    np.sqrt: _helper(floats.sqrt),
    np.sign: _helper(floats.sign),
    np.maximum: _helper(floats.maximum),
    np.minimum: _helper(floats.minimum),
    np.tanh: _of_math(math.tanh),
    np.arctan: _of_math(math.atan),
    np.absolute: primitive_of(abs),
    np.fabs: primitive_of(abs),
    np.power: RAISED,
    np.float_power: RAISED,
    np.divide: DIVIDED,
    quotient: DIVIDED,
    power: RAISED,
}
ROUNDED = frozenset({np.sin, np.cos, np.exp, np.log, np.tanh, np.arctan})  # perhaps differently
