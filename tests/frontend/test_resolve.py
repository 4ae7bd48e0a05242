"""Resolving: an int argument that must be known asks for its value; a global one is guarded by its value."""

from __future__ import annotations

import numpy as np
import pytest

from sourcead import grad
from sourcead.frontend.resolver import NeedsValue, Resolver
from sourcead.frontend.source import read
from sourcead.pipeline import Request, build
from tests.compiling import kinds_of
from tests.kit import check_gradient
from tests.small import gradient, program

MATRIX = np.arange(1.0, 7.0).reshape(2, 3) / 3
F = "def f(x, k):\n    return np.sum(np.sum(x, axis=k) ** 2)"


def test_an_axis_that_is_an_argument_needs_its_value() -> None:
    function = program(F)
    request = Request(function, (0,), True, "grad", False, kinds_of(function, (MATRIX, 1)))
    with pytest.raises(NeedsValue) as need:
        build(request, read(function), Resolver(), None)
    assert need.value.path == (("param", "k"),)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_each_axis_gets_its_own_text(axis: int) -> None:
    function = program(F)
    check_gradient(function, grad(function), (MATRIX, axis))
    assert f"axis={axis}" in gradient(F, MATRIX, axis)


def test_one_derivative_serves_several_axes() -> None:
    derivative, function = grad(program(F)), program(F)
    for axis in (0, 1, 0):
        check_gradient(function, derivative, (MATRIX, axis))


def test_a_global_int_used_as_an_axis_is_guarded_by_its_value() -> None:
    function = program("def f(x):\n    return np.sum(np.sum(x, axis=AXIS) ** 2)", AXIS=0)
    derivative = grad(function)
    for axis in (0, 1, 0):
        function.__globals__["AXIS"] = axis
        check_gradient(function, derivative, (MATRIX,))


def test_a_global_float_is_read_at_each_call() -> None:
    function = program("def f(x):\n    return SCALE * x * x", SCALE=2.0)
    derivative = grad(function)
    assert derivative(1.5) == 6.0
    function.__globals__["SCALE"] = 3.0
    assert derivative(1.5) == 9.0
