"""Places in an array: whether two subscripts name an element in common, and whether some name every element.

    z[:, :n], z[:, n:2 * n], z[:, 2 * n:]     with n = len(w): apart, and together all of z
    x[0], x[1:]    x[::2], x[1::2]            apart, and all of x
    x[:k], x[k:]                              so are these, whatever the sign of k

A position on an axis is a polynomial in sizes, in counts that are not negative, and in the length of the axis. What
exceeds the ends of the axis is cut there, which leaves positions in order.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Sequence
from functools import reduce
from itertools import product
from typing import TypeAlias

from sourcead.ir import Atom, Const, Function, Hole, Op, Span, walk
from sourcead.kinds import Array, Dim, Known, Scalar
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives.registry import primitive_of
from sourcead.records import dataclass, field

Form: TypeAlias = "dict[tuple[int, ...], int]"  # monomials of numbered symbols, each with its factor
_COUNTS = frozenset({"len", "np.size", "range_length"})
_START: Form = {}
_ONE: Form = {(): 1}


@dataclass(frozen=True, slots=True)
class Part:
    """The elements of an axis from `low` on, up to `high`, every `step`-th; `end` is the length of the axis."""

    low: Form
    high: Form
    step: int
    end: Form

    @property
    def whole(self) -> bool:
        """Whether it is all of the axis."""
        return not self.low and self.high == self.end and self.step == 1


Place: TypeAlias = "tuple[Part | None, ...]"  # one for each axis; None where nothing is known


@dataclass(slots=True, eq=False)
class Places:
    """What a function says of its ints. symbols: whatever has no polynomial of its own, with its number and whether it
    is certainly not negative."""

    makers: dict[Atom, Op] = field(default_factory=dict)
    counts: set[Atom] = field(default_factory=set)
    symbols: dict[Hashable, tuple[int, bool]] = field(default_factory=dict)

    @classmethod
    def of(cls, function: Function) -> Places:
        """The facts of a function."""
        found = cls()
        for op in walk(function.body):
            found.makers.update(dict.fromkeys(op.outs, op))
            found.counts.update(_counts(op, found.makers))
        return found

    def of_op(self, op: Op, holes: Sequence[Atom]) -> Place | None:
        """The place that the subscript of an op begins with, if that is known; `holes` are its dynamic parts."""
        kind = atom_kind(op.args[0])
        elements = [e for e in op.attr("path")[0] if e is not None]
        if not isinstance(kind, Array) or any(_is_unclear(e, holes) for e in elements):
            return None
        missing = len(kind.dims) - sum(e is not Ellipsis for e in elements)
        at = elements.index(Ellipsis) if Ellipsis in elements else len(elements)
        elements[at : at + 1] = [Span()] * missing
        ends = [self._size(d, (op.args[0], k)) for k, d in enumerate(kind.dims)]
        return tuple(self._part(e, end, holes) for e, end in zip(elements, ends, strict=True))

    def _part(self, element: object, end: Form, holes: Sequence[Atom]) -> Part | None:
        if isinstance(element, Span):
            low = {} if element.start is None else self._position(element.start, end, holes)
            high = end if element.stop is None else self._position(element.stop, end, holes)
            step = 1 if element.step is None else element.step
            known = low is not None and high is not None and isinstance(step, int) and step > 0
            return Part(low, high, step, end) if known else None  # type: ignore[arg-type]
        assert isinstance(element, int | Hole)
        at = self._position(element, end, holes)
        return None if at is None or not self._is_clear(at) else Part(at, _plus(at, _ONE), 1, end)

    def _position(self, element: int | Hole, end: Form, holes: Sequence[Atom]) -> Form | None:
        """Where on its axis an index is, before it is cut at the ends."""
        if isinstance(element, int):
            return _plus(end if element < 0 else {}, {(): element} if element else {})
        form = self._form(holes[element.index])
        if form is None or self._is_positive(form):
            return form
        return self._symbol(("of unknown sign", tuple(sorted(form.items()))), False)

    def _form(self, atom: Atom) -> Form | None:
        """One of Python's ints as a polynomial."""
        kind = atom_kind(atom)
        known = atom.value if isinstance(atom, Const) else kind.value if isinstance(kind, Known) else None
        if type(known) is int:
            return {(): known} if known else {}
        if not isinstance(kind, Scalar) or kind.dtype != "pyint":
            return None
        if kind.size is not None and kind.size.key is not None:
            return self._size(kind.size, atom)
        op = self.makers.get(atom)
        join = _ARITHMETIC.get(op.primitive) if op is not None else None
        if op is not None and join is not None:
            left, right = map(self._form, op.args)
            return None if left is None or right is None else join(left, right)
        return self._symbol(atom, atom in self.counts or self._is_fraction(op))

    def _is_fraction(self, op: Op | None) -> bool:
        """Whether an op divides what is not negative by a positive number."""
        if op is None or op.primitive is not primitive_of(operator.floordiv):
            return False
        whole, divisor = self._form(op.args[0]), op.args[1]
        positive = isinstance(divisor, Const) and type(divisor.value) is int and divisor.value > 0
        return positive and whole is not None and self._is_positive(whole)

    def _size(self, dim: Dim, unnamed: Hashable) -> Form:
        """A size as a polynomial; `unnamed` stands for one of which nothing is known."""
        if isinstance(dim.key, int):
            return {(): dim.key} if dim.key else {}
        word, *parts = dim.key if isinstance(dim.key, tuple) and dim.key else ("",)
        if word not in _JOINED or not all(isinstance(p, Dim) for p in parts):
            return self._symbol(unnamed if dim.key is None else dim.key, True)
        forms = [self._size(p, None) for p in parts if isinstance(p, Dim)]
        return reduce(_JOINED[word], forms)

    def _symbol(self, key: Hashable, positive: bool) -> Form:
        number, _ = self.symbols.setdefault(key, (len(self.symbols), positive))
        return {(number,): 1}

    def _is_positive(self, form: Form) -> bool:
        """Whether a polynomial is certainly not negative."""
        signs = dict(self.symbols.values())
        return all(factor > 0 and all(signs[s] for s in monomial) for monomial, factor in form.items())

    def _is_clear(self, form: Form) -> bool:
        signs = dict(self.symbols.values())
        return all(signs[s] for monomial in form for s in monomial)

    # -- what is asked --------------------------------------------------------------------------------------------

    def apart(self, a: Place, b: Place) -> bool:
        """Whether no element is at both places."""
        return any(x is not None and y is not None and self._apart(x, y) for x, y in zip(a, b, strict=True))

    def _apart(self, x: Part, y: Part) -> bool:
        literal = set(x.low) | set(y.low) <= {()}
        if x.step == y.step and literal and (x.low.get((), 0) - y.low.get((), 0)) % x.step:
            return True
        return self._is_before(x.high, y.low) or self._is_before(y.high, x.low)

    def _is_before(self, a: Form, b: Form) -> bool:
        """Whether one position is certainly no later than another one."""
        return self._is_positive(_plus(b, a, -1))

    def cover(self, places: Sequence[Place]) -> bool:
        """Whether places that are apart are the whole array: parts of one axis, each behind another."""
        varied = sorted({k for place in places for k, x in enumerate(place) if x is None or not x.whole})
        parts = [place[k] for place in places for k in varied[:1]]
        if len(varied) != 1:
            return not varied and len(places) == 1
        known = [x for x in parts if x is not None]
        return len(known) == len(parts) and (_follow(known) or _interleave(known))


def _follow(parts: list[Part]) -> bool:
    """Whether each part begins where another one ends, from the start of the axis to its end."""
    left, at = list(parts), _START
    while left:
        following = next((x for x in left if x.low == at and x.step == 1), None)
        if following is None:
            return False
        left.remove(following)
        at = following.high
    return at == parts[0].end


def _interleave(parts: list[Part]) -> bool:
    """Whether the parts are x[0::n], x[1::n], ..., all n of them."""
    starts = [x.low.get((), 0) for x in parts if set(x.low) <= {()} and x.step == len(parts) and x.high == x.end]
    return sorted(starts) == list(range(len(parts)))


def _is_unclear(element: object, holes: Sequence[Atom]) -> bool:
    """Whether an element may stand for more than a part of one axis: an array, a mask, something unknown."""
    if isinstance(element, Hole):
        return not isinstance(atom_kind(holes[element.index]), Scalar | Known)
    return type(element) is not int and not isinstance(element, Span) and element is not Ellipsis


def _counts(op: Op, makers: dict[Atom, Op]) -> list[Atom]:
    """What an op makes that is not negative: sizes, and items of loops that count up from 0 or more."""
    if op.name == "for":
        body, found, position = op.blocks[-1], [op.blocks[-1].params[0]], 0
        for source, item in zip(op.attr("sources"), body.params[1:], strict=False):
            args = op.args[position : position + source.arity]
            position += source.arity
            positive = [isinstance(a, Const) and a.value >= 0 for a in args]
            if (source.form == "count" and positive[0]) or (source.form == "range" and positive[0] and positive[2]):
                found.append(item)
        return list(found)
    if op.name == "unpack" or op.name == "getitem":
        maker = makers.get(op.args[0])
        return list(op.outs) if maker is not None and maker.name == "np.shape" else []
    return list(op.outs) if op.name in _COUNTS else []


def _plus(a: Form, b: Form, sign: int = 1) -> Form:
    total = {m: a.get(m, 0) + sign * b.get(m, 0) for m in {**a, **b}}
    return {m: factor for m, factor in total.items() if factor}


def _times(a: Form, b: Form) -> Form:
    total: Form = {}
    for (m, x), (n, y) in product(a.items(), b.items()):
        total = _plus(total, {tuple(sorted(m + n)): x * y})
    return total


_ARITHMETIC: dict[object, Callable[[Form, Form], Form]] = {
    primitive_of(operator.add): _plus,
    primitive_of(operator.sub): lambda a, b: _plus(a, b, -1),
    primitive_of(operator.mul): _times,
}
_JOINED: dict[Hashable, Callable[[Form, Form], Form]] = {"sum": _plus, "product": _times}
