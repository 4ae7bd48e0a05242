"""Adjoints of reductions: every axis and keepdims, ties, zeros, empty and 0-d arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.derivatives import check, pull

RNG = np.random.default_rng(1)
AXES: list[tuple[tuple[int, ...], Any]] = [
    ((), None),
    ((4,), None),
    ((4,), 0),
    ((4,), -1),
    ((3, 4), None),
    ((3, 4), 0),
    ((3, 4), 1),
    ((3, 4), -1),
    ((1, 4), 0),
    ((3, 1), -1),
    ((2, 3, 4), (0, 2)),
    ((2, 3, 4), (-1, 0)),
    ((2, 1, 4), (1,)),
    ((2, 3, 4), (0, 1, 2)),
    ((2, 3, 4), 1),
]


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(("shape", "axis"), AXES)
@pytest.mark.parametrize("f", [np.sum, np.mean, np.max, np.min, np.prod], ids=lambda f: f.__name__)
def test_every_axis(f: Any, shape: tuple[int, ...], axis: Any, keepdims: bool) -> None:
    x = RNG.normal(size=shape)
    check(f, x, axis=axis, keepdims=keepdims)
    check(f, x.astype(np.float32), axis=axis, keepdims=keepdims, single=True)


@pytest.mark.parametrize("f", [np.sum, np.mean, np.max, np.min, np.prod], ids=lambda f: f.__name__)
def test_a_number(f: Any) -> None:
    check(f, 2.5)
    check(f, np.float32(2.5), single=True)


@pytest.mark.parametrize("f", [np.sum, np.prod], ids=lambda f: f.__name__)
@pytest.mark.parametrize(("shape", "axis"), [((0,), None), ((0, 3), 0), ((0, 3), 1), ((2, 0), None), ((2, 0), (0, 1))])
def test_empty_arrays(f: Any, shape: tuple[int, ...], axis: Any) -> None:
    check(f, np.zeros(shape), axis=axis)


def test_the_mean_of_nothing_raises_nothing() -> None:
    from sourcead.rules.registry import adjoint_rule

    rule = adjoint_rule(np.mean)
    assert rule is not None
    assert rule(1.0, np.nan, np.zeros((0, 2))).shape == (0, 2)


@pytest.mark.parametrize("f", [np.max, np.min])
def test_the_tied_share_equally(f: Any) -> None:
    x = np.array([[1.0, 3.0, 1.0], [3.0, 3.0, 3.0]])
    x = x if f is np.max else -x
    np.testing.assert_allclose(pull(f, 1.0, x)[0], np.array([[0, 1, 0], [1, 1, 1]]) / 4)
    by_row = pull(f, np.array([2.0, 3.0]), x, axis=1)[0]
    np.testing.assert_allclose(by_row, [[0, 2, 0], [1, 1, 1]])
    by_column = pull(f, np.array([[1.0, 2.0, 4.0]]), x, axis=0, keepdims=True)[0]
    np.testing.assert_allclose(by_column, [[0, 1, 0], [1, 1, 4]])


def test_nan_stays_nan() -> None:
    with np.errstate(all="ignore"):
        assert np.isnan(pull(np.max, 1.0, np.array([np.nan, 1.0]))[0]).all()


@pytest.mark.parametrize("zeros", [[1], [0, 2], [0, 1, 2, 3]])
@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
def test_products_with_zeros(zeros: list[int], axis: Any) -> None:
    x = RNG.normal(size=(4, 2))
    x[zeros, 0] = 0
    check(np.prod, x, axis=axis)


@pytest.mark.parametrize("f", [np.cumsum, np.cumprod], ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("shape", "axis"), [((5,), None), ((5,), 0), ((2, 3), None), ((2, 3), 0), ((2, 3), -1), ((1,), 0), ((0,), 0)]
)
def test_running_sums_and_products(f: Any, shape: tuple[int, ...], axis: Any) -> None:
    x = RNG.normal(size=shape)
    x.flat[:1] = 0
    x.flat[3:4] = 0
    check(f, x, axis=axis)
    check(f, x.astype(np.float32), axis=axis, single=True)
