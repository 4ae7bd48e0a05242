"""Updates: what is added at a place of an array or list of cotangents, and whether it may name one place twice.

    y = a[path]    ->    da[path] += dy        of an index that may repeat: np.add.at(da, path, dy)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sourcead import runtime
from sourcead.ir import Atom, Const, Hole, Path, Span, Value
from sourcead.kinds import ANY, Array, Kind, List, Scalar, Tree, may_carry_derivative
from sourcead.primitives import structural
from sourcead.transform.containers import Branches, Cotangent, Update, build

if TYPE_CHECKING:
    from sourcead.transform.cotangents import Cotangents


def updated(cotangents: Cotangents, value: Value, base: Atom, update: Update) -> Atom:
    """The cotangent of a value with an update added at its place."""
    if isinstance(value.kind, Array):
        base = cotangents.conform(base, value)
        base_kind = Array(value.kind.dtype, value.kind.dims)
        assert not isinstance(update.g, Branches)
        args = (base, *update.dynamic, update.g)
        attrs: dict[str, Any] = {"gather": True} if may_repeat(cotangents, update.path, update.dynamic) else {}
        return cotangents.resolver.emit(
            structural.ADD_AT, args, kind=base_kind, hint=cotangents.name_of(value), path=update.path, **attrs
        )
    if isinstance(value.kind, List):
        sliced = any(isinstance(element, Span) for element in update.path[-1])
        kind = List(value.kind.item, ANY) if sliced else value.kind.item
        old = cotangents.resolver.emit(structural.GETITEM, (base, *update.dynamic), kind=kind, path=update.path)
        new = _raised(cotangents, old, update, value)
        return cotangents.resolver.emit(
            structural.STORE,
            (base, *update.dynamic, new),
            kind=value.kind,
            hint=cotangents.name_of(value),
            path=update.path,
        )
    raise AssertionError(value.kind)


def _raised(cotangents: Cotangents, old: Value, update: Update, value: Value) -> Atom:
    """An item of a list of cotangents with what an update adds to it."""
    if cotangents.is_plain(value):
        return _leaf_by_leaf(cotangents, old, update.g, old.kind)
    if not isinstance(update.g, Branches):
        return cotangents.helper(runtime.add, old, update.g)
    item = cotangents.resolver.emit(structural.GETITEM, (value, *update.dynamic), kind=old.kind, path=update.path)
    return cotangents.helper(runtime.add, old, cotangents.atom(update.g, item))


def _leaf_by_leaf(cotangents: Cotangents, old: Value, g: Cotangent, kind: Kind) -> Atom:
    """old + g; of a container what is in it."""
    if not isinstance(kind, Tree):
        assert not isinstance(g, Branches)
        return cotangents.plus(old, old, g)
    branches = g if isinstance(g, Branches) else cotangents.parts(kind, g)
    values: list[Atom] = []
    for key, inner, leaf in zip(kind.keys, kind.items, branches.items, strict=True):
        if not may_carry_derivative(inner):
            values.append(Const(None))
            continue
        part = cotangents.child(old, kind, key, inner)
        values.append(part if leaf is None else _leaf_by_leaf(cotangents, part, leaf, inner))
    return build(cotangents.resolver, kind, tuple(values))


def may_repeat(cotangents: Cotangents, path: Path, dynamic: tuple[Atom, ...]) -> bool:
    """Whether a subscript may name the same element twice: it holds an integer array, or something unknown.

    An index that counts (np.arange), or a list of different literals, beside others of one axis names each element
    once.
    """
    for level in path:
        holes = [dynamic[e.index] for e in level if isinstance(e, Hole)]
        kinds = list(map(cotangents.resolver.kind, holes))
        flat = all(isinstance(k, Scalar) or (isinstance(k, Array) and len(k.dims) == 1) for k in kinds)
        if flat and any(hole in cotangents.distinct for hole in holes):
            continue
        if len(holes) == len(level) == 1 and _all_differ(cotangents, holes[0]):
            continue
        if any(not isinstance(k, Scalar) and not (isinstance(k, Array) and k.dtype == "bool") for k in kinds):
            return True
    return False


def _all_differ(cotangents: Cotangents, index: Atom) -> bool:
    """Whether an index is a list of literals that count from one end, none twice."""
    parts = cotangents.resolver.parts_of(index)
    values = [getattr(item, "value", None) for item in parts.items] if parts is not None else [None]
    numbers = [v for v in values if type(v) is int]
    one_end = all(v >= 0 for v in numbers) or all(v < 0 for v in numbers)
    return one_end and len(set(numbers)) == len(values)
