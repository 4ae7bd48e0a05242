"""Whether two answers agree: the speed of a wrong one means nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

ROUNDING = {"float32": 2e-4, "float64": 1e-9}  # of the largest entry


def leaves(tree: Any) -> Iterator[np.ndarray[Any, Any]]:
    """The numbers and arrays of a value and its gradient, in order; arrays of any library."""
    if isinstance(tree, tuple | list):
        for item in tree:
            yield from leaves(item)
    else:
        yield np.asarray(tree.detach() if hasattr(tree, "detach") else tree)


def check(name: str, answer: Any, expected: Any) -> None:
    """Raises where an answer is not the expected one, but for rounding.

    Raises:
        AssertionError: another tree, shape, dtype of an array, or another number.
    """
    got, want = list(leaves(answer)), list(leaves(expected))
    single = any(leaf.dtype == np.float32 for leaf in want)
    tolerance = ROUNDING["float32" if single else "float64"]
    assert [leaf.shape for leaf in got] == [leaf.shape for leaf in want], f"{name}: another tree or other shapes"
    for ours, theirs in zip(got, want, strict=True):
        assert ours.dtype == theirs.dtype or not theirs.shape, f"{name}: {ours.dtype} in place of {theirs.dtype}"
        scale = np.max(np.abs(theirs), initial=0.0)
        worst = np.max(np.abs(ours - theirs), initial=0.0)
        assert worst <= tolerance * scale, f"{name}: off by {worst:.3g} where the largest entry is {scale:.3g}"
