"""Programs with imports, decorated nested functions, causes of exceptions and f-strings inside the function."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.programs.kit import Table, array

programs = Table("definitions")


def doubled(f: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(f)
    def inner(*args: Any, **kwargs: Any) -> Any:
        return f(*args, **kwargs) * 2

    return inner


def scaled(factor: Any) -> Callable[..., Any]:
    return lambda f: lambda *args: f(*args) * factor


@programs(1.5, 0.7, argnums=(0, 1))
def imports_inside(x: Any, y: Any) -> Any:
    import math as m
    import os.path
    from math import exp, pi

    import numpy.linalg

    length = numpy.linalg.norm(np.array([x, y]))
    return m.cos(x) * exp(y) * pi * length + len(os.path.sep)


@programs(array(3), again=(array(5),))
def import_of_a_module_from_a_package(x: Any) -> Any:
    from numpy import linalg as la
    from numpy import sin as wave

    return la.norm(wave(x))


@programs(1.5, 0.7, argnums=(0, 1))
def decorated_nested_function(x: Any, y: Any) -> Any:
    @doubled
    @scaled(y)
    def power(t: Any) -> Any:
        return t**3

    return power(x) + power(y)


@programs(1.5)
def decorator_of_the_function_itself(x: Any) -> Any:
    def shifted(f: Any) -> Any:
        def inner(t: Any) -> Any:
            return f(t + x)

        return inner

    @shifted
    def square(t: Any) -> Any:
        return t * t

    return square(x) * square(2 * x)


@programs(1.5)
def cause_of_an_exception(x: Any) -> Any:
    if x > 100:
        raise ValueError("too large") from KeyError("x")
    return x * x


@programs(1.5, 7)
def computed_format(x: Any, width: Any) -> Any:
    text = f"{x:{width}.3f}|{{{x!r:>{width + 3}}}}"
    return x * x * len(text)
