"""`@sourcead.adjoint(fn)`: a rule of the user's own makes any function a primitive."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from sourcead.kinds import TOP, Kind
from sourcead.primitives.registry import declare, entry_of
from sourcead.rules import load
from sourcead.rules.registry import Rule
from sourcead.rules.registry import adjoint as register


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
        load()  # the rule of one's own comes last
        if entry_of(function) is None:
            _declare(function, rule)
        register(function)(rule)
        return rule

    return declared


def _declare(function: Callable[..., Any], rule: Callable[..., Any]) -> None:
    """Make a primitive whose signature is the rule's without the adjoint and the result."""
    parameters = list(inspect.signature(rule).parameters.values())[2:]
    static = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != "active"]
    wanted = [p for p in parameters if p.name != "active"]

    def infer(*args: Kind, **attrs: Any) -> Kind:
        return TOP

    infer.__signature__ = inspect.Signature(wanted)  # type: ignore[attr-defined]
    declare(function, static=" ".join(static), effects="raises")(infer)
