"""Programs that change arrays in place through functions and methods of NumPy: `out=`, copyto, sort, `ufunc.at`."""

# ruff: noqa: B009, B010

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("in place")


@programs(array(3), again=(array(5, seed=1),))
def out_by_keyword(x: Any) -> Any:
    a = np.empty_like(x)
    np.multiply(x, x, out=a)
    np.exp(a, out=a)
    np.subtract(a, x, out=a)
    return (a * x).sum()


@programs(array(3), again=(array(5, seed=1),))
def out_is_the_result(x: Any) -> Any:
    a = np.empty_like(x)
    b = np.add(x, 1.0, a)
    b[0] *= x[1]
    c = np.sin(b, out=(b,))
    c += 1.0
    return (a * b * c).sum() if b is a else x.sum()


@programs(array(3))
def out_none(x: Any) -> Any:
    return np.sin(x, out=None).sum() * np.sum(x, out=None)


@programs(array(3), again=(array(4),))
def out_is_larger(x: Any) -> Any:
    a = np.zeros((2, len(x)))
    np.multiply(x, x, out=a)
    np.multiply(a[0], x, out=a[1])
    return (a * a).sum()


@programs(array(2, 3), again=(array(4, 3),))
def out_of_reductions(A: Any) -> Any:
    a, b = np.empty(3), np.ones((2, 3))
    np.sum(A * A, axis=0, out=a)
    A.max(0, b[1])
    np.cumsum(a, out=a)
    a.cumsum(out=b[0])
    np.mean(A, axis=0, out=a)
    return (a * b * A[0]).sum()


@programs(array(2, 2))
def out_of_products(A: Any) -> Any:
    a, b = np.empty((2, 2)), np.empty((2, 2))
    np.dot(A, A.T, out=a)
    np.matmul(a, A, b)
    np.matmul(b, b, out=b)
    np.outer(A[0], A[1], out=a)
    return (a * b).sum()


@programs(array(4, low=-2.0, high=2.0), again=(array(3),))
def out_of_clip(x: Any) -> Any:
    a = x * 1.3
    np.clip(a, -1.1, 0.9, out=a)
    a.clip(-0.8, 0.8, out=a)
    return (a * x).sum()


@programs(array(3), again=(array(4),))
def out_of_concatenate(x: Any) -> Any:
    a = np.empty(6 if len(x) == 3 else 8)
    np.concatenate([x, x * x], out=a)
    return (a * a).sum()


@programs(array(3).astype(np.float32))
def out_keeps_its_dtype(x: Any) -> Any:
    a = np.empty(3, np.float32)
    np.multiply(x, np.ones(3), out=a)
    a += x * np.float64(2.0)
    return (a * x).sum()


@programs(array(3), np.zeros(3), argnums=0)
def out_is_an_argument(x: Any, buffer: Any) -> Any:
    np.multiply(x, x, out=buffer)
    buffer[0] += x[1]
    buffer.sort()
    return (buffer * x).sum()


@programs(array(3), again=(array(4),))
def copied_to(x: Any) -> Any:
    a = np.zeros((2, len(x)))
    np.copyto(a, x)
    np.copyto(a[0], x * x, where=x > 0)
    np.copyto(a[1], 5.0, where=x > 0.5)
    return (a * x).sum()


@programs(array(3, 3), again=(array(4, 4),))
def diagonals(S: Any) -> Any:
    a, b, c, d = S * 2, np.zeros((2, 3)), np.zeros((5, 5)), S + 1.0
    np.fill_diagonal(a, S[0, 1] ** 2)
    np.fill_diagonal(b, S[1, 1])
    np.fill_diagonal(c, S[0])
    np.fill_diagonal(d, [S[0, 0], 2.0])
    return (a * S).sum() + b.sum() + (c * c).sum() + (d * d).sum()


@programs(array(3), again=(array(4),))
def diagonal_of_square(x: Any) -> Any:
    a = np.zeros((len(x), len(x)))
    np.fill_diagonal(a, x)
    return (a @ x).sum()


@programs(array(3), again=(array(4),))
def filled(x: Any) -> Any:
    a = np.empty_like(x)
    a.fill(x[0] ** 2)
    a[1:].fill(2.0)
    return (a * x).sum()


@programs(array(5), again=(array(3, seed=2),))
def sorted_in_place(x: Any) -> Any:
    a = x * 2
    a.sort()
    return (a * x * np.arange(len(x))).sum()


@programs(array(5))
def sorted_with_ties(x: Any) -> Any:
    a = np.array([x[0], x[1], x[2]])
    a[1] = a[0]
    a.sort(kind="stable")
    return a[0] + a[1] + 2 * a[2] ** 2


@programs(array(3, 4), again=(array(2, 5),))
def sorted_matrices(A: Any) -> Any:
    a, b = A * 2, np.sin(A * 9)
    a.sort()
    b.sort(axis=0)
    b.T.sort(0)
    a[0].sort()
    return (a * b * A).sum()


@programs(array(3), again=(array(4),))
def put_items(x: Any) -> Any:
    a = x * 2
    np.put(a, [0, 2], x[1])
    a.put(1, x[0])
    np.put(a, [-1], 7 * x[1])
    return (a * x).sum()


@programs(array(2, 3), again=(array(4, 3),))
def put_in_matrix(A: Any) -> Any:
    a = A * 2
    np.put(a, [0, 4], -A[0, 0])
    a.put(-1, A[0, 1])
    return (a * A).sum()


@programs(array(3), again=(array(4),))
def masked_puts(x: Any) -> Any:
    a = x * 2
    np.putmask(a, x > 0.5, x * x)
    np.putmask(a, x < 0, 3.0)
    np.place(a, x < -0.3, x[1])
    return (a * x).sum()


@programs(array(3), again=(array(4),))
def added_at(x: Any) -> Any:
    a = x * 2
    i = np.array([0, 0, 2])
    np.add.at(a, i, x[:3] * x[:3])
    np.subtract.at(a, 0, x[1])
    np.add.at(a, (np.array([1, 1]),), x[0])
    return (a * x).sum()


@programs(array(2, 3), again=(array(3, 3),))
def added_at_rows(A: Any) -> Any:
    a = A * 2
    i = np.array([0, 0, 1])
    np.add.at(a, (i, i), A[0])
    np.subtract.at(a[1], i, A[1, 1])
    return (a * A).sum()


@programs(array(3), again=(array(4),))
def functions_of_operator(x: Any) -> Any:
    a = x * 2
    b = operator.iadd(a, x)
    operator.imul(a, a)
    operator.setitem(b, 0, x[1])
    n = operator.isub(x[0], 1.0)
    return (a * operator.getitem(x, 1)).sum() * n


class _Bag:
    """Something to hang attributes on."""


@programs(array(3))
def attributes_by_name(x: Any) -> Any:
    bag = _Bag()
    setattr(bag, "h", x * 2)
    rate = getattr(bag, "rate", 3.0)
    bag.h += x
    if hasattr(bag, "rate") or not hasattr(x, "shape") or not hasattr(bag, "h"):
        return x.sum()
    return (getattr(bag, "h") * x * rate).sum()


@programs(array(2, 3), again=(array(4, 3),))
def flat_items(A: Any) -> Any:
    a = A * 2
    a.flat[4] = A[0, 0] ** 2
    a.flat[-1] += A[0, 1]
    part = a.flat[1:3]
    a.flat[1] = 3.0
    for k in range(3):
        a.flat[k] *= A.flat[5 - k]
    return (a * A).sum() * part.sum()


@programs(array(4))
def flat_items_of_row(x: Any) -> Any:
    a = x * 2
    a.flat[1] = x[0] ** 2
    a.flat[[0, 2]] = x[1]
    return (a * x).sum() * a.flat[3]


@programs(array(3, 3), 1, again=(array(4, 4), 2))
def nested_subscripts(A: Any, i: Any) -> Any:
    a = A * 1.5
    a[1:][0] *= 2.0
    a[i][1:][1] = A[0][1]
    a[i][:2] += A[i][0]
    a[0:2][1][0] = A[1:][0][1] * a[i][i]
    a.T[1][0] = a[2][0] * A[0, 0]
    np.add.at(a[1:][1], [0, 0], A[i][1:][0])
    return (a * A).sum()


@programs(array(3), again=(array(5),))
def whole_slices(x: Any) -> Any:
    a = np.zeros(len(x))
    a[:] = x
    a[:] = a * x
    b, c = a[:], a[...]
    a[:] = 2 * a * x[None]
    return (a * b * c * x).sum()


@programs(array(3))
def zero_dimensional(x: Any) -> Any:
    a = np.array(0.0)
    a[()] = x[0]
    t = a[...]
    a += x[1]
    a[...] *= x[2]
    a[None] = a[None] * 2.0
    b = a[...] * t
    np.multiply(a, b, out=a)
    a[()] = a * x[0]
    return a * x.sum()


@programs(array(3))
def item_of_zero_dimensional_index(x: Any) -> Any:
    a, i = x * 2, np.array(1)
    item = a[i]
    a[1] = 3.0
    return item * a.sum()


@programs(array(3))
def stores_into_ints(x: Any) -> Any:
    a = np.zeros(3, dtype=int)
    a[0] = x[0] * 10
    a[1:] = 7 * np.ones(2)
    return (a * x).sum()
