"""`out=` of primitives: the op without it, and a store into the array given; and what NumPy casts there.

    np.multiply(a, b, out=c)     c[...] = np.multiply(a, b)        the result of the call is c itself
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.stores import WHOLE, store_array
from sourcead.ir import Atom, Value
from sourcead.kinds import Array, Dim, Kind, Scalar, Top, dims_of, same_size
from sourcead.primitives.promotion import PYTHON_NUMBERS
from sourcead.primitives.registry import Entry
from sourcead.primitives.shapes import as_array

_COPES = frozenset(  # NumPy copies first where out is what they read
    {np.sum, np.prod, np.mean, np.max, np.min, np.cumsum, np.cumprod, np.dot, np.matmul}
)


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
    elementwise = isinstance(entry.target, np.ufunc) and entry.target.signature is None
    spreads = elementwise or entry.target is np.clip
    check_shape(resolver, name, kind, resolver.kind(result), spreads)
    if spreads:
        check_cast(resolver, name, kind, resolver.kind(result))
    else:
        _check_same(resolver, name, kind, resolver.kind(result))
        memory = resolver.memory.tokens_of(target)
        if entry.target not in _COPES and any(memory & resolver.memory.tokens_of(a) for a in args):
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


def check_shape(resolver: Resolver, name: str, into: Array, found: Kind, spreads: bool) -> None:
    """NumPy lets a ufunc fill a larger array, by repeating its operands; whatever else it calls has to fit."""
    dims = dims_of(found)
    fits = dims is not None and len(dims) <= len(into.dims)
    if fits and not spreads:
        assert dims is not None
        fits = len(dims) == len(into.dims) and all(map(_fits, dims, into.dims))
    if not fits:
        resolver.refuse(
            f"whether the result of `{name}` fits into what it is stored into is not known",
            f"write `a[...] = {name}(...)`",
        )


def _fits(size: Dim, into: Dim) -> bool:
    """Whether storing the one size into the other raises unless they are equal: a size of 1 would be repeated."""
    return same_size(size, into) or size.one is False or into.one is True


def check_cast(resolver: Resolver, name: str, into: Array, found: Kind, rule: Any = "same_kind") -> None:
    """Refuse what NumPy does not cast: a float result does not go into an array of ints."""
    want, have = dtype_in(into), dtype_in(found)
    if want is None or have is None:
        resolver.refuse(
            f"whether NumPy casts the result of `{name}` is not known",
            "give example arguments, or store it: `a[...] = ...`",
        )
    assert want is not None and have is not None
    if not np.can_cast(have, want, rule):
        resolver.refuse(
            f"`{name}` does not cast {have.name} to {want.name}: NumPy raises here",
            f"cast it first: `.astype({want.name!r})`",
        )


def _check_same(resolver: Resolver, name: str, into: Array, found: Kind) -> None:
    want, have = dtype_in(into), dtype_in(found)
    if want != have or want is None:
        resolver.refuse(
            f"`{name}` with an `out` of another dtype is not differentiated: it computes in that dtype",
            f"write `a[...] = {name}(...)`",
        )


def dtype_in(kind: Kind) -> np.dtype[Any] | None:
    array = as_array(kind)
    if array is None or array.dtype is None:
        return None
    dtype = PYTHON_NUMBERS.get(array.dtype, array.dtype)
    return np.dtype("float64" if dtype in ("real", "real64") else dtype)  # type: ignore[call-overload,no-any-return]


def weak(kind: Kind, into: Array) -> bool:
    """Whether a number of Python's takes on the dtype of the array that it is stored into."""
    order = ("b", "iu", "f", "c")
    dtype = dtype_in(into)
    if not isinstance(kind, Scalar) or kind.dtype not in (*PYTHON_NUMBERS, "real") or dtype is None:
        return False
    rank = {"pybool": 0, "pyint": 1, "pyfloat": 2, "real": 2, "pycomplex": 3}[str(kind.dtype)]
    return rank <= next(k for k, letters in enumerate(order) if dtype.kind in letters)


def check_value(resolver: Resolver, name: str, into: Array, value: Abstract, rule: str = "same_kind") -> None:
    kind = resolver.kind(value)
    if not weak(kind, into):
        check_cast(resolver, name, into, kind, rule)
