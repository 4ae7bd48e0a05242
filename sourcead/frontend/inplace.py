"""NumPy's functions and methods that change arrays in place: each is a store of what it computes.

    np.copyto(a, v)                          a[...] = v
    a.sort()                                 a[...] = a[np.argsort(a, kind="stable")]
    np.putmask(a, m, v)                      a[...] = np.where(m, np.resize(v, a.shape), a)
    np.put_along_axis(a, i, v, axis=1)       a[np.arange(len(a))[:, None], i] = v
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.frontend import at
from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.flat import in_array, put, same_dims
from sourcead.frontend.outputs import array_of, check_shape, check_value, dtype_in, weak
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.spelled import spell_out
from sourcead.frontend.stores import WHOLE, store_array
from sourcead.ir import Const, Value
from sourcead.kinds import Array, Scalar, dims_of, same_size
from sourcead.primitives.registry import primitive_of
from sourcead.primitives.shapes import as_array

NOTHING, NO, YES, LAST = Const(None), Const(False), Const(True), Const(-1)
SAME_KIND, SELECTING = Const("same_kind"), Const("introselect")


def _copyto(
    resolver: Resolver, dst: Abstract, src: Abstract, casting: Abstract = SAME_KIND, where: Abstract = YES
) -> Abstract:
    """`np.copyto(a, v)` is `a[...] = v`; with a mask, of what is chosen of v and a."""
    target, kind = array_of(resolver, "np.copyto", dst)
    check_value(resolver, "np.copyto", kind, src, resolver.need_static(casting, "`casting`"))
    if resolver.static(where) != (True, True):
        _choose(resolver, "np.copyto", target, kind, where, src)
    else:
        store_array(resolver, target, WHOLE, (), resolver.atom(src))
    return NOTHING


def _choose(resolver: Resolver, name: str, target: Value, kind: Array, mask: Abstract, value: Abstract) -> None:
    """`a[...] = np.where(mask, value, a)`."""
    _check_same_dtype(resolver, name, kind, value)
    _check_mask(resolver, name, mask)
    atoms = (resolver.atom(mask), resolver.atom(value), resolver.atom(target))
    chosen = resolver.emit(primitive_of(np.where), atoms)
    check_shape(resolver, name, kind, resolver.kind(chosen), True)
    store_array(resolver, target, WHOLE, (), chosen)


def _check_same_dtype(resolver: Resolver, name: str, kind: Array, value: Abstract) -> None:
    if not weak(resolver.kind(value), kind) and dtype_in(resolver.kind(value)) != dtype_in(kind):
        resolver.refuse(f"`{name}` with a mask casts what it stores", "cast it first with `.astype`")


def _check_mask(resolver: Resolver, name: str, mask: Abstract) -> Array:
    masks = as_array(resolver.kind(mask))
    if masks is None or masks.dtype not in ("bool", "pybool"):
        resolver.refuse(f"the mask of `{name}` is no array of bools", "make it one: `mask.astype(bool)`")
    assert masks is not None
    return masks


def _putmask(resolver: Resolver, a: Abstract, mask: Abstract, values: Abstract) -> Abstract:
    """`np.putmask` chooses, as `np.where` does; values of another shape are repeated first, as `np.resize` does."""
    target, kind = array_of(resolver, "np.putmask", a)
    check_value(resolver, "np.putmask", kind, values, "safe")
    _check_mask_like(resolver, "np.putmask", kind, mask)
    values = in_array(resolver, values)
    dims = dims_of(resolver.kind(values))
    if dims is None:
        resolver.refuse("what `np.putmask` stores is no array", "write `a[mask] = v`")
    assert dims is not None
    if dims == () or same_dims(dims, kind.dims):
        _choose(resolver, "np.putmask", target, kind, mask, values)
    else:
        _check_same_dtype(resolver, "np.putmask", kind, values)
        spell_out(resolver, _chosen_again, target, mask, values)
    return NOTHING


def _check_mask_like(resolver: Resolver, name: str, kind: Array, mask: Abstract) -> None:
    if not same_dims(_check_mask(resolver, name, mask).dims, kind.dims):
        resolver.refuse(f"whether the mask of `{name}` has the shape of the array is not known", "write `a[mask] = v`")


def _place(resolver: Resolver, arr: Abstract, mask: Abstract, vals: Abstract) -> Abstract:
    """`np.place` stores the values one after another where the mask holds, from the first again; a number, everywhere
    there."""
    target, kind = array_of(resolver, "np.place", arr)
    if isinstance(resolver.kind(vals), Scalar):
        return _putmask(resolver, arr, mask, vals)
    check_value(resolver, "np.place", kind, vals, "safe")
    _check_mask_like(resolver, "np.place", kind, mask)
    vals = in_array(resolver, vals)
    if dims_of(resolver.kind(vals)) is None:
        resolver.refuse("what `np.place` stores is no array", "write `a[mask] = v`")
    spell_out(resolver, _placed, target, mask, vals)
    return NOTHING


def _fill(resolver: Resolver, a: Abstract, value: Abstract) -> Abstract:
    """`a.fill(v)` is `a[...] = v` of a number."""
    target, _ = array_of(resolver, "fill", a)
    if dims_of(resolver.kind(value)) != ():
        resolver.refuse("`fill` of several values is not differentiated", "write `a[...] = values`")
    store_array(resolver, target, WHOLE, (), resolver.atom(value))
    return NOTHING


def _fill_diagonal(resolver: Resolver, a: Abstract, val: Abstract, wrap: Abstract = NO) -> Abstract:
    """`np.fill_diagonal(a, v)` of a matrix is `a[i, i] = v`."""
    target, kind = array_of(resolver, "np.fill_diagonal", a)
    if len(kind.dims) != 2 or resolver.truth(wrap) is not False:
        resolver.refuse("`np.fill_diagonal` is differentiated for matrices, without `wrap`", "write `a[i, i] = v`")
    values = as_array(resolver.kind(val))
    if values is None or len(values.dims) > 1:
        resolver.refuse("`np.fill_diagonal` takes a number or a row here", "write `a[i, i] = v`")
    assert values is not None
    square = same_size(*kind.dims)
    if values.dims and not (square and same_size(values.dims[0], kind.dims[0])):
        spell_out(resolver, _repeated_diagonal, target, in_array(resolver, val))
    else:
        spell_out(resolver, _square_diagonal if square else _diagonal, target, val)
    return NOTHING


def _put_along_axis(
    resolver: Resolver, arr: Abstract, indices: Abstract, values: Abstract, axis: Abstract
) -> Abstract:
    """`np.put_along_axis` is a store at the indices along one axis, and all places along the others."""
    target, kind = array_of(resolver, "np.put_along_axis", arr)
    along, rank = resolver.need_static(axis, "`axis` of `np.put_along_axis`"), len(kind.dims)
    index = resolver.kind(indices)
    if not isinstance(index, Array) or index.dtype is None or not index.dtype.startswith(("int", "uint")):
        resolver.refuse("the indices of `np.put_along_axis` are no array of integers", "write `a[i, j] = v`")
    assert isinstance(index, Array)
    if along is None:  # the array itself in some versions of NumPy, a copy of it in others
        resolver.refuse("`np.put_along_axis` without an axis is not differentiated", "write `np.put(a, indices, v)`")
    if len(index.dims) != rank or not -rank <= along < rank:
        resolver.refuse("the indices of `np.put_along_axis` do not have the axes of the array", "NumPy raises here")
    where = [indices if k == along % rank else _every(resolver, target, k, rank) for k in range(rank)]
    spell_out(resolver, _stored, target, Aggregate(tuple, tuple(range(rank)), tuple(where)), values)
    return NOTHING


def _every(resolver: Resolver, target: Value, axis: int, rank: int) -> Abstract:
    """The indices of all places along an axis, laid along it."""
    after = rank - 1 - axis
    if after < 2:
        return spell_out(resolver, (_every_along_last, _every_before_last)[after], target, Const(axis))
    shape = Aggregate(tuple, tuple(range(after + 1)), (Const(-1), *(Const(1),) * after))
    return spell_out(resolver, _every_along, target, Const(axis), shape)


def _sort(
    resolver: Resolver, a: Abstract, axis: Abstract = LAST, kind: Abstract = NOTHING, order: Abstract = NOTHING
) -> Abstract:
    """`a.sort()`: ties keep their order, so that each value's derivative goes with it."""
    target, found = array_of(resolver, "sort", a)
    along, rank = _axis(resolver, "sort", axis, len(found.dims)), len(found.dims)
    if resolver.static(order) != (True, None):
        resolver.refuse("`sort` with `order=` is not differentiated", "call it without `order`")
    if rank > 2:
        spell_out(resolver, _sort_along, target, Const(along))
    else:
        spell_out(resolver, _sort_items if rank == 1 else (_sort_columns, _sort_rows)[along], target)
    return NOTHING


def _partition(
    resolver: Resolver,
    a: Abstract,
    kth: Abstract,
    axis: Abstract = LAST,
    kind: Abstract = SELECTING,
    order: Abstract = NOTHING,
) -> Abstract:
    """`a.partition(k)` is `a[...] = np.partition(a, k)`."""
    target, found = array_of(resolver, "partition", a)
    along = _axis(resolver, "partition", axis, len(found.dims))
    if resolver.static(order) != (True, None):
        resolver.refuse("`partition` with `order=` is not differentiated", "call it without `order`")
    resolver.need_static(kind, "`kind` of `partition`")
    spell_out(resolver, _partition_along, target, kth, Const(along), kind)
    return NOTHING


def _axis(resolver: Resolver, name: str, axis: Abstract, rank: int) -> int:
    along = resolver.need_static(axis, f"`axis` of `{name}`")
    if type(along) is not int or not -rank <= along < rank:
        resolver.refuse(f"`{name}` is differentiated along an axis that the array has", "give it one as a number")
    return int(along)


# -- what is written in Python, and resolved like the user's text ----------------------------------------------


def _stored(a: Any, where: Any, value: Any) -> None:
    a[where] = value


def _chosen_again(a: Any, mask: Any, values: Any) -> None:
    if np.size(values):  # of no value at all nothing is stored
        a[...] = np.where(mask, np.resize(values, a.shape), a)


def _placed(a: Any, mask: Any, values: Any) -> None:
    if np.size(values) == 0 and np.any(mask):
        raise ValueError("Cannot insert from an empty array!")
    a[mask] = np.resize(values, np.count_nonzero(mask))


def _square_diagonal(a: Any, value: Any) -> None:
    i = np.arange(len(a))
    a[i, i] = value


def _diagonal(a: Any, value: Any) -> None:
    i = np.arange(min(a.shape[0], a.shape[1]))
    a[i, i] = value


def _repeated_diagonal(a: Any, value: Any) -> None:
    i = np.arange(min(a.shape[0], a.shape[1]))
    a[i, i] = value[i % len(value)]


def _every_along_last(a: Any, axis: Any) -> Any:
    return np.arange(a.shape[axis])


def _every_before_last(a: Any, axis: Any) -> Any:
    return np.arange(a.shape[axis])[:, None]


def _every_along(a: Any, axis: Any, shape: Any) -> Any:
    return np.reshape(np.arange(a.shape[axis]), shape)


def _sort_items(a: Any) -> None:
    order = np.argsort(a, kind="stable")
    a[...] = a[order]


def _sort_rows(a: Any) -> None:
    order = np.argsort(a, axis=1, kind="stable")
    rows = np.arange(a.shape[0])[:, None]
    a[...] = a[rows, order]


def _sort_columns(a: Any) -> None:
    order = np.argsort(a, axis=0, kind="stable")
    a[...] = a[order, np.arange(a.shape[1])]


def _sort_along(a: Any, axis: Any) -> None:
    a[...] = np.sort(a, axis=axis, kind="stable")


def _partition_along(a: Any, kth: Any, axis: Any, kind: Any) -> None:
    a[...] = np.partition(a, kth, axis=axis, kind=kind)


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    **at.FUNCTIONS,
    np.copyto: _copyto,
    np.fill_diagonal: _fill_diagonal,
    np.place: _place,
    np.put: put,
    np.put_along_axis: _put_along_axis,
    np.putmask: _putmask,
}
METHODS: dict[str, Callable[..., Any]] = {"fill": _fill, "partition": _partition, "put": put, "sort": _sort}
"""The methods of arrays that change them."""
