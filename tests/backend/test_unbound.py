"""Names that one branch alone binds are None where they are copied unbound, and only there."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead import grad, value_and_grad
from sourcead.switches import without


def text(f: Any, *args: Any) -> str:
    return value_and_grad(f, style="plain").specialize(*args).source


def picked(x, a, b, c):
    u = x * x
    for e in (u, a):
        if c > b:
            return e
    return product(u, b)


def product(u, b):
    return u * b


def early(x):
    if x < 0:
        return x * x
    y = x**3
    return y


def sometimes(x, c, d):
    if c > 0:
        y = x * x
    if d > 0:
        z = y
        return z * x
    return x


def test_what_is_copied_is_bound_first() -> None:
    made = value_and_grad(picked, style="plain").specialize(0.5, 2.0, 1.0, 3.0)
    for args in [(0.5, 2.0, 1.0, 3.0), (0.5, 2.0, 1.0, 0.0)]:
        assert made(*args)[0] == picked(*args)


def test_what_is_bound_where_it_is_copied_stays_as_it_is() -> None:
    assert "None" not in text(early, 0.5)


def copied_before_a_store(x):
    for _ in range(2):
        x[::2] += x[1]
        for _ in range(1):
            first, *_rest = x
            x[0] = first * first
    return np.sum(x)


def test_what_a_store_may_change_is_copied_though_no_turn_has_bound_it() -> None:
    with without("all"):
        made = value_and_grad(copied_before_a_store, style="plain").specialize(np.ones(3))
    assert made(np.ones(3))[0] == copied_before_a_store(np.ones(3))


def test_the_ledger_says_at_most_of_it() -> None:
    (entry,) = [e for e in grad(sometimes).ledger(0.5, 1.0, 1.0).entries if e.name == "y"]
    assert entry.at_most
