"""Programs with `match`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("match")


@dataclass
class Point:
    x: Any
    y: Any


@dataclass
class Circle:
    center: Any
    radius: Any


def by_word(x: Any, word: Any) -> Any:
    match word:
        case "square":
            y = x * x
        case "cube" | "third":
            return x**3
        case "none":
            y = 2 * x
        case _:
            y = np.sin(x)
    return y * x


@programs(1.5, 2, again=[(1.5, 3), (0.5, 0), (0.5, -1)])
def match_on_a_number(x: Any, n: Any) -> Any:
    match n:
        case 0:
            return x
        case 1 | 2:
            x = x * 3
        case k if k < 0:
            x = x * k * x
        case other:
            x = x * x * other
    return x * x


def by_sequence(x: Any, items: Any) -> Any:
    match items:
        case (a, (b, c)):
            return a * x + b * c
        case [first, *rest] if rest:
            return first * x * sum(rest)
        case [only]:
            return only * x
        case float(number):
            return number * x * x
    return x


def by_class(shape: Any) -> Any:
    match shape:
        case Point(x, y):
            return x * y
        case Circle(Point("unit", y), radius=r):
            return y * r * r
        case Circle(center=Point() as c, radius=r):
            return c.x * c.y * r
        case _:
            return 0.0


def by_mapping(model: Any, x: Any) -> Any:
    match model:
        case {"kind": "line", "w": w, "b": b}:
            return w * x + b
        case {"kind": "power", "p": p, "w": w}:
            return w * x**p
        case _:
            raise ValueError("no model")


@programs(array(4), again=(array(7),))
def match_in_a_loop(xs: Any) -> Any:
    total = 0.0
    for k, x in enumerate(xs):
        match k % 3:
            case 0:
                total += x * x
            case 1:
                continue
            case _ if x > 0.95:
                break
        total = total * x + x
    return total


def by_singleton(x: Any, flag: Any) -> Any:
    match flag:
        case None:
            return x * x
        case True:
            return x
        case _:
            return 2 * x


@programs([1.0, 2.0, 3.0], again=([1.0, 2.0],))
def match_on_a_list_of_any_length(xs: Any) -> Any:
    match xs:
        case [a, b]:
            return a * b
        case [a, _, c]:
            return a * a * c
    return xs[0]


@programs(1.5)
def match_on_a_word(x: Any) -> Any:
    return by_word(x, "square") + by_word(x, "cube") * by_word(x, "third") + by_word(x, "none") * by_word(x, "other")


@programs(1.5, (2.0, (0.5, 3.0)), (2.0, 0.5, 3.0), argnums=(0, 1, 2))
def match_on_sequences(x: Any, nested: Any, flat: Any) -> Any:
    total = by_sequence(x, nested) + by_sequence(x, flat) * by_sequence(x, (nested[0],))
    return total + by_sequence(x, flat[1] * 2) * by_sequence(x, ()) + by_sequence(x, np.ones(2))


@programs(Circle(Point(1.0, 2.0), 3.0), Point(0.5, 2.0), argnums=(0, 1))
def match_on_classes(circle: Any, point: Any) -> Any:
    return by_class(circle) * by_class(point) + by_class(circle.radius)


@programs(Circle(Point("unit", 2.0), 3.0))
def match_on_an_equal_attribute(circle: Any) -> Any:
    return by_class(circle) + circle.radius


@programs({"kind": "line", "w": 2.0, "b": 0.5}, {"kind": "power", "w": 2.0, "p": 3.0}, 1.5, argnums=(0, 1, 2))
def match_on_mappings(line: Any, power: Any, x: Any) -> Any:
    return by_mapping(line, x) * by_mapping(power, x)


@programs(1.5)
def match_on_singletons(x: Any) -> Any:
    return by_singleton(x, None) + by_singleton(x, True) * by_singleton(x, 1)
