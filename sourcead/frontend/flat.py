"""Items counted row by row: `a.flat[i]`, and the stores at such positions, `np.put(a, i, v)` and `a.flat[i] = v`.

    np.put(a, i, v)              a[i // n, i % n] = v            of a matrix with rows of n
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.frontend.abstract import Abstract, Aggregate, Method
from sourcead.frontend.outputs import array_of, check_value
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.spelled import spell_out
from sourcead.ir import Const, Hole, Path, Span, Value
from sourcead.kinds import Array, Dim, Scalar, dims_of, same_size
from sourcead.primitives.registry import method_entry, primitive_of
from sourcead.primitives.shapes import as_array

NOTHING, RAISE = Const(None), Const("raise")


def put(resolver: Resolver, a: Abstract, ind: Abstract, v: Abstract, mode: Abstract = RAISE) -> Abstract:
    """`np.put(a, i, v)` is `a.flat[i] = v`."""
    target, kind = array_of(resolver, "np.put", a)
    word = resolver.need_static(mode, "`mode` of `np.put`")
    check_value(resolver, "np.put", kind, v, "unsafe")
    index = _positions(resolver, "np.put", kind, ind)
    if word in _IN_MODE:
        index = spell_out(resolver, _IN_MODE[word], target, index)
    store_flat(resolver, "np.put", target, kind, index, v)
    return NOTHING


def store_flat(
    resolver: Resolver, name: str, target: Value, kind: Array, index: Abstract, value: Abstract
) -> None:
    """A store at positions that count the items row by row; values of another shape are stored in order, from the first
    one again where they are too few."""
    index, value = _positions(resolver, name, kind, index), in_array(resolver, value)
    places, values = as_array(resolver.kind(index)), dims_of(resolver.kind(value))
    assert places is not None
    where = _where(resolver, target, kind, index)
    if values == () or (values is not None and same_dims(values, places.dims)):
        spell_out(resolver, _stored, target, where, value)
    elif values is not None:
        spell_out(resolver, _stored_again, target, where, index, value)
    else:
        resolver.refuse(f"what `{name}` stores is no array", "write `a[i] = v`")


def _positions(resolver: Resolver, name: str, kind: Array, index: Abstract) -> Abstract:
    places = as_array(resolver.kind(index))
    if places is None or places.dtype is None or places.dtype.startswith(("bool", "pybool", "float")):
        resolver.refuse(f"the positions of `{name}` are no integers", "write `a[i] = v`")
    if not kind.dims:
        resolver.refuse(f"`{name}` is differentiated for arrays that have axes", "write `a[...] = v`")
    return in_array(resolver, index)


def _where(resolver: Resolver, target: Value, kind: Array, index: Abstract) -> Abstract:
    """The subscript of items at these positions: of several axes a tuple."""
    if len(kind.dims) == 1:
        return index
    found: list[Abstract] = []
    for axis in range(len(kind.dims) - 1, 0, -1):
        found.insert(0, spell_out(resolver, _along, target, index, Const(axis)))
        index = spell_out(resolver, _before, target, index, Const(axis))
    return Aggregate(tuple, tuple(range(len(kind.dims))), (index, *found))


def in_array(resolver: Resolver, given: Abstract) -> Abstract:
    """The array that NumPy makes of a list."""
    if as_array(resolver.kind(given)) is None or isinstance(resolver.kind(given), Array | Scalar):
        return given
    return resolver.emit(primitive_of(np.array), (resolver.atom(given),))


def same_dims(dims: tuple[Dim, ...], others: tuple[Dim, ...]) -> bool:
    """Whether two shapes are certainly the same."""
    return len(dims) == len(others) and all(map(same_size, dims, others))


# -- `a.flat` --------------------------------------------------------------------------------------------------------


def item_of_flat(resolver: Resolver, flat: Method, path: Path, dynamic: list[Abstract]) -> Abstract:
    """`a.flat[i]`: of one or two axes the item itself, else what is there in a copy."""
    from sourcead.frontend.data import item

    if flat.name != "flat":
        resolver.atom(flat)  # which refuses it
    ((index, *_),), kind = path, resolver.kind(flat.receiver)
    place = dynamic[index.index] if isinstance(index, Hole) else Const(index)
    if isinstance(kind, Array) and isinstance(resolver.kind(place), Scalar) and not isinstance(index, Span):
        if len(kind.dims) == 1:
            return item(resolver, flat.receiver, path, dynamic)
        if len(kind.dims) == 2:
            return spell_out(resolver, _in_rows, flat.receiver, place)
    return item(resolver, flat_items(resolver, flat), path, dynamic)


def flat_items(resolver: Resolver, flat: Method) -> Abstract:
    """What `a.flat` goes through."""
    from sourcead.frontend.entries import call_entry

    entry = method_entry("flatten")
    assert entry is not None
    return call_entry(resolver, entry, [flat.receiver], {})


def store_item_of_flat(
    resolver: Resolver, flat: Method, path: Path, dynamic: list[Abstract], value: Abstract
) -> None:
    """`a.flat[i] = v`."""
    if flat.name != "flat":
        resolver.atom(flat)
    target, kind = array_of(resolver, "a.flat[i] = v", flat.receiver)
    ((index, *more),) = path
    if more or isinstance(index, Span) or index is Ellipsis or index is None:
        resolver.refuse("a store into a part of `a.flat` is not differentiated", "write `a[i, j] = v`")
    place = dynamic[index.index] if isinstance(index, Hole) else Const(index)
    store_flat(resolver, "a.flat[i] = v", target, kind, place, value)


# -- what is written in Python, and resolved like the user's text ----------------------------------------------------


def _stored(a: Any, where: Any, value: Any) -> None:
    a[where] = value


def _stored_again(a: Any, where: Any, index: Any, value: Any) -> None:
    if np.size(value):  # of no value at all nothing is stored
        a[where] = np.resize(value, np.shape(index))


def _in_rows(a: Any, index: Any) -> Any:
    return a[index // a.shape[1], index % a.shape[1]]


def _along(a: Any, index: Any, axis: Any) -> Any:
    return index % a.shape[axis]


def _before(a: Any, index: Any, axis: Any) -> Any:
    return index // a.shape[axis]


def _wrapped(a: Any, index: Any) -> Any:
    return index % np.size(a)


def _clipped(a: Any, index: Any) -> Any:
    return np.clip(index, 0, np.size(a) - 1)


_IN_MODE = {"wrap": _wrapped, "clip": _clipped}
