"""One derivative, called with one object after another: what it compiled for the first must not decide the next."""

# ruff: noqa: RUF005 -- as people write

from __future__ import annotations

import collections
import enum
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import UnsupportedError


class Mode(enum.Enum):
    FLAT = 1
    STEEP = 2


class Level(enum.IntEnum):
    ONE = 1
    TWO = 2


class Box:
    """Holds something."""

    def __init__(self, content: Any) -> None:
        self.content = content

    def scaled(self, x: Any) -> Any:
        return x * self.content


class Truthful(Box):
    """As true as what it holds is large."""

    def __bool__(self) -> bool:
        return bool(self.content > 1)


def as_condition(x: Any, o: Any) -> Any:
    return x if o else x * x


def as_container(x: Any, o: Any) -> Any:
    return x if 3 in o else x * x


def content_is_none(x: Any, o: Any) -> Any:
    return x if o.content is None else x * x


def content_as_condition(x: Any, o: Any) -> Any:
    return x if o.content else x * x


def times_content(x: Any, o: Any) -> Any:
    return x * o.content


def method_of_box(x: Any, o: Any) -> Any:
    return o.scaled(x)


def is_flat(x: Any, o: Any) -> Any:
    return x if o is Mode.FLAT else x * x


def equals_flat(x: Any, o: Any) -> Any:
    return x if o == Mode.FLAT else x * o.value


def times(x: Any, o: Any) -> Any:
    return x * o + x * x


borrowed = Box(5.0)
borrowed.scaled = Box(7.0).scaled  # type: ignore[method-assign]
CASES: list[tuple[Callable[..., Any], list[Any]]] = [
    (
        as_condition,
        [{1}, set(), collections.deque([1]), collections.deque(), Truthful(2), Truthful(0), range(2), range(0)],
    ),
    (as_container, [frozenset([3]), frozenset(), range(4), range(2)]),
    (content_is_none, [Box(None), Box(1), Box(2.0), Box(None), Box("a")]),
    (content_as_condition, [Box(v) for v in (0, 1, "", "a", None, set(), {1}, np.array(0), np.array(1))]),
    (times_content, [Box(2), Box(2.5), Box(np.array(3.0))]),
    (method_of_box, [Box(2.0), Box(3.0), borrowed, Box(4.0)]),
    (is_flat, [Mode.FLAT, Mode.STEEP]),
    (equals_flat, [Mode.STEEP, Mode.FLAT, Mode.STEEP]),
    (times, [Level.ONE, Level.TWO]),
]


@pytest.mark.parametrize("f, objects", CASES, ids=[f.__name__ for f, _ in CASES])
def test_each_object_is_asked_itself(f: Callable[..., Any], objects: list[Any]) -> None:
    derivative = sourcead.value_and_grad(f)
    for o in [*objects, *objects]:
        value, slope = derivative(3.0, o)
        assert value == f(3.0, o)
        assert float(slope) == pytest.approx(float(f(3.0 + 1e-6, o) - f(3.0 - 1e-6, o)) / 2e-6, rel=1e-5)


def test_a_method_of_another_object_of_the_class_needs_no_new_code() -> None:
    compiled = sourcead.grad(method_of_box).specialize(3.0, Box(2.0))
    assert compiled(3.0, Box(4.0)) == 4.0
    draws = sourcead.grad(lambda x, rng: x * rng.normal()).specialize(3.0, np.random.default_rng(0))
    assert draws(3.0, np.random.default_rng(1)) == np.random.default_rng(1).normal()


def zipped_twice(x: Any) -> Any:
    pairs = zip([x, x], [1.0, x], strict=False)
    return sum(a * b for a, b in pairs) + sum(a + b for a, b in pairs)


def reversed_twice(x: Any) -> Any:
    back = reversed([x, 2 * x])
    return sum(list(back)) + len(list(back))


def in_each_turn(x: Any) -> Any:
    numbered = enumerate([x, x * x])
    total = 0.0
    for _ in range(3):
        for k, v in numbered:
            total += k * v
    return total


def by_a_function(x: Any) -> Any:
    def twice(pairs: Any) -> Any:
        return sum(a * b for a, b in pairs) + sum(a + b for a, b in pairs)

    return twice(zip([x], [x], strict=False))


@pytest.mark.parametrize("f", [zipped_twice, reversed_twice, in_each_turn, by_a_function])
def test_an_iterator_is_gone_through_once(f: Callable[..., Any]) -> None:
    with pytest.raises(UnsupportedError, match="an iterator is read here that is read again later"):
        sourcead.grad(f)(2.0)


def joined(row: Any) -> Any:
    longer = row[:1] + row + [3.0]
    return longer[0] * longer[-1]


def test_joining_a_list_with_something_unknown_needs_examples() -> None:
    assert sourcead.grad(joined)([2.0, 1.0]) == [3.0, 0.0]
    with pytest.raises(UnsupportedError):
        _ = sourcead.grad(lambda row: (row + [3.0])[0]).source
