"""Small functions that together use every construct of the language, with arguments to differentiate them at."""

from __future__ import annotations

import math
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.golden.cases import CASES
from tests.kit import rng

Layer = namedtuple("Layer", "W b")
SCALE = 1.7
TABLE = np.array([0.5, -1.5, 2.0])


@dataclass(frozen=True)
class Settings:
    rate: float
    weights: Any
    name: str = "plain"


@dataclass(frozen=True)
class Example:
    function: Callable[..., Any]
    args: tuple[Any, ...]
    argnums: tuple[int, ...] = (0,)

    @property
    def name(self) -> str:
        return self.function.__qualname__.replace("<locals>.", "")


EXAMPLES: list[Example] = [Example(case.function, case.arguments[0]) for case in CASES]


def example(*args: Any, argnums: tuple[int, ...] = (0,)) -> Callable[[Any], Any]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        EXAMPLES.append(Example(function, args, argnums))
        return function

    return register


def vector(n: int, seed: int = 0) -> Any:
    return rng(seed).normal(size=n)


@example(0.7, 1.3, argnums=(0, 1))
def arithmetic(x, y):
    z = w = x * y - x / y + x**2 - y**x
    z += 2 * w
    z -= abs(x) % 0.3
    (p, q), r = (z, -w), +x
    return p * q + r - (x // 0.5) * y


@example(0.4)
def ternaries(x):
    a = x if x > 0.5 else x * x
    b = x and a
    c = 0.0 or x
    return a * b * c + (1.0 if 0 < x < 1 else x)


@example(0.3, 2)
def elif_chain(x, n):
    if n == 0:
        y = x
    elif n == 1:
        y = x * x
    elif n == 2:
        y = math.sin(x)
        if x > 0.2:
            y = y * x
    else:
        y = 0.0
    return y * 3.0


@example(0.3, 5)
def while_loop(x, n):
    total, k = 0.0, 0
    while k < n and total < 100:
        total = total * x + x
        k += 1
    return total


@example(0.9, 6)
def breaks_and_continues(x, n):
    s = 1.0
    for i in range(n):
        if i == 1:
            continue
        s = s * x + 0.1
        if s > 1.2:
            break
        s = s + math.cos(x)
    return s * x


@example(1.4, 6)
def returns_from_a_loop(x, n):
    s = x
    for _ in range(n):
        s = s * x
        if s > 3:
            return s * x
    return s


@example(-0.4)
def returns_early(x):
    if x < 0:
        if x < -1:
            return 0.0 * x
        return x * x
    y = np.exp(x)
    return y


@example(vector(4), vector(4, 1), argnums=(0, 1))
def zips_and_counts(x, y):
    s = 0.0
    for i, (a, b) in enumerate(zip(x, y)):  # noqa: B905 -- `strict` is not differentiated
        s = s + a * b * (i + 1)
    for k in range(1, len(x), 2):
        s = s * x[k] + y[k - 1]
    return s


@example(rng(3).normal(size=(3, 2)))
def rows(x):
    s = np.zeros(2)
    for row in x:
        s = s + row * row
    return s @ np.array([1.0, -2.0])


@example(vector(5))
def nested_loops(x):
    s = 0.0
    for i in range(len(x)):
        t = x[i]
        for j in range(i):
            t = t * x[j] + 0.5
        s = s + t
    return s


@example(vector(6))
def scalar_stores(x):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = y[i - 1] * x[i] + x[i]
    return np.sum(y * y)


@example(vector(6), np.array([0, 2, 2]))
def indices_and_masks(x, where):
    y = x[where] * x[1:4]
    z = np.exp(x)
    z[x > 0] = 0.5
    z[::2] *= 3.0
    return y.sum() + np.sum(z[1:-1] * x[None, 1:-1]) + x[-1]


@example(rng(4).normal(size=(3, 4)), rng(5).normal(size=(4,)), argnums=(0, 1))
def broadcasting(A, b):
    c = A * b + A[:, :1]
    d = c - c.mean(axis=1, keepdims=True)
    return np.sum(np.tanh(d) ** 2) / A.shape[0] + np.max(b)


@example(rng(6).normal(size=(3, 4)))
def shaping(A):
    B = A.T.reshape(2, 6)
    C = np.concatenate([B, B[:1] * 2.0], axis=0)
    D = np.stack((C, C + 1.0)).ravel()
    return np.dot(D, D) + np.outer(A[0], A[1]).sum() + np.where(A > 0, A, 0.5 * A).sum()


@example({"w": rng(7).normal(size=(2, 2)), "b": 0.5}, (1.0, [2.0, 3.0]), argnums=(0, 1))
def containers(params, rest):
    first, (second, third) = rest
    layers = [params["w"], params["w"].T]
    total = params["b"] * first
    for layer in layers:
        total = total + layer.sum() * second
    pair = {"x": total, "y": third}
    return pair["x"] * pair["y"] + len(layers)


@example([vector(3), vector(3, 1), vector(3, 2)])
def lists(parts):
    s = 0.0
    for part in parts:
        s = s + np.prod(part)
    return s * parts[0][1]


@example(Layer(rng(8).normal(size=(2, 3)), vector(3)), Settings(0.3, vector(2)), argnums=(0, 1))
def records(layer, settings):
    z = settings.weights @ layer.W + layer.b
    if settings.name == "plain":
        z = z * settings.rate
    return np.linalg.norm(z)


def square(x, scale=2.0):
    return scale * x * x


@example(0.8)
def calls(x):
    half = lambda v, by=0.5: v * by  # noqa: E731

    def shifted(v):
        return half(v) + x

    return square(shifted(x), scale=3.0) + square(x) + SCALE * TABLE[1] * half(x, by=x)


@example(0.8)
def effects(x):
    print("x is", f"{x:.2f}", end="")
    assert x > 0, "positive"
    if x > 100:
        raise ValueError(f"{x} is large")
    return np.log(x)


@example(vector(4))
def methods(x):
    y = x.copy()
    y += 1.0
    y[1] -= 2.0
    return (y.reshape(2, 2) @ y.reshape(2, 2).T).sum() * x.size + float(x.mean()) + len(x) * x.max()


@example(0.6, 4)
def walrus_and_annotations(x: float, n: int) -> float:
    total: float = 0.0
    for _ in range(n):
        if (step := total * x) < 10:
            total = step + x
    return total


@example(3, 0.5, argnums=(0, 1))
def integer_argument(n, x):
    s = x * n
    for _ in range(int(n + 0.5)):
        s = s * x
    return s


@example(np.float32(0.5), vector(3).astype(np.float32), argnums=(0, 1))
def single_precision(c, x):
    return np.mean(c * x + np.exp(-x * x))


@example(vector(3), 3)
def loop_else(x, n):
    s = 0.0
    for i in range(n):
        s = s + x[i] ** 2
        if s > 50:
            break
    else:
        s = s * x[0]
    return s


@example(vector(4), 2)
def state_in_an_array(x, n):
    h = np.tanh(x)
    out = np.empty_like(x)
    for t in range(n):
        h = h * x + 0.1
        out[t] = h[t]
        out[t + n] = out[t] * h[0]
    return out.sum()


@example(0.5)
def unused_and_constant(x):
    y = np.log(x) * 2.0
    z = 3.0
    y = z * x
    return y + int(x)


__all__ = ["EXAMPLES", "Example"]
