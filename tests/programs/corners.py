"""Programs in which two simple constructs meet: what random programs have found is kept here, in small."""

# ruff: noqa: B007

from __future__ import annotations

from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("corners")

RATE = 0.75


@programs(array(3), again=(array(5),))
def second_name_stored_through(x: Any) -> Any:
    v = x * 2
    out = v
    out[...] *= 0.5
    return x[0] * out[1]


@programs(array(3), again=(array(5),))
def buffer_filled_in_every_turn(x: Any) -> Any:
    for _ in x:
        z = np.zeros(len(x))
        z[0] = x[1]
    return z @ x


@programs(array(3), again=(array(5),))
def row_of_a_fresh_matrix(x: Any) -> Any:
    out = np.outer(x, x)[2]
    out[0] = 0.5
    return out.sum()


@programs(array(3), again=(array(5),))
def stores_on_both_sides_of_a_return(x: Any) -> Any:
    u = x * 1.0
    for j in range(3):
        u[j] = 2
        if x[0] > 9:
            break
        for _ in range(2):
            u *= x
        return u.sum()
    return x[0]


@programs(array(3), again=(array(5),))
def slice_added_to_itself(x: Any) -> Any:
    u = x * 4
    u[:2] += u[:2]
    return u.sum()


@programs(array(3), again=(array(5),))
def entries_added_to_themselves(x: Any) -> Any:
    u = x * 4
    u[1] += u[1]
    u[::-1] += u
    u += u
    return (u * u).sum()


@programs(array(3), again=(array(5),))
def return_in_a_loop_that_never_runs(x: Any) -> Any:
    for j, e in enumerate(x):
        if RATE < 0.4:
            for k in range(3):
                return x[0]
        b = 1
    return x @ x * b


@programs(array(3), again=(array(5),))
def return_or_break_at_once(x: Any) -> Any:
    for e in x:
        for k in range(3):
            if e > 0.5:
                return x[0] * k
            break
    return x @ x
