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


def squared_until_large(a: Any, b: Any) -> Any:
    for _ in range(3):
        a = a * a + b
        if np.sum(a) > 0.9:
            return a * 0.3
    return a - b


@programs(array(3), again=(array(5),))
def early_return_called_in_a_branch_of_a_loop(x: Any) -> Any:
    y = x[0] + 1
    for i in range(3):
        if i >= 0:
            y = squared_until_large(y, 0.3)
    return y


@programs(array(3), again=(array(5),))
def early_return_of_arrays_called_in_a_loop(x: Any) -> Any:
    y = x * 1
    for _ in range(3):
        y = squared_until_large(y, 0.2)
    return y.sum()


@programs(array(3), again=(array(5),))
def break_beside_a_nested_return(x: Any) -> Any:
    for _ in range(3):
        if x[0] > 9:
            break
        for e in x:
            if e > 0.2:
                return x[1]
    return x[2]


@programs(array(3), again=(array(5),))
def loop_after_a_nested_return(x: Any) -> Any:
    y = x[0]
    for _ in range(3):
        for e in x:
            if e < -0.1:
                return y
        for e in x:
            y = y * e
    return y


@programs(array(3), 0.5, argnums=(0, 1), again=(array(5), 0.1))
def adjoint_read_after_its_array_was_cleared(x: Any, y: Any) -> Any:
    w = np.zeros(len(x))
    for i in range(len(x)):
        w[i] = x[i]
    z = np.array([y, 0.5])
    w -= y
    return z[1] + (w**2).sum()


@programs(array(3), again=(array(5),))
def bound_from_some_turn_on(x: Any) -> Any:
    n = 0
    for i in range(3):
        if x[i] > -0.7:
            z = x * x[i] + n * z if n else x * 2  # noqa: F821
            n += 1
    return (z * x).sum() if n else x[0]


@programs(array(3), again=(array(5),))
def bound_before_a_return_in_the_loop(x: Any) -> Any:
    for i in range(3):
        if x[i] > -0.9:
            z = x * x[i]
        if i == 2:
            return (z * x).sum()
    return x[0]


@programs(array(3), again=(np.array([0.3, -0.4, 0.7]),))
def branch_of_a_turn_that_does_nothing(x: Any) -> Any:
    z = x * 0.75
    for _ in range(3):
        if x[0] > 0:
            z = z * x[0]
        elif x[1] > 0:
            _ = 3
        else:
            z = x * x[0]
    return (z * x[0]).sum()


@programs(0.5, 1.5, again=[(1.7, 0.1), (2.5, 0.1)])
def continue_and_return_over_a_tuple(x: Any, y: Any) -> Any:
    for e in (x, y, 2.0):
        if e < 1:
            continue
        if x > e:
            return x * e
        y = y * x + e
    return x * y


@programs(0.5, 1.5, again=[(1.7, 0.1), (0.9, 0.3)])
def continue_break_and_return_over_a_tuple(x: Any, y: Any) -> Any:
    for e in (x, y, 1.0):
        if e < 0.4:
            continue
        if e > 1.2:
            break
        if y > e:
            return x * e
        y = y * x + e
    return x * y


@programs(array(4), 0.4, argnums=(0, 1), again=(array(3), 2.0))
def loop_over_a_view_that_was_stored_through(x: Any, y: Any) -> Any:
    v = x.copy()
    part = v[::1]
    part[:] = y
    s = y
    for item in part:
        s += item
    return s


@programs(array(4), again=(array(3),))
def loop_over_the_rows_of_a_changed_view(x: Any) -> Any:
    grid = np.outer(x, x)
    low = grid[1:]
    s = 0.0
    for k in range(2):
        grid[k + 1] *= x[0]
        for row in low:
            row[0] += s
            s = s + row.sum()
    return s


@programs(2.0, again=(0.5,))
def grown_list_reduced(y: Any) -> Any:
    seq = [y]
    for _ in range(2):
        seq.append(1)
    return np.sum(seq) + np.max(seq) * seq[0]


class Logged:
    def __init__(self, v: Any) -> None:
        self.v = v
        self.log: list[Any] = []


@programs(array(3), again=(array(4),))
def object_made_anew_in_one_branch_of_a_loop(x: Any) -> Any:
    e = Logged(x * 2)
    for k in range(3):
        if x[k] > 0.4:
            e.v = x * 1.0
        else:
            e = Logged(x * 2.0)
        e.log.append(x[k])
    return e.v.sum() + sum(e.log)


@programs(array(3), 0.4, argnums=(0, 1))
def items_of_what_a_handler_binds(x: Any, y: Any) -> Any:
    try:
        v = x[1] * y
        pair = (v, x)
    except IndexError:
        v, pair = y, (y, x * 2)
    a, b = pair
    return a * b.sum() * min([v, 3.0])


@programs(array(4))
def lists_changed_by_what_a_handler_binds(x: Any) -> Any:
    s, xs = 0.0, []
    for k in range(3):
        try:
            s = x[k] / x[k + 1]
        except (IndexError, ZeroDivisionError):
            s = 1.0
        xs.append(s)
        xs.insert(0, s)
        xs = xs + [s]  # noqa: RUF005 -- the sum of two lists
    return sum(xs) + xs.pop(1)
