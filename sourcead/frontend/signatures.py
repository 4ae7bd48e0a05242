"""The signature of a call: what tells calls of one function apart, and what a call hands over as values.

The outline of an argument is its kind without sizes and values known now, or, of what is no data, its identity. The
leaves are the values handed over; inside the procedure parameters stand for them, each axis with a size of its own.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from sourcead.frontend.abstract import Abstract, Aggregate, Apart, Bound, Cell, Closure, Method, Ref, Static
from sourcead.frontend.contents import content_of
from sourcead.frontend.joining import forget
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Const, Value
from sourcead.kinds import INT, Array, Dim, Kind, Known, List, Scalar, Tree, join
from sourcead.records import dataclass

_NUMBERS = frozenset({"pyint", "pyfloat", "real", "float64", "real64"})  # what one signature serves
MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A parameter of a procedure: its name, its kind, the value or origin that all calls of it share."""

    hint: str
    kind: Kind
    known: Any = MISSING
    origin: Any = None


# Which calls are of one kind ----------------------------------------------------------------------------------------


def identity(item: Abstract) -> Hashable:
    if isinstance(item, Static):
        return id(item.obj)
    return item.region if isinstance(item, Ref) else item


def statics_of(resolver: Resolver, values: list[Abstract]) -> list[Any]:
    found = [resolver.static(leaf) for leaf in leaves_of(resolver, values)]
    return [(type(value), value) if ok else None for ok, value in found]


def outlines_of(resolver: Resolver, values: list[Abstract]) -> tuple[Hashable, ...]:
    return tuple(_outline(resolver, v) for v in values)


def _outline(resolver: Resolver, item: Abstract) -> Hashable:
    """What tells calls apart: the kinds of data without sizes and values, the identity of everything else."""
    if _is_data(resolver, item):
        return _bare(resolver.kind(item))
    if isinstance(item, Static | Ref):
        return "object", identity(item)
    if isinstance(item, Aggregate):
        return "items", item.type, item.keys, tuple(_outline(resolver, i) for i in item.items)
    if isinstance(item, Closure):
        return "closure", item.function, tuple(map(identity, item.captured)), tuple(map(identity, item.defaults))
    if isinstance(item, Method):
        return "method", item.name, _outline(resolver, item.receiver)
    return ("bound", item.function, _outline(resolver, item.holder)) if isinstance(item, Bound) else item


def _is_data(resolver: Resolver, item: Abstract) -> bool:
    """Whether something is handed over as a value: a number, an array, or a container of them."""
    if isinstance(item, Ref):
        content = content_of(resolver, item)
        return not isinstance(content, Aggregate) or (
            content.type in (list, dict) and all(_is_data(resolver, i) for i in content.items)
        )
    if isinstance(item, Apart):
        return False
    if isinstance(item, Aggregate):
        return item.type is not Cell and all(_is_data(resolver, i) for i in item.items)
    if isinstance(item, Const):
        return isinstance(item.value, int | float | complex) and not isinstance(item.value, bool)
    return isinstance(item, Value)


def _bare(kind: Kind) -> Hashable:
    if isinstance(kind, Known) and isinstance(kind.value, int | float):
        return _bare(_plain(kind))
    if isinstance(kind, Array):
        return "array", kind.dtype, len(kind.dims)
    if isinstance(kind, List):
        return "list", _bare(kind.item)
    if isinstance(kind, Scalar) and kind.dtype in _NUMBERS:
        return "number"
    if isinstance(kind, Tree):
        return "tree", kind.type, kind.keys, tuple(map(_bare, kind.items))
    return _plain(kind)


def _plain(kind: Kind) -> Kind:
    """A kind without values and symbolic sizes."""
    if isinstance(kind, Array):
        return Array(kind.dtype, tuple(Dim(None, d.one) for d in kind.dims))
    if isinstance(kind, List):
        return List(_plain(kind.item), Dim(None))
    if isinstance(kind, Tree):
        return Tree(kind.type, kind.keys, tuple(map(_plain, kind.items)))
    return kind if isinstance(kind, Known) and not isinstance(kind.value, int | float) else forget(kind)


# The leaves of the arguments ----------------------------------------------------------------------------------------


def leaves_of(resolver: Resolver, values: list[Abstract]) -> list[Abstract]:
    """What the arguments hand over as values."""
    found: list[Abstract] = []
    for item in values:
        found += [item] if _is_data(resolver, item) else leaves_of(resolver, _inner(item))
    return found


def _inner(item: Abstract) -> list[Abstract]:
    """What an argument that is no value itself is made of."""
    if isinstance(item, Aggregate):
        return list(item.items)
    if isinstance(item, Method):
        return [item.receiver]
    return [item.holder] if isinstance(item, Bound) else []


def rebuilt(resolver: Resolver, item: Abstract, stand_ins: Iterator[Abstract]) -> Abstract:
    """The argument inside the procedure."""
    if _is_data(resolver, item):
        return next(stand_ins)
    inner = [rebuilt(resolver, i, stand_ins) for i in _inner(item)]
    if isinstance(item, Apart) and item.type in (list, dict):
        region = resolver.memory.make("", (), "argument")
        resolver.memory.set_first(region, Aggregate(item.type, item.keys, tuple(inner)))
        return Ref(region)
    if isinstance(item, Aggregate):
        return Aggregate(item.type, item.keys, tuple(inner))
    if isinstance(item, Method):
        return Method(inner[0], item.name)
    return Bound(item.function, inner[0]) if isinstance(item, Bound) else item


def signature_of(resolver: Resolver, hints: list[str], values: list[Abstract]) -> tuple[Leaf, ...]:
    leaves: list[Leaf] = []
    for item, hint in zip(leaves_of(resolver, values), hints, strict=True):
        known, value = resolver.static(item)
        number = known and isinstance(value, int) and not isinstance(item, Aggregate | Ref)
        kind = _plain(resolver.kind(item))
        origin = resolver.origins.get(item) if isinstance(item, Value) and kind == INT else None
        leaves.append(Leaf(hint, kind, value if number else MISSING, origin))
    return tuple(leaves)


def hints_of(resolver: Resolver, names: list[str], values: list[Abstract]) -> list[str]:
    """The names of the leaves: that of the parameter, and of its item where it is taken apart."""
    found: list[str] = []
    for name, item in zip(names, values, strict=True):
        if _is_data(resolver, item):
            found.append(name)
            continue
        inner = _inner(item)
        keys = [f"{name}_{key}" for key in item.keys] if isinstance(item, Aggregate) else [name] * len(inner)
        found += hints_of(resolver, keys, inner)
    return found


def joined_signature(a: tuple[Leaf, ...], b: tuple[Leaf, ...]) -> tuple[Leaf, ...]:
    """The signature that fits both; a value that is not the same in both is no longer known."""
    leaves: list[Leaf] = []
    for x, y in zip(a, b, strict=True):
        same = x.known is not MISSING and (type(x.known), x.known) == (type(y.known), y.known)
        origin = x.origin if x.origin == y.origin else None
        leaves.append(Leaf(x.hint, join(x.kind, y.kind), x.known if same else MISSING, origin))
    return tuple(leaves)


def values_forgotten(kind: Kind) -> Kind:
    if isinstance(kind, Tree):
        return Tree(kind.type, kind.keys, tuple(map(values_forgotten, kind.items)))
    return forget(kind)


# Sizes --------------------------------------------------------------------------------------------------------------


def sized(kind: Kind, owner: Hashable) -> Kind:
    """The kind of a parameter: each axis has a size of its own."""
    if isinstance(kind, Array):
        return Array(kind.dtype, tuple(d if d.one else Dim((owner, k), d.one) for k, d in enumerate(kind.dims)))
    if isinstance(kind, List):
        return List(sized(kind.item, (owner, "item")), Dim((owner, "length")))
    if isinstance(kind, Tree):
        return Tree(kind.type, kind.keys, tuple(sized(k, (owner, n)) for n, k in enumerate(kind.items)))
    return kind


def sizes_in(kind: Kind) -> list[Dim]:
    """The sizes in a kind, in order."""
    if isinstance(kind, Array):
        return list(kind.dims)
    if isinstance(kind, List):
        return [kind.length, *sizes_in(kind.item)]
    return [d for k in kind.items for d in sizes_in(k)] if isinstance(kind, Tree) else []


def resized(kind: Kind, sizes: dict[Dim, Dim]) -> Kind:
    """A kind with sizes replaced; one that is neither given nor a number may be any."""
    if isinstance(kind, Array):
        return Array(kind.dtype, tuple(_size(d, sizes) for d in kind.dims))
    if isinstance(kind, List):
        return List(resized(kind.item, sizes), _size(kind.length, sizes))
    if isinstance(kind, Tree):
        return Tree(kind.type, kind.keys, tuple(resized(k, sizes) for k in kind.items))
    return Scalar(kind.dtype) if isinstance(kind, Scalar) else kind


def _size(dim: Dim, sizes: dict[Dim, Dim]) -> Dim:
    if dim in sizes:
        return sizes[dim]
    return dim if isinstance(dim.key, int) else Dim(None, dim.one)
