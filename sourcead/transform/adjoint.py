"""The reverse transform: back propagation on structured SSA.

For every op  y = f(x1, ..., xn), in reverse order, with g the adjoint of y (Domke's notes, eq. 2.4):

    adjoint of xi  +=  (dy/dxi)^T g

The rule of f gives the right side; a region (`if`, `for`, `while`) is reversed as a region: see `regions`.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sourcead import runtime
from sourcead.errors import MissingRuleError
from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.calls import emit_helper, inline
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Builder, Const, Op, Value
from sourcead.kinds import Array, List, Scalar, Top, Tree, may_carry_derivative
from sourcead.primitives import structural
from sourcead.rules.registry import adjoint_rule, takes_containers
from sourcead.transform.binding import Bindings
from sourcead.transform.broadcasting import unbroadcast
from sourcead.transform.cotangents import Branches, Cotangent, Cotangents, Update, primitive_of
from sourcead.transform.masking import Masks
from sourcead.transform.memory import is_own


@dataclass(slots=True, eq=False)
class Extras:
    """What the backward sweep asks of a primal region op beyond its own results."""

    stacks: dict[Value, Value] = field(default_factory=dict)  # value of a turn -> the stack of its values
    exports: dict[Value, tuple[int, Value]] = field(
        default_factory=dict
    )  # value in a branch -> (branch, its name outside)
    turns: Value | None = None


@dataclass(slots=True, eq=False)
class Reverse:
    """The state of the reverse sweep."""

    resolver: Resolver
    varied: set[Value]
    cotangents: Cotangents
    masks: Masks
    extras: dict[Op, Extras] = field(default_factory=dict)
    in_loop: int = 0
    reached: dict[Hashable, Any] = field(default_factory=dict)  # what reversing a region reaches, found once
    producers: dict[Value, Op] = field(default_factory=dict)
    reverse_with: Callable[[Reverse, Op, list[Cotangent | None]], None] = lambda *args: reverse_op(*args)

    @property
    def bindings(self) -> Bindings:
        """Which primal values may be unbound."""
        return self.cotangents.bindings

    def block(self, ops: tuple[Op, ...]) -> None:
        """Reverse straight-line ops, from the last to the first."""
        for op in reversed(ops):
            self.op(op)

    def op(self, op: Op) -> None:
        """Reverse one op: pop the adjoints of its results, push contributions to its arguments."""
        if not any(o in self.varied for o in op.outs):
            self._drop(op)
            return
        from sourcead.transform.regions import reverse_for, reverse_if

        resolver = self.resolver
        outer = resolver.override
        resolver.override, resolver.backward = op.at, True
        if op.blocks:
            self.masks.enter(op)
            if op.name == "if":
                reverse_if(self, op)
            else:
                reverse_for(self, op)
                self.masks.leave(op)
        else:
            cotangents = [self.cotangents.pop(o) for o in op.outs]
            if any(c is not None for c in cotangents):
                self.reverse_with(self, op, cotangents)
                self.masks.reversed(op)
        resolver.override = outer

    def _drop(self, op: Op) -> None:
        for out in op.outs:
            self.cotangents.pending.pop(out, None)

    def contribute(self, x: Atom, contribution: Abstract | Branches | Update | None, stretched: bool) -> None:
        """Add a contribution to the adjoint of an argument, in that argument's shape and dtype."""
        if x not in self.varied or contribution is None or not isinstance(x, Value):
            return
        if isinstance(contribution, Const) and contribution.value is None:
            return
        if isinstance(contribution, Branches | Update):
            self.cotangents.add(x, contribution)
            return
        if isinstance(contribution, Aggregate) and isinstance(x.kind, Tree):
            self.cotangents.add(x, branches_of(self.resolver, x.kind, contribution))
            return
        atom = self.resolver.atom(contribution)
        if isinstance(x.kind, Tree) and not isinstance(self.resolver.kind(atom), Tree):
            self.cotangents.add(x, parts_of(self.resolver, x.kind, atom))
            return
        if stretched:
            atom = unbroadcast(self.resolver, atom, x)
        self.cotangents.add(x, self.cotangents.conform(atom, x))


def reverse_op(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """Push what an op without blocks contributes to its arguments, given the adjoints of its results."""
    _STRUCTURAL.get(op.primitive, _by_rule)(self, op, cotangents)


def branches_of(resolver: Resolver, kind: Tree, items: Aggregate) -> Branches:
    """The cotangent of a container out of the container of cotangents that a rule returned."""
    found: list[Cotangent | None] = []
    for inner_kind, item in zip(kind.items, items.items, strict=True):
        if isinstance(item, Aggregate) and isinstance(inner_kind, Tree):
            found.append(branches_of(resolver, inner_kind, item))
        elif isinstance(item, Const) and item.value is None:
            found.append(None)
        else:
            found.append(resolver.atom(item))
    return Branches(kind, tuple(found))


def parts_of(resolver: Resolver, kind: Tree, g: Atom) -> Branches:
    """The cotangent of a container out of that of the array made of it: its rows."""
    found: list[Cotangent | None] = []
    for key, inner in zip(kind.keys, kind.items, strict=True):
        row = resolver.emit(structural.GETITEM, (g,), path=((key,),))
        found.append(parts_of(resolver, inner, row) if isinstance(inner, Tree) else row)
    return Branches(kind, tuple(found))


def _by_rule(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """Inline the primitive's rule and hand its results to the arguments."""
    resolver = self.resolver
    kinds = tuple(map(resolver.kind, op.args))
    joins = op.primitive.target in (operator.add, operator.mul) and not any(isinstance(k, Array) for k in kinds)
    if joins and any(isinstance(k, Tree | List) for k in kinds):
        resolver.refuse(
            "joining or repeating a list whose length is not known is not differentiated",
            "make the list in a loop, or give example arguments",
        )
    rule = adjoint_rule(op.primitive.target)
    if rule is None:
        _missing(self, op)
    assert rule is not None
    (given,) = (c for c in cotangents if c is not None)
    g = _parts(self, given) if isinstance(given, Branches) else given
    attrs: dict[str, Abstract] = {k: _static(v) for k, v in op.keywords.items()}
    parameters = inspect.signature(rule).parameters
    active = tuple(a in self.varied for a in op.args)
    if "active" in parameters:
        attrs["active"] = Aggregate(tuple, tuple(range(len(active))), tuple(map(Const, active)))
    args = op.args if takes_containers(op.primitive.target) else [_as_array(self, a) for a in op.args]
    held = {} if isinstance(g, Aggregate) else self.masks.guarded(op, g)
    y, *args = (held.get(x, x) for x in (op.outs[0], *args))
    result = inline(resolver, rule, [g, y, *args], attrs)
    results = (
        list(result.items) if isinstance(result, Aggregate) and (len(op.args) > 1 or result.type is tuple) else [result]
    )
    if len(op.args) == 1 and isinstance(op.args[0], Value) and isinstance(op.args[0].kind, Tree):
        results = [result]
    alone = len({a for a in op.args if isinstance(a, Value)}) == 1  # no other operand can have stretched it
    for x, contribution in zip(op.args, results, strict=False):
        self.contribute(x, contribution, op.primitive.elementwise and not alone)


def _parts(self: Reverse, given: Branches) -> Aggregate:
    """A container of cotangents as a rule reads it, item by item."""
    items: list[Abstract] = []
    for kind, item in zip(given.kind.items, given.items, strict=True):
        stand_in = Value("", kind)
        items.append(Const(0.0) if item is None else self.cotangents.atom(item, stand_in))
    return Aggregate(given.kind.type, given.kind.keys, tuple(items))


def _as_array(self: Reverse, x: Atom) -> Atom:
    """The array that NumPy makes of a list or tuple."""
    if isinstance(self.resolver.kind(x), Tree | List):
        return self.resolver.emit(primitive_of(np.asarray), (x,))
    return x


def _static(value: Any) -> Abstract:
    from sourcead.frontend.abstract import Static

    if isinstance(value, tuple):
        return Aggregate(tuple, tuple(range(len(value))), tuple(map(_static, value)))
    if value is None or isinstance(value, str | bool | int | float):
        return Const(value)
    return Static(value, (("object", value),))


def _missing(self: Reverse, op: Op) -> None:
    name = op.attr("what") or op.primitive.name
    if self.resolver.generic and op.primitive is structural.CALL and is_own(op.args[0], self.producers):
        self.resolver.refuse(
            f"`{name}` of something unknown is differentiated here", "give example arguments (`specialize`, `--args`)"
        )
    self.resolver.refuse(
        f"no derivative rule for {name}",
        f"declare one:  @sourcead.adjoint({name})  def rule(g, y, x): ...",
        "an argument of this call is differentiated here",
        error=MissingRuleError,
    )


# -- structural ops ------------------------------------------------------------------------------------------


def _tuple(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """y = (a, b): each item's cotangent goes to its item."""
    (g,) = cotangents
    out = op.outs[0]
    assert g is not None and isinstance(out.kind, Tree)
    for position, (x, key) in enumerate(zip(op.args, out.kind.keys, strict=True)):
        if x not in self.varied:
            continue
        if isinstance(g, Branches):
            self.contribute(x, g.items[position], False)
        else:
            self.contribute(x, self.resolver.emit(structural.GETITEM, (g,), path=((key,),)), False)


def _unpack(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """a, b = x: the cotangents of the items make the cotangent of the container."""
    (x,) = op.args
    assert isinstance(x, Value)
    if isinstance(x.kind, Tree):
        self.cotangents.add(x, Branches(x.kind, tuple(cotangents)))
        return
    pairs = zip(cotangents, op.outs, strict=True)
    values: list[Abstract] = [self.cotangents.zeros(o) if c is None else self.cotangents.atom(c, o) for c, o in pairs]
    self.contribute(x, emit_helper(self.resolver, runtime.unpack_adjoint, [x, *values], {}), False)


def _getitem(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """y = a[path]: g is added at that path of the adjoint of a."""
    (g,) = cotangents
    a, *dynamic = op.args
    path = op.attr("path")
    assert g is not None
    if not isinstance(a, Value):
        return  # an item of a literal: nothing is differentiated through an index
    if isinstance(a.kind, Tree) and not dynamic:
        key = path[0][0]
        if key not in a.kind.keys and not (isinstance(key, int) and -len(a.kind.items) <= key < 0):
            return  # the look-up raises when the program runs
        position = a.kind.keys.index(key) if key in a.kind.keys else range(len(a.kind.items))[key]
        items: list[Cotangent | None] = [None] * len(a.kind.items)
        items[position] = g
        self.cotangents.add(a, Branches(a.kind, tuple(items)))
        return
    atom = self.cotangents.atom(g, op.outs[0])
    if isinstance(a.kind, Array | List):
        self.contribute(a, Update(path, tuple(dynamic), atom, op.at), False)
        return
    key = self.resolver.emit(structural.SUBSCRIPT, tuple(dynamic), path=path)
    self.contribute(a, emit_helper(self.resolver, runtime.item_adjoint, [a, key, atom], {}), False)


def _store(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """b = a with a[path] = v: dv = db[path], and da is db with zeros there."""
    (g,) = cotangents
    a, *dynamic, v = op.args
    path = op.attr("path")
    resolver = self.resolver
    atom = self.cotangents.whole(self.cotangents.atom(g, op.outs[0]), op.outs[0]) if g is not None else None
    assert atom is not None
    if path == ((Ellipsis,),):
        if v in self.varied:
            self.contribute(v, atom, True)
        return
    if self.cotangents.may_repeat(path, tuple(dynamic)):
        resolver.refuse(
            "a store at an index array (or an index of unknown kind) is not differentiated: an index may repeat",
            "store at integers, slices or masks, or give example arguments",
        )
    if v in self.varied:
        item = resolver.emit(structural.GETITEM, (atom, *dynamic), path=path)
        self.contribute(v, item, True)
    if a in self.varied and isinstance(a, Value):
        rest = resolver.emit(
            structural.STORE, (atom, *dynamic, Const(0.0)), kind=resolver.kind(atom), hint=f"d{a.hint}", path=path
        )
        self.contribute(a, rest, False)


def _getattr(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """y = x.name of a container of static structure."""
    (g,) = cotangents
    (x,) = op.args
    assert isinstance(x, Value)
    made_by = self.producers.get(x)
    if made_by is not None and made_by.primitive is structural.CALL:
        self.resolver.override = made_by.at
        _missing(self, made_by)
    if not isinstance(x.kind, Tree):
        self.resolver.refuse(
            f"the attribute `{op.attr('name')}` of something unknown is differentiated here", "give example arguments"
        )
    items: list[Cotangent | None] = [None] * len(x.kind.items)
    items[x.kind.keys.index(op.attr("name"))] = g
    self.cotangents.add(x, Branches(x.kind, tuple(items)))


def _call(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    _missing(self, op)


_STRUCTURAL: dict[Any, Callable[[Reverse, Op, list[Cotangent | None]], None]] = {
    structural.TUPLE: _tuple,
    structural.LIST: _tuple,
    structural.DICT: _tuple,
    structural.UNPACK: _unpack,
    structural.GETITEM: _getitem,
    structural.STORE: _store,
    structural.GETATTR: _getattr,
    structural.CALL: _call,
}


def seed(resolver: Resolver, result: Value) -> Atom:
    """The adjoint of the result itself: 1."""
    return Const(1.0)


__all__ = [
    "Block",
    "Builder",
    "Extras",
    "Reverse",
    "Scalar",
    "Top",
    "may_carry_derivative",
    "operator",
    "primitive_of",
    "seed",
]
