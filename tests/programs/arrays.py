"""Programs that read arrays: subscripts of every form, broadcasting, sizes of 0 and 1, dtypes, one array twice."""

# ruff: noqa: F841

from __future__ import annotations

from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("arrays")


@programs(array(3, 4), again=(array(2, 5),))
def subscripts(A: Any) -> Any:
    return (
        A[0, 1] * A[-1][0]
        + A[1].sum()
        + A[:, 1:3].sum() ** 2
        + (A[..., None] * A[:, None, :1]).sum()
        + A[::-1, 0] @ A[:, 0]
    )


@programs(array(5), again=(array(2),))
def integer_arrays(x: Any) -> Any:
    idx = np.array([1, 0, 1, -1])
    return (x[idx] ** 2).sum() * x[[0, 1]].sum()


@programs(array(4, 3))
def integer_array_pairs(A: Any) -> Any:
    rows = np.array([0, 3, 0])
    return (A[rows, [2, 1, 2]] ** 2).sum() + A[rows].sum() + (A[:, rows[0] : 2] ** 2).sum()


@programs(array(5), array(5, seed=1) > 0)
def masks(x: Any, m: Any) -> Any:
    y = x[m] ** 2
    z = x[x > 0]
    return y.sum() * z.sum() + np.where(m, x, x * x).sum()


@programs(
    array(4, 3), array(3), array(4, 1), 0.5, argnums=(0, 1, 2, 3), again=(array(6, 3), array(3), array(6, 1), 0.1)
)
def broadcasting(A: Any, b: Any, c: Any, s: Any) -> Any:
    return ((A + b) * c / (2 + s * b) - s).sum()


@programs(array(1, 3), array(4, 1), argnums=(0, 1))
def size_one_both(a: Any, b: Any) -> Any:
    return ((a * b) ** 2).sum() + (a - b).max()


@programs(array(1), array(5), argnums=(0, 1), again=(array(1), array(1)))
def size_one_vector(a: Any, x: Any) -> Any:
    y = x * a
    y = y + a[0]
    return (y * y).sum()


@programs(np.zeros(0), array(3), argnums=(0, 1))
def empty_array(e: Any, x: Any) -> Any:
    s = e.sum() + x.sum()
    for v in e:
        s = s * v
    return s * s


@programs(np.zeros((0, 3)), array(3), argnums=(0, 1), again=(array(2, 3), array(3)))
def empty_batch(X: Any, w: Any) -> Any:
    z = X @ w
    return (z * z).sum() + w @ w


@programs(array(4, 3).astype(np.float32), array(3).astype(np.float32), argnums=(0, 1))
def all_float32(X: Any, w: Any) -> Any:
    z = np.tanh(X @ w) * 2
    return np.mean(z * z) + 0.5 * np.sum(w)


@programs(array(3).astype(np.float32), array(3), 0.5, argnums=(0, 1, 2))
def mixed_float_widths(a: Any, b: Any, s: Any) -> Any:
    return ((a * b) * s).sum() + (a * s).sum() * s


@programs(np.float32(0.5), np.float64(0.25), np.array(0.75), argnums=(0, 1, 2))
def numpy_scalars(a: Any, b: Any, c: Any) -> Any:
    return a * b + c * a**2 + np.sin(b) * c


@programs(2, 0.5, argnums=(0, 1), again=(3, 0.25))
def int_argument(n: Any, x: Any) -> Any:
    s = n * x
    for i in range(3):
        s = s + n * i * x
    return s * n


@programs(array(3), again=(array(7),))
def shape_arithmetic(x: Any) -> Any:
    n = x.shape[0]
    w = np.arange(n) / n
    return (x * w).sum() / (len(x) + x.size + x.ndim)


@programs(array(3), np.arange(3), argnums=0)
def integer_array_argument(x: Any, k: Any) -> Any:
    return (x * k).sum() + x[k[1]] ** k[2] + (x**k).sum()


@programs(array(2, 3, 4), again=(array(3, 2, 2),))
def three_axes(T: Any) -> Any:
    a = T.sum(axis=(0, 2)) ** 2
    b = T.mean(axis=1, keepdims=True) * T
    c = T.max(axis=-1)
    return a.sum() + b.sum() + (c * c).sum() + T.transpose(2, 0, 1)[0].sum()


@programs(array(4), again=(array(3),))
def views_only_read(x: Any) -> Any:
    a = x[1:]
    b = a[:-1]
    c = x.reshape(1, -1).T
    return (a * a).sum() * b.sum() + (c @ c.T).sum() + c[0, 0]


@programs(array(3, 3))
def rows_by_loop(A: Any) -> Any:
    s = 0.0
    for i in range(3):
        r = A[i]
        for j, v in enumerate(r):
            s = s + v * A[j, i]
    return s * s


@programs(array(5))
def running_slices(x: Any) -> Any:
    s = 0.0
    for i in range(1, 5):
        s = s + x[:i].sum() * x[i:].prod() + x[i - 1 : i + 1] @ x[i - 1 : i + 1]
    return s


@programs(array(4, 2), np.array([0, 1, 1, 0]))
def label_picking(Z: Any, y: Any) -> Any:
    m = Z.max(axis=1, keepdims=True)
    lse = np.log(np.exp(Z - m).sum(axis=1)) + m[:, 0]
    return -(Z[np.arange(len(y)), y] - lse).mean()


@programs(array(3))
def returns_its_entry(x: Any) -> Any:
    return x[1]


@programs(array(1))
def returns_only_entry(x: Any) -> Any:
    return x[0] * 1


@programs(0.5)
def returns_argument(x: Any) -> Any:
    return x


@programs(0.5, 0.25, argnums=(0, 1))
def ignores_one(x: Any, y: Any) -> Any:
    return y * y


@programs(0.5)
def constant_result(x: Any) -> Any:
    y = x * 2
    return 3.0


@programs(array(3))
def sum_is_shared(x: Any) -> Any:
    return x.sum() + x.sum()


@programs((array(3), array(3)), argnums=0)
def equal_gradients(p: Any) -> Any:
    a, b = p
    return (a + b).sum() + (2 * a + 2 * b).sum()


@programs(array(3), array(3, seed=1), argnums=(0, 1))
def cotangent_passes_through(a: Any, b: Any) -> Any:
    c = a + b
    d = c.reshape(3, 1)
    return (d * np.ones((3, 1))).sum()


@programs(array(2, 2), again=(array(3, 3),))
def transposed_gradient(A: Any) -> Any:
    return (A.T @ np.ones(A.shape[0])).sum() + (A * A.T).sum()


@programs(array(6))
def reshape_forms(x: Any) -> Any:
    a = x.reshape(2, 3)
    b = x.reshape((3, 2))
    c = np.reshape(x, (-1,))
    d = a.ravel()
    e = np.expand_dims(x, 0)
    return ((a @ b) ** 2).sum() + c @ d + np.squeeze(e) @ x


@programs(array(3), array(2), argnums=(0, 1), again=(array(1), array(4)))
def joined(a: Any, b: Any) -> Any:
    c = np.concatenate([a, b, a])
    d = np.stack([a, a * 2], axis=1)
    e = np.hstack((b, 2.0 * b))
    return (c * c).sum() + (d**3).sum() + e.prod()
