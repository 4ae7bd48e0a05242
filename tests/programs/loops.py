"""Programs about loops of every form and nesting, and the jumps out of them."""

# ruff: noqa: B905

from __future__ import annotations

from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("loops")


@programs(0.3, 5, again=(0.3, 0))
def loop_variable_after(x: Any, n: Any) -> Any:
    i = 10
    for i in range(n):
        x = x * 1.1 + i
    return x * i


@programs(0.7, 6, again=[(0.7, 0), (0.7, 1)])
def while_with_counter(x: Any, n: Any) -> Any:
    i = 0
    total = 0.0
    while i < n:
        total += x**i
        i += 1
    return total * total


@programs(1.3, again=[(0.1,), (3.0,)])
def while_on_value(x: Any) -> Any:
    turns = 0
    while x < 20 and turns < 50:
        x = x * x + 0.5
        turns += 1
    return x / (1 + turns)


@programs(array(7), again=[(array(1),), (array(4, seed=2),)])
def break_keeps_state(xs: Any) -> Any:
    s = 1.0
    for v in xs:
        if v < -0.5:
            s = s * 2
            break
        s = s + v * s
    return s**2


@programs(array(7), again=(array(3, seed=4),))
def continue_skips(xs: Any) -> Any:
    s = 0.5
    for v in xs:
        if v < 0:
            continue
        s = s * (1 + v)
    return np.log(s)


@programs(array(5), 10.0, again=[(array(5), 0.1), (np.zeros(0), 1.0)])
def loop_else(xs: Any, limit: Any) -> Any:
    s = 0.0
    for v in xs:
        s += v * v
        if s > limit:
            break
    else:
        s = s * 3
    return s * s


@programs(0.4, 3, again=[(0.4, 0), (1.9, 3)])
def while_else(x: Any, n: Any) -> Any:
    k = 0
    while k < n:
        x = x * 1.5
        if x > 4:
            break
        k += 1
    else:
        x = x + 100 * x
    return x * x


@programs(array(4, 3), again=(array(2, 6, seed=3),))
def nested_break(A: Any) -> Any:
    total = 0.0
    for row in A:
        part = 1.0
        for a in row:
            if a < -0.6:
                break
            if a > 0.7:
                continue
            part *= 1 + a
        else:
            part = part * 2
        total += part
    return total**2


@programs(array(4, 3), again=(array(5, 2, seed=7),))
def return_from_nested(A: Any) -> Any:
    s = 1.0
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            s = s + A[i, j] * s
            if s > 2.5:
                return s * A[0, 0]
            if A[i, j] < -0.9:
                return s**3
    return s


@programs(array(5))
def inner_not_reset(xs: Any) -> Any:
    last = 0.0
    t = 1.0
    for i in range(len(xs)):
        for j in range(i):
            t = t * xs[j] + last
        last = t
    return last * t


@programs(0.9)
def reversed_range(x: Any) -> Any:
    s = 0.0
    for i in range(5, -1, -2):
        s = s * x + i
    return s


@programs(array(5), array(5, seed=1), argnums=(0, 1), again=(array(2), array(3)))
def zip_and_enumerate(xs: Any, ys: Any) -> Any:
    s = 0.0
    for k, (a, b) in enumerate(zip(xs, ys), 1):
        s = s + a * b * k
        s *= 1 + a
    return s


@programs(array(3, 2))
def enumerate_rows(A: Any) -> Any:
    s = np.zeros(2)
    for k, row in enumerate(A):
        s = s * row + k
    return s @ s


@programs(0.5)
def infinite_while(x: Any) -> Any:
    n = 0
    while True:
        x = x + x**2
        n += 1
        if x > 3:
            break
        if n > 20:
            return x
    return x * n


@programs(0.5, 4)
def while_with_continue(x: Any, n: Any) -> Any:
    i = 0
    s = x
    while i < n:
        i += 1
        if i == 2:
            continue
        s = s * (x + i)
    return s


@programs(array(5), again=(array(2),))
def max_by_loop(xs: Any) -> Any:
    best = xs[0]
    where = 0
    for i in range(1, len(xs)):
        if xs[i] > best:
            best = xs[i]
            where = i
    return best * xs[where] + where


@programs(0.5)
def triple_loop(x: Any) -> Any:
    s = x
    for i in range(2):
        for j in range(i, 3):
            for k in range(j):
                s = s + x * (i + j * k)
                if s > 9:
                    break
            s = s * 0.9
    return s * s


@programs(0.4)
def nested_while(x: Any) -> Any:
    a = x
    n = 0
    while a < 5:
        b = a
        while b < 2:
            b = b * 1.7 + x
            n += 1
        a = a + b
    return a * n


@programs(1.2)
def return_in_while_true(x: Any) -> Any:
    y = x
    while True:
        step = (y * y - x) / (2 * y)
        y = y - step
        if abs(step) < 1e-13:
            return y
