"""Joining what two paths left: one out of an `if` for each atom that differs, for names and for what regions hold."""

from __future__ import annotations

from typing import Any

from sourcead.frontend.abstract import (
    UNBOUND,
    Abstract,
    Aggregate,
    Cell,
    Poison,
    Ref,
    Region,
    Stale,
    Static,
    is_unbound,
)
from sourcead.frontend.contents import first_content, is_stale
from sourcead.frontend.memory import Content, State
from sourcead.frontend.objects import fill
from sourcead.frontend.owned_sizes import owned
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Builder, Const, Value
from sourcead.kinds import ANY, TOP, Kind, Known, List, Scalar, Tree, join


class Join:
    """Collects the results of an `if` whose sides ended in these builders and states."""

    def __init__(self, resolver: Resolver, builders: list[Builder], states: list[State]) -> None:
        self.resolver = resolver
        self.builders, self.states = builders, states
        self.columns: tuple[list[Atom], list[Atom]] = ([], [])
        self.outs: list[Value] = []
        self.refs: dict[tuple[Region, Region | None], Ref] = {}
        self.held: dict[Region, Content] = {}
        self.values: dict[tuple[Atom, Atom], Value] = {}

    def join(self, a: Abstract, b: Abstract, hint: str) -> Abstract:
        """The value after the `if` of something that is `a` in one branch and `b` in the other."""
        if a is b or (isinstance(a, Const) and a == b):
            return a
        if isinstance(a, Static) and isinstance(b, Static) and a.obj is b.obj:
            return a
        for item in (a, b):
            if isinstance(item, Poison):
                return Poison(item.reason, item.at)  # not what a `finally` found: one path has stored there
        for side, item in enumerate((a, b)):
            stale = self._within(side, lambda i=item: is_stale(self.resolver, i))
            if stale is not None:
                return stale.poison()  # type: ignore[no-any-return]
        refs = [x for x in (a, b) if isinstance(x, Ref)]
        if refs and all(isinstance(x, Ref) or is_unbound(x) for x in (a, b)):
            return self._refs(a, b, hint)
        if is_unbound(b) and isinstance(a, Aggregate):
            return self._items(a, a.items, [UNBOUND] * len(a.items), hint)
        if is_unbound(a) and isinstance(b, Aggregate):
            return self._items(b, [UNBOUND] * len(b.items), b.items, hint)
        if isinstance(a, Aggregate) and isinstance(b, Aggregate) and (a.type, a.keys) == (b.type, b.keys):
            return self._items(a, a.items, b.items, hint)
        atoms: list[Atom] = []
        for side, item in enumerate((a, b)):
            if is_unbound(item):
                atoms.append(UNBOUND)
            elif isinstance(item, Value | Const | Aggregate | Ref):
                atoms.append(self._atom(item, side))
            else:
                return Poison(
                    "a name stands for different functions or objects on the paths that lead here", self.resolver.place
                )
        return self._out((a, b), (atoms[0], atoms[1]), hint)

    def _items(self, shape: Aggregate, left: Any, right: Any, hint: str) -> Aggregate:
        names = part_names(shape.type, hint, shape.keys)
        items = tuple(self.join(x, y, n) for x, y, n in zip(left, right, names, strict=True))
        return Aggregate(shape.type, shape.keys, items)

    def _refs(self, a: Abstract, b: Abstract, hint: str) -> Abstract:
        """Two containers: a new reference to what either holds; it may be the memory of both."""
        first, second = (x.region if isinstance(x, Ref) else None for x in (a, b))
        if first is second and isinstance(a, Ref):
            return a
        key = (first, second)
        if key not in self.refs:
            tokens = set().union(*(r.tokens for r in key if r is not None))
            region = self.resolver.memory.make(hint, tokens)
            self.refs[key] = Ref(region)  # type: ignore[index]
            contents: list[Any] = [UNBOUND if r is None else self._current(r, k) for k, r in enumerate(key)]
            self.held[region] = self._content(contents[0], contents[1], hint)
        return self.refs[key]  # type: ignore[index]

    def _content(self, a: Content, b: Content, hint: str) -> Content:
        if isinstance(a, Stale):
            return a
        if isinstance(b, Stale):
            return b
        if isinstance(a, Aggregate) and isinstance(b, Aggregate) and a.keys != b.keys and a.type is not list:
            return Poison("a container has different keys on the paths that lead here", self.resolver.place)
        from sourcead.frontend.data import expanded

        first, second = a, b
        if isinstance(first, Value) and isinstance(first.kind, Tree) and isinstance(b, Aggregate):
            return self.join(self._within(0, lambda v=first: expanded(self.resolver, v)), b, hint)
        if isinstance(second, Value) and isinstance(second.kind, Tree) and isinstance(a, Aggregate):
            return self.join(a, self._within(1, lambda v=second: expanded(self.resolver, v)), hint)
        return self.join(a, b, hint)

    def heaps(self, mark: int) -> None:
        """Join what the regions hold that were there before (numbered up to the mark), or are parts of such."""
        first, second = (s.heap for s in self.states)
        before = self.resolver.memory.state
        for region in dict.fromkeys([*first, *second]):
            if first.get(region) is second.get(region):
                before.heap[region] = first[region]
                continue
            a, b = self._current(region, 0), self._current(region, 1)
            if a is b and a is not None:
                before.heap[region] = a
            elif region.number > mark and region.op is None and region not in self.resolver.memory.first:
                pass  # made in one branch: names that lead to it were joined above
            elif isinstance(a, Stale) or isinstance(b, Stale):  # on the other path nothing may have led to it
                before.heap[region] = a if isinstance(a, Stale) else b  # type: ignore[assignment]
            else:
                a = self._born(region, 0) if a is None else a
                b = self._born(region, 1) if b is None else b
                a, b = self._filled(region, a, b), self._filled(region, b, a)
                held = self._content(a, b, region.hint)
                if isinstance(held, Value):
                    self.resolver.memory.regions[held] = region
                before.heap[region] = held
        before.heap.update(self.held)

    def _filled(self, region: Region, a: Content, b: Content) -> Content:
        """What was stored into an object's attributes, with those that only the other side stored into."""
        if region not in self.resolver.memory.first or not isinstance(a, Aggregate) or not isinstance(b, Aggregate):
            return a
        missing = [str(k) for k in b.keys if k not in a.keys]
        before = fill(self.resolver, region, missing) if missing else a
        items = {k: a.get(k) if k in a.keys else before.get(k) for k in dict.fromkeys([*b.keys, *a.keys])}
        return Aggregate(a.type, tuple(items), tuple(items.values()))  # type: ignore[arg-type]

    def _current(self, region: Region, side: int) -> Content | None:
        held: Content | None = self._within(side, lambda: self.resolver.memory.current(region))
        return held

    def _born(self, region: Region, side: int) -> Abstract:
        content: Abstract = self._within(side, lambda: first_content(self.resolver, region))
        return content

    def _within(self, side: int, make: Any) -> Any:
        resolver, memory = self.resolver, self.resolver.memory
        builder, state = resolver.builder, memory.state
        resolver.builder, memory.state = self.builders[side], self.states[side]
        try:
            return make()
        finally:
            resolver.builder, memory.state = builder, state

    def _atom(self, item: Abstract, side: int) -> Atom:
        atom: Atom = self._within(side, lambda: self.resolver.atom(item))
        return atom

    def _out(self, items: tuple[Abstract, Abstract], atoms: tuple[Atom, Atom], hint: str) -> Value:
        resolver = self.resolver
        if atoms in self.values:  # two names of one array stay two names of one
            return self.values[atoms]
        kinds = [forget(resolver.kind(x)) for x in atoms if not is_unbound(x)]
        out = Value(hint, owned(kinds[0] if len(kinds) == 1 else join(kinds[0], kinds[1])))
        if not resolver.backward:
            reach = resolver.memory.tokens_of
            tokens = set().union(*(self._within(k, lambda i=i: reach(i)) for k, i in enumerate(items)))
            if tokens:
                origins = {resolver.memory.region(a).origin for a in atoms if isinstance(a, Value)}
                origin = "local" if origins <= {"local"} else "several"
                resolver.memory.adopt(out, tokens, origin).at = resolver.place
                self.values[atoms] = out
        self.columns[0].append(atoms[0])
        self.columns[1].append(atoms[1])
        self.outs.append(out)
        return out


def part_names(holder: type, hint: str, keys: tuple[Any, ...]) -> list[str]:
    """What the items of a container are called; the variable in a cell keeps its name."""
    if holder is Cell:
        return [hint] * len(keys)
    return [f"{hint}_{k}" if hint else "" for k in keys]


def forget(kind: Kind) -> Kind:
    """A kind without the values that it knows of."""
    if isinstance(kind, Known):
        value = kind.value
        return Scalar(f"py{type(value).__name__}") if isinstance(value, int | float) else TOP
    return Scalar(kind.dtype) if isinstance(kind, Scalar) else kind


__all__ = ["ANY", "Join", "List", "Tree", "forget"]
