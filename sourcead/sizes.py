"""Size classes: how large the arguments are, asked for by the passes that write an expert's NumPy.

A size is one, narrow (2 to 32) or wide; an array is large when it has more than 2^17 elements. A class says what is
fast, never what is right: every text that relies on one is right for all of them. What is asked for is relied on, and
joins the signature; a size that nothing asked for makes no new code.

Whether a size that the arguments decide is 1 (`x[a:b]`, of an argument x and ints a and b) says what is right, where
such an array is broadcast: it is asked, once, when the code is made, and the code never asks.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, TypeAlias

from sourcead.kinds import Array, Dim, Kind, List, Measured, Scalar, Sized, Tree, dims_of
from sourcead.measures import measure
from sourcead.records import dataclass, field

NARROW = 32  # the largest narrow size
LARGE = 2**17  # elements: an array that has more of them is large
_Path: TypeAlias = tuple[tuple[str, Any], ...]


@dataclass(slots=True, eq=False)
class Sizes:
    """The sizes of one call's arguments, and what was asked about them. places: the name of a size to (path, axis,
    size); arrays: the sizes of an array by name to (path, elements)."""

    places: dict[Hashable, tuple[_Path, int, int]] = field(default_factory=dict)
    arrays: dict[tuple[Dim, ...], tuple[_Path, int]] = field(default_factory=dict)
    relied: dict[Hashable, tuple[_Path, Sized | Measured]] = field(default_factory=dict)
    numbers: dict[Hashable, tuple[_Path, str, int]] = field(default_factory=dict)  # path, what is asked of it, answer

    def add(self, kind: Kind, value: Any, path: _Path) -> None:
        """Look at an argument, or at something inside it."""
        if isinstance(kind, Array):
            self.arrays.setdefault(kind.dims, (path, value.size))
            for axis, dim in enumerate(kind.dims):
                if isinstance(dim.key, str):
                    self.places.setdefault(dim.key, (path, axis, value.shape[axis]))
                    self.numbers.setdefault(dim.key, (path, f".shape[{axis}]", value.shape[axis]))
        elif isinstance(kind, List):
            self.numbers.setdefault(kind.length.key, (path, ".__len__()", len(value)))
        elif kind == Scalar("pyint"):
            self.numbers.setdefault(("at", path), (path, "", value))
        elif isinstance(kind, Tree):
            by_item = kind.type in (tuple, list, dict)
            for key, item in zip(kind.keys, kind.items, strict=True):
                step = ("item", key) if by_item else ("attr", str(key))
                self.add(item, value[key] if by_item else getattr(value, str(key)), (*path, step))

    def size_class(self, dim: Dim) -> str | None:
        """The class of one size; None where nothing is known of it."""
        if dim.one:
            return "one"
        dim = _about(dim)
        if isinstance(dim.key, int):
            return _class_of(dim.key)
        if dim.key not in self.places:
            return None
        path, axis, size = self.places[dim.key]
        found = _class_of(size)
        self.relied[path, axis] = (path, Sized(axis, NARROW, found == "wide"))
        return found

    def is_one(self, dim: Dim) -> bool | None:
        """Whether a size is 1; None where the arguments do not decide it."""
        if dim.one is not None:
            return dim.one
        if dim.key in self.places:  # the kinds say so
            return self.places[dim.key][2] == 1
        number = self._number(dim)
        if number is None:
            return None
        self._rely(dim, "== 1" if number == 1 else "!= 1")
        return number == 1

    def is_positive(self, dim: Dim) -> bool:
        """Whether a number that the arguments decide is not negative."""
        number = self._number(dim)
        if number is None or number < 0:
            return False
        self._rely(dim, ">= 0")
        return True

    def _number(self, dim: Dim) -> int | None:
        """What a number is for these arguments; None where they do not decide it."""
        found = self.numbers
        text = measure(dim, lambda key: str(found[key][2]) if key in found else None)
        try:
            return None if text is None else int(eval(text, {"len": len, "range": range, "max": max, "min": min}))
        except (ArithmeticError, TypeError, ValueError):
            return None

    def _rely(self, dim: Dim, holds: str) -> None:
        paths: dict[_Path, int] = {}

        def place(key: Hashable) -> str | None:
            if key not in self.numbers:
                return None
            path, asked, _ = self.numbers[key]
            return f"{{{paths.setdefault(path, len(paths))}}}{asked}"

        text = measure(dim, place)
        assert text is not None
        for path in [*paths][:1]:  # a number that nothing decides but the program is no assumption
            self.relied[text, tuple(paths), holds] = (path, Measured(text, tuple(paths), holds))

    def is_narrow(self, dim: Dim) -> bool:
        """Whether a size is certainly narrow."""
        return self.size_class(dim) == "narrow"

    def is_wide(self, dim: Dim) -> bool:
        """Whether a size is certainly wide."""
        return self.size_class(dim) == "wide"

    def is_large(self, kind: Kind) -> bool:
        """Whether an array is certainly large."""
        return self._is_over(kind) is True

    def is_small(self, kind: Kind) -> bool:
        """Whether an array is certainly not large."""
        return self._is_over(kind) is False

    def _is_over(self, kind: Kind) -> bool | None:
        """Whether an array is large: as that argument is which has this shape, or nearly this."""
        dims = dims_of(kind)
        if not dims:
            return None
        dims = tuple(map(_about, dims))
        if dims not in self.arrays:
            return None
        path, elements = self.arrays[dims]
        self.relied[path, None] = (path, Sized(None, LARGE, elements > LARGE))
        return elements > LARGE

    def facts(self) -> list[tuple[_Path, Sized | Measured]]:
        """What was asked for: each place with the class that it was in."""
        return list(self.relied.values())


def _about(dim: Dim) -> Dim:
    """The size that a size is a few less than."""
    while isinstance(dim.key, tuple) and dim.key[0] == "less" and isinstance(dim.key[1], Dim):
        dim = dim.key[1]
    return dim


def _class_of(size: int) -> str:
    return "one" if size == 1 else "narrow" if size <= NARROW else "wide"
