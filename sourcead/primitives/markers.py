"""Markers: `stop_gradient`, through which no derivative passes, and `checkpoint`, which keeps nothing inside."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, TypeVar

from sourcead.errors import ArgumentError
from sourcead.kinds import Kind
from sourcead.primitives.registry import declare

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


def stop_gradient(x: T) -> T:
    """x itself; in a function that is differentiated it counts as a constant, in both modes.

    x: anything: a number, an array, a tree. The generated source has x in its place.

    >>> import sourcead
    >>> sourcead.grad(lambda x: x * sourcead.stop_gradient(x))(3.0)
    3.0
    """
    return x


@declare(stop_gradient, name="stop_gradient", form="literal", differentiable=False, result="view")
def _stopped(x: Kind) -> Kind:
    return x


def checkpoint(f: F) -> F:
    """f; a derivative does not keep what f computes inside, but computes it again from f's arguments.

    That saves memory, and costs a second evaluation of f. A call of it, or a decorator; in a function that is
    differentiated as well: `h = checkpoint(step)(h, W)` in a loop keeps the h of each turn and nothing else. What f
    prints, draws or changes outside of itself cannot be done twice: such an f is refused, with the line.

    >>> import numpy as np, sourcead
    >>> @sourcead.checkpoint
    ... def block(x):
    ...     return np.tanh(x) * x
    >>> float(block(0.0)), float(sourcead.grad(lambda x: block(block(x)))(0.0))
    (0.0, 0.0)
    """
    if not callable(f):
        raise ArgumentError(f"a function is needed, not a value of type {type(f).__name__}")

    @functools.wraps(f, updated=())
    def called(*args: Any, **kwargs: Any) -> Any:
        return f(*args, **kwargs)

    called.checkpointed = f  # type: ignore[attr-defined]
    return called  # type: ignore[return-value]


def unmarked(f: Any) -> Any:
    """What `checkpoint` was given, also behind a bound method or `functools.partial`; anything else as it is. A whole
    function that is differentiated is f itself: behind it there is nothing that it could be computed again for."""
    if isinstance(f, FunctionType) and hasattr(f, "checkpointed"):
        return unmarked(f.checkpointed)
    if isinstance(f, MethodType) and hasattr(f.__func__, "checkpointed"):
        return MethodType(unmarked(f.__func__), f.__self__)
    if isinstance(f, functools.partial) and unmarked(f.func) is not f.func:
        return functools.partial(unmarked(f.func), *f.args, **f.keywords)
    return f
