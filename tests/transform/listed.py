"""Programs that build, change and join lists of unknown length."""

# ruff: noqa: B007, RUF005, SIM108

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("lists")


@programs(array(3, 3), array(3), 4, argnums=(0, 1), again=[(array(3, 3), array(3), 0)])
def rnn(W: Any, h: Any, n: Any) -> Any:
    hs = []
    for _ in range(n):
        h = np.tanh(W @ h)
        hs.append(h)
    s = 0.0
    for h in hs:
        s = s + (h * h).sum()
    return s + (W * W).sum() + h.sum()


@programs(array(3, 3), array(3), array(5, 3), argnums=(0, 1))
def rnn_stack(W: Any, h: Any, t: Any) -> Any:
    hs = []
    for i in range(5):
        h = np.tanh(W @ h + t[i])
        hs.append(h)
    return ((np.stack(hs) - t) ** 2).sum()


@programs(array(3, 3), array(3), 4, argnums=(0, 1), again=[(array(3, 3), array(3), 0)])
def rnn_init(W: Any, h0: Any, n: Any) -> Any:
    hs = [h0]
    for _ in range(n):
        hs.append(np.tanh(W @ hs[-1]))
    return np.stack(hs).sum() + (hs[0] * hs[-1]).sum()


@programs([0.5, 1.5, 2.5], again=[([0.5],), ([],)])
def squares(xs: Any) -> Any:
    ys = []
    for x in xs:
        ys.append(x * x)
    return sum(ys) + 0.0


@programs([0.5, 1.5, 2.5], 2.0, argnums=(0, 1))
def plus(xs: Any, c: Any) -> Any:
    ys = xs + [c, c * c] + xs
    s = 0.0
    for i in range(len(ys)):
        s = s + ys[i] * i
    return s


@programs([0.5, 1.5, 2.5], 3, again=[([0.5, 1.5], 0)])
def times(xs: Any, n: Any) -> Any:
    ys = xs * n
    s = 1.0
    for i in range(len(ys)):
        s = s + ys[i] * i * ys[i]
    return s


@programs([0.5, 1.5, 2.5])
def popping(xs: Any) -> Any:
    ys = xs[:]
    s = 1.0
    while len(ys) > 0:
        y = ys.pop()
        s = s * y + y
    return s


@programs([0.5, 1.5, 2.5])
def popping_first(xs: Any) -> Any:
    ys = xs[:]
    s = 1.0
    while len(ys) > 0:
        y = ys.pop(0)
        s = s * y + y
    return s


@programs([0.5, 1.5, 2.5, 0.7], 1)
def popping_at(xs: Any, i: Any) -> Any:
    ys = xs[:]
    a = ys.pop(i)
    b = ys.pop(-2)
    s = a * b
    for k in range(len(ys)):
        s = s + (k + 1) * ys[k] * s
    return s


@programs([0.5, 1.5, 2.5], 2.0, 1, argnums=(0, 1), again=[([0.5, 1.5, 2.5], 2.0, -1), ([0.5, 1.5, 2.5], 2.0, 17)])
def inserting(xs: Any, v: Any, i: Any) -> Any:
    ys = xs[:]
    ys.insert(0, v * v)
    ys.insert(i, v)
    s = 1.0
    for k in range(len(ys)):
        s = s + (k + 1) * ys[k] * s
    return s


@programs([0.5, 1.5, 2.5], 2.0, argnums=(0, 1))
def replacing(xs: Any, v: Any) -> Any:
    ys = xs[:]
    for i in range(len(xs)):
        ys[i] = v * ys[i]
    ys[0] = v * v
    s = 1.0
    for k in range(len(ys)):
        s = s + (k + 1) * ys[k] * s
    return s


@programs([array(2), array(3), array(1)], again=[([array(4), array(1)],)])
def ragged(xs: Any) -> Any:
    ys = []
    for x in xs:
        ys.append(np.sin(x) * 2)
    s = 0.0
    for y in ys:
        s = s + (y * y).sum()
    return s


@programs([array(2), array(3), array(2)])
def ragged_store(xs: Any) -> Any:
    ys = xs[:]
    ys[0] = xs[1] * xs[1]
    s = 0.0
    for y in ys:
        s = s + (y * y).sum()
    return s


@programs([array(2), array(3), array(2)])
def ragged_concat(xs: Any) -> Any:
    ys = []
    for x in xs:
        ys.append(np.sin(x) * 2)
    y = np.concatenate(ys)
    return (y * y * y).sum()


@programs([0.5, 1.5, 2.5])
def reversed_list(xs: Any) -> Any:
    ys = xs[1:]
    ys.reverse()
    s = 1.0
    for k in range(len(ys)):
        s = s + (k + 1) * ys[k] * s
    return s


@programs(2.0, 5, again=[(2.0, 0)])
def conditional(x: Any, n: Any) -> Any:
    ys = []
    for i in range(n):
        x = math.sin(x) + 1
        if x > 1.5:
            ys.append(x * i)
    s = 0.0
    for y in ys:
        s = s + y * y
    return s + x


@programs(2.0, 5, again=[(2.0, 0)])
def fib(x: Any, n: Any) -> Any:
    ys = [x, x * x]
    for i in range(n):
        ys.append(math.sin(ys[-1]) * ys[-2])
    return ys[-1] + ys[1]


@programs([0.5, 1.5, 2.5], [1.0, 2.0], argnums=(0, 1))
def extending(xs: Any, ys: Any) -> Any:
    zs = []
    zs.extend(xs)
    zs.extend(ys)
    zs.extend(xs)
    s = 1.0
    for k in range(len(zs)):
        s = s + (k + 1) * zs[k] * s
    return s


@programs(array(4), again=[(array(2),)])
def extend_array(x: Any) -> Any:
    zs = []
    zs.extend(x * x)
    zs.append(x[0])
    s = 1.0
    for k in range(len(zs)):
        s = s + (k + 1) * zs[k] * s
    return s


@programs(array(4), again=[(array(2),)])
def np_array(x: Any) -> Any:
    ys = []
    for v in x:
        ys.append(v * v)
    return (np.array(ys) ** 2).sum() + max(ys) + np.sum(ys) + np.mean(ys)


@programs(array(3, 4), 3)
def stack_axis(x: Any, n: Any) -> Any:
    ys = []
    for i in range(n):
        ys.append(x[i] * i)
    z = np.stack(ys, axis=1)
    w = np.vstack(ys)
    q = np.column_stack(ys)
    r = np.hstack(ys)
    return (z * z).sum() + (w * w * w).sum() + (r * r).sum() + np.sin(q).sum()


@programs(array(3).astype(np.float32), 4)
def float32(x: Any, n: Any) -> Any:
    ys = []
    for i in range(n):
        x = np.sin(x)
        ys.append(x)
    s = np.float32(0)
    for y in ys:
        s = s + (y * y).sum()
    return s + np.stack(ys).sum()


@programs(array(3, 2), 4)
def nested(x: Any, n: Any) -> Any:
    rows = []
    for i in range(3):
        row = []
        for j in range(n):
            row.append((x[i] * j).sum())
        rows.append(row)
    s = 0.0
    for row in rows:
        for y in row:
            s = s + y * y
    return s + rows[0][-1]


@programs(array(3), 6)
def breaking(x: Any, n: Any) -> Any:
    ys = []
    for i in range(n):
        x = x * 1.3
        ys.append(x)
        if (x * x).sum() > 2:
            break
    s = 0.0
    for y in ys:
        s = s + (y * y).sum()
    return s


@programs([array(3), array(3, seed=1)], again=[([array(3)],)])
def sum_arrays(xs: Any) -> Any:
    ys = []
    for x in xs:
        ys.append(np.exp(x))
    return (sum(ys) ** 2).sum()


@programs(array(3), 4)
def tuples(x: Any, n: Any) -> Any:
    ys = []
    for i in range(n):
        x = np.sin(x)
        ys.append((x, x.sum()))
    s = 0.0
    for a, b in ys:
        s = s + (a * a).sum() * b
    return s


@programs([0.5, 1.5, 2.5], again=[([1.0],)])
def copied(xs: Any) -> Any:
    ys = list(xs)
    zs = ys[:]
    zs.append(ys[0] * 2)
    return sum(zs) * zs[-1] + ys[-1]


@programs(2.0, 3)
def attention(x: Any, n: Any) -> Any:
    hs = [x]
    for i in range(n):
        hs.append(math.sin(sum(hs)) + hs[0])
    return sum(hs)


@programs(array(3), 3)
def attention_arrays(x: Any, n: Any) -> Any:
    hs = [x]
    for i in range(n):
        K = np.stack(hs)
        hs.append(K.T @ np.tanh(K @ x))
    return np.stack(hs).sum()


@programs(2.0, 1.0, again=[(0.5, 1.0)])
def branches(x: Any, c: Any) -> Any:
    if x > 1:
        ys = [x, x * x]
    else:
        ys = [x * 3]
    ys.append(x * 2)
    return ys[0] * ys[-1] + len(ys)


@programs(array(4, 3))
def rows_of_array(X: Any) -> Any:
    ys = list(X)
    ys.append(X[0] * 2)
    s = 0.0
    for y in ys:
        s = s + (y * y).sum()
    return s


@programs(array(3), 3)
def grown_after(x: Any, n: Any) -> Any:
    hs = []
    for i in range(n):
        x = np.sin(x) * 2
        hs.append(x)
    s = np.stack(hs).sum() ** 2
    hs.append(x * x)
    hs[0] = x * x * x
    a = hs.pop(1)
    return s + (hs[0] * hs[-1] * a).sum() + sum(hs).sum()


@programs(2.0, 4)
def window(x: Any, n: Any) -> Any:
    hs = [x, x * 2]
    s = 0.0
    for i in range(n):
        a = hs.pop(0)
        hs.append(math.sin(a) * hs[-1])
        s = s + sum(hs)
    return s


@programs([array(3), array(3, seed=1)], argnums=0)
def same_item_twice(xs: Any) -> Any:
    ys = []
    for x in xs:
        y = x * x
        ys.append(y)
        ys.append(y)
    s = 0.0
    for i in range(len(ys)):
        s = s + (ys[i] * ys[i] * i).sum()
    return s


@programs(array(3), [array(3), array(3, seed=1)], argnums=(0, 1))
def items_stored_into(x: Any, xs: Any) -> Any:
    ys = []
    for i in range(3):
        a = x * i
        ys.append(a)
        a = np.sin(a)
        a[0] = a[1] * 2
        ys.append(a)
    return np.stack(ys).sum() + (np.concatenate(ys) ** 2).sum() + (np.stack(xs, axis=-1) ** 2).sum()


@programs([0.5, 1.5, 2.5], again=[([0.5],)])
def maxima(xs: Any) -> Any:
    ys = []
    for x in xs:
        ys.append(x * x)
    return max(ys) * min(ys) + math.fsum(ys)


@programs([[0.5, 1.5], [2.5]], again=[([[0.5]],)])
def lists_of_lists(xss: Any) -> Any:
    yss = []
    for xs in xss:
        ys = []
        for x in xs:
            ys.append(x * x)
        ys.append(xs[0])
        yss.append(ys)
    s = 0.0
    for ys in yss:
        s = s + sum(ys) ** 2
    return s


@programs([array(3, 2), array(3, 2, seed=1)], again=[([array(3, 2)],)])
def carried_twice(xs: Any) -> Any:
    a = []
    b = [xs[0]]
    for x in xs:
        a.append(x * b[-1])
        b.append(a[-1] + x)
    return np.vstack(a).sum() + np.hstack(b).sum() * b[-1].sum()


@programs(array(5), [1.0, 2.0, 3.0], argnums=(0, 1))
def elementwise(x: Any, xs: Any) -> Any:
    return (np.exp(xs) * x[:3]).sum() + np.dot(x[:3], xs) + (np.array(xs) ** 2).sum()


@programs(2.0, 5, again=[(2.0, 0)])
def while_grown(x: Any, n: Any) -> Any:
    ys = []
    while len(ys) < n:
        x = math.sin(x) + 1
        ys.append(x)
    return sum(ys) * 1.0


@programs(array(2, 3), [1.0, 2.0, 3.0], argnums=(0, 1))
def broadcast_list(X: Any, xs: Any) -> Any:
    ys = []
    for x in xs:
        ys.append(x * x)
    return (X * np.exp(xs)).sum() + (X * np.array(ys)).sum() + np.multiply(X, ys).sum() + (X + ys).sum()


@programs([array(3), array(3, seed=1)])
def list_times_array(xs: Any) -> Any:
    X = np.array(xs)
    return (X * xs).sum() + np.sum(xs, axis=0)[0] + (xs + np.ones((4, 2, 3))).sum()


@programs([0.5, 1.5], 2.0, argnums=(0, 1))
def clearing(xs: Any, v: Any) -> Any:
    ys = xs[:]
    ys.append(v)
    s = ys[0] * ys[-1]
    ys.clear()
    ys.append(v * v)
    return s + ys[0] + len(ys)


@programs(array(3), 3)
def list_in_a_tuple(x: Any, n: Any) -> Any:
    state = (x, [])
    for i in range(n):
        h = np.sin(state[0]) + i
        state[1].append(h * h)
        state = (h, state[1])
    return np.stack(state[1]).sum() * state[0].sum()


@programs(array(2), [array(3), array(2)], argnums=(0, 1))
def lists_of_other_lengths(x: Any, xs: Any) -> Any:
    ys = [x] + xs + [x * x]
    s = 0.0
    for y in ys:
        s = s + (y * y).sum()
    return s


@programs(2.0, 3, again=(2.0, 0))
def inactive_list(x: Any, n: Any) -> Any:
    counts = []
    for i in range(n):
        counts.append(i)
        x = x * 1.5
    s = 1.0
    for c in counts:
        s = s + c * x
    return s * x


@programs(array(3), 4)
def early_continue(x: Any, n: Any) -> Any:
    ys = []
    for i in range(n):
        x = np.sin(x)
        if i == 1:
            continue
        ys.append(x * i)
    return np.stack(ys).sum()
