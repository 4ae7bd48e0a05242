"""Rules of the `math` module: against central differences, at the kinks, and at the poles that math itself passes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sourcead.primitives import mathlib
from tests.rules.rulekit import apply, check

UNARY: list[Any] = [*mathlib.SMOOTH, *mathlib.WITH_POLES]
POINTS = (0.0, -0.0, 1.0, -1.0, 1, 0, 2, 1e200, -1e200, 1e-300, 5e-324, 700.0, -700.0, 0.3)


@pytest.mark.parametrize("function", UNARY, ids=repr)
def test_functions_of_one_argument(function: Callable[..., Any]) -> None:
    offset = 1.0 if function is math.acosh else 0.0
    for x in (0.31, 0.87):
        check(function, (x + offset,))
    if function not in (math.sqrt, math.log2, math.log10, math.acosh):
        check(function, (-0.31,))


@pytest.mark.parametrize("function", [math.pow, math.atan2, math.hypot, math.fmod, math.copysign, math.log], ids=repr)
def test_functions_of_two_arguments(function: Callable[..., Any]) -> None:
    for pair in ((0.7, 1.9), (2.3, 1.2), (2.3, 0.4)):
        check(function, pair)
    if function not in (math.pow, math.log):
        for pair in ((-2.5, 0.8), (2.5, -0.8), (-0.6, -1.3)):
            check(function, pair)


def test_log_of_one_argument() -> None:
    check(math.log, (1.7,))


@pytest.mark.parametrize("function", [*UNARY, math.log], ids=repr)
def test_the_backward_part_never_raises(function: Callable[..., Any]) -> None:
    passed = 0
    for x in POINTS:
        try:
            function(x)
        except (ValueError, OverflowError):
            continue
        (dx,) = apply(function, (x,))
        assert not math.isnan(dx), x
        passed += 1
    assert passed >= 2


@pytest.mark.parametrize("function", [math.pow, math.atan2, math.hypot, math.fmod, math.copysign, math.log], ids=repr)
def test_of_two_arguments_it_never_raises_either(function: Callable[..., Any]) -> None:
    passed = 0
    for a in POINTS:
        for b in POINTS:
            try:
                function(a, b)
            except (ValueError, OverflowError, ZeroDivisionError):
                continue
            assert len(apply(function, (a, b))) == 2
            passed += 1
    assert passed > 20


def test_kinks_and_poles() -> None:
    assert apply(math.fabs, (0.0,)) == (0,)
    assert apply(math.sqrt, (0.0,)) == (np.inf,)
    assert apply(math.asin, (1.0,)) == (np.inf,)
    assert apply(math.acos, (1.0,)) == (-np.inf,)
    assert apply(math.acosh, (1.0,)) == (np.inf,)
    assert apply(math.hypot, (0.0, 0.0)) == (0, 0)


def test_fsum_of_a_list_and_of_an_array() -> None:
    check(math.fsum, ([0.5, 2.0, 1.0],))
    check(math.fsum, (np.array([0.5, 2.0]),))
