"""The abstract heap: which memory a value may be, what that memory holds now, and what a store changes.

Memory that a store may change (an array, list, dict, object, closure cell) is a `Region`. A name holds a reference: an
array is the IR value of its birth, or a view of one; a container made here is a `Ref`. What is versioned is the region:

    a[i] = v       heap[region of a] = store(current version of a, i, v)
    b = a[1:]      b is derived from a; read after a store into a, it is derived again from the current version

Two regions may be the same memory where their tokens meet (a name that is one array or another, a reshape that may be a
view). A store into one makes the other stale: reading it afterwards is refused, naming both.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, TypeAlias

import numpy as np

from sourcead.errors import Place
from sourcead.frontend.abstract import Abstract, AccessPath, Aggregate, Ref, Region, Stale, Static, Undone
from sourcead.frontend.layouts import (
    ITEMS,
    PARTS,
    copies,
    immutable,
    is_contiguous,
    is_view,
    key_of_part,
    makes_a_list,
    mutable,
)
from sourcead.ir import Op, Value
from sourcead.kinds import Array, List, Opaque, Tree
from sourcead.primitives import lists, structural
from sourcead.records import dataclass, field

Content: TypeAlias = "Abstract | Stale"
WORLD = "world"  # the token of all that functions without source may hand out
_DISPLAYS = (structural.TUPLE, structural.LIST, structural.DICT)
UNDONE = "what an exception left undone"  # the other name of what a `finally` or a handler finds half changed


@dataclass(slots=True)
class State:
    """What the regions hold at one point of the program; branches and loops work on forks of it."""

    heap: dict[Region, Content] = field(default_factory=dict)
    derived: dict[Value, tuple[Any, Value]] = field(default_factory=dict)  # view -> the root's version, the view of it
    guarded: tuple[tuple[int, dict[Region, Content]], ...] = ()  # before each open `try`
    finals: tuple[tuple[dict[Region, Content], dict[Region, Content]], ...] = ()  # of each open `finally`: what its
    # body has stored, and what stands for that meanwhile

    def fork(self) -> State:
        """A copy that changes by itself."""
        return State(dict(self.heap), dict(self.derived), self.guarded, self.finals)


@dataclass(slots=True, eq=False)
class Memory:
    """Regions and views of all values met so far, and the state at the point that resolving has reached."""

    state: State = field(default_factory=State)
    regions: dict[Value, Region] = field(default_factory=dict)
    views: dict[Value, tuple[Value, Op, Any]] = field(default_factory=dict)  # view -> base, op, root's version then
    parts: dict[tuple[Region, Hashable], Region] = field(default_factory=dict)  # the regions of what a container holds
    paths: dict[AccessPath, Region] = field(default_factory=dict)
    overlaps: dict[object, list[Region]] = field(default_factory=dict)
    contiguous: set[Value] = field(default_factory=set)
    within: dict[Region, set[object]] = field(default_factory=dict)  # what a container made of things reaches
    count: int = 0
    stores: int = 0  # how many stores were resolved so far: what made none needs no second look
    objects: dict[int, tuple[Region, Static]] = field(default_factory=dict)  # captured objects that are stored into
    outside: dict[int, tuple[Region, object]] = field(default_factory=dict)  # captured arrays and containers
    names: dict[tuple[int, str], Region] = field(default_factory=dict)  # outer variables that are stored into
    first: dict[Region, Content] = field(default_factory=dict)  # what captured objects' overlays hold before any store
    resized: int = 0  # how often a list of unknown length was made longer or shorter
    stored_at: dict[Region, Place | None] = field(default_factory=dict)  # the latest store into a region
    of_rules: set[Region] = field(default_factory=set)  # what derivative rules have made and stored into
    unfollowed: dict[Value, None] = field(default_factory=dict)  # codes of the `try`s of which no handler is followed
    written: dict[Hashable, tuple[AccessPath, Place | None]] = field(default_factory=dict)  # see `surroundings.writes`

    # -- regions ---------------------------------------------------------------------------------------------

    def make(self, name: str, tokens: Iterable[object] = (), origin: str = "local", at: Place | None = None) -> Region:
        """A new region that may be the same memory as those of the tokens."""
        self.count += 1
        region = Region(name, origin, at, number=self.count)
        self.meet(region, [region, *tokens])
        return region

    def meet(self, region: Region, tokens: Iterable[object]) -> None:
        """Let a region be what has these tokens, too."""
        for token in tokens:
            if token not in region.tokens:
                region.tokens.add(token)
                self.overlaps.setdefault(token, []).append(region)

    def region(self, value: Value) -> Region:
        """The region of a value; what an op has just made is one of its own."""
        found = self.regions.get(value)
        if found is None:
            found = self.regions[value] = self.make(value.hint)
            found.birth = value
        return found

    def region_in_rule(self, value: Value) -> Region:
        """The region of an array that a rule made and stores into: the primal values keep their versions."""
        if value not in self.regions:
            self.of_rules.add(self.region(value))
        return self.regions[value]

    def adopt(self, value: Value, tokens: Iterable[object], origin: str = "local") -> Region:
        """Give a value a new region that may be other memory too."""
        region = self.regions[value] = self.make(value.hint, tokens, origin)
        region.birth = value
        return region

    def captured(self, value: Value, obj: object, op: Op, path: AccessPath) -> None:
        """A value is an object that was there before the call: every way to that object leads to one region."""
        found = self.outside.get(id(obj))
        if found is None:
            region = self.make(value.hint, (), "captured")
            region.birth, region.op, region.path = value, op, path
            for other, known in self.outside.values():
                if isinstance(obj, np.ndarray) and isinstance(known, np.ndarray) and np.may_share_memory(obj, known):
                    self.meet(region, other.tokens)
            found = self.outside[id(obj)] = (region, obj)
        self.regions[value] = found[0]
        self.views.pop(value, None)

    def tokens_of(self, item: Abstract) -> set[object]:
        """All the memory that something reaches."""
        if isinstance(item, Value):
            return set() if immutable(item.kind) else set(self.region(item).tokens)
        if isinstance(item, Aggregate):
            return set().union(*map(self.tokens_of, item.items))
        if isinstance(item, Ref):
            content = self.state.heap.get(item.region)
            while isinstance(content, Undone):
                content = content.content
            inner = self.tokens_of(content) if content is not None and not isinstance(content, Stale) else set()
            return item.region.tokens | inner
        return set()

    def part(self, holder: Region, key: Hashable, name: str, path: AccessPath | None) -> Region:
        """The region of what a container holds under a key."""
        found = self.parts.get((holder, key))
        if found is None:
            known = [r for (h, k), r in self.parts.items() if h is holder and ITEMS in (k, key)]
            tokens = {(t, key) for t in holder.tokens}.union(*(r.tokens for r in known))
            found = self.parts[holder, key] = self.make(name, tokens, holder.origin)
            found.summary = key == ITEMS or holder.summary
            found.path, found.whole = path, (holder, key)
        return found

    def relatives(self, region: Region) -> list[str]:
        """The names of other memory that a region may be, in the order of making."""
        found = {r for token in region.tokens for r in self.overlaps.get(token, ()) if r is not region and r.words}
        return list(dict.fromkeys(r.words for r in sorted(found, key=lambda r: r.number)))

    # -- what ops make ---------------------------------------------------------------------------------------

    def note(self, op: Op, path: AccessPath | None = None) -> None:
        """Record what memory the results of an op are."""
        result = op.primitive.result
        if result in ("scalar", "base"):
            return
        if makes_a_list(op):
            self._note_list(op)
            return
        if result == "fresh":
            for out in op.outs:
                if not immutable(out.kind):
                    self.region(out)  # numbered now, in the order of making
            if op.primitive in _DISPLAYS:
                self.within[self.region(op.outs[0])] = self._reached(op.args)
            if len(op.outs) == 1 and is_contiguous(op, self.contiguous):
                self.contiguous.add(op.outs[0])
            return
        for position, out in enumerate(op.outs):
            if not immutable(out.kind) and out not in self.regions:
                self._note(op, position, out)

    def _note(self, op: Op, position: int, out: Value) -> None:
        base = op.args[0] if op.args and isinstance(op.args[0], Value) else None
        if op.primitive is structural.CAPTURE or base is None:
            self.adopt(out, (), "captured").op = op
        elif op.primitive is structural.CALL:
            self.adopt(out, self._reached(op.args[1:]) | {WORLD}, "unknown").at = op.at
        elif isinstance(out.kind, Tree | List) and isinstance(base.kind, Array) and op.primitive not in PARTS:
            self._note_pieces(op, out)
        elif isinstance(base.kind, Array) and (is_view(op) or self._lies_flat(op, base, out)):
            region = self.regions[out] = self.region(base)
            self.views[out] = (base, op, self.state.heap.get(region))
        elif isinstance(base.kind, Array) and op.primitive is structural.GETITEM and copies(op):
            self.region(out)
        elif isinstance(base.kind, Tree | List | Opaque) and op.primitive in PARTS:
            key = key_of_part(op, position, base.kind)
            holder = self.region(base)
            region = self.regions[out] = self.part(holder, key, out.hint, None)
            if holder in self.within:
                self.within[region] = self.within[holder]
                self.meet(region, self.within[holder])
            if region.op is None:
                region.op, region.birth = op, out
        else:
            tokens = self._reached(op.args)
            self.adopt(out, tokens, "perhaps" if tokens else "local").at = op.at

    def _note_pieces(self, op: Op, out: Value) -> None:
        """A new list or tuple of arrays, which may be views of what the op was given."""
        region, tokens = self.region(out), self._reached(op.args)
        for key in out.kind.keys if isinstance(out.kind, Tree) else (ITEMS,):
            piece = self.part(region, key, "", None)
            piece.origin, piece.at = "perhaps", op.at
            self.meet(piece, tokens)

    def _reached(self, args: Iterable[object]) -> set[object]:
        """All the memory that these atoms may be, or hold."""
        found = [self.region(a) for a in args if isinstance(a, Value) and not immutable(a.kind)]
        return set().union(*(r.tokens for r in found), *(self.within.get(r, ()) for r in found))

    def _note_list(self, op: Op) -> None:
        """A new list that holds what its arguments hold: the object is new, its items are theirs."""
        (out,) = op.outs
        region = self.region(out)
        for arg in op.args:
            if mutable(arg) and isinstance(arg, Value) and not immutable(lists.item_of(out.kind)):
                held = self.region(arg) if isinstance(arg.kind, Array) else self.part(self.region(arg), ITEMS, "", None)
                self.meet(self.part(region, ITEMS, "", None), held.tokens)

    def _lies_flat(self, op: Op, base: Value, out: Value) -> bool:
        """Whether a reshape is certainly a view: of what lies in memory row after row, or has one axis."""
        if op.primitive.name not in ("np.reshape", "np.ravel") or op.attr("order") or not isinstance(out.kind, Array):
            return False
        one = isinstance(base.kind, Array) and len(base.kind.dims) == 1 and op.primitive.name == "np.reshape"
        if base in self.contiguous:
            self.contiguous.add(out)
        return one or base in self.contiguous

    def hold(self, list_value: Value, item: Abstract) -> None:
        """A list of unknown length now holds an item: its memory is the list's items', too."""
        tokens = self.tokens_of(item)
        if tokens:
            self.meet(self.part(self.region(list_value), ITEMS, "", None), tokens)

    # -- stores ----------------------------------------------------------------------------------------------

    def set(self, region: Region, content: Content) -> None:
        """A region holds something else from here on."""
        self.state.heap[region] = content

    def set_first(self, region: Region, content: Content) -> None:
        """What a region holds before any store: on every path."""
        self.first[region] = content

    def content(self, region: Region) -> Content | None:
        """What a region holds now; None for what it held from the start."""
        found = self.current(region)
        return self.first.get(region) if found is None else found

    def current(self, region: Region) -> Content | None:
        """What a store has put into a region. What is read behind the body of a `try` is what that has stored: where an
        exception was caught, the derivative goes no further."""
        found = self.state.heap.get(region)
        while isinstance(found, Undone):
            self.unfollowed[found.code] = None
            found = found.content
        return found

    def changed(self, region: Region, at: Place | None, name: str = "") -> None:
        """What may be the same memory as a region that was stored into is not known any more."""
        self.stores += 1
        self.stored_at[region] = at
        for token in region.tokens:
            for other in self.overlaps.get(token, ()):
                if other is not region:
                    self.state.heap[other] = Stale(other.words, name or region.words, at)
        if region.origin == "captured":
            for other in self.overlaps.get(WORLD, ()):
                if other is not region:
                    self.state.heap[other] = Stale(other.words, name or region.words, at)

    def lost(self, region: Region, by: str, at: Place | None) -> None:
        """What a region holds is not known any more: a function without source was handed it."""
        self.changed(region, at)
        self.state.heap[region] = Stale(region.words, by, at)

    def begin_body(self) -> None:
        """The body of a `try` begins."""
        self.state.guarded = (*self.state.guarded, (self.count, dict(self.state.heap)))

    def end_body(self) -> None:
        """The `try` that began last ends."""
        self.state.guarded = self.state.guarded[:-1]

    def stored_in_body(self) -> dict[Region, Content]:
        """The memory from before the `try` that its body has stored into, with what it holds."""
        mark, before = self.state.guarded[-1]
        return {r: c for r, c in self.state.heap.items() if r.number <= mark and before.get(r) is not c}

    def is_of_rule(self, value: Value) -> bool:
        """Whether a derivative rule has stored into this: what the function itself made is read as it was."""
        return bool(self.of_rules) and self.regions.get(value) in self.of_rules

    def version(self, value: Value) -> Value | Stale:
        """The current version of a value that is no view."""
        region = self.regions.get(value)
        content = None if region is None else self.state.heap.get(region)
        return content if isinstance(content, Value | Stale) else value
