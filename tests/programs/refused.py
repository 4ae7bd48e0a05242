"""Programs that are refused, each with the text of the line that has to be blamed."""

# ruff: noqa: F821, SIM105, SIM108

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("refused")

class Holder:
    def __init__(self, factor: Any) -> None:
        self.factor = factor


@contextlib.contextmanager
def swallowing() -> Iterator[None]:
    try:
        yield
    except ValueError:
        pass


@programs([array(3), array(3)], refused="layer *= 2")
def augmented_item_of_argument(layers: Any) -> Any:
    for layer in layers:
        layer *= 2
    return layers[0].sum()


@programs(array(3), refused="a[0] = 5.0")
def maybe_the_argument(x: Any) -> Any:
    a = x if x[0] > 0 else x * 2
    a[0] = 5.0
    return a @ x


@programs(array(3), refused="y[0] = 5.0")
def asarray_is_the_argument(x: Any) -> Any:
    y = np.asarray(x)
    y[0] = 5.0
    return y @ x


@programs(0.5, refused="return y * x")
def unsure_after_a_handler(x: Any) -> Any:
    y = 1.0
    try:
        y = float("2")
        y = y * int("x")
        print(y)
    except ValueError:
        pass
    return y * x


@programs(0.5, refused="print(n)")
def unsure_in_finally(x: Any) -> Any:
    n = 0
    try:
        n = int("7")
    finally:
        print(n)
    return x * n


@programs(0.5, refused="with swallowing():")
def swallowing_generator(x: Any) -> Any:
    with swallowing():
        x = x * 2
    return x


@programs(0.5, refused="case (1, y) | (y, 1):")
def alternatives_that_bind(x: Any) -> Any:
    match (x, 1):
        case (1, y) | (y, 1):
            return y * x
    return x


@programs(array(4), refused="return np.roots(x).sum()")
def no_rule(x: Any) -> Any:
    return np.roots(x).sum()


@programs(0.5, refused="return x * round(x, 1) + sum(itertools.accumulate((x, 1.0)))")
def no_source(x: Any) -> Any:
    return x * round(x, 1) + sum(itertools.accumulate((x, 1.0)))


@programs(0.5, refused="def endless(t: Any) -> Any:")
def recursion_without_end(x: Any) -> Any:
    def endless(t: Any) -> Any:
        return t * endless(t - 1)

    return endless(x) if x > 0 else x


@programs(array(3), refused="v[0] = 0.0")
def recursion_that_stores_into_its_argument(x: Any) -> Any:
    def clear(v: Any, k: Any) -> Any:
        if k > 2:
            return v.sum()
        v[0] = 0.0
        return clear(v, k + v[1])

    return clear(x.copy(), 0.0)


@programs([1.0, 2.0], refused="return product(*xs)")
def star_of_a_list_of_any_length(xs: Any) -> Any:
    def product(x: Any, y: Any = 2.0) -> Any:
        return x * y

    return product(*xs)


@programs(0.5, refused="return z * y")
def deleted_name(x: Any) -> Any:
    y = x * 2
    z = y * x
    del y
    return z * y


@programs(0.5, refused="squares = (t * t for t in (x, 2.0))")
def generator_with_a_name(x: Any) -> Any:
    squares = (t * t for t in (x, 2.0))
    return sum(squares)


@programs(0.5, refused="squares = map(abs, (x, 2.0))")
def map_with_a_name(x: Any) -> Any:
    squares = map(abs, (x, 2.0))
    return sum(squares)


@programs(0.5, refused="return np.sum(np.array(t * t for t in (x, 2.0)))")
def array_of_a_generator(x: Any) -> Any:
    return np.sum(np.array(t * t for t in (x, 2.0)))


@programs(0.5, refused="for t in {1.0, 2.0}:")
def loop_over_a_set(x: Any) -> Any:
    for t in {1.0, 2.0}:
        x = x * t
    return x


@programs(0.5, refused="return sorted([x, 2 * x])[0]")
def sorted_by_unknown_keys(x: Any) -> Any:
    return sorted([x, 2 * x])[0]


@programs(0.5, refused="return f(x)")
def function_by_branch(x: Any) -> Any:
    if x > 0:
        f = np.sin
    else:
        f = np.cos
    return f(x)


@programs(array(3), refused="y[k] = 0.0")
def recursion_that_stores_into_what_it_captured(x: Any) -> Any:
    y = x * 2

    def clear(k: Any) -> Any:
        if k > 1:
            return y.sum()
        y[k] = 0.0
        return clear(k + 1) * y[k]

    return clear(len(x) - 3)


@programs(array(3), refused="seen.append(k)")
def recursion_that_grows_a_list_that_it_captured(x: Any) -> Any:
    seen = []

    def f(v: Any, k: Any) -> Any:
        if k > 1:
            return v.sum()
        seen.append(k)
        return f(v * 2, k + 1)

    return f(x, len(x) - 3) * len(seen)


@programs(array(3), refused="z[0] = 1.0")
def recursion_whose_result_is_its_argument_is_stored_into(x: Any) -> Any:
    def same(v: Any, k: Any) -> Any:
        return v if k > len(x) else same(v, k + 1)

    y = x * 2
    z = same(y, 0)
    z[0] = 1.0
    return (y * z).sum()


@programs(array(3), refused="np.multiply(x, 1.5, out=a)")
def out_into_ints(x: Any) -> Any:
    a = np.zeros(3, dtype=int)
    np.multiply(x, 1.5, out=a)
    return (a * x).sum()


@programs(array(3), refused="np.concatenate([a[1:], a[:1]], out=a)")
def out_that_is_read_meanwhile(x: Any) -> Any:
    a = x * 2
    np.concatenate([a[1:], a[:1]], out=a)
    return (a * x).sum()


@programs(array(3), refused="np.sum(x, out=a)")
def out_of_another_dtype(x: Any) -> Any:
    a = np.zeros((), np.float32)
    np.sum(x, out=a)
    return (a * x).sum()


@programs(array(3), refused="np.copyto(a, x)")
def copyto_ints(x: Any) -> Any:
    a = np.zeros(3, dtype=int)
    np.copyto(a, x)
    return (a * x).sum()


@programs(array(3), refused="np.put(a, x > 0, x)")
def put_at_a_mask(x: Any) -> Any:
    a = x * 2
    np.put(a, x > 0, x)
    return (a * x).sum()


@programs(array(2, 3), refused="np.place(a, A[0] > 0, A[0])")
def place_with_a_mask_of_another_shape(A: Any) -> Any:
    a = A * 2
    np.place(a, A[0] > 0, A[0])
    return (a * A).sum()


@programs(array(3), refused="np.putmask(a, np.ones(3), x)")
def putmask_with_a_mask_of_floats(x: Any) -> Any:
    a = x * 2
    np.putmask(a, np.ones(3), x)
    return (a * x).sum()


@programs(array(3), refused="np.divide.at(a, [0, 0], x[0])")
def divide_at(x: Any) -> Any:
    a = x * 2
    np.divide.at(a, [0, 0], x[0])
    return (a * x).sum()


@programs(array(3), refused="np.maximum.at(b, [0, 0], x[0])")
def maximum_at_of_what_may_be_the_argument(x: Any) -> Any:
    b = np.asarray(x)
    np.maximum.at(b, [0, 0], x[0])
    return (b * x).sum()


@programs(array(3), refused="np.put_along_axis(a, np.array([0]), x[1], None)")
def put_along_no_axis(x: Any) -> Any:
    a = x * 2
    np.put_along_axis(a, np.array([0]), x[1], None)
    return (a * x).sum()


@programs(array(3), refused="a.partition(1, order='f')")
def partition_by_fields(x: Any) -> Any:
    a = x * 2
    a.partition(1, order='f')
    return (a * x).sum()


@programs(array(3), refused="np.diagonal(a)[0] = 1.0")
def diagonal_is_read_only(x: Any) -> Any:
    a = np.outer(x, x)
    np.diagonal(a)[0] = 1.0
    return (a * x).sum()


@programs(array(3), refused="a[0] = 1.0")
def broadcast_is_read_only(x: Any) -> Any:
    a = np.broadcast_to(x, (2, 3))
    a[0] = 1.0
    return (a * x).sum()


@programs(array(3), refused="a.sum[0] = 1.0")
def method_with_a_subscript(x: Any) -> Any:
    a = x * 2
    a.sum[0] = 1.0
    return (a * x).sum()


@programs(array(3), refused="a.flat[1:] = 1.0")
def slice_of_flat(x: Any) -> Any:
    a = x * 2
    a.flat[1:] = 1.0
    return (a * x).sum()


class _Settings:
    """Something that may get an attribute between two calls."""


SETTINGS = _Settings()


@programs(array(3), refused='rate = getattr(SETTINGS, "rate", 2.0)')
def attribute_that_may_come(x: Any) -> Any:
    rate = getattr(SETTINGS, "rate", 2.0)
    return (x * rate).sum()


@programs(0.7, 1.3, refused="return x * scale.factor")
def stored_on_one_path_of_a_finally(x: Any, y: Any) -> Any:
    scale = Holder(1.0)
    try:
        scale.factor = x * y
    finally:
        if x > 2:
            scale.factor = y
    return x * scale.factor


@programs(0.7, 1.3, refused="return x * last")
def read_in_a_finally(x: Any, y: Any) -> Any:
    scale = Holder(1.0)
    try:
        scale.factor = x * y
    finally:
        last = scale.factor
    return x * last


@programs(0.7, 3, refused="return x * scale.factor")
def stored_in_a_loop_of_a_finally(x: Any, n: Any) -> Any:
    scale = Holder(1.0)
    try:
        scale.factor = x * x
    finally:
        for _ in range(n):
            scale.factor = 3.0
    return x * scale.factor


@programs(array(3), array(3, seed=1), 2, refused="return np.sum(b + x)")
def one_array_or_another_after_a_while(x: Any, y: Any, n: Any) -> Any:
    b = x + y
    k = 0
    while k < n:
        k += 1
        b = x
    b[2] += np.sum(b)
    return np.sum(b + x)


@programs(array(3), array(3, seed=1), 2, refused="return np.sum(c * z)")
def handed_from_name_to_name_by_a_loop(x: Any, y: Any, n: Any) -> Any:
    z = y * 2
    a = b = c = x * 1.0
    i = 0
    for i in range(n):
        c, b, a = b, a, z
        i += 1
    c[0] = i
    return np.sum(c * z)


@programs(array(3), array(3, seed=1), 1, refused="return a.sum()")
def an_item_of_a_list_picked_by_a_number(x: Any, y: Any, n: Any) -> Any:
    p = [y * 2, x]
    a = p[n]
    x += y
    return a.sum()


@programs(array(3), array(3, seed=1), 1, refused="a[0] = 5.0")
def changed_through_an_item_picked_by_a_number(x: Any, y: Any, n: Any) -> Any:
    z = x * 2
    p = {0: (y * 2, 1.0), 1: (z, 2.0)}
    a = p[n][0]
    a[0] = 5.0
    return z.sum()


@programs(array(3), array(3, seed=1), 0, refused="return x.sum()")
def an_object_changed_and_replaced_by_a_loop(x: Any, y: Any, n: Any) -> Any:
    holder = [x]
    for _ in range(n):
        holder[0] = np.sin(x)
        holder = [y * 2]
    holder[0][-1] = y.sum()
    return x.sum()
