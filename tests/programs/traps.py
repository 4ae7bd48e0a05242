"""What other tools get wrong, one program each: the traps of their bug lists."""

# ruff: noqa: B007

from __future__ import annotations

from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("traps")


@programs(array(4), again=(array(7),))
def adjoint_of_a_loop_local_is_reset_each_turn(x: Any) -> Any:
    s = 0.0
    for i in range(len(x)):
        t = x[i] * 2
        u = t * t
        s += u * t
    return s


@programs(array(3), 4, again=(array(2), 0))
def loop_local_array_is_reset_each_turn(x: Any, n: Any) -> Any:
    s = 0.0
    for i in range(n):
        t = x * i
        t[0] = t[1] * x[0]
        s += (t * t).sum()
    return s


@programs(array(3, 4), again=(array(2, 2),))
def nested_loops_with_an_accumulator(A: Any) -> Any:
    total = 0.0
    for i in range(A.shape[0]):
        row = 0.0
        for j in range(A.shape[1]):
            row += A[i, j] * A[i, j - 1]
            total += row * A[i, j]
        total *= row
    return total


@programs(array(5), again=(array(8, seed=2),))
def continue_before_an_accumulation(x: Any) -> Any:
    s = 1.0
    for i in range(len(x)):
        t = x[i] * s
        if x[i] < 0:
            continue
        s += t * x[i]
    return s


@programs(array(4), again=(array(2),))
def product_in_a_loop(x: Any) -> Any:
    prod = 1.0
    for i in range(len(x)):
        prod *= x[i]
    return prod


@programs(np.array([0.5, 0.0, -1.5]))
def product_in_a_loop_through_zero(x: Any) -> Any:
    prod = 1.0
    for i in range(len(x)):
        prod *= x[i]
    return prod


@programs(array(5), again=(array(2),))
def read_modify_write(x: Any) -> Any:
    a = x.copy()
    for i in range(1, len(a)):
        a[i] = a[i] * a[i - 1]
    return a.sum() + a[-1] * x[0]


@programs(array(5), again=(array(2),))
def read_modify_write_of_an_argument(a: Any) -> Any:
    for i in range(1, len(a)):
        a[i] = a[i] * a[i - 1]
    return a.sum()


@programs(array(4), again=(array(6),))
def accumulator_used_non_linearly_later(x: Any) -> Any:
    s = 0.0
    for i in range(len(x)):
        s += x[i] * x[i]
    return np.exp(-s) * s + np.sqrt(s)


@programs(array(4), again=(array(6),))
def accumulator_used_non_linearly_in_the_loop(x: Any) -> Any:
    s = 0.0
    for i in range(len(x)):
        s += np.tanh(s * x[i]) + x[i] ** 2
    return s


@programs(array(4), array(4, seed=1), argnums=(0, 1))
def value_kept_by_reference_and_then_mutated(m: Any, x: Any) -> Any:
    f = m
    kept = f * x
    f -= x * x
    return (kept * f).sum() + (m * x).sum()


@programs(array(4))
def nonlinear_value_of_what_is_mutated_later(x: Any) -> Any:
    a = x * 2
    b = np.exp(a)
    c = a * b
    a *= 3
    b += a
    return (a * b * c).sum()


@programs(array(3), 3, again=[(array(3), 0), (array(3), 1)])
def counter_of_an_inner_loop_never_reached(x: Any, n: Any) -> Any:
    s = x[0]
    for i in range(n):
        for j in range(i - 5):
            s *= x[j % 3]
        s += x[i % 3] * s
    return s


@programs(array(4))
def augmented_stores_are_kept_in_the_primal(x: Any) -> Any:
    a = np.zeros(4)
    a[1] += x[0]
    a[1] += x[1] * a[1]
    a[2:] -= x[:2]
    a[2:] *= a[1]
    return (a * a).sum() + a[1]


@programs(array(3), np.array([0, 2, 2, 0]), again=(array(4), np.array([1, 1, 1])))
def repeated_index_read(x: Any, idx: Any) -> Any:
    return (x[idx] * np.arange(1.0, len(idx) + 1)).sum() * x[0]


@programs(array(3), np.array([0, 2, 2, 0]), array(4, seed=2), argnums=(0, 2))
def repeated_index_added(x: Any, idx: Any, v: Any) -> Any:
    a = x * x
    a[idx] += v * a[idx]
    return (a * x).sum()


@programs(array(3), np.array([0, 2, 2, 0]), array(4, seed=2), argnums=(0, 2))
def repeated_index_replaced(x: Any, idx: Any, v: Any) -> Any:
    a = x * x
    a[idx] = v * v
    return (a * x).sum()


@programs(array(3), np.array([0, 2, 2, 0]), array(4, seed=2), argnums=(0, 2))
def repeated_index_accumulated(x: Any, idx: Any, v: Any) -> Any:
    a = x * x
    np.add.at(a, idx, v * v)
    return (a * a).sum()


@programs(array(3, 4), again=(array(2, 2),))
def row_by_one_index_and_by_two(A: Any) -> Any:
    B = A.copy()
    B[0, :] += A[1] * 2
    B[1] *= A[0, :]
    return (B[0] * B[1, :]).sum() + (B[0, :] * A[0]).sum()


@programs(array(3, 4), again=(array(2, 2),))
def unpacked_shape(x: Any) -> Any:
    n, m = x.shape
    s = 0.0
    for i in range(n):
        for j in range(m):
            s += x[i, j] * (i + 2 * j)
    return s * s / (n * m)


@programs(0.5, again=[(-2.0,)])  # at 1.0: see test_programs
def branch_on_float_equality(x: Any) -> Any:
    if x == 1.0:
        return 3 * x * x - x
    return x * x * x


@programs(array(3, 4), again=(array(2, 2),))
def loop_over_a_log_sum_exp(X: Any) -> Any:
    total = 0.0
    for row in X:
        m = np.max(row)
        total += m + np.log(np.sum(np.exp(row - m)))
    return total


@programs(array(4), again=(array(6),))
def log_sum_exp_accumulated(x: Any) -> Any:
    z = -3.0
    for i in range(len(x)):
        top = max(z, x[i] * 2)
        z = top + np.log(np.exp(z - top) + np.exp(x[i] * 2 - top))
    return z * z


@programs(array(3), 3, again=[(array(3), 1), (array(2), 0)])
def float_in_one_turn_and_array_in_the_next(x: Any, n: Any) -> Any:
    s = 1.0
    for i in range(n):
        s = s * x + 0.5
    return np.sum(s)


@programs(0.7)
def shadowed_names(x: Any) -> Any:
    sum = x * x
    abs = sum + 1

    def f(x: Any, sum: Any = abs) -> Any:
        max = x * sum
        return max

    x = f(sum) * x
    return x + [x * t for t in (x, 2.0)][1] + abs


@programs(0.7, array(3), argnums=(0, 1))
def names_of_generated_code(t: Any, dx: Any) -> Any:
    value = t * dx[0]
    grad = value + dx[1]
    x = grad * value
    dt, dvalue, backward, t1, np1, g = x, value, grad * t, 2.0, 3.0, x * x
    for _ in range(3):
        _ = t * value
        x += _ * dt
    stack, result, gradient, dy = x, dvalue, backward, dx[2]
    return stack * result + gradient * dy * t1 * np1 + g


@programs(array(3))
def user_name_np(np: Any) -> Any:
    a = np * 2
    a[0] = np[1] * np[2]
    return (a * np).sum()


@programs(array(3), 2, again=(array(2), 0))
def parameter_reassigned(x: Any, n: Any) -> Any:
    x = x * x
    for _ in range(n):
        x = np.tanh(x) + x[0]
    x = x.sum()
    return x * x


@programs(array(3), array(3), argnums=(0, 1))
def same_values_as_two_arguments(x: Any, y: Any) -> Any:
    return (x * y * y).sum()


@programs(0.7, 4, again=(1.3, 0))
def integer_turned_float_in_a_loop(x: Any, n: Any) -> Any:
    s = 0
    p = 1
    for i in range(n):
        s += i * x
        p = p * (s + 1)
    return s * p + x


@programs(array(3), 3, again=(array(3), 0))
def integer_turned_array_in_a_loop(x: Any, n: Any) -> Any:
    s = 0
    for i in range(n):
        s = s + x * i
    return np.sum(s * x)


@programs(array(4, 4), again=(array(5, 6),))
def view_of_a_view(A: Any) -> Any:
    B = A * 1.0
    C = B[1:]
    D = C.T[1:]
    E = D[::-1, ::2]
    E[0] = A[0, 0] * A[0, 1]
    D[1] *= C[:, 0]
    C[-1] += E[-1, 0]
    return (B * A).sum() + (E * E).sum()


@programs(np.zeros(0), array(2), argnums=(0, 1), again=(np.zeros(0), array(5)))
def empty_array(x: Any, y: Any) -> Any:
    a = x * 2
    a[:] = x * x
    s = y.sum()
    for i in range(len(a)):
        s *= a[i]
    return s * s + np.sum(a) + (y[:0] ** 2).sum()


@programs(array(3), 0, again=[(array(3), 2)])
def loop_without_a_turn(x: Any, n: Any) -> Any:
    a = x * 2
    last = x[0]
    for i in range(n):
        last = a[i] * last
        a[i] = last
    while n > 5:
        a = a * a
        n -= 1
    return (a * x).sum() + last


@programs(array(3, 3))
def swap_through_a_temporary(A: Any) -> Any:
    B = A * 1.0
    row = B[0].copy()
    B[0] = B[1]
    B[1] = row
    B[[0, 2]] = B[[2, 0]]
    return (B * np.arange(9.0).reshape(3, 3) * A).sum()


@programs(array(4))
def swap_of_two_names(x: Any) -> Any:
    old, new = x * 1.0, np.zeros(4)
    for _ in range(3):
        new[:] = old * old
        new[0] = old[-1]
        old, new = new, old
    return (old * x).sum()


@programs(array(4), 0.1, again=[(array(4) - 2.0, 0.1), (array(4) - 2.0, -9.0)])
def return_out_of_two_loops(x: Any, y: Any) -> Any:
    n = 0
    while n < 2:
        n += 1
        for e in (x[2], y):
            if x.sum() > e:
                return 1.5 * x[1] + e
        n + 1
    return (x**2).sum()


@programs(array(4), 0.5)
def live_view_of_a_dict(x: Any, y: Any) -> Any:
    d = {"a": x[0], "b": y}
    values = d.values()
    d["c"] = x[2] * y
    return sum(values) * len(values)


@programs((1.5, 2.0), 0.5)
def tuples_joined(row: Any, y: Any) -> Any:
    longer = row + (y,)  # noqa: RUF005 -- the sum of two tuples
    return longer[0] * longer[-1]


@programs(array(4), 3)
def dead_stores_in_a_while(x: Any, n: Any) -> Any:
    xs = x * x[-1]
    t = xs.sum()
    k = 0
    while k < n:
        k += 1
        xs[-1] += np.dot(xs, x) * 0.2
    return t


@programs([0.3, -0.7, 1.1], 0.5)
def a_list_summed_twice(items: Any, y: Any) -> Any:
    return np.sum(items) * y + sum(items)
