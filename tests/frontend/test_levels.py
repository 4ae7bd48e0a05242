"""Two subscripts become one only where that is the same for all sizes, whether it gives items or raises."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from sourcead.frontend.levels import merged
from sourcead.ir import Const, Hole, Span, Value
from sourcead.kinds import Array, Dim, Scalar
from sourcead.primitives.structural import index_value

BOUNDS = (None, 0, 1, 3, -1, -2)
ELEMENTS: tuple[Any, ...] = (*(Span(*b) for b in itertools.product(BOUNDS, BOUNDS, (None, 1, 2, -1))), 0, 1, 2, -1, -3)


def _items(array: Any, path: Any) -> Any:
    try:
        for level in range(len(path)):
            array = array[index_value(path, (), level)]
    except IndexError:
        return None
    return np.asarray(array)


def _agree(path: Any, arrays: list[Any]) -> bool:
    one = merged(path, ())
    for array in arrays:
        expected, found = _items(array, path), _items(array, one)
        if (expected is None) != (found is None) or (expected is not None and not np.array_equal(expected, found)):
            return False
    return True


def test_along_one_axis() -> None:
    arrays = [np.arange(n) for n in range(6)]
    wrong = [(p, q) for p in ELEMENTS for q in ELEMENTS if isinstance(p, Span) and not _agree(((p,), (q,)), arrays)]
    assert not wrong


def test_along_two_axes() -> None:
    arrays = [np.arange(n * m).reshape(n, m) for n in (0, 1, 3) for m in (1, 2, 4)]
    some = ELEMENTS[::7] + ELEMENTS[-5:]
    wrong = [(p, q, r) for p in some for q in some for r in some if not _agree(((p, q), (r,)), arrays)]
    wrong += [(p, q, r) for p in some for q in some for r in some if not _agree(((p,), (q, r)), arrays)]
    assert not wrong


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (((Span(1, None),), (1,)), ((2,),)),
        (((0,), (1,)), ((0, 1),)),
        (((0,), (1,), (2,)), ((0, 1, 2),)),
        (((Span(1, None),), (Span(None, 3),)), ((Span(1, 4),),)),
        (((Span(1, -1),), (Span(2, None),)), ((Span(3, -1),),)),
        (((0,), (Span(1, None),)), ((0, Span(1, None)),)),
        (((Ellipsis,), (1,)), ((1,),)),
        (((Span(), 2), (0,)), ((0, 2),)),
        (((Span(1, -1),), (0,)), None),  # a[1:-1][0] raises where a has two items; a[1] does not
        (((Span(1, None),), (-1,)), None),
        (((Span(None, None, 2),), (1,)), None),
        (((None,), (0,)), None),
    ],
)
def test_cases(path: Any, expected: Any) -> None:
    assert merged(path, ()) == (expected or path)


def test_an_index_that_is_an_array_stays() -> None:
    path = ((0,), (Hole(0),))
    assert merged(path, (Value("i", Scalar("pyint")),)) == ((0, Hole(0)),)
    assert merged(path, (Const(3),)) == ((0, Hole(0)),)
    for kind in (Array("int64", (Dim("n", None),)), Array("bool", (Dim("n", None),)), Scalar("pybool"), Scalar(None)):
        assert merged(path, (Value("i", kind),)) == path
