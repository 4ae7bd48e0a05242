"""NumPy's functions and methods that change arrays in place: each is a store of what it computes.

    np.copyto(a, v)              a[...] = v
    a.sort()                     a[...] = a[np.argsort(a, kind="stable")]
    np.add.at(a, i, v)           v added to a at i, as often as i names a place
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.frontend.abstract import Abstract, Method
from sourcead.frontend.data import normal_path
from sourcead.frontend.outputs import array_of, check_cast, check_shape, check_value, dtype_in, weak
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.stores import WHOLE, store_array
from sourcead.ir import Const, Hole, Path, Span, Value
from sourcead.kinds import Array, Dim, Scalar, dims_of, same_size
from sourcead.primitives.registry import method_entry, primitive_of
from sourcead.primitives.shapes import as_array

NOTHING, NO, YES, LAST = Const(None), Const(False), Const(True), Const(-1)
SAME_KIND, RAISE = Const("same_kind"), Const("raise")


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
    if not weak(resolver.kind(value), kind) and dtype_in(resolver.kind(value)) != dtype_in(kind):
        resolver.refuse(f"`{name}` with a mask casts what it stores", "cast it first with `.astype`")
    masks = as_array(resolver.kind(mask))
    if masks is None or masks.dtype not in ("bool", "pybool"):
        resolver.refuse(f"the mask of `{name}` is no array of bools", "make it one: `mask.astype(bool)`")
    atoms = (resolver.atom(mask), resolver.atom(value), resolver.atom(target))
    chosen = resolver.emit(primitive_of(np.where), atoms)
    check_shape(resolver, name, kind, resolver.kind(chosen), True)
    store_array(resolver, target, WHOLE, (), chosen)


def _putmask(resolver: Resolver, a: Abstract, mask: Abstract, values: Abstract) -> Abstract:
    """`np.putmask` repeats values of another shape; of one shape with the array it chooses, as `np.where` does."""
    target, kind = array_of(resolver, "np.putmask", a)
    check_value(resolver, "np.putmask", kind, values, "safe")
    for given, what in ((mask, "mask"), (values, "values")):
        dims = dims_of(resolver.kind(given))
        if dims is None or ((dims or what == "mask") and not _same_dims(dims, kind.dims)):
            resolver.refuse(
                f"whether the {what} of `np.putmask` has the shape of the array is not known", "write `a[mask] = v`"
            )
    _choose(resolver, "np.putmask", target, kind, mask, values)
    return NOTHING


def _same_dims(dims: tuple[Dim, ...], others: tuple[Dim, ...]) -> bool:
    return len(dims) == len(others) and all(map(same_size, dims, others))


def _place(resolver: Resolver, arr: Abstract, mask: Abstract, vals: Abstract) -> Abstract:
    """`np.place` stores the values one after another where the mask holds; a number, everywhere there."""
    array_of(resolver, "np.place", arr)
    if not isinstance(resolver.kind(vals), Scalar):
        resolver.refuse("`np.place` of several values is not differentiated", "write `a[mask] = values`")
    return _putmask(resolver, arr, mask, vals)


def _fill(resolver: Resolver, a: Abstract, value: Abstract) -> Abstract:
    """`a.fill(v)` is `a[...] = v` of a number."""
    target, _ = array_of(resolver, "fill", a)
    _need_number(resolver, "fill", value, "a[...] = values")
    store_array(resolver, target, WHOLE, (), resolver.atom(value))
    return NOTHING


def _need_number(resolver: Resolver, name: str, value: Abstract, remedy: str) -> None:
    if dims_of(resolver.kind(value)) != ():
        resolver.refuse(f"`{name}` of several values is not differentiated", f"write `{remedy}`")


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
        if not isinstance(resolver.kind(val), Array):
            val = resolver.emit(primitive_of(np.array), (resolver.atom(val),))
        _run(resolver, _repeated_diagonal, target, val)
    else:
        _run(resolver, _square_diagonal if square else _diagonal, target, val)
    return NOTHING


def _put(
    resolver: Resolver, a: Abstract, ind: Abstract, v: Abstract, mode: Abstract = RAISE
) -> Abstract:
    """`np.put(a, i, v)` is `a.flat[i] = v`."""
    target, kind = array_of(resolver, "np.put", a)
    if resolver.static(mode) != (True, "raise"):
        resolver.refuse("`np.put` with `mode=` is not differentiated", "write the indices as they are meant")
    check_value(resolver, "np.put", kind, v)
    store_flat(resolver, "np.put", target, kind, ind, v)
    return NOTHING


def store_flat(
    resolver: Resolver, name: str, target: Value, kind: Array, index: Abstract, value: Abstract
) -> None:
    """A store at positions that count the items row by row."""
    places, values = as_array(resolver.kind(index)), dims_of(resolver.kind(value))
    if places is None or places.dtype is None or places.dtype.startswith(("bool", "pybool", "float")):
        resolver.refuse(f"the positions of `{name}` are no integers", "write `a[i] = v`")
    assert places is not None
    if values is None or (values != () and not _same_dims(values, places.dims)):
        resolver.refuse(f"whether `{name}` stores one value at each position is not known", "write `a[i] = v`")
    if not 1 <= len(kind.dims) <= 2:
        resolver.refuse(f"`{name}` is differentiated for arrays of one or two axes", "write `a[i, j] = v`")
    if not isinstance(resolver.kind(index), Array | Scalar):
        index = resolver.emit(primitive_of(np.array), (resolver.atom(index),))
    _run(resolver, _put_in_row if len(kind.dims) == 1 else _put_in_rows, target, index, value)


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
            return _run(resolver, _in_rows, flat.receiver, place)
    return item(resolver, flat_items(resolver, flat), path, dynamic)


def flat_items(resolver: Resolver, flat: Method) -> Abstract:
    """What `a.flat` goes through."""
    from sourcead.frontend.calls import call_entry

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


def _sort(
    resolver: Resolver, a: Abstract, axis: Abstract = LAST, kind: Abstract = NOTHING, order: Abstract = NOTHING
) -> Abstract:
    """`a.sort()`: ties keep their order, so that each value's derivative goes with it."""
    target, found = array_of(resolver, "sort", a)
    along, rank = resolver.need_static(axis, "`axis` of `sort`"), len(found.dims)
    known = type(along) is int and 1 <= rank <= 2 and -rank <= along < rank
    if not known or resolver.static(order) != (True, None):
        resolver.refuse("`sort` is differentiated along an axis of an array that has one or two", "sort row by row")
    function = _sort_items if rank == 1 else (_sort_columns, _sort_rows)[along]
    _run(resolver, function, target)
    return NOTHING


def _at(sign: str, ufunc: np.ufunc) -> Callable[..., Abstract]:
    """`np.add.at` or `np.subtract.at`."""

    def resolve(resolver: Resolver, a: Abstract, indices: Abstract, b: Abstract) -> Abstract:
        name = f"np.{ufunc.__name__}.at"
        target, kind = array_of(resolver, name, a)
        total = resolver.infer(primitive_of(ufunc), (target, resolver.atom(b)), {})
        check_cast(resolver, name, kind, total)
        path, atoms = normal_path(resolver, ((Hole(0),),), [indices])
        store_array(resolver, target, path, atoms, resolver.atom(b), add=sign)
        return NOTHING

    return resolve


def _no_at(resolver: Resolver, a: Abstract, indices: Abstract, b: Abstract = NOTHING) -> Abstract:
    resolver.refuse(
        "of the `at` of ufuncs, those of `np.add` and `np.subtract` are differentiated",
        "write a store, where no index is named twice: `a[i] *= v`",
    )


def _unordered(name: str) -> Callable[..., Abstract]:
    def resolve(resolver: Resolver, *args: Abstract, **kwargs: Abstract) -> Abstract:
        resolver.refuse(f"`{name}` is not differentiated", "write what it stores as plain stores: `a[i] = v`")

    return resolve


# -- what is written in Python, and resolved like the user's text ----------------------------------------------


def _run(resolver: Resolver, function: Callable[..., Any], *args: Abstract) -> Abstract:
    """Resolve the text of a function below where the call stands."""
    from sourcead.frontend.calls import inline

    outer, resolver.override = resolver.override, resolver.place
    try:
        return inline(resolver, function, list(args), {})
    finally:
        resolver.override = outer


def _square_diagonal(a: Any, value: Any) -> None:
    i = np.arange(len(a))
    a[i, i] = value


def _diagonal(a: Any, value: Any) -> None:
    i = np.arange(min(a.shape[0], a.shape[1]))
    a[i, i] = value


def _repeated_diagonal(a: Any, value: Any) -> None:
    i = np.arange(min(a.shape[0], a.shape[1]))
    a[i, i] = value[i % len(value)]


def _put_in_row(a: Any, index: Any, value: Any) -> None:
    a[index] = value


def _put_in_rows(a: Any, index: Any, value: Any) -> None:
    a[index // a.shape[1], index % a.shape[1]] = value


def _in_rows(a: Any, index: Any) -> Any:
    return a[index // a.shape[1], index % a.shape[1]]


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


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    **{u.at: _no_at for u in vars(np).values() if isinstance(u, np.ufunc) and u.signature is None},
    np.add.at: _at("+", np.add),
    np.subtract.at: _at("-", np.subtract),
    np.copyto: _copyto,
    np.fill_diagonal: _fill_diagonal,
    np.put: _put,
    np.putmask: _putmask,
    np.place: _place,
    np.put_along_axis: _unordered("np.put_along_axis"),
}
METHODS: dict[str, Callable[..., Any]] = {"fill": _fill, "put": _put, "sort": _sort}
"""The methods of arrays that change them."""
