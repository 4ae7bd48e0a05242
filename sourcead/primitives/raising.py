"""Which ops may raise where their value is not read, as far as the kinds of their arguments tell.

Shapes of sizes that are not known are taken to fit: what the function does with them demands it.
"""

from __future__ import annotations

import numpy as np

from sourcead.ir import Hole, Op, Span, Value
from sourcead.kinds import Array, Kind, List, Scalar, Top, Tree, is_numpys
from sourcead.primitives import lists, structural
from sourcead.primitives.shapes import as_array


def may_raise(op: Op) -> bool:
    """Whether an op of the user's may raise where its value is not read."""
    if "raises" in op.primitive.effects:
        return True
    if op.primitive is structural.GETITEM:
        return isinstance(op.args[0], Value) and may_miss(op.args[0].kind, op.attr("path")[0])
    if op.primitive is lists.POP:
        return True
    if op.primitive is structural.UNPACK:
        return isinstance(op.args[0], Value) and isinstance(op.args[0].kind, Array | List | Top)
    if op.name in ("truediv", "floordiv", "mod") or op.primitive.form in ("binary /", "binary //", "binary %"):
        dividend, divisor = op.args[:2]
        if not isinstance(divisor, Value) or not isinstance(divisor.kind, Scalar):
            return False
        warns = isinstance(dividend, Value) and is_numpys(dividend.kind)
        return (divisor.kind.dtype or "")[:2] in ("py", "re") and not warns
    return _names_no_axis(op)


def may_miss(kind: Kind, level: tuple[object, ...]) -> bool:
    """Whether a look-up in something of this kind may fail."""
    level = tuple(e for e in level if e is not None)
    if isinstance(kind, Array) and all(e is Ellipsis or isinstance(e, Span) for e in level):
        bounds = (b for e in level if isinstance(e, Span) for b in (e.start, e.stop, e.step))
        return len(level) > len(kind.dims) or any(isinstance(b, Hole) or b == 0 for b in bounds)
    if isinstance(kind, Tree) and len(level) == 1:
        key, size = level[0], len(kind.items)
        return key not in kind.keys and not (isinstance(key, int) and -size <= key < size)
    return isinstance(kind, Array | List | Top | Tree)


def _names_no_axis(op: Op) -> bool:
    """Whether an axis is named that is not there, or twice, or one to squeeze out that may be longer than 1."""
    axis = op.attr("axis")
    array = as_array(op.args[0].kind) if op.args and isinstance(op.args[0], Value) else None
    axes = axis if isinstance(axis, tuple) else (axis,)
    if array is None or not axes or not all(isinstance(k, int) for k in axes):
        return False
    results = [len(out.kind.dims) for out in op.outs if isinstance(out.kind, Array)]
    rank = max((len(array.dims), *results))
    if any(not -rank <= k < rank for k in axes) or len({k % rank for k in axes}) < len(axes):
        return True
    return op.primitive.target is np.squeeze and any(array.dims[k].one is not True for k in axes)
