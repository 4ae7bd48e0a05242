"""Kinds as conditions: for each value inside an argument, the Python tests that say whether it has the kind it should.

A `Node` is one value (the argument, or something inside it) with its own tests; nodes come outer before inner. The
same nodes become guards, messages, and the argument checks of saved modules; only the naming (`Names`) differs.
"""

from __future__ import annotations

import functools
import types
from typing import Any

import numpy as np

from sourcead.kinds import TOP, Array, Kind, Known, List, Opaque, Scalar, Sized, Tree
from sourcead.records import dataclass

TYPE, DTYPE, RANK, SIZE, DEEP = range(5)
PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "pyint": (int,),
    "pyfloat": (float,),
    "pybool": (bool,),
    "pycomplex": (complex,),
    "real": (float, int),
    "real64": (float, int, np.float64),
}
_WORDS = {
    "pyint": "an int",
    "pyfloat": "a float",
    "pybool": "a bool",
    "pycomplex": "a complex number",
    "real": "an int or float",
    "real64": "a real number",
}
_REMADE_AT_EACH_ACCESS = (types.MethodType, types.BuiltinMethodType, types.MethodWrapperType)


class Names:
    """How the tests name things."""

    def is_type(self, expr: str, kind: type) -> str:
        """The test that a value is of exactly this type."""
        raise NotImplementedError

    def is_object(self, expr: str, obj: object) -> str:
        """The test that a value is this object."""
        raise NotImplementedError

    def is_equal(self, expr: str, obj: object) -> str:
        """The test that a value is a method equal to this one: the same function of the same object."""
        raise NotImplementedError

    def refer(self, obj: object) -> str:
        """A name for a NumPy or builtin type, a dtype, or a tuple of types."""
        raise NotImplementedError

    def has_dtype(self, expr: str, dtype: object) -> str:
        """The test that an array has this dtype."""
        return f"{expr}.dtype == {self.refer(dtype)}"

    def has_rank(self, expr: str, rank: int, sized: bool) -> tuple[str, str]:
        """The test that an array has so many axes, and its shape as the tests behind that (where any is `sized`) may
        write it."""
        return f"{expr}.ndim == {rank}", f"{expr}.shape"

    def once(self, expr: str) -> tuple[str, str]:
        """How to write an expression the first time and afterwards."""
        raise NotImplementedError

    def predicate(self, kind: Kind) -> str:
        """The name of a function that tests one value for a kind."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Node:
    """One value: where it is (as an expression and in words), what it must be, and the tests of that, with phases."""

    expr: str
    words: str
    wanted: str
    depth: int
    tests: tuple[tuple[int, str], ...]


def nodes(kind: Kind | Sized, expr: str, words: str, names: Names, depth: int = 0) -> list[Node]:
    """The nodes of a value that should be of this kind."""
    if kind == TOP:
        return []
    if isinstance(kind, Sized):
        return [_size_class(kind, expr, words, depth)]
    if isinstance(kind, Array):
        return _array(kind, expr, words, names, depth)
    if isinstance(kind, List):
        return _list(kind, expr, words, names, depth)
    if isinstance(kind, Tree):
        return _tree(kind, expr, words, names, depth)
    return [Node(expr, words, f"be {describe(kind)}", depth, ((TYPE, _simple(kind, expr, names)),))]


def _simple(kind: Kind, expr: str, names: Names) -> str:
    """The test of a scalar, a static value or an object."""
    if isinstance(kind, Scalar):
        return _one_of(scalar_types(kind.dtype), expr, names)
    if isinstance(kind, Opaque):
        return f"{expr} is None" if kind.type is type(None) else names.is_type(expr, kind.type)
    assert isinstance(kind, Known)
    value = kind.value
    if value is None or isinstance(value, bool) or value is Ellipsis:
        return f"{expr} is {value!r}"
    if type(value) in (int, str, bytes):
        first, later = names.once(expr)
        return f"{names.is_type(first, type(value))} and {later} == {value!r}"
    if type(value) is float:
        first, later = names.once(expr)
        return f"{names.is_type(first, float)} and repr({later}) == {repr(value)!r}"
    if isinstance(value, _REMADE_AT_EACH_ACCESS) and not isinstance(getattr(value, "__self__", None), types.ModuleType):
        return names.is_equal(expr, value)
    return names.is_object(expr, value)


def _one_of(allowed: tuple[type, ...], expr: str, names: Names) -> str:
    return names.is_type(expr, allowed[0]) if len(allowed) == 1 else f"type({expr}) in {names.refer(allowed)}"


@functools.cache
def scalar_types(dtype: str | None) -> tuple[type, ...]:
    """The Python types whose instances are scalars of this dtype (None: of any)."""
    if dtype in PYTHON_TYPES:
        return PYTHON_TYPES[dtype]
    numeric = [t for t in dict.fromkeys(np.sctypeDict.values()) if issubclass(t, np.number | np.bool_)]
    if dtype is None:
        return (float, int, bool, complex, *numeric)
    return tuple(t for t in numeric if np.dtype(t).name == dtype)


ARRAY_TYPES = (np.ndarray, np.memmap)


def _array(kind: Array, expr: str, words: str, names: Names, depth: int) -> list[Node]:
    first, later = names.once(expr)
    tests = [(TYPE, f"type({first}) in {names.refer(ARRAY_TYPES)}")]
    if kind.dtype is not None:
        tests.append((DTYPE, names.has_dtype(later, np.dtype(kind.dtype))))
    ones = [dim.one for dim in kind.dims]
    sized = any(one is not None for one in ones)
    test, shape = names.has_rank(later, len(ones), sized)
    tests.append((RANK, test))
    found = [Node(expr, words, f"be {describe(kind)}", depth, tuple(tests))]
    if sized:
        found.append(Node(expr, words, _size_words(ones), depth, ((SIZE, _size_test(ones, later, shape)),)))
    return found


def _size_test(ones: list[bool | None], expr: str, shape: str) -> str:
    if all(one is False for one in ones):
        return f"len({expr}) != 1" if len(ones) == 1 else f"1 not in {shape}"
    asked = ((axis, "==" if one else "!=") for axis, one in enumerate(ones) if one is not None)
    return " and ".join(f"{shape}[{axis}] {sign} 1" for axis, sign in asked)


def _size_class(fact: Sized, expr: str, words: str, depth: int) -> Node:
    """The test of a size class: the kind, tested before, says that there is an array with this axis."""
    size = f"{expr}.size" if fact.axis is None else f"{expr}.shape[{fact.axis}]" if fact.axis else f"len({expr})"
    bound = f"{'over' if fact.over else 'at most'} {fact.limit}"
    wanted = f"have {bound} elements" if fact.axis is None else f"have a size {bound} on axis {fact.axis}"
    return Node(expr, words, wanted, depth, ((SIZE, f"{size} {'>' if fact.over else '<='} {fact.limit}"),))


def _size_words(ones: list[bool | None]) -> str:
    parts = []
    for wanted, words in ((True, "size 1 on"), (False, "a size other than 1 on")):
        axes = [str(axis) for axis, one in enumerate(ones) if one is wanted]
        if axes:
            parts.append(f"{words} {'axis' if len(axes) == 1 else 'axes'} {', '.join(axes)}")
    return "have " + " and ".join(parts)


def _list(kind: List, expr: str, words: str, names: Names, depth: int) -> list[Node]:
    first, later = names.once(expr)
    found = [Node(expr, words, "be a list", depth, ((TYPE, names.is_type(first, list)),))]
    length = {True: f"len({later}) == 1", False: f"len({later}) > 1", None: f"len({later}) > 0"}[kind.length.one]
    if kind.item == TOP:
        if kind.length.one is not None:
            found.append(Node(expr, words, "have another length", depth, ((SIZE, length),)))
        return found
    wanted = f"be a list, not empty, with every item {describe(kind.item)}"
    if isinstance(kind.item, Scalar) and len(scalar_types(kind.item.dtype)) == 1:
        test = f"{{*map(type, {later})}} == {{{names.refer(scalar_types(kind.item.dtype)[0])}}}"
        if kind.length.one is not None:
            test = f"{length} and {test}"
    else:
        test = f"{length} and all(map({names.predicate(kind.item)}, {later}))"
    found.append(Node(expr, words, wanted, depth, ((DEEP, test),)))
    return found


def _tree(kind: Tree, expr: str, words: str, names: Names, depth: int) -> list[Node]:
    first, later = names.once(expr)
    tests = [(TYPE, names.is_type(first, kind.type))]
    if kind.type is dict:
        tests.append((RANK, f"list({later}) == {list(kind.keys)!r}"))
        if not all(type(key) is str for key in kind.keys):
            tests.append(
                (SIZE, f"[type(key).__name__ for key in {later}] == {[type(key).__name__ for key in kind.keys]!r}")
            )
    elif kind.type in (tuple, list):
        tests.append((RANK, f"len({later}) == {len(kind.keys)}"))
    found = [Node(expr, words, f"be {describe(kind)}", depth, tuple(tests))]
    for position, (key, item) in enumerate(zip(kind.keys, kind.items, strict=True)):
        if kind.type in (tuple, list, dict):
            inner, inner_words = f"{later}[{key!r}]", f"{words}[{key!r}]"
        elif issubclass(kind.type, tuple):
            inner, inner_words = f"{later}[{position}]", f"{words}.{key}"
        else:
            inner, inner_words = f"{later}.{key}", f"{words}.{key}"
        found += nodes(item, inner, inner_words, names, depth + 1)
    return found


def describe(kind: Kind) -> str:
    """A kind in words."""
    if isinstance(kind, Scalar):
        return _WORDS.get(kind.dtype, f"{_a(kind.dtype)} scalar") if kind.dtype is not None else "a number"
    if isinstance(kind, Array):
        axes = "1 axis" if len(kind.dims) == 1 else f"{len(kind.dims)} axes"
        return f"{'an' if kind.dtype is None else _a(kind.dtype)} array of {axes}"
    if isinstance(kind, List):
        return f"a list with every item {describe(kind.item)}"
    if isinstance(kind, Tree):
        if kind.type is dict:
            return f"a dict with the keys {', '.join(map(repr, kind.keys)) or 'none'}, in this order"
        return f"a {kind.type.__name__} of {len(kind.keys)}" if kind.type in (tuple, list) else _a(kind.type.__name__)
    if isinstance(kind, Opaque):
        return "None" if kind.type is type(None) else _a(kind.type.__name__)
    if isinstance(kind, Known):
        return describe_value(kind.value)
    return "anything"


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiouAEIO' else 'a'} {word}"


def describe_value(value: Any) -> str:
    """What was found, in words."""
    if isinstance(value, np.ndarray):
        extra = "" if type(value) in ARRAY_TYPES else f" ({type(value).__name__})"
        return f"{_a(str(value.dtype))} array of shape {value.shape}{extra}"
    if isinstance(value, np.generic):
        return f"{_a(value.dtype.name)} scalar"
    if value is None or isinstance(value, bool | int | str | bytes):
        return repr(value) if len(repr(value)) <= 40 else _a(type(value).__name__)
    if type(value) in (tuple, list):
        return f"a {type(value).__name__} of {len(value)}"
    if type(value) is dict:
        return f"a dict with the keys {', '.join(map(repr, value)) or 'none'}"
    if isinstance(value, type | types.ModuleType | types.FunctionType | types.BuiltinFunctionType | np.ufunc):
        return str(getattr(value, "__qualname__", None) or value.__name__)
    return _a(type(value).__name__)
