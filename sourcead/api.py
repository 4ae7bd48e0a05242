"""The functions that people call: `grad` and `value_and_grad`."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, Final, overload

from sourcead.callee import Argnums
from sourcead.compiling import Options
from sourcead.derivative import Derivative
from sourcead.emission import Emission


class _Missing(enum.Enum):
    MISSING = "missing"


_MISSING: Final = _Missing.MISSING


@overload
def grad(
    f: Callable[..., Any],
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
    backend: str = "numpy",
    stabilize: bool = True,
    style: str = "fast",
) -> Derivative: ...
@overload
def grad(
    *,
    argnums: Argnums = 0,
    has_aux: bool = False,
    backend: str = "numpy",
    stabilize: bool = True,
    style: str = "fast",
) -> Callable[[Callable[..., Any]], Derivative]: ...
def grad(
    f: Any = _MISSING,
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
    backend: str = "numpy",
    stabilize: bool = True,
    style: str = "fast",
) -> Any:
    """The gradient of a function with scalar result, with respect to the arguments that `argnums` names.

    argnums: a position, a parameter name, or a tuple of either (then the gradient is a tuple).
    has_aux: `f` returns `(value, aux)`; the derivative returns `(gradient, aux)`.
    backend: "numpy"; or "numba": the generated source is kept inside what Numba compiles, and compiled by it.
    stabilize: text that would overflow or lose everything is replaced by the same mathematics, computed stably.
    style: "fast": an expert's NumPy where it pays at these sizes; "plain": the textbook's text.
    Also a decorator: `@grad`, `@grad(argnums=(0, 1))`.

    >>> grad(lambda x: x**3)(2.0)
    12.0
    """
    return _derivative(f, Options(argnums, "grad", has_aux, Emission.chosen(style, stabilize, backend)))


@overload
def value_and_grad(
    f: Callable[..., Any],
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
    backend: str = "numpy",
    stabilize: bool = True,
    style: str = "fast",
) -> Derivative: ...
@overload
def value_and_grad(
    *,
    argnums: Argnums = 0,
    has_aux: bool = False,
    backend: str = "numpy",
    stabilize: bool = True,
    style: str = "fast",
) -> Callable[[Callable[..., Any]], Derivative]: ...
def value_and_grad(
    f: Any = _MISSING,
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
    backend: str = "numpy",
    stabilize: bool = True,
    style: str = "fast",
) -> Any:
    """The value of a function with scalar result, and its gradient: `(value, gradient)`; the options are those of
    `grad`.

    has_aux: `f` returns `(value, aux)`; the derivative returns `((value, aux), gradient)`.

    >>> value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """
    return _derivative(f, Options(argnums, "value_and_grad", has_aux, Emission.chosen(style, stabilize, backend)))


def _derivative(f: Any, options: Options) -> Any:
    if f is _MISSING:
        return lambda function: Derivative(function, options)
    return Derivative(f, options)
