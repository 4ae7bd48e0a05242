"""Small functions with every kind of statement, for the tests of tangents, pullbacks and levels of derivatives."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np

from tests.programs.kit import array

Pair = namedtuple("Pair", "a b")
PROGRAMS: list[Any] = []
V, W, M = array(4), array(4, seed=1), array(3, 4, seed=2)


def program(*args: Any) -> Any:
    """Enter a function with example arguments; all but ints that are not alone are differentiated."""

    def enter(f: Any) -> Any:
        argnums = tuple(k for k, a in enumerate(args) if type(a) is not int or len(args) == 1)
        PROGRAMS.append((f, args, argnums))
        return f

    return enter


@program(V, 0)
def no_turn(x, n):
    s, t = 0.0, x
    for _ in range(n):
        t = t * 2
        s = s + t.sum()
    return s + t[0]


@program(V)
def early_return(x):
    if x[0] > 10:
        return x.sum()
    for i in range(4):
        if x[i] > 0.1:
            return x[i] * x[i]
    return 0.0


@program(V)
def bound_in_a_branch(x):
    for i in range(3):
        if i > 0:
            z = x[i] * 2
        if i > 1:
            first = z * x[0]
    return first


@program(V)
def none_is_carried(x):
    best = None
    for e in x:
        if best is None or e > best:
            best = e * 1.0
    return best * best


@program(V)
def containers_are_carried(x):
    state = (x, 1.0, None, {"a": x * 2})
    for _ in range(3):
        a, b, c, d = state
        state = (a * b, b * a[0], c, {"a": d["a"] * a})
    return state[3]["a"].sum() + state[1]


@program(V)
def counting_while(x):
    k, s = 0, 0.0
    while s < 1.0 and k < 10:
        s = s + x[k % 4] ** 2
        k += 1
        if k == 7:
            break
    else:
        s = s * x[0]
    return s * k


@program([0.3, 1.2, 2.0], (1.0, 2.0))
def rows_of_lists(xs, pair):
    s = 0.0
    for a in xs:
        s += a * a
    for b in pair:
        s += b * s
    return s


@program(V, [1.0, 2.0, 3.0, 4.0])
def zipped(x, ys):
    s = 0.0
    for i, (a, b) in enumerate(zip(x, ys)):  # noqa: B905
        s += a * b * i
    return s


@program(V)
def rows_that_are_lists(x):
    return sum(sum(r) for r in [[e, e * e] for e in x])


@program(M)
def nested_loops_with_stores(A):
    B = np.zeros_like(A)
    for i in range(3):
        for j in range(4):
            B[i, j] = A[i, j] * A[i, 0] + (B[i - 1, j] if i > 0 else 0.0)
    return (B * B).sum()


@program(V)
def repeated_indices(x):
    i = np.array([0, 0, 2])
    y = np.zeros(4)
    np.add.at(y, i, x[:3])
    y[i] += x[1:]
    y[i] = y[i] * 2
    return (y * x[i].sum()).sum()


@program(V)
def views_of_views(x):
    a = x.copy()
    b = a[1:]
    c = b[::2]
    c[0] = x[0] * x[1]
    b *= 2
    return (a * a).sum()


@program(V, W)
def names_of_the_compiler(x, x_dot):
    g = x * x_dot
    saved = g * 2
    dx = saved + 1
    cotangent = dx * g
    np_ = cotangent * g
    return np_.sum()


@program(V)
def numpy_as_a_name(x):
    import numpy as library

    np = library.sin(x)
    return np.sum()


@program({"w": V, "n": None, "s": "hi", "k": 3, "l": [M, None]})
def leaves_without_derivative(p):
    return (p["w"] ** 2).sum() * p["k"] + p["l"][0].sum() * p["w"][0]


@program(Pair(V, (1.0, M)))
def a_named_tuple(p):
    return (p.a * p.b[1]).sum() * p.b[0]


@program(np.zeros(0))
def nothing_in_it(x):
    return (x * x).sum()


@program(2)
def an_int(n):
    return n * 1.5 * n


@program(V)
def unpacked(x):
    a, b, *rest = x
    (c, d) = rest
    return a * b * c + d * d


@program(V)
def a_list_that_may_be_unbound(x):
    if x[0] > 5:
        ys = [e * 2 for e in x]
    s = x[0] * 2
    if x[0] > 5:
        for y in ys:
            s += y * y
    return s


class Box:
    def __init__(self, w):
        self.w = w
        self.h = None

    def __call__(self, x):
        self.h = self.w * x
        return (self.h * x).sum()


@program(V)
def an_object(x):
    box = Box(x[0])
    return box(x) * box.h.sum()
