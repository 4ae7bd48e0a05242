"""Derivatives called inside the function that is differentiated: its value is Python's, its gradient differences'."""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import grad, hvp, jvp, value_and_grad, vjp
from tests.kit import assert_trees_close, central_differences
from tests.programs.kit import array

CASES: list[Any] = []
V = array(4)
another_name = grad


def case(*args: Any) -> Any:
    def enter(f: Any) -> Any:
        CASES.append((f, args))
        return f

    return enter


def wave(x):
    return np.sum(np.sin(x) * x)


GRADIENT = grad(wave)


class Net:
    gradient = GRADIENT

    def __init__(self, w):
        self.w = w
        self.own = grad(wave)

    def loss(self, x):
        return ((self.w * x) ** 2).sum()

    def slope(self, x):
        return grad(self.loss)(x)


NET = Net(V * 2)


@dataclass
class Layer:
    w: Any
    b: float


def fact(x, n):
    return x if n <= 0 else np.sin(x) * fact(x * 1.1, n - 1)


def through(back, x):
    return (back(x)[0] * x).sum()


def in_a_cell():
    made = grad(wave)

    def f(x):
        return (made(x) * x).sum()

    return f


CASES += [
    (in_a_cell(), (V,)),
    (lambda x: (grad(wave)(x) ** 2).sum(), (V,)),
    (lambda x: (GRADIENT(x) ** 2).sum(), (V,)),
    (lambda x: (another_name(wave)(x) ** 2).sum(), (V,)),
    (lambda x: (sourcead.grad(wave)(x) ** 2).sum(), (V,)),
    (lambda x: (NET.own(x) * NET.slope(x)).sum(), (V,)),
    (lambda x: (Net(x).slope(x) * x).sum(), (V,)),
    (lambda x: sum(grad(np.sin)(e) * e for e in x), (V,)),
    (lambda x: sum([grad(lambda z: z * z * e)(e) for e in x]), (V,)),  # noqa: B023
    (lambda x: (grad(lambda p, q: (p * q * q).sum(), "q")(x, q=x * 2) ** 2).sum(), (V,)),
    (lambda x: (grad(functools.partial(lambda a, b: (a * b * b).sum(), x))(x * 2) ** 2).sum(), (V,)),
    (lambda x: grad(grad(grad(lambda y: y**4 * np.sin(y))))(x) * x, (0.7,)),
    (lambda x: grad(lambda y: (grad(lambda z: (z**3 * y).sum())(y) * y).sum())(x).sum(), (V,)),
    (lambda x: grad(lambda y: y[0] * grad(lambda z: (x * y * z).sum())(y).sum())(x).sum(), (V,)),
    (lambda x: (hvp(lambda y: (y**4).sum() * y[0], (x,), (x * 2,)) * x).sum(), (V,)),
    (lambda x: jvp(lambda a, b: a * b, (x, x), (x, None))[1].sum(), (V,)),
    (lambda x: jvp(lambda y: jvp(lambda z: z**3 * y, (y,), (x,))[1], (x,), (x,))[1].sum(), (V,)),
    (lambda x: (grad(wave)(np.arange(4.0)) * x).sum(), (V,)),
    (lambda x: (grad(lambda y: fact(y, 3))(0.4) * x).sum(), (V,)),
    (lambda x: (vjp(lambda y: fact(y, 3), 0.4)[1](1.0)[0] * x).sum(), (V,)),
    (lambda x: (jvp(lambda y: fact(y, 3), (0.4,), (1.0,))[1] * x).sum(), (V,)),
    (lambda x: fact(grad(wave)(x)[0], 3), (V,)),
    (lambda y, z: grad(lambda a, b: np.sin(max(0.1, a, 0.1) + b), (0, 1))(y, z)[0] * z, (0.3, 0.4)),
    (lambda x: through(vjp(lambda y: y * y, x)[1], x), (V,)),
]


@case(V)
def in_a_loop(x):
    p = x * 1.0
    for _ in range(3):
        p = p - 0.1 * grad(lambda q: ((q - x) ** 2).sum() * np.sum(q))(p)
    return (p * p).sum()


@case(V)
def in_a_while(x):
    p, k = x, 0
    while (p * p).sum() > 0.5 and k < 4:
        p = p - 0.2 * value_and_grad(wave)(p)[1]
        k += 1
    return wave(p)


@case(V)
def in_a_branch(x):
    y = grad(wave)(x) if x[0] > 0 else 2 * grad(wave)(-x)
    return (y * x).sum()


@case(V)
def several_arguments(x):
    a, b = grad(lambda p, q: (p * q * q).sum(), argnums=(0, 1))(x, x * 2)
    return (a * b).sum()


@case(V)
def with_aux(x):
    gradient, aux = grad(lambda p: ((p**3).sum(), {"n": p * 2}), has_aux=True)(x)
    (value, other), again = value_and_grad(lambda p: ((p**3).sum(), p * 2), has_aux=True)(x)
    return (gradient * aux["n"]).sum() + value * (other * again).sum()


@case(V)
def a_pullback_called_twice(x):
    value, back = vjp(lambda y: np.sin(y) * y[0], x)
    (c,) = back(x)
    (d,) = back(value)
    return (c * d).sum()


@case(V)
def a_pullback_in_a_loop(x):
    _, back = vjp(lambda y: np.sin(y) * y[0], x)
    s = 0.0
    for i in range(4):
        e = np.zeros(4)
        e[i] = x[i]
        s = s + (back(e)[0] * x).sum()
    return s


@case(V)
def a_pullback_after_its_argument_changed(x):
    y = x.copy()
    value, back = vjp(lambda z: z * np.exp(z), y)
    y[0] = 5.0
    value[1] = 3.0
    return (back(x)[0] * y * value).sum()


@case(V)
def a_pullback_of_a_tree(x):
    value, back = vjp(lambda p: (p * p, p[0]), x)
    return (back((x, 1.0))[0] * value[0]).sum()


@case({"w": V, "b": 0.3})
def of_a_tree(p):
    d = grad(lambda q: (q["w"] ** 3).sum() * q["b"])(p)
    return (d["w"] * p["w"]).sum() + d["b"] * p["b"]


@case([0.3, 0.4, 0.5])
def of_a_list(ps):
    d = grad(lambda q: sum(a * a * a for a in q))(ps)
    return sum(a * b for a, b in zip(d, ps))  # noqa: B905


@case(Layer(V, 0.3))
def of_a_dataclass(p):
    d = grad(lambda q: (q.w**3).sum() * q.b)(p)
    return (d.w * p.w).sum() * d.b


@case(V)
def with_stores(x):
    def loss(y):
        z = np.zeros(4)
        for i in range(4):
            z[i] = y[i] * y[0]
        z[1:] += z[:-1] * y[1:]
        return (z * z).sum()

    return (grad(loss)(x) * x).sum()


@case(V)
def with_early_returns(x):
    def q(y):
        if y[0] > 10:
            return y[1]
        for e in y:
            if e > 0.1:
                return e * e * y[0]
        return y[2]

    return (grad(q)(x) * x).sum()


@case(V)
def decorated(x):
    @value_and_grad
    def q(y):
        return (y**3).sum()

    a, b = q(x)
    return a * b.sum()


@case(V, 3.0)
def what_a_turn_may_leave_unbound(x, y):
    def q(x, y):
        e = x.sum()
        for e in (e, e):  # noqa: B020
            if not e:
                return 3 / y
        return y * y * e

    a, b = grad(q, (0, 1))(x, y)
    return (a * x).sum() + b


@case(V)
def names_bound_in_some_turns(x):
    def q(x):
        for i in range(3):
            if i > 0:
                z = x[i] * 2
            if i > 1:
                last = z * x[0]
        return last

    return (grad(q)(x) * x).sum()


@pytest.mark.parametrize(("f", "args"), CASES)
def test_like_python(f: Any, args: tuple[Any, ...]) -> None:
    argnums = tuple(range(len(args)))
    derivative = value_and_grad(f, argnums)
    value, gradient = derivative(*copy.deepcopy(args))
    assert value == pytest.approx(f(*copy.deepcopy(args)), rel=1e-9)
    expected = tuple(central_differences(lambda *a: derivative(*copy.deepcopy(a))[0], args, k) for k in argnums)
    assert_trees_close(gradient, expected, 1e-6, 1e-7)


def test_effects_happen_once(capsys: pytest.CaptureFixture[str]) -> None:
    def q(y: Any) -> Any:
        print("once")
        return (y**3).sum()

    grad(lambda x: (grad(q)(x) * x).sum())(V)
    assert capsys.readouterr().out == "once\n"


def changes(y: Any) -> Any:
    y[0] = 1.0
    return (y * y).sum()


def chosen(x: Any) -> Any:
    back = vjp(np.sin, x)[1] if x[0] > 0 else vjp(np.cos, x)[1]
    return back(x)[0].sum()


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x: grad(lambda y: y * y)(x).sum(), "needs a scalar result"),
        (lambda x: jvp(lambda y: y * y, (x,), (x, x))[1].sum(), "a tangent for each primal"),
        (lambda x: vjp(np.sin, x)[1](x, x)[0].sum(), "takes one cotangent"),
        (lambda x: (grad(changes)(x.copy()) * x).sum(), "changes its argument"),
        (lambda x: grad(lambda y: fact(y, len(x)))(x[0]), "calls itself is differentiated twice"),
        (lambda x: grad(fact)(x[0], x.size) * x[0], "calls itself is differentiated twice"),
        (lambda x: vjp(fact, x[0], x.size)[1](1.0)[0] * x[0], "calls itself is differentiated twice"),
        (lambda x: sourcead.jacobian(lambda y: y * y)(x).sum(), "is called inside the function"),
        (chosen, "different functions or objects"),
    ],
)
def test_refused_with_the_line(f: Any, words: str) -> None:
    with pytest.raises(sourcead.SourceADError, match=words) as refusal:
        grad(f)(V)
    assert refusal.value.diagnoses[0].at is not None
