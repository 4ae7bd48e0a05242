"""`@sourcead.adjoint(fn)` and its like: a rule of the user's own makes any function a primitive."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from sourcead.kinds import TOP, Kind
from sourcead.primitives.registry import declare, entry_of
from sourcead.rules import load
from sourcead.rules.registry import Rule
from sourcead.rules.registry import adjoint as register
from sourcead.rules.registry import tangent as register_tangent

Function = TypeVar("Function", bound=Callable[..., Any])


def adjoint(function: Callable[..., Any]) -> Callable[[Rule], Rule]:
    """Declare the adjoint rule of a function that has none.

    The rule takes the adjoint `g` of the result, the result `y`, and the function's arguments; it returns the
    cotangent of
    the argument, or a tuple with one for each. Keyword-only parameters are static: they are known when the gradient is
    generated. The rule is ordinary Python: it is read and written into the gradient.

    >>> import numpy as np, sourcead
    >>> @sourcead.adjoint(np.cbrt)
    ... def rule(g, y, x):
    ...     return g / (3 * y**2)
    >>> sourcead.grad(lambda x: np.cbrt(x) * 2)(8.0)
    np.float64(0.16666666666666666)
    """

    def declared(rule: Rule) -> Rule:
        from sourcead.rules.conjugation import with_conjugates

        load()  # the rule of one's own comes last
        if entry_of(function) is None:
            _declare(function, rule)
        register(function)(rule)
        with_conjugates(function)
        return rule

    return declared


def tangent(function: Callable[..., Any]) -> Callable[[Rule], Rule]:
    """Declare the tangent rule of a function: what forward mode does. Few functions need one: where there is none, the
    tangent is had from the adjoint rule.

    The rule takes the tangent `t` of the argument (a tuple with one for each where there are several, 0.0 for one that
    is not differentiated), the result `y`, and the function's arguments; it returns the tangent of the result.
    """

    def declared(rule: Rule) -> Rule:
        load()
        if entry_of(function) is None:
            _declare(function, rule)
        register_tangent(function)(rule)
        return rule

    return declared


def nondifferentiable(function: Function) -> Function:
    """Declare that the result of a function carries no derivative: it is called as it is, whatever it is given.

    >>> import math, sourcead
    >>> ulp = sourcead.nondifferentiable(math.ulp)
    >>> sourcead.grad(lambda x: x * math.ulp(x))(1.5) == math.ulp(1.5)
    True
    """
    load()

    def infer(*args: Kind) -> Kind:
        return TOP

    with contextlib.suppress(TypeError, ValueError):  # a function written in C may say nothing of its parameters
        infer.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    declare(function, differentiable=False, effects="raises")(infer)
    return function


def _declare(function: Callable[..., Any], rule: Callable[..., Any]) -> None:
    """Make a primitive whose signature is the rule's without the adjoint and the result."""
    parameters = list(inspect.signature(rule).parameters.values())[2:]
    static = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != "active"]
    wanted = [p for p in parameters if p.name != "active"]

    def infer(*args: Kind, **attrs: Any) -> Kind:
        return TOP

    infer.__signature__ = inspect.Signature(wanted)  # type: ignore[attr-defined]
    declare(function, static=" ".join(static), effects="raises")(infer)
