"""Signs that the text of a function gives away: which values cannot be 0 or below, whatever the arguments are.

    exp(x) > 0     x * x >= 0     sqrt(x) >= 0     positive + nonnegative > 0     maximum(x, positive) > 0

A partial that is infinite at 0 only needs no care where its argument is positive.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sourcead.ir import Atom, Const, Op, Value, is_hashable
from sourcead.primitives import structural

UNKNOWN, NONNEGATIVE, POSITIVE = 0, 1, 2

_POSITIVE = {np.exp, np.exp2, np.cosh, np.i0, math.exp, math.cosh, np.ones, np.ones_like}
_NONNEGATIVE = {np.absolute, np.fabs, abs, math.fabs, np.square, np.linalg.norm, np.hypot, math.hypot,
                math.dist, np.hypot.reduce}  # fmt: skip
_SPREADS = {np.var, np.std, np.ptp}  # 0 of what is the same throughout, however positive that is
_SIZES = {len, np.size}  # where a size is 0, there is no entry whose partial could be infinite
_KEEPING = {np.sqrt, math.sqrt, np.cbrt, np.sum, np.mean, np.max, np.min, np.prod, np.reshape, np.ravel, np.transpose,
            np.expand_dims, np.squeeze, np.broadcast_to, np.copy, np.array, np.asarray, np.swapaxes, np.moveaxis, float,
            np.reciprocal, np.log1p, np.expm1, np.sinh, np.tanh, np.arctan, np.positive, operator.pos}  # fmt: skip
_KEEPING_NAMES = {"astype", "flatten"}
_OF_BOTH = {operator.mul, np.multiply, operator.truediv, np.divide, np.minimum, np.fmin, min, np.concatenate, np.stack}
_SUMS = {operator.add, np.add}
_OF_EITHER = {np.maximum, np.fmax, max}
_POWERS = {operator.pow, np.power, np.float_power, math.pow}


class Signs:
    """The signs of a function's values, found on demand from the ops that define them."""

    def __init__(self, producers: Mapping[Value, Op], known: Callable[[Atom], tuple[bool, Any]]) -> None:
        self._producers = producers
        self._known = known
        self._found: dict[Value, int] = {}

    def of(self, atom: Atom) -> int:
        """The sign of an atom: UNKNOWN, NONNEGATIVE or POSITIVE."""
        certain, value = self._known(atom)
        if certain:
            return _of_number(value)
        if not isinstance(atom, Value):
            return UNKNOWN
        if atom not in self._found:
            self._found[atom] = UNKNOWN  # a value that depends on itself says nothing
            op = self._producers.get(atom)
            self._found[atom] = UNKNOWN if op is None else self._of_result(op)
        return self._found[atom]

    def bounded_above(self, atom: Atom) -> bool:
        """Whether an atom cannot be positive: -x**2, -x * x, -0.5 * x**2."""
        certain, value = self._known(atom)
        if certain:
            return isinstance(value, int | float) and value <= 0
        op = self._producers.get(atom) if isinstance(atom, Value) else None
        if op is None:
            return False
        target, args = op.primitive.target, op.args
        if target in (operator.neg, np.negative):
            return self.of(args[0]) >= NONNEGATIVE
        if target in (operator.mul, np.multiply, operator.truediv, np.divide):
            for one, other in (args, args[::-1]):
                inner = self._producers.get(one) if isinstance(one, Value) else None
                if inner is not None and inner.primitive.target is operator.neg and inner.args[0] == other:
                    return True
            return any(self.bounded_above(x) and self.of(y) >= NONNEGATIVE for x, y in (args, args[::-1]))
        return False

    def _of_result(self, op: Op) -> int:
        target, args = op.primitive.target, op.args
        if op.primitive in (structural.GETITEM, structural.LITERAL):
            return self.of(args[0])
        if op.primitive in (structural.TUPLE, structural.LIST):
            return min(map(self.of, args), default=UNKNOWN)
        if not is_hashable(target):
            return UNKNOWN
        if target in (np.zeros, np.zeros_like):
            return NONNEGATIVE
        if target in _POSITIVE or target in _SIZES or target is np.shape:
            return POSITIVE
        if target in _KEEPING or op.name in _KEEPING_NAMES:
            sign = self.of(args[0])
            return max(sign, NONNEGATIVE) if target in (np.sqrt, math.sqrt) else sign
        if target in _SPREADS:
            return NONNEGATIVE
        if target in _NONNEGATIVE:
            return POSITIVE if self.of(args[0]) == POSITIVE else NONNEGATIVE
        return self._of_operands(op)

    def _of_operands(self, op: Op) -> int:
        target, args = op.primitive.target, op.args
        if target in _POWERS:
            even = self._known(args[1])[0] and self._known(args[1])[1] % 2 == 0
            return POSITIVE if self.of(args[0]) == POSITIVE else NONNEGATIVE if even else self.of(args[0])
        if target in (operator.mul, np.multiply) and args[0] == args[1]:
            return max(self.of(args[0]), NONNEGATIVE)
        signs = [self.of(a) for a in args]
        if target is np.where and len(args) == 3:
            return min(signs[1:])
        if target is np.clip and len(args) > 1:
            return signs[1] if args[1] != Const(None) else UNKNOWN
        if target in _OF_EITHER and len(args) > 1:
            return max(signs)
        if target in _SUMS:
            return max(signs) if min(signs) > UNKNOWN else UNKNOWN
        return min(signs) if target in _OF_BOTH else UNKNOWN


def _of_number(value: Any) -> int:
    if isinstance(value, int | float):
        return POSITIVE if value > 0 else NONNEGATIVE if value == 0 else UNKNOWN
    return UNKNOWN
