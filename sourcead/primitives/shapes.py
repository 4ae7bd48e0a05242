"""Symbolic shapes and dtypes: what the kind functions of array primitives have in common."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np

from sourcead.kinds import ANY, ONE, TOP, Array, Dim, Kind, Known, List, Opaque, Scalar, Tree, dim_of
from sourcead.primitives.registry import is_matrix

Axis: TypeAlias = "int | tuple[int, ...] | None"
Dims: TypeAlias = tuple[Dim, ...]

_STRONG = {
    "pyint": "int64",
    "pyfloat": "float64",
    "pybool": "bool",
    "pycomplex": "complex128",
    "real": None,
    "real64": None,
}
_WEAK: dict[str | None, Any] = {"pyint": 0, "pyfloat": 0.0, "pycomplex": 0j}
_EITHER: dict[str | None, tuple[Any, ...]] = {"real": (0, 0.0), "real64": (0, 0.0, np.dtype("float64"))}


# Dtypes ---------------------------------------------------------------------------------------------------------------


def strong(dtype: str | None) -> str | None:
    """The dtype of an array made of values of this dtype: Python numbers become int64, float64, ..."""
    return _STRONG.get(dtype, dtype) if dtype is not None else None


def dtype_name(dtype: Any) -> str:
    """The name of a dtype given as a Python type, a NumPy scalar type, a dtype or a string."""
    return str(np.dtype(dtype).name)


def promoted(*dtypes: str | None) -> str | None:
    """NumPy's promotion, where Python numbers are weak."""
    if None in dtypes:
        return None
    firm = [d for d in dtypes if d not in _WEAK and d not in _EITHER]
    weak = [_WEAK[d] for d in dtypes if d in _WEAK]
    operands: list[Any] = [np.dtype(strong(d)) for d in firm]
    choices = [_EITHER[d] for d in dtypes if d in _EITHER]
    outcomes = {str(np.result_type(*operands, *weak, *chosen).name) for chosen in itertools.product(*choices)}
    return outcomes.pop() if len(outcomes) == 1 else None


def promoted_strong(*dtypes: str | None) -> str | None:
    """NumPy's promotion after each operand became an array by itself."""
    return promoted(*map(strong, dtypes))


def summed(dtype: str | None) -> str | None:
    """The dtype in which sums and products of this dtype are made: small integers and bools widen."""
    dtype = strong(dtype)
    if dtype is None:
        return None
    return str(np.sum(np.zeros(1, dtype)).dtype.name)


def inexact(dtype: str | None) -> str | None:
    """The dtype of means, norms and other quotients: integers and bools become float64, and a real number does."""
    if dtype in ("real", "real64"):
        return "float64"
    dtype = strong(dtype)
    if dtype is None or np.issubdtype(np.dtype(dtype), np.inexact):
        return dtype
    return "float64"


# Kinds as arrays ------------------------------------------------------------------------------------------------------


def is_none(kind: object) -> bool:
    """Whether an optional argument was left out or is None."""
    return kind is None or (isinstance(kind, Known) and kind.value is None) or kind == Opaque(type(None))


def as_array(kind: Kind) -> Array | None:
    """The kind of `np.asarray` of it, or None where its rank is not known."""
    if isinstance(kind, Array):
        return kind
    if isinstance(kind, Scalar):
        return Array(strong(kind.dtype), ())
    if isinstance(kind, Known):
        return _known_array(kind.value)
    if isinstance(kind, List):
        item = as_array(kind.item)
        return item and Array(item.dtype, (kind.length, *item.dims))
    if isinstance(kind, Tree) and kind.type in (tuple, list):
        return _stacked_items([as_array(item) for item in kind.items])
    return None


def as_matrix(kind: Kind) -> Array | None:
    """The kind of an operand of `@`: an array, or a constant matrix that is none (a sparse one)."""
    if not isinstance(kind, Opaque) or not is_matrix(kind.type):
        return as_array(kind)
    if kind.example is not None and getattr(kind.example, "ndim", 2) != 2:
        return None
    return Array(None, (ANY, ANY))


def _known_array(value: object) -> Array | None:
    if isinstance(value, bool | int | float | complex):
        return Array(dtype_name(type(value)), ())
    return None


def _stacked_items(items: Sequence[Array | None]) -> Array | None:
    if not items:
        return Array("float64", (dim_of(0),))
    known = [item for item in items if item is not None]
    if len(known) < len(items) or len({len(item.dims) for item in known}) > 1:
        return None
    dims = tuple(same_dim([item.dims[k] for item in known]) for k in range(len(known[0].dims)))
    return Array(promoted(*(item.dtype for item in known)), (dim_of(len(items)), *dims))


def shaped(dtype: str | None, dims: Dims) -> Scalar | Array:
    """What a ufunc or reduction returns for this shape: NumPy hands out scalars in place of 0-d arrays."""
    return Array(strong(dtype), dims) if dims else Scalar(strong(dtype))


def viewed(kind: Kind, dtype: str | None, dims: Dims) -> Scalar | Array:
    """What a method that makes a view returns: a NumPy scalar stays one, anything else is an array, 0-d too."""
    if not dims and isinstance(kind, Scalar) and kind.dtype is not None and strong(kind.dtype) == kind.dtype:
        return kind
    return Array(dtype, dims)


# Sizes ----------------------------------------------------------------------------------------------------------------


def same_dim(dims: Sequence[Dim]) -> Dim:
    """The size that all of these are, since the program demands it: the one that says most."""
    for dim in dims:
        if isinstance(dim.key, int):
            return dim
    for dim in dims:
        if dim.one is not None:
            return dim
    return dims[0]


def total(dims: Sequence[Dim]) -> Dim:
    """The sum of sizes."""
    dims = [d for d in dims if d.key != 0]
    if len(dims) == 1:
        return dims[0]
    if all(isinstance(d.key, int) for d in dims):
        return dim_of(sum(d.key for d in dims if isinstance(d.key, int)))
    return _composed("sum", dims, False if all(d.one is False for d in dims) else None)


def product(dims: Iterable[Dim]) -> Dim:
    """The product of sizes."""
    number, factors = _factors(dims)
    if number == 0 or not factors:
        return dim_of(number)
    if number == 1 and len(factors) == 1:
        return factors[0]
    numbers = (dim_of(number),) if number != 1 else ()
    one = False if number != 1 or any(f.one is False for f in factors) else None
    return _composed("product", (*numbers, *factors), one)


def _composed(word: str, dims: Sequence[Dim], one: bool | None) -> Dim:
    """A size made of others; of a size that may be any, it is a size that may be any."""
    return Dim(None if any(d.key is None for d in dims) else (word, *dims), one)


def quotient(whole: Sequence[Dim], parts: Sequence[Dim]) -> Dim:
    """The size that completes `parts` to as many entries as `whole` has (the -1 of a reshape)."""
    number, factors = _factors(whole)
    divisor, divisors = _factors(parts)
    for dim in divisors:
        if dim not in factors or dim.key is None:
            return _composed("quotient", (product(whole), product(parts)), None)
        factors.remove(dim)
    if divisor == 0 or number % divisor:
        return _composed("quotient", (product(whole), product(parts)), None)
    return product([dim_of(number // divisor), *factors])


def divides(size: Dim, dims: Iterable[Dim]) -> bool:
    """Whether an array of these sizes has no entries where this size is 0."""
    _, wanted = _factors([size])
    _, have = _factors(dims)
    return all(dim.key is not None and dim in have for dim in wanted)


def _factors(dims: Iterable[Dim]) -> tuple[int, list[Dim]]:
    number = 1
    factors: list[Dim] = []
    for dim in dims:
        if isinstance(dim.key, int):
            number *= dim.key
        elif isinstance(dim.key, tuple) and dim.key and dim.key[0] == "product":
            inner, more = _factors(dim.key[1:])
            number, factors = number * inner, factors + more
        elif dim.one is not True:
            factors.append(dim)
    return number, factors


def size_of(kind: Kind) -> Dim | None:
    """The size that an integer stands for; None for a literal negative one (reshape's -1)."""
    if isinstance(kind, Known) and isinstance(kind.value, int):
        return dim_of(kind.value) if kind.value >= 0 else None
    if isinstance(kind, Scalar) and kind.size is not None:
        return None if isinstance(kind.size.key, int) and kind.size.key < 0 else kind.size
    return ANY


def sizes_of(shape: Kind) -> list[Dim | None] | None:
    """The sizes that a shape argument stands for (None in place of a -1), or None where its length is not known."""
    if isinstance(shape, Known) and isinstance(shape.value, tuple | list):
        return [size_of(Known(n)) for n in shape.value]
    if isinstance(shape, Scalar) or (isinstance(shape, Known) and isinstance(shape.value, int)):
        return [size_of(shape)]
    if isinstance(shape, Tree) and shape.type in (tuple, list):
        return [size_of(item) for item in shape.items]
    return None


def dims_of_shape(shape: Kind) -> Dims | None:
    """The sizes of a shape argument without -1, or None where its length is not known."""
    sizes = sizes_of(shape)
    return None if sizes is None else tuple(ANY if s is None else s for s in sizes)


# Axes -----------------------------------------------------------------------------------------------------------------


def normal_axes(axis: Axis, rank: int) -> tuple[int, ...]:
    """The axes that `axis` names (None: all), counted from 0. An axis out of range is left to NumPy to refuse."""
    if axis is None:
        return tuple(range(rank))
    axes = axis if isinstance(axis, tuple) else (axis,)
    return tuple(int(k) % rank if rank else 0 for k in axes)


def reduced_dims(dims: Dims, axis: Axis, keepdims: bool = False) -> Dims:
    """The shape that reducing over `axis` leaves."""
    axes = normal_axes(axis, len(dims))
    if keepdims:
        return tuple(ONE if k in axes else d for k, d in enumerate(dims))
    return tuple(d for k, d in enumerate(dims) if k not in axes)


def reduced(kind: Kind, dtype: str | None, axis: Axis, keepdims: bool) -> Kind:
    """The kind of a reduction's result."""
    array = as_array(kind)
    if array is not None:
        return shaped(dtype, reduced_dims(array.dims, axis, keepdims))
    return Scalar(strong(dtype)) if axis is None and not keepdims else TOP


def array_dtype(kind: Kind) -> str | None:
    """The dtype of `np.asarray` of it, where it is known."""
    if isinstance(kind, Scalar):
        return kind.dtype
    array = as_array(kind)
    return array.dtype if array is not None else None
