"""The strong zero: a branch that was not taken contributes exactly 0, also where its own derivative is inf or nan.

Two things are known while an op  y = f(x)  with cotangent g is reversed:

    downstream   g is exactly 0 wherever a mask (where, maximum, clip, a[mask], a store) chose something else for y
    upstream     x is a mask's result: where the mask did not take what is differentiated, dy/dx is not needed

A part (a slice, an item, a piece of a split) leaves out the rest as a mask does, but guards poles alone: what overflows
in the rest overflows in the part as well.

Where the partial of f may be infinite or nan, a harmless number stands for its arguments there: the product becomes an
exact 0 without a warning. g / x  reads  g / np.where(g == 0, 1, x).  Elsewhere nothing changes.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import numpy as np

from sourcead.frontend.inlining import inline
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Const, Hole, Op, Value, sub_blocks, walk
from sourcead.ir import Block as Body
from sourcead.kinds import PYTHON_DTYPES, Array, List, Scalar, Top, Tree, dtype_of
from sourcead.primitives import structural
from sourcead.primitives.domains import divisor_alone, inside
from sourcead.primitives.indexing import compress_method
from sourcead.records import dataclass, field
from sourcead.rules import guards
from sourcead.transform.signs import NONNEGATIVE, POSITIVE, Signs
from sourcead.transform.variation import Variation

Token: TypeAlias = "tuple[Op, int]"  # the op that is a mask, and which of its arguments the cotangent goes to
Mask: TypeAlias = "frozenset[Token]"

_MAXIMA, _MINIMA = {np.maximum, max}, {np.minimum, min}
_NUMERIC_MAXIMA, _NUMERIC_MINIMA = {np.fmax}, {np.fmin}  # of a number and nan the number
_EXTREMES = _MAXIMA | _MINIMA | _NUMERIC_MAXIMA | _NUMERIC_MINIMA
_MASKS = {np.where, np.select, np.choose, np.clip, np.max, np.min, np.nan_to_num, np.heaviside} | _EXTREMES
_LEAVING_OUT = {np.take, np.take_along_axis, np.compress, compress_method, np.extract, np.delete, np.tril, np.triu,
                np.diag, np.diagonal, np.trace, np.unique, np.resize, np.nansum, np.nanprod, np.nanmean, np.nanvar,
                np.nanstd, np.nanmax, np.nanmin, np.nanmedian, np.nanquantile, np.nanpercentile, np.nancumsum,
                np.nancumprod}  # fmt: skip
_TAKEN = ((_MAXIMA, guards.above), (_MINIMA, guards.below), (_NUMERIC_MAXIMA, guards.above_or_nan),
          (_NUMERIC_MINIMA, guards.below_or_nan))  # fmt: skip
_CHOOSING = {np.median, np.quantile, np.percentile, np.nanmedian, np.nanquantile, np.nanpercentile}  # by their ranks
_PRODUCTS = {operator.mul, np.multiply}
_QUOTIENTS = {operator.truediv, np.divide}
_REMAINDERS = {operator.mod, np.remainder, np.fmod}
_POWERS = {operator.pow, np.power, np.float_power, math.pow}
_LOGARITHMS = {np.log, np.log2, np.log10, math.log, math.log2, math.log10}
_ROOTS = {np.sqrt, math.sqrt, np.cbrt, *(getattr(math, name) for name in ("cbrt",) if hasattr(math, name))}
_GROWING = {np.exp, np.exp2, np.expm1, np.sinh, np.cosh, np.i0, math.exp, math.expm1, math.sinh, math.cosh}
_ARCS = {np.arcsin, np.arccos, np.arccosh, math.asin, math.acos, math.acosh}
_STEEP = {*_ROOTS, *_POWERS, *_ARCS, np.arctan2, math.atan2}  # finite where their partial is infinite


@dataclass(slots=True, eq=False)
class Masks:
    """Which cotangents masks made 0 somewhere, and which partials may be infinite or nan."""

    resolver: Resolver
    varied: set[Value]
    producers: dict[Value, Op]
    signs: Signs
    variation: Variation  # of cotangents
    arriving: dict[Atom, list[Mask]] = field(default_factory=dict)
    unbounded: dict[tuple[Atom, bool], bool] = field(default_factory=dict)
    turning: set[Value] = field(default_factory=set)  # what differs from turn to turn of a loop
    seeded: bool = False  # the cotangent of the result is the caller's, and may be 0 at places

    @classmethod
    def of(cls, resolver: Resolver, body: Body, varied: set[Value]) -> Masks:
        """For the primal ops of a body."""
        producers = {o: op for block in sub_blocks(body) for op in block.ops for o in op.outs}
        turning = {p for block in sub_blocks(body) for op in block.ops for inner in op.blocks for p in inner.params}
        variation = Variation(body, set(producers))
        return cls(resolver, varied, producers, Signs(producers, resolver.static), variation, turning=turning)

    # -- downstream ----------------------------------------------------------------------------------------------------

    def reversed(self, op: Op) -> None:
        """Record what reversing an op hands to its arguments."""
        mask = self.mask(op.outs)
        for position, x in enumerate(op.args):
            if x in self.varied:
                self.arriving.setdefault(x, []).append(mask | self._own(op, position))

    def enter(self, op: Op) -> None:
        """Record what a region's results hand to the results of its blocks."""
        exits = int(op.attr("exits", False))
        for block in op.blocks:
            for result, out in zip(block.results[exits:], op.outs[exits:], strict=False):
                self.arriving.setdefault(result, []).append(self.mask((out,)))

    def leave(self, loop: Op) -> None:
        """Record what a reversed loop hands to the initial values of what it carries, and to what it runs over."""
        count, start = loop.attr("carried", 0), 0
        body = loop.blocks[-1]
        for item, source in zip(body.params[1:], loop.attr("sources", ()), strict=False):
            if source.form == "rows":
                self.arriving.setdefault(loop.args[start], []).append(self.mask((item,)))
            start += source.arity
        params = body.params[len(body.params) - count :]
        for init, param in zip(loop.args[len(loop.args) - count :], params, strict=True):
            self.arriving.setdefault(init, []).append(self.mask((param,)))

    def mask(self, values: Iterable[Value], parts: bool = True) -> Mask:
        """The masks that every contribution to a value's cotangent has passed; empty where one has passed none."""
        arrived = [m for v in values for m in self.arriving.get(v, ())]
        if not parts:
            arrived = [frozenset(token for token in m if not self._is_part(token[0])) for m in arrived]
        single = {next(iter(m)) for m in arrived if len(m) == 1}
        if not all(arrived) or any((op, 1 - side) in single for op, side in single):  # both sides of one mask: no mask
            return frozenset()
        return frozenset().union(*arrived)

    def _own(self, op: Op, position: int) -> Mask:
        """The mask that an op itself is for the cotangent of one argument."""
        token = frozenset({(op, position - (op.primitive.target is np.where))})
        if op.primitive is structural.GETITEM:
            return token if self._chosen(op) or self._is_part(op) else frozenset()
        if op.primitive is structural.STORE:
            stored = position == len(op.args) - 1 and self._chosen(op)  # of two items at one place the last is seen
            return token if position == 0 or stored else frozenset()
        if _in(op, _PRODUCTS) and self._is_truth(op.args[1 - position]):
            return token
        return token if _in(op, _MASKS | _LEAVING_OUT) or self._is_part(op) else frozenset()

    def _is_part(self, op: Op) -> bool:
        """Whether an op gives some of the items of its argument, and the same ones in each turn of a loop."""
        if _in(op, _CHOOSING):
            return True
        if op.primitive is structural.UNPACK:
            return not all(o in self.arriving for o in op.outs)
        if op.primitive is not structural.GETITEM or self._chosen(op) or any(map(self._turns, op.args[1:])):
            return False
        return not structural.names_all(op.attr("path"), self.resolver.kind(op.args[0]))

    def _turns(self, x: Atom) -> bool:
        """Whether a number differs from turn to turn of a loop."""
        op = self.producers.get(x) if isinstance(x, Value) else None
        return x in self.turning or (op is not None and any(map(self._turns, op.args)))

    def _chosen(self, op: Op) -> bool:
        """Whether a subscript chooses entries by an array of truths or positions, or may do so."""
        dynamic = op.args[1:]
        holes = [e.index for level in op.attr("path") for e in level if isinstance(e, Hole)]
        return any(isinstance(self.resolver.kind(dynamic[k]), Array | List | Tree | Top) for k in holes)

    def _is_truth(self, x: Atom) -> bool:
        """Whether a value is True or False, or an array of them."""
        producer = self.producers.get(x) if isinstance(x, Value) else None
        compared = producer is not None and producer.primitive.form.startswith("compare")
        return compared or dtype_of(self.resolver.kind(x)) in ("bool", "pybool")

    def guarded(self, op: Op, g: Atom) -> dict[Atom, Atom]:
        """What stands for the arguments and the result of an op in its rule."""
        found = self._guard_upstream(op)
        spread = op.primitive.elementwise or isinstance(self.resolver.kind(g), Scalar)
        masked = spread and not isinstance(g, Const) and self.mask(op.outs)
        left_out = masked and self.mask(op.outs, parts=False)
        if masked and self._risky(op, not left_out) and not self._kept_inside(op):
            return self._strong_zero(op, g, found)
        elif self.seeded and spread and not found:
            return self.at_poles(op, g)
        return found

    def at_poles(self, op: Op, g: Atom) -> dict[Atom, Atom]:
        """What stands for the arguments and the result of an op in its rule, where g may be 0 at a point at which the
        op is finite and its partial is not: the product is 0 there."""
        if isinstance(g, Const) or not _in(op, _STEEP) or not self._singular(op):
            return {}
        return self._strong_zero(op, g, {})

    def _strong_zero(self, op: Op, g: Atom, instead: dict[Atom, Atom]) -> dict[Atom, Atom]:
        """Beside what stands for arguments anyway, a harmless number for each where g is 0. Where g varies, and the
        text may be differentiated again, that is no constant but at a pole, if the poles of the op are known."""
        found, (y, *_) = dict(instead), op.outs
        known = op.primitive.elementwise or isinstance(self.resolver.kind(y), Array | Scalar)
        tells = not op.primitive.name.startswith("scipy.")  # of whose functions some are finite at a pole: entr at 0
        again = known and (self.resolver.again or (tells and self.variation.of(g, self.resolver.builder.ops)))
        for x in self._read(op):
            number = all(_is_python_number(self.resolver, a) for a in ((g, x, y) if again else (g, x)))
            text: Callable[..., Any]
            stands, harmless = found.get(x, x), _harmless(op, number)
            if again:
                text = guards.harmless_number_at_pole if number else guards.harmless_at_pole
                found[x] = self._inline(text, g, y, stands, self._at_pole(op), harmless)
            else:
                text = guards.harmless_number_where_zero if number else guards.harmless_where_zero
                found[x] = self._inline(text, g, stands, harmless)
        return found

    def _at_pole(self, op: Op) -> Atom:
        """Where the partial of an op is infinite though its value is finite; else None: the value tells."""
        if _in(op, {np.arctan2, math.atan2}):
            return self._inline(guards.at_zeros, *op.args[:2])
        if _in(op, _ARCS):
            return self._inline(guards.at_one, op.args[0])
        if op.primitive.elementwise and not _in(op, _STEEP):
            return Const(None)
        return self._inline(guards.at_zero, op.args[0] if _in(op, _STEEP) else op.outs[0])

    def _kept_inside(self, op: Op) -> bool:
        """Whether a harmless number stands wherever the cotangent is 0 as it is: where(c, log(where(c, x, 1)), 0)."""
        masks = self.mask(op.outs)
        if not all(mask.primitive.target is np.where and side == 0 for mask, side in masks):
            return False
        first = int(divisor_alone(op.primitive.target) and not self._unbounded(op.args[0]))
        found = {self._chosen_by(x, inside(op.primitive.target, op.primitive.harmless)) for x in op.args[first:]}
        return found == {mask.args[0] for mask, _ in masks}

    def _chosen_by(self, x: Atom, harmless: float) -> Atom | None:
        """The condition c of an x that is where(c, ..., harmless)."""
        op = self.producers.get(x) if isinstance(x, Value) else None
        chosen = op is not None and op.primitive.target is np.where and op.args[2:] == (Const(harmless),)
        return op.args[0] if chosen and op is not None else None

    def _inline(self, text: Callable[..., Any], *args: Atom) -> Atom:
        return self.resolver.atom(inline(self.resolver, text, list(args), {}))

    def _read(self, op: Op) -> list[Value]:
        """The values that a rule may read."""
        found = dict.fromkeys(a for a in (*op.args, *op.outs) if isinstance(a, Value))
        return [a for a in found if not self.resolver.static(a)[0]]

    # -- upstream ------------------------------------------------------------------------------------------------------

    def _guard_upstream(self, op: Op) -> dict[Atom, Atom]:
        """Of an op whose partial is infinite where its value is finite, behind a mask."""
        active = {a for a in op.args if a in self.varied}
        if not _in(op, _STEEP) or len(active) != 1 or not self._singular(op):
            return {}
        x = active.pop()
        harmless = inside(op.primitive.target, op.primitive.harmless)
        taken = self._taken(x) if self._chosen_by(x, harmless) is None else None
        if taken is None:
            return {}
        condition, negated = taken
        found: dict[Atom, Atom] = {}
        for x in self._read(op):
            number = not negated and all(_is_python_number(self.resolver, a) for a in (condition, x))
            text = guards.harmless_where if negated else guards.kept_number_where if number else guards.kept_where
            found[x] = self._inline(text, condition, x, _harmless(op, number))
        return found

    def kept_where_taken(self, x: Atom, contribution: Value, body: Body | None) -> Atom:
        """What a function of its own contributes to its argument x: 0 where x does not depend on what is
        differentiated, if a partial in the function may be infinite there."""
        taken = self._taken(x) if body is not None and any(_in(op, _STEEP) for op in ops_within(body)) else None
        if taken is None:
            return contribution
        condition, negated = taken
        number = not negated and all(_is_python_number(self.resolver, a) for a in (condition, x))
        text = guards.harmless_where if negated else guards.kept_number_where if number else guards.kept_where
        return self._inline(text, condition, contribution, Const(0.0))

    def _taken(self, x: Atom) -> tuple[Atom, bool] | None:
        """Where x depends on what is differentiated (negated: where it does not); None where that is everywhere."""
        op = self.producers.get(x) if isinstance(x, Value) else None
        if op is None or not (op.primitive.elementwise or _in(op, {max, min})):
            return None
        active = [k for k, a in enumerate(op.args) if a in self.varied]
        if len({op.args[k] for k in active}) != 1:
            return None
        position = active[0]
        if op.primitive.target is np.where:
            return None if len(active) > 1 else (op.args[0], position == 2)
        if _in(op, _EXTREMES) and len(op.args) == 2:
            text = next(text for targets, text in _TAKEN if _in(op, targets))
            return self._inline(text, op.args[position], op.args[1 - position]), False
        if op.primitive.target is np.clip:
            low, high = (*op.args[1:], Const(None), Const(None))[:2]
            return (self._inline(guards.between, op.args[0], low, high), False) if position == 0 else None
        return self._taken(op.args[position])

    # -- partials ------------------------------------------------------------------------------------------------------

    def _risky(self, op: Op, poles: bool) -> bool:
        """Whether a partial of the op may be infinite or nan; poles: at some entries of finite arguments only. The
        rules of masks read no more than the mask."""
        if _in(op, _MASKS):
            return False
        args = op.args[:1] if _in(op, _QUOTIENTS) else op.args  # where the divisor is infinite, the partials are 0
        if any(self._unbounded(x, poles) for x in args):
            return True
        if not poles:
            return self._singular(op) or self._overflows(op)
        steep = op.args[1:] if _in(op, _QUOTIENTS | _REMAINDERS) else op.args
        alike = isinstance(self.resolver.kind(op.outs[0]), Array) and all(
            isinstance(self.resolver.kind(x), Scalar) for x in steep if isinstance(x, Value)
        )
        return not alike and self._singular(op)

    def _singular(self, op: Op) -> bool:
        """Whether a partial may be infinite at finite arguments."""
        if not op.primitive.singular or not op.args:
            return False
        first, last = op.args[0], op.args[-1]
        if _in(op, _QUOTIENTS | _REMAINDERS):
            return self._may_be_zero(last)
        if _in(op, _POWERS):
            known, exponent = self.resolver.static(last)
            return not (known and exponent >= 1) and self.signs.of(first) != POSITIVE
        if _in(op, _LOGARITHMS | _ROOTS | {np.reciprocal}):
            return self._may_be_zero(first)
        if _in(op, {np.log1p, math.log1p}):
            return self.signs.of(first) < NONNEGATIVE
        if _in(op, {np.arctan2, math.atan2}):
            return POSITIVE not in map(self.signs.of, op.args)
        return True

    def _may_be_zero(self, x: Atom) -> bool:
        known, value = self.resolver.static(x)
        return not value if known else self.signs.of(x) != POSITIVE

    def _overflows(self, op: Op) -> bool:
        """Whether an op may give inf at moderate arguments."""
        return _in(op, _GROWING) and not self.signs.bounded_above(op.args[0])

    def _unbounded(self, x: Atom, poles: bool = False) -> bool:
        """Whether a value may be infinite or nan at finite arguments: a pole is behind it, or an overflow."""
        if (x, poles) not in self.unbounded:
            self.unbounded[x, poles] = False  # what depends on itself is judged by the rest
            op = self.producers.get(x) if isinstance(x, Value) else None
            if op is None or op.blocks or not op.primitive.differentiable or _in(op, _MASKS):
                return False
            here = self._risky(op, True) if poles else self._singular(op) or self._overflows(op)
            self.unbounded[x, poles] = here or any(self._unbounded(a, poles) for a in op.args)
        return self.unbounded[x, poles]


def ops_within(body: Body) -> list[Op]:
    """The ops of a body and of those that it invokes."""
    found: list[Op] = []
    met: list[Body] = []
    waiting = [body]
    while waiting:
        met.append(waiting.pop())
        ops = list(walk(met[-1]))
        found += ops
        callees = (op.attr("procedure") for op in ops)
        waiting += [p.body for p in callees if p is not None and p.body is not None and p.body not in met]
    return found


def _in(op: Op, targets: set[Any]) -> bool:
    try:
        return op.primitive.target in targets
    except TypeError:
        return False


def _is_python_number(resolver: Resolver, x: Atom) -> bool:
    kind = resolver.kind(x)
    return isinstance(kind, Scalar) and kind.dtype in PYTHON_DTYPES


def _harmless(op: Op, number: bool) -> Const:
    """A number at which the partials of an op are finite."""
    value = inside(op.primitive.target, op.primitive.harmless)
    return Const(float(value)) if number else Const(value)
