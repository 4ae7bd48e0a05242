"""Sizes that the program's own numbers decide: what is broadcast along one is asked nothing at run time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import ArgumentError
from sourcead.kinds import Dim, Known, Scalar
from sourcead.measures import integer, is_positive, measure, plus, polynomial, times
from tests.kit import rng

X, Y = rng(0).normal(size=6), rng(1).normal(size=6)
W = rng(2).normal(size=(5, 6))


def gates(x: Any, w: Any) -> Any:
    z = x @ w
    n = len(z) // 3
    return np.sum(np.tanh(z[:n]) * z[n : 2 * n] + z[2 * n :] ** 2)


def steps(x: Any, k: Any) -> Any:
    return np.sum(x[::2] * x[1::2]) + np.sum(x[k:] * x[: len(x) - k])


def elimination(u: Any) -> Any:
    u = u.copy()
    for k in range(len(u)):
        for j in range(k + 1, len(u)):
            u[j, k:] -= u[j, k] / u[k, k] * u[k, k:]
    return np.sum(u**2)


def correlation(x: Any, w: Any) -> Any:
    out = np.zeros(len(x) - len(w) + 1)
    for i in range(len(w)):
        out += x[i : i + len(out)] * w[i]
    return np.sum(out**2)


def windows(x: Any, k: Any) -> Any:
    total = 0.0
    for i in range(len(x) - k + 1):
        w = np.ones(k)
        w *= x[i : i + k]
        total = total + np.sum(w * x[:k])
    return total


def differences(x: Any) -> Any:
    x = x.copy()
    for j in range(1, len(x)):
        x[j:] = x[j:] - x[j - 1 : -1]
    return np.sum(x**2)


def kept_by_a_mask(x: Any) -> Any:
    x = x.copy()
    x[x > 0.1] *= x[x > 0.1]
    return np.sum(x)


def backwards(x: Any) -> Any:
    total = 0.0
    for i in range(len(x) - 1, -1, -1):
        total = total + np.sum(x[: i + 1] * x[len(x) - 1 - i :])
    return total


DECIDED: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (gates, (X[:5], W)),
    (steps, (X, 2)),
    (elimination, (W[:, :5] + 3 * np.eye(5),)),
    (correlation, (X, Y[:3])),
    (windows, (X, 3)),
    (differences, (X,)),
    (kept_by_a_mask, (X,)),
    (backwards, (X,)),
]


@pytest.mark.parametrize(("function", "args"), DECIDED, ids=[f.__name__ for f, _ in DECIDED])
def test_nothing_is_asked_of_sizes_that_the_program_decides(function: Any, args: tuple[Any, ...]) -> None:
    derivative = sourcead.grad(function, style="plain", stabilize=False)
    source = derivative.specialize(*args).source
    assert "shape[0] !" not in source and "keepdims" not in source and "unbroadcast" not in source
    sourcead.check_grads(function, args, modes=("rev",))


def between(x: Any, y: Any, k: Any) -> Any:
    return np.sum(x[k:] * y[:k])


def the_same_mask_of_another(x: Any, y: Any, k: Any) -> Any:
    x = x.copy()
    a = x[x > 0]
    x[k] = -x[k]
    return np.sum(a * x[x > 0] * y[:1])


def one_turn_and_the_next(x: Any, y: Any, k: Any) -> Any:
    total, part = 0.0, y[:1]
    for i in range(k):
        total = total + np.sum(x[i:] * part)
        part = x[i:] if i == len(x) - 1 else y[:1]
    return total


def beyond_the_end(x: Any, y: Any, k: Any) -> Any:
    total = 0.0
    for i in range(k):
        total = total + np.sum(x[i : i + 2] * y[-2:]) + np.sum(x[i - 1 : i] * y[-1:])
    return total


def from_the_end(x: Any, y: Any, k: Any) -> Any:
    return np.sum(x[-k:] * y[: k - 1]) + np.sum(y[k - 3 :] * x[:1])


def of_unknown_sign(x: Any, y: Any, k: Any) -> Any:
    total = 0.0
    for i in range(-1, k):
        total = total + np.sum(x[i : i + 2] * y[:2])
    return total


UNLIKE = [between, the_same_mask_of_another, one_turn_and_the_next, beyond_the_end, from_the_end, of_unknown_sign]


@pytest.mark.parametrize("function", UNLIKE)
def test_sizes_that_may_be_one_are_right_at_every_size(function: Any) -> None:
    fitting = 0
    for n, m, k in [(2, 4, 1), (3, 1, 2), (3, 3, 1), (3, 2, 1), (4, 2, 3), (2, 2, 2), (1, 2, 1), (3, 2, 2), (2, 2, 1)]:
        args = abs(X[:n]) + 0.2, Y[:m], k
        try:
            function(*args)
        except (ValueError, IndexError):
            continue
        fitting += 1
        sourcead.check_grads(function, args, modes=("rev",))
    assert fitting > 1


def test_a_class_of_sizes_is_one_code(tmp_path: Path) -> None:
    derivative = sourcead.grad(between, style="plain")
    made = derivative.specialize(X, Y, 3)
    assert "shape[0]" not in made.source
    np.testing.assert_array_equal(made(X[:4], Y, 2), [0.0, 0.0, Y[0], Y[1]])  # another size of the class
    with pytest.raises(ArgumentError, match=r"len\(range\(x.shape\[0\]\)\[k:\]\) must not be 1, got 1"):
        made(X[:4], Y, 3)
    np.testing.assert_allclose(derivative(X[:4], Y, 3), [0.0, 0.0, 0.0, Y[:3].sum()])
    made.save(tmp_path / "saved.py")
    saved: dict[str, Any] = {}
    exec((tmp_path / "saved.py").read_text(), saved)
    np.testing.assert_array_equal(saved["between_grad"](X[:4], Y, 2), [0.0, 0.0, Y[0], Y[1]])
    with pytest.raises(TypeError, match="must not be 1"):
        saved["between_grad"](X[:4], Y, 3)


def test_what_nothing_is_broadcast_along_is_no_assumption() -> None:
    def parts(x: Any, k: Any) -> Any:
        return np.sum(x[k:] * x[k:]) + np.sum(2.0 * x[:k])

    derivative = sourcead.grad(parts)
    made = derivative.specialize(X, 3)
    np.testing.assert_allclose(made(X, 5), [2.0] * 5 + [2 * X[5]])


def test_an_int_in_an_argument_decides_too() -> None:
    def part(p: Any) -> Any:
        return np.sum(p["x"][p["k"] :] * p["y"])

    made = sourcead.grad(part).specialize({"x": X, "y": Y[:2], "k": 4})
    assert ".shape[0] !" not in made.source
    for k in (4, 5):
        sourcead.check_grads(lambda x, k=k: part({"x": x, "y": Y[:2], "k": k}), (X,), modes=("rev",))
    assert sourcead.grad(part)({"x": X, "y": Y[:2], "k": 5})["x"][5] == Y[:2].sum()


def test_polynomials() -> None:
    n, m = (polynomial(Scalar("pyint", Dim(key, False))) or {} for key in ("n", "m"))
    one = polynomial(Known(1)) or {}
    assert integer(plus(plus(n, one), one, -1)) == integer(n) == Scalar("pyint", Dim("n"))
    assert integer(times(plus(n, one), m)) == integer(plus(times(m, n), m))
    size = integer(plus(times(n, m), one, -1)).size
    assert size is not None and measure(size, {"n": "n", "m": "m"}.get) == "(m * n - 1)"
    index = polynomial(Scalar("pyint", Dim(("at", 0)))) or {}
    bounds = {("at", 0): ({}, plus(n, one, -1))}  # for i in range(n)
    assert is_positive(plus(plus(n, index, -1), one, -1), bounds) and is_positive(index, bounds)
    assert not is_positive(plus(index, one, -1), bounds) and not is_positive(plus(m, index, -1), bounds)


def test_a_permutation_is_of_ints() -> None:
    def drawn(x: Any) -> Any:
        order = np.random.default_rng(0).permutation(len(x))
        return x[order[0]] * x[order[1]]

    derivative = sourcead.grad(drawn)
    assert "cast(" not in derivative.specialize(X).source
    first, second = np.random.default_rng(0).permutation(len(X))[:2]
    expected = np.zeros_like(X)
    expected[first], expected[second] = X[second], X[first]
    np.testing.assert_allclose(derivative(X), expected)


def test_a_number_that_other_arguments_do_not_have() -> None:
    def divided(x: Any, k: Any, m: Any) -> Any:
        if m == 0:
            return np.sum(x)
        return np.sum(x[k // m :] * x[: k // m])

    derivative = sourcead.grad(divided)
    made = derivative.specialize(X, 6, 2)
    assert ".shape[0] !" not in made.source
    np.testing.assert_array_equal(derivative(X, 6, 0), np.ones(6))
    with pytest.raises(ArgumentError, match="must not be 1"):
        made(X, 6, 0)
    for k, m in ((6, 2), (5, 1), (10, 2)):
        sourcead.check_grads(lambda x, k=k, m=m: divided(x, k, m), (X,), modes=("rev",))


def test_what_squeeze_drops_is_asked_of_the_arguments() -> None:
    def squeezed(x: Any, k: Any) -> Any:
        return np.sum(np.squeeze(x[:k]) * 2.0)

    derivative = sourcead.grad(squeezed)
    assert "unreduce" not in derivative.specialize(X, 1).source
    for k in (0, 1, 3):
        np.testing.assert_array_equal(derivative(X, k), [2.0] * k + [0.0] * (6 - k))
