"""Programs with `*` and `**`: in calls, in displays, as parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("stars")


def product(*args: Any, scale: Any = 1.0, **more: Any) -> Any:
    total = scale
    for arg in args:
        total = total * arg
    for key in more:
        total = total + more[key]
    return total


def weighted(x: Any, w: Any, *rest: Any) -> Any:
    return x * w + len(rest)


@programs(1.5, 0.7, argnums=(0, 1))
def starred_arguments(x: Any, y: Any) -> Any:
    pair = (x, y)
    return product(*pair, 3.0, *pair) + product(y, *[x, x])


@programs(1.5, 0.7, argnums=(0, 1))
def keywords_from_a_dict(x: Any, y: Any) -> Any:
    options = {"scale": x * y, "shift": y}
    return product(x, **options) + product(y, extra=x, **{"scale": y})


@programs(1.5, 0.7, argnums=(0, 1))
def starred_displays(x: Any, y: Any) -> Any:
    pair = (x, y)
    items = [*pair, 2.0, *(y, y)]
    table = {**{"a": x, "b": y}, "b": x * y, **{"c": 3.0}}
    return items[0] * items[3] * items[4] + table["b"] * table["a"] + sum(table.values()) + len((*items, *table))


@programs(array(3), array(3, seed=1), argnums=(0, 1), again=(array(5), array(5, seed=1)))
def nested_def_with_star_parameters(x: Any, y: Any) -> Any:
    def combine(first: Any, *rest: Any, power: Any = 2, **weights: Any) -> Any:
        total = first**power
        for item in rest:
            total = total + item * weights["w"]
        return total

    return combine(x, y, x * y, w=3.0).sum() + combine(x, power=3).sum()


@programs(1.5)
def lambda_with_star_parameters(x: Any) -> Any:
    total = lambda *terms, **named: sum(terms) * named.get("k", 2.0)  # noqa: E731
    return total(x, x * x) + total(x, k=x)


@programs(1.5)
def star_of_a_range(x: Any) -> Any:
    return x * product(*range(1, 4)) + product(x, *"", *[])


@programs(1.5)
def keyword_dict_with_computed_keys(x: Any) -> Any:
    name = "a" + "b"
    table = {name: x, 2: x * x, (1, name): 3.0}
    return table["ab"] * table[2] + table[1, "ab"]


@programs(1.5, 2.0, 0.5, argnums=0)
def own_star_parameters(x: Any, *args: Any, **named: Any) -> Any:
    return x * args[0] * args[1] + weighted(x, *args) + len(named)


@programs(0.5, (2.0, 3.0), {"a": array(3), "b": 2.0}, argnums=(0, 1, 2))
def handed_on(x: Any, args: Any, named: Any) -> Any:
    def inner(*values: Any, **rest: Any) -> Any:
        return weighted(x, *values) * (rest["a"] * rest["b"]).sum()

    return inner(*args, **named)


@programs([array(3), 2.0], argnums=0)
def star_of_a_mixed_list(xs: Any) -> Any:
    return np.sum(product(*xs))


@programs(0.37, -1.28, np.array([[1.0, 2.0], [3.0, 4.0]]), argnums=(0, 1, 2))
def transposed_lists(x: Any, y: Any, w: Any) -> Any:
    """The transpose of a list is an array, the list is none."""
    rows = np.transpose([[x, y], [y, 1.0]])
    return np.sum((2 * rows).T * w) + np.sum((rows @ w).T) + np.sum(np.transpose([[x, y, 1.0], [y, 1.0, 2.0]])) * x
