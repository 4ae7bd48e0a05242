"""Names that may be unbound: which values they are, and how those that the backward sweep keeps are bound after all.

if c: y = ...            y may be unbound after the `if`; what keeps y each turn of a loop binds it to None first
"""

from __future__ import annotations

from collections.abc import Iterable

from sourcead.ir import UNDEFINED, Atom, Block, Const, Op, Value
from sourcead.primitives import structural
from sourcead.records import dataclass, field, replace

UNBOUND = Const(UNDEFINED)


@dataclass(slots=True, eq=False)
class Bindings:
    """The values of a primal body that may be unbound, with what each may be."""

    sources: dict[Value, tuple[Atom, ...]] = field(default_factory=dict)
    unbound: set[Value] = field(default_factory=set)
    missing: set[Value] = field(default_factory=set)  # those that may be unbound or None
    gaps: set[Value] = field(default_factory=set)  # lists, given out by loops, whose items may be None
    bound: set[Value] = field(default_factory=set)  # those that are to be None where they have no value

    @classmethod
    def of(cls, body: Block) -> Bindings:
        """Find them."""
        bindings = cls()
        while True:
            before = bindings._found()
            bindings._block(body)
            if bindings._found() == before:
                return bindings

    def _found(self) -> int:
        return len(self.unbound) + len(self.missing) + len(self.gaps)

    def _block(self, block: Block) -> None:
        for op in block.ops:
            for inner in op.blocks:
                self._block(inner)
            if op.name == "helper zeros" and op.args[0] in self.missing:
                self.missing.update(op.outs)
            if op.name == "if":
                for k, out in enumerate(op.outs):
                    self._value(out, tuple(b.results[k] for b in op.blocks))
            elif op.blocks:
                self._loop(op)
            elif op.primitive is structural.GETITEM and op.args[0] in self.gaps:
                self.missing.update(op.outs)
                self.gaps.update(op.outs)

    def _loop(self, op: Op) -> None:
        exits, count = int(op.attr("exits", False)), op.attr("carried", 0)
        body = op.blocks[-1]
        first = len(body.params) - count
        for k, init in enumerate(op.args[len(op.args) - count :]):
            result = body.results[exits + k]
            self._value(body.params[first + k], (init, result))
            self._value(op.outs[exits + k], (init, result))
            if op.name == "while":
                self._value(op.blocks[0].params[k], (init, result))
        stacked = zip(body.results[exits + count :], op.outs[exits + count :], strict=False)
        absent = self.missing | self.gaps
        self.gaps.update(out for result, out in stacked if result == Const(None) or result in absent)

    def _value(self, value: Value, sources: tuple[Atom, ...]) -> None:
        self.sources[value] = sources
        if any(s == UNBOUND or s in self.unbound for s in sources):
            self.unbound.add(value)
        if any(s in (UNBOUND, Const(None)) or s in self.missing for s in sources):
            self.missing.add(value)
        if any(s in self.gaps for s in sources):
            self.gaps.add(value)

    def bind(self, value: Value) -> None:
        """Ask that a value is None, not unbound, where it has no value."""
        if value in self.unbound and value not in self.bound:
            self.bound.add(value)
            for source in self.sources.get(value, ()):
                if isinstance(source, Value):
                    self.bind(source)

    def bind_handed_on(self, read: Iterable[Value]) -> None:
        """Bind those of the values that the backward sweep reads that the primal hands on under another name: that is
        an assignment, which needs a value."""
        handed_on = {source for sources in self.sources.values() for source in sources}
        for value in read:
            if value in handed_on:
                self.bind(value)

    def apply(self, op: Op) -> Op:
        """The region op with None where a value that is to be bound would be unbound."""
        if op.name == "if":
            blocks = tuple(
                replace(b, results=tuple(self._filled(r, o) for r, o in zip(b.results, op.outs, strict=True)))
                for b in op.blocks
            )
            return replace(op, blocks=blocks)
        exits, count = int(op.attr("exits", False)), op.attr("carried", 0)
        split = len(op.args) - count
        body = op.blocks[-1]
        params = body.params[len(body.params) - count :]
        inits = [
            Const(None) if a == UNBOUND and (p in self.bound or o in self.bound) else a
            for a, p, o in zip(op.args[split:], params, op.outs[exits : exits + count], strict=True)
        ]
        return replace(op, args=(*op.args[:split], *inits))

    def _filled(self, result: Atom, out: Value) -> Atom:
        return Const(None) if result == UNBOUND and out in self.bound else result
