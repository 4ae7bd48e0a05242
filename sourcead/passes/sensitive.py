"""What decides: the values that a comparison, an index, an int, a print, an exception or an object depends on.

Such a value is computed as the user wrote it, to the bit. From what decides, the reads are followed back, through
branches, loops and calls of procedures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sourcead.ir import Atom, Block, Function, Op, Value, walk
from sourcead.kinds import dtype_of, is_float_dtype
from sourcead.passes.aliasing import Aliases
from sourcead.passes.conflicts import is_store
from sourcead.passes.rewriting import atom_kind
from sourcead.passes.shapes import SHAPE_ONLY
from sourcead.primitives import structural

_HANDED_ON = frozenset({"stop_gradient", "literal", "helper zeros"})


def sensitive_values(function: Function, procedures: Mapping[str, Function]) -> set[Value]:
    """The values of a function, and of the procedures that it invokes by name, that decide something."""
    reads = _Reads(procedures)
    for one in (function, *procedures.values()):
        reads.stores_elsewhere(one)
        reads.block(one.body)
    found: set[Value] = set()
    waiting = list(reads.deciding)
    while waiting:
        value = waiting.pop()
        if value not in found:
            found.add(value)
            waiting.extend(reads.sources.get(value, ()))
    return found


class _Reads:
    """Of what each value is made, and what decides."""

    def __init__(self, procedures: Mapping[str, Function]) -> None:
        self.procedures = procedures
        self.sources: dict[Value, list[Value]] = {}
        self.deciding: list[Value] = []
        self.foreign: set[Op] = set()

    def stores_elsewhere(self, function: Function) -> None:
        """Find the stores into memory of the caller's."""
        stores = [op for op in walk(function.body) if is_store(op)]
        if stores:
            aliases = Aliases.of(function)
            self.foreign.update(op for op in stores if not aliases.own(op.args[0]))

    def decide(self, atoms: Iterable[Atom]) -> None:
        self.deciding.extend(a for a in atoms if isinstance(a, Value))

    def made_of(self, out: Atom, atoms: Iterable[Atom]) -> None:
        if isinstance(out, Value):
            self.sources.setdefault(out, []).extend(a for a in atoms if isinstance(a, Value))

    def block(self, block: Block) -> None:
        for op in block.ops:
            for inner in op.blocks:
                self.block(inner)
            if op.name == "if":
                self.decide(op.args)
                for k, out in enumerate(op.outs):
                    self.made_of(out, (b.results[k] for b in op.blocks))
            elif op.blocks:
                self.loop(op)
            elif op.name == "invoke":
                self.invocation(op)
            else:
                self.plain(op)

    def plain(self, op: Op) -> None:
        read = op.args[1:] if op.name in SHAPE_ONLY else op.args
        if _decides(op) or op in self.foreign:
            self.decide(read)
        if op.primitive in (structural.GETITEM, structural.STORE, structural.ADD_AT):
            self.decide(op.args[1 : None if op.primitive is structural.GETITEM else -1])
        for out in op.outs:
            self.made_of(out, read)

    def invocation(self, op: Op) -> None:
        procedure = self.procedures.get(op.attr("callee"))
        if procedure is None:
            self.decide(op.args)
            return
        for param, arg in zip(procedure.body.params, op.args, strict=True):
            self.made_of(param, (arg,))
        for out in op.outs:
            self.made_of(out, procedure.body.results)

    def loop(self, op: Op) -> None:
        exits, count = int(op.attr("exits", False)), op.attr("carried", 0)
        body, split = op.blocks[-1], len(op.args) - count
        self.decide(body.results[:exits])
        items = body.params[1 : len(body.params) - count]
        if op.name == "while":
            self.decide(op.blocks[0].results)
        position = 0
        for source, item in zip(op.attr("sources", ()), items, strict=False):
            args = op.args[position : position + source.arity]
            position += source.arity
            if source.form == "rows":
                self.made_of(item, args)
            else:
                self.decide(args)
        for k in range(count):
            params = [b.params[len(b.params) - count + k] for b in op.blocks]
            for value in (*params, op.outs[exits + k]):
                self.made_of(value, (op.args[split + k], body.results[exits + k]))
        for result, out in zip(body.results[exits + count :], op.outs[exits + count :], strict=False):
            self.made_of(out, (result,))


def _decides(op: Op) -> bool:
    """Whether what an op does with its arguments is no continuous function of them."""
    if op.primitive.acts or op.primitive in (structural.ASSERT, structural.RAISE):
        return True
    if op.name in SHAPE_ONLY or op.name in _HANDED_ON:
        return False
    whole = any((dtype := dtype_of(atom_kind(out))) is not None and not is_float_dtype(dtype) for out in op.outs)
    return not op.primitive.differentiable or whole
