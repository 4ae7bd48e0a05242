"""The reverse transform: back propagation on structured SSA.

For every op  y = f(x1, ..., xn), in reverse order, with g the adjoint of y (Domke's notes, eq. 2.4):

    adjoint of xi  +=  (dy/dxi)^T g

The rule of f gives the right side; a region (`if`, `for`, `while`) is reversed as a region: see `regions`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable
from typing import Any, NoReturn

import numpy as np

from sourcead.errors import MissingRuleError
from sourcead.frontend.abstract import Abstract, Aggregate
from sourcead.frontend.inlining import inline
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Const, Op, Value
from sourcead.kinds import Kind, List, Top, Tree
from sourcead.primitives import lists, structural
from sourcead.primitives.arithmetic import STORAGE
from sourcead.primitives.coverage import why_not
from sourcead.primitives.registry import signature_of
from sourcead.records import dataclass, field, replace
from sourcead.rules.registry import adjoint_rule, held_argument, takes_containers
from sourcead.transform.binding import Bindings
from sourcead.transform.broadcasting import measure, unbroadcast
from sourcead.transform.conjugation import Conjugation, real_where_real
from sourcead.transform.containers import Branches, Cotangent, Update, branches_of
from sourcead.transform.cotangents import Cotangents, primitive_of
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
    residual: Value | None = None  # what an invoked procedure keeps for its adjoint
    forward: str = ""  # the function to invoke instead, which gives that


@dataclass(slots=True, eq=False)
class Reverse:
    """The state of the reverse sweep."""

    resolver: Resolver
    varied: set[Value]
    cotangents: Cotangents
    masks: Masks
    extras: dict[Op, Extras] = field(default_factory=dict)
    in_loop: int = 0
    in_procedure: bool = False  # what is kept goes from one function to another
    reached: dict[Hashable, Any] = field(default_factory=dict)  # what reversing a region reaches, found once
    producers: dict[Value, Op] = field(default_factory=dict)
    pairs: Any = None  # the `_fwd`/`_bwd` pairs of the procedures that are invoked
    measured: dict[Op, Value] = field(default_factory=dict)  # what the adjoint of a list's change reads of before it
    changing: set[Value] = field(default_factory=set)  # the arrays that loops carry and store into
    writes: bool = False  # whether the caller's objects are written to
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
        resolver.override, resolver.backward, resolver.note = op.at, True, op.note
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
                resolver.reversed.add(op.name)
                self.reverse_with(self, op, cotangents)
                self.masks.reversed(op)
        resolver.override, resolver.note = outer, ""

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
        if isinstance(x.kind, List):
            atom = unbroadcast(self.resolver, atom, as_array(self.resolver, x)) if stretched else atom
            self.cotangents.add(x, self._as_list(atom, x))
            return
        if isinstance(x.kind, Tree):
            self.cotangents.add(x, atom)
            return
        if stretched:
            atom = unbroadcast(self.resolver, atom, x)
        else:
            measure(self.resolver, atom, x)
        atom = real_where_real(self.resolver, atom, x)
        self.cotangents.add(x, self.cotangents.conform(atom, x, widen=False))

    def _as_list(self, atom: Atom, x: Value) -> Atom:
        """The cotangent of a list: what a helper makes is one. An array made of the list has its cotangent as rows."""
        have = self.resolver.kind(atom)
        if isinstance(have, Top) and isinstance(atom, Value) and self.resolver.builder.ops:
            last = self.resolver.builder.ops[-1]
            if last.outs == (atom,) and last.primitive.form.startswith("helper "):
                typed = Value(atom.hint, x.kind)
                self.resolver.builder.ops[-1] = replace(last, outs=(typed,))
                return typed
        return atom


def reverse_op(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """Push what an op without blocks contributes to its arguments, given the adjoints of its results."""
    from sourcead.transform.lists import ADJOINTS
    from sourcead.transform.pairs import reverse_invoke
    from sourcead.transform.parts_adjoint import STRUCTURAL
    from sourcead.transform.stores import STORES

    if op.name == "invoke":
        reverse_invoke(self, op, cotangents)
        return
    adjoint = STRUCTURAL.get(op.primitive) or STORES.get(op.primitive) or ADJOINTS.get(op.primitive) or by_rule
    adjoint(self, op, cotangents)


def by_rule(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """Inline the primitive's rule and hand its results to the arguments."""
    from sourcead.transform.lists import of_operator

    resolver = self.resolver
    kinds = tuple(map(resolver.kind, op.args))
    check_joins(resolver, op, kinds)
    if lists.joins_lists(op.primitive.target, kinds):
        of_operator(self, op, cotangents)
        return
    rule = adjoint_rule(op.primitive.target)
    if rule is None:
        from sourcead.transform.helpers import is_helper_call, reverse_helper

        if is_helper_call(op) and reverse_helper(self, op, cotangents):
            return
        missing(resolver, op, self.producers)
    (given,) = (c for c in cotangents if c is not None)
    g = _parts(self, given) if isinstance(given, Branches) else given
    active = tuple(a in self.varied for a in op.args)
    results = apply_rule(
        resolver, rule, op, g, active, lambda: {} if isinstance(g, Aggregate) else self.masks.guarded(op, g)
    )
    alone = len({a for a in op.args if isinstance(a, Value)}) == 1  # no other operand can have stretched it
    for x, contribution in zip(op.args, results, strict=False):
        if isinstance(resolver.kind(x), List) and not takes_containers(op.primitive.target):
            contribution = self.cotangents.items(contribution, x)
        self.contribute(x, contribution, op.primitive.elementwise and not alone)


def check_joins(resolver: Resolver, op: Op, kinds: tuple[Kind, ...]) -> None:
    """Refuse `row + (y,)` of something of which nothing is known."""
    joins = op.primitive.target in (operator.add, operator.mul) and any(isinstance(k, Tree) for k in kinds)
    if joins and any(isinstance(k, Top) for k in kinds):
        resolver.refuse(
            "whether this joins containers or adds their items is not known",
            "give example arguments (`specialize`, `--args`)",
        )


def apply_rule(
    resolver: Resolver,
    rule: Callable[..., Any],
    op: Op,
    g: Abstract,
    active: tuple[bool, ...],
    held: Callable[[], dict[Atom, Atom]] = dict,
    transposed: bool = True,
) -> list[Abstract]:
    """What an adjoint rule gives for each argument of an op; `held` says what stands for arguments in it. For complex
    numbers it is conjugated, but not where it stands for the derivative, which elementwise is its own transpose."""
    without = held_argument(op.primitive.target, active)
    if without:
        resolver.refuse(
            f"differentiating with respect to {without} of {op.primitive.name} is not supported",
            f"hold it fixed, or declare a rule that has it:  @sourcead.adjoint({op.primitive.name})",
            error=MissingRuleError,
        )
    attrs = static_attributes(rule, op, active)
    args = op.args if takes_containers(op.primitive.target) else [as_array(resolver, a) for a in op.args]
    instead = held()
    y, *args = (instead.get(x, x) for x in (op.outs[0], *args))
    conjugation = Conjugation.of(resolver, op, transposed)
    result = conjugation.outwards(inline(resolver, rule, [conjugation.inwards(g), y, *args], attrs))
    if len(op.args) == 1 and isinstance(resolver.kind(op.args[0]), Tree) and takes_containers(op.primitive.target):
        return [result]
    several = isinstance(result, Aggregate) and (len(op.args) > 1 or result.type is tuple)
    if not several and any(active[1:]) and result != Const(None):
        resolver.refuse(
            f"what the rule of {op.primitive.name} gives for each argument depends on kinds",
            "give example arguments (`specialize`, `--args`)",
        )
    return list(result.items) if several and isinstance(result, Aggregate) else [result]


def static_attributes(rule: Callable[..., Any], op: Op, active: tuple[bool, ...]) -> dict[str, Abstract]:
    """The keyword arguments that a rule is given: the op's own, and which of its arguments are differentiated."""
    parameters = signature_of(rule).parameters
    given = {k: v for k, v in op.keywords.items() if k in parameters or k not in STORAGE}
    attrs: dict[str, Abstract] = {k: static_value(v) for k, v in given.items()}
    if "active" in parameters:
        attrs["active"] = Aggregate(tuple, tuple(range(len(active))), tuple(map(Const, active)))
    return attrs


def _parts(self: Reverse, given: Branches) -> Aggregate:
    """A container of cotangents as a rule reads it, item by item."""
    items: list[Abstract] = []
    for kind, item in zip(given.kind.items, given.items, strict=True):
        stand_in = Value("", kind)
        items.append(Const(0.0) if item is None else self.cotangents.atom(item, stand_in))
    return Aggregate(given.kind.type, given.kind.keys, tuple(items))


def as_array(resolver: Resolver, x: Atom) -> Atom:
    """The array that NumPy makes of a list or tuple."""
    if isinstance(resolver.kind(x), Tree | List):
        return resolver.emit(primitive_of(np.asarray), (x,))
    return x


def static_value(value: Any) -> Abstract:
    """A static attribute as an argument of a function that is inlined."""
    from sourcead.frontend.abstract import Static

    if isinstance(value, tuple):
        return Aggregate(tuple, tuple(range(len(value))), tuple(map(static_value, value)))
    if value is None or isinstance(value, str | bool | int | float):
        return Const(value)
    return Static(value, (("object", value),))


def missing(resolver: Resolver, op: Op, producers: dict[Value, Op]) -> NoReturn:
    """Refuse an op that has no rule."""
    name = op.attr("what") or op.primitive.name
    if op.primitive.form.startswith("helper "):
        helper = op.primitive.form.removeprefix("helper ")
        resolver.refuse(
            "what is differentiated again here depends on kinds",
            "give example arguments (`specialize`, `--args`)" if resolver.generic else "write the line in other words",
            f"its first derivative calls the helper `{helper}`, which has no derivative",
        )
    if resolver.generic and op.primitive is structural.CALL and is_own(op.args[0], producers):
        resolver.refuse(
            f"`{name}` of something unknown is differentiated here", "give example arguments (`specialize`, `--args`)"
        )
    resolver.refuse(
        f"no derivative rule for {name}",
        f"declare one:  @sourcead.adjoint({name})  def rule(g, y, x): ...",
        *filter(None, ("an argument of this call is differentiated here", why_not(name))),
        error=MissingRuleError,
    )




def seed(resolver: Resolver, result: Value) -> Atom:
    """The adjoint of the result itself: 1."""
    return Const(1.0)
