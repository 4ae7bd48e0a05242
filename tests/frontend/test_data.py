"""Data: items of containers are followed to where they came from; what cannot be stored into is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compiling import ops_named, primal
from tests.refusing import refused
from tests.small import gradient, program


@pytest.mark.parametrize(
    ("body", "p"),
    [
        ("p['a'] * p['b']", {"a": 1.5, "b": 2.0}),
        ("p[0] * p[-1]", (1.5, 2.0)),
        ("p[1][0] * p[0]", (1.5, [2.0])),
        ("p[0:2][1] * p[0]", (1.5, 2.0)),
        ("(p, 3.0)[0][1] * p[0]", (1.5, 2.0)),
    ],
)
def test_items_of_static_structure(body: str, p: Any) -> None:
    assert gradient(f"def f(p):\n    return {body}", p)


def test_an_item_of_a_container_made_here_is_the_item() -> None:
    assert not ops_named(primal(program("def f(x):\n    t = (x, 2.0)\n    return t[0] * t[1]"), 1.5), "getitem")


def test_a_star_takes_the_rest() -> None:
    assert gradient("def f(p):\n    a, *b, c = p\n    return a * b[0] * b[1] * c", (1.0, 2.0, 3.0, 4.0))


@pytest.mark.parametrize("store", ["p['a'] = 1.0", "p['b'] += x", "p['c'] = p['a'] * p['b']"])
def test_stores_into_a_container_made_here_leave_no_trace(store: str) -> None:
    text = gradient(f"def f(x):\n    p = {{'a': x, 'b': x * x}}\n    {store}\n    return p['b'] * p['a']", 1.5)
    assert "'" not in text and "{" not in text


def test_a_key_of_a_store_that_is_not_known() -> None:
    words = refused("def f(x, k):\n    p = {'a': x}\n    p[x] = 1.0\n    return p['a']", 1.5, "a")
    assert "the key of a store into a dict" in words.splitlines()[0] and "  --> model.py:3:" in words


def test_a_number_has_no_items() -> None:
    assert refused("def f(x):\n    return x[0]", 1.5).startswith("a number has no items\n  --> model.py:2:")
