"""Programs about branches, and about names that are bound, rebound or change their kind on the way."""

# ruff: noqa: B007, B020

from __future__ import annotations

from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("branches")


@programs(1.5, again=[(-0.5,), (0.2,)])
def early_return(x: Any) -> Any:
    if x > 1:
        return x**3
    y = x * x
    if y < 0.1:
        return y * 7
    return np.sin(y)


@programs(0.8, 3, again=[(0.8, 0), (-0.8, 2)])
def bound_in_one_branch(x: Any, n: Any) -> Any:
    if x > 0:
        y = x * 2
        z = y
    else:
        z = x
    for i in range(n):
        if i == 1:
            y = z * x
        z = z + 1
    if n > 1 or x > 0:
        return y * z
    return z


@programs(0.8, 4, again=(0.3, 1))
def first_turn_flag(x: Any, n: Any) -> Any:
    first = True
    for i in range(n):
        if first:
            y = x * x
            first = False
        else:
            y = y * x + 1
    return y


@programs(0.8, again=[(0.2,), (-0.7,)])
def elif_chain(x: Any) -> Any:
    if x < -0.5:
        y = x
    elif x < 0:
        y = x * x
        if y > 0.1:
            y = y + 1
    elif 0.1 < x < 0.5:
        y = np.exp(x)
    else:
        y = 1 / x
    return y * y


@programs(0.8, 0.3, argnums=(0, 1), again=[(0.2, 0.9), (-0.7, -0.1)])
def ternaries(x: Any, y: Any) -> Any:
    a = x if x > y else y
    b = (a if a > 0.5 else 2 * a) if y > 0 else -a
    return a * b + (x and y) + (0.0 or x) * 2


@programs(array(6), again=[(array(2),), (array(9, seed=3),)])
def float_becomes_array(x: Any) -> Any:
    h = 0.0
    for k in range(3):
        h = np.tanh(h + x) * (k + 1)
    return (h * h).sum()


@programs(0.9, 4, again=(0.9, 0))
def int_becomes_float(x: Any, n: Any) -> Any:
    acc = 1
    for _ in range(n):
        acc = acc * x
    return acc * 2.0 + x * 0


@programs(0.9, 4)
def int_sum_in_loop(x: Any, n: Any) -> Any:
    count = 0
    s = 0
    for i in range(n):
        if i % 2:
            count += i
        s += x**count
    return s


@programs(0.5, 2)
def swap_in_loop(x: Any, n: Any) -> Any:
    a, b = x, 1.0
    for _ in range(n + 3):
        a, b = b, a + b * x
    return a * b


@programs(0.5)
def walrus(x: Any) -> Any:
    s = 0.0
    while (y := x * x) < 3:
        x = x + 0.4
        s += y
    if (z := s * x) > 1:
        s = z + y
    return s


@programs(array(4), again=(array(1),))
def nonlinear_accumulator(x: Any) -> Any:
    s = 0.0
    p = 1.0
    for v in x:
        s += v
        p *= np.cos(s)
        s = s * p
    return s / (1 + p * p)


@programs(0.6, 3)
def parameter_reassigned(x: Any, n: Any) -> Any:
    x = x * x
    for n in range(n):
        x = x + n * x
    n = n * 1.0
    return x * n


@programs(array(3), again=(array(5),))
def same_array_read_after_loop(x: Any) -> Any:
    for i in range(2):
        y = x * (i + 1)
        x = y + x
    return (x * y).sum()


@programs(0.5, 0.25, argnums=(0, 1))
def chained_comparison(a: Any, b: Any) -> Any:
    if 0 < b < a <= 1:
        return a / b
    return a * b


@programs(2.0, again=(0.3,))
def assert_and_raise(x: Any) -> Any:
    assert x > 0, f"bad {x}"
    if x > 100:
        raise ValueError("too large", x)
    return np.sqrt(x)


@programs(0.5, 3, again=(0.5, 0))
def empty_body_branches(x: Any, n: Any) -> Any:
    for i in range(n):
        if i > 1:
            pass
        else:
            x = x * 2
    while n > 0:
        n -= 1
    return x * x


@programs(array(3), 0.5, 0.25, argnums=(0, 1, 2), again=[(-array(3), 0.5, 0.25), (array(3), 0.1, -0.2)])
def one_of_several_returned(x: Any, a: Any, b: Any) -> Any:
    total = (x * a).sum()
    for e in (total, x[-1] * b):
        if e > 0.1 * b:
            return e
    return np.sin(total) * a


@programs(array(3), 0.5, 0, argnums=(0, 1), again=[(array(3), 0.5, 1), (array(3), 0.5, 2), (array(3), -0.5, 2)])
def copied_where_a_branch_has_bound_it(x: Any, a: Any, n: Any) -> Any:
    if n > 0:
        y = x * a
        k = n
    if n > 1:
        z, w = y, k
    else:
        z, w = x, 1
    for e in (a, x[0]):
        if n > 1 and e > 0:
            return (z * y).sum() * e
    return (z * z).sum() * w


@programs(0.5, 0.25, 1, 1, argnums=(0, 1), again=(0.5, 0.25, 0, 1))
def bound_only_where_the_loop_ends(x: Any, y: Any, n: Any, m: Any) -> Any:
    while n > 0:
        if m == 1:
            a = x
        else:
            return x + a
        break
    return x * y
