"""First additions: what is added to a part of an array of zeros is stored there.

    dx = np.zeros_like(x);  dx[1:] += g    ->    dx = np.zeros_like(x);  dx[1:] = g        integer arrays: 0.35 of the
                                                                                           time

Only where no index may repeat, nothing else reads the zeros, and what is stored needs no sign (`dx[1:] -= g` stays).
"""

from __future__ import annotations

import operator
from dataclasses import replace

from sourcead.ir import Atom, Function, Op, read_counts
from sourcead.kinds import Array, Scalar
from sourcead.passes.rewriting import Rewriter, atom_kind
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of

_ZEROS = ("helper zeros", "np.zeros", "np.zeros_like")
_WEAK = ("pyfloat", "pyint", "real")  # Python numbers: they take on the dtype of the array they are stored into
_NEG = primitive_of(operator.neg)


def store_first_additions(function: Function) -> Function:
    """Store what is added first."""
    counts, makers = read_counts(function.body), dict[Atom, Op]()

    def visit(op: Op, rewriter: Rewriter) -> None:
        makers.update(dict.fromkeys(op.outs, op))
        first = op.primitive is structural.ADD_AT and op.backward and _adds_to_zeros(op, counts, makers)
        rewriter.emit(replace(op, primitive=structural.STORE) if first else op)

    return Rewriter(visit).function(function)


def _adds_to_zeros(op: Op, counts: dict[Atom, int], makers: dict[Atom, Op]) -> bool:
    base, value = op.args[0], op.args[-1]
    zeros, negative, whole, part = makers.get(base), makers.get(value), op.outs[0].kind, atom_kind(value)
    if zeros is None or zeros.name not in _ZEROS or counts.get(base) != 1:
        return False
    if op.attr("gather", False) or op.attr("minus", False) or (negative is not None and negative.primitive is _NEG):
        return False
    if not isinstance(whole, Array) or not isinstance(part, Array | Scalar) or whole.dtype is None:
        return False
    return part.dtype == whole.dtype or part.dtype in _WEAK
