"""Forward mode and second derivatives where names, halves, containers and kinds once went wrong."""

from __future__ import annotations

import cmath
import functools
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import ArgumentError, UnsupportedError, check_grads, grad, hvp, jvp, vjp
from sourcead.derivative import Derivative, Options
from tests.kit import central_differences
from tests.programs.kit import array


def generic_tangent(f: Any, x: Any, t: Any) -> Any:
    return Derivative(f, Options(0, "jvp", False))._generic_bound().fn(x, t)[1]


def falling(x: Any) -> Any:
    return x * falling(x - 1) if x > 1 else x


def falling_jvp(x: Any) -> Any:
    return x * falling_jvp(x - 1) if x > 1 else x


def falling_grad(x: Any) -> Any:
    return x * falling_grad(x - 1) if x > 1 else x


@pytest.mark.parametrize("f", [falling, falling_jvp, falling_grad, lambda x: falling_grad(x) * falling_jvp(x)])
def test_no_function_of_the_module_takes_the_name_of_another(f: Any) -> None:
    slope = central_differences(f, (4.7,), 0)
    value, pullback = vjp(f, 4.7)
    assert value == f(4.7)
    assert [jvp(f, (4.7,), (1.0,))[1], pullback(1.0)[0], grad(f)(4.7)] == pytest.approx([slope] * 3, rel=1e-6)


def falling_of(x: Any) -> Any:
    return falling_of_grad(x) * 2


def falling_of_grad(x: Any) -> Any:
    return x * falling_of_grad(x - 1) if x > 1 else x


def test_a_procedure_that_is_called_like_the_derivative() -> None:
    assert grad(falling_of)(3.3) == pytest.approx(central_differences(falling_of, (3.3,), 0))


def into_out(x: Any) -> Any:
    a = np.empty(6)
    np.concatenate([x, x * x], out=a)
    return (a * a).sum()


def joined(x: Any) -> Any:
    c, e = np.concatenate([x, 2 * x, x]), np.hstack((x, 2.0 * x))
    return (c * c).sum() + e.prod()


def left_within(x: Any) -> Any:
    y = x[0]
    for _ in range(3):
        for e in x:
            if e < -0.1:
                return y
        for e in x:
            y = y * e
    return y


def rows_left_within(x: Any) -> Any:
    total = 0.0
    for i in range(3):
        if x[i] > 0.2:
            y = x * x[i]
            for _ in range(2):
                y = y * y + x
            total = total + y.sum()
    return total


@pytest.mark.parametrize("f", [into_out, joined, left_within, rows_left_within])
@pytest.mark.parametrize("x", [np.array([0.5, 0.7, 0.9]), np.array([0.5, -0.7, 0.9])])
def test_second_order_of_both_modes(f: Any, x: Any) -> None:
    check_grads(f, (x,), order=2)


def stores_into_its_argument(x: Any) -> Any:
    x[0] = x[1] * x[2]
    return x.sum()


def test_the_pullback_of_a_gradient_stores_into_memory_of_its_own() -> None:
    x = array(3)
    _, pullback = vjp(grad(stores_into_its_argument), x)
    np.testing.assert_allclose(pullback(np.ones(3))[0], [0.0, 1.0, 1.0])


def test_what_reads_the_cotangent_in_a_loop_of_a_rule_belongs_to_the_backward_half() -> None:
    _, pullback = vjp(lambda x: np.choose(np.array([0, 1, 1]), x), np.ones((2, 3)))
    np.testing.assert_array_equal(pullback(np.array([1.0, 2.0, 3.0]))[0], [[1.0, 0.0, 0.0], [0.0, 2.0, 3.0]])


def cubes(x: Any) -> Any:
    return np.sum(x**3)


def test_the_pullback_of_a_tangent() -> None:
    x, t = array(3), array(3, seed=1)
    both = Derivative(Derivative(cubes, Options(0, "jvp", False)), Options(0, "vjp", False))
    (value, tangent), pullback = both.specialize(x).fn(x, t)
    assert (value, tangent) == jvp(cubes, (x,), (t,))
    np.testing.assert_allclose(pullback((1.0, 2.0)), 3 * x**2 + 12 * x * t)


@pytest.mark.parametrize("mode", ["jvp", "vjp", "grad", "value_and_grad"])
def test_what_vjp_gives_is_not_differentiated(mode: str) -> None:
    with pytest.raises(UnsupportedError, match="a pair of a value and a pullback"):
        Derivative(Derivative(cubes, Options(0, "vjp", False)), Options(0, mode, False)).specialize(array(3))


@pytest.mark.parametrize("f", [cmath.log, cmath.sqrt, lambda x: x + 1j, lambda x: (x * 1j, complex(x)), lambda x: 3j])
def test_the_tangent_of_a_complex_number_is_complex(f: Any) -> None:
    _, tangent = jvp(lambda x: f(x), (2.0,), (1.0,))
    slopes = (np.asarray(f(2.0 + 1e-6)) - np.asarray(f(2.0 - 1e-6))) / 2e-6
    np.testing.assert_allclose(tangent, slopes, atol=1e-8)
    assert all(isinstance(t, complex) for t in (tangent if isinstance(tangent, tuple) else (tangent,)))


def test_a_tangent_in_the_shape_of_an_array_that_was_changed() -> None:
    x = np.array([1.0, -1.0])
    value, tangent = jvp(lambda x: np.negative(x, out=np.zeros((2, *x.shape)), where=x > 0), (x,), (np.ones(2),))
    np.testing.assert_array_equal(value, [[-1.0, 0.0]] * 2)
    np.testing.assert_array_equal(tangent, [[-1.0, 0.0]] * 2)


def test_rules_of_functions_that_no_name_reaches() -> None:
    def power(x: Any, *, n: Any) -> Any:
        return np.asarray(x) ** n

    @sourcead.adjoint(power)
    def rule(g: Any, y: Any, x: Any, *, n: Any) -> Any:
        return g * n * x ** (n - 1)

    cube = lambda x: np.asarray(x) ** 3  # noqa: E731 -- its name is no identifier

    @sourcead.adjoint(cube)
    def rule_of_cube(g: Any, y: Any, x: Any) -> Any:
        return g * 3 * x**2

    for f in (lambda x: power(x, n=3) * x, lambda power: cube(power) * power):
        assert grad(f)(2.0) == vjp(f, 2.0)[1](1.0)[0] == jvp(f, (2.0,), (1.0,))[1] == 32.0
        assert hvp(f, (2.0,), (1.0,)) == 48.0
    with pytest.raises(ArgumentError, match="captured"):
        grad(lambda x: cube(x)).save("unused.py")


class Bag:
    def __init__(self) -> None:
        self.items: list[Any] = []

    def add(self, x: Any) -> None:
        self.items.append(x)


def bagged(x: Any) -> Any:
    bag = Bag()
    for i in range(3):
        bag.add(x * i)
    return sum(bag.items)


def scaled(x: Any, k: float = 1.0) -> Any:
    return x * k * x


TRIPLED = functools.partial(scaled, k=3.0)
RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("f", "slope"), [(bagged, 3.0), (lambda x: TRIPLED(x), 12.0), (lambda x: x + RNG.normal(), 1.0)]
)
def test_objects_in_forward_mode(f: Any, slope: float) -> None:
    assert jvp(f, (2.0,), (1.0,))[1] == slope == generic_tangent(f, 2.0, 1.0)


@pytest.mark.parametrize(
    "f",
    [
        *(np.sum, np.mean, np.exp, np.max, np.ptp, np.nanmean, lambda x: x @ x.T, lambda x: np.min(x, axis=0)),
        *(lambda x: np.exp(x - np.max(x, axis=1, keepdims=True)), lambda x: np.max(x) * x.sum(axis=0)),
    ],
)
def test_simple_functions_of_unknown_kind_in_forward_mode(f: Any) -> None:
    x, t = array(2, 3), array(2, 3, seed=1)
    slopes = (f(x + 1e-6 * t) - f(x - 1e-6 * t)) / 2e-6
    np.testing.assert_allclose(generic_tangent(lambda x: f(x), x, t), slopes, atol=1e-7)


def test_whether_something_unknown_is_joined_to_a_tuple_is_asked_in_forward_mode() -> None:
    with pytest.raises(UnsupportedError, match="joins containers"):
        print(Derivative(lambda row: (row + (1.0,))[0], Options(0, "jvp", False)).source)  # noqa: RUF005
