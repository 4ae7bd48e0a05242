"""Patterns of values: what an expression of the user's is, whatever way and over however many lines it is written.

    z = Any("z");  1 / (1 + exp(-z))  matches  p  of   t = np.exp(b - a);  s = t + 1;  p = 1 / s,   with z = -(b - a)

A value is looked at as a term: the op that made it, or what a rule has found it to be. Operands of `+` and `*` match in
either order, `-x` also where it is written otherwise.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any as Anything
from typing import TypeAlias

import numpy as np

from sourcead.errors import Place
from sourcead.ir import Atom, Attrs, Const, Op, Primitive, Value
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.primitives.stable import LOG_SIGMOID, SOFTPLUS
from sourcead.records import dataclass, field, replace

ADD, SUB, MUL = (primitive_of(f) for f in (operator.add, operator.sub, operator.mul))
DIV, NEG, POW = (primitive_of(f) for f in (operator.truediv, operator.neg, operator.pow))
_SAME = {
    primitive_of(np.add): ADD, primitive_of(np.subtract): SUB, primitive_of(np.multiply): MUL,
    primitive_of(np.divide): DIV, primitive_of(np.negative): NEG, primitive_of(np.power): POW,
}  # fmt: skip
_DEEPEST = 6  # of two terms that are compared
_KEEPDIMS = {"axis", "keepdims"}


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """What a value is: a primitive of values and terms. places: the lines that it was found on; words: what is said of
    the line that computes it so; stable: whether that differs from what the user wrote; kept: where it does not, what
    stands for the value (its first argument, left open) and has the derivative; picked_of: of a look-up, the array of
    the same shape in which the user looked up."""

    head: Primitive
    args: tuple[Atom | Term, ...]
    attrs: Attrs = ()
    form: str = ""
    places: tuple[Place, ...] = ()
    words: str = ""
    stable: bool = False
    kept: Term | None = None
    picked_of: Atom | Term | None = None

    def attr(self, name: str, default: Anything = None) -> Anything:
        """A static attribute by name."""
        return dict(self.attrs).get(name, default)


Item: TypeAlias = "Atom | Term"


@dataclass(slots=True, eq=False)
class Terms:
    """What is known of values: the term of each, and the block that defines it."""

    of_values: dict[Value, Term] = field(default_factory=dict)
    blocks: dict[Value, int] = field(default_factory=dict)
    block: int = 0  # that is being gone through

    def of(self, item: Item) -> Term | None:
        """The term of a value or term; None for a literal, a parameter and what a region defines."""
        if isinstance(item, Value):
            return self.of_values.get(item)
        return item if isinstance(item, Term) else None

    def is_here(self, item: Item) -> bool:
        """Whether an item is defined in the block that is being gone through."""
        return not isinstance(item, Value) or self.blocks.get(item) == self.block

    def same(self, a: Item, b: Item, depth: int = _DEEPEST) -> bool:
        """Whether two items certainly are equal."""
        if a is b or (isinstance(a, Const) and a == b):
            return True
        left, right = self.of(a), self.of(b)
        if left is None or right is None or depth == 0 or left.head is not right.head or left.attrs != right.attrs:
            return False
        if left.head.effects or len(left.args) != len(right.args) or left.head is structural.CALL:
            return False
        return bool(left.args) and all(self.same(x, y, depth - 1) for x, y in zip(left.args, right.args, strict=True))

    def negated(self, item: Item) -> Item:
        """-item, as short as it can be said."""
        term = self.of(item)
        return term.args[0] if term is not None and term.head is NEG else Term(NEG, (item,))

    def signed(self, item: Item, depth: int = _DEEPEST) -> tuple[int, Item]:
        """A sign, and what it stands before: (-a) * b is -(a * b), and log(1 + exp(z)) is -log(sigmoid(-z))."""
        term = self.of(item)
        if term is None:
            negative = isinstance(item, Const) and type(item.value) in (int, float) and item.value < 0
            return (-1, Const(-item.value)) if negative and isinstance(item, Const) else (1, item)
        if term.head is NEG:
            sign, inner = self.signed(term.args[0], depth)
            return -sign, inner
        if term.head is SOFTPLUS:
            return -1, replace(term, head=LOG_SIGMOID, args=(self.negated(term.args[0]),))
        if term.head not in (MUL, DIV) or depth == 0:
            return 1, item
        (first, left), (second, right) = (self.signed(a, depth - 1) for a in term.args)
        if term.head is MUL and left in (Const(1), Const(1.0)):
            return first * second, right
        return first * second, replace(term, args=(left, right))


def term_of(op: Op) -> Term:
    """An op as a term."""
    places = () if op.at is None else (op.at,)
    plain = _SAME.get(op.primitive)
    if plain is not None and not op.attrs:
        return Term(plain, op.args, (), "", places)
    return Term(op.primitive, op.args, op.attrs, op.form, places)


# -- patterns ----------------------------------------------------------------------------------------------------------


class Pattern:
    """What a term is to look like."""

    def __add__(self, other: Pattern | float) -> Node:
        return Node(ADD, (self, pattern(other)))

    def __radd__(self, other: float) -> Node:
        return Node(ADD, (pattern(other), self))

    def __sub__(self, other: Pattern | float) -> Node:
        return Node(SUB, (self, pattern(other)))

    def __rsub__(self, other: float) -> Node:
        return Node(SUB, (pattern(other), self))

    def __mul__(self, other: Pattern | float) -> Node:
        return Node(MUL, (self, pattern(other)))

    def __rmul__(self, other: float) -> Node:
        return Node(MUL, (pattern(other), self))

    def __truediv__(self, other: Pattern | float) -> Node:
        return Node(DIV, (self, pattern(other)))

    def __rtruediv__(self, other: float) -> Node:
        return Node(DIV, (pattern(other), self))

    def __neg__(self) -> Node:
        return Node(NEG, (self,))


@dataclass(frozen=True, slots=True, eq=False)
class Any(Pattern):
    """Whatever it is, under a name; equal things under equal names."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Number(Pattern):
    """A literal number."""

    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Node(Pattern):
    """A primitive of patterns. reduction: the name under which the axis and `keepdims` of a reduction are found."""

    head: Primitive
    args: tuple[Pattern, ...]
    reduction: str = ""


@dataclass(slots=True, eq=False)
class Found:
    """What was found under each name, and on which lines."""

    items: dict[str, Item] = field(default_factory=dict)
    attrs: dict[str, Attrs] = field(default_factory=dict)
    places: tuple[Place, ...] = ()

    def with_item(self, name: str, item: Item) -> Found:
        """With an item under a name."""
        return Found({**self.items, name: item}, self.attrs, self.places)

    def reduction(self, name: str, attrs: Attrs) -> Found:
        """With the axis of one reduction more."""
        return Found(self.items, {**self.attrs, name: attrs}, self.places)

    def on(self, places: tuple[Place, ...]) -> Found:
        """On more lines."""
        return Found(self.items, self.attrs, tuple(dict.fromkeys((*self.places, *places))))


def pattern(given: Pattern | float) -> Pattern:
    """A number as a pattern."""
    return given if isinstance(given, Pattern) else Number(given)


def function(target: Anything) -> Anything:
    """A primitive, or a library function, as a function of patterns."""
    head = target if isinstance(target, Primitive) else primitive_of(target)
    return lambda *args, reduction="": Node(head, tuple(map(pattern, args)), reduction)


def matches(wanted: Pattern, item: Item, terms: Terms, found: Found) -> Iterator[Found]:
    """Every way in which an item is what the pattern says."""
    if isinstance(wanted, Any):
        if wanted.name not in found.items:
            yield found.with_item(wanted.name, item)
        elif terms.same(found.items[wanted.name], item):
            yield found
        return
    if isinstance(wanted, Number):
        number = type(item.value) in (int, float) if isinstance(item, Const) else False
        if number and isinstance(item, Const) and item.value == wanted.value:
            yield found
        return
    assert isinstance(wanted, Node)
    term = terms.of(item)
    if term is None or term.head is not wanted.head:
        return
    args = term.args
    while len(args) > len(wanted.args) and args[-1] == Const(None):
        args = args[:-1]
    if wanted.reduction:
        if len(args) != len(wanted.args) or not {name for name, _ in term.attrs} <= _KEEPDIMS:
            return
        found = found.reduction(wanted.reduction, term.attrs)
    elif len(args) != len(wanted.args) or term.attrs:
        return
    found = found.on(term.places)
    orders = [args, args[::-1]] if term.head in (ADD, MUL) else [args]
    for order in orders:
        yield from _all(wanted.args, order, terms, found)


def _all(wanted: tuple[Pattern, ...], items: tuple[Item, ...], terms: Terms, found: Found) -> Iterator[Found]:
    if not wanted:
        yield found
        return
    for first in matches(wanted[0], items[0], terms, found):
        yield from _all(wanted[1:], items[1:], terms, first)


def filled(made: Pattern, terms: Terms, found: Found) -> Item:
    """A pattern with what was found in place of its names."""
    if isinstance(made, Any):
        return found.items[made.name]
    if isinstance(made, Number):
        return Const(made.value)
    assert isinstance(made, Node)
    args = tuple(filled(a, terms, found) for a in made.args)
    if made.head is NEG:
        return terms.negated(args[0])
    return Term(made.head, args, found.attrs.get(made.reduction, ()))
