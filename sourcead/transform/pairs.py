"""Pairs: an invoked procedure is differentiated as two functions, what the first keeps is handed to the second.

    y = f(x, n)     ->     y, residual = f_fwd(x, n)     ...     dx = f_bwd(residual, dy)

A procedure has one pair for each set of arguments that are differentiated, where a call of itself differentiates no
others.
"""

from __future__ import annotations

from typing import Any

from sourcead.frontend.procedure import Procedure
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Function, Op, Value, walk
from sourcead.kinds import NONE, PYTHON_DTYPES, Array, Kind, List, Scalar, Tree, is_float_dtype, may_carry_derivative
from sourcead.primitives import structural
from sourcead.records import dataclass, field
from sourcead.transform.activity import active_arguments, varied_within
from sourcead.transform.adjoint import Extras, Reverse
from sourcead.transform.cotangents import Cotangent


@dataclass(slots=True, eq=False)
class Pair:
    """The two functions of a procedure for the parameters (by position) that are differentiated; `joint` is both in
    one. `owns`: what the second reads is its own, whatever the caller does in between."""

    procedure: Procedure
    active: tuple[int, ...]
    forward: str
    backward: str
    joint: Function | None = None
    owns: bool = False


@dataclass(slots=True, eq=False)
class Pairs:
    """All pairs of one compilation, in the order in which they were asked for."""

    resolver: Resolver
    made: list[Pair] = field(default_factory=list)
    again: list[Any] = field(default_factory=list)  # the adjoints of procedures that are computed again
    taken: set[str] = field(default_factory=set)  # the names of functions of the module

    def of(self, op: Op, varied: set[Value]) -> Pair:
        """The pair for a call: one that there is, or a new one."""
        procedure = op.attr("procedure")
        active = closed_under_calls(procedure, active_arguments(op, varied))
        for pair in self.made:
            if pair.procedure is procedure and set(pair.active) >= active:
                return pair
        pair = Pair(procedure, tuple(sorted(active)), *self.names(procedure.name))
        self.made.append(pair)
        return pair

    def names(self, stem: str) -> tuple[str, str]:
        """Names for the two functions that no other has."""
        forward, backward = self.unused(stem, "_fwd", "_bwd")
        return forward, backward

    def unused(self, stem: str, *endings: str) -> tuple[str, ...]:
        """Names that no other function of the module has."""
        taken, number = self.taken.union(p.name for p in self.resolver.procedures), 1
        while True:
            names = tuple(f"{stem}{ending}{number if number > 1 else ''}" for ending in endings)
            if taken.isdisjoint(names):
                self.taken.update(names)
                return names
            number += 1


def closed_under_calls(procedure: Procedure, active: frozenset[int]) -> frozenset[int]:
    """The arguments that are differentiated once the calls of itself are counted in."""
    assert procedure.body is not None
    while True:
        varied = varied_within(procedure.body, (procedure.params[k] for k in active))
        calls = (op for op in walk(procedure.body) if op.attr("procedure") is procedure)
        wider = active.union(*(active_arguments(op, varied) for op in calls))
        if wider == active:
            return active
        active = wider


def reverse_invoke(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """Reverse a call: dx1, ..., dxn = f_bwd(residual, dy)."""
    from sourcead.transform.checkpoints import procedure_of, reverse_again

    if op.attr("again") is not None or (op.attr("part") == "primal" and procedure_of(op).again):
        reverse_again(self, op, cotangents)
        return
    if op.attr("part") != "primal":
        self.resolver.refuse("a function that calls itself is differentiated twice", "write the recursion as a loop")
    (given,), (out,) = cotangents, op.outs
    assert given is not None
    pair = self.pairs.of(op, self.varied)
    extras = self.extras.setdefault(op, Extras())
    if extras.residual is None:
        extras.residual, extras.forward = Value("residual"), pair.forward
    g = self.cotangents.conform(self.cotangents.whole(self.cotangents.atom(given, out), out), out)
    outs = tuple(Value("", cotangent_kind(self.resolver.kind(op.args[k]))) for k in pair.active)
    attrs = (("callee", pair.backward), ("part", "backward"), ("primal", pair.procedure.name))
    self.resolver.append(
        Op(structural.INVOKE_BACKWARD, (extras.residual, g), outs, attrs, (), self.resolver.place, "", True)
    )
    for k, contribution in zip(pair.active, outs, strict=True):
        self.contribute(op.args[k], contribution, False)


def cotangent_kind(kind: Kind) -> Kind:
    """The kind of the cotangent of a value that goes from one function to another."""
    if isinstance(kind, Scalar):
        if kind.dtype == "pycomplex":
            return Scalar("complex128")
        return Scalar("real64" if kind.dtype in PYTHON_DTYPES else kind.dtype)
    if isinstance(kind, Array):
        return kind if is_float_dtype(kind.dtype) else Array("float64", kind.dims)
    if isinstance(kind, List):
        return List(cotangent_kind(kind.item), kind.length)
    if isinstance(kind, Tree):
        items = (cotangent_kind(k) if may_carry_derivative(k) else NONE for k in kind.items)
        return Tree(kind.type, kind.keys, tuple(items))
    return kind
