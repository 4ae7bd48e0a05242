"""Programs that store at positions: put, place, putmask, put_along_axis, ufunc.at; sort and partition in place."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("stores at positions")


@programs(array(3), again=(array(4),))
def put_several(x: Any) -> Any:
    a = x * 2
    np.put(a, [0, 2], x[1:3])
    np.put(a, np.array([1, 0, 1]), x[:2] ** 2)
    a.put([2, 1], [x[0], 3.0, x[1]])
    a.put(-1, x * a[1])
    return (a * x).sum()


@programs(array(3), np.array([2, 0, 2]), argnums=0, again=(array(4), np.array([1, 3])))
def put_at_what_is_given(x: Any, i: Any) -> Any:
    a = x * 2
    np.put(a, i, np.sin(x))
    np.put(a, i, x[:0])
    return (a * x).sum()


@programs(array(3), again=(array(4),))
def put_by_mode(x: Any) -> Any:
    a = x * 2
    np.put(a, [-7, 5, 11], x[1:3], mode="wrap")
    a.put([-7, 50], x[0], "clip")
    return (a * x).sum()


@programs(array(2, 3), again=(array(4, 3),))
def put_into_matrix(A: Any) -> Any:
    a = A * 2
    np.put(a, [0, 4, -1, 4], A[1])
    np.put(a.T, [[0, 1], [2, 1]], A[0])
    a[1:].put([0, 0], A[0, 1:])
    return (a * A).sum()


@programs(array(2, 3, 2), again=(array(4, 3, 2),))
def put_into_blocks(A: Any) -> Any:
    a = A * 2
    np.put(a, [11, 0, -1, 3, 3], A[1, 0])
    a.flat[[4, -2]] = A[0, 0]
    a.flat[5] = A[1, 1, 1]
    return (a * A).sum()


@programs(array(3), again=(array(5),))
def put_by_mask(x: Any) -> Any:
    a = x * 2
    np.putmask(a, x > -0.5, x[:2] * x[1])
    np.putmask(a, x < 0, [x[0], 4.0])
    np.putmask(a, x > 0, x[:0])
    np.place(a, x > -0.3, x[1:])
    np.place(a, x < 0.2, [x[2], 1.5])
    np.place(a, x > 100, x[:0])
    return (a * x).sum()


@programs(array(3, 3), again=(array(4, 4),))
def put_by_mask_into_matrix(A: Any) -> Any:
    a = A * 2
    np.putmask(a, A > 0, A[0] ** 2)
    np.putmask(a.T, A.T < 0.3, A[:2])
    np.place(a[1:], A[1:] > 0.1, A[0, :2])
    return (a * A).sum()


@programs(array(3, 3), again=(array(4, 3),))
def put_along_axes(A: Any) -> Any:
    a = A * 2
    np.put_along_axis(a, np.argmax(A, axis=1)[:, None], A[:, :1] ** 2, axis=1)
    np.put_along_axis(a, np.array([[0, 1, 0], [0, 2, 0]]), A[:2], 0)
    np.put_along_axis(a, np.array([[0]]), A[1, 1], axis=-1)
    np.put_along_axis(a[1:], np.array([[1, 1]]), np.sin(A[0, :2]), axis=1)
    np.put_along_axis(a[0], np.array([1, 1]), A[0, :2], axis=0)
    return (a * A).sum()


@programs(array(2, 3, 2), again=(array(4, 3, 2),))
def put_along_axes_of_blocks(A: Any) -> Any:
    a = A * 2
    for axis in (0, 1, 2):
        np.put_along_axis(a, np.argsort(A, axis=axis)[:1, :1, :1], A[:1, :1, :1] * axis, axis)
    return (a * A).sum()


@programs(array(3), again=(array(4),))
def multiplied_at_places(x: Any) -> Any:
    a = x * 2
    np.multiply.at(a, [0, 2, 0], x[:3])
    np.multiply.at(a, np.array([1, 1]), 3.0)
    np.multiply.at(a, 2, x[0])
    np.multiply.at(a, x > 0, x[1])
    np.multiply.at(a[1:], [0, 0, 1], [x[0], 2.0, x[2]])
    return (a * x).sum()


@programs(array(2, 3), again=(array(4, 3),))
def multiplied_at_places_of_matrix(A: Any) -> Any:
    a = A * 2
    np.multiply.at(a, [0, 0], A[:2])
    np.multiply.at(a, ([0, 1, 0], [1, 1, 1]), A[0])
    np.multiply.at(a, (..., [2, 0, 2]), A[1])
    np.multiply.at(a.T, (0, [1, 1]), A[0, :2])
    return (a * A).sum()


@programs(array(4), again=(array(5),))
def extremes_at_places(x: Any) -> Any:
    a, b = x * 2, np.zeros(3)
    np.maximum.at(a, [0, 2, 0], x[:3] ** 2)
    np.minimum.at(a, np.array([[1, 3], [3, 0]]), np.stack([x[1:3] * 3, x[1:3] * 3]))  # NumPy 2.4 stretches it wrongly
    np.maximum.at(b, np.array([0, 2, 2, 0]), x[:4])
    np.minimum.at(b[1:], 0, x[0] - 2)
    return (a * x).sum() + (b * b).sum()


@programs(array(3), array(3, seed=1), argnums=(0, 1))
def rows_of_a_table(x: Any, w: Any) -> Any:
    """The adjoint of what is picked is written out: NumPy 2.4's `add.at` stretches it wrongly to several axes."""
    table = np.array([[0, 1, 2], [2, 1, 0]])
    return (x[table] * w).sum() + x[table].mean(axis=0) @ w + (x[table] + w).sum() ** 2


@programs(array(4).astype(np.float32), again=(array(5).astype(np.float32),))
def places_keep_their_dtype(x: Any) -> Any:
    a = x * 2
    np.multiply.at(a, [0, 2, 0], np.array([1.5, 2.0, 0.5]))
    np.put(a, [0, 1], 0.5 * x[:1])
    np.put(a, [2], np.float64(2.5))
    np.maximum.at(a, [3, 3], x[0])
    return (a * x).sum()


@programs(array(3), np.zeros(4), argnums=0)
def places_of_an_argument(x: Any, buffer: Any) -> Any:
    np.put(buffer, [0, 3], x[:2])
    np.maximum.at(buffer, [0, 0, 2], x)
    np.multiply.at(buffer, [3, 3], x[:2])
    buffer.partition(1)
    return (buffer[:3] * x).sum()


@programs(array(5), again=(array(7),))
def partitioned_in_place(x: Any) -> Any:
    a = x * 2
    a.partition(2)
    a[1:].partition((0, 2))
    return (a * np.arange(len(x)) * x).sum()


@programs(array(3, 4), again=(array(2, 4),))
def partitioned_matrices(A: Any) -> Any:
    a = A * 2
    a.partition(1, axis=0)
    a.partition([0, 2])
    a.T.partition(1, axis=-1)
    return (a * A * np.arange(4)).sum()


@programs(array(2, 3, 2), again=(array(3, 2, 2, seed=3),))
def sorted_blocks(A: Any) -> Any:
    a = A * 2
    a.sort(axis=0)
    a.sort(axis=1)
    a[0].sort()
    a.sort()
    return (a * A).sum()
