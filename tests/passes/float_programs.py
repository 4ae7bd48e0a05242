"""Programs that count with single numbers, for the pass that lets them count with Python's floats.

Some may not: what sees the type of a number, or of a whole array, keeps it as it is.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code="attr-defined"
# ruff: noqa: B007, B905, RUF059

from __future__ import annotations

import math
from typing import Any

import numpy as np

X = np.array([1.5, -0.5, 2.0, 0.3])
G = np.array([1.0, 2.0, 3.0, 4.0])
A = np.arange(12.0).reshape(3, 4)
NUMPYS = (  # whose numbers stay NumPy's
    "aliased", "arrays_of_single", "changing_array", "clipmod", "comprehension", "fancy",
    "inplace", "items_of_matrix", "large_ints", "leaves_early", "list_of_numbers", "maxmin",
    "numpys_functions", "of_a_global", "one_number", "pyfloat_param", "repeats", "single",
    "single_and_double", "slices", "whole_numbers",
    "zero_index",
)  # fmt: skip


class Seen:
    """What a program stores its numbers in."""

    last: Any = None


def case(*args: Any) -> Any:
    """Attach the arguments of a program."""

    def given(f: Any) -> Any:
        f.args = args
        return f

    return given


@case(X)
def quotient_of_items(x):
    s = 0.0
    for i in range(len(x)):
        s = s + x[i] / (x[i] - x[i])
    return s


@case(X)
def pow_overflow(x):
    s = 1e200
    for i in range(len(x)):
        s = s * x[0]
        s = s**2
    return s


@case(X)
def neg_power(x):
    s = 0.0
    for v in x:
        s = s + v**0.5 + (v - v) ** (-1.0)
    return s


@case(X)
def functions(x):
    s = 0.0
    for v in x:
        s = s + np.exp(v * 1000) + np.log(v) + np.sqrt(v) + np.tanh(v) + np.arctan(v) + np.sin(v * 1e308 * 10)
    return s


@case(X)
def listout(x):
    xs = []
    for v in x:
        xs.append(v * 2)
    return np.sum(np.array(xs))


@case(X)
def listsum(x):
    xs = []
    for v in x:
        xs.append(v * 2 * v)
    return sum(xs)


@case(X)
def stored(x):
    y = np.zeros(4)
    for i in range(len(x)):
        y[i] = x[i] * x[i] + (y[i - 1] if i > 0 else 0.0)
    return np.sum(y)


@case(X)
def inplace(x):
    y = x.copy()
    for i in range(1, len(y)):
        y[i] = y[i] * y[i - 1]
    return y[-1] * y[0]


@case(X)
def maxmin(x):
    m = x[0]
    for v in x:
        m = max(m * 0.9, v * 1.1, 0.2) if v > 0 else min(m, v)
    return m


@case(X)
def branches(x):
    s = 0.0
    for i in range(len(x)):
        if x[i] > 0 and s < 10:
            s += x[i] ** 3
        elif not x[i] > -0.2:
            s -= abs(x[i])
        else:
            continue
    return s


@case(X)
def counted_conditions(x):
    s = 0.0
    for v in x:
        s = s + (v > 0) * v * v + (v < 1)
    return s


@case(X)
def while_loop(x):
    y = x[0]
    k = 0
    while abs(y * y - x[2]) > 1e-09 and k < 50:
        y = 0.5 * (y + x[2] / y)
        k += 1
    return y


@case(X)
def leaves_early(x):
    s = 0.0
    for i, v in enumerate(x):
        s = s + v * i
        if s < 0:
            break
    else:
        s = s * 2
    return s


@case(X, 3)
def zero_index(x, n):
    s = 0.0
    for i in range(n):
        s = s + x[i] * x[-i]
    return s


@case(X)
def aliased(x):
    y = x * 1.0
    z = y[1:]
    s = 0.0
    for i in range(len(z)):
        z[i] = z[i] + y[i] * y[i]
        s = s + y[i + 1]
    return s


@case((X, G))
def tree(p):
    a, b = p
    s = 0.0
    for u, v in zip(a, b):
        s = s + u * v * u
    return s


@case(X.astype(np.float32))
def single(x):
    s = 0.0
    for v in x:
        s = s + v * v * 2.5
    return s


@case(X, X.astype(np.float32))
def single_and_double(x, y):
    s = 0.0
    for i in range(len(x)):
        s = s + x[i] * y[i]
    return s


@case(X)
def arrays_of_single(x):
    s = 0.0
    r = np.ones(3, dtype=np.float32)
    for v in x:
        r = r * (v * v)
        s = s + np.sum(r)
    return s


@case(X)
def whole_numbers(x):
    s = 0.0
    k = np.arange(4)
    for i in range(len(x)):
        s = s + x[i] * k[i] * x[i] / (k[i] + 1)
    return s


@case(X)
def nested(x):
    s = 0.0
    for i in range(len(x)):
        for j in range(i):
            s = s + x[i] * x[j] ** 2
    return s


@case(np.arange(12.0).reshape(3, 4))
def rows_of_rows(A):
    s = 0.0
    for row in A:
        p = 1.0
        for v in row:
            p = p * (v + 0.1)
        s = s + p
    return s


@case(np.arange(12.0).reshape(3, 4))
def items_of_matrix(A):
    s = 0.0
    for i in range(3):
        for j in range(4):
            s = s + A[i, j] * A[j % 3, i]
    return s


@case(np.float64(1.5), 3.0)
def scalar_param(a, h):
    y = 1.0
    for _ in range(5):
        y = y + h * np.sin(a * y)
    return y


@case(1.5)
def pyfloat_param(a):
    y = 1.0
    for _ in range(5):
        y = y + 0.1 * math.sin(a * y)
    return y


@case(X)
def filtering(z):
    m, P, ll = (0.0, 1.0, 0.0)
    for v in z:
        P = P + 0.1
        S = P + 0.5
        K = P / S
        r = v - m
        ll = ll - 0.5 * (np.log(S) + r * r / S)
        m = m + K * r
        P = (1 - K) * P
    return ll


@case(X)
def twolists(x):
    a = []
    b = []
    for v in x:
        a.append(v * v)
        b.append(a[-1] * 2)
    s = 0.0
    for u, w in zip(a, b):
        s = s + u * w
    return s


@case(X)
def popped(x):
    a = []
    for v in x:
        a.append(v * v)
    s = 0.0
    while a:
        s = s + a.pop() * s + 1.0
    return s


@case(X)
def tuples(x):
    st = (x[0], x[1])
    for v in x:
        st = (st[1] * v, st[0] + v)
    return st[0] * st[1]


@case(X)
def comprehension(x):
    ys = [v * v for v in x]
    t = 0.0
    for y in ys:
        t = t + y * y
    return t + max(ys)


def helper(y, v):
    for _ in range(2):
        y = y * v + 1.0
    return y


@case(X)
def callee(x):
    s = 1.0
    for v in x:
        s = helper(s, v)
    return s


def rec(x, n):
    if n == 0:
        return x
    return rec(x * x * 0.5 + 1.0, n - 1)


@case(X)
def recursion(x):
    s = 0.0
    for v in x:
        s = s + rec(v, 3)
    return s


@case(X)
def numpys_functions(x):
    s = 0.0
    for v in x:
        s = (
            s
            + np.maximum(v, 0.1) * np.abs(v)
            + np.square(v)
            + np.where(v > 0, v, 2 * v)
            + np.power(abs(v), 1.5)
            + np.hypot(v, s)
        )
    return s


@case(X)
def clipmod(x):
    s = 0.0
    for v in x:
        s = s + v % 0.7 + v // 0.3 * v + np.clip(v, -0.2, 0.9)
    return s


@case(X)
def rounding(x):
    s = 0.0
    for v in x:
        s = s + round(v, 1) * v + int(v) * v + float(v)
    return s


@case(X)
def skipping(x):
    s = 0.0
    for v in x:
        if np.isnan(v) or not np.isfinite(v):
            continue
        s = s + v * v
    return s


@case(X)
def backwards(x):
    s = 0.0
    for i in range(len(x) - 1, -1, -1):
        s = s * x[i] + x[i]
    return s


@case(X)
def shape(x):
    s = 0.0
    n = x.shape[0]
    for i in range(1, n - 1):
        s = s + (x[i + 1] - 2 * x[i] + x[i - 1]) ** 2
    return s


@case(X)
def of_a_global(x):
    s = 0.0
    for i in range(len(x)):
        s = s + x[i] * G[i]
    return s


@case(X)
def changing_array(x):
    s = 0.0
    y = x
    for i in range(len(x)):
        y = y * x[i]
        s = s + y[i]
    return s + np.sum(y)


@case(X)
def start_unpack(x):
    a, b, c, d = x
    for _ in range(3):
        a, b = (b * c, a + d)
    return a * b + np.sum(x)


@case(X)
def unused_unpack(x):
    a, *r = x
    for _ in range(3):
        a = a * a * 0.5
    return a


@case(X)
def ifexpr(x):
    s = x[0] if x[0] > 0 else 0
    for v in x:
        s = s + (v * v if v > 0 else 0) * s
    return s


@case(X)
def intinit(x):
    s = 0
    for v in x:
        s += v * v
    return s


@case(X, X[::-1])
def strided(x, y):
    s = 0.0
    for a, b in zip(x, y):
        s += a * b * b
    return s


@case(X)
def dictacc(x):
    d = {"a": 0.0, "b": 1.0}
    for v in x:
        d["a"] = d["a"] + v * v
        d["b"] = d["b"] * v
    return d["a"] * d["b"]


@case(X)
def running(x):
    out = np.empty_like(x)
    s = 0.0
    for i in range(len(x)):
        s = s + x[i] * x[i]
        out[i] = s
    return np.sum(out**2)


@case(X)
def slices(x):
    s = 0.0
    for i in range(len(x) - 1):
        s = s + np.sum(x[i : i + 2]) * x[i]
    return s


@case(X)
def repeats(x):
    s = 0.0
    idx = [0, 2, 2, 1]
    for i in idx:
        s = s + x[i] * x[i]
    return s


@case(X)
def fancy(x):
    s = 0.0
    for i in np.array([0, 2, 2, 1]):
        s = s + x[i] * x[i] * i
    return s


@case(np.array(2.0))
def one_number(x):
    s = 0.0
    for i in range(3):
        s = s * x + x
    return s


@case(X)
def large_ints(x):
    s = x[0]
    for i in range(3):
        s = s * 10**30
    return s


@case([np.float64(1.0), np.float64(2.0)])
def list_of_numbers(x):
    s = 0.0
    for v in x:
        s = s + v * v / v
    return s
