"""Holds an adjoint rule, called as the plain function that it is, against central differences."""

# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import sourcead.primitives
from sourcead import rules
from sourcead.rules.registry import adjoint_rule
from sourcead.runtime import unbroadcast
from tests.kit import assert_same_leaves, check_vjp, tree_map

assert sourcead.primitives.__all__  # importing it registers the tables


def pull(target: Any, g: Any, *args: Any, **static: Any) -> tuple[Any, ...]:
    """One cotangent for each argument."""
    rules.load()
    rule = adjoint_rule(target)
    assert rule is not None
    found = rule(g, target(*args, **static), *args, **static)
    return found if len(args) > 1 else (found,)


def _not_wider(x: Any, dx: Any) -> None:
    if isinstance(x, np.ndarray | np.generic):
        assert np.result_type(dx, x) == x.dtype, f"a cotangent of {np.asarray(dx).dtype} for an argument of {x.dtype}"


def check(
    target: Callable[..., Any], *args: Any, wrt: Sequence[int] | None = None, single: bool = False, **static: Any
) -> None:
    """Each cotangent has the tree, shape and dtype of its argument and agrees with central differences.

    `single` says that the arguments are in float32, where the differences are as coarse as the rule.
    """
    wanted = tuple(range(len(args))) if wrt is None else tuple(wrt)

    def cotangents(g: Any, *args: Any) -> tuple[Any, ...]:
        found = pull(target, g, *args, **static)
        fitted = tuple(tree_map(lambda x, dx: unbroadcast(dx, x), args[k], found[k]) for k in wanted)
        for k in wanted:
            tree_map(_not_wider, args[k], found[k])
        for k, cotangent in zip(wanted, fitted, strict=True):
            assert_same_leaves(cotangent, args[k])
        return fitted

    tolerance = 1e-4 if single else 1e-6
    check_vjp(lambda *args: target(*args, **static), cotangents, args, wanted, rtol=tolerance, atol=tolerance)
