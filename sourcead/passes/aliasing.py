"""Aliasing: which memory each value may share, and what is live after each op.

The roots of a value are the values whose memory it may be: itself where an allocating primitive made it, its argument's where
it is a view, all of its items' where it is a container. A root is owned when this function allocated it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sourcead.ir import Atom, Block, Function, Op, Value
from sourcead.kinds import NONE, Opaque, Scalar
from sourcead.primitives import structural

SHAPE_ONLY = frozenset({"np.zeros_like", "np.ones_like", "np.empty_like", "np.shape", "np.ndim", "np.size", "len", "ndarray.shape",
                        "ndarray.ndim", "ndarray.size", "ndarray.dtype"})


def immutable(value: Value) -> bool:
    """Whether a value has no memory to share: a number, None, a text."""
    return isinstance(value.kind, Scalar) or value.kind == NONE or (isinstance(value.kind, Opaque) and value.kind.type is str)


@dataclass(slots=True, eq=False)
class Aliases:
    """The roots of all values of a function."""

    roots: dict[Value, frozenset[Value]] = field(default_factory=dict)
    owned: set[Value] = field(default_factory=set)

    @classmethod
    def of(cls, function: Function) -> Aliases:
        """Analyse a function."""
        aliases = cls()
        for param in function.body.params:
            aliases.roots[param] = frozenset() if immutable(param) else frozenset({param})
        aliases.block(function.body)
        return aliases

    def of_atom(self, atom: Atom) -> frozenset[Value]:
        """The roots of an atom."""
        return self.roots.get(atom, frozenset()) if isinstance(atom, Value) else frozenset()

    def union(self, atoms: Iterable[Atom]) -> frozenset[Value]:
        """The roots of several atoms together."""
        return frozenset().union(*map(self.of_atom, atoms))

    def set(self, value: Value, roots: frozenset[Value]) -> None:
        """Record the roots of a value."""
        self.roots[value] = frozenset() if immutable(value) else roots

    def block(self, block: Block) -> None:
        """Analyse the ops of a block in order."""
        for op in block.ops:
            if op.name == "if":
                for inner in op.blocks:
                    self.block(inner)
                for k, out in enumerate(op.outs):
                    self.set(out, self.union(b.results[k] for b in op.blocks))
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
            elif primitive.result in ("view", "base") or primitive in (structural.UNPACK, structural.GETITEM, structural.GETATTR):
                roots = self.union(op.args[:1])
            elif primitive.result == "maybe" or primitive.name.startswith("helper"):
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
            if primitive.name == "np.broadcast_to":
                roots = roots | {out}  # read-only memory: a root that nobody owns
                self.owned.discard(out)
            self.set(out, roots)

    def loop(self, op: Op) -> None:
        """A loop: what it carries, to a fixed point."""
        exits, count = int(op.attr("exits", False)), op.attr("carried", 0)
        body, split = op.blocks[-1], len(op.args) - count
        params = body.params[len(body.params) - count :]
        position = 0
        for source, item in zip(op.attr("sources", ()), body.params[1:], strict=False):
            self.set(item, self.of_atom(op.args[position]) if source.form == "rows" else frozenset())
            position += source.arity
        for param, init in zip(params, op.args[split:], strict=True):
            self.set(param, self.of_atom(init))
        while True:
            if op.name == "while":
                for test, param in zip(op.blocks[0].params, params, strict=True):
                    self.set(test, self.of_atom(param))
                self.block(op.blocks[0])
            self.block(body)
            changed = False
            for param, result in zip(params, body.results[exits : exits + count], strict=True):
                joined = self.of_atom(param) | self.of_atom(result)
                if joined != self.of_atom(param) and not immutable(param):
                    self.roots[param] = joined
                    changed = True
            if not changed:
                break
        for k, out in enumerate(op.outs[exits : exits + count]):
            self.set(out, self.union((params[k], op.args[split + k])))
        for result, out in zip(body.results[exits + count :], op.outs[exits + count :], strict=False):
            self.set(out, self.union((result,)) | {out})


def _copies(op: Op) -> bool:
    """Whether a subscript makes a copy: it holds an array of integers or booleans."""
    from sourcead.ir import Hole
    from sourcead.kinds import Array

    kinds = [getattr(a, "kind", None) for a in op.args[1:]]
    base = op.args[0]
    if not isinstance(base, Value) or not isinstance(base.kind, Array):
        return False
    return any(isinstance(e, Hole) and isinstance(kinds[e.index], Array) for level in op.attr("path") for e in level)


def uses(op: Op) -> Iterable[Value]:
    """The values that an op reads, in its blocks too; reading only the shape is not reading."""
    if op.name not in SHAPE_ONLY:
        yield from (a for a in op.args if isinstance(a, Value))
    for block in op.blocks:
        for inner in block.ops:
            yield from uses(inner)
        yield from (r for r in block.results if isinstance(r, Value))
