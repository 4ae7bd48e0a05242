"""Literals of the kind that they meet: an int that meets floats is made one each time.

    1 / (1 + e), z > 0, 2 * r    ->    1.0 / (1.0 + e), z > 0.0, 2.0 * r    arrays: 0.2 to 0.4 us less a call
                                                                            Python's floats in loops: 0.7 of the time

To the bit. Exponents stay: NumPy knows small ints among them.
"""

from __future__ import annotations

import operator

import numpy as np

from sourcead.ir import Atom, Const, Function, Op
from sourcead.kinds import FLOAT
from sourcead.passes.forms import Forms, float_array, primitives, rewritten
from sourcead.passes.rewriting import atom_kind
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
    in_loop = forms.in_loops.issuperset(op.outs)
    first, second = (_is_float(a, in_loop) for a in op.args)
    args = _as_float(op.args[0], second), _as_float(op.args[1], first)
    return None if args == op.args else replace(op, args=args)


def _is_float(atom: Atom, in_loop: bool) -> bool:
    return float_array(atom) is not None or (in_loop and atom_kind(atom) == FLOAT)


def _as_float(atom: Atom, wanted: bool) -> Atom:
    number = wanted and isinstance(atom, Const) and type(atom.value) is int and abs(atom.value) <= _EXACT
    return Const(float(atom.value)) if number and isinstance(atom, Const) else atom
