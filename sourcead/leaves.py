"""The numbers in arguments and results: trees of them taken apart, put together, and checked against one another.

A `Form` is what a value looked like when it was looked at: the caller may change the value afterwards. Tangents and
cotangents have the form of the value they belong to: float numbers for Python numbers, arrays of the same shape and
dtype for arrays, None for what carries no derivative.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from sourcead.conditions import describe_value
from sourcead.errors import ArgumentError, Diagnosis
from sourcead.guard import AccessPath, path_text
from sourcead.records import dataclass
from sourcead.signature import items_of


@dataclass(frozen=True, slots=True)
class Number:
    """A Python number (dtype "pyfloat" or "pycomplex"; of an int, too), or a NumPy scalar of a dtype."""

    dtype: str
    path: AccessPath
    shape: tuple[int, ...] = ()

    def zeros(self) -> Any:
        """Its zero."""
        return self.number(0.0)

    def number(self, value: Any) -> Any:
        """A number as one of this form."""
        if self.dtype in ("pyfloat", "pycomplex"):
            return float(value) if self.dtype == "pyfloat" else complex(value)
        return np.dtype(self.dtype).type(value)

    @property
    def numeric(self) -> np.dtype[Any]:
        """The dtype of arrays of such numbers."""
        return np.dtype({"pyfloat": "float64", "pycomplex": "complex128"}.get(self.dtype, self.dtype))


@dataclass(frozen=True, slots=True)
class Dense:
    """An array of floats (or complex numbers)."""

    dtype: str
    path: AccessPath
    shape: tuple[int, ...]

    def zeros(self) -> Any:
        """Zeros of its shape and dtype."""
        return np.zeros(self.shape, self.dtype)

    @property
    def numeric(self) -> np.dtype[Any]:
        """Its dtype."""
        return np.dtype(self.dtype)


@dataclass(frozen=True, slots=True)
class Fixed:
    """What carries no derivative: a string, None, an array of integers."""

    words: str
    path: AccessPath


@dataclass(frozen=True, slots=True)
class Branch:
    """A tuple, list, dict, namedtuple or dataclass instance of them."""

    type: type
    keys: tuple[Any, ...]
    items: tuple[Form, ...]
    path: AccessPath


Leaf: TypeAlias = "Number | Dense"
Form: TypeAlias = "Number | Dense | Fixed | Branch"


def form_of(value: Any, path: AccessPath) -> Form:
    """What a value looks like; path: how messages call it."""
    if isinstance(value, np.ndarray | np.generic):
        if value.dtype.kind not in "fc":
            return Fixed(describe_value(value), path)
        name = value.dtype.name
        return Dense(name, path, value.shape) if isinstance(value, np.ndarray) else Number(name, path)
    if type(value) in (float, int, complex):
        return Number("pycomplex" if type(value) is complex else "pyfloat", path)
    items = items_of(value, path)
    if items is None:
        return Fixed(describe_value(value), path)
    keys = tuple(key for (_, key), _ in items)
    return Branch(type(value), keys, tuple(form_of(item, (*path, step)) for step, item in items), path)


def leaves(form: Form) -> Iterator[Leaf]:
    """The leaves that carry a derivative, from left to right."""
    if isinstance(form, Branch):
        for item in form.items:
            yield from leaves(item)
    elif not isinstance(form, Fixed):
        yield form


def flat(form: Form, value: Any) -> Iterator[Any]:
    """The leaves of a value of this form, in the order of `leaves`."""
    if isinstance(form, Branch):
        for inner, (_, item) in zip(form.items, items_of(value, form.path) or [], strict=True):
            yield from flat(inner, item)
    elif not isinstance(form, Fixed):
        yield value


def built(form: Form, values: Sequence[Any]) -> Any:
    """The tree of this form with these leaves in the place of its own; None where it carries no derivative."""
    return _built(form, iter(values))


def _built(form: Form, values: Iterator[Any]) -> Any:
    if isinstance(form, Branch):
        return assembled(form, [_built(item, values) for item in form.items])
    return None if isinstance(form, Fixed) else next(values)


def assembled(form: Branch, items: list[Any]) -> Any:
    """A container of this form. A dataclass instance is made without running its initialiser."""
    if form.type in (tuple, list):
        return form.type(items)
    if form.type is dict:
        return dict(zip(form.keys, items, strict=True))
    if hasattr(form.type, "_make"):
        return form.type._make(items)
    new: Any = object.__new__(form.type)
    for key, item in zip(form.keys, items, strict=True):
        object.__setattr__(new, key, item)
    return new


def conformed(given: Any, form: Form, what: str) -> Any:
    """A tangent or cotangent in the form of what it belongs to. what: "tangent" or "cotangent". None, for a leaf or a
    tree, stands for zeros.

    Raises:
        ArgumentError: naming the leaf that has another tree, shape or kind.
    """
    if isinstance(form, Fixed):
        if given is not None:
            wanted = f"None, for {path_text(form.path)} is {form.words} and carries no derivative"
            raise _wrong(what, form, wanted, given)
        return None
    if isinstance(form, Branch):
        return _conformed_tree(given, form, what)
    if given is None:
        return form.zeros()
    kind = _kind(given)
    if kind not in {*"iuf", form.numeric.kind} or np.shape(given) != form.shape:
        raise _wrong(what, form, _wanted(form), given)
    return form.number(given) if isinstance(form, Number) else np.asarray(given, form.dtype)


def _conformed_tree(given: Any, form: Branch, what: str) -> Any:
    if given is None:
        return built(form, [leaf.zeros() for leaf in leaves(form)])
    items = items_of(given, form.path) if type(given) is form.type else None
    if items is None:
        raise _wrong(what, form, _article(form.type.__name__), given)
    found = {key: item for (_, key), item in items}
    if found.keys() != set(form.keys):
        keyed = form.type is dict
        words = f"the keys {list(form.keys)!r}" if keyed else f"{len(form.keys)} items"
        have = f"{list(found)!r}" if keyed else f"{len(found)}"
        raise ArgumentError(f"the {what} of {path_text(form.path)} must have {words}, got {have}")
    parts = zip(form.keys, form.items, strict=True)
    return assembled(form, [conformed(found[key], item, what) for key, item in parts])


def check_real(driver: str, forms: Iterable[Form]) -> None:
    """Refuse complex numbers: one derivative does not say what two do."""
    for form in forms:
        for leaf in leaves(form):
            if leaf.numeric.kind == "c":
                words = f"{driver} is for real numbers: {path_text(leaf.path)} is {leaf.numeric.name}"
                raise ArgumentError(Diagnosis(words, help="split it with np.real and np.imag"))


def _kind(given: Any) -> str:
    """The kind of a dtype, as NumPy letters it; "" for what is no number or array of numbers."""
    if isinstance(given, np.ndarray | np.generic):
        return given.dtype.kind
    return {int: "i", float: "f", complex: "c"}.get(type(given), "")


def _wanted(form: Leaf) -> str:
    if isinstance(form, Dense):
        return f"{_article(form.dtype)} array of shape {form.shape}"
    return "a number" if form.dtype == "pyfloat" else f"a number ({form.numeric.name})"


def _wrong(what: str, form: Form, wanted: str, given: Any) -> ArgumentError:
    found = describe_value(given)
    return ArgumentError(f"the {what} of {path_text(form.path)} must be {wanted}; got {found}")


def _article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiouAEIO' else 'a'} {word}"
