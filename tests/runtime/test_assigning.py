"""Augmented assignments of unknown kind: what Python leaves, or an error where it would change the caller's memory."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.runtime import augmented, rebound

VALUES: list[Any] = [2.0, 3, np.float32(1.5), np.ones(3), np.ones(3, np.float32), np.ones((2, 3)), np.arange(3), (1,)]


@pytest.mark.parametrize("old", VALUES)
@pytest.mark.parametrize("by", VALUES)
def test_it_leaves_what_python_leaves(old: Any, by: Any) -> None:
    try:
        new = operator.mul(old, by)
    except (TypeError, ValueError):
        return
    target = old.copy() if isinstance(old, np.ndarray) else old
    try:
        expected = operator.imul(target, by)
    except (TypeError, ValueError) as error:
        with pytest.raises(TypeError if isinstance(error, TypeError) else ValueError):
            augmented(old, new)
        return
    found = augmented(old, new)
    assert type(found) is type(expected) and getattr(found, "dtype", None) == getattr(expected, "dtype", None)
    np.testing.assert_array_equal(found, expected)


def test_only_numbers_are_bound_anew_where_others_hold_what_changes() -> None:
    assert rebound(2.0, 3.0) == 3.0
    for old in (np.ones(2), [1.0], {}):
        with pytest.raises(sourcead.UnsupportedError, match=type(old).__name__):
            rebound(old, old)


def test_a_gradient_of_unknown_kind_keeps_the_dtype() -> None:
    def f(x: Any, w: Any, s: Any) -> Any:
        a = x * 2
        a += w
        s *= a[0]
        return a.sum() * s

    x, w = np.ones(3, np.float32), np.full(3, 0.1)
    found, gradient = sourcead.value_and_grad(f, (0, 1, 2))._generic_bound().fn(x, w, 2.0)
    assert found == f(x, w, 2.0) and type(found) is type(f(x, w, 2.0))
    assert [g.dtype for g in gradient[:2]] == [np.float32, np.float64]
    np.testing.assert_allclose(gradient[1], [2 * 2.1 + 2 * 6.3, 4.2, 4.2], rtol=1e-5)
    with pytest.raises(sourcead.UnsupportedError, match="specialise"):
        sourcead.value_and_grad(f)._generic_bound().fn(x, w, np.ones(3))
