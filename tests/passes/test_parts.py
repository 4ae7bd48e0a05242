"""Parts of arrays: what is added to zeros is assigned where no element gets two contributions; which elements a
subscript names is asked of every kind of subscript, and compared with what Python takes."""

from __future__ import annotations

import copy
import itertools
import operator
import random
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.ir import Atom, Const, Hole, Op, Span, Value
from sourcead.kinds import Array, Dim, Scalar
from sourcead.passes.places import Places
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.switches import without
from tests.kit import assert_trees_close
from tests.programs.kit import Program, Table, array, check_generic, check_specialised

programs = Table("parts")


@programs(array(4, 9), again=[(array(2, 7),), (array(3, 2),), (array(3, 0),)])
def gates(z):
    n = len(z) - 1
    m = z.shape[1] // 3
    a, b, c = z[:, :m], z[:, m : 2 * m], z[:, 2 * m :]
    return np.sum(np.sin(a)) + np.sum(np.cos(b)) * n + np.sum(np.tanh(c))


@programs(array(5), array(5), again=[(array(1), array(3)), (array(0), array(2))])
def two_pieces_at_a_size(x, y):
    n = len(y)
    return np.sum(np.sin(x[:n])) + np.sum(x[n:] ** 2)


@programs(array(5), 2, again=[(array(5), -2), (array(5), 9), (array(5), -9), (array(0), 1)])
def two_pieces_of_unknown_sign(x, k):
    return np.sum(np.sin(x[:k])) + np.sum(x[k:] ** 2)


@programs(array(7), 2, 4, again=[(array(7), 4, 2), (array(7), -3, 2), (array(7), 5, -1)])
def three_pieces_of_unknown_order(x, j, k):
    return np.sum(np.sin(x[:j])) + np.sum(x[j:k] ** 2) + np.sum(np.cos(x[k:]))


@programs(array(6), again=[(array(1),), (array(0),)])
def odd_and_even(x):
    return np.sum(np.sin(x[::2])) + np.sum(x[1::2] ** 3)


@programs(array(7), again=[(array(2),)])
def steps_of_other_lengths(x):
    return np.sum(np.sin(x[::2])) + np.sum(x[1::3] ** 3)


@programs(array(6), again=[(array(1),)])
def backwards(x):
    return np.sum(np.sin(x[:2])) + np.sum(x[:1:-1] ** 3)


@programs(array(5), again=[(array(3),)])
def literal_places(x):
    return x[0] * np.sin(x[1]) + x[2]


@programs(array(5), again=[(array(1),)])
def both_ends(x):
    return np.sin(x[0]) + x[-1] ** 2 + np.sum(np.cos(x[1:-1]))


@programs(array(5), again=[(array(2),), (array(1),)])
def neighbours(x):
    return np.sum((x[1:] - 2 * x[:-1]) ** 2)


@programs(array(3, 4), again=[(array(1, 1),)])
def the_last_axis(x):
    return np.sum(np.sin(x[..., :1])) + np.sum(x[..., 1:] ** 2)


@programs(array(4, 4), again=[(array(2, 3),)])
def blocks(x):
    n = len(x) // 2
    return np.sum(np.sin(x[:n, :n])) + np.sum(x[:n, n:] ** 2) + np.sum(np.cos(x[n:, :n]) * 3)


@programs(array(5), np.array([0, 2, 2]))
def rows_that_repeat(x, i):
    return np.sum(np.sin(x[i]))


@programs(array(5))
def a_mask(x):
    return np.sum(np.sin(x[x > 0]))


@programs(array(6).astype("float32"), again=[(array(2).astype("float32"),)])
def narrow_numbers(x):
    n = len(x) // 2
    return np.sum(np.sin(x[:n])) + np.sum(x[n:] ** 2)


@programs(array(4, 3), array(3))
def one_row_for_all(x, y):
    total = 0.0
    for i in range(3):
        z = x * y[i]
        total = total + np.sum(z[:i]) + np.sum(z[i] ** 2) + np.sum(np.sin(z[i + 1 :]))
    return total


@programs(array(4), array(4))
def the_same_twice(x, y):
    z = x * y
    return np.sum(z[:2] * z[:2]) + np.sum(z[2:])


@programs(array(3, 4))
def parts_of_parts(x):
    z = np.tanh(x)
    return np.sum(np.sin(z[:1][:, :2])) + np.sum(z[1:] ** 2)


PROGRAMS = list(programs.programs.values())
COVERED = ("gates", "two_pieces_at_a_size", "two_pieces_of_unknown_sign", "odd_and_even", "the_last_axis",
           "narrow_numbers", "one_row_for_all", "the_same_twice")  # fmt: skip
ASSIGNED = (*COVERED, "literal_places", "blocks", "parts_of_parts")
ADDED = ("three_pieces_of_unknown_order", "steps_of_other_lengths", "backwards", "both_ends", "neighbours")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_gradients_agree_with_differences(program: Program) -> None:
    check_specialised(program)
    found = sourcead.grad(program.f, program.argnums)(*copy.deepcopy(program.args))
    with without("separate parts"):
        plain = sourcead.grad(program.f, program.argnums)(*copy.deepcopy(program.args))
    assert_trees_close(found, plain, 0, 0, what="without separate parts")


def test_the_text_for_any_kind_is_right() -> None:
    check_generic(programs.programs["two_pieces_of_unknown_sign"])


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
@pytest.mark.optimised
def test_what_is_assigned(program: Program) -> None:
    source = sourcead.grad(program.f, program.argnums).specialize(*program.args).source
    stores = [line for line in source.splitlines() if "] = " in line or "] += " in line or "] -= " in line]
    assert ("np.empty" in source) == (program.name in COVERED), source
    if program.name in ASSIGNED:
        assert stores and all("] = " in line for line in stores)
    if program.name in ADDED:
        assert len(stores) > 1 and not any("] = " in line for line in stores)


SIZE, COUNT, SIGNED = Value("n", Scalar("pyint", Dim("n"))), Value("c", Scalar("pyint")), Value("k", Scalar("pyint"))
LITERALS = (None, None, 0, 1, 2, 5, -1, -3)
NUMBERS: tuple[Any, ...] = (*LITERALS, SIZE, COUNT, SIGNED)


def test_places_are_what_python_takes() -> None:
    """Random pairs and triples of subscripts of one axis, tried with every length and value up to 6."""
    draw = random.Random(0)
    proved = [0, 0]
    for _ in range(500):
        places = Places(counts={COUNT})
        base = Value("x", Array("float64", (Dim(draw.choice(["n", "m"]), None),)))
        found = []
        for level, holes in subscripts(draw):
            op = Op(structural.GETITEM, (base, *holes), (), (("path", (level,)),))
            found.append((level, holes, places.of_op(op, holes)))
        known = [place for *_, place in found if place is not None]
        if len(known) < len(found):
            continue
        apart = all(places.apart(a, b) for a, b in itertools.combinations(known, 2))
        covered = apart and places.cover(known)
        proved[0], proved[1] = proved[0] + apart, proved[1] + covered
        if apart:
            check_places(found, base, covered)
    assert proved[0] > 100 and proved[1] > 10


def subscripts(draw: random.Random) -> list[tuple[tuple[Any, ...], list[Atom]]]:
    """Subscripts of one axis, ints or slices, each with its dynamic parts; often one begins where another ends."""
    cuts = [None, *(draw.choice(NUMBERS) for _ in range(draw.choice([1, 2]))), None]
    steps = [None, None, None, 1, 2, 3, -1]
    if draw.random() < 0.5:
        return [subscript(Span, a, b, draw.choice(steps[:4])) for a, b in itertools.pairwise(cuts)]
    if draw.random() < 0.3:
        return [subscript(Span, k, None, 2) for k in (0, draw.choice((1, 1, COUNT)))]
    indices = [c for c in NUMBERS if c is not None]
    return [
        subscript(None, draw.choice(indices))
        if draw.random() < 0.2
        else subscript(Span, draw.choice(NUMBERS), draw.choice(NUMBERS), draw.choice(steps))
        for _ in cuts[1:]
    ]


def subscript(make: Any, *choices: Any) -> tuple[tuple[Any, ...], list[Atom]]:
    holes: list[Atom] = [c for c in choices if isinstance(c, Value)]
    numbers = iter(range(len(holes)))
    parts = [Hole(next(numbers)) if isinstance(c, Value) else c for c in choices]
    return (make(*parts) if make else parts[0],), holes


def check_places(found: list[Any], base: Value, covered: bool) -> None:
    same = base.kind.dims[0].key == "n"  # type: ignore[union-attr]
    for length, n, c, k in itertools.product(range(6), range(5), range(4), range(-4, 5)):
        length = n if same else length
        taken = [taken_by(level, holes, length, {SIZE: n, COUNT: c, SIGNED: k}) for level, holes, _ in found]
        if None not in taken:
            every = [k for t in taken for k in t or ()]
            assert len(every) == len(set(every)), (found, length, n, c, k)
            assert not covered or len(every) == length, (found, length, n, c, k)


def taken_by(level: Any, holes: list[Atom], length: int, values: dict[Any, int]) -> list[int] | None:
    """The elements that Python takes; None where it raises."""

    def number(part: Any) -> Any:
        return values[holes[part.index]] if isinstance(part, Hole) else part

    (element,) = level
    if isinstance(element, Span):
        return list(range(length)[slice(*map(number, (element.start, element.stop, element.step)))])
    at = number(element)
    return [range(length)[at]] if -length <= at < length else None


def test_arithmetic_on_sizes_is_understood() -> None:
    """n * n + 2 * n is no later than n * (n + 2), and may be later than n * (n + 1)."""

    def made(function: Any, *args: Atom) -> Value:
        out = Value("", Scalar("pyint"))
        places.makers[out] = Op(primitive_of(function), args, (out,))
        return out

    places, n = Places(), SIZE
    square, more = made(operator.mul, n, n), made(operator.add, n, Const(2))
    end = made(operator.add, square, made(operator.mul, Const(2), n))
    base = Value("x", Array("float64", (Dim("m", None),)))

    def place(start: Atom, stop: Atom) -> Any:
        op = Op(structural.GETITEM, (base, start, stop), (), (("path", ((Span(Hole(0), Hole(1)),),)),))
        return places.of_op(op, (start, stop))

    first, second = place(n, end), place(made(operator.mul, n, more), made(operator.mul, more, more))
    third = place(made(operator.mul, n, made(operator.add, n, Const(1))), end)
    assert places.apart(first, second) and not places.apart(first, third)
