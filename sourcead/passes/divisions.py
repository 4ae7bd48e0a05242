"""Divisions of the backward sweep whose kinds are known by now: NumPy's meaning where the divisor is 0, and no helper.

    np.divide(g, x) -> g / x                where one of them is NumPy's (the helper `quotient` too)
    np.divide(g, x) -> g / np.float64(x)    where both are real numbers, of Python or NumPy
"""

from __future__ import annotations

import operator

import numpy as np

from sourcead.ir import Op, Value
from sourcead.kinds import Scalar, is_numpys
from sourcead.passes.rewriting import Rewriter, atom_kind
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace

_OF_NUMBERS = primitive_of(np.divide)
_DIVIDE, _FLOAT64 = primitive_of(operator.truediv), primitive_of(np.float64)
_REAL = (Scalar("pyfloat"), Scalar("real64"))


def divided(op: Op, rewriter: Rewriter) -> Op:
    """The op as a division, if it is the helper for one and the kinds allow it; what that needs is emitted."""
    if (op.primitive is not _OF_NUMBERS and op.name != "helper quotient") or len(op.args) != 2 or op.attrs:
        return op
    dividend, divisor = map(atom_kind, op.args)
    if is_numpys(dividend) or is_numpys(divisor):
        return replace(op, primitive=_DIVIDE, form="")
    if dividend in _REAL and divisor in _REAL:
        number = Value("", Scalar("float64"))
        rewriter.emit(replace(op, primitive=_FLOAT64, args=op.args[1:], outs=(number,), attrs=(), form="", note=""))
        return replace(op, primitive=_DIVIDE, args=(op.args[0], number), form="")
    return op
