"""Programs about tuples, lists, dicts, namedtuples and dataclasses: as arguments, as values, nested, unpacked."""

# ruff: noqa: B007

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from tests.programs.kit import Table, array

programs = Table("containers")


class Layer(NamedTuple):
    W: Any
    b: Any


@dataclass
class Model:
    first: Any
    scale: float


@programs(
    ([array(3, 2), array(2)], {"s": 0.5}), array(4, 3), again=(([array(3, 2), array(2)], {"s": 0.1}), array(7, 3))
)
def nested_tree(params: Any, X: Any) -> Any:
    (W, b), extra = params
    return np.sum(np.tanh(X @ W + b) * extra["s"]) * extra["s"]


@programs(Model(Layer(array(3, 2), array(2)), 0.3), array(4, 3))
def dataclass_of_namedtuple(m: Any, X: Any) -> Any:
    h = np.tanh(X @ m.first.W + m.first.b)
    return m.scale * (h * h).mean()


@programs([Layer(array(3, 3), array(3)), Layer(array(3, 3, seed=2), array(3, seed=1))], array(5, 3))
def list_of_namedtuples(layers: Any, X: Any) -> Any:
    for layer in layers:
        X = np.tanh(X @ layer.W + layer.b)
    return X.sum()


@programs([(array(3, 3), array(3)), (array(3, 3, seed=2), array(3, seed=1))], array(5, 3))
def list_of_tuples(layers: Any, X: Any) -> Any:
    for k, (W, b) in enumerate(layers):
        X = np.tanh(X @ W + b * k)
    W, b = layers[-1]
    return X.sum() + (W * W).sum()


@programs([array(3), array(3, seed=1), array(3, seed=2)], again=([array(3), array(3, seed=5)],))
def list_of_arrays(xs: Any) -> Any:
    s = 0.0
    for x in xs:
        s += (x**2).sum() * len(xs)
    return s * xs[0][0] + xs[-1] @ xs[0]


@programs([0.5, 0.25, 2.0], again=[([0.5],), ([1.0, 2.0, 3.0, 4.0],)])
def list_of_floats(xs: Any) -> Any:
    s = 1.0
    for i in range(len(xs)):
        s = s * xs[i] + i
    return s + sum(xs) + max(xs)


@programs([0.5, 0.25, 2.0])
def list_slices(xs: Any) -> Any:
    head, *tail = xs
    s = head
    for t in tail:
        s = s * t
    for t in xs[1:]:
        s = s + t * t
    return s * xs[-1]


@programs((0.5, 0.25, 2.0))
def starred_in_the_middle(t: Any) -> Any:
    a, *mid, z = t
    return a * mid[0] ** 2 * z + len(mid)


@programs((0.5, (0.25, 2.0)))
def nested_targets(t: Any) -> Any:
    a, (b, c) = t
    [d, e] = b, c
    x = y = a * d
    x += e
    return x * y


@programs({"w": array(3), "b": 0.25, "inner": {"k": (1.5, array(2))}})
def dict_tree(p: Any) -> Any:
    inner = p["inner"]
    k, v = inner["k"]
    return (p["w"] * p["b"]).sum() ** 2 + k * v.sum()


@programs({"a": 0.5, "b": 2.0})
def dict_loop(p: Any) -> Any:
    s = 1.0
    for key in p:
        s = s * p[key] + 1
    for v in p.values():
        s = s + v * v
    for key, v in p.items():
        s = s * v
    return s


@programs(0.5)
def tuple_value_in_loop(x: Any) -> Any:
    state = (x, 1.0)
    for i in range(4):
        a, b = state
        state = (a * b + i, b + a)
    return state[0] * state[1]


@programs(0.5)
def dict_value_in_loop(x: Any) -> Any:
    state = {"h": x, "c": 0.0}
    for i in range(4):
        state = {"h": np.tanh(state["h"] + state["c"]), "c": state["c"] + x}
    return state["h"] * state["c"]


@programs(0.5, 0.25, argnums=(0, 1))
def list_display(x: Any, y: Any) -> Any:
    terms = [x * y, x + y, np.sin(x), 2]
    s = 0.0
    for t in terms:
        s += t * t
    return s * terms[1]


@programs(array(3))
def list_of_rows_stacked(x: Any) -> Any:
    rows = [x, x * 2, np.sin(x)]
    return (np.stack(rows) @ x).sum() + np.array([x[0], x[1] * x[2], 3.0]).sum()


@programs(0.5)
def tuple_indexing(x: Any) -> Any:
    t = (x, x * x, (x + 1, 3))
    i = 1
    return t[i] * t[2][0] + t[-1][1] * t[0]


@programs(array(2), (0.5, [array(2, seed=1), 3.0]), argnums=(0, 1))
def pass_through(x: Any, p: Any) -> Any:
    q = p
    r = (q, x)
    (s, rest), z = r
    return s * rest[1] * (z @ rest[0])


@programs((array(3), array(3, seed=1)))
def same_leaf_twice(p: Any) -> Any:
    a, b = p
    pair = (a, a, b)
    return (pair[0] * pair[1] * pair[2]).sum() + a.sum()


@programs((1.0, 2.0))
def unused_leaf(p: Any) -> Any:
    a, _ = p
    return a * 3


@programs({"x": array(2), "y": array(2, 2), "n": None, "name": "net"})
def non_leaves(p: Any) -> Any:
    if p["name"] == "net" and p["n"] is None:
        return (p["x"] @ p["y"]).sum()
    return p["x"].sum()


@programs((array(3), 2.0), 4, again=((array(5), 0.0), 2))
def tuple_of_states(p: Any, n: Any) -> Any:
    x, s = p
    best = (0.0, s)
    for i in range(n):
        x, s = np.sin(x) + s, s * 0.5
        if x.sum() > best[0]:
            best = (x.sum(), s)
    return best[0] * best[1] + s


@programs([[0.5, 1.5], [2.0]], again=([[0.1, 0.2], [0.3]],))
def list_of_lists(xss: Any) -> Any:
    s = 1.0
    for xs in xss:
        for x in xs:
            s = s * x + 1
    return s


@programs(0.5, [1.0, 2.0, 3.0], argnums=(0, 1))
def augmented_items(x: Any, coefficients: Any) -> Any:
    p = 0.0
    for c in coefficients:
        p *= x
        p += c
    return p


@programs((), 2.0, argnums=1)
def empty_tuple(empty: Any, x: Any) -> Any:
    for _ in empty:
        x = x * 2
    return x * len(empty) + x


@programs({"lr": 0.5, "ws": [array(2), array(2, seed=1)]}, argnums=0)
def dict_of_list(cfg: Any) -> Any:
    out = 0.0
    for i, w in enumerate(cfg["ws"]):
        out = out + cfg["lr"] * (w * w).sum() * (i + 1)
    return out
