"""Stabilising: each pattern in every spelling, at ordinary points and where the text overflows or loses everything."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import sourcead
from tests.kit import assert_trees_close
from tests.small import program

Z = np.array([-1000.0, -800.0, -50.0, -1e-20, 0.0, 1e-20, 1e-3, 3.0, 30.0, 800.0, 1000.0])
LABELS = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.3, 0.7, 0.0, 1.0, 0.0])
ROWS = np.array([[1000.0, 0, -1000], [1, 2, 3], [-800, -801, -802], [0, 1e-20, -1e-20]])
ONE_HOT = np.eye(3)[[0, 1, 2, 0]]
PICKS = np.array([0, 1, 2, 0])


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():  # what is kept as it is written, and what is compared with, overflows
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


# The mathematics, in forms that need no care  ---


def sigma(z: Any) -> Any:
    return np.exp(log_sigma(z))


def log_sigma(z: Any) -> Any:
    return -np.logaddexp(0, -z)


def log_softmax(x: Any, axis: Any = 1) -> Any:
    low = x - x.max(axis=axis, keepdims=True)
    return low - np.log(np.sum(np.exp(low), axis=axis, keepdims=True))


def softmax(x: Any) -> Any:
    return np.exp(log_softmax(x))


# Binary cross-entropy, as people write it ---------------------------------------------------------------------------


def plain(z, y):
    p = 1 / (1 + np.exp(-z))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def overflowing_quotient(z, y):
    p = np.exp(z) / (1 + np.exp(z))
    return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))


def in_tanh(z, y):
    p = 0.5 * (1 + np.tanh(z / 2))
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / len(z)


def in_functions(z, y):
    p = np.divide(1, np.add(1, np.exp(np.negative(z))))
    return np.mean(np.negative(np.add(np.multiply(y, np.log(p)), (1.0 - y) * np.log1p(-p))))


def in_small_steps(z, y):
    e = np.exp(-z)
    d = e + 1
    p = 1 / d
    q = 1 - p
    a = np.log(p)
    b = np.log(q)
    r = 1 - y
    t = a * y
    u = b * r
    return -1 * np.mean(u + t)


def through_functions(z, y):
    def logistic(v):
        return 1.0 / (1.0 + np.exp(-v))

    def cross_entropy(p, t):
        return -(t * np.log(p) + (1 - t) * np.log(1 - p))

    return np.mean(cross_entropy(logistic(z), y))


def of_softplus(z, y):
    return np.mean(y * np.log(1 + np.exp(-z)) + (1 - y) * np.log(1 + np.exp(z)))


def in_a_loop(z, y):
    total = 0.0
    for i in range(len(z)):
        p = 1 / (1 + np.exp(-z[i]))
        total -= y[i] * np.log(p) + (1 - y[i]) * np.log(1 - p)
    return total / len(z)


def picked_in_a_loop(z, y):
    p = (1 + np.exp(-z)) ** -1
    total = 0.0
    for i in range(len(z)):
        total += -(y[i] * np.log(p[i]) + (1 - y[i]) * np.log(1 - p[i]))
    return total / len(z)


def weighted(z, y):
    p = 1 / (1 + np.exp(-z))
    return -1 / len(z) * np.sum(2.0 * (y * np.log(p) + (1 - y) * np.log(1 - p))) / 2


def in_recursion(z, y):
    def descend(v, n):
        if n == 0:
            p = 1 / (1 + np.exp(-v))
            return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        return descend(v * 1.0, n - 1)

    return descend(z, 3)


def with_expit(z, y):
    import scipy.special

    p = scipy.special.expit(z)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()


ENTROPIES = (
    plain, overflowing_quotient, in_tanh, in_functions, in_small_steps, through_functions, of_softplus, in_a_loop,
    picked_in_a_loop, weighted, in_recursion, with_expit,
)  # fmt: skip


def check(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    value: Any,
    gradient: Any,
    generic: bool = True,
    rtol: float = 1e-12,
) -> str:
    """Value and gradient are these: specialised, generic, and in float32; forward mode agrees. Gives the text."""
    derivative = sourcead.value_and_grad(function).specialize(*args)
    assert_trees_close(derivative.fn(*args), (value, gradient), rtol, 1e-18)
    if generic:
        assert_trees_close(sourcead.value_and_grad(function)._generic_bound().fn(*args), (value, gradient), rtol, 1e-18)
    direction = np.sin(np.arange(gradient.size)).reshape(gradient.shape)
    _, tangent = sourcead.jvp(function, args, (direction, *(None,) * (len(args) - 1)))
    np.testing.assert_allclose(tangent, np.sum(direction * gradient), rtol=1e-10, atol=1e-15)
    single = [a.astype(np.float32) if a.dtype == np.float64 else a for a in args]
    found, slope = sourcead.value_and_grad(function)(*single)
    assert slope.dtype == np.float32
    assert found.dtype == function(*single).dtype
    np.testing.assert_allclose(found, value, rtol=1e-5)
    np.testing.assert_allclose(slope, gradient, rtol=1e-4, atol=1e-7)
    return derivative.source


@pytest.mark.parametrize("function", ENTROPIES, ids=lambda f: f.__name__)
@pytest.mark.optimised
def test_binary_cross_entropy(function: Callable[..., Any]) -> None:
    if function is with_expit:
        pytest.importorskip("scipy.special")
    value = -np.mean(LABELS * log_sigma(Z) + (1 - LABELS) * log_sigma(-Z))
    gradient = (sigma(Z) - LABELS) / len(Z)
    text = check(function, (Z, LABELS), value, gradient, generic=function is not in_recursion)
    assert "stably: binary cross-entropy of sigmoid(" in text
    assert text.count("np.log") == 1
    curvature = sourcead.hessian(function)(Z, LABELS) if function is not in_recursion else None
    if curvature is not None:
        np.testing.assert_allclose(curvature, np.diag(sigma(Z) * sigma(-Z)) / len(Z), rtol=1e-10, atol=1e-20)


def test_the_label_has_its_derivative() -> None:
    _, (dz, dy) = sourcead.value_and_grad(plain, (0, 1))(Z, LABELS)
    np.testing.assert_allclose(dy, -Z / len(Z))
    assert np.isfinite(dz).all()


@pytest.mark.parametrize(
    ("z", "y"),
    [
        (0.3, 1), (0.3, True), (0.3, 1.0), (3, 1), (np.float32(0.3), 1), (np.array(0.3), 0.5),
        (np.array([[0.3], [2.0]]), np.array([0.0, 1.0, 0.5])), (np.float32([0.3, -1]), np.array([True, False])),
        (np.float32([0.3, -1]), np.array([0, 1], np.int8)), (np.float32([0.3, -1]), np.array([0, 1])),
        (np.float16([0.3, -1]), np.float16([0, 1])), (np.array([0.3, -1]), np.float32([0.2, 1])),
    ],
)  # fmt: skip
def test_kinds_stay(z: Any, y: Any) -> None:
    expected = plain(z, y)
    rough = 1e-2 if np.asarray(expected).dtype == np.float16 else 1e-6
    for derivative in (sourcead.value_and_grad(plain), sourcead.value_and_grad(plain)._generic_bound().fn):
        value, gradient = derivative(z, y)
        assert type(value) is type(expected)
        assert np.asarray(value).dtype == np.asarray(expected).dtype
        assert np.shape(gradient) == np.shape(z)
        assert np.asarray(gradient).dtype == (np.asarray(z).dtype if np.asarray(z).dtype.kind == "f" else np.float64)
        np.testing.assert_allclose(value, expected, rtol=rough)
        np.testing.assert_allclose(gradient, sourcead.grad(plain, stabilize=False)(z, y), rtol=rough, atol=rough)


# Logs of sigmoids, softplus -------------------------------------------------------------------------------------------


def log_of_sigmoid(z, y):
    return np.sum(y * np.log(1 / (1 + np.exp(-z))))


def log_of_complement(z, y):
    return np.sum(y * np.log(1 - 1 / (1 + np.exp(z))))


def either(z, y):
    p = 1 / (1 + np.exp(-z))
    return np.sum(y * np.where(z == z, np.log(p), np.log(1 - p)))


def negative_softplus(z, y):
    return -np.sum(y * np.log1p(np.exp(-z)))


def log_of_two_exponentials(z, y):
    return np.sum(y * (z - np.log(np.exp(0 * z) + np.exp(z))))


@pytest.mark.parametrize(
    "function", [log_of_sigmoid, log_of_complement, either, negative_softplus, log_of_two_exponentials]
)
def test_logs_of_sigmoids(function: Callable[..., Any]) -> None:
    text = check(function, (Z, LABELS), np.sum(LABELS * log_sigma(Z)), LABELS * sigma(-Z))
    assert ", stably: " in text


def test_the_logistic_loss() -> None:
    signs = np.where(LABELS > 0.5, 1.0, -1.0)

    def loss(z, y):
        return np.mean(np.log(1 + np.exp(-y * z)))

    check(loss, (Z, signs), -np.mean(log_sigma(signs * Z)), -signs * sigma(-signs * Z) / len(Z))


def test_what_is_stable_stays() -> None:
    def loss(z, y):
        return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))

    text = check_text(loss, Z, LABELS)
    assert "stably" not in text
    with_log = check_text(lambda z: np.sum(np.maximum(z, 0) + np.log(1 + np.exp(-np.abs(z)))), Z)
    assert "np.log1p(t" in with_log
    assert "np.maximum(-" not in with_log


def check_text(function: Callable[..., Any], *args: Any) -> str:
    return sourcead.value_and_grad(function).specialize(*args).source


# The sigmoid itself ---------------------------------------------------------------------------------------------------


def test_the_value_of_a_sigmoid_stays_and_its_slope_is_right() -> None:
    def total(z, y):
        p = 1 / (1 + np.exp(-z))
        return np.sum(p * y)

    derivative = sourcead.value_and_grad(total).specialize(Z, LABELS)
    value, gradient = derivative.fn(Z, LABELS)
    assert value == total(Z, LABELS)
    np.testing.assert_allclose(gradient, LABELS * sigma(Z) * sigma(-Z), rtol=1e-12, atol=1e-13)
    assert "p = 1 / (1 + np.exp(-z))" in derivative.source
    assert "stably: slope of sigmoid(z)" in derivative.source
    assert not np.isfinite(sourcead.grad(total, stabilize=False)(Z, LABELS)).all()
    np.testing.assert_allclose(
        sourcead.hessian(total)(Z, LABELS), np.diag(LABELS * sigma(Z) * sigma(-Z) * (sigma(-Z) - sigma(Z))), atol=1e-13
    )


def test_a_quotient_of_overflowing_exponentials_is_a_sigmoid() -> None:
    def total(z):
        return np.sum(np.exp(z) / (1 + np.exp(z)))

    value, gradient = sourcead.value_and_grad(total)(Z)
    np.testing.assert_allclose(value, np.sum(sigma(Z)))
    np.testing.assert_allclose(gradient, sigma(Z) * sigma(-Z), rtol=1e-12)


# Sums of exponentials -------------------------------------------------------------------------------------------------


def log_sum_of_rows(x):
    return np.sum(np.log(np.sum(np.exp(x), axis=1)))


def log_sum_kept(x):
    return np.sum(np.log(np.exp(x).sum(axis=-1, keepdims=True)))


def log_sum_row_by_row(x):
    total = 0.0
    for row in x:
        total = total + np.log(np.sum(np.exp(row)))
    return total


def log_sum_of_columns(x):
    e = np.exp(x.T)
    return np.sum(np.log(e.sum(0)))


@pytest.mark.parametrize("function", [log_sum_of_rows, log_sum_kept, log_sum_row_by_row, log_sum_of_columns])
def test_log_sum_exp(function: Callable[..., Any]) -> None:
    value = np.sum(ROWS[np.arange(4), 0] - log_softmax(ROWS)[np.arange(4), 0])
    text = check(function, (ROWS,), value, softmax(ROWS), rtol=1e-11)
    assert "stably: log of the sum of exp(" in text


def test_log_sum_exp_of_all() -> None:
    def whole(x):
        return np.log(np.sum(np.exp(x)))

    check(whole, (ROWS,), ROWS[0, 0] - log_softmax(ROWS, None)[0, 0], np.exp(log_softmax(ROWS, None)))


@pytest.mark.parametrize(
    "x",
    [np.zeros((0, 3)), np.zeros((2, 0)), np.array([[-np.inf, -np.inf], [0, -np.inf]]), np.array([[np.inf, 1], [0, 0]])],
    ids=["no rows", "no columns", "nothing in a row", "infinite"],
)
def test_the_edges_of_log_sum_exp(x: Any) -> None:
    value, gradient = sourcead.value_and_grad(log_sum_of_rows)(x)
    assert value == log_sum_of_rows(x)
    assert gradient.shape == x.shape


def test_integers_and_lists_in_generic_source() -> None:
    def loss(w, n):
        return w * np.log(np.sum(np.exp(n))) + w * np.sum(np.exp(n) / np.sum(np.exp(n)) * n)

    made = sourcead.grad(loss)._generic_bound().fn
    for n in (np.array([1, 2, 3]), [1, 2, 3], [0.5, 1.5], np.float32([1, 2])):
        np.testing.assert_allclose(made(2.0, n), loss(1.0, np.asarray(n)), rtol=1e-6)


def softmax_entropy(x, y):
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    return -np.sum(y * np.log(p))


def softmax_entropy_by_subscript(x, y):
    e = np.exp(x)
    p = e / e.sum(1)[:, None]
    return -np.sum(y * np.log(p))


def softmax_entropy_expanded(x, y):
    return -np.sum(y * np.log(np.exp(x) / np.expand_dims(np.sum(np.exp(x), axis=1), 1)))


def softmax_entropy_shifted(x, y):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return -np.sum(y * np.log(e / e.sum(axis=1, keepdims=True)))


def log_softmax_by_difference(x, y):
    return -np.sum(y * (x - np.log(np.sum(np.exp(x), axis=-1, keepdims=True))))


def log_softmax_by_subscript(x, y):
    return -np.sum(y * (x - np.log(np.sum(np.exp(x), axis=-1))[:, np.newaxis]))


def softmax_entropy_of_columns(x, y):
    p = np.exp(x.T) / np.sum(np.exp(x.T), axis=0)
    return -np.sum(y.T * np.log(p))


@pytest.mark.parametrize(
    "function",
    [
        softmax_entropy, softmax_entropy_by_subscript, softmax_entropy_expanded, softmax_entropy_shifted,
        log_softmax_by_difference, log_softmax_by_subscript, softmax_entropy_of_columns,
    ],
)  # fmt: skip
def test_log_of_softmax(function: Callable[..., Any]) -> None:
    expected = -np.sum(ONE_HOT * log_softmax(ROWS)), softmax(ROWS) - ONE_HOT
    text = check(function, (ROWS, ONE_HOT), *expected, rtol=1e-11)
    assert "stably: log " in text
    x = np.array([[0.3, -1.0, 2.0], [0.1, 0.2, 0.3]])
    plain = sourcead.hessian(function, stabilize=False)(x, ONE_HOT[:2])
    np.testing.assert_allclose(sourcead.hessian(function)(x, ONE_HOT[:2]), plain, rtol=1e-9, atol=1e-12)


def sum_shifted(x, y):
    top = np.max(x, axis=1, keepdims=True)
    return np.sum(y * (top + np.log(np.sum(np.exp(x - top), axis=1, keepdims=True))))


def sum_shifted_as_a_whole(x, y):
    return np.max(x) + np.log(np.sum(np.exp(x - np.max(x)))) + 0 * np.sum(y)


def log_softmax_shifted(x, y):
    top = np.max(x, axis=1, keepdims=True)
    e = np.exp(x - top)
    return np.sum(y * (x - top - np.log(np.sum(e, axis=1, keepdims=True))))


def log_softmax_of_shifted_rows(x, y):
    low = x - np.max(x, axis=1)[:, None]
    return np.sum(y * (low - np.log(np.sum(np.exp(low), axis=1))[:, None]))


def log_softmax_of_shifted_columns(x, y):
    low = x - np.max(x, axis=0)
    return np.sum(y * (low - np.log(np.sum(np.exp(low), axis=0))))


def softmax_shifted(x, y):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return np.sum(y * (e / e.sum(axis=1, keepdims=True)))


@pytest.mark.parametrize(
    "function",
    [
        sum_shifted, sum_shifted_as_a_whole, log_softmax_shifted, log_softmax_of_shifted_rows,
        log_softmax_of_shifted_columns, softmax_shifted,
    ],
)  # fmt: skip
def test_what_is_shifted_by_hand_keeps_its_value(function: Callable[..., Any]) -> None:
    x, y = np.array([[0.3, -1.0, 2.0], [5.0, 0.2, 5.0]]), np.array([[0.1, 0.7, 0.2], [1.0, 0.0, 0.5]])
    derivative = sourcead.value_and_grad(function, style="plain").specialize(x, y)
    value, gradient = derivative.fn(x, y)
    assert value == function(x, y)
    np.testing.assert_allclose(gradient, sourcead.grad(function, stabilize=False)(x, y), rtol=1e-12, atol=1e-15)
    if function is not log_softmax_of_shifted_rows:
        assert "==" not in derivative.source, "the derivative of the maximum"
    direction = np.sin(x)
    np.testing.assert_allclose(sourcead.jvp(function, (x, y), (direction, None))[1], np.sum(direction * gradient))
    np.testing.assert_allclose(
        sourcead.hessian(function)(x, y), sourcead.hessian(function, stabilize=False)(x, y), rtol=1e-10, atol=1e-14
    )
    np.testing.assert_allclose(sourcead.grad(function)._generic_bound().fn(x, y), gradient, rtol=1e-12, atol=1e-15)


def picked(x, y):
    p = np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)
    return -np.sum(np.log(p[np.arange(len(y)), y]))


def picked_log(x, y):
    return -np.sum((x - np.log(np.sum(np.exp(x), axis=1))[:, None])[np.arange(4), y])


def picked_row_by_row(x, y):
    total = 0.0
    for i in range(len(x)):
        p = np.exp(x[i]) / np.sum(np.exp(x[i]))
        total -= np.log(p[y[i]])
    return total


def taken(x, y):
    p = np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)
    return -np.sum(np.log(np.take_along_axis(p, y[:, None], axis=1)))


@pytest.mark.parametrize("function", [picked, picked_log, picked_row_by_row, taken])
def test_log_of_softmax_picked(function: Callable[..., Any]) -> None:
    gradient = softmax(ROWS)
    gradient[np.arange(4), PICKS] -= 1
    text = check(function, (ROWS, PICKS), -np.sum(log_softmax(ROWS)[np.arange(4), PICKS]), gradient, rtol=1e-11)
    body = text[text.index("def ") :].splitlines()
    assert not any(line.strip().startswith("p[") for line in body), "a look-up that is made again"


def test_a_look_up_that_fails_still_fails() -> None:
    with pytest.raises(IndexError) as found:
        sourcead.grad(picked)(ROWS, PICKS + 3)
    with pytest.raises(IndexError) as expected:
        picked(ROWS, PICKS + 3)
    assert found.value.args == expected.value.args


def test_an_unrelated_look_up_still_fails() -> None:
    def loss(x, i, w):
        p = np.exp(x) / np.sum(np.exp(x))
        w[i]
        return np.log(p[i])

    with pytest.raises(IndexError):
        sourcead.grad(loss)(np.zeros(3), 2, np.zeros(2))


def test_softmax() -> None:
    weights = np.arange(12.0).reshape(4, 3)

    def mean(x, w):
        e = np.exp(x)
        return np.sum(w * (e / np.sum(e, axis=1, keepdims=True)))

    p = softmax(ROWS)
    check(mean, (ROWS, weights), np.sum(weights * p), p * (weights - np.sum(weights * p, axis=1, keepdims=True)))


# Small arguments, and roots of squares --------------------------------------------------------------------------------


def test_logs_of_one_plus_something_small() -> None:
    x = np.array([1e-20, -1e-18, 1e-9, 0.5, 3.0])
    y = np.ones(5)

    def log_of_sum(x, y):
        return np.sum(y * np.log(1 + x))

    def difference(x, y):
        return np.sum(y * (np.exp(x) - 1))

    def mirrored(x, y):
        return np.sum(y * (1 - np.exp(-x)))

    for n in range(5):
        e = np.eye(5)[n]
        np.testing.assert_allclose(sourcead.value_and_grad(log_of_sum)(x, e)[0], np.log1p(x[n]), rtol=1e-15)
        np.testing.assert_allclose(sourcead.value_and_grad(difference)(x, e)[0], np.expm1(x[n]), rtol=1e-15)
        np.testing.assert_allclose(sourcead.value_and_grad(mirrored)(x, e)[0], -np.expm1(-x[n]), rtol=1e-15)
    np.testing.assert_allclose(sourcead.grad(log_of_sum)(x, y), 1 / (1 + x))
    np.testing.assert_allclose(sourcead.grad(difference)(x, y), np.exp(x))
    np.testing.assert_allclose(sourcead.grad(mirrored)(x, y), np.exp(-x))
    assert "stably: log(1 + x)" in check_text(log_of_sum, x, y)
    assert "stably: exp(x) - 1" in check_text(difference, x, y)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.sum(np.sqrt(x * x)), lambda x: np.sum(np.sqrt(x**2)), lambda x: np.sum(np.sqrt(np.square(x))),
        lambda x: np.sum((x * x) ** 0.5),
    ],
)  # fmt: skip
def test_the_root_of_a_square(function: Callable[..., Any]) -> None:
    x = np.array([-3.0, 0.0, 2.0, 1e200, -1e-200])
    for derivative in (sourcead.value_and_grad(function), sourcead.value_and_grad(function)._generic_bound().fn):
        _, gradient = derivative(x)
        np.testing.assert_array_equal(gradient, np.sign(x))
    value, _ = sourcead.value_and_grad(function)(x)
    assert value == np.sum(np.abs(x))


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.sqrt(np.sum(x * x)), lambda x: np.sum(x**2) ** 0.5, lambda x: np.sqrt(x @ x),
        lambda x: np.sqrt(np.dot(x, x)), lambda x: np.sum(np.sqrt(np.sum(np.square(x), axis=0, keepdims=True))),
    ],
)  # fmt: skip
def test_a_norm_has_slope_0_at_0(function: Callable[..., Any]) -> None:
    for x in (np.zeros(3), np.array([3.0, 0.0, -4.0])):
        value, gradient = sourcead.value_and_grad(function)(x)
        assert value == function(x)
        np.testing.assert_allclose(gradient, x / (np.linalg.norm(x) or 1))
        np.testing.assert_allclose(sourcead.jvp(function, (x,), (np.ones(3),))[1], np.sum(gradient))
    assert "slope 0 where x is 0" in check_text(function, np.zeros(3))


# What decides something is never rewritten  ---


def compared(z, y):
    p = 1 / (1 + np.exp(-z))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return loss if loss > 1e-3 else 0 * loss


def printed(z, y):
    p = 1 / (1 + np.exp(-z))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    print("loss", loss)
    return loss


def formatted(z, y):
    p = 1 / (1 + np.exp(-z))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    text = f"{loss}"
    return loss + 0 * len(text)


def checked(z, y):
    p = 1 / (1 + np.exp(-z))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    assert not loss < 0, loss
    return loss


def turned_into_an_int(z, y):
    p = 1 / (1 + np.exp(-z))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return loss * (1 + 0 * int(loss))


def looped(z, y):
    loss = 0.0
    while loss < 3.0:
        p = 1 / (1 + np.exp(-z))
        loss = loss - np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return loss


@pytest.mark.parametrize("function", [compared, printed, formatted, checked, turned_into_an_int, looped])
def test_what_decides_stays_to_the_bit(function: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    z, y = np.linspace(-3, 27, 7), np.array([0.1, 1, 0, 0.3, 1, 1, 1.0])
    derivative = sourcead.value_and_grad(function).specialize(z, y)
    value, gradient = derivative.fn(z, y)
    assert value == function(z, y)
    plain = sourcead.grad(function, stabilize=False)(z[:4], y[:4])
    np.testing.assert_allclose(sourcead.grad(function)(z[:4], y[:4]), plain, rtol=1e-10)
    assert np.isfinite(gradient).all()
    assert "np.log(p)" in derivative.source


class Holder:
    loss = 0.0


def test_what_the_caller_sees_stays_to_the_bit() -> None:
    def stored(z, y, seen):
        loss = -np.mean(np.log(1 / (1 + np.exp(-z))))
        seen[0] = loss
        return loss

    def noted(z, y, holder):
        loss = -np.mean(np.log(1 / (1 + np.exp(-z))))
        holder.loss = loss
        return loss

    def appended(z, y, seen):
        loss = -np.mean(np.log(1 / (1 + np.exp(-z))))
        seen.append(loss)
        return loss

    z, y = np.linspace(-3, 27, 7), np.ones(7)
    expected = -np.mean(np.log(1 / (1 + np.exp(-z))))
    for function, kept, look in (
        (stored, np.zeros(2), lambda kept: kept[0]),
        (noted, Holder(), lambda kept: kept.loss),
        (appended, [], lambda kept: kept[0]),
    ):
        value, gradient = sourcead.value_and_grad(function)(z, y, kept)
        assert look(kept) == value == expected
        np.testing.assert_allclose(gradient, -sigma(-z) / 7)


def test_own_memory_is_not_seen() -> None:
    def stored(z):
        kept = np.zeros(2)
        kept[0] = -np.mean(np.log(1 / (1 + np.exp(-z))))
        return kept[0] + kept[1]

    value, gradient = sourcead.value_and_grad(stored)(Z)
    np.testing.assert_allclose(value, -np.mean(log_sigma(Z)))
    np.testing.assert_allclose(gradient, -sigma(-Z) / len(Z))


def test_the_derivative_of_what_decides_is_stable(capsys: pytest.CaptureFixture[str]) -> None:
    value, gradient = sourcead.value_and_grad(printed)(Z, LABELS)
    assert np.isnan(value)
    np.testing.assert_allclose(gradient, (sigma(Z) - LABELS) / len(Z), atol=1e-18)


def test_a_probability_that_is_compared_stays_and_its_log_is_stable() -> None:
    def loss(z, y):
        p = 1 / (1 + np.exp(-z))
        correct = np.sum((p > 0.5) == (y > 0.5))
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)), (p, correct)

    (value, (p, correct)), gradient = sourcead.value_and_grad(loss, has_aux=True)(Z, LABELS)
    _, (expected, count) = loss(Z, LABELS)
    np.testing.assert_array_equal(p, expected)
    assert correct == count
    assert np.isfinite(value)
    np.testing.assert_allclose(gradient, (sigma(Z) - LABELS) / len(Z), atol=1e-18)


def test_an_index_made_of_a_softmax() -> None:
    def loss(x):
        p = np.exp(x) / np.sum(np.exp(x))
        return np.log(p[0]) + 0 * x[np.argmax(p)]

    x = np.array([0.1, 2.0, 0.3])
    text = check_text(loss, x)
    assert "p = np.exp(x) / np.sum(np.exp(x))" in text
    np.testing.assert_allclose(sourcead.grad(loss)(x), np.eye(3)[0] - np.exp(log_softmax(x, None)))


# Off, inside other derivatives, in memory that changes  ---


@pytest.mark.parametrize("function", ENTROPIES[:3], ids=lambda f: f.__name__)
def test_it_can_be_turned_off(function: Callable[..., Any]) -> None:
    z = np.array([0.3, -2.0, 5.0])
    y = np.array([0.0, 1.0, 0.5])
    derivative = sourcead.value_and_grad(function, stabilize=False, style="plain")
    assert "stably" not in derivative.specialize(z, y).source
    assert derivative(z, y)[0] == function(z, y)


def test_a_derivative_inside_a_function_is_stable() -> None:
    def outer(z, y):
        value, slope = sourcead.value_and_grad(plain)(z, y)
        if value < 0.1:
            return np.sum(slope)
        return np.sum(slope * slope)

    z, y = np.array([-1000.0, 0.0, 3.0]), np.array([1.0, 1.0, 0.5])
    inner = (sigma(z) - y) / 3
    value, gradient = sourcead.value_and_grad(outer)(z, y)
    np.testing.assert_allclose(value, np.sum(inner * inner))
    np.testing.assert_allclose(gradient, 2 * inner * sigma(z) * sigma(-z) / 3, atol=1e-18)


def changed_before_the_log(z, y):
    p = 1 / (1 + np.exp(-z))
    p *= 0.9
    return np.sum(y * np.log(p))


def changed_through_another_name(z, y):
    p = 1 / (1 + np.exp(-z))
    q = p
    q[1] = 0.3
    return np.sum(y * np.log(p))


def argument_changed_in_between(z, y):
    z = z.copy()
    p = 1 / (1 + np.exp(-z))
    z += 1.0
    return np.sum(y * np.log(p)) + np.sum(z * z)


def changed_after_the_log(z, y):
    p = 1 / (1 + np.exp(-z))
    q = np.log(p)
    p[0] = 0.5
    return np.sum(q * y) + np.sum(p)


def through_out(z, y):
    b = np.empty_like(z)
    np.exp(-z, out=b)
    b += 1
    return np.sum(y * np.log(1 / b))


def in_a_branch(z, y):
    p = 1 / (1 + np.exp(-z)) if z.sum() > 0 else 1 / (1 + np.exp(-2 * z))
    return np.sum(y * np.log(p))


def under_an_exception(z, y):
    try:
        return np.sum(y * np.log(1 / (1 + np.exp(-z))))
    except ValueError:
        return 0.0


@pytest.mark.parametrize(
    "function",
    [
        changed_before_the_log, changed_through_another_name, argument_changed_in_between, changed_after_the_log,
        through_out, in_a_branch, under_an_exception,
    ],
)  # fmt: skip
def test_memory_and_branches(function: Callable[..., Any]) -> None:
    z, y = np.array([0.3, -2.0, 5.0]), np.array([0.2, 1.0, 0.5])
    value, gradient = sourcead.value_and_grad(function)(z, y)
    np.testing.assert_allclose(value, function(z, y), rtol=1e-13)
    plain = sourcead.grad(function, stabilize=False)(z, y)
    np.testing.assert_allclose(gradient, plain, rtol=1e-12, atol=1e-15)


def test_complex_numbers_are_left_alone() -> None:
    def loss(x):
        z = x * (1 + 2j)
        return np.sum(np.abs(np.log(1 + np.exp(z)) + np.sqrt(z * z)))

    x = np.array([0.3, -0.2])
    value, gradient = sourcead.value_and_grad(loss)(x)
    assert value == loss(x)
    np.testing.assert_allclose(gradient, sourcead.grad(loss, stabilize=False)(x))


def test_a_clipped_probability_is_left_alone() -> None:
    def loss(z, y):
        p = np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    value, gradient = sourcead.value_and_grad(loss)(Z, LABELS)
    assert value == loss(Z, LABELS)
    assert np.isfinite(gradient).all()


def test_a_maximum_that_is_not_differentiated_is_no_kink() -> None:
    text = "def f(x):\n    s = x - np.max(x)\n    return np.sum(np.exp(s) / np.sum(np.exp(s)) * x)"
    found = sourcead.grad(program(text))
    assert "max:" not in found.specialize(np.ones(3)).source
    assert "max:" in sourcead.grad(program(text), stabilize=False).specialize(np.ones(3)).source


@pytest.mark.parametrize(
    "lines",
    [
        "m = np.max(x, axis=1)\n    y = m + np.log(np.sum(np.exp(x - m[:, None]), axis=1))",
        "m = np.max(x, axis=1, keepdims=True)\n    y = np.log(np.sum(np.exp(x - m), axis=1)) + m[:, 0]",
        "m = np.max(x, axis=-1, keepdims=True)\n    y = np.squeeze(m, -1) + np.log(np.sum(np.exp(x - m), axis=-1))",
        "m = np.max(x, axis=0)\n    y = m + np.log(np.sum(np.exp(x - m), axis=0))",
    ],
)
@pytest.mark.optimised
def test_the_shift_of_a_sum_along_a_dropped_axis_is_not_differentiated(lines: str) -> None:
    f = program(f"def f(x):\n    {lines}\n    return np.sum(np.sin(y) * y)")
    x = np.array([[0.3, 0.3, -1.0], [2.0, 1.0, 0.5]])
    text = sourcead.grad(f).specialize(x).source
    assert "==" not in text and "max:" not in text
    plain = sourcead.grad(f, stabilize=False)
    assert_trees_close(sourcead.grad(f)(x), plain(x))
    assert sourcead.value_and_grad(f)(x)[0] == f(x)
    sourcead.check_grads(f, (np.array([[0.3, 0.4, -0.8], [2.0, 1.1, 0.5]]),), order=2)


def test_another_shift_is_differentiated() -> None:
    for lines in (
        "m = np.max(x, axis=1, keepdims=True)\n    y = m[:, 0] + np.log(np.sum(np.exp(x - m), axis=0))",
        "m = np.max(x, axis=1, keepdims=True)\n    y = m[0] + np.log(np.sum(np.exp(x - m), axis=1))",
    ):
        f = program(f"def f(x):\n    {lines}\n    return np.sum(np.sin(y) * y)")
        x = np.array([[0.3, 0.1], [2.0, 1.0]])
        assert_trees_close(sourcead.grad(f)(x), sourcead.grad(f, stabilize=False)(x))
