"""Where `check_grads` looks, and what it finds: arguments as vectors that can be moved, and entries that differ."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from sourcead.errors import CheckError, Diagnosis
from sourcead.guard import path_text
from sourcead.leaves import Branch, Dense, Fixed, Form, Leaf, Number, assembled, built, flat, form_of, leaves
from sourcead.records import dataclass, field
from sourcead.signature import items_of

Vector: TypeAlias = "np.ndarray[Any, Any]"


@dataclass(frozen=True, slots=True)
class Point:
    """The arguments of a function. leaves: those that carry a derivative, of all arguments in order; moves: whether one
    is moved (an int is not); active: the positions of the arguments in which one is."""

    args: tuple[Any, ...]
    forms: tuple[Form, ...]
    leaves: tuple[Leaf, ...]
    moves: tuple[bool, ...]
    active: tuple[int, ...]

    @classmethod
    def of(cls, args: tuple[Any, ...], names: Sequence[str]) -> Point:
        """The point of these arguments, which messages call by these names."""
        forms = tuple(form_of(arg, (("param", name),)) for arg, name in zip(args, names, strict=True))
        found = [(k, type(x) is not int) for k, form in enumerate(forms) for x in flat(form, args[k])]
        active = tuple(sorted({k for k, moves in found if moves}))
        every = tuple(leaf for form in forms for leaf in leaves(form))
        return cls(args, forms, every, tuple(moves for _, moves in found), active)

    def copy(self) -> tuple[Any, ...]:
        """The arguments as they are, none of them the caller's."""
        return copy.deepcopy(self.args)

    def at(self, t: float, direction: Sequence[Vector]) -> list[Any]:
        """The arguments moved along a direction, in float64."""
        steps = iter(zip(self.leaves, self.moves, direction, strict=True))
        return [_moved(arg, form, t, steps) for arg, form in zip(self.args, self.forms, strict=True)]

    def direction(self, random: np.random.Generator) -> list[Vector]:
        """A random direction, as its leaves have it."""
        found = [random.standard_normal(leaf.shape) for leaf in self.leaves]
        return [
            np.asarray(like(leaf, x), np.float64) * moves
            for leaf, x, moves in zip(self.leaves, found, self.moves, strict=True)
        ]

    def unit(self, position: int, index: tuple[int, ...]) -> list[Vector]:
        """The direction of one entry of a leaf."""
        found = [np.zeros(leaf.shape) for leaf in self.leaves]
        found[position][index] = 1.0
        return found

    def chosen(self, random: np.random.Generator, most: int) -> Iterator[tuple[int, tuple[int, ...]]]:
        """The entries that are looked at one by one: (the position of the leaf, index)."""
        for k, (leaf, moves) in enumerate(zip(self.leaves, self.moves, strict=True)):
            size = int(np.prod(leaf.shape))
            which = range(size) if size <= most else sorted(random.choice(size, most, replace=False))
            for i in which if moves else ():
                yield k, tuple(int(j) for j in np.unravel_index(i, leaf.shape))

    def tangents(self, direction: Sequence[Vector]) -> tuple[Any, ...]:
        """A direction as tangents of the arguments; None for those that are held."""
        given = iter([like(leaf, x) for leaf, x in zip(self.leaves, direction, strict=True)])
        trees = [built(form, [next(given) for _ in leaves(form)]) for form in self.forms]
        return tuple(tree if k in self.active else None for k, tree in enumerate(trees))

    def gathered(self, cotangents: Sequence[Any]) -> list[Vector]:
        """The cotangents of the active arguments as leaves; zeros for the others, and for what is held."""
        given = dict(zip(self.active, cotangents, strict=True))
        found = [x for k, form in enumerate(self.forms) for x in _flat_or_zeros(form, given.get(k))]
        return [np.asarray(x, np.float64) * moves for x, moves in zip(found, self.moves, strict=True)]


def _flat_or_zeros(form: Form, value: Any) -> Iterator[Any]:
    return (leaf.zeros() for leaf in leaves(form)) if value is None else flat(form, value)


def _moved(value: Any, form: Form, t: float, steps: Iterator[tuple[Leaf, bool, Vector]]) -> Any:
    """A copy of an argument whose leaves have gone t times their step."""
    if isinstance(form, Branch):
        items = items_of(value, form.path) or []
        return assembled(form, [_moved(x, inner, t, steps) for inner, (_, x) in zip(form.items, items, strict=True)])
    if isinstance(form, Fixed):
        return copy.deepcopy(value)
    _, moves, step = next(steps)
    if not moves:
        return value
    there = np.asarray(value, np.float64) + t * step
    if isinstance(form, Dense):
        return there
    return float(there) if form.dtype == "pyfloat" else there[()]


def like(leaf: Leaf, x: Any) -> Any:
    """A vector's entry as a tangent of a leaf."""
    return leaf.number(x) if isinstance(leaf, Number) else np.asarray(x, leaf.dtype)


def vector(parts: Iterable[Any]) -> Vector:
    """Leaves end to end, in float64."""
    found = [np.ravel(np.asarray(part, np.float64)) for part in parts]
    return np.concatenate(found) if found else np.zeros(0)


def dot(a: Vector, b: Vector) -> Vector:
    """An inner product, as an array."""
    return np.asarray(a @ b if a.size else 0.0)


@dataclass(slots=True)
class Finding:
    """One comparison: in words what was compared, the two numbers, and how far they lie apart (1 is just allowed)."""

    words: str
    derivative: float
    difference: float
    excess: float
    against: str

    def __str__(self) -> str:
        return f"{self.words} is {self.derivative:.10g}; {self.against} is {self.difference:.10g}"


@dataclass(slots=True)
class Judge:
    """Compares, and remembers what differs."""

    point: Point
    result: Form
    rtol: float | None
    atol: float | None
    findings: list[Finding] = field(default_factory=list)
    sums: list[Finding] = field(default_factory=list)
    compared: int = 0
    entries: list[tuple[str, float, float, float]] = field(default_factory=list)

    def results(self, words: str, tangent: Vector, difference: Vector, error: Vector) -> None:
        """Compare entries of the result."""
        places = [_place(leaf, i) for leaf in leaves(self.result) for i in np.ndindex(leaf.shape)]
        stem = path_text(self.result.path)
        texts = [f"{words}{place.removeprefix(stem)}" for place in places]
        self._compare(texts, tangent, difference, error)

    def argument(
        self, name: str, position: int, index: tuple[int, ...], derivative: Any, difference: Vector, error: Vector
    ) -> None:
        """Compare one entry of an argument; all of them together when the verdict is asked for."""
        words = f"the derivative of {name} with respect to {_place(self.point.leaves[position], index)}"
        self.entries.append((words, float(derivative), float(difference), float(error)))

    def sum(self, words: str, derivative: Vector, difference: Vector, error: Vector) -> None:
        """Compare one number, which stands for many entries: named only where none of them is."""
        numbers = np.reshape(derivative, 1), np.reshape(difference, 1), np.reshape(error, 1)
        self._compare([words], *numbers, self.sums)

    def modes(self, name: str, forward: Vector, backward: Vector) -> None:
        """Compare forward and reverse mode."""
        words, zero = f"the derivative of {name} along a random direction in forward mode", np.zeros(1)
        numbers = np.reshape(forward, 1), np.reshape(backward, 1), zero
        self._compare([words], *numbers, self.sums, "in reverse mode it")

    def verdict(self) -> None:
        """Raise where something differs."""
        if self.entries:
            words = [entry[0] for entry in self.entries]
            derivative, difference, error = np.array([entry[1:] for entry in self.entries]).T
            self._compare(words, derivative, difference, error)
        found = self.findings or self.sums
        if not found:
            return
        worst = max(found, key=lambda finding: finding.excess)
        note = f"{len(self.findings) + len(self.sums)} of {self.compared} comparisons differ; this is the worst"
        raise CheckError(Diagnosis(str(worst), None, (note,)))

    def _compare(
        self,
        words: Sequence[str],
        derivative: Vector,
        difference: Vector,
        error: Vector,
        findings: list[Finding] | None = None,
        against: str = "the central difference",
    ) -> None:
        """Remember the entries that lie too far apart; where there is no difference, nothing is said."""
        known = np.isfinite(difference)
        scale = float(np.max(np.abs(difference[known]), initial=0.0))
        rtol, atol = self._tolerances()
        allowed = atol + rtol * scale + np.minimum(10 * error, 0.01 * scale)
        with np.errstate(invalid="ignore"):
            excess = np.abs(derivative - difference) / allowed
        excess[np.isnan(excess)] = np.inf
        self.compared += int(known.sum())
        found = self.findings if findings is None else findings
        for k in map(int, np.flatnonzero(known & (excess > 1))):
            found.append(Finding(words[k], float(derivative[k]), float(difference[k]), float(excess[k]), against))

    def _tolerances(self) -> tuple[float, float]:
        """By the coarsest dtype that is met."""
        coarse = max(np.finfo(leaf.numeric).eps for leaf in (*self.point.leaves, *leaves(self.result)))
        rtol, atol = (1e-6, 1e-8) if coarse < 1e-10 else (2e-3, 1e-5) if coarse < 1e-5 else (5e-2, 1e-2)
        return rtol if self.rtol is None else self.rtol, atol if self.atol is None else self.atol


def _place(leaf: Leaf, index: tuple[int, ...]) -> str:
    """An entry of a leaf as a person writes it."""
    return path_text(leaf.path) + (f"[{', '.join(map(str, index))}]" if index else "")
