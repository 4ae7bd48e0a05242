"""What stands for a pattern that is computed stably.

`WRITTEN` are functions of `runtime.stable` whose text takes their place before the function is differentiated. `KNOWN`
are their first argument, with the derivative of what that is known to be: they go once all derivatives are taken.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.ir import Primitive
from sourcead.kinds import Kind
from sourcead.primitives.arithmetic import BINARY
from sourcead.primitives.promotion import ufunc_kind
from sourcead.primitives.registry import declare, primitive_of
from sourcead.primitives.shapes import Axis
from sourcead.runtime import stable


def _like_exp(z: Kind, /) -> Kind:
    return ufunc_kind(np.exp, z)


def _unary(function: Callable[..., Any]) -> Primitive:
    name = function.__name__
    return declare(function, name=name, form=f"helper {name}", elementwise=True)(_like_exp)


SIGMOID = _unary(stable.sigmoid)
LOG_SIGMOID = _unary(stable.log_sigmoid)
SOFTPLUS = _unary(stable.softplus)


@declare(stable.binary_cross_entropy, name="binary_cross_entropy", form="helper binary_cross_entropy", elementwise=True)
def CROSS_ENTROPY(z: Kind, y: Kind, /) -> Kind:
    infer = BINARY["*"].infer
    assert infer is not None
    return infer(y, _like_exp(z))


@declare(stable.softmax, name="softmax", form="helper softmax", static="axis")
def SOFTMAX(x: Kind, /, *, axis: Axis = None) -> Kind:
    return _like_exp(x)


@declare(stable.log_softmax, name="log_softmax", form="helper log_softmax", static="axis")
def LOG_SOFTMAX(x: Kind, /, *, axis: Axis = None) -> Kind:
    return _like_exp(x)


@declare(stable.log_sum_exp, name="log_sum_exp", form="helper log_sum_exp", static="axis")
def LOG_SUM_EXP(x: Kind, /, *, axis: Axis = None) -> Kind:
    infer = primitive_of(np.sum).infer
    assert infer is not None
    return infer(_like_exp(x), axis=axis, keepdims=axis is not None)


WRITTEN = frozenset({SIGMOID, LOG_SIGMOID, SOFTPLUS, CROSS_ENTROPY, SOFTMAX, LOG_SOFTMAX, LOG_SUM_EXP})


def _known(function: Callable[..., Any], elementwise: bool = True) -> Primitive:
    def infer(value: Kind, *others: Kind, **attrs: Any) -> Kind:
        return value

    infer.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    statics = [n for n, p in inspect.signature(function).parameters.items() if p.kind is p.KEYWORD_ONLY]
    make = declare(
        function, name=function.__name__, form=f"helper {function.__name__}", elementwise=elementwise, result="view",
        static=" ".join(statics),
    )  # fmt: skip
    return make(infer)


WITH_SIGMOID_SLOPE = _known(stable.with_sigmoid_slope)
WITH_ABSOLUTE_SLOPE = _known(stable.with_absolute_slope)
WITH_NORM_SLOPE = _known(stable.with_norm_slope, False)
WITH_DERIVATIVE_OF = _known(stable.with_derivative_of, False)
KNOWN_SOFTMAX = _known(stable.known_softmax, False)
KNOWN_LOG_SOFTMAX = _known(stable.known_log_softmax, False)
KNOWN_LOG_SUM_EXP = _known(stable.known_log_sum_exp, False)
KNOWN_REDUCED_LOG_SUM_EXP = _known(stable.known_reduced_log_sum_exp, False)
KNOWN = frozenset(
    {
        WITH_SIGMOID_SLOPE,
        WITH_ABSOLUTE_SLOPE,
        WITH_NORM_SLOPE,
        WITH_DERIVATIVE_OF,
        _known(stable.known_sigmoid),
        _known(stable.known_complement),
        _known(stable.known_slope),
        _known(stable.known_log_sigmoid),
        _known(stable.known_softplus),
        _known(stable.known_cross_entropy),
        KNOWN_SOFTMAX,
        KNOWN_LOG_SOFTMAX,
        KNOWN_LOG_SUM_EXP,
        KNOWN_REDUCED_LOG_SUM_EXP,
    }
)
