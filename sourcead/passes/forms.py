"""What the passes of style "fast" share: a rule replaces one op by others that compute the same value."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise

import numpy as np

from sourcead.ir import MARKS, Atom, Attrs, Function, Op, Primitive, Span, Value, read_counts, walk
from sourcead.kinds import Array, Dim, List, dims_of
from sourcead.passes.exact import exact_values
from sourcead.passes.rewriting import Rewriter, atom_kind
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import dataclass, field, replace
from sourcead.sizes import Sizes

FLOATS = ("float32", "float64")


@dataclass(slots=True, eq=False)
class Forms:
    """What a rule may ask. before: the ops that it puts in front of the one that takes the op's place; outside: those
    in front of the loop that it is in; measures: an array outside of all blocks, and its axis, for each size; equal:
    sizes that broadcasting has found to be the same."""

    sizes: Sizes
    makers: dict[Atom, Op] = field(default_factory=dict)
    reads: dict[Atom, int] = field(default_factory=dict)
    before: list[Op] = field(default_factory=list)
    constants: dict[Hashable, Value] = field(default_factory=dict)
    nested: bool = False
    params: frozenset[Value] = frozenset()
    outside: list[Op] = field(default_factory=list)
    measures: dict[Hashable, tuple[Value, int]] = field(default_factory=dict)
    in_loops: set[Value] = field(default_factory=set)
    equal: dict[Hashable, Hashable] = field(default_factory=dict)
    sized: set[Hashable] = field(default_factory=set)  # the sizes of constants

    def size_key(self, dim: Dim) -> Hashable:
        """What stands for a size, and for all that are known to be equal to it; None for an unknown one."""
        key: Hashable = dim.key
        while key in self.equal:
            key = self.equal[key]
        return key

    def of_size(self, dim: Dim, dtype: str | None, name: str, make: Callable[[], Value], outside: bool) -> Value:
        """A constant array that has a size."""
        key = self.size_key(dim)
        self.sized.add(key)
        return self.constant(None if key is None else (key, dtype), name, make, outside)

    def broadcasts(self, op: Op) -> None:
        """Note that the sizes of operands are equal, where neither is 1."""
        kinds = [atom_kind(a) for a in op.args] if op.primitive.elementwise else []
        for one, other in pairwise(kinds):
            for a, b in zip(reversed(dims_of(one) or ()), reversed(dims_of(other) or ()), strict=False):
                first, second = self.size_key(a), self.size_key(b)
                if a.one is b.one is False and first != second and None not in (first, second):
                    first, second = (second, first) if second in self.sized else (first, second)
                    self.equal[second] = first

    def measure(self, op: Op, dim: Dim) -> tuple[Value, int] | None:
        """For an op in a loop, an array outside of it and the axis that is as long."""
        return self.measures.get(dim.key) if dim.key is not None and self.in_loops.issuperset(op.outs) else None

    def constant(self, key: Hashable, name: str, make: Callable[[], Value], outside: bool = False) -> Value:
        """A value that is the same wherever it is asked for; several uses share one. key: what decides it, None for
        a value that no other can be told equal to. outside: it is made in front of the loop, of what is known there."""
        known = self.constants.get(key) if key is not None else None
        if known is not None:
            return known
        first = len(self.before)
        made = make()
        made.call_it(name)
        self.before[first:] = [replace(op, at=None) for op in self.before[first:]]  # of no line: it serves several
        if outside:
            self.outside += self.before[first:]
            del self.before[first:]
        if key is not None and (outside or not self.nested):
            self.constants[key] = made
        return made

    def needs(self, like: Op, primitive: Primitive, *args: Atom, form: str = "", attrs: Attrs = ()) -> Value:
        """The result of a new op in front of `like`, in its sweep and for its line."""
        assert primitive.infer is not None
        attrs = tuple((name, value) for name, value in attrs if name not in MARKS)
        out = Value("", primitive.infer(*map(atom_kind, args), **dict(attrs)))
        attrs += (("made", "text"),)  # not the user's own: one is read where it is asked for twice
        self.before.append(replace(like, primitive=primitive, args=args, outs=(out,), attrs=attrs, form=form, note=""))
        return out

    def is_bound(self, atom: Atom) -> bool:
        """Whether a value is there for sure: what a branch, a loop or a stack of them hands on may be None."""
        maker = self.makers.get(atom)
        if maker is None:
            return atom in self.params
        return not maker.blocks and not (maker.args and isinstance(atom_kind(maker.args[0]), List))

    def alone(self, atom: Atom) -> Op | None:
        """The op that makes a temporary, if only one op reads it."""
        temporary = isinstance(atom, Value) and not atom.hint and self.reads.get(atom) == 1
        return self.makers.get(atom) if temporary else None


Rule = Callable[[Op, Forms], "Op | None"]


def rewritten(
    function: Function, sizes: Sizes, rules: Sequence[Rule], wakes: frozenset[Primitive], measuring: bool = False
) -> Function:
    """Apply the first rule that fits each op; values whose bits the program sees stay as they are.

    wakes: the primitives that any of the rules looks for; where there are none, nothing is looked at. measuring:
    whether the rules ask for sizes, or what is in a loop.
    """
    if not any(op.primitive in wakes for op in walk(function.body)):
        return function
    exact, forms = exact_values(function), Forms(sizes, reads=read_counts(function.body))
    forms.params = frozenset(function.body.params)
    if measuring:
        loops = (block for op in function.body.ops if op.name in ("for", "while") for block in op.blocks)
        forms.in_loops = {out for block in loops for op in walk(block) for out in op.outs}
        _note(forms, function.body.params)

    def visit(op: Op, rewriter: Rewriter) -> None:
        forms.nested = rewriter.depth > 1
        if forms.outside and not forms.nested:
            rewriter.ops += forms.outside
            forms.outside.clear()
        made = _applied(op, rules, forms) if op.primitive in wakes and exact.isdisjoint(op.outs) else op
        for one in (*forms.before, made):
            for out in one.outs:
                forms.makers[out] = one
            rewriter.emit(one)
            if measuring and not forms.nested:
                _note(forms, one.outs)
                forms.broadcasts(one)
        forms.before.clear()

    return Rewriter(visit).function(function)


def _note(forms: Forms, values: Sequence[Value]) -> None:
    """Note which sizes values outside of all blocks have: variables of the text, the latest that has each."""
    for value in values:
        for axis, dim in enumerate(value.kind.dims if isinstance(value.kind, Array) else ()):
            if forms.reads.get(value, 0) > 1 or dim.key not in forms.measures:
                forms.measures[dim.key] = value, axis


def _applied(op: Op, rules: Sequence[Rule], forms: Forms) -> Op:
    for rule in rules:
        made = rule(op, forms)
        if made is not None:
            return made
    return op


def primitives(*functions: object) -> frozenset[Primitive]:
    """The primitives of some library functions and operators."""
    return frozenset(map(primitive_of, functions))


def float_array(atom: Atom, rank: int | None = None) -> Array | None:
    """The kind of an array of float32 or float64, of this rank."""
    kind = atom_kind(atom)
    if not isinstance(kind, Array) or kind.dtype not in FLOATS or not kind.dims:
        return None
    return kind if rank is None or len(kind.dims) == rank else None


def reduction(op: Op, target: object, rank: int | None = None) -> Array | None:
    """The kind of what is reduced, if the op is this reduction of floats and nothing else is asked of it."""
    if op.primitive.target is not target or len(op.args) != 1 or not set(op.keywords) <= {"axis", "keepdims"}:
        return None
    return float_array(op.args[0], rank)


def axis_of(op: Op, rank: int) -> int | None:
    """The one axis that is reduced, counted from the front."""
    axis = op.attr("axis")
    return axis % rank if type(axis) is int and -rank <= axis < rank else None


def new_axis(op: Op, array: Atom, axis: int) -> Op:
    """An op that reads `array[:, None]`, in the place of another."""
    path = ((*[Span()] * axis, None),)
    return replace(op, primitive=structural.GETITEM, args=(array,), attrs=(("path", path),), form="")


def dtype_attrs(dtype: str | None) -> dict[str, type]:
    """How a new array is asked to have a dtype: float64 goes without saying."""
    return {} if dtype in ("float64", None) else {"dtype": getattr(np, "bool_" if dtype == "bool" else dtype)}
