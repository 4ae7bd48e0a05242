"""Programs that store into arrays which they allocate: at indices, slices and masks, in loops and branches."""

# ruff: noqa: B007

from __future__ import annotations

from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("stores")


@programs(array(5), again=(array(8, seed=1),))
def cumulative(x: Any) -> Any:
    out = np.zeros(x.shape[0])
    out[0] = x[0]
    for i in range(1, len(x)):
        out[i] = out[i - 1] * x[i] + x[i - 1]
    return (out * out).sum()


@programs(array(5), again=(array(8, seed=1),))
def slice_stores(x: Any) -> Any:
    a = np.zeros_like(x)
    a[1:] = x[:-1] * 2
    a[:2] += x[:2]
    a[::2] *= x[::2]
    a[-1] -= 3
    return a @ x


@programs(array(5), again=(array(8, seed=1),))
def mask_stores(x: Any) -> Any:
    a = x * 2
    a[x > 0] *= x[x > 0]
    a[x < -0.5] = 0.25
    return (a * x).sum()


@programs(array(3, 4), again=(array(2, 2),))
def rows_and_columns(A: Any) -> Any:
    B = A.copy()
    B[0] = A[1]
    B[:, 1] = B[:, 0] * A[:, 1]
    B[1, :] += A[0, 0]
    B[..., -1] = 2.0
    return (B * A).sum()


@programs(array(3), 4, again=(array(5), 0))
def whole_array_augmented(x: Any, n: Any) -> Any:
    a = x * 1.5
    for i in range(n):
        a += x * i
        a *= np.cos(x)
        a -= 0.5
        a /= 1 + x * x
    return (a * a).sum()


@programs(0.5, 4)
def augmented_scalar_rebinds(x: Any, n: Any) -> Any:
    y = x
    for i in range(n):
        y *= x
        y += i
    return x * y


@programs(array(6), again=(array(3),))
def in_place_sweep(u: Any) -> Any:
    u = u + 0.0
    for t in range(3):
        for i in range(1, len(u) - 1):
            u[i] = 0.5 * u[i] + 0.25 * (u[i - 1] + u[i + 1]) * u[i]
    return (u**2).sum()


@programs(array(4), again=(array(2),))
def store_in_branch(x: Any) -> Any:
    a = np.zeros(len(x))
    for i in range(len(x)):
        if x[i] > 0:
            a[i] = x[i] ** 2
        elif i > 0:
            a[i] = a[i - 1] * x[i]
    return np.exp(a).sum()


@programs(array(4), again=(array(9),))
def store_then_break(x: Any) -> Any:
    a = np.ones_like(x)
    for i in range(len(x)):
        a[i] = x[i] * a[i - 1]
        if a[i] < -0.4:
            break
        if x[i] > 0.8:
            continue
        a[i] *= 2
    return (a * x).sum()


@programs(array(4), again=(array(3),))
def store_then_return(x: Any) -> Any:
    a = x * x
    for i in range(len(x)):
        a[i] += a[0] * x[i]
        if i == 2:
            return a.sum() * a[i]
    return a[0] * 2


@programs(array(2, 3), again=(array(4, 3),))
def matrix_fill(A: Any) -> Any:
    n, _ = A.shape
    G = np.zeros((n, n))
    for i in range(n):
        for j in range(i, n):
            G[i, j] = A[i] @ A[j]
            G[j, i] = G[i, j] * 2
    return (G * G).sum()


@programs(array(3), 5, again=(array(2), 1))
def rows_of_states(h: Any, n: Any) -> Any:
    H = np.zeros((n + 1, h.shape[0]))
    H[0] = h
    for t in range(n):
        H[t + 1] = np.tanh(H[t] * 1.3 + h)
    return (H[-1] * H[0]).sum() + H.mean()


@programs(array(4))
def store_same_place_twice(x: Any) -> Any:
    a = np.zeros(4)
    a[1] = x[0]
    b = a[1] * x[1]
    a[1] = x[2] * b
    c = a.sum()
    a[1] = c * c
    return a[1] * b


@programs(array(4))
def copy_then_diverge(x: Any) -> Any:
    a = x * 2
    b = a.copy()
    a[0] = x[1] * x[2]
    b[1] += a[0]
    return a @ b


@programs(array(4), 2, again=(array(4), 3))
def dynamic_slice(x: Any, k: Any) -> Any:
    a = np.zeros(len(x))
    a[:k] = x[-k:]
    a[k:] += x[k:] ** 2
    a[k - 1] = x[k] if k < len(x) else 7.0
    return (a * a * x).sum()


@programs(array(3), array(3, seed=1), argnums=(0, 1))
def histogram(w: Any, x: Any) -> Any:
    bins = np.zeros(2)
    for i in range(len(x)):
        k = 1 if x[i] > 0 else 0
        bins[k] += w[i] * x[i]
    return bins[0] * bins[1] + bins[1]


@programs(0.7)
def fresh_buffer_each_turn(x: Any) -> Any:
    s = 0.0
    for i in range(3):
        buf = np.zeros(3)
        buf[i] = x * i
        buf[0] += s
        s = buf.sum() * x
    return s


@programs(0.7)
def buffer_kept_over_turns(x: Any) -> Any:
    buf = np.zeros(3)
    s = x
    for i in range(6):
        buf[i % 3] = s * x + buf[(i + 1) % 3]
        s = buf.sum()
    return s


@programs(array(3, 3))
def elimination(A: Any) -> Any:
    U = A + 3 * np.eye(3)
    n = U.shape[0]
    for k in range(n):
        for i in range(k + 1, n):
            f = U[i, k] / U[k, k]
            U[i, k:] -= f * U[k, k:]
    d = 1.0
    for k in range(n):
        d *= U[k, k]
    return d


@programs(array(4))
def store_reads_itself(x: Any) -> Any:
    a = np.empty(4)
    a[:] = x
    a[0] = a[0] * a[0]
    a[1:3] = a[0:2] * a[2:4]
    return (a * np.arange(4)).sum()


@programs(array(3).astype(np.float32), again=(array(5).astype(np.float32),))
def float32_buffer(x: Any) -> Any:
    a = np.zeros_like(x)
    for i in range(len(x)):
        a[i] = x[i] * 2 + a[i - 1]
    return (a * a).sum()


@programs(array(3), again=(array(5),))
def while_store(x: Any) -> Any:
    a = x + 1
    i = len(x) - 1
    while i > 0:
        a[i - 1] += a[i] * x[i]
        i -= 1
    return a[0]


@programs(array(4))
def newaxis_store(x: Any) -> Any:
    a = np.zeros((2, 4))
    a[:, None, 1] = x[None, :1]
    a[1, ...] += x
    return (a**2).sum()


@programs(array(4))
def int_buffer_is_inactive(x: Any) -> Any:
    order = np.zeros(4, dtype=int)
    for i in range(4):
        order[i] = 3 - i
    y = x[order] * np.arange(4)
    return y @ x


@programs(array(3), array(3, seed=1), argnums=(0, 1))
def overwritten_completely(x: Any, y: Any) -> Any:
    a = x * y
    s = a.sum()
    a[:] = y
    return s * (a * x).sum()


@programs(array(4))
def store_of_row_loop(x: Any) -> Any:
    A = np.outer(x, x)
    for i, row in enumerate(A * 1.0):
        A[i] = row * x + A[i - 1]
    return A.sum()


@programs(array(3))
def power_and_floor_augmented(x: Any) -> Any:
    a = x + 2
    a **= 2
    a[0] **= 3
    a %= 5.0
    return (a * x).sum()


@programs(array(3), np.array([0, 2, 2]), again=(array(4), np.array([-1, 3, 3, 0, -1])))
def store_at_repeated_places(x: Any, idx: Any) -> Any:
    a = x * 2
    a[idx] += x[idx]
    a[idx] *= x[0]
    return a @ x


@programs(array(3))
def store_at_list_of_places(x: Any) -> Any:
    a = x * 2
    a[[0, 2, 2]] = x
    a[[2, 1]] -= x[:2] * x[1:]
    return a @ x


@programs(array(3, 4), np.array([[0, 1], [1, 0]]), np.array([[2, 0], [0, 2]]))
def store_at_pairs_of_places(x: Any, rows: Any, columns: Any) -> Any:
    a = np.tanh(x)
    a[rows, columns] = x[:2, :2] * x[0, 0]
    a[rows] = a[rows] * x[1]
    return (a * a * x).sum()
