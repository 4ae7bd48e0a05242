"""Literals of the arrays' own kind: an int that meets an array of floats is made a float at each call.

    1 / (1 + e), z > 0, 2 * r    ->    1.0 / (1.0 + e), z > 0.0, 2.0 * r    0.2 to 0.4 us less a call

To the bit. Exponents stay: NumPy knows small ints among them.
"""

from __future__ import annotations

import operator

import numpy as np

from sourcead.ir import Atom, Const, Function, Op
from sourcead.passes.forms import Forms, float_array, primitives, rewritten
from sourcead.records import replace
from sourcead.sizes import Sizes

_WAKES = primitives(
    operator.add, operator.sub, operator.mul, operator.truediv, np.maximum, np.minimum,
    operator.lt, operator.le, operator.gt, operator.ge,
)  # fmt: skip
_EXACT = 2**24  # up to here every int is a float32


def count_in_floats_of_arrays(function: Function, sizes: Sizes) -> Function:
    """Write floats for the ints that meet arrays of floats."""
    return rewritten(function, sizes, (_floats,), _WAKES, measuring=True)


def _floats(op: Op, forms: Forms) -> Op | None:
    if len(op.args) != 2:
        return None
    args = tuple(map(_as_float, op.args, op.args[::-1]))
    return None if args == op.args else replace(op, args=args)


def _as_float(atom: Atom, other: Atom) -> Atom:
    if not isinstance(atom, Const) or type(atom.value) is not int or abs(atom.value) > _EXACT:
        return atom
    return atom if float_array(other) is None else Const(float(atom.value))
