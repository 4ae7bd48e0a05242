"""Literals of the arrays' own kind: an int that meets an array of floats is made a float at each call.

    1 - h ** 2, z > 0, 2 * r    ->    1.0 - h ** 2, z > 0.0, 2.0 * r    0.2 to 0.3 us less a call

To the bit. Exponents stay, which NumPy knows as ints, and so do the user's own lines.
"""

from __future__ import annotations

from sourcead.ir import Atom, Const, Function, Op
from sourcead.passes.forms import Forms, float_array, rewritten
from sourcead.records import replace
from sourcead.sizes import Sizes

_FORMS = frozenset({
    "binary +", "binary -", "binary *", "binary /", "call np.maximum", "call np.minimum",
    "compare <", "compare <=", "compare >", "compare >=",
})  # fmt: skip
_EXACT = 2**24  # up to here every int is a float32


def count_in_floats_of_arrays(function: Function, sizes: Sizes) -> Function:
    """Write floats for the ints that meet arrays of floats."""
    return rewritten(function, sizes, (_floats,))


def _floats(op: Op, forms: Forms) -> Op | None:
    if len(op.args) != 2 or op.primitive.form not in _FORMS or not (op.backward or op.attr("made")):
        return None
    args = tuple(map(_as_float, op.args, op.args[::-1]))
    return None if args == op.args else replace(op, args=args)


def _as_float(atom: Atom, other: Atom) -> Atom:
    if not isinstance(atom, Const) or type(atom.value) is not int or abs(atom.value) > _EXACT:
        return atom
    return atom if float_array(other) is None else Const(float(atom.value))
