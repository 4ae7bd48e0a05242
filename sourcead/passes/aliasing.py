"""Aliasing: which memory each value may share, and what is live after each op.

The roots of a value are the values whose memory it may be: itself where an allocating primitive made it, its
argument's where
it is a view, all of its items' where it is a container. A root is owned when this function allocated it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sourcead.ir import Atom, Block, Function, Op, Value, walk
from sourcead.kinds import NONE, Opaque, Scalar
from sourcead.primitives import structural

READ_ONLY = frozenset({"np.broadcast_to", "helper unreduce"})  # what they return may not be stored into


def immutable(value: Value) -> bool:
    """Whether a value has no memory to share: a number, None, a text."""
    return (
        isinstance(value.kind, Scalar)
        or value.kind == NONE
        or (isinstance(value.kind, Opaque) and value.kind.type is str)
    )


@dataclass(slots=True, eq=False)
class Carried:
    """Where the memory of a loop parameter comes from: its initial value, or what an earlier turn handed on."""

    loop: Op
    inside: frozenset[Value]  # the roots that the loop's body allocates: an earlier turn's are not this turn's
    init: frozenset[Value] = frozenset()
    result: frozenset[Value] = frozenset()


@dataclass(slots=True, eq=False)
class Aliases:
    """The roots of all values of a function. A loop parameter is a root that stands for memory of earlier turns."""

    roots: dict[Value, frozenset[Value]] = field(default_factory=dict)
    owned: set[Value] = field(default_factory=set)
    carried: dict[Value, Carried] = field(default_factory=dict)
    depth: dict[Value, int] = field(default_factory=dict)
    level: int = 0
    met: dict[tuple[Value, Value], bool] | None = None  # answers, once the whole function has been analysed
    by_roots: dict[frozenset[Value], list[Value]] = field(default_factory=dict)
    groups: dict[frozenset[Value], frozenset[Value]] = field(default_factory=dict)
    found_origins: dict[Value, tuple[frozenset[Value], frozenset[Value]]] = field(default_factory=dict)

    @classmethod
    def of(cls, function: Function) -> Aliases:
        """Analyse a function."""
        aliases = cls()
        for param in function.body.params:
            aliases.record(param, frozenset({param}))
        aliases.block(function.body)
        aliases.met = {}
        return aliases

    def of_atom(self, atom: Atom) -> frozenset[Value]:
        """The roots of an atom."""
        return self.roots.get(atom, frozenset()) if isinstance(atom, Value) else frozenset()

    def union(self, atoms: Iterable[Atom]) -> frozenset[Value]:
        """The roots of several atoms together."""
        return frozenset().union(*map(self.of_atom, atoms))

    def record(self, value: Value, roots: frozenset[Value]) -> None:
        """Record the roots of a value."""
        self.roots[value] = frozenset() if immutable(value) else roots
        if value in roots:
            self.depth.setdefault(value, self.level)

    def own(self, atom: Atom) -> bool:
        """Whether all memory that an atom may be was allocated by this function."""
        return all(self._owned(r, set()) for r in self.of_atom(atom))

    def _owned(self, root: Value, seen: set[Value]) -> bool:
        if root not in self.carried or root in seen:
            return root in self.owned or root in seen
        seen.add(root)
        sources = self.carried[root].init | self.carried[root].result
        return all(self._owned(s, seen) for s in sources)

    def share(self, a: Atom, b: Atom) -> bool:
        """Whether two values may share memory at one moment."""
        return self.meet(self.of_atom(a), self.of_atom(b))

    def sharing(self, value: Value) -> frozenset[Value]:
        """All values that may share memory with this one; asked once the whole function has been analysed."""
        roots = self.of_atom(value)
        if roots not in self.groups:
            if not self.by_roots:
                for other, theirs in self.roots.items():
                    self.by_roots.setdefault(theirs, []).append(other)
            meeting = (values for theirs, values in self.by_roots.items() if self.meet(roots, theirs))
            self.groups[roots] = frozenset(v for values in meeting for v in values)
        return self.groups[roots]

    def meet(self, left: frozenset[Value], right: frozenset[Value]) -> bool:
        """Whether values of these roots may share memory at one moment."""
        if not self.carried:
            return not left.isdisjoint(right)
        return not left.isdisjoint(right) or any(self._same(x, y) for x in left for y in right)

    def _same(self, a: Value, b: Value) -> bool:
        if a is b:
            return True
        if a not in self.carried and b not in self.carried:
            return False
        if self.met is None:
            return self._meets(a, b)
        if (a, b) not in self.met:
            self.met[a, b] = self._meets(a, b)
        return self.met[a, b]

    def _meets(self, a: Value, b: Value) -> bool:
        if a in self.carried and b in self.carried and self.carried[a].loop is self.carried[b].loop:
            (outer1, inner1), (outer2, inner2) = self.origins(a), self.origins(b)
            return bool(inner1 & inner2) or any(self._same(x, y) for x in outer1 for y in outer2)
        if b in self.carried and (a not in self.carried or self.depth[b] > self.depth[a]):
            a, b = b, a
        outer, _ = self.origins(a)
        return b not in self.carried[a].inside and any(self._same(o, b) for o in outer)

    def origins(self, param: Value) -> tuple[frozenset[Value], frozenset[Value]]:
        """The roots that a loop parameter's memory may be: those outside the loop, and those that its body
        allocates."""
        if self.met is None:
            return self._origins(param)
        if param not in self.found_origins:
            self.found_origins[param] = self._origins(param)
        return self.found_origins[param]

    def _origins(self, param: Value) -> tuple[frozenset[Value], frozenset[Value]]:
        loop = self.carried[param].loop
        outer: set[Value] = set()
        inner: set[Value] = set()
        seen = {param}
        stack = [param]
        while stack:
            item = stack.pop()
            record = self.carried[item]
            for root in record.init | record.result:
                if root in self.carried and self.carried[root].loop is loop:
                    if root not in seen:
                        seen.add(root)
                        stack.append(root)
                elif root in record.inside:
                    inner.add(root)
                else:
                    outer.add(root)
        return frozenset(outer), frozenset(inner)

    def block(self, block: Block) -> None:
        """Analyse the ops of a block in order."""
        for op in block.ops:
            if op.name == "if":
                for inner in op.blocks:
                    self.block(inner)
                for k, out in enumerate(op.outs):
                    self.record(out, self.union(b.results[k] for b in op.blocks))
            elif op.blocks:
                self.loop(op)
            else:
                self.simple(op)

    def simple(self, op: Op) -> None:
        """An op without blocks."""
        primitive = op.primitive
        for out in op.outs:
            if primitive is structural.GETITEM and _copies(op):
                roots = frozenset({out})
                self.owned.add(out)
            elif primitive in (structural.TUPLE, structural.LIST, structural.DICT):
                roots = self.union(op.args) | {out}
                self.owned.add(out)
            elif primitive.result in ("view", "base") or primitive in (
                structural.UNPACK,
                structural.GETITEM,
                structural.GETATTR,
            ):
                roots = self.union(op.args[:1])
            elif primitive.result == "maybe":
                roots = self.union(op.args) | {out}
                if primitive is not structural.CALL:
                    self.owned.add(out)
            elif primitive.result == "scalar":
                roots = frozenset()
            else:
                roots = frozenset({out})
                self.owned.add(out)
            if primitive in (structural.CAPTURE, structural.CALL, structural.GETATTR) and not roots:
                roots = frozenset({out})
            if primitive.name in READ_ONLY:
                roots = roots | {out}  # read-only memory: a root that nobody owns
                self.owned.discard(out)
            self.record(out, roots)

    def loop(self, op: Op) -> None:
        """A loop: its parameters are roots of their own while its body is looked at."""
        exits, count = int(op.attr("exits", False)), op.attr("carried", 0)
        body, split = op.blocks[-1], len(op.args) - count
        params = body.params[len(body.params) - count :]
        position = 0
        for source, item in zip(op.attr("sources", ()), body.params[1:], strict=False):
            self.record(item, self.of_atom(op.args[position]) if source.form == "rows" else frozenset())
            position += source.arity
        self.level += 1
        inside = frozenset(o for block in op.blocks for inner in walk(block) for o in inner.outs)
        for param, init in zip(params, op.args[split:], strict=True):
            self.record(param, frozenset({param}))
            if not immutable(param):
                self.carried[param] = Carried(op, inside, self.of_atom(init))
        if op.name == "while":
            for test, param in zip(op.blocks[0].params, params, strict=True):
                self.record(test, self.of_atom(param))
            self.block(op.blocks[0])
        self.block(body)
        for param, result in zip(params, body.results[exits : exits + count], strict=True):
            if param in self.carried:
                self.carried[param].result = self.of_atom(result)
        self.level -= 1
        for k, out in enumerate(op.outs[exits : exits + count]):
            self.record(out, self._after(op, self.union((params[k], op.args[split + k], body.results[exits + k]))))
        for result, out in zip(body.results[exits + count :], op.outs[exits + count :], strict=False):
            self.record(out, self._after(op, self.of_atom(result)) | {out})

    def _after(self, op: Op, roots: frozenset[Value]) -> frozenset[Value]:
        """Roots as they are after a loop: its parameters stand for what they may have been."""
        found: set[Value] = set()
        for root in roots:
            if root in self.carried and self.carried[root].loop is op:
                outer, inner = self.origins(root)
                found |= outer | inner
            else:
                found.add(root)
        return frozenset(found)


def _copies(op: Op) -> bool:
    """Whether a subscript makes a copy: it holds an array, or list, of integers or booleans."""
    from sourcead.ir import Hole
    from sourcead.kinds import Array

    kinds = [a.kind if isinstance(a, Value) else NONE for a in op.args[1:]]
    base = op.args[0]
    if not isinstance(base, Value) or not isinstance(base.kind, Array):
        return False
    holes = [e.index for level in op.attr("path") for e in level if isinstance(e, Hole)]
    return any(isinstance(kinds[k], Array) or structural.is_list(kinds[k]) for k in holes)


def uses(op: Op) -> Iterable[Value]:
    """The values that an op reads, in its blocks those from outside them."""
    if not op.blocks:
        return [a for a in op.args if isinstance(a, Value)]
    found: dict[Op, dict[Value, None]] = {}
    for block in op.blocks:
        found.update(uses_of_all(block))
    return _uses(op, found)


def uses_of_all(block: Block) -> dict[Op, dict[Value, None]]:
    """The values that each op of a block, and of the blocks in it, reads."""
    found: dict[Op, dict[Value, None]] = {}
    for op in reversed(list(walk(block))):  # what is inside an op before the op
        found[op] = _uses(op, found)
    return found


def _uses(op: Op, inside: dict[Op, dict[Value, None]]) -> dict[Value, None]:
    read = {a: None for a in op.args if isinstance(a, Value)}
    for block in op.blocks:
        own = {*block.params, *(o for inner in block.ops for o in inner.outs)}
        for inner in block.ops:
            read.update((u, None) for u in inside[inner] if u not in own)
        read.update((r, None) for r in block.results if isinstance(r, Value) and r not in own)
    return read
