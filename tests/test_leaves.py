"""Trees of numbers: taken apart, put together, and brought into the form of others."""

from __future__ import annotations

import collections
import dataclasses
from typing import Any

import numpy as np
import pytest

from sourcead.errors import ArgumentError
from sourcead.leaves import built, check_real, conformed, flat, form_of, leaves

Pair = collections.namedtuple("Pair", "w b")


@dataclasses.dataclass(frozen=True)
class Frozen:
    W: Any
    name: str

    def __post_init__(self) -> None:
        assert isinstance(self.name, str)


TREE = {"f": Frozen(np.ones((2, 1)), "n"), 3: [1, 2.0, np.float32(3.0)], "p": Pair((), np.arange(2)), "c": 1j}
FORM = form_of(TREE, (("param", "tree"),))


def test_the_leaves_from_left_to_right() -> None:
    assert [leaf.dtype for leaf in leaves(FORM)] == ["float64", "pyfloat", "pyfloat", "float32", "pycomplex"]
    assert [np.shape(x) for x in flat(FORM, TREE)] == [(2, 1), (), (), (), ()]


def test_a_tree_with_other_leaves() -> None:
    made = built(FORM, "abcde")
    assert made == {"f": made["f"], 3: ["b", "c", "d"], "p": Pair((), None), "c": "e"}
    assert type(made["f"]) is Frozen and (made["f"].W, made["f"].name) == ("a", None)


def test_the_form_outlives_the_value() -> None:
    value = [np.ones(3), {"a": 1.0}]
    form = form_of(value, (("param", "x"),))
    value.append(3.0)
    value[1].clear()  # type: ignore[union-attr]
    zeros = conformed(None, form, "cotangent")
    np.testing.assert_array_equal(zeros[0], np.zeros(3))
    assert zeros[1] == {"a": 0.0}


@pytest.mark.parametrize(
    ("given", "value", "expected"),
    [
        (1, 2.0, 1.0),
        (np.float32(1), 2, 1.0),
        (np.array(1), 2.0, 1.0),
        (1.0, np.float32(2), np.float32(1)),
        (1.0, 2j, 1 + 0j),
        (1.0, np.array(2.0), np.array(1.0)),
        (np.arange(2), np.ones(2, np.float32), np.arange(2, dtype=np.float32)),
        (None, np.ones(2, np.float32), np.zeros(2, np.float32)),
        (None, "text", None),
        ((None, 1), (np.ones(1), 2.0), (np.zeros(1), 1.0)),
    ],
)
def test_what_fits_is_brought_into_form(given: Any, value: Any, expected: Any) -> None:
    found = conformed(given, form_of(value, (("param", "x"),)), "tangent")
    assert type(found) is type(expected)
    for a, b in zip(*(x if isinstance(x, tuple) else (x,) for x in (found, expected)), strict=True):
        np.testing.assert_array_equal(a, b)
        assert getattr(a, "dtype", None) == getattr(b, "dtype", None)


@pytest.mark.parametrize("given", [True, "1", [1.0], 1j, np.True_, np.ones(1), (1.0,), object()])
def test_what_is_no_real_number(given: Any) -> None:
    with pytest.raises(ArgumentError, match=r"the tangent of x\.w must be a number; got"):
        conformed(Pair(given, None), form_of(Pair(2.0, None), (("param", "x"),)), "tangent")


def test_complex_numbers_are_found() -> None:
    with pytest.raises(ArgumentError, match=r"tree\['c'\] is complex128"):
        check_real("jacrev", [FORM])
