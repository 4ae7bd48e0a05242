"""Kinds: what is known of a value before the program runs (the lattice of the abstract interpretation).

The dtype of a `Scalar` or an `Array` is a NumPy dtype name ("float32"), one of the Python types
"pyint", "pyfloat", "pybool", "pycomplex", their join "real" (a Python int or float), the join of that with float64
"real64" (a running sum that starts as 0.0), or None where it is not known.
A 0-d array is `Array(dtype, ())`; NumPy scalars and Python numbers are `Scalar`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

from sourcead.records import dataclass, field

PYTHON_DTYPES = frozenset({"pyint", "pyfloat", "pybool", "pycomplex", "real", "real64"})


@dataclass(frozen=True, slots=True)
class Dim:
    """One size of an array: equal keys are equal sizes (except None: any size); `one` says whether it is 1 (None: not
    known)."""

    key: Hashable
    one: bool | None = None


ONE = Dim(1, True)
ANY = Dim(None, None)


def same_size(a: Dim, b: Dim) -> bool:
    """Whether two sizes are certainly equal, given that the program runs."""
    return a.key is not None and a.key == b.key


def dim_of(size: int) -> Dim:
    """The size that is this literal number."""
    return ONE if size == 1 else Dim(size, False)


@dataclass(frozen=True, slots=True)
class Top:
    """Nothing is known: any Python object."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A Python number or a NumPy scalar; `size` names the array size that an integer is equal to."""

    dtype: str | None
    size: Dim | None = None


@dataclass(frozen=True, slots=True)
class Array:
    """An ndarray of known rank."""

    dtype: str | None
    dims: tuple[Dim, ...]


@dataclass(frozen=True, slots=True)
class List:
    """A list of items of one kind, of a length that is not known."""

    item: Kind
    length: Dim


@dataclass(frozen=True, slots=True)
class Tree:
    """A container of static structure: `type` is tuple, list, dict, a namedtuple or a dataclass.

    `keys` are positions (tuple, list), dict keys, or field names (namedtuple, dataclass).
    """

    type: type
    keys: tuple[Hashable, ...]
    items: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Opaque:
    """An object of known type that carries no derivative by itself: str, None, a dtype, an instance.

    example: such an object, for looking at its attributes while compiling; it is no part of the kind.
    """

    type: type
    example: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A value that compiling relies on: a str, bool, None, function, class or module, or an int that resolving
    needed."""

    value: object

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Known) or type(self.value) is not type(other.value):
            return False
        if isinstance(self.value, str | bool | int | float | bytes):
            return self.value == other.value
        return self.value is other.value

    def __hash__(self) -> int:
        return hash(
            (
                type(self.value),
                self.value if isinstance(self.value, str | bool | int | float | bytes) else id(self.value),
            )
        )


@dataclass(frozen=True, slots=True)
class Sized:
    """A fact about an array that is no part of its kind: whether its size on an axis, or the number of its elements
    (None), is over a limit."""

    axis: int | None
    limit: int
    over: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """A fact about a number that arguments decide, such as a size. text: the number as an expression of what is found
    at the paths, which stand in it as {0}, {1}, ...; holds: what is true of it, "== 1", "!= 1" or ">= 0"."""

    text: str
    paths: tuple[tuple[tuple[str, Any], ...], ...]
    holds: str

    def number(self, expressions: Sequence[str]) -> str:
        """The number as an expression."""
        return self.text.format(*expressions)

    def test(self, expressions: Sequence[str]) -> str:
        """The test of the fact."""
        return f"{self.number(expressions)} {self.holds}"


Kind: TypeAlias = Top | Scalar | Array | List | Tree | Opaque | Known

Fact: TypeAlias = Kind | Sized | Measured

TOP = Top()
INT = Scalar("pyint")
FLOAT = Scalar("pyfloat")
BOOL = Scalar("pybool")
NONE = Opaque(type(None))
TEXT = Opaque(str)


def const_kind(value: object) -> Kind:
    """The kind of a literal."""
    if isinstance(value, bool):
        return Scalar("pybool")
    if isinstance(value, int):
        return Scalar("pyint", dim_of(value))
    if isinstance(value, float):
        return Scalar("pyfloat")
    if isinstance(value, complex):
        return Scalar("pycomplex")
    if value is None:
        return NONE
    return TEXT if isinstance(value, str) else Opaque(type(value))


def is_numpys(kind: Kind) -> bool:
    """Whether all values of a kind are arrays or NumPy's numbers, which warn where Python's raise."""
    if isinstance(kind, Scalar):
        return kind.dtype is not None and kind.dtype not in PYTHON_DTYPES
    return isinstance(kind, Array)


def is_float_dtype(dtype: str | None) -> bool:
    """Whether values of this dtype can carry a derivative (None: it is not known, so they can)."""
    if dtype is None:
        return True
    return dtype in ("pyfloat", "real", "real64", "pycomplex") or dtype.startswith(
        ("float", "complex", "longdouble", "clongdouble")
    )


def is_complex_dtype(dtype: str | None) -> bool:
    """Whether values of this dtype are complex numbers (None: it is not known)."""
    return dtype is not None and dtype.startswith(("complex", "clongdouble", "pycomplex"))


def is_complex(kind: Kind) -> bool | None:
    """Whether a value is, or holds, complex numbers; None where that is not known."""
    if isinstance(kind, (Array, Scalar)):
        return None if kind.dtype is None else is_complex_dtype(kind.dtype)
    if isinstance(kind, Known):
        return isinstance(kind.value, complex)
    if isinstance(kind, List):
        return is_complex(kind.item)
    if isinstance(kind, Tree):
        found = set(map(is_complex, kind.items))
        return True if True in found else None if None in found else False
    return None if isinstance(kind, Top) else False


def may_carry_derivative(kind: Kind) -> bool:
    """Whether a value of this kind can be differentiated: floats, Python ints, float arrays, and trees of them."""
    if isinstance(kind, Scalar):
        return kind.dtype == "pyint" or is_float_dtype(kind.dtype)
    if isinstance(kind, Array):
        return is_float_dtype(kind.dtype)
    if isinstance(kind, List):
        return may_carry_derivative(kind.item)
    if isinstance(kind, Tree):
        return any(map(may_carry_derivative, kind.items))
    return isinstance(kind, Top)


def rank(kind: Kind) -> int | None:
    """The number of axes, where it is known."""
    if isinstance(kind, Array):
        return len(kind.dims)
    return 0 if isinstance(kind, Scalar) else None


def dtype_of(kind: Kind) -> str | None:
    """The dtype of a scalar or array, where it is known."""
    return kind.dtype if isinstance(kind, Scalar | Array) else None


def dims_of(kind: Kind) -> tuple[Dim, ...] | None:
    """The sizes of a scalar or array, where the rank is known."""
    if isinstance(kind, Array):
        return kind.dims
    return () if isinstance(kind, Scalar) else None


def broadcast_dims(*shapes: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """NumPy's broadcasting on symbolic sizes: of two sizes that are not 1, the program itself demands equality."""
    first = shapes[0]
    if all(shape == first for shape in shapes) and not any(d.one for d in first):
        return first
    length = max(map(len, shapes))
    out: list[Dim] = []
    for axis in range(-length, 0):
        dims = [s[axis] for s in shapes if -axis <= len(s)]
        out.append(_broadcast_dim(dims))
    return tuple(out)


def _broadcast_dim(dims: list[Dim]) -> Dim:
    wide = [d for d in dims if d.one is not True]
    if not wide:
        return ONE
    for d in wide:
        if d.one is False:
            return d
    if all(same_size(d, wide[0]) for d in wide):
        return wide[0]
    parts = tuple(dict.fromkeys(part for d in wide for part in broadcast_parts(d)))
    return ANY if any(part.key is None for part in parts) else Dim(("broadcast", *parts))


def broadcast_parts(dim: Dim) -> tuple[Dim, ...]:
    """The sizes of which one is what broadcasting makes of them."""
    key = dim.key
    return key[1:] if isinstance(key, tuple) and key[:1] == ("broadcast",) else (dim,)


def join(a: Kind, b: Kind) -> Kind:
    """The least kind that holds both."""
    if a == b:
        return a
    if isinstance(a, Known) and isinstance(a.value, int | float):
        return join(Scalar(f"py{type(a.value).__name__}"), b)
    if isinstance(b, Known) and isinstance(b.value, int | float):
        return join(a, Scalar(f"py{type(b.value).__name__}"))
    if isinstance(a, Scalar) and isinstance(b, Scalar):
        return Scalar(join_dtype(a.dtype, b.dtype))
    if isinstance(a, Array) and isinstance(b, Array) and len(a.dims) == len(b.dims):
        dims = tuple(
            Dim(x.key if x.key == y.key else None, x.one if x.one == y.one else None)
            for x, y in zip(a.dims, b.dims, strict=True)
        )
        return Array(join_dtype(a.dtype, b.dtype), dims)
    if isinstance(a, Tree) and isinstance(b, Tree) and (a.type, a.keys) == (b.type, b.keys):
        return Tree(a.type, a.keys, tuple(map(join, a.items, b.items)))
    first, second = as_list(a), as_list(b)
    if first is not None and second is not None:
        return _join_lists(first, second)
    return TOP


def as_list(kind: Kind) -> List | None:
    """A list as one whose length is not part of its kind. The item of an empty one is a `Tree` without items: the
    least list, which `join` and `grown` take for the neutral one."""
    if isinstance(kind, Tree) and kind.type is list:
        return List(joined(kind.items), dim_of(len(kind.items))) if kind.items else List(kind, dim_of(0))
    return kind if isinstance(kind, List) else None


def joined(kinds: Sequence[Kind]) -> Kind:
    """The least kind that holds all of these (at least one); a literal counts as a number."""
    whole, *others = (_unliteral(k) for k in kinds)
    for other in others:
        whole = join(whole, other)
    return whole


def grown(whole: Kind, *items: Kind) -> Kind:
    """The kind of a list that has got more items, or other ones; top where it may be no list."""
    have = as_list(whole)
    if have is None:
        return TOP
    return List(joined((*(() if is_empty(whole) else (have.item,)), *items)), ANY) if items else whole


def is_empty(kind: Kind) -> bool:
    """Whether a list certainly has no items, and so no kind of item yet."""
    return isinstance(kind, Tree) and kind.type is list and not kind.items


def _unliteral(kind: Kind) -> Kind:
    if isinstance(kind, Known) and isinstance(kind.value, bool | int | float):
        return Scalar(f"py{type(kind.value).__name__}")
    return Scalar(kind.dtype) if isinstance(kind, Scalar) else kind


def _join_lists(a: List, b: List) -> Kind:
    if is_empty(a.item) and a.length == dim_of(0):
        return List(b.item, ANY)
    if is_empty(b.item) and b.length == dim_of(0):
        return List(a.item, ANY)
    return List(joined((a.item, b.item)), a.length if a.length == b.length else ANY)


def join_dtype(a: str | None, b: str | None) -> str | None:
    """The dtype that stands for either; None where the two promote differently."""
    if a == b:
        return a
    if {a, b} <= {"pyint", "pyfloat", "real"}:
        return "real"
    if {a, b} <= {"pyint", "pyfloat", "real", "float64", "real64"}:
        return "real64"
    return None
