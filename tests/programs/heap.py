"""Programs in which one memory has several names, or outlives the function: arguments that are stored into, views and
aliases, callees and closures that store.
"""

# ruff: noqa: B023, RUF015

from __future__ import annotations

from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("the heap")

SHARED = np.ones(3)


@programs(array(3))
def store_into_argument(x: Any) -> Any:
    x[0] = 1.0
    return x.sum()


@programs(array(3))
def augmented_argument(x: Any) -> Any:
    x += 1
    return x.sum()


@programs(array(3))
def store_into_global(x: Any) -> Any:
    SHARED[0] = x[0]
    return SHARED.sum()


@programs(array(3))
def store_through_view(x: Any) -> Any:
    a = x * 2
    b = a[1:]
    b[0] = 2.0
    return a.sum() * x[0]


@programs(array(3))
def view_read_after_store(x: Any) -> Any:
    a = x * 2
    b = a.reshape(3, 1)
    a[0] = x[1]
    return (a * b[:, 0]).sum()


@programs(array(3))
def other_name_read_after_store(x: Any) -> Any:
    a = x * 2
    b = a
    a *= 3
    return (b * x).sum()


@programs(array(3))
def alias_in_tuple(x: Any) -> Any:
    a = np.zeros(3)
    state = (a, x)
    a[1] = x[0]
    return state[0] @ x


@programs(array(3))
def view_of_the_argument(x: Any) -> Any:
    a = x[:2]
    a[0] = 1.0
    return a.sum() * x[0]


@programs(array(3))
def row_of_a_loop_is_a_view(x: Any) -> Any:
    A = np.outer(x, x)
    for row in A:
        row[0] = x[0]
    return A.sum()


@programs(array(3))
def previous_version_is_the_same_array(x: Any) -> Any:
    a = x * 2
    for i in range(2):
        prev = a
        a[i] = x[i + 1]
        a *= prev
    return a.sum()


@programs(array(3))
def comprehension(x: Any) -> Any:
    return [v * 2 for v in x][0]


@programs(array(3))
def generator_expression(x: Any) -> Any:
    return sum(v * v for v in x)


@programs(0.5)
def appended(x: Any) -> Any:
    items = [x]
    items.append(x * 2)
    return items[1]


@programs(array(3))
def method_in_place(x: Any) -> Any:
    a = x * 2
    a.sort()
    return a[0] * x[0]


@programs(array(3))
def out_keyword(x: Any) -> Any:
    a = np.zeros(3)
    np.multiply(x, 2, out=a)
    return a.sum()


@programs(array(3))
def two_subscripts(x: Any) -> Any:
    a = np.zeros((2, 2))
    a[0][0] = x[0]
    return a.sum()


@programs(array(3))
def store_through_attribute(x: Any) -> Any:
    a = np.zeros((3, 2))
    a.T[0] = x
    return a.sum()


@programs({"w": 1.0})
def store_into_dict_argument(p: Any) -> Any:
    p["w"] = p["w"] * 2
    return p["w"]


@programs([1.0, 2.0])
def store_into_list_argument(p: Any) -> Any:
    p[0] = p[1] * 2
    return p[0]


@programs(array(3))
def store_in_callee(x: Any) -> Any:
    def put(a: Any, x: Any) -> None:
        a[0] += x

    a = np.ones(3)
    put(a, x[0])
    return a @ x


@programs(0.5)
def rebound_after_capture(x: Any) -> Any:
    z = x * 2

    def inner(t: Any) -> Any:
        return t * z

    z = z + 1
    return inner(x)


@programs(array(3))
def closure_stores_outside(x: Any) -> Any:
    a = np.zeros(3)

    def put(t: Any) -> None:
        a[1] = t

    put(x[0])
    return a @ x


@programs(array(3))
def second_name_augmented(x: Any) -> Any:
    a = x * 2
    b = a
    b *= a + 1
    return (a * x).sum()


@programs(array(3), again=(array(5),))
def late_binding_of_a_lambda(x: Any) -> Any:
    a = x
    h = lambda: a * 2  # noqa: E731
    a = a * 3
    return (h() * x).sum()


@programs(0.7)
def lambdas_of_a_comprehension_share_its_target(x: Any) -> Any:
    items = [lambda: k * x for k in (1, 2)]
    own = [lambda k=k: k * x for k in (1, 2)]
    return items[0]() * items[1]() + own[0]() * own[1]()


@programs(0.7)
def lambdas_called_in_a_comprehension(x: Any) -> Any:
    return sum((lambda t: t * k * j)(x) for k in (1.0, 2.0) for j in (3.0, 4.0) if k < j)


@programs(array(3), again=(array(5),))
def parameter_rebound_after_capture(x: Any) -> Any:
    def h() -> Any:
        return x * 2

    x = x + 1
    return (h() * x).sum()


@programs(0.7)
def name_bound_after_the_function_that_reads_it(x: Any) -> Any:
    def h() -> Any:
        return z * x

    z = x * 2
    return h()


@programs({"a": 0.7, "b": 1.5})
def stores_into_a_dict_made_here(p: Any) -> Any:
    q = {"a": p["a"], "b": p["b"]}
    q["a"] = 1.0
    q["b"] += p["a"]
    q["c"] = q["b"] * p["b"]
    return q["a"] * q["b"] * q["c"]


@programs({"k": array(3)}, array(3, seed=1), argnums=(0, 1))
def augmented_item_of_a_dict(d: Any, x: Any) -> Any:
    d["k"][0] += x[1]
    d["k"] *= x
    return (d["k"] * x).sum()


@programs(array(3))
def targets_of_a_loop_are_items(x: Any) -> Any:
    a = np.zeros(2)
    rest = 0.0
    for y, (a[0], *z) in ((x[0], (x[1], x[2])), (x[1] * x[2], (x[0], 2.0))):
        rest += y * a[0] * z[0]
    return rest + a[0]


@programs(array(3))
def store_into_what_a_call_gives(x: Any) -> Any:
    a = np.ones(3)

    def same(t: Any) -> Any:
        return t

    same(a)[0] = x[0] * x[1]
    return (a * x).sum()


@programs(array(3), array(3, seed=1), argnums=(0, 1))
def argument_stored_into_in_a_loop(x: Any, y: Any) -> Any:
    for i in range(len(x)):
        x[i] = x[i] * x[i - 1] + y[i]
    return (x * y).sum()


@programs(array(2, 3), again=(array(4, 2),))
def transposed_argument(A: Any) -> Any:
    B = A.T
    B *= 2.0
    B[0] = A[:, 1] * B[1]
    return (A * B.T).sum() + A[0, 0]


@programs([0.7, 1.5])
def list_argument_grows(xs: Any) -> Any:
    xs.append(xs[0] * xs[1])
    return xs[0] * xs[-1]
