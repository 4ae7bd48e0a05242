"""Objects that answer Python's questions by special methods, and library functions that call what they are given."""

# ruff: noqa: B905 -- as people write

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from tests.programs.kit import Table, array

programs = Table("protocols")


class Signal:
    """Samples with a rate: not a container of its two attributes."""

    def __init__(self, *samples):
        self.samples = list(samples)
        self.rate = 3.0

    def __len__(self):
        return len(self.samples)

    def __iter__(self):
        return iter(self.samples)

    def __getitem__(self, k):
        return self.samples[k]

    def __contains__(self, k):
        return k == 7

    def __abs__(self):
        return sum(v * v for v in self)

    def __neg__(self):
        return Signal(*[-v for v in self.samples])

    def __float__(self):
        return self.samples[0] * self.rate

    def __int__(self):
        return 5


class Silent:
    """Empty, so false."""

    def __init__(self, level):
        self.level = level

    def __len__(self):
        return 0


class Bare:
    """Without attributes, yet true."""


@programs(2.0)
def length_and_items(a):
    s = Signal(a, 2 * a, a * a)
    total = len(s) * a
    for v in s:
        total += v * v
    first, *rest = s
    return total + sum(v * k for k, v in enumerate(s)) + first * len(rest) + sum(x * y for x, y in zip(s, [1.0, a]))


@programs(2.0)
def unary_questions(a):
    s = Signal(a, 2 * a)
    return abs(s) + (-s)[1] + float(s) + a * int(s) + a * (7 in s) + 2 * a * (8 not in s)


@programs(2.0)
def truth_of_objects(a):
    silent, bare = Silent(a), Bare()
    total = a * a if silent else a**3
    if not silent and bare:
        total += silent.level
    return total * (3.0 if bool(Signal(a)) else 5.0)


@dataclass
class Span:
    """Three fields, two items."""

    low: Any
    high: Any
    unit: Any = 3.0

    def __len__(self):
        return 2

    def __iter__(self):
        return iter((self.low, self.high))


@programs(Span(0.5, 2.0, 1.5))
def a_dataclass_with_items(span):
    low, high = span
    return low * high * span.unit + len(span) * low + sum(v**3 for v in span)


class Swapped(NamedTuple):
    """A tuple that is gone through the other way."""

    a: Any
    b: Any

    def __iter__(self):
        return iter([self[1], self[0]])

    def __len__(self):
        return 5


@programs(2.0)
def a_named_tuple_with_items(x):
    pair = Swapped(x, x * x)
    first, _ = pair
    return first * len(pair)


@programs(array(3), array(3, 3, seed=2), argnums=(0, 1), again=[(array(2), array(2, 2, seed=2))])
def reduced(x, W):
    product = functools.reduce(lambda a, b: a * b, x, 2.0)
    chain = functools.reduce(np.matmul if False else (lambda a, b: a @ b), [W, W, np.eye(len(x))])
    return product + np.sum(chain) + functools.reduce(lambda a, b: a - b, [x[0], x[1] ** 2])


@programs(array(3, seed=4).astype(np.float32), again=[(array(5, seed=2).astype(np.float32),)])
def float32_totals(x):
    total = np.float32(0)
    for v in x:
        total += v * v
    return total * np.float32(0.5)


@programs(array(3), 5, again=[(array(4), 7)])
def draws_of_its_own(x, seed):
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal(x.shape)
    order = rng.permutation(len(x))
    return np.sum(x * noise) + x[order[0]] * x[order[1]] * rng.random()


@programs([[1.0, 2.0], [], {"a": None}, 3.0])
def empty_containers(tree):
    return tree[0][1] * tree[3] + len(tree[1])
