"""Programs about control flow: branches, loops, jumps out of them, and names bound along the way."""

# ruff: noqa: B007, B905, B020

from __future__ import annotations

from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("control flow")


@programs(1.5, again=[(-0.5,), (0.2,)])
def early_return(x: Any) -> Any:
    if x > 1:
        return x**3
    y = x * x
    if y < 0.1:
        return y * 7
    return np.sin(y)


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
