"""Stabilising: before a function is differentiated, what overflows or loses everything is replaced by what does not.

    p = 1 / (1 + exp(-z))                                    p = with_sigmoid_slope(1 / (1 + exp(-z)), z)
    -mean(y * log(p) + (1 - y) * log(1 - p))        ->       mean(binary_cross_entropy(z, y))

What a value is, the table in `stabilising` says. The lines that led to it stay for whoever reads them, and are dead
code otherwise. A value that decides something (see `sensitive`) stays as it is written, and has the derivative of what
is computed stably.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from sourcead.errors import Place
from sourcead.ir import MARKS, STABLY, Atom, Block, Const, Function, Op, Value
from sourcead.kinds import Array, Kind, Known, Scalar, Top, dtype_of, is_complex, is_float_dtype, rank
from sourcead.passes.patterns import Item, Term, Terms, term_of
from sourcead.passes.rewriting import atom_kind
from sourcead.passes.sensitive import sensitive_values
from sourcead.passes.stabilising import found_in
from sourcead.primitives import structural
from sourcead.primitives.stable import WITH_DERIVATIVE_OF
from sourcead.records import dataclass, field, replace


def stabilise(
    function: Function, procedures: Mapping[str, Function], complexes: bool, *, exact: bool = False
) -> tuple[Function, dict[str, Function]]:
    """A function and the procedures that it invokes, computed stably. complexes: what is of unknown kind may be complex
    numbers. exact: every value stays as it is written."""
    home = function.at.file if function.at is not None else ""
    sensitive = set[Value]() if exact else sensitive_values(function, procedures)
    pass_ = _Stabiliser(sensitive, home, complexes, exact)
    whole = replace(function, body=pass_.block(function.body, {}))
    return whole, {name: replace(p, body=pass_.block(p.body, {})) for name, p in procedures.items()}


@dataclass(slots=True, eq=False)
class _Stabiliser:
    """Goes through the ops in order. `made`: the values of the terms that are computed already, by block."""

    sensitive: set[Value]
    home: str
    complexes: bool
    exact: bool
    terms: Terms = field(default_factory=Terms)
    count: int = 0

    def block(self, block: Block, made: dict[Term, Value]) -> Block:
        outer, self.count = self.terms.block, self.count + 1
        self.terms.block = here = self.count
        ops: list[Op] = []
        for op in block.ops:
            if op.blocks:
                op = replace(op, blocks=tuple(self.block(b, dict(made)) for b in op.blocks))
                self.terms.block = here
            ops += self.replaced(op, made)
            self.terms.blocks.update(dict.fromkeys(op.outs, here))
        self.terms.block = outer
        again = [op.attr("made") for op in ops if isinstance(op.attr("made"), tuple)]
        ops = [op.with_attrs(again=True) if (op.args, op.attr("path")) in again else op for op in ops]
        return replace(block, ops=tuple(ops))

    def replaced(self, op: Op, made: dict[Term, Value]) -> list[Op]:
        """What takes the place of an op."""
        if len(op.outs) != 1 or op.blocks or op.primitive.effects - {"raises"} or op.primitive is structural.CALL:
            return [op]
        (out,) = op.outs
        term = found_in(term_of(op), self.terms)
        if not self.is_real(term, out) or op.attr("guarded", False) or op.attr("made", False):
            self.terms.of_values[out] = term_of(op)
            return [op]
        self.terms.of_values[out] = term
        if term.kept is not None and is_number(out):
            own = Value("", out.kind)
            ops = _Emitter(op, made, self.home)
            ops.emit(term.kept, out, (own, *map(ops.atom, term.kept.args[1:])))
            return [replace(op, outs=(own,)), *ops.ops]
        if not term.stable:
            return [op]
        ops = _Emitter(op, dict(made), self.home)
        args = tuple(map(ops.atom, term.args))
        if not _fits(ops.kind(term, args), out):
            return [op]
        made.update(ops.made)
        if out not in self.sensitive and not self.exact:
            made[term] = ops.emit(term, out, args)
            return ops.ops
        own, other = Value("", out.kind), made[term] if term in made else ops.emit(term, Value("", out.kind), args)
        same = Op(WITH_DERIVATIVE_OF, (own, other), (out,), (), (), op.at, "", op.backward)
        made[term] = other
        return [replace(op, outs=(own,)), *ops.ops, same]

    def is_real(self, term: Term, out: Value) -> bool:
        """Whether all is real numbers or arrays of them."""
        return is_number(out) and all(
            isinstance(kind, Scalar | Array | Top | Known) and not self.may_be_complex(kind)
            for kind in (out.kind, *map(atom_kind, _atoms(term)))
        )

    def may_be_complex(self, kind: Scalar | Array | Top | Known) -> bool:
        found = is_complex(kind)
        return self.complexes if found is None else found


def is_number(out: Value) -> bool:
    """Whether a value is, or may be, a float or an array of them."""
    return isinstance(out.kind, Top) or (isinstance(out.kind, Scalar | Array) and is_float_dtype(out.kind.dtype))


def _atoms(term: Term) -> list[Atom]:
    """The values and literals that a term reads."""
    found: list[Atom] = []
    for item in term.args if term.kept is None else (*term.args, *term.kept.args[1:]):
        found += _atoms(item) if isinstance(item, Term) else [item]
    return [a for a in found if a != Const(None)]


def _fits(kind: Kind, out: Value) -> bool:
    """Whether a kind is that of the value that it replaces."""
    if isinstance(kind, Top) or isinstance(out.kind, Top):
        return isinstance(kind, Top) and isinstance(out.kind, Top)
    alike = isinstance(kind, Scalar | Array) and type(kind) is type(out.kind)
    return alike and (dtype_of(kind), rank(kind)) == (dtype_of(out.kind), rank(out.kind))


@dataclass(slots=True, eq=False)
class _Emitter:
    """Makes the ops of a term in the place of an op."""

    op: Op
    made: dict[Term, Value]
    home: str
    ops: list[Op] = field(default_factory=list)

    def atom(self, item: Item) -> Atom:
        """The value of an item."""
        if not isinstance(item, Term):
            return item
        if item not in self.made:
            args = tuple(map(self.atom, item.args))
            self.made[item] = self.emit(item, Value("", self.kind(item, args)), args)
        return self.made[item]

    def kind(self, term: Term, args: tuple[Atom, ...]) -> Kind:
        """The kind of a term."""
        infer = term.head.infer
        assert infer is not None
        return infer(*map(atom_kind, args), **{name: value for name, value in term.attrs if name not in MARKS})

    def emit(self, term: Term, out: Value, args: tuple[Atom, ...]) -> Value:
        note = f"{self.lines(term.places)}{STABLY}{term.words}" if term.words else ""
        place = self.op.at
        op = Op(term.head, args, (out,), term.attrs, (), place, term.form, self.op.backward, note)
        looked_up = ((term.picked_of, *args[1:]), term.attr("path"))  # fails as this does
        self.ops.append(op.with_attrs(made=looked_up if term.head is structural.GETITEM and term.picked_of else True))
        return out

    def lines(self, places: tuple[Place, ...]) -> str:
        """The lines of a pattern, in words."""
        at = self.op.at
        if at is None:
            return "here"
        numbers = sorted({p.statement_line for p in places if p.file == at.file} | {at.statement_line})
        prefix = "" if at.file == self.home else f"{os.path.basename(at.file)}:"
        if len(numbers) == 1:
            return f"{prefix}{numbers[0]}" if prefix else f"line {numbers[0]}"
        consecutive = numbers == list(range(numbers[0], numbers[-1] + 1))
        listed = f"{numbers[0]}-{numbers[-1]}" if consecutive else ", ".join(map(str, numbers))
        return f"{prefix}{listed} together" if prefix else f"lines {listed} together"
