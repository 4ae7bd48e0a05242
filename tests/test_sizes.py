"""Size classes: what is asked for joins the guard, and nothing else; a batch of the same class makes no new code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import ArgumentError
from sourcead.guard import Assumption, Environment, Guard, explain
from sourcead.kinds import ANY, Array, Dim, Sized, dim_of
from sourcead.signature import kind_of
from tests.sized import sizes_of


def dims(name: str, rank: int) -> tuple[Dim, ...]:
    return tuple(Dim(f"{name}.shape[{k}]", False) for k in range(rank))


def test_classes() -> None:
    sizes = sizes_of(a=np.zeros((2, 33)), b=np.zeros((1, 32)), params=(np.zeros(40), {"w": np.zeros((3, 3))}))
    assert sizes.is_narrow(dims("a", 2)[0]) and sizes.is_wide(dims("a", 2)[1])
    assert sizes.is_narrow(dims("b", 2)[1]) and not sizes.is_narrow(dim_of(1)) and not sizes.is_wide(dim_of(1))
    assert sizes.is_wide(dims("params[0]", 1)[0]) and sizes.is_narrow(dims("params[1]['w']", 2)[1])
    assert sizes.is_narrow(dim_of(7)) and sizes.is_wide(dim_of(700))
    assert not sizes.is_narrow(ANY) and not sizes.is_wide(ANY)


def test_a_size_that_is_a_few_less_is_of_the_same_class() -> None:
    (n,) = dims("a", 1)
    less = Dim(("less", Dim(("less", n, 1)), 1))
    sizes = sizes_of(a=np.zeros(2**17 + 1))
    assert sizes.is_wide(less) and sizes.is_large(Array("float64", (less,)))
    assert not sizes.is_small(Array("float64", (less,)))


def test_large_arrays() -> None:
    sizes = sizes_of(a=np.zeros((2**9, 2**9)), b=np.zeros(2**17))
    assert sizes.is_large(Array("float32", dims("a", 2))) and sizes.is_small(Array("float64", dims("b", 1)))
    unknown = Array("float64", (dims("a", 2)[0], dims("b", 1)[0]))
    assert not sizes.is_large(unknown) and not sizes.is_small(unknown)


def test_what_is_asked_for_is_relied_on() -> None:
    sizes = sizes_of(a=np.zeros((2, 33)), b=np.zeros(5))
    assert sizes.facts() == []
    sizes.is_wide(dims("a", 2)[0])
    sizes.is_narrow(dims("a", 2)[0])
    sizes.is_large(Array("float64", dims("b", 1)))
    a, b = (("param", "a"),), (("param", "b"),)
    assert sizes.facts() == [(a, Sized(0, 32, False)), (b, Sized(None, 2**17, False))]


@pytest.mark.parametrize(
    ("fact", "inside", "outside", "words"),
    [
        (Sized(0, 32, False), (32, 5), (33, 5), "x must have a size at most 32 on axis 0, got a float64 array of"),
        (Sized(1, 32, True), (2, 33), (2, 32), "x must have a size over 32 on axis 1, got a float64 array of shape"),
        (Sized(None, 2**17, True), (2, 2**17), (1, 2**17), "x must have over 131072 elements, got a float64 array of"),
    ],
)
def test_the_guard_tests_them(fact: Sized, inside: tuple[int, ...], outside: tuple[int, ...], words: str) -> None:
    path = (("param", "x"),)
    guard = Guard([Assumption(path, fact)], ["x"]).bind(Environment())
    assert guard(np.zeros(inside)) and not guard(np.zeros(outside))
    assert explain(Assumption(path, fact), np.zeros(inside)) is None
    assert words in str(explain(Assumption(path, fact), np.zeros(outside)))


def loss(W: Any, X: Any) -> Any:
    return np.sum(np.tanh(X @ W))


def with_bias(b: Any, X: Any) -> Any:
    return np.sum(np.exp(X + b) * X)


@pytest.mark.optimised
def test_a_batch_of_the_same_class_makes_no_new_code() -> None:
    derivative = sourcead.grad(with_bias)
    for rows in (100, 33, 2000):
        derivative(np.ones(5), np.ones((rows, 5)))
    assert len(derivative._bound) == 1
    derivative(np.ones(5), np.ones((32, 5)))
    assert len(derivative._bound) == 2
    derivative(np.ones(5), np.ones((1, 5)))
    assert len(derivative._bound) == 3


def test_what_no_form_asked_about_makes_no_new_code() -> None:
    def cosine(x: Any) -> Any:
        return np.sum(np.cos(x))

    derivative = sourcead.grad(cosine)
    for n in (2, 40, 2000):
        derivative(np.ones(n))
    assert len(derivative._bound) == 1


def test_plain_style_knows_no_classes() -> None:
    derivative = sourcead.grad(loss, style="plain")
    for rows in (2, 40, 2000):
        derivative(np.ones((5, 40)), np.ones((rows, 5)))
    assert len(derivative._bound) == 1


@pytest.mark.optimised
def test_a_specialisation_says_which_class_it_is_for() -> None:
    special = sourcead.grad(with_bias).specialize(np.ones(5), np.ones((100, 5)))
    special(np.ones(5), np.ones((70, 5)))
    with pytest.raises(ArgumentError, match="X must have a size over 32 on axis 0, got a float64 array of shape"):
        special(np.ones(5), np.ones((7, 5)))


def test_a_saved_module_takes_every_size(tmp_path: Any) -> None:
    special = sourcead.grad(with_bias).specialize(np.ones(5), np.ones((100, 5)))
    special.save(tmp_path / "saved.py")
    namespace: dict[str, Any] = {}
    exec((tmp_path / "saved.py").read_text(encoding="utf-8"), namespace)
    for rows in (0, 2, 7, 100):
        b, X = np.linspace(0, 1, 5), np.linspace(0, 1, 5 * rows).reshape(rows, 5)
        expected = sourcead.grad(with_bias, style="plain")(b, X)
        np.testing.assert_allclose(namespace["with_bias_grad"](b, X), expected)


def test_sizes_of_objects_are_not_looked_for() -> None:
    class Model:
        def __init__(self) -> None:
            self.W = np.ones((5, 3))

        def loss(self, X: Any) -> Any:
            return np.sum((X @ self.W) ** 2)

    X = np.linspace(0, 1, 200).reshape(40, 5)
    np.testing.assert_allclose(sourcead.grad(Model().loss)(X), sourcead.grad(Model().loss, style="plain")(X))


def test_the_kind_of_an_argument_names_the_sizes() -> None:
    kind = kind_of(np.zeros((3, 4)), (("param", "a"),))
    assert isinstance(kind, Array) and kind.dims == dims("a", 2)
