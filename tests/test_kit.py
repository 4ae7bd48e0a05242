"""The test kit itself: it finds right derivatives right, and wrong ones wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

from tests import kit


@dataclass
class Layer:
    W: Any
    name: str


class Point(NamedTuple):
    x: float
    y: float


def loss(params: Any, scale: float) -> Any:
    layer, point, rest = params["layer"], params["point"], params["rest"]
    return scale * np.sum(np.sin(layer.W)) + point.x * point.y**2 + rest[0] ** 3


def gradient(params: Any, scale: float) -> Any:
    x, y = params["point"]
    W, r = params["layer"].W, params["rest"][0]
    return {"layer": Layer(scale * np.cos(W), None), "point": Point(y**2, 2 * x * y), "rest": [3 * r**2, None]}  # type: ignore[arg-type]


PARAMS = {"layer": Layer(kit.rng().normal(size=(2, 3)), "first"), "point": Point(0.3, -2.0), "rest": [0.7, "text"]}


def test_a_right_gradient_of_a_tree_passes() -> None:
    kit.check_gradient(loss, gradient, (PARAMS, 1.5))
    kit.assert_same_leaves(gradient(PARAMS, 1.5), PARAMS)


def test_the_worst_entry_of_a_wrong_one_is_named() -> None:
    wrong = gradient(PARAMS, 1.5)
    wrong["point"] = Point(4.0, 1.3)
    with pytest.raises(AssertionError, match=r"argument 0\['point'\]\[1\]"):
        kit.check_gradient(loss, wrong, (PARAMS, 1.5))


def test_wrong_structure_and_shape_fail() -> None:
    with pytest.raises(AssertionError, match="shape"):
        kit.check_gradient(lambda x: np.sum(x * x), lambda x: np.sum(2 * x), (np.ones(3),))
    with pytest.raises(AssertionError, match="is expected"):
        kit.check_gradient(lambda x: x[0] * x[1], lambda x: [x[1], x[0]], ((2.0, 3.0),))


def test_several_arguments() -> None:
    args = (2.0, np.array([1.0, 3.0]))
    kit.check_gradient(lambda a, b: np.sum(a * b**2), lambda a, b: (np.sum(b**2), 2 * a * b), args, argnums=(0, 1))


def test_the_arguments_are_not_changed() -> None:
    x = np.ones(2, np.float32)
    kit.central_differences(lambda v: np.sum(v**2), (x,))
    assert np.array_equal(x, np.ones(2)) and x.dtype == np.float32


def test_central_differences_are_accurate() -> None:
    assert kit.central_differences(np.exp, (1.0,)) == pytest.approx(np.e, rel=1e-10)
    assert kit.central_differences(np.log, (1e-5,)) == pytest.approx(1e5, rel=1e-4)


def test_the_contraction_with_a_cotangent() -> None:
    x = kit.rng(3).normal(size=(2, 2))
    kit.check_vjp(np.exp, lambda g, v: (g * np.exp(v),), (x,))
    with pytest.raises(AssertionError):
        kit.check_vjp(np.exp, lambda g, v: (g * v,), (x,))


def test_unbroadcast_sums_over_what_was_broadcast() -> None:
    g = np.arange(12.0).reshape(3, 4)
    assert np.array_equal(kit.unbroadcast(g, np.ones(4)), g.sum(axis=0))
    assert np.array_equal(kit.unbroadcast(g, np.ones((3, 1))), g.sum(axis=1, keepdims=True))
    assert kit.unbroadcast(g, 1.0) == g.sum()
