"""Programs with comprehensions, generator arguments, `map`, `filter`, `sorted`, `reversed`, sets and `del`."""


from __future__ import annotations

from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("comprehensions")


@programs(1.5, 0.7, argnums=(0, 1))
def list_comprehension(x: Any, y: Any) -> Any:
    return sum([a * k for k, a in enumerate((x, y, x * y)) if k != 1])


@programs(1.5, 0.7, argnums=(0, 1))
def several_loops_and_tests(x: Any, y: Any) -> Any:
    pair = (x, y)
    return sum(a * b**k for a in pair for k, b in enumerate(pair) if k for _ in (0,) if k < 2)


@programs(1.5, 0.7, argnums=(0, 1))
def targets_are_names_of_their_own(x: Any, y: Any) -> Any:
    a = x * y
    squares = [a * a for a in (x, y)]
    nested = [[a * b for b in squares] for a in (a, y)]
    return a * squares[0] + nested[0][1] * nested[1][0]


@programs(1.5, 0.7, argnums=(0, 1))
def walrus_in_a_comprehension_leaks(x: Any, y: Any) -> Any:
    last = 0.0
    items = [last := last * a + a for a in (x, y, x)]
    return items[1] * last


@programs(1.5, 0.7, argnums=(0, 1))
def dict_comprehension(x: Any, y: Any) -> Any:
    table = {name: value * x for name, value in zip("ab", (x, y))}  # noqa: B905 -- as in older programs
    other = {k: v for k, v in table.items() if k != "a"} if x is None else dict((k, v) for k, v in table.items())
    return table["a"] * other["b"]


@programs(1.5)
def sets_answer_membership(x: Any) -> Any:
    names = {"a", "b", *("c",)}
    lengths = {len(name) for name in ("a", "bb", "b")}
    total = 0.0
    for name in ("a", "z"):
        total += x * x if name in names else x
    return total * len(lengths) if x * 0 in {0.0, 2.0} else total


@programs(1.5, 0.7, argnums=(0, 1))
def generator_arguments(x: Any, y: Any) -> Any:
    pair = (x, y)
    first, second = (2 * a for a in pair)
    made = np.array(list(a * a for a in pair))
    ordered = tuple(a + b for a, b in zip(pair, (b * b for b in pair)))  # noqa: B905
    return max(a * a for a in pair) * first + made @ made + ordered[1] * min(k * x for k in (1, 2)) * second


@programs(array(4), 0.3, argnums=(0, 1), again=[(array(6), 2.0), (array(4), -2.0)])
def any_of_a_generator(xs: Any, c: Any) -> Any:
    if any(x > c for x in xs):
        return c * c * xs[0]
    return xs.sum() * c


@programs(array(4), 0.3, argnums=(0, 1), again=[(array(6), 2.0), (array(4), -2.0)])
def all_stops_where_it_is_decided(xs: Any, c: Any) -> Any:
    seen = 0.0
    if all((seen := x * c) > -0.1 for x in xs if x != 0.5):
        return seen * c
    return seen * xs[0]


@programs(array(2, 3), 0.3, argnums=(0, 1), again=[(array(4, 3), 2.0), (array(2, 3), -2.0)])
def any_over_two_loops(xs: Any, c: Any) -> Any:
    return c * c if any(x > c for row in xs for x in row) else xs.sum() * c


@programs(1.5, 0.7, argnums=(0, 1))
def map_and_filter(x: Any, y: Any) -> Any:
    scaled = list(map(lambda u, k: u * k, (x, y), (2, 3)))
    total = sum(map(np.sin, scaled))
    for item in map(np.cos, scaled):
        total += item * x
    for k in filter(None, (0, 2, 0, 3)):
        total = total * y + k
    kept = list(filter(lambda pair: pair[0] > 1, enumerate((x, y, x * y))))
    a, b = map(abs, (x, y))
    return total * kept[0][1] + a * b


@programs(array(4), again=(array(7),))
def loop_over_a_generator(xs: Any) -> Any:
    total = 0.0
    for y in (x * x for x in xs if x > 0):
        if y > 0.8:
            break
        total = total * y + y
    else:
        total = total * 2
    return total


@programs(array(4), again=(array(7),))
def generator_target_hides_the_name(xs: Any) -> Any:
    x = xs[0] * 2
    total = 0.0
    for y in (x * x for x in xs):
        total += x * y
        x = x * 0.5
    return total * x


@programs(array(4), again=(array(7),))
def reversed_things(xs: Any) -> Any:
    total = xs[0]
    for x in reversed(xs):
        total = total * x + x
    for k in reversed(range(len(xs))):
        total = total * xs[k] + k
    for k, factor in reversed(((1, 2.0), (2, xs[1]))):
        total = total * factor + k
    return total


@programs({"b": 1.5, "a": 0.7, "c": 2.0})
def sorted_by_static_keys(p: Any) -> Any:
    total = 0.0
    for name in sorted(p):
        total = total * p[name] + p[name]
    backwards = sorted(p.items(), key=lambda item: item[0], reverse=True)
    return total * backwards[0][1] + sorted({3, 1, 2})[0]


@programs(1.5, 0.7, argnums=(0, 1))
def zip_of_starred_rows(x: Any, y: Any) -> Any:
    rows = [(x, y), (y, x * x)]
    return sum(a * b for a, b in zip(*rows, strict=True))


@programs(1.5)
def closure_over_a_comprehension(x: Any) -> Any:
    y = x * x

    def inner(t: Any) -> Any:
        return sum(y * t for y in (t, x))

    y = y * 2
    return inner(x) * y


@programs(1.5)
def deleted_names(x: Any) -> Any:
    y = x * 2
    z = y * x
    del y
    y = z * z
    return y * z
