"""The forward transform: every op on what is differentiated is followed by the ops of its tangent.

For every op  y = f(x1, ..., xn), with t1, ..., tn the tangents of its arguments:

    tangent of y  =  (dy/dx1) t1 + ... + (dy/dxn) tn

A function has one declaration for both modes. What is linear is applied to the tangents; the adjoint rule of an
elementwise function is its own transpose; the tangent of any other is the transpose of its adjoint: see `transposing`.
Nothing is emitted for what does not depend on what is differentiated: it has no tangent.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead import runtime
from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.entries import call_entry
from sourcead.frontend.helper_calls import emit_helper
from sourcead.frontend.inlining import inline
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Const, Op, Value
from sourcead.kinds import (
    Array,
    Kind,
    Scalar,
    Top,
    Tree,
    dims_of,
    is_float_dtype,
    may_carry_derivative,
    same_size,
)
from sourcead.passes.conflicts import STORES
from sourcead.primitives import lists, structural
from sourcead.primitives.registry import attribute_entry, primitive_of
from sourcead.records import dataclass, field, replace
from sourcead.rules.registry import adjoint_rule, takes_containers, tangent_rule
from sourcead.transform.activity import active_arguments
from sourcead.transform.adjoint import apply_rule, as_array, check_joins, missing, static_attributes
from sourcead.transform.binding import Bindings
from sourcead.transform.containers import Branches, Cotangent, branches_of
from sourcead.transform.cotangents import Cotangents
from sourcead.transform.factors import tangent_last
from sourcead.transform.masking import Masks
from sourcead.transform.pairs import Pairs

Tangent = Cotangent  # of a container a container of tangents, None where there is none


@dataclass(slots=True, eq=False)
class Forward:
    """The state of the forward sweep. `cotangents` has the arithmetic of zeros, dtypes and containers; it is empty."""

    resolver: Resolver
    varied: set[Value]
    cotangents: Cotangents
    masks: Masks
    pairs: Pairs
    tangents: dict[Value, Tangent] = field(default_factory=dict)
    producers: dict[Value, Op] = field(default_factory=dict)
    jvps: Any = None  # the functions with their tangents of the procedures that are invoked

    @classmethod
    def of_body(cls, resolver: Resolver, body: Block, varied: set[Value], pairs: Pairs) -> Forward:
        """For a body whose ops are to be followed by their tangents."""
        cotangents = Cotangents(resolver, {}, Bindings.of(body), name_of=tangent_hint)
        masks = Masks.of(resolver, body, varied)
        return cls(resolver, varied, cotangents, masks, pairs, {}, masks.producers)

    # -- tangents of values ----------------------------------------------------------------------------------------

    def of(self, x: Atom) -> Tangent | None:
        """The tangent of a value; None where it is zero."""
        return self.tangents.get(x) if isinstance(x, Value) else None

    def atom(self, x: Atom) -> Atom:
        """The tangent of a value as one atom, zeros where there is none."""
        found = self.of(x)
        if not isinstance(x, Value):
            return Const(0.0) if isinstance(x, Const) and isinstance(x.value, int | float) else self.zeros(x)
        if found is None:
            return self.zeros(x)
        return self.cotangents.atom(found, x)

    def zeros(self, x: Atom) -> Atom:
        """The tangent of what does not vary."""
        kind = self.resolver.kind(x)
        if isinstance(x, Value) and isinstance(kind, Tree):
            return self.cotangents.atom(Branches(kind, (None,) * len(kind.items)), x)
        return (
            self.cotangents.zeros(x) if may_carry_derivative(kind) or isinstance(kind, Array | Scalar) else Const(None)
        )

    def child(self, holder: Value, kind: Tree, key: Any, item: Kind) -> Value:
        """An item of a container: what it was made of, or what is read of it."""
        maker = self.producers.get(holder)
        if maker is not None and maker.primitive in (structural.TUPLE, structural.LIST, structural.DICT):
            found = maker.args[kind.keys.index(key)]
            if isinstance(found, Value):
                return found
        return self.cotangents.child(holder, kind, key, item)

    def give(self, out: Value, tangent: Abstract | Branches | None) -> None:
        """Record the tangent of a value, in its dtype."""
        if tangent is None or tangent == Const(None) or out not in self.varied:
            return
        if isinstance(tangent, Aggregate) and isinstance(out.kind, Tree):
            tangent = branches_of(self.resolver, out.kind, tangent)
        if isinstance(tangent, Branches):
            if any(item is not None for item in tangent.items):
                self.tangents[out] = tangent
            return
        atom = self.resolver.atom(tangent)
        if isinstance(out.kind, Tree):
            self.tangents[out] = self.cotangents.parts(out.kind, atom)
            return
        atom = self.cotangents.conform(atom, out)
        if isinstance(atom, Value):
            atom.call_it(tangent_hint(out))
        self.tangents[out] = atom

    def region_atom(self, x: Atom, like: Value) -> Atom:
        """The tangent of a value as one atom of the kind that a function is handed, or gives back."""
        self.resolver.backward, outer = True, self.resolver.backward
        atom = self.atom(x)
        if not isinstance(like.kind, Tree):
            atom = self.cotangents.typed(self.cotangents.whole(atom, like), like)
        self.resolver.backward = outer
        return atom

    def bound(self, ops: list[Op]) -> list[Op]:
        """The ops with None where a name that a tangent is made of would be unbound."""
        made = []
        for op in ops:
            if op.blocks:
                blocks = tuple(replace(b, ops=tuple(self.bound(list(b.ops)))) for b in op.blocks)
                op = self.cotangents.bindings.apply(replace(op, blocks=blocks))
            made.append(op)
        return made

    def plus(self, total: Atom | None, term: Atom) -> Atom:
        """The sum of two contributions to a tangent."""
        return term if total is None else self.resolver.emit(primitive_of(operator.add), (total, term))

    # -- ops -------------------------------------------------------------------------------------------------------

    def block(self, ops: tuple[Op, ...]) -> None:
        """Go through ops in order. The tangents of a statement stand behind the whole of it, but in
        front of what has effects."""
        waiting: list[Op] = []
        for op in ops:
            region = bool(op.blocks) or op.name == "invoke"
            acts = region or op.primitive in STORES or op.primitive.effects - {"raises"}
            if waiting and (acts or statement_of(op) != statement_of(waiting[0])):
                self.tangents_of(waiting)
                waiting = []
            if region:
                self.region(op)
            else:
                self.resolver.append(op)
                waiting.append(op)
        self.tangents_of(waiting)

    def tangents_of(self, ops: list[Op]) -> None:
        """Emit what gives the tangents of the results of ops that are emitted already."""
        from sourcead.transform.tangent_structure import STRUCTURE

        resolver = self.resolver
        outer = resolver.override, resolver.backward
        for op in ops:
            resolver.override, resolver.backward, resolver.note = op.at, True, op.note
            if any(o in self.varied for o in op.outs) and any(self.of(a) is not None for a in op.args):
                STRUCTURE.get(op.primitive, tangent_of)(self, op)
        resolver.note = ""
        resolver.override, resolver.backward = outer

    def region(self, op: Op) -> None:
        """Emit an op that owns blocks, or a call, with its tangents."""
        from sourcead.transform.tangent_regions import forward_for, forward_if, forward_invoke

        resolver = self.resolver
        regions = {"if": forward_if, "for": forward_for, "while": forward_for, "invoke": forward_invoke}
        outer = resolver.override, resolver.backward
        resolver.override, resolver.backward = op.at, True
        if op.blocks or any(o in self.varied for o in op.outs):
            regions[op.name](self, op)
        else:
            resolver.append(op)
        resolver.override, resolver.backward = outer


def statement_of(op: Op) -> tuple[str, int] | None:
    """The statement of the user's text that an op comes from."""
    return None if op.at is None else (op.at.file, op.at.statement_line)


def tangent_of(self: Forward, op: Op) -> None:
    """The tangent of the result of a primitive."""
    from sourcead.transform.helpers import forward_helper, is_helper_call
    from sourcead.transform.tangent_structure import of_operator
    from sourcead.transform.transposing import transposed

    (out,) = op.outs
    kinds = tuple(map(self.resolver.kind, op.args))
    check_joins(self.resolver, op, kinds)
    if lists.joins_lists(op.primitive.target, kinds):
        of_operator(self, op)
        return
    rule = tangent_rule(op.primitive.target)
    active = {k for k in active_arguments(op, self.varied) if self.of(op.args[k]) is not None}
    if op.primitive.form.startswith("helper ") and op.primitive.linear:
        active &= {k for group in op.primitive.linear for k in group}
    if not active:
        return
    if rule is not None:
        self.give(out, _by_tangent_rule(self, op, rule, active))
    elif _is_linear(op, active):
        self.give(out, _linear(self, op, active))
    elif adjoint_rule(op.primitive.target) is None:
        tangent = forward_helper(self, op, active) if is_helper_call(op) else None
        if tangent is None:
            missing(self.resolver, op, self.producers)
        self.give(out, tangent)
    elif op.primitive.elementwise and isinstance(out.kind, Tree):
        self.give(out, _each_result(self, op, active, out.kind))
    elif op.primitive.elementwise:
        self.give(out, _elementwise(self, op, active))
    else:
        self.give(out, transposed(self, op, active))


def _by_tangent_rule(self: Forward, op: Op, rule: Callable[..., Any], active: set[int]) -> Abstract:
    """Inline a rule of forward mode."""
    tangents: list[Abstract] = [
        as_array(self.resolver, self.atom(x)) if k in active else Const(0.0) for k, x in enumerate(op.args)
    ]
    given = tangents[0] if len(tangents) == 1 else Aggregate(tuple, tuple(range(len(tangents))), tuple(tangents))
    containers = takes_containers(op.primitive.target)
    args = [x if containers else as_array(self.resolver, x) for x in op.args]
    flags = tuple(k in active for k in range(len(op.args)))
    result = inline(self.resolver, rule, [given, op.outs[0], *args], static_attributes(rule, op, flags))
    several = isinstance(op.outs[0].kind, Tree)
    return stretched_to_result(self, result, op) if op.primitive.elementwise and not several else result


def _is_linear(op: Op, active: set[int]) -> bool:
    """Whether the function itself, of the tangents, is the tangent. `x + c` is that of x, without a zero for c."""
    linear = {k for group in op.primitive.linear for k in group}
    whole = all(active.isdisjoint(group) or active.issuperset(group) for group in op.primitive.linear)
    return bool(linear) and active <= linear and (whole or not op.primitive.elementwise)


def _linear(self: Forward, op: Op, active: set[int]) -> Abstract:
    """The function itself, of the tangents."""
    total: Atom | None = None
    for group in op.primitive.linear:
        if not active.intersection(group):
            continue
        args = [self.atom(x) if k in group and x != Const(None) else x for k, x in enumerate(op.args)]
        arrays = all(isinstance(self.resolver.kind(args[k]), Array | Top) for k in group if k < len(args))
        term = self.resolver.emit(op.primitive, tuple(args), form=op.form if arrays else "", **op.keywords)
        total = self.plus(total, term)
    assert total is not None
    return total


def _elementwise(self: Forward, op: Op, active: set[int]) -> Abstract:
    """The sum over the arguments of the partial times the tangent: what the adjoint rule gives for a cotangent."""
    total = _partials(self, op, active, lambda t: t)
    return Const(0.0) if total is None else stretched_to_result(self, total, op)


def _each_result(self: Forward, op: Op, active: set[int], kind: Tree) -> Branches:
    """The same for each of several results: of the others there is no cotangent."""
    items: list[Tangent | None] = []
    for position, (key, inner) in enumerate(zip(kind.keys, kind.items, strict=True)):

        def alone(t: Atom, position: int = position) -> Abstract:
            places = range(len(kind.items))
            return Aggregate(kind.type, kind.keys, tuple(t if k == position else Const(0.0) for k in places))

        total = _partials(self, op, active, alone) if may_carry_derivative(inner) else None
        child = None if total is None else self.child(op.outs[0], kind, key, inner)
        items.append(None if total is None or child is None else stretched_to_result(self, total, op, child))
    return Branches(kind, tuple(items))


def _partials(self: Forward, op: Op, active: set[int], cotangent: Callable[[Atom], Abstract]) -> Atom | None:
    """What the adjoint rule gives for each argument when its tangent takes the place of a cotangent, summed."""
    rule = adjoint_rule(op.primitive.target)
    assert rule is not None
    total: Atom | None = None
    flags = tuple(position in active for position in range(len(op.args)))
    for k in sorted(active):
        t = as_array(self.resolver, self.atom(op.args[k]))

        def held(t: Atom = t) -> dict[Atom, Atom]:
            return self.masks.at_poles(op, t)

        start = len(self.resolver.builder.ops)
        results = apply_rule(self.resolver, rule, op, cotangent(t), flags, held, False)
        floats = {*op.outs, *(op.args[position] for position in active)}
        tangent_last(self.resolver.builder.ops, start, t, results, floats)
        if results[k] != Const(None):
            total = self.plus(total, self.resolver.atom(results[k]))
    return total


def stretched_to_result(self: Forward, tangent: Abstract, op: Op, result: Value | None = None) -> Atom:
    """A tangent in the shape of the result of an elementwise op, where what does not vary may be wider."""
    atom, out = self.resolver.atom(tangent), op.outs[0] if result is None else result
    have, want = dims_of(self.resolver.kind(atom)), dims_of(out.kind)
    if have is not None and want is not None:
        same = len(have) == len(want) and all(
            same_size(a, b) or (a.one is False and b.one is False) or (a.one and b.one)
            for a, b in zip(have, want, strict=True)
        )
        return atom if same else broadcast(self.resolver, atom, out)
    still = [a for k, a in enumerate(op.args) if self.of(a) is None and not isinstance(self.resolver.kind(a), Scalar)]
    if all(isinstance(a, Const) for a in still):
        return atom
    found = emit_helper(self.resolver, runtime.stretched, [atom, out], {})
    assert isinstance(found, Value)
    return found


def broadcast(resolver: Resolver, atom: Atom, like: Value) -> Atom:
    """A tangent in the shape of a value."""
    entry = attribute_entry("shape")
    assert entry is not None
    shape = resolver.atom(call_entry(resolver, entry, [like], {}))
    kind = like.kind if isinstance(like.kind, Array) else None
    have = resolver.kind(atom)
    if kind is not None and isinstance(have, Array | Scalar):
        kind = Array(have.dtype if is_float_dtype(have.dtype) and have.dtype != "pyfloat" else kind.dtype, kind.dims)
    return resolver.emit(primitive_of(np.broadcast_to), (atom, shape), kind=kind)


def tangent_hint(value: Atom) -> str:
    """The name of a value's tangent: x with a dot, as the notes write it."""
    return f"{value.hint}_dot" if isinstance(value, Value) and value.hint else ""


