"""Programs that call themselves: alone, through one another, as closures, methods and lambdas."""

# ruff: noqa: E731

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("recursion")


@programs(1.5, 5, again=[(1.5, 0), (1.5, 1), (-0.7, 12)])
def power(x: Any, n: Any) -> Any:
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


@programs(array(3, seed=1), 4, again=[(array(5, seed=2), 0), (array(2, seed=2), 3)])
def power_of_array(x: Any, n: Any) -> Any:
    def raised(v: Any, k: Any) -> Any:
        if k == 0:
            return np.ones_like(v)
        half = raised(v, k // 2)
        return half * half * v if k % 2 else half * half

    return raised(x, n).sum()


@programs(4.7, again=[(0.3,), (1.2,)])
def factorial_down_to_one(x: Any) -> Any:
    return x * factorial_down_to_one(x - 1) if x > 1 else x


def total(xs: Any) -> Any:
    n = len(xs)
    if n == 0:
        return 0.0
    if n == 1:
        return xs[0] ** 2
    return total(xs[: n // 2]) + total(xs[n // 2 :])


@programs(array(7, seed=3), again=[(array(1),), (array(2),), (array(16),), (array(0),)])
def divide_and_conquer(xs: Any) -> Any:
    return total(xs) * np.sin(xs).sum()


@programs(array(6, seed=3), again=[(array(2),), (array(11),)])
def product_of_halves(xs: Any) -> Any:
    def product(v: Any) -> Any:
        if len(v) == 1:
            return v[0]
        middle = len(v) // 2
        left, right = product(v[:middle]), product(v[middle:])
        return left * right

    return product(xs)


@programs(0.7, 6, again=[(0.7, 0), (1.2, 1), (0.5, 9)])
def fibonacci(x: Any, n: Any) -> Any:
    if n < 2:
        return x if n == 1 else x * x
    return fibonacci(x, n - 1) + np.sin(fibonacci(x, n - 2))


@programs(0.7, 3)
def depth_known_now(x: Any, n: Any) -> Any:
    def raised(v: Any, k: Any) -> Any:
        return v * raised(v, k - 1) if k else 1.0

    return raised(x, 3) + raised(x * 2, 2) * n


@programs(0.7)
def deep_and_known_now(x: Any) -> Any:
    def raised(v: Any, k: Any) -> Any:
        return v * raised(v, k - 1) if k else 1.0

    return raised(x, 30)


@programs(([1.0, 2.0, 3.0], 0.5), again=[(([2.0], 0.5),), (([2.0, 1.0, 4.0, 2.0, 1.0], -0.5),)])
def horner_over_a_list(given: Any) -> Any:
    coefficients, x = given

    def horner(i: Any) -> Any:
        if i == len(coefficients):
            return 0.0
        return coefficients[i] + x * horner(i + 1)

    return horner(0)


def horner(c: Any, x: Any, i: Any = 0) -> Any:
    return 0.0 if i == len(c) else c[i] + x * horner(c, x, i + 1)


@programs(array(4, seed=4), 0.3, argnums=(0, 1), again=(array(7), 0.9))
def horner_over_an_array(c: Any, x: Any) -> Any:
    return horner(c, x) ** 2


@programs((0.5, (1.5, {"a": 2.0, "b": (0.3, 0.4)}), [1.0, (2.0, 3.0)]))
def nested_tree(tree: Any) -> Any:
    def squares(t: Any) -> Any:
        if not isinstance(t, (dict, tuple, list)):
            return t * t
        s = 0.0
        if isinstance(t, dict):
            for v in t.values():
                s = s + squares(v)
            return s
        for v in t:
            s = s + squares(v)
        return s

    return squares(tree)


@programs(0.8, 5, again=[(0.8, 4), (0.8, 0)])
def even(x: Any, n: Any) -> Any:
    return x if n == 0 else np.sin(odd(x, n - 1))


def odd(x: Any, n: Any) -> Any:
    return x * x if n == 0 else x * even(x * 0.9, n - 1)


@programs(0.8, 5, 4, again=[(0.8, 2, 2), (0.8, 0, 0)])
def mutual_and_each_itself(x: Any, m: Any, n: Any) -> Any:
    def up(v: Any, k: Any) -> Any:
        if k <= 0:
            return v * x
        return up(v * 0.5, k - 1) + down(v, k - 2)

    def down(v: Any, k: Any) -> Any:
        if k <= 0:
            return np.cos(v)
        return down(v + 1, k - 1) * up(v, k - 2)

    return up(x, m) + down(x, n)


@programs(0.8, 1.3, 4, argnums=(0, 1), again=(0.2, 0.4, 7))
def pairs_of_results(x: Any, y: Any, n: Any) -> Any:
    def step(a: Any, b: Any, k: Any) -> Any:
        if k == 0:
            return a, b
        c, d = step(a * b, a + b, k - 1)
        return c + a, d * np.cos(b)

    p, q = step(x, y, n)
    return p * q


@programs(array(3, seed=5), array(3, 3, seed=6), 3, argnums=(0, 1), again=(array(2), array(2, 2), 0))
def captured_array(x: Any, W: Any, n: Any) -> Any:
    def layer(h: Any, k: Any) -> Any:
        if k == 0:
            return h
        return np.tanh(W @ layer(h, k - 1) + x)

    return layer(x * 2, n).sum()


@programs(0.9, 4)
def captured_number_made_here(x: Any, n: Any) -> Any:
    scale = x * x

    def f(k: Any) -> Any:
        return scale if k == 0 else scale * f(k - 1) + x

    return f(n) * scale


@programs(0.9, 4)
def lambda_by_name(x: Any, n: Any) -> Any:
    f = lambda v, k: v if k == 0 else v * f(v + x, k - 1)
    return f(x, n)


@programs(0.6, 4, again=[(0.6, 0), (0.9, 2)])
def loop_in_the_body(x: Any, n: Any) -> Any:
    if n == 0:
        return x
    s = 0.0
    for i in range(n):
        s = s * x + np.sin(x) * i
    return s + loop_in_the_body(x * 0.5, n - 1) * s


@programs(0.6, 3, again=[(0.6, 0), (0.2, 4)])
def calls_in_a_loop(x: Any, n: Any) -> Any:
    if n == 0:
        return x
    s = x
    for i in range(n):
        s = s + np.sin(s * calls_in_a_loop(x * s, i))
    return s


@programs(0.6, 3)
def calls_in_a_loop_of_the_caller(x: Any, n: Any) -> Any:
    s = x
    for i in range(n):
        s = power(s, i + 1) + x
        if s > 1:
            s = s * power(x, i)
    while s < 10:
        s = s * 2 + power(s, 2)
    return s


@programs(0.6, 9, again=[(1.6, 9), (2.6, 1)])
def calls_in_branches(x: Any, n: Any) -> Any:
    if n <= 0:
        return x
    if x > 1:
        y = calls_in_branches(x * 0.7, n - 2)
    elif x > 0.5:
        y = x * calls_in_branches(x + 0.3, n - 1)
        y = y + calls_in_branches(x, n - 3)
    else:
        return calls_in_branches(x * 3, n - 4) ** 2
    return y * x


@programs(3.7, again=[(0.2,), (37.0,)])
def depth_by_comparison(x: Any) -> Any:
    y = x * 0.6
    if y < 0.4:
        return np.exp(y)
    return y * depth_by_comparison(y)


@programs(2.0, again=[(9.0,)])
def newton(a: Any) -> Any:
    def better(guess: Any, k: Any = 0) -> Any:
        if abs(guess * guess - a) < 1e-12 or k > 60:
            return guess
        return better(0.5 * (guess + a / guess), k + 1)

    return better(a)


class Tower:
    def __init__(self, W: Any, rate: float) -> None:
        self.W, self.rate = W, rate

    def up(self, x: Any, n: Any) -> Any:
        if n == 0:
            return x
        return np.tanh(self.W @ self.up(x, n - 1)) * self.rate + x

    def __call__(self, x: Any, n: Any) -> Any:
        return self.up(x, n).sum()


programs(array(3), 4, again=(array(3), 0))(Tower(array(3, 3, seed=7), 0.8))


@programs(0.4, 4)
def function_argument(x: Any, n: Any) -> Any:
    def repeated(f: Any, v: Any, k: Any) -> Any:
        return v if k == 0 else f(repeated(f, v, k - 1))

    return repeated(np.sin, x, n) + repeated(lambda t: t * x, x, n)


@programs(0.4, 4)
def accumulator_that_starts_as_an_int(x: Any, n: Any) -> Any:
    def product(k: Any, acc: Any = 1) -> Any:
        return acc if k == 0 else product(k - 1, acc * x)

    return product(n)


@programs(0.4, 4, 2.0, again=(0.4, 0, 3.0))
def inactive_recursion(x: Any, n: Any, c: Any) -> Any:
    return x * power(c, n) + x ** count_down(x, n)


def count_down(x: Any, n: Any) -> Any:
    return 0 if n <= 0 else 1 + count_down(x, n - 2)


@programs(0.4, 3, 2.0, argnums=(0, 2))
def arguments_that_become_active(x: Any, n: Any, c: Any) -> Any:
    def f(a: Any, b: Any, k: Any) -> Any:
        return a * b if k == 0 else f(b, a * b, k - 1)

    return f(x, 3.0, n) + f(2.0, c, n)


@programs(0.4, 3)
def tuples_as_arguments(x: Any, n: Any) -> Any:
    def advance(state: Any, k: Any) -> Any:
        if k == 0:
            return state
        p, v = state["p"], state["v"]
        return advance({"p": p + 0.1 * v, "v": v - 0.1 * np.sin(p)}, k - 1)

    end = advance({"p": x, "v": x * x}, n)
    return end["p"] * end["v"]


@programs(array(4, seed=8), 2)
def stores_inside(x: Any, n: Any) -> Any:
    def smooth(u: Any, k: Any) -> Any:
        if k == 0:
            return u.copy()
        v = smooth(u, k - 1)
        w = v.copy()
        w[1:] += v[:-1] * u[0]
        w[0] = w[0] ** 2
        return w

    y = smooth(x, n)
    y[0] = y[1] * 2
    return (y * x).sum()


@programs(array(4, seed=8), 2, again=(array(3), 0))
def argument_comes_back(x: Any, n: Any) -> Any:
    def same(u: Any, k: Any) -> Any:
        return u if k == 0 else same(u, k - 1)

    return (same(x, n) * x).sum()


@programs(0.5, 4)
def names_that_clash(x: Any, n: Any) -> Any:
    def sum(saved: Any, g: Any) -> Any:
        residual = saved * 2
        return residual if g == 0 else residual * sum(saved * 0.5, g - 1)

    sum_fwd, np_ = x, math.exp(x)
    return sum(x, n) * sum_fwd + np_


@programs(0.5, 2, 2)
def ackermann_like(x: Any, m: Any, n: Any) -> Any:
    def a(v: Any, i: Any, j: Any) -> Any:
        if i == 0:
            return v + j * x
        if j == 0:
            return a(v, i - 1, 1)
        return a(np.sin(a(v, i, j - 1)), i - 1, j)

    return a(x, m, n)


@programs(0.5, 3)
def function_made_at_each_level(x: Any, n: Any) -> Any:
    def outer(v: Any, k: Any) -> Any:
        w = v * 2

        def inner(t: Any) -> Any:
            return t * w if k == 0 else t + outer(w * 0.3, k - 1)

        return inner(v) * inner(x)

    return outer(x, n)


@programs(np.float32(0.5), 3)
def float32_number(x: Any, n: Any) -> Any:
    return x if n == 0 else x * float32_number(x * x, n - 1)


@programs(array(3, 2), 3, again=(array(2, 5), 2))
def rows_summed(X: Any, n: Any) -> Any:
    def f(Y: Any, k: Any) -> Any:
        return Y.sum(axis=0) if k == 0 else f(Y * 2 + Y.mean(axis=1, keepdims=True), k - 1) * Y[0]

    return f(X, n).sum()


@programs(0.5, (1.0, 2.0), 3)
def static_arguments(x: Any, shape: Any, n: Any) -> Any:
    def f(v: Any, how: Any, k: Any, both: Any = True) -> Any:
        if k == 0:
            return v * shape[1]
        inner = f(v * 0.9, how, k - 1, both=both)
        return np.sin(inner) if how == "sin" and both else inner + v

    return f(x, "sin", n) + f(x, "plus", n, both=False)


def layered(u: Any, n: Any) -> Any:
    return u * 1.5 if n == 0 else np.sin(u * layered(u * 0.5, n - 1))


@programs(array(3, seed=11), 3, again=(array(4), 1))
def arguments_that_change_afterwards(x: Any, n: Any) -> Any:
    y = x * 2
    a = layered(y, n)
    y[0] = 5.0
    b = layered(y, n) * a
    b[1] = 0.0
    return (a * b).sum() + y.sum()


@programs(array(3, seed=11), 3, again=(array(4), 1))
def results_that_change_in_a_loop(x: Any, n: Any) -> Any:
    y = x * 2
    for i in range(n):
        z = layered(y, i + 1)
        z[i % 2] += z[1] * y[2]
        y[1:] = z[1:] * y[:-1]
    return (y * x).sum()


@programs(array(3, seed=11), 4, again=(array(4), 0))
def stores_after_a_call_of_itself(x: Any, n: Any) -> Any:
    def f(u: Any, k: Any) -> Any:
        v = u * 0.5
        if k == 0:
            return v
        w = f(v, k - 1)
        v[0] = w[1] * v[0]
        z = f(v, k - 2) if k > 1 else w * v
        v[1] = z[0]
        return v * z

    return f(x, n).sum()


@programs([array(3, seed=1), array(3, seed=2)], 2, again=([array(2), array(2), array(2)], 3))
def lists_of_arrays(xs: Any, n: Any) -> Any:
    def f(i: Any, h: Any) -> Any:
        return h if i == len(xs) else f(i + 1, np.tanh(h * xs[i]) + xs[0])

    return (f(0, xs[0]) * n).sum()


def power_fwd(x: Any, n: Any) -> Any:
    return x if n == 0 else power(x, n) + power_fwd(x, n - 1)


@programs(0.5, 3)
def a_function_called_like_half_of_a_pair(x: Any, n: Any) -> Any:
    return power_fwd(x, n) * power(x, n)


@programs(0.5, 3, again=(0.5, 0))
def nothing_is_kept(x: Any, n: Any) -> Any:
    def f(v: Any) -> Any:
        return v * 2 if n > 1 else f(v)

    return f(x) if n > 1 else x


@programs(0.5, 3)
def nested_in_nested(x: Any, n: Any) -> Any:
    def f(v: Any, k: Any) -> Any:
        def g(t: Any, j: Any) -> Any:
            return t * v if j == 0 else g(t * x, j - 1)

        return g(v, k) if k == 0 else g(f(v * 0.7, k - 1), k)

    return f(x, n)


@programs(array(3, seed=11), 3, again=(array(3), 0))
def captured_memory_that_changes_between_calls(x: Any, n: Any) -> Any:
    y = x * 2
    scale = [x[0], 2.0]

    def f(h: Any, k: Any) -> Any:
        return h * y if k == 0 else np.sin(f(h * scale[0], k - 1)) + y

    a = f(x, n)
    y[0] = 3.0 * x[1]
    b = f(a, n)
    scale[0] = x[2]
    c = f(b, n) * b
    for i in range(2):
        y[i] = y[i] * x[i]
        c = c + f(x, i)
    return c.sum()


@programs(array(3, seed=11), 3)
def a_variable_that_is_rebound_between_calls(x: Any, n: Any) -> Any:
    y = x.sum()

    def f(h: Any, k: Any) -> Any:
        return h * y if k == 0 else np.sin(f(h * y, k - 1))

    a = f(x, n).sum()
    y = a * 2
    return f(x, n).sum() + y


@programs(array(3, seed=11), 3)
def results_that_share_memory(x: Any, n: Any) -> Any:
    def f(u: Any, k: Any) -> Any:
        return (u, u * 2) if k == 0 else f(u + 1, k - 1)

    p, q = f(x, n)
    r = q.copy()
    r[0] = p[1]
    return (p * r * q).sum()
