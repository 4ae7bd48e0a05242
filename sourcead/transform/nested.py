"""Derivatives called inside a function: the call becomes the ops of the derivative, which the outer one goes through.

    def f(x): ... grad(g)(x) ...     ->     the ops of g, the ops of its reverse sweep, and what f does with the result

What is differentiated within has parameters of its own, so that `grad(lambda y: x * y)(x)` holds x fixed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sourcead.frontend.abstract import Abstract, Aggregate, Differential, Pullback
from sourcead.frontend.calls import call
from sourcead.frontend.contents import current
from sourcead.frontend.expansion import finite_items
from sourcead.frontend.resolver import Resolver, Undecided
from sourcead.ir import Atom, Block, Builder, Const, Op, Value
from sourcead.kinds import Known, Scalar, const_kind, may_carry_derivative
from sourcead.primitives import structural
from sourcead.records import dataclass, field
from sourcead.transform.activity import varied_values
from sourcead.transform.adjoint import Reverse
from sourcead.transform.derive import Wanted, describe, gradient_of, reverse_procedures, reversed_within
from sourcead.transform.expanding import with_stable_derivative
from sourcead.transform.forward import tangent_kind
from sourcead.transform.levels import Levels, forwards
from sourcead.transform.placing import placed
from sourcead.transform.residuals import rebuild


@dataclass(slots=True, eq=False)
class Inner:
    """A function resolved by itself: its ops with parameters of its own, and what these stand for."""

    params: tuple[Value, ...]
    given: dict[Atom, Atom]
    ops: list[Op]
    result: Abstract


@dataclass(slots=True, eq=False)
class Kept:
    """What a pullback inside a function goes back through."""

    inner: Inner
    reverse: Reverse
    forward: tuple[Op, ...]
    value: Atom
    home: Builder
    placed: list[Op] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Nested:
    """What the front end calls for derivatives."""

    levels: Levels

    def derivative(
        self, resolver: Resolver, what: Differential, args: list[Abstract], kwargs: dict[str, Abstract]
    ) -> Abstract:
        """Call a `grad` or `value_and_grad`."""
        _check(resolver)
        places = [_place(resolver, what.callee, argnum, args, kwargs) for argnum in what.argnums]
        inner = _resolved(resolver, what.callee, args, kwargs, places)
        wanted = Wanted(tuple(range(len(places))), what.single, what.mode, what.has_aux)
        if resolver.first_look:
            return _looked_at(resolver, inner, wanted)
        return self._derived(resolver, inner, lambda: self.levels.one(inner.params, inner.result, wanted).body)

    def tangent(self, resolver: Resolver, callee: Abstract, primals: Abstract, tangents: Abstract) -> Abstract:
        """Call `jvp`."""
        _check(resolver)
        args, given = _items(resolver, primals, "primals"), _items(resolver, tangents, "tangents")
        if len(args) != len(given):
            resolver.refuse("`jvp` needs a tangent for each primal")
        active = [k for k, t in enumerate(given) if t != Const(None)]
        atoms = [_value(resolver, given[k]) for k in active]
        inner = _resolved(resolver, callee, args, {}, active)
        if resolver.first_look:
            value = resolver.atom(inner.result)
            kinds = resolver.kind(value), tangent_kind(resolver.kind(value))
            return Aggregate(tuple, (0, 1), tuple(_blank(resolver, k) for k in kinds))
        seeds = dict(zip(inner.params, atoms, strict=True))
        return self._derived(resolver, inner, lambda: self.levels.forward(inner.params, seeds, inner.result))

    def pullback(self, resolver: Resolver, callee: Abstract, primals: list[Abstract]) -> Abstract:
        """Call `vjp`: the value, and what goes back through the ops of the function each time it is called."""
        _check(resolver)
        places: list[int | str] = [k for k, a in enumerate(primals) if may_carry_derivative(resolver.kind(a))]
        inner = _resolved(resolver, callee, primals, {}, places)
        home, resolver.builder = resolver.builder, Builder(list(inner.ops))
        result = resolver.atom(inner.result)
        body = Block(inner.params, tuple(resolver.builder.ops), (result,))
        outer = resolver.override, resolver.at
        reverse, forward, value = reversed_within(resolver, body, list(inner.params), varied_values, self.levels.pairs)
        reverse.masks.seeded = True
        resolver.builder, resolver.backward = home, False
        resolver.override, resolver.at = outer
        kept = Kept(inner, reverse, forward, value, home)
        kept.placed = placed(resolver, forwards(forward), inner.given)
        home.ops.extend(kept.placed)
        shown = inner.given.get(value, value)
        return Aggregate(tuple, (0, 1), (shown, Pullback(kept, self.pulled, len(primals), tuple(places))))

    def pulled(self, resolver: Resolver, what: Pullback, g: Abstract) -> Abstract:
        """Call a pullback."""
        kept: Kept = what.kept
        if resolver.first_look:
            blanks = [_blank(resolver, tangent_kind(p.kind)) for p in kept.inner.params]
            found: dict[Any, Abstract] = dict(zip(what.places, blanks, strict=True))
        else:
            found = self._pulled(resolver, kept, what, resolver.atom(g))
        items = tuple(found.get(k, Const(None)) for k in range(what.count))
        return Aggregate(tuple, tuple(range(what.count)), items)

    def _pulled(self, resolver: Resolver, kept: Kept, what: Pullback, g: Atom) -> dict[Any, Abstract]:
        home, reverse = resolver.builder, kept.reverse
        outer = resolver.override, resolver.at
        resolver.builder, resolver.backward = Builder(), True
        if isinstance(kept.value, Value) and kept.value in reverse.varied:
            reverse.cotangents.add(kept.value, g)
        reverse.block(kept.forward)
        resolver.at = resolver.override = None
        gradients = [gradient_of(reverse, p) for p in kept.inner.params]
        made = resolver.builder
        reverse_procedures(resolver, self.levels.pairs)
        resolver.builder, resolver.backward = home, False
        resolver.override, resolver.at = outer
        again = placed(resolver, forwards(tuple(rebuild(reverse, kept.forward))), kept.inner.given)
        start = next((k for k, op in enumerate(kept.home.ops) if kept.placed and op is kept.placed[0]), None)
        if start is not None:
            kept.home.ops[start : start + len(kept.placed)] = again
            kept.placed = again
        elif kept.placed:
            resolver.refuse("a pullback is called where the values it reads are gone", "call it in the same block")
        home.ops.extend(placed(resolver, forwards(tuple(made.ops)), kept.inner.given))
        return {k: kept.inner.given.get(a, a) for k, a in zip(what.places, gradients, strict=True)}

    def _derived(self, resolver: Resolver, inner: Inner, derive: Callable[[], Block]) -> Abstract:
        """Append the ops of a derivative; gives its result."""
        home, resolver.builder = resolver.builder, Builder(list(inner.ops))
        outer = resolver.override, resolver.at
        try:
            block = derive()
        finally:
            resolver.builder, resolver.backward = home, False
            resolver.override, resolver.at = outer
        home.ops.extend(placed(resolver, forwards(block.ops), inner.given))
        (result,) = block.results
        return inner.given.get(result, result)


def _check(resolver: Resolver) -> None:
    if resolver.decided_only:
        raise Undecided
    if resolver.backward:
        resolver.refuse("a rule calls a derivative", "write the derivative out")


def _resolved(
    resolver: Resolver,
    callee: Abstract,
    args: list[Abstract],
    kwargs: dict[str, Abstract],
    places: list[int | str] | list[int],
) -> Inner:
    """Resolve the function for parameters of its own in place of these arguments."""
    args, kwargs = list(args), dict(kwargs)
    params: list[Value] = []
    given: dict[Atom, Atom] = {}
    for place in places:
        holder: Any = args if isinstance(place, int) else kwargs
        atom = resolver.atom(holder[place])
        kind = resolver.kind(atom)
        kind = const_kind(kind.value) if isinstance(kind, Known) else kind
        if not may_carry_derivative(kind):
            resolver.refuse(f"what is differentiated here is {describe(kind)}", "differentiate with respect to floats")
        if isinstance(kind, Scalar) and kind.size is not None:
            kind = Scalar(kind.dtype)
        param = Value(getattr(atom, "hint", ""), kind)
        resolver.memory.adopt(param, ())
        params.append(param)
        given[param] = atom
        holder[place] = param
    home, resolver.builder = resolver.builder, Builder()
    try:
        result = call(resolver, callee, args, kwargs)
        for param in params:
            if current(resolver, param) is not param:
                resolver.refuse("the function that is differentiated here changes its argument", "change a copy of it")
        return Inner(tuple(params), given, with_stable_derivative(resolver, resolver.builder.ops), result)
    finally:
        resolver.builder = home


def _place(
    resolver: Resolver, callee: Abstract, argnum: int | str, args: list[Abstract], kwargs: dict[str, Abstract]
) -> int | str:
    """Where a call has the argument that is differentiated."""
    from sourcead.frontend.parameters import names_of

    if isinstance(argnum, str):
        if argnum in kwargs:
            return argnum
        names = names_of(callee)
        argnum = names.index(argnum) if argnum in names else len(args)
    elif argnum < 0:
        argnum += len(args)
    if not 0 <= argnum < len(args):
        resolver.refuse("the argument that is differentiated here is not given by position", "give it by position")
    return argnum


def _items(resolver: Resolver, container: Abstract, what: str) -> list[Abstract]:
    found = finite_items(resolver, container)
    if found is None:
        resolver.refuse(f"the {what} of `jvp` are no tuple of known length", "write them as a tuple")
    return list(found)


def _value(resolver: Resolver, item: Abstract) -> Value:
    """A value for what may be a literal."""
    atom = resolver.atom(item)
    if isinstance(atom, Value):
        return atom
    return resolver.emit(structural.LITERAL, (Const(float(atom.value)),), kind=Scalar("pyfloat"))


def _blank(resolver: Resolver, kind: Any) -> Value:
    """A value of a kind, where only kinds are looked at."""
    return resolver.emit(structural.LITERAL, (Const(0.0),), kind=kind)


def _looked_at(resolver: Resolver, inner: Inner, wanted: Wanted) -> Abstract:
    """The kinds that a derivative gives."""
    gradients = tuple(_blank(resolver, tangent_kind(p.kind)) for p in inner.params)
    gradient: Abstract = gradients[0] if wanted.single else Aggregate(tuple, tuple(range(len(gradients))), gradients)
    value, aux = inner.result, None
    if wanted.has_aux:
        parts = resolver.parts_of(inner.result)
        if parts is None:
            resolver.refuse("with has_aux the function must return a pair (value, aux)")
        value, aux = parts.items
    if wanted.mode == "grad":
        return gradient if aux is None else Aggregate(tuple, (0, 1), (gradient, aux))
    first = value if aux is None else Aggregate(tuple, (0, 1), (value, aux))
    return Aggregate(tuple, (0, 1), (first, gradient))


