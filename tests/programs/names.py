"""Programs whose names are those that generated code would like to use itself, or change their meaning on the way."""

# ruff: noqa: B007, B020

from __future__ import annotations

from typing import Any

import numpy
import numpy as anp
import numpy as np
from numpy import exp, linalg

from tests.programs.kit import Table, array

programs = Table("names")


@programs(array(3))
def np_is_local(x: Any) -> Any:
    np = x * 2
    t = np + 1
    return (t * t * np).sum()


@programs(0.5, 0.25, argnums=(0, 1))
def adjoint_names(x: Any, dx: Any) -> Any:
    d = x * dx
    d_x = d + x
    ddx = d_x * d
    dd = ddx + dx
    return dd * d_x


@programs(0.5, 4)
def short_names(value: Any, n: Any) -> Any:
    t = value
    t2 = t * t
    t3 = t2 + t
    turn = 1
    for i in range(n):
        turn = turn + t3 * i
        xs = turn * t
        ts = xs
        is_ = ts
        t = t + is_ * 0.1
    gradient = t
    grad = gradient * turn
    return grad


@programs(array(4))
def stack_names(x: Any) -> Any:
    s = 1.0
    ss = 0.0
    s_prev = x[0]
    for i, xs in enumerate(x):
        s_prev = s
        s = s * xs + ss
        ss = s_prev * s
    return ss * s_prev


@programs(array(3))
def builtin_names(x: Any) -> Any:
    sum = x.sum()
    len = x * sum
    range = len @ x
    zip = enumerate = range
    list = (zip, enumerate)
    float = list[0]
    return float * sum


@programs(array(3))
def import_styles(x: Any) -> Any:
    return (numpy.sin(x) + anp.cos(x) + exp(x)).sum() * linalg.norm(x) + np.linalg.norm(x)


@programs(0.5)
def math_is_local(math: Any) -> Any:
    out = math * math
    math = np.sin(out)
    return math * out


@programs(0.5)
def function_name_is_local(x: Any) -> Any:
    function_name_is_local = x * 2
    function_name_is_local_grad = function_name_is_local * x
    return function_name_is_local_grad


@programs(array(3), 0.5, argnums=(0, 1))
def many_versions(x: Any, k: Any) -> Any:
    y = x * k
    y = y * y
    y = y.sum()
    y = (y, y * k)
    y = y[0] * y[1]
    return y


@programs(0.5)
def kind_changes(x: Any) -> Any:
    y = 3
    y = y * x
    y = np.array([y, x, 1.0])
    y = y * y
    y = (y.sum(), "text")
    return y[0]


@programs(0.5)
def keyword_plus_s(a: Any) -> Any:
    i = a
    for _ in range(3):
        a = a * i + 1
        i = i * a
        pas = i
        clas = a * pas
    return clas


@programs(0.5, 3)
def helper_names(x: Any, n: Any) -> Any:
    def unbroadcast(v: Any) -> Any:
        return v * x

    zeros_like = unbroadcast(x)
    tree = [zeros_like, x]
    add = tree[0] * tree[1]
    for stop in range(n):
        done = add * stop
        add = add + done
        it = done
    return add * it


@programs(0.5)
def underscores(_: Any) -> Any:
    __ = _ * _
    for _ in range(3):
        __ = __ * (_ + 1)
    _x = __ + _
    return _x * __


@programs(0.5)
def unicode_names(θ: Any) -> Any:
    Δ = θ * θ
    dΔ = Δ + θ
    return Δ * dΔ


@programs(array(3))
def capital_names(X: Any) -> Any:
    x = X * 2
    dX = x + X
    dx = dX * x
    return (dx * X).sum()


@programs(0.5)
def loop_variable_is_parameter(x: Any) -> Any:
    y = x
    for x in (x * 2, x * 3, 4.0):
        y = y + x * y
    return x * y


@programs(array(4))
def loop_variable_shadows_iterable(x: Any) -> Any:
    s = 0.0
    for x in x:
        s = s + x * x
    return s * x


@programs(3, array(3), argnums=1)
def range_bound_changes(n: Any, x: Any) -> Any:
    s = 1.0
    for i in range(n):
        n = n - 1
        s = s * x[n] + i
    return s * n + s
