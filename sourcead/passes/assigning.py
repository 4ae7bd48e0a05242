"""First contributions: what a loop adds to zeros, once to each item, is assigned.

    dxs = zeros(xs)                                       dxs = []
    for i in reversed(range(len(xs))):             ->     for i in reversed(range(len(xs))):
        dxs[i] = dxs[i] + g                                   dxs.append(g)
                                                          dxs.reverse()

    dx = np.zeros_like(x)                                 dx = np.empty_like(x)
    for i in reversed(range(len(x))): dx[i] += g   ->     for i in reversed(range(len(x))): dx[i] = g

Only where the loop takes a turn for every item, and each turn reads its own item alone, once.
"""

from __future__ import annotations

import operator

import numpy as np

from sourcead.ir import Atom, Block, Const, Function, Hole, Op, Value, read_counts, sub_blocks, walk
from sourcead.kinds import Array, Kind, List, Scalar, Tree, is_float_dtype
from sourcead.passes.rewriting import Rewriter, atom_kind
from sourcead.primitives import lists, structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import dataclass, field, replace

_DISPLAYS = (structural.TUPLE, structural.LIST, structural.DICT, structural.CALL)
_ITEM = ((Hole(0),),)


def assign_first_contributions(function: Function) -> Function:
    """Let the first contribution to each item be the item, in every loop where that can be."""
    producers: dict[Atom, Op] = {o: op for op in walk(function.body) for o in op.outs}
    if not any(_makes_zeros(op) for op in producers.values()):
        return function
    counts = read_counts(function.body)

    def visit(op: Op, rewriter: Rewriter) -> None:
        if op.name != "for" or op.attr("exits", False):
            rewriter.emit(op)
            return
        after: list[Op] = []
        for k in reversed(range(op.attr("carried", 0))):
            sums = _Sums.of(op, k, producers, counts)
            made = None if sums is None else sums.assigned()
            if sums is None or made is None:
                continue
            op = made[0]
            after += made[1:]
            rewriter.ops[:] = [o for z in rewriter.ops for o in ([z] if z is not sums.zeros else sums.instead())]
        rewriter.emit(op)
        for later in after:
            rewriter.emit(later)

    return Rewriter(visit).function(function)


def _makes_zeros(op: Op) -> bool:
    """Whether an op makes zeros like its argument."""
    return op.primitive is lists.ZEROS or op.name in ("helper zeros", "np.zeros_like")


@dataclass(slots=True, eq=False)
class _Sums:
    """The cotangents of the items of x that a loop carries at position k: zeros before it, `add` adds in each turn."""

    loop: Op
    k: int
    zeros: Op
    x: Value
    index: Value
    add: Op
    places: dict[Atom, tuple[Op, ...]] = field(default_factory=dict)  # what is 0: the look-ups that found it
    values: dict[Atom, Atom] = field(default_factory=dict)
    ops: list[Op] = field(default_factory=list)

    @classmethod
    def of(cls, loop: Op, k: int, producers: dict[Atom, Op], counts: dict[Atom, int]) -> _Sums | None:
        """These sums, if each turn of the loop adds to an item of its own."""
        count, body = loop.attr("carried", 0), loop.blocks[-1]
        param, last = body.params[len(body.params) - count + k], body.results[k]
        init = loop.args[len(loop.args) - count + k]
        zeros, add = producers.get(init), next((op for op in body.ops if last in op.outs), None)
        if zeros is None or add is None or not _makes_zeros(zeros) or counts.get(init) != 1 or counts[last] != 1:
            return None
        x, index = zeros.args[0], add.args[1] if len(add.args) == 3 else None
        if not isinstance(x, Value) or not add.backward or add.args[0] is not param or add.attr("path") != _ITEM:
            return None
        if not isinstance(index, Value) or index not in body.params or not _takes_all(loop, index, x, producers):
            return None
        if len([op for op in body.ops if param in op.args]) != counts[param]:
            return None  # a block within the turn reads it
        return cls(loop, k, zeros, x, index, add)

    def assigned(self) -> tuple[Op, ...] | None:
        """The loop that assigns, and what follows it."""
        if isinstance(self.x.kind, Array):
            return self._filled()
        return self._listed() if isinstance(self.x.kind, List) else None

    def instead(self) -> list[Op]:
        """What takes the place of the zeros."""
        if not isinstance(self.x.kind, Array):
            return []
        return [replace(self.zeros, primitive=primitive_of(np.empty_like), form="")]

    @property
    def _body(self) -> Block:
        return self.loop.blocks[-1]

    @property
    def _param(self) -> Value:
        body = self._body
        first = len(body.params) - int(self.loop.attr("carried", 0))
        return body.params[first + self.k]

    def _filled(self) -> tuple[Op, ...] | None:
        add = self.add
        alone = sum(self._param in op.args for op in self._body.ops) == 1
        if add.primitive is not structural.ADD_AT or add.attr("gather", False) or not alone or add.attr("minus", False):
            return None
        store = replace(add, primitive=structural.STORE)
        ops = tuple(store if op is add else op for op in self._body.ops)
        return (replace(self.loop, blocks=(replace(self._body, ops=ops),)),)

    def _listed(self) -> tuple[Op, ...] | None:
        assert isinstance(self.x.kind, List)
        if self.add.primitive is not structural.STORE or not self.loop.backward:
            return None
        for op in self._body.ops:
            args = tuple(self.values.get(a, a) for a in op.args)
            op = op if args == op.args else replace(op, args=args)
            if not self._visit(op):
                return None
        item = self.values.get(self.add.args[-1], self.add.args[-1])
        if item in self.places or any(a in self.places for block in self._inner() for a in _read(block)):
            return None
        return self._stacked(item)

    def _inner(self) -> list[Block]:
        return [inner for op in self._body.ops for b in op.blocks for inner in sub_blocks(b)]

    def _visit(self, op: Op) -> bool:
        """Take an op over, without what it adds to zero; False where zero is needed for something else."""
        zeros = [a for a in op.args if a in self.places]
        if op is self.add or (op.primitive is structural.STORE and op.outs == self.add.outs):
            return True
        if op.primitive is structural.GETITEM and op.args == (self._param, self.index) and op.attr("path") == _ITEM:
            self.places[op.outs[0]] = ()
            return True
        if self._param in op.args:
            return False
        if not zeros:
            self.ops.append(op)
            return True
        if op.primitive in (structural.GETITEM, structural.GETATTR) and len(op.args) == 1:
            self.places[op.outs[0]] = (*self.places[op.args[0]], op)
            return True
        if op.primitive in _DISPLAYS:
            made = [self._zero(a) if a in self.places else a for a in op.args]
            self.ops.append(replace(op, args=tuple(a for a in made if a is not None)))
            return None not in made
        return len(zeros) == 1 and self._sum(op, zeros[0])

    def _sum(self, op: Op, zero: Atom) -> bool:
        """An op that adds to zero."""
        others = tuple(a for a in op.args if a is not zero)
        if not all(_stands_for(atom_kind(a), op.outs[0].kind) for a in others):
            return False
        if op.primitive.form == "binary -" and op.args[0] is zero:
            self.ops.append(replace(op, primitive=primitive_of(operator.neg), args=others, form=""))
        elif op.primitive.form == "binary +" or (op.primitive is lists.SUM and len(others) == 1):
            self.values[op.outs[0]] = others[0]
        elif op.primitive is lists.SUM:
            self.ops.append(replace(op, args=others))
        else:
            return False
        return True

    def _zero(self, zero: Atom) -> Atom | None:
        """Zeros for a part of an item to which nothing is added."""
        kind = atom_kind(zero)
        if isinstance(kind, Scalar):
            return Const(0.0)
        primitive = primitive_of(np.zeros_like) if isinstance(kind, Array) else lists.ZEROS
        if isinstance(kind, Tree) or (isinstance(kind, List) and not lists.plain_items(kind)):
            return None
        assert isinstance(self.x.kind, List)
        part = Value("", self.x.kind.item)
        at = (("path", _ITEM),)
        self.ops.append(Op(structural.GETITEM, (self.x, self.index), (part,), at, (), self.add.at, "", True))
        for step in self.places[zero]:
            found = Value("", step.outs[0].kind)
            self.ops.append(replace(step, args=(part,), outs=(found,)))
            part = found
        made = Value("", kind)
        self.ops.append(Op(primitive, (part,), (made,), (), (), self.add.at, "", True))
        return made

    def _stacked(self, item: Atom) -> tuple[Op, ...]:
        """The loop with the items on a stack, turned around where the loop runs backwards."""
        loop, k, body = self.loop, self.k, self._body
        count, out = loop.attr("carried", 0), loop.outs[k]
        first, split = len(body.params) - count, len(loop.args) - count
        results = tuple(self.values.get(r, r) for r in body.results)
        block = Block(
            (*body.params[: first + k], *body.params[first + k + 1 :]),
            tuple(self.ops),
            (*results[:k], *results[k + 1 :], item),
        )
        stack = Value(out.hint, out.kind) if loop.attr("reverse", False) else out
        rest = (*loop.outs[:k], *loop.outs[k + 1 :])
        end = len(rest) - bool(loop.attr("counted", False))
        made = replace(
            loop,
            args=(*loop.args[: split + k], *loop.args[split + k + 1 :]),
            outs=(*rest[:end], stack, *rest[end:]),
            blocks=(block,),
        ).with_attrs(carried=count - 1)
        return (made,) if stack is out else (made, Op(lists.REVERSE, (stack,), (out,), (), (), loop.at, "", True))


def _read(block: Block) -> tuple[Atom, ...]:
    return (*(a for op in block.ops for a in op.args), *block.results)


def _stands_for(have: Kind, want: Kind) -> bool:
    """Whether a cotangent is what its sum with zeros would be."""
    if isinstance(have, Array) and isinstance(want, Array):
        return have.dtype == want.dtype is not None and len(have.dims) == len(want.dims) > 0
    if isinstance(have, Scalar) and isinstance(want, Scalar):
        return have.dtype == want.dtype is not None and is_float_dtype(want.dtype)
    return isinstance(have, List) and isinstance(want, List) and _stands_for(have.item, want.item)


def _takes_all(loop: Op, index: Value, x: Value, producers: dict[Atom, Op]) -> bool:
    """Whether the turns of a loop count the items of x, from the first to the last or from the last to the first."""
    sources, items = loop.attr("sources"), loop.blocks[-1].params[1:]
    forms = tuple(s.form for s in sources)
    if forms == ("range",):
        start, stop, step = loop.args[:3]
        length = producers.get(stop)
        counted = length is not None and length.name == "len" and length.args == (x,)
        return items[0] is index and (start, step) == (Const(0), Const(1)) and counted
    return forms == ("count", "rows") and items[0] is index and loop.args[:2] == (Const(0), x)
