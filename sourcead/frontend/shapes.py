"""Shapes: what a carried variable is in every turn of a loop, with leaves that are parameters of the loop's body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from sourcead.frontend.abstract import (
    UNBOUND,
    Abstract,
    Aggregate,
    Poison,
    Ref,
    Region,
    Stale,
    Static,
    Unsure,
    is_unbound,
)
from sourcead.frontend.contents import content_of, is_stale
from sourcead.frontend.joining import forget, part_names
from sourcead.frontend.layouts import ITEMS, immutable
from sourcead.frontend.memory import Content, State
from sourcead.frontend.owned_sizes import owned
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Const, Value
from sourcead.kinds import ANY, TOP, Kind, List, Tree, join
from sourcead.records import dataclass

Tokens: TypeAlias = "frozenset[object]"


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """One thing over all turns: a function, an object, a reference that no turn rebinds; UNBOUND: not seen yet."""

    item: Any

    def param(self, resolver: Resolver, hint: str, leaves: list[Value]) -> Any:
        return self.item

    def flatten(self, resolver: Resolver, item: Any, atoms: list[Atom]) -> None:
        pass

    def rebuild(self, resolver: Resolver, outs: Iterator[Value]) -> Any:
        return self.item


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A value of some kind; it may be the memory of the tokens."""

    kind: Kind
    tokens: Tokens

    def param(self, resolver: Resolver, hint: str, leaves: list[Value]) -> Any:
        leaves.append(self._value(resolver, hint))
        return leaves[-1]

    def _value(self, resolver: Resolver, hint: str) -> Value:
        value = Value(hint, owned(self.kind))
        if self.tokens and not immutable(self.kind):
            resolver.memory.adopt(value, self.tokens)
        return value

    def flatten(self, resolver: Resolver, item: Any, atoms: list[Atom]) -> None:
        atoms.append(item if is_unbound(item) else resolver.atom(item))

    def rebuild(self, resolver: Resolver, outs: Iterator[Value]) -> Any:
        out = next(outs)
        if self.tokens and not immutable(self.kind):
            resolver.memory.adopt(out, self.tokens)
        return out


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """A container of static structure."""

    type: type
    keys: tuple[Any, ...]
    items: tuple[Shape, ...]

    def param(self, resolver: Resolver, hint: str, leaves: list[Value]) -> Any:
        names = part_names(self.type, hint, self.keys)
        items = tuple(s.param(resolver, n, leaves) for s, n in zip(self.items, names, strict=True))
        return Aggregate(self.type, self.keys, items)

    def flatten(self, resolver: Resolver, item: Any, atoms: list[Atom]) -> None:
        parts = None if is_unbound(item) else resolver.parts_of(item)
        given = [UNBOUND] * len(self.items) if parts is None else parts.items
        for shape, inner in zip(self.items, given, strict=True):
            shape.flatten(resolver, inner, atoms)

    def rebuild(self, resolver: Resolver, outs: Iterator[Value]) -> Any:
        return Aggregate(self.type, self.keys, tuple(s.rebuild(resolver, outs) for s in self.items))


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A reference to another container from turn to turn; it may be the memory of the tokens."""

    name: str
    content: Shape
    tokens: Tokens

    def param(self, resolver: Resolver, hint: str, leaves: list[Value]) -> Any:
        region = resolver.memory.make(hint or self.name, self.tokens)
        resolver.memory.set(region, self.content.param(resolver, hint, leaves))
        return Ref(region)

    def flatten(self, resolver: Resolver, item: Any, atoms: list[Atom]) -> None:
        self.content.flatten(resolver, item if is_unbound(item) else content_of(resolver, item), atoms)

    def rebuild(self, resolver: Resolver, outs: Iterator[Value]) -> Any:
        region = resolver.memory.make(self.name, self.tokens)
        resolver.memory.set(region, self.content.rebuild(resolver, outs))
        return Ref(region)


Shape: TypeAlias = "Fixed | Leaf | Parts | Held"


@dataclass(frozen=True, slots=True)
class Shapes:
    """How shapes are made and joined. mark: regions numbered up to it were there before the loop; before: what they
    held then."""

    resolver: Resolver
    mark: int
    before: State

    def of(self, item: Abstract, same_reference: bool = True) -> Shape:
        """The shape of what a variable is before the first turn. same_reference: no turn binds it to another array."""
        stale = is_stale(self.resolver, item)
        if stale is not None:
            return Fixed(stale.poison())
        if isinstance(item, Value | Const) and not is_unbound(item):
            kind = self.resolver.kind(item)
            if same_reference and isinstance(item, Value) and not immutable(kind):
                return Fixed(item)
            return Leaf(forget(kind), frozenset(self.resolver.memory.tokens_of(item)))
        if isinstance(item, Aggregate):
            return Parts(item.type, item.keys, tuple(self.of(i, False) for i in item.items))
        if isinstance(item, Ref) and item.region.number > self.mark:  # an earlier turn has made it
            return Held(
                item.region.name, self.of_content(content_of(self.resolver, item)), frozenset(item.region.tokens)
            )
        return Fixed(item)

    def of_content(self, content: Content) -> Shape:
        """The shape of what a region holds."""
        if isinstance(content, Stale):
            return Fixed(content)
        return _versioned(self.of(content, False))

    def join(self, shape: Shape, item: Abstract, widen: bool) -> Shape:
        """The shape that holds a result of the body, too."""
        if is_unbound(item):
            return shape
        stale = is_stale(self.resolver, item)
        if stale is not None:
            return Fixed(stale.poison())
        if isinstance(item, Poison):
            return Fixed(item)
        if isinstance(shape, Fixed):
            return self._fixed(shape, item, widen)
        if isinstance(shape, Held):
            if not isinstance(item, Ref):
                return self._poison()
            tokens = shape.tokens | item.region.tokens
            return Held(shape.name, self.join(shape.content, content_of(self.resolver, item), widen), tokens)
        if isinstance(shape, Parts):
            return self._parts(shape, item, widen)
        if isinstance(item, Ref):
            item = content_of(self.resolver, item)
        if not isinstance(item, Value | Const | Aggregate):
            return self._poison()
        kind = join(shape.kind, forget(self.resolver.kind(item)))
        if widen and kind != shape.kind:
            kind = TOP
        return Leaf(kind, shape.tokens | self.resolver.memory.tokens_of(item))

    def join_content(self, shape: Shape, content: Content, widen: bool) -> Shape:
        """The shape of what a region holds in every turn."""
        if isinstance(content, Stale):
            return Fixed(content)
        if isinstance(shape, Fixed) and isinstance(shape.item, Stale):
            return shape
        return _versioned(self.join(shape, content, widen))

    def _fixed(self, shape: Fixed, item: Abstract, widen: bool) -> Shape:
        old = shape.item
        if isinstance(old, Unsure) and old is not item:
            return Fixed(Poison(old.reason, old.at))
        if old is item or isinstance(old, Poison) or (isinstance(old, Const) and old == item):
            return shape
        if isinstance(old, Static) and isinstance(item, Static) and old.obj is item.obj:
            return shape
        if isinstance(old, Ref) and isinstance(item, Ref):
            if old.region is item.region:
                return shape
            content = self.of_content(self._at_first(old))
            held = Held(old.region.name, content, frozenset(old.region.tokens))
            return self.join(held, item, widen)
        if is_unbound(old):
            return self.of(item, False)
        if isinstance(old, Value):
            return self.join(self.of(old, False), item, widen)
        return self._poison()

    def _at_first(self, ref: Ref) -> Abstract:
        """What a reference refers to when the loop begins."""
        memory = self.resolver.memory
        state, memory.state = memory.state, self.before
        try:
            return content_of(self.resolver, ref)
        finally:
            memory.state = state

    def _parts(self, shape: Parts, item: Abstract, widen: bool) -> Shape:
        parts = self.resolver.parts_of(item)
        if parts is not None and (parts.type, parts.keys) == (shape.type, shape.keys):
            pairs = zip(shape.items, parts.items, strict=True)
            return Parts(shape.type, shape.keys, tuple(self.join(s, i, widen) for s, i in pairs))
        whole = self._leaf(shape)
        if whole is None or not isinstance(item, Value | Aggregate | Ref):
            return self._poison()
        return self.join(whole, item, widen)

    def _leaf(self, shape: Shape) -> Leaf | None:
        """One value for a whole container."""
        if isinstance(shape, Leaf):
            return shape
        if isinstance(shape, Held):
            return self._leaf(shape.content)
        if isinstance(shape, Fixed):
            return None
        items = [self._leaf(s) for s in shape.items]
        if any(i is None for i in items):
            return None
        kinds = tuple(i.kind for i in items if i is not None)
        tokens = frozenset().union(*(i.tokens for i in items if i is not None))
        return Leaf(Tree(shape.type, shape.keys, kinds), tokens)

    def _poison(self) -> Shape:
        return Fixed(
            Poison("a name stands for different functions or objects from turn to turn of a loop", self.resolver.place)
        )

    def same(self, a: Shape, b: Shape) -> bool:
        """Whether two shapes are one, but for the memory that they may be."""
        if isinstance(a, Fixed) and isinstance(b, Fixed):
            poisoned = isinstance(a.item, Poison | Stale) and isinstance(b.item, Poison | Stale)
            poisoned = poisoned and isinstance(a.item, Unsure) == isinstance(b.item, Unsure)
            return a.item is b.item or poisoned or (isinstance(a.item, Const) and a.item == b.item)
        if isinstance(a, Leaf) and isinstance(b, Leaf):
            return a.kind == b.kind
        if isinstance(a, Held) and isinstance(b, Held):
            return self.same(a.content, b.content)
        if isinstance(a, Parts) and isinstance(b, Parts):
            return (a.type, a.keys) == (b.type, b.keys) and all(
                self.same(x, y) for x, y in zip(a.items, b.items, strict=True)
            )
        return False

    def overlaps(self, shapes: Iterable[Shape]) -> tuple[object, ...]:
        """Which of these may be the same memory as which, and as what was there before (numbered up to the mark)."""
        memory = self.resolver.memory
        tokens = [t for s in shapes for t in _tokens(s)]
        outside = [
            (r.number, r.tokens) for (h, k), r in memory.parts.items() if h.number <= self.mark and k == ITEMS
        ]
        return tuple(
            (
                tuple(k for k, other in enumerate(tokens) if not own.isdisjoint(other)),
                tuple(n for n, other in outside if not own.isdisjoint(other)),
                tuple(sorted(t.number for t in own if isinstance(t, Region) and t.number <= self.mark)),
            )
            for own in tokens
        )


def _tokens(shape: Shape) -> Iterator[Tokens]:
    if isinstance(shape, Leaf):
        yield shape.tokens
    elif isinstance(shape, Held):
        yield shape.tokens
        yield from _tokens(shape.content)
    elif isinstance(shape, Parts):
        for item in shape.items:
            yield from _tokens(item)


def _versioned(shape: Shape) -> Shape:
    """What a region holds is that region's own memory."""
    return Leaf(shape.kind, frozenset()) if isinstance(shape, Leaf) else shape


__all__ = ["ANY", "Fixed", "Leaf", "List", "Shape", "Shapes"]
