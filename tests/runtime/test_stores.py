"""Stores at indices that repeat: the helper agrees with differences of NumPy's own store, whatever the index is."""

# mypy: allow-untyped-calls

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sourcead.runtime import cast, stored_adjoint

TWICE = np.array([[1, 0], [0, 2]])
INDICES: list[Any] = [
    2,
    -1,
    slice(1, None),
    [0, 0],
    [2, 0, -1],
    np.array([0, 2, 0, 2]),
    TWICE,
    TWICE.T,
    np.asfortranarray(TWICE),
    (TWICE, TWICE.T),
    (np.array([[0], [0]]), np.array([1, 1, 0])),
    (slice(None), [0, 0, 1]),
    ([0, 0], slice(None, None, 2)),
    ([0, 0], None, slice(1, 3)),
    ([1, 1, 2], 0),
    (Ellipsis, [3, 3]),
    np.array([True, False, True]),
    np.array([], int),
]


def layouts(shape: tuple[int, ...]) -> list[Any]:
    """Values of a shape, and of those that broadcast to it, in several layouts."""
    made = np.random.default_rng(0).normal(size=shape)
    found = [made, np.asfortranarray(made), made[::-1].copy()[::-1] if shape else made, 2.0, np.float64(3.0)]
    if len(shape) > 1 and shape[0]:
        found += [made[0], made[:, :1], made[None], np.asfortranarray(made.T.copy().T), made.T.copy().T]
    return found


@pytest.mark.parametrize("index", INDICES, ids=repr)
def test_what_is_seen_gets_the_cotangent(index: Any) -> None:
    g = np.random.default_rng(1).normal(size=(3, 4))
    for v in layouts(np.shape(g[index])):
        expected = np.zeros(np.shape(v))
        for place in np.ndindex(np.shape(v)):
            marked = np.zeros_like(v)
            marked[place] = 1.0
            x = np.zeros_like(g)
            x[index] = marked if np.ndim(v) else float(marked)
            expected[place] = np.sum(g * x)
        found = cast(stored_adjoint(g, index, v), v)
        np.testing.assert_allclose(found, expected)
        assert np.shape(found) == np.shape(v) and type(found) is type(v)


def test_dtypes_and_poles() -> None:
    g = np.array([np.inf, 2.0, np.nan], np.float32)
    found = stored_adjoint(g, [1, 1], np.ones(2, np.float32))
    assert found.dtype == np.float32 and found.tolist() == [0.0, 2.0]
    assert isinstance(stored_adjoint(g, 1, 3.0), np.float32)
    assert stored_adjoint(g, [], np.ones(0)).shape == (0,)
