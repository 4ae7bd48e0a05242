"""What an op does with the memory of its operands: views, copies, and how their items lie."""

from __future__ import annotations

import operator
from collections.abc import Hashable

from sourcead.ir import Hole, Op, Span, Value
from sourcead.kinds import NONE, Array, Kind, Known, List, Opaque, Scalar, Tree
from sourcead.primitives import lists, structural
from sourcead.primitives.structural import holds_array, is_list

PARTS = (structural.GETITEM, structural.GETATTR, structural.UNPACK)
_LAID_OUT = frozenset(
    ["np.zeros", "np.ones", "np.empty", "np.full", "np.arange", "np.eye", "np.linspace", "np.concatenate"]
)
ITEMS = object()  # the key under which all items of a list of unknown length are one region


def is_view(op: Op) -> bool:
    """Whether the result of an op on an array is certainly a view of it, which the same op derives again."""
    if op.primitive is structural.GETITEM:
        return isinstance(op.outs[0].kind, Array) and not copies(op)
    return op.primitive.result == "view" and op.primitive not in PARTS


def makes_a_list(op: Op) -> bool:
    """Whether an op joins, repeats, cuts or copies lists of unknown length: the result is a list of its own."""
    if len(op.outs) != 1 or not isinstance(op.outs[0].kind, List):
        return False
    if op.primitive is structural.GETITEM:
        return isinstance(op.args[0], Value) and is_list(op.args[0].kind) and isinstance(op.attr("path")[-1][0], Span)
    return op.primitive in (lists.COPY, lists.new_list) or op.primitive.target in (operator.add, operator.mul)


def copies(op: Op) -> bool:
    """Whether a subscript of an array holds an array or list, so that it copies."""
    kinds = [a.kind if isinstance(a, Value) else NONE for a in op.args[1:]]
    holes = [e.index for level in op.attr("path") for e in level if isinstance(e, Hole)]
    return any(holds_array(kinds[k]) for k in holes)


def is_contiguous(op: Op, known: set[Value]) -> bool:
    """Whether an op certainly makes an array whose rows lie one after another."""
    kind = op.outs[0].kind
    if not isinstance(kind, Array):
        return False
    if len(kind.dims) > 1 and op.attr("order", "C") != "C":
        return False
    if len(kind.dims) <= 1 or op.primitive.name in _LAID_OUT or op.form == "method copy":
        return True
    arrays = [a for a in op.args if isinstance(a, Value) and not isinstance(a.kind, Scalar)]
    like = op.primitive.elementwise or op.primitive.name in ("np.zeros_like", "np.ones_like", "np.empty_like")
    return like and all(a in known for a in arrays)


def key_of_part(op: Op, position: int, kind: Kind) -> Hashable:
    """Under which key of a container the result of a read is found."""
    if op.primitive is structural.UNPACK:
        return kind.keys[position] if isinstance(kind, Tree) else ITEMS
    if op.primitive is structural.GETATTR:
        return op.attr("name")  # type: ignore[no-any-return]
    (element, *more), *levels = op.attr("path")
    if isinstance(kind, Tree) and not more and not levels and isinstance(element, int | str):
        if isinstance(element, int) and kind.type is not dict and -len(kind.keys) <= element < 0:
            return kind.keys[element]
        return element
    return ITEMS


def mutable(atom: object) -> bool:
    return isinstance(atom, Value) and not immutable(atom.kind)


def immutable(kind: Kind) -> bool:
    """Whether a value of this kind has no memory that a store could change."""
    if isinstance(kind, Scalar | Known) or kind == NONE:
        return True
    if isinstance(kind, Tree) and issubclass(kind.type, tuple):
        return all(map(immutable, kind.items))
    return isinstance(kind, Opaque) and kind.type is str
