"""NumPy's functions and methods that change arrays in place, `out=` among them: each is a store of what it computes.

    np.multiply(a, b, out=c)     c[...] = np.multiply(a, b)        the result of the call is c itself
    a.sort()                     a[...] = a[np.argsort(a, kind="stable")]
    np.add.at(a, i, v)           v added to a at i, as often as i names a place
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.data import normal_path
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.stores import WHOLE, store_array
from sourcead.ir import Atom, Const, Hole, Value
from sourcead.kinds import Array, Dim, Kind, Scalar, Top, dims_of, same_size
from sourcead.primitives.promotion import PYTHON_NUMBERS
from sourcead.primitives.registry import Entry, primitive_of
from sourcead.primitives.shapes import as_array

NOTHING = Const(None)
_ALONG = frozenset({np.sum, np.prod, np.mean, np.max, np.min, np.cumsum, np.cumprod})  # NumPy minds that out is an input


# -- out= ----------------------------------------------------------------------------------------------------


def taken_out(resolver: Resolver, entry: Entry, bound: dict[str, Any]) -> Abstract | None:
    """The array that a call of a primitive is given as `out`, taken from its arguments; None where there is none."""
    given = bound.get("out")
    if given is None or "out" not in entry.refuse:
        return None
    parts = resolver.parts_of(given)
    if parts is not None and parts.type is tuple and len(parts.items) == 1:
        (given,) = parts.items
    del bound["out"]
    return None if resolver.static(given) == (True, None) else given


def store_out(resolver: Resolver, entry: Entry, out: Abstract, args: tuple[Atom, ...], result: Abstract) -> Abstract:
    """The result of a primitive goes into the array given as `out`, which is the result of the call."""
    name = entry.form.split()[-1]
    target, kind = array_of(resolver, name, out)
    spreads = (isinstance(entry.target, np.ufunc) and entry.target.signature is None) or entry.target is np.clip
    _check_shape(resolver, name, kind, resolver.kind(result), spreads)
    if spreads:
        check_cast(resolver, name, kind, resolver.kind(result))
    else:
        _check_same(resolver, name, kind, resolver.kind(result))
        memory = resolver.memory.tokens_of(target)
        if entry.target not in _ALONG and any(memory & resolver.memory.tokens_of(a) for a in args):
            resolver.refuse(f"`out` of `{name}` may share memory with what it reads", "give it another array")
    store_array(resolver, target, WHOLE, (), resolver.atom(result))
    return out


def array_of(resolver: Resolver, name: str, item: Abstract) -> tuple[Value, Array]:
    """An array that a function changes, and its kind."""
    kind = resolver.kind(item)
    if isinstance(item, Value) and isinstance(kind, Array):
        return item, kind
    if isinstance(kind, Top):
        resolver.refuse(
            f"`{name}` changes something of which nothing is known",
            "give example arguments (`specialize`, `--args`), or write it as a store: `a[...] = ...`",
        )
    resolver.refuse(f"`{name}` changes something that is no array", "give it an array")


def _check_shape(resolver: Resolver, name: str, into: Array, found: Kind, spreads: bool) -> None:
    """NumPy lets a ufunc fill a larger array, by repeating its operands; whatever else it calls has to fit."""
    dims = dims_of(found)
    if dims is None or (len(dims) > len(into.dims) if spreads else len(dims) != len(into.dims)):
        resolver.refuse(f"whether the result of `{name}` fits into `out` is not known", f"write `out[...] = {name}(...)`")
    assert dims is not None
    if not spreads and not all(map(_fits, dims, into.dims)):
        resolver.refuse(f"whether the result of `{name}` fits into `out` is not known", f"write `out[...] = {name}(...)`")


def _fits(size: Dim, into: Dim) -> bool:
    """Whether storing the one size into the other raises unless they are equal: a size of 1 would be repeated."""
    return same_size(size, into) or size.one is False or into.one is True


def check_cast(resolver: Resolver, name: str, into: Array, found: Kind, rule: Any = "same_kind") -> None:
    """Refuse what NumPy does not cast: a float result does not go into an array of ints."""
    want, have = _dtype(into), _dtype(found)
    if want is None or have is None:
        resolver.refuse(
            f"whether NumPy casts the result of `{name}` is not known", "give example arguments, or store it: `a[...] = ...`"
        )
    assert want is not None and have is not None
    if not np.can_cast(have, want, rule):
        resolver.refuse(
            f"`{name}` does not cast {have.name} to {want.name}: NumPy raises here", f"cast it first: `.astype({want.name!r})`"
        )


def _check_same(resolver: Resolver, name: str, into: Array, found: Kind) -> None:
    want, have = _dtype(into), _dtype(found)
    if want != have or want is None:
        resolver.refuse(f"`{name}` with an `out` of another dtype computes in that dtype", f"write `out[...] = {name}(...)`")


def _dtype(kind: Kind) -> np.dtype[Any] | None:
    array = as_array(kind)
    if array is None or array.dtype is None:
        return None
    dtype = PYTHON_NUMBERS.get(array.dtype, array.dtype)
    return np.dtype("float64" if dtype in ("real", "real64") else dtype)  # type: ignore[call-overload,no-any-return]


def _weak(kind: Kind, into: Array) -> bool:
    """Whether a number of Python's takes on the dtype of the array that it is stored into."""
    order = ("b", "iu", "f", "c")
    dtype = _dtype(into)
    if not isinstance(kind, Scalar) or kind.dtype not in (*PYTHON_NUMBERS, "real") or dtype is None:
        return False
    rank = {"pybool": 0, "pyint": 1, "pyfloat": 2, "real": 2, "pycomplex": 3}[str(kind.dtype)]
    return rank <= next(k for k, letters in enumerate(order) if dtype.kind in letters)


def _check_value(resolver: Resolver, name: str, into: Array, value: Abstract, rule: str = "same_kind") -> None:
    kind = resolver.kind(value)
    if not _weak(kind, into):
        check_cast(resolver, name, into, kind, rule)


# -- functions and methods -----------------------------------------------------------------------------------


def _copyto(
    resolver: Resolver, dst: Abstract, src: Abstract, casting: Abstract = Const("same_kind"), where: Abstract = Const(True)
) -> Abstract:
    """`np.copyto(a, v)` is `a[...] = v`; with a mask, of what is chosen of v and a."""
    target, kind = array_of(resolver, "np.copyto", dst)
    _check_value(resolver, "np.copyto", kind, src, resolver.need_static(casting, "`casting`"))
    if resolver.static(where) != (True, True):
        _choose(resolver, "np.copyto", target, kind, where, src)
    else:
        store_array(resolver, target, WHOLE, (), resolver.atom(src))
    return NOTHING


def _choose(resolver: Resolver, name: str, target: Value, kind: Array, mask: Abstract, value: Abstract) -> None:
    """`a[...] = np.where(mask, value, a)`."""
    if not _weak(resolver.kind(value), kind) and _dtype(resolver.kind(value)) != _dtype(kind):
        resolver.refuse(f"`{name}` with a mask casts what it stores", "cast it first with `.astype`")
    masks = as_array(resolver.kind(mask))
    if masks is None or masks.dtype not in ("bool", "pybool"):
        resolver.refuse(f"the mask of `{name}` is no array of bools", "make it one: `mask.astype(bool)`")
    atoms = (resolver.atom(mask), resolver.atom(value), resolver.atom(target))
    chosen = resolver.emit(primitive_of(np.where), atoms)
    _check_shape(resolver, name, kind, resolver.kind(chosen), True)
    store_array(resolver, target, WHOLE, (), chosen)


def _putmask(resolver: Resolver, a: Abstract, mask: Abstract, values: Abstract) -> Abstract:
    """`np.putmask` repeats values of another shape; of one shape with the array it chooses, as `np.where` does."""
    target, kind = array_of(resolver, "np.putmask", a)
    _check_value(resolver, "np.putmask", kind, values, "safe")
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
    _, kind = array_of(resolver, "np.place", arr)
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


def _fill_diagonal(resolver: Resolver, a: Abstract, val: Abstract, wrap: Abstract = Const(False)) -> Abstract:
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
        row = val if isinstance(resolver.kind(val), Array) else resolver.emit(primitive_of(np.array), (resolver.atom(val),))
        _run(resolver, _repeated_diagonal, target, row)
    else:
        _run(resolver, _square_diagonal if square else _diagonal, target, val)
    return NOTHING


def _put(
    resolver: Resolver, a: Abstract, ind: Abstract, v: Abstract, mode: Abstract = Const("raise")
) -> Abstract:
    """`np.put(a, i, v)` is `a.flat[i] = v`."""
    target, kind = array_of(resolver, "np.put", a)
    if resolver.static(mode) != (True, "raise"):
        resolver.refuse("`np.put` with `mode=` is not differentiated", "write the indices as they are meant")
    _check_value(resolver, "np.put", kind, v)
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
    _run(resolver, _put_in_row if len(kind.dims) == 1 else _put_in_rows, target, index, value)


def _sort(
    resolver: Resolver, a: Abstract, axis: Abstract = Const(-1), kind: Abstract = NOTHING, order: Abstract = NOTHING
) -> Abstract:
    """`a.sort()`: ties keep their order, so that each value's derivative goes with it."""
    target, found = array_of(resolver, "sort", a)
    along, rank = resolver.need_static(axis, "`axis` of `sort`"), len(found.dims)
    if resolver.static(order) != (True, None) or type(along) is not int or not 1 <= rank <= 2 or not -rank <= along < rank:
        resolver.refuse("`sort` is differentiated along an axis of an array that has one or two", "sort row by row")
    function = _sort_items if rank == 1 else _sort_columns if along % 2 == 0 else _sort_rows
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


def _run(resolver: Resolver, function: Callable[..., None], *args: Abstract) -> None:
    """Resolve the text of a function below where the call stands."""
    from sourcead.frontend.calls import inline

    outer, resolver.override = resolver.override, resolver.place
    try:
        inline(resolver, function, list(args), {})
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
    row, column = np.floor_divide(index, a.shape[1]), np.remainder(index, a.shape[1])
    a[row, column] = value


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
