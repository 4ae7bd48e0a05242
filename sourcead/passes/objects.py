"""What kinds and primitives say of an op's result: whether it is memory at all, a copy, a container made here."""

from __future__ import annotations

from sourcead.ir import Hole, Op, Span, Value
from sourcead.kinds import NONE, Array, Kind, List, Opaque, Scalar, Tree
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import lists, structural

NEW_ITEMS = frozenset(  # their items are new, too
    {"list zeros", "list sum", "list own", "helper zeros", "helper match", "copy.deepcopy"}
)


def immutable(value: Value) -> bool:
    """Whether a value has no memory to share: a number, None, a text, a tuple of them."""
    return _is_immutable(value.kind)


def _is_immutable(kind: Kind) -> bool:
    if isinstance(kind, Tree):
        return issubclass(kind.type, tuple) and all(map(_is_immutable, kind.items))
    return isinstance(kind, Scalar) or kind == NONE or (isinstance(kind, Opaque) and kind.type is str)


def innermost(kind: Kind) -> Kind:
    """The kind of what a list holds in the end, where that is an array: then nothing in it is a list."""
    return kind.item if isinstance(kind, List) and isinstance(kind.item, Array) else NONE


def unlike(root: Kind, item: Kind, bare: bool) -> bool:
    """Whether memory of one kind is certainly none of a value of another."""
    if isinstance(item, Array):
        return bare
    return isinstance(item, List) and isinstance(root, Array)


def makes_container(op: Op, out: Value) -> bool:
    """Whether an op makes a new container out of what it is given."""
    if op.primitive in (structural.TUPLE, structural.LIST, structural.DICT, lists.COPY, lists.new_list):
        return True
    if op.primitive is structural.CALL and isinstance(out.kind, Tree):
        return op.backward and bool(op.attr("makes", False)) and hasattr(out.kind.type, "_fields")
    sliced = op.primitive is structural.GETITEM and any(isinstance(e, Span) for e in op.attr("path")[-1])
    new = sliced or (op.primitive.result == "fresh" and op.primitive.run is not None)
    return new and isinstance(out.kind, List) and (not sliced or isinstance(atom_kind(op.args[0]), List))


def copies(op: Op) -> bool:
    """Whether a subscript makes a copy: it holds an array, or list, of integers or booleans."""
    kinds = [a.kind if isinstance(a, Value) else NONE for a in op.args[1:]]
    base = op.args[0]
    if not isinstance(base, Value) or not isinstance(base.kind, Array):
        return False
    holes = [e.index for level in op.attr("path") for e in level if isinstance(e, Hole)]
    return any(structural.holds_array(kinds[k]) for k in holes)
