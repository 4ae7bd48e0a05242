"""Cotangents while they are collected: contributions are kept as a list and summed once, where the value is defined.

    adjoint of v  =  sum of the contributions of every use of v

A contribution is an atom, a container of contributions (None where there is none), or an `Update`: an addition at a
place
of v, the transpose of reading `v[path]`, applied to the sum of the others so that no array of zeros is made for it.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable, Sequence
from typing import Any

from sourcead import runtime
from sourcead.errors import Place
from sourcead.frontend.entries import call_entry
from sourcead.frontend.helper_calls import emit_helper
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Const, Span, Value
from sourcead.kinds import (
    TOP,
    Array,
    Kind,
    Known,
    List,
    Scalar,
    Top,
    Tree,
    is_complex,
    is_complex_dtype,
    is_float_dtype,
    may_carry_derivative,
)
from sourcead.primitives import lists, structural
from sourcead.primitives.registry import Entry, entry_of, method_entry, primitive_named, primitive_of
from sourcead.records import dataclass, field
from sourcead.transform.binding import Bindings
from sourcead.transform.both_ends import of_both_ends
from sourcead.transform.conjugation import real_dtype, real_part
from sourcead.transform.containers import Branches, Contribution, Cotangent, Update, build
from sourcead.transform.updates import updated


@dataclass(slots=True, eq=False)
class Cotangents:
    """The contributions collected so far, by value."""

    resolver: Resolver
    pending: dict[Value, list[Contribution]] = field(default_factory=dict)
    bindings: Bindings = field(default_factory=Bindings)
    distinct: frozenset[Value] = frozenset()  # index arrays whose items all differ
    places: dict[Value, Place | None] = field(default_factory=dict)
    name_of: Callable[[Atom], str] = lambda value: adjoint_hint(value)  # what it is called

    def fork(self) -> Cotangents:
        """An empty collection for a block of its own."""
        return Cotangents(self.resolver, {}, self.bindings, self.distinct, {}, self.name_of)

    def add(self, value: Atom, contribution: Contribution | None) -> None:
        """Record a contribution to the adjoint of a value."""
        if contribution is None or not isinstance(value, Value):
            return
        if isinstance(value.kind, Tree) and isinstance(contribution, Value):
            contribution = self.parts(value.kind, contribution)
        if isinstance(contribution, Branches) and all(i is None for i in contribution.items):
            return
        self.pending.setdefault(value, []).append(contribution)
        self.places[value] = self.resolver.override

    def hand(self, value: Atom, contribution: Cotangent) -> None:
        """Record what flows out of a region, or into it, where it may have another dtype there."""
        if isinstance(value, Value) and not isinstance(contribution, Branches):
            contribution = self.conform(contribution, value)
        self.add(value, contribution)

    def parts(self, kind: Tree, g: Atom) -> Branches:
        """The cotangents of the items of a container, read from that of the container."""
        found: list[Cotangent | None] = []
        for position, (key, inner) in enumerate(zip(kind.keys, kind.items, strict=True)):
            if not may_carry_derivative(inner):
                found.append(None)
                continue
            if dataclasses.is_dataclass(kind.type):
                item = self.resolver.emit(structural.GETATTR, (g,), kind=inner, name=key)
            else:
                item = self.resolver.emit(structural.GETITEM, (g,), path=((key if kind.type is dict else position,),))
            found.append(self.parts(inner, item) if isinstance(inner, Tree) else item)
        return Branches(kind, tuple(found))

    def filled(self, item: Cotangent, like: Value) -> Cotangent:
        """A cotangent with zeros where nothing contributed."""
        if not isinstance(item, Branches):
            return item
        values: list[Cotangent | None] = []
        for key, kind, inner in zip(item.kind.keys, item.kind.items, item.items, strict=True):
            leaf = self.child(like, item.kind, key, kind) if inner is None or isinstance(kind, Tree) else None
            if inner is None and isinstance(kind, Tree):
                inner = Branches(kind, (None,) * len(kind.items))
            if inner is None:
                assert leaf is not None
                inner = self.zeros(leaf) if may_carry_derivative(kind) else None
            values.append(inner if leaf is None or inner is None else self.filled(inner, leaf))
        return Branches(item.kind, tuple(values))

    def pop(self, value: Value) -> Cotangent | None:
        """The whole adjoint of a value, summed where its last contribution stands; None where nothing contributes."""
        contributions = self.pending.pop(value, None)
        if not contributions:
            return None
        outer, self.resolver.override = self.resolver.override, self.places.get(value)
        try:
            return self.total(value, contributions)
        finally:
            self.resolver.override = outer

    def total(self, value: Value, contributions: Sequence[Contribution]) -> Cotangent:
        """Sum contributions, plain ones first, then the updates in place."""
        plain = [c for c in contributions if not isinstance(c, Update)]
        updates = [c for c in contributions if isinstance(c, Update)]
        if isinstance(value.kind, Tree):
            assert not updates
            return self._merge(value.kind, plain)
        result: Atom | None = None
        if isinstance(value.kind, List):
            plain = self._lists(value, [self.atom(c, value) for c in plain])
        for c in plain:
            atom = self.atom(c, value)
            result = atom if result is None else self.plus(value, result, atom)
        if updates:
            outer = self.resolver.override
            updates = self._by_place(value, updates)
            ends = of_both_ends(self, value, updates) if result is None and self.is_plain(value) else None
            if ends is not None:
                result, updates = ends, []
            else:
                result = self.zeros(value) if result is None else self.whole(result, value)
            for update in updates:
                self.resolver.override = update.at
                result = updated(self, value, result, update)
            self.resolver.override = outer
        assert result is not None
        return self.named(result, value)

    def _lists(self, value: Value, given: list[Atom]) -> list[Cotangent]:
        """Contributions to a list: arrays made of it are summed as such, and lists a few at a time."""
        arrays = [a for a in given if isinstance(self.resolver.kind(a), Array)]
        found = [a for a in given if not isinstance(self.resolver.kind(a), Array)]
        if arrays:
            whole = arrays[0]
            for a in arrays[1:]:
                whole = self.resolver.emit(primitive_of(operator.add), (whole, a))
            found.append(self._rows(whole, value))
        while len(found) > 1 and self.is_plain(value) and all(lists.plain_items(self.resolver.kind(a)) for a in found):
            some, found = found[: lists.TERMS], found[lists.TERMS :]
            found.insert(0, self.resolver.emit(lists.SUM, tuple(some)))
        return list(found)

    def _rows(self, g: Atom, x: Value) -> Atom:
        """The items' cotangents of a list out of that of the array made of it: its rows."""
        if isinstance(x.kind, List) and isinstance(x.kind.item, List):
            return self.helper(runtime.unstack_like, g, x, kind=x.kind)
        return self.resolver.emit(lists.new_list, (g,))

    def items(self, g: Any, x: Atom) -> Any:
        """The cotangent of a list out of that of the array made of it, where its kind does not say which of both it
        is."""
        if not isinstance(g, Value) or g.kind != TOP:
            return g
        return self.helper(runtime.unstack_like, g, x, kind=self.resolver.kind(x))

    def _by_place(self, value: Value, updates: list[Update]) -> list[Update]:
        """Updates of one item of a list after one another are one: their sum is added."""
        if not isinstance(value.kind, List):
            return updates
        made: list[Update] = []
        for update in updates:
            last = made[-1] if made else None
            if last is not None and (last.path, last.dynamic) == (update.path, update.dynamic):
                sliced = any(isinstance(element, Span) for element in update.path[-1])
                g = self._both(value.kind if sliced else value.kind.item, last.g, update.g)
                made[-1] = Update(update.path, update.dynamic, g, update.at)
            else:
                made.append(update)
        return made

    def _both(self, kind: Kind, a: Cotangent, b: Cotangent) -> Cotangent:
        """The sum of two cotangents of an item of a list."""
        if isinstance(kind, Tree) and (isinstance(a, Branches) or isinstance(b, Branches)):
            return self._merge(kind, [c if isinstance(c, Branches) else self.parts(kind, c) for c in (a, b)])
        assert not isinstance(a, Branches) and not isinstance(b, Branches)
        return self.plus(Value("", kind), a, b)

    def _merge(self, kind: Tree, parts: Sequence[Cotangent]) -> Cotangent:
        columns: list[Cotangent | None] = []
        if not all(isinstance(p, Branches) for p in parts):
            assert len(parts) == 1
            return parts[0]
        for position, item_kind in enumerate(kind.items):
            found = [p.items[position] for p in parts if isinstance(p, Branches)]
            present = [f for f in found if f is not None]
            stand_in = Value("", item_kind)
            columns.append(self.total(stand_in, present) if present else None)
        return Branches(kind, tuple(columns))

    def plus(self, value: Value, a: Atom, b: Atom) -> Atom:
        """The sum of two cotangents of a value."""
        if isinstance(value.kind, Top) and not (self._arithmetic(a) or self._arithmetic(b)):
            return self.helper(runtime.add, a, b)
        if isinstance(value.kind, List | Tree):
            kinds = self.resolver.kind(a), self.resolver.kind(b)
            if self.is_plain(value) and all(isinstance(k, List) and lists.plain_items(k) for k in kinds):
                return self.resolver.emit(lists.SUM, (a, b))
            kind = value.kind if isinstance(value.kind, List) else None
            return self.helper(runtime.add, a, b, kind=kind)
        return self.resolver.emit(primitive_of(operator.add), (a, b))

    def is_plain(self, value: Atom) -> bool:
        """Whether a list is one in every turn and branch, and so is what it holds."""
        kind = self.resolver.kind(value)
        gaps = value in self.bindings.gaps and not (isinstance(kind, List) and isinstance(kind.item, Scalar))
        return value not in self.bindings.missing and not gaps

    def _arithmetic(self, atom: Atom) -> bool:
        """Whether an atom is certainly a number or array: the result of arithmetic."""
        if isinstance(atom, Const) or not isinstance(atom.kind, Top | List | Tree):
            return True
        for op in reversed(self.resolver.builder.ops):
            if atom in op.outs:
                return op.primitive.elementwise or op.primitive.target in _NUMERIC
        return False

    def zeros(self, value: Atom) -> Atom:
        """A zero cotangent of a value."""
        kind = self.resolver.kind(value)
        if isinstance(kind, Scalar):
            return Const(0.0)
        if isinstance(value, Value):
            self.bindings.bind(value)
        if isinstance(kind, Array) and not is_float_dtype(kind.dtype):  # of integers: their adjoint is a float
            shape = self.resolver.atom(call_entry(self.resolver, _entry("shape"), [value], {}))
            return self.resolver.emit(primitive_of(_numpy("zeros")), (shape,), kind=Array("float64", kind.dims))
        if isinstance(kind, Array):
            entry = entry_of(_numpy("zeros_like"))
            assert entry is not None
            hint = self.name_of(value) or part_hint(self.resolver, value)
            return self.resolver.emit(entry.primitive, (value,), kind=kind, hint=hint)
        if isinstance(kind, List) and lists.plain_items(kind) and self.is_plain(value):
            hint = self.name_of(value)
            return self.resolver.emit(lists.ZEROS, (value,), kind=kind, hint=hint)
        return self.helper(runtime.zeros, value, kind=kind)

    def atom(self, item: Cotangent, like: Value) -> Atom:
        """One IR atom for a cotangent: containers are built, with zeros where nothing contributed."""
        if not isinstance(item, Branches):
            return item
        values: list[Atom] = []
        for key, inner_kind, inner in zip(item.kind.keys, item.kind.items, item.items, strict=True):
            if inner is None and not may_carry_derivative(inner_kind):
                values.append(Const(None))
                continue
            leaf = (
                self.child(like, item.kind, key, inner_kind) if inner is None or isinstance(inner, Branches) else None
            )
            if inner is None:
                assert leaf is not None
                values.append(
                    self.atom(Branches(inner_kind, (None,) * len(inner_kind.items)), leaf)
                    if isinstance(inner_kind, Tree)
                    else self.zeros(leaf)
                )
            else:
                values.append(self.atom(inner, leaf) if leaf is not None else inner)  # type: ignore[arg-type]
        return build(self.resolver, item.kind, tuple(values))

    def child(self, holder: Value, kind: Tree, key: Any, item: Kind) -> Value:
        parts = self.resolver.parts.get(holder)
        found = parts.get(key) if parts is not None else None
        if isinstance(found, Value):
            return found
        if kind.type in (tuple, list, dict):
            return self.resolver.emit(structural.GETITEM, (holder,), kind=item, path=((key,),))
        return self.resolver.emit(structural.GETATTR, (holder,), kind=item, name=key)

    def whole(self, atom: Atom, value: Value) -> Atom:
        """The cotangent with the shape of the value it belongs to."""
        kind, have = value.kind, self.resolver.kind(atom)
        if isinstance(kind, Array) and kind.dims and isinstance(have, Scalar):
            shape = call_entry(self.resolver, _entry("shape"), [value], {})
            return self.resolver.emit(primitive_of(_numpy("broadcast_to")), (atom, self.resolver.atom(shape)))
        return atom

    def typed(self, atom: Atom, value: Value) -> Atom:
        """The cotangent as what a region carries: a number of Python's as one of NumPy's, where that is narrower, for
        arrays may be made of it."""
        have, narrow = self.resolver.kind(atom), value.kind == Scalar("float32")
        if narrow and (isinstance(have, Known) or (isinstance(have, Scalar) and have.dtype in _WEAK)):
            return self.resolver.emit(primitive_of(_numpy("float32")), (atom,), kind=value.kind)
        return self.conform(atom, value)

    def conform(self, atom: Atom, value: Value, widen: bool = True) -> Atom:
        """The contribution in the dtype of the value: float32 stays float32, of a real value it is the real part.

        widen: whether a real one of a complex value becomes complex; it need not while it is only counted with.
        """
        have, want = self.resolver.kind(atom), value.kind
        if is_complex(have) and is_complex(want) is False:
            atom = real_part(self.resolver, atom)
            have = self.resolver.kind(atom)
        if not isinstance(have, Array | Scalar) or not isinstance(want, Array | Scalar) or have.dtype == want.dtype:
            return atom
        if want.dtype is None or not is_float_dtype(want.dtype) or want.dtype in _UNCAST:
            return atom
        if not widen and is_complex_dtype(want.dtype) and have.dtype == real_dtype(want.dtype):
            return atom
        if have.dtype in (*_WEAK, "pycomplex") or (want.dtype == "float64" and have.dtype in (None, "real64")):
            return atom
        return self._cast(atom, want)

    def _cast(self, atom: Atom, want: Array | Scalar) -> Atom:
        assert want.dtype is not None
        dtype = _numpy(want.dtype)
        if isinstance(want, Scalar) and want.dtype in _CONVERTED:  # what is cast may be a Python number
            return self.resolver.emit(primitive_of(dtype), (atom,), kind=want)
        entry = method_entry("astype")
        assert entry is not None
        return self.resolver.emit(entry.primitive, (atom,), form=entry.form, dtype=dtype)

    def named(self, atom: Atom, value: Value) -> Atom:
        """Let a cotangent that is whole carry the name of its value."""
        if isinstance(atom, Value):
            atom.call_it(self.name_of(value))
        return atom

    def helper(self, function: Any, *args: Atom, kind: Kind | None = None) -> Atom:
        result = emit_helper(self.resolver, function, list(args), {}, kind)
        assert isinstance(result, Value)
        return result


_WEAK = ("pyint", "pyfloat", "real", "pybool")
_CONVERTED = ("float32", "float64", "complex64", "complex128")
_UNCAST = (*_WEAK, "real64", "pycomplex")
_NUMERIC: tuple[Any, ...] = (operator.matmul, runtime.unbroadcast)


def adjoint_hint(value: Atom) -> str:
    """The name of a value's adjoint."""
    return f"d{value.hint}" if isinstance(value, Value) and value.hint else ""


def part_hint(resolver: Resolver, value: Atom) -> str:
    """The name of the adjoint of a part of an argument that has none of its own: dW of `cell.W`, and of `cell["W"]`."""
    path = resolver.origins.get(value) if isinstance(value, Value) else None
    key = path[-1][1] if path else None
    return f"d{key}" if isinstance(key, str) and key.isidentifier() else ""


def _entry(name: str) -> Entry:
    from sourcead.primitives.registry import attribute_entry

    entry = attribute_entry(name)
    assert entry is not None
    return entry


def _numpy(name: str) -> Any:
    import numpy as np

    return getattr(np, name)


__all__ = [
    "TOP",
    "Branches",
    "Contribution",
    "Cotangent",
    "Cotangents",
    "Update",
    "adjoint_hint",
    "build",
    "part_hint",
    "primitive_named",
    "primitive_of",
]
