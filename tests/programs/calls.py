"""Programs that call: functions, closures, lambdas, defaults, keywords, methods, partials, callable objects."""

# ruff: noqa: E731

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("calls")

RATE = 0.3
WEIGHTS = array(3, seed=9)
CONFIG = {"gain": 1.5, "shift": (0.1, 0.2)}


def affine(x: Any, w: Any = 2.0, *, b: Any = 0.5) -> Any:
    return x * w + b


def first_big(xs: Any, limit: Any) -> Any:
    for x in xs:
        if x > limit:
            return x
    return limit * 2


def pair(x: Any) -> Any:
    return x * x, {"s": np.sin(x), "t": x}


def relu(x: Any) -> Any:
    return np.maximum(0, x)


@dataclass
class Net:
    W: Any
    rate: float

    def __call__(self, x: Any) -> Any:
        return self.step(x) * self.rate

    def step(self, x: Any) -> Any:
        return np.tanh(x @ self.W).sum()

    @staticmethod
    def twice(x: Any) -> Any:
        return 2 * x

    @property
    def half(self) -> Any:
        return self.rate / 2


NET = Net(array(3, 2), 0.7)


@programs(0.5)
def defaults_and_keywords(x: Any) -> Any:
    return affine(x) * affine(w=x, x=3.0) + affine(x, b=x)


@programs(0.5)
def globals_read(x: Any) -> Any:
    return x * RATE + (WEIGHTS * x**2).sum() * CONFIG["gain"] + CONFIG["shift"][1] * x


@programs(array(4), 0.3, argnums=(0, 1), again=(array(4), 5.0))
def callee_returns_early(xs: Any, limit: Any) -> Any:
    a = first_big(xs, limit)
    b = first_big(xs * 2, a)
    return a * b


@programs(0.5)
def callee_returns_tree(x: Any) -> Any:
    sq, d = pair(x)
    _, e = pair(sq)
    return d["s"] * e["t"] + pair(x)[1]["t"]


@programs(array(3))
def functions_as_values(x: Any) -> Any:
    s = 0.0
    for f in (np.sin, relu, lambda t: t**2):
        s = s + f(x).sum()
    return s * (np.exp if RATE is not None else np.log)(x[0])


@programs(0.5, 1.5, argnums=(0, 1))
def nested_def_and_closure(x: Any, y: Any) -> Any:
    z = x * y

    def inner(t: Any, k: Any = 2) -> Any:
        u = t * z
        for _ in range(k):
            u = u + y
        return u

    return inner(x) * inner(z + 1, k=1)


@programs(0.5)
def lambda_in_loop(x: Any) -> Any:
    s = 0.0
    for i in range(3):
        f = lambda t, i=i: t * i + x
        s += f(x) * f(2)
    return s


@programs(array(4, 3))
def callable_object(X: Any) -> Any:
    return NET(X) + NET.step(X * 2) * NET.half + Net.twice(X).sum()


@programs(array(3))
def array_methods(x: Any) -> Any:
    y = x.reshape(3, 1) * x
    return y.sum(axis=0).max() + y.mean() * x.dot(x) + y.T.ravel()[1] + x.min() + x.copy().prod()


@programs(0.5)
def mutual_helpers(x: Any) -> Any:
    def even(t: Any) -> Any:
        return t * t

    def odd(t: Any) -> Any:
        return even(t) + even(x) * t

    return odd(odd(x))


@programs(0.5)
def math_functions(x: Any) -> Any:
    return math.sin(x) * math.exp(x) + math.sqrt(x) ** 3 + math.log(x) + math.pi * x + math.tanh(x)


@programs(0.5, 3)
def builtin_functions(x: Any, n: Any) -> Any:
    y = abs(-x) + float(n) * max(x, 0.1) + min(x, n, 7.0) + pow(x, 2)
    return y * int(2.7) + sum([x, x * x, 1])


@programs(array(3))
def same_array_to_both(x: Any) -> Any:
    def product(a: Any, b: Any) -> Any:
        c = a * 2
        c[0] = b[0] ** 2
        return c @ b

    return product(x, x)


@programs(array(3))
def helper_with_loop_and_break(x: Any) -> Any:
    def scan(v: Any, start: Any) -> Any:
        s = start
        for k, e in enumerate(v):
            if k == 2:
                break
            s = s * e + start
        return s, k

    a, k = scan(x, 0.5)
    b, m = scan(x * a, a)
    return a * b + k * m


@programs(0.5)
def conditional_call(x: Any) -> Any:
    y = affine(x) if x < 1 and affine(x) > 0.2 else pair(x)[0]
    if not (affine(y) > 100 or pair(y)[0] > 100):
        y = affine(x=y, w=y)
    return y


@programs(0.5)
def parameter_shadows(x: Any) -> Any:
    def h(x: Any, y: Any) -> Any:
        x = x * y
        y = x + y
        return x * y

    y = h(x, 2.0)
    return h(y, x)


@programs(0.5)
def none_default(x: Any) -> Any:
    def h(t: Any, k: Any = None) -> Any:
        if k is None:
            k = t
        return t * k

    return h(x) + h(x, 3) * h(x, k=x)


@programs(array(3))
def function_argument(x: Any) -> Any:
    def apply(f: Any, v: Any, times: Any) -> Any:
        for _ in range(times):
            v = f(v)
        return v

    return apply(lambda v: v * 0.5 + np.sin(v), x, 3).sum() + apply(np.cos, x, 1).sum()


def _weighted(w: Any, x: Any, scale: Any) -> Any:
    return (w * x * scale).sum() ** 2


class Quadratic:
    """A bound method and a callable object as the function itself."""

    def __init__(self, A: Any) -> None:
        self.A = A

    def loss(self, x: Any) -> Any:
        return x @ self.A @ x

    def __call__(self, x: Any) -> Any:
        return self.loss(x) ** 2


def _closure(k: Any, c: Any) -> Any:
    def closed(x: Any) -> Any:
        return (x * c).sum() ** k

    return closed


programs(array(3), array(3, seed=1))(functools.partial(_weighted, scale=0.3))
programs(array(3))(Quadratic(array(3, 3)))
programs(array(3))(Quadratic(array(3, 3)).loss)
programs(array(3))(lambda x: (x**2).sum() if x[0] > 0 else x.sum())
programs(array(3))(_closure(3, array(3, seed=4)))


def mixed(a: Any, b: Any, c: Any = 0.5) -> Any:
    return a * b * c


class Mixer:
    def mix(self, a: Any, b: Any) -> Any:
        return a * b * b


@programs(array(3), 1.3, argnums=(0, 1), again=[(array(3, seed=4), 0.2)])
def items_of_unknown_number_as_arguments(x: Any, y: Any) -> Any:
    def inner(a: Any, b: Any, c: Any) -> Any:
        return a * b - c

    return mixed(*x[:2], c=y) + inner(y, *x[1:]) * Mixer().mix(*x[1:])


@programs(array(3), [array(3, seed=1), array(3, seed=2)], argnums=(0, 1))
def layers_as_arguments(x: Any, params: Any) -> Any:
    def net(x: Any, w: Any, b: Any) -> Any:
        return np.tanh(x * w + b).sum()

    return net(x, *params)
