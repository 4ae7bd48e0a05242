"""What the tests of rules share: a rule, called as a plain function, against central differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sourcead.rules.registry import adjoint_rule
from tests import kit


def apply(target: Callable[..., Any], args: Sequence[Any], g: Any = 1.0, **static: Any) -> tuple[Any, ...]:
    """The cotangents that the rule gives, always as a tuple; silently, whatever NumPy would warn of."""
    rule = adjoint_rule(target)
    assert rule is not None, target
    with np.errstate(all="ignore"):
        found = rule(g, target(*args), *args, **static)
    return (found,) if len(args) == 1 else tuple(found)


def check(
    target: Callable[..., Any], args: Sequence[Any], rtol: float = 1e-6, atol: float = 1e-8, **static: Any
) -> None:
    """Compare every cotangent that the rule gives, un-broadcast, with central differences of the function."""
    args = kit.in_float64(list(args))
    g = kit.random_like(target(*args))
    found = apply(target, args, g, **static)
    assert any(c is not None for c in found)
    for argnum, cotangent in enumerate(found):
        if cotangent is None:
            continue
        expected = kit.central_differences(target, args, argnum, g)
        actual = kit.unbroadcast(cotangent, args[argnum]) if kit.is_leaf(args[argnum]) else cotangent
        kit.assert_trees_close(actual, expected, rtol, atol, f"{target} argument {argnum}")
