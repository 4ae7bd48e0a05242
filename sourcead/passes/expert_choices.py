"""Choices by comparing: where the larger of two is the one that is chosen, `np.maximum` finds it without `np.where`.

    e = np.exp(-np.abs(z));  np.where(z >= 0, 1, e)    ->    np.maximum(z >= 0, e)    0.65 of the time up to 8,000
                                                                                      elements, 0.2 for a million

To the bit: e lies between 0 and 1, and where z is nan both give nan.
"""

from __future__ import annotations

import operator

import numpy as np

from sourcead.ir import Atom, Const, Function, Op
from sourcead.kinds import dims_of, dtype_of
from sourcead.passes.facts import same_shape
from sourcead.passes.forms import Forms, float_array, rewritten
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace
from sourcead.sizes import Sizes

_EXP, _ABS, _NEG, _WHERE = (primitive_of(f) for f in (np.exp, np.abs, operator.neg, np.where))
_COMPARISONS = ("compare >=", "compare >", "compare <=", "compare <")


def choose_by_maximum(function: Function, sizes: Sizes) -> Function:
    """Replace the choices between 1 and something smaller."""
    return rewritten(function, sizes, (_of_one_and_less,))


def _of_one_and_less(op: Op, forms: Forms) -> Op | None:
    if op.primitive is not _WHERE or op.keywords or len(op.args) != 3 or op.args[1] != Const(1):
        return None
    test, _, less = op.args
    compared, kind = forms.makers.get(test), float_array(less)
    if compared is None or compared.primitive.form not in _COMPARISONS or compared.args[1] != Const(0):
        return None
    if kind is None or _decaying(less, forms) is not compared.args[0] or not same_shape(kind, op.outs[0].kind):
        return None
    if dtype_of(op.outs[0].kind) != kind.dtype or dims_of(op.outs[0].kind) is None:
        return None
    return replace(op, primitive=primitive_of(np.maximum), args=(test, less), attrs=(), form="")


def _decaying(atom: Atom, forms: Forms) -> Atom | None:
    """z, where an atom is exp(-abs(z))."""
    for step in (_EXP, _NEG, _ABS):
        maker = forms.makers.get(atom)
        if maker is None or maker.primitive is not step or len(maker.args) != 1 or maker.keywords:
            return None
        atom = maker.args[0]
    return atom
