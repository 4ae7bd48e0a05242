"""Python's own structures: trees, classes with operators, closures, decorators, contexts, patterns and errors."""

# ruff: noqa: B007, B905, RUF007, RUF012 -- as people write

from __future__ import annotations

import functools
import math
import operator
import time
from collections import namedtuple
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("structures")


class Vec:
    """A vector in the plane with operators."""

    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return self + -1.0 * other

    def __rmul__(self, k):
        return Vec(k * self.x, k * self.y)

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __abs__(self):
        return math.sqrt(self @ self)

    def __iter__(self):
        yield self.x
        yield self.y


@programs(0.5, 1.5, argnums=(0, 1), again=[(2.0, -0.5)])
def vectors_with_operators(a, b):
    p, q = Vec(a, 2.0), Vec(1.0, b)
    r = p + 2.0 * q - p
    return abs(r) + p @ q


class Dual:
    """Forward mode by hand."""

    def __init__(self, v, d=0.0):
        self.v, self.d = v, d

    @classmethod
    def seed(cls, v):
        return cls(v, 1.0)

    @staticmethod
    def lift(o):
        return o if isinstance(o, Dual) else Dual(o)

    def __add__(self, o):
        o = self.lift(o)
        return Dual(self.v + o.v, self.d + o.d)

    __radd__ = __add__

    def __mul__(self, o):
        o = Dual.lift(o)
        return Dual(self.v * o.v, self.v * o.d + self.d * o.v)

    __rmul__ = __mul__

    def sin(self):
        return Dual(math.sin(self.v), math.cos(self.v) * self.d)


@programs(0.7, again=[(1.9,)])
def derivative_of_a_dual(x):
    z = Dual.seed(x)
    y = 3.0 * z * z.sin() + z + 1.0
    return y.d * y.v


class Poly:
    """A polynomial, low coefficient first."""

    def __init__(self, *c):
        self.c = list(c)

    def __len__(self):
        return len(self.c)

    def __getitem__(self, k):
        return self.c[k] if k < len(self.c) else 0.0

    def __mul__(self, other):
        out = [0.0] * (len(self) + len(other) - 1)
        for i, a in enumerate(self.c):
            for j, b in enumerate(other.c):
                out[i + j] += a * b
        return Poly(*out)

    def __call__(self, x):
        return functools.reduce(lambda acc, c: acc * x + c, reversed(self.c), 0.0)

    @property
    def derivative(self):
        return Poly(*(k * c for k, c in enumerate(self.c) if k > 0))


@programs(0.5, 1.5, 0.3, argnums=(0, 1, 2), again=[(0.1, 0.2, -0.7)])
def polynomials(a, b, x):
    p = Poly(a, 1.0, b) * Poly(b, -a)
    return p(x) + p.derivative(x) * p[0] + p[9]


TREE = {"op": "mul", "args": [{"leaf": 2.0}, {"op": "add", "args": [{"leaf": 0.5}, {"leaf": 1.5}]}]}


@programs(TREE, again=[(TREE,)])
def expression_in_dicts(node):
    if "leaf" in node:
        return node["leaf"] ** 2
    left, right = (expression_in_dicts(child) for child in node["args"])
    return left * right if node["op"] == "mul" else left + right


@dataclass
class Node:
    weight: Any
    left: Any = None
    right: Any = None


def depth(node):
    return 0 if node is None else 1 + max(depth(node.left), depth(node.right))


@programs(Node(0.5, Node(1.5), Node(2.0, Node(0.1))), 0.7, argnums=(0, 1), again=[(Node(0.2, None, Node(1.0)), 0.4)])
def tree_of_dataclasses(tree, x):
    def walk(node, carry):
        if node is None:
            return carry
        carry = math.tanh(node.weight * carry + x)
        return 0.5 * (walk(node.left, carry) + walk(node.right, -carry))

    return walk(tree, x) * depth(tree)


@programs((1.0, (2.0, (0.5, 1.5), 0.25)), again=[((1.0, (2.0, (0.5, 2.5), 0.75)),)])
def tuples_in_tuples(tree):
    def total(t, level=1):
        if not isinstance(t, tuple):
            return t**level
        return sum(total(s, level + 1) for s in t)

    return total(tree)


@programs(0.3, 6, again=[(0.7, 8)])
def fibonacci_with_a_memo(x, n):
    memo = {0: x, 1: 1.0 + x}

    def fib(k):
        if k not in memo:
            memo[k] = fib(k - 1) + x * fib(k - 2)
        return memo[k]

    return fib(5)


@functools.cache
def binomial(n, k):
    return 1 if k in (0, n) else binomial(n - 1, k - 1) + binomial(n - 1, k)


@programs(array(4), 0.3, argnums=(0, 1), again=[(array(3), 0.8)])
def bernstein_with_cached_coefficients(c, t):
    n = len(c) - 1
    return sum(binomial(n, k) * t**k * (1 - t) ** (n - k) * c[k] for k in range(n + 1))


class Tally:
    """What happened, by number."""

    def __init__(self):
        self.calls = 0

    def note(self):
        self.calls += 1


TALLY = Tally()


def timed(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        start = time.perf_counter()
        try:
            return f(*args, **kwargs)
        finally:
            if time.perf_counter() >= start:
                TALLY.note()

    return wrapper


def repeated(times):
    def decorate(f):
        @functools.wraps(f)
        def wrapper(x):
            for _ in range(times):
                x = f(x)
            return x

        return wrapper

    return decorate


@timed
def slow_square(x, *, power=2):
    return x**power


@repeated(3)
def squash(x):
    return math.sin(x) + 0.1 * x


@programs(0.7, again=[(1.4,)])
def decorated(x):
    return slow_square(squash(x), power=3) + slow_square(x)


@programs(0.7, 1.2, argnums=(0, 1), again=[(0.2, 0.9)])
def closures_of_closures(a, b):
    def outer(k):
        scale = k * a

        def inner(shift):
            def leaf(x):
                return scale * x + shift * b

            return leaf

        return inner

    make = outer(2.0)
    f, g = make(1.0), make(a)
    return f(g(b)) * outer(b)(0.5)(a)


def compose(*fs):
    def composed(x):
        for f in reversed(fs):
            x = f(x)
        return x

    return composed


@programs(0.7, again=[(0.2,)])
def composed_functions(x):
    h = compose(math.sin, lambda v: v * v, functools.partial(operator.mul, 3.0))
    return h(x) + sum(map(math.exp, [x, 2 * x])) + sum(filter(lambda v: v > 0, [x, -x]))


class Scope:
    """A context manager that remembers what happened."""

    def __init__(self, name):
        self.name = name
        self.log = []

    def __enter__(self):
        self.log.append(f"enter {self.name}")
        return self

    def __exit__(self, *error):
        self.log.append("exit")
        return False


@contextmanager
def phase(log, name):
    log.append(name)
    yield
    log.append(name.upper())


@programs(0.7, again=[(0.2,)])
def inside_contexts(x):
    with Scope("outer") as scope, np.errstate(divide="ignore"):
        y = np.log(x) * 2
        if y > 0:
            return y
    return y * x + len(scope.log)


@programs({"rate": 0.5}, {"rate": 0.1, "power": 2}, argnums=0, again=[({"rate": 0.7}, {"rate": 0.1, "power": 3})])
def look_ups_with_fallbacks(given, defaults):
    settings = {**defaults, **given}
    try:
        rate = settings["rate"]
        shift = settings.get("shift", 0.25)
    except KeyError as e:
        raise ValueError(f"missing {e}") from None
    finally:
        TALLY.note()
    total = 0.0
    for name, value in settings.items():
        if name.startswith("r"):
            total += value * rate
    return total ** settings["power"] + shift


@programs(array(3, 3), 0.2, argnums=(0, 1), again=[(array(2, 2, seed=3), 5.0)])
def first_large_entry(A, threshold):
    for i, row in enumerate(A):
        for j, v in enumerate(row):
            if abs(v) > threshold:
                return v * v * threshold + i + j
    return threshold**2


@programs(0.7, 3, again=[(0.2, 5), (0.9, 1)])
def while_else_and_walrus(x, n):
    total = 0.0
    k = 0
    while (k := k + 1) < 10:
        if k > n:
            total *= x
            break
        if 0 < k < 3 <= n:
            continue
        total += x**k
    else:
        total = -total
    return total + (y := x * 2) * y


Result = namedtuple("Result", ["loss", "extra"])


def evaluate(x, mode="train", /, *, weight=1.0):
    match mode:
        case "train" | "fit":
            return Result(loss=x * x * weight, extra={"n": 1})
        case "test":
            return Result(x, None)
        case _:
            raise ValueError(mode)


@programs(array(3), again=[(array(5, seed=1),)])
def results_in_namedtuples(x):
    results = [evaluate(v, "train" if k % 2 else "test", weight=k + 1.0) for k, v in enumerate([x[0], x[1], x[2]])]
    first, *rest = results
    (a, _), b = rest[0], rest[-1].loss
    return first.loss * a + b + sum(r.loss for r in results if r.extra is not None)


class Shape:
    """A base class."""

    registry: dict[str, Any] = {}
    count = 0

    def __init__(self, scale=1.0):
        self.scale = scale

    def area(self):
        raise NotImplementedError

    def scaled(self):
        return self.scale * self.area()


class Circle(Shape):
    def __init__(self, r, **kw):
        super().__init__(**kw)
        self.r = r

    def area(self):
        return math.pi * self.r**2


class Ring(Circle):
    def __init__(self, r, hole, **kw):
        super().__init__(r, **kw)
        self.hole = hole

    def area(self):
        return super().area() - Circle(self.hole).area()


@programs(1.5, 0.5, argnums=(0, 1), again=[(2.5, 0.7)])
def inherited_areas(r, h):
    shapes = [Circle(r, scale=2.0), Ring(r, h), Circle(h)]
    total = 0.0
    for s in shapes:
        total += s.scaled() if isinstance(s, Ring) else -s.area()
    return total


@programs(array(3), array(3, seed=2), argnums=(0, 1), again=[(array(2), array(2, seed=2))])
def printed_progress(w, x):
    lines = []
    loss = 0.0
    for step, (a, b) in enumerate(zip(list(w), x), 1):
        loss += (a * b) ** 2
        lines.append(f"step {step:>3d}: {'ok' if step % 2 else 'skip'}")
    assert len(lines) == len(w), "\n".join(lines)
    return loss * len(lines[0])


@programs([[0.5, 1.5], [2.0], []], again=[([[0.5], [2.0, 0.1, 0.7]],)])
def ragged_lists(rows):
    flat = [v * w for row in rows for v, w in zip(row, row[::-1]) if v > 0.2]
    means = [sum(row) / len(row) if row else 0.0 for row in rows]
    longest = max(len(row) for row in rows)
    return sum(flat) + sum(m * m for m in means) * longest


@programs(0.4, again=[(0.8,)])
def rows_of_pascal(x):
    row = [1.0]
    total = 0.0
    for n in range(5):
        total += sum(c * x**k for k, c in enumerate(row))
        row = [1.0] + [a + x * b for a, b in zip(row, row[1:])] + [x]
    return total


class Counter:
    """What counts its calls."""

    def __init__(self):
        self.calls = 0
        self.best = None

    def __call__(self, x):
        self.calls += 1
        value = (x - 1.0) ** 2
        if self.best is None or value < self.best:
            self.best = value
        return value


@programs(0.3, again=[(1.7,)])
def line_search(x):
    f = Counter()
    step = 1.0
    slope = 2 * (x - 1.0)
    while f(x - step * slope) > f(x) - 0.3 * step * slope**2:
        step *= 0.5
        if f.calls > 20:
            break
    return f(x - 0.9 * step * slope) + f.best + f.calls
