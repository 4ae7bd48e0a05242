"""Arrays that a turn of a loop fills and nothing reads after it are made once, before the loop:

    for i, a in enumerate(values):          ys = np.empty(steps)
        ys = np.empty(steps)         ->     for i, a in enumerate(values):
        for j in range(steps):                  for j in range(steps):
            ys[j] = ...                             ys[j] = ...

Their size does not change from turn to turn, and each turn stores and reads items alone: no turn sees another's array.
"""

from __future__ import annotations

from sourcead.ir import Atom, Block, Const, Function, Op, Value
from sourcead.kinds import Scalar
from sourcead.records import dataclass, field, replace
from sourcead.switches import is_on

_SIZES = frozenset({"range_length", "len", "binary +", "binary -"})  # of what a size is made
_CHANGES = frozenset({"store", "add_at", "with_room"})


def with_buffers_outside(function: Function) -> Function:
    """The function, in which loops make no array that an earlier turn has made."""
    return replace(function, body=_block(function.body)) if is_on("buffers outside of loops") else function


def _block(block: Block) -> Block:
    ops: list[Op] = []
    for op in block.ops:
        op = replace(op, blocks=tuple(map(_block, op.blocks))) if op.blocks else op
        ops += _raised(op) if op.name in ("for", "while") else [op]
    return replace(block, ops=tuple(ops))


def _raised(loop: Op) -> list[Op]:
    """The loop that carries the arrays which it made, behind what makes them now."""
    before: list[Op] = []
    for made in loop.blocks[-1].ops:
        body = loop.blocks[-1]
        if made.name != "np.empty" or made not in body.ops:
            continue
        sizes = _made_for(made.args[0], body)
        last = None if sizes is None else _Buffer({made.outs[0]}, made.outs[0]).last(body)
        if sizes is None or last is None:
            continue
        array = Value(made.outs[0].hint, made.outs[0].kind)
        before += [*(op for op in sizes if op not in before), replace(made, outs=(array,))]
        loop = _carrying(loop, (made, *sizes), array, last)
    return [*before, loop]


def _made_for(size: Atom, body: Block) -> list[Op] | None:
    """The ops of the body that make a size, if they read nothing that changes in the loop."""
    makers = {out: op for op in body.ops for out in op.outs}
    found: list[Op] = []

    def look(atom: Atom) -> bool:
        if isinstance(atom, Const):
            return True
        if atom in body.params:
            return False
        op = makers.get(atom)
        if op is None:
            return True
        if op.name not in _SIZES or op.blocks or not all(map(look, op.args)):
            return False
        if op not in found:
            found.append(op)
        return True

    return found if look(size) else None


def _carrying(loop: Op, raised: tuple[Op, ...], init: Value, last: Value) -> Op:
    """The loop with an array that it made as one that it carries, which is `init` before and `last` after a turn."""
    (array,), body = raised[0].outs, loop.blocks[-1]
    carried, exits = int(loop.attr("carried", 0)), int(loop.attr("exits", False))
    taken = sum(s.arity for s in loop.attr("sources", ())) + carried
    out = Value(array.hint, array.kind)
    results = (*body.results[: exits + carried], last, *body.results[exits + carried :])
    ops = tuple(op for op in body.ops if op not in raised)
    blocks: tuple[Block, ...] = (Block((*body.params, array), ops, results),)
    if loop.name == "while":
        test = loop.blocks[0]
        blocks = (replace(test, params=(*test.params, Value(array.hint, array.kind))), *blocks)
    outs = (*loop.outs[: exits + carried], out, *loop.outs[exits + carried :])
    args = (*loop.args[:taken], init, *loop.args[taken:])
    return replace(loop, args=args, outs=outs, blocks=blocks).with_attrs(carried=carried + 1)


@dataclass(slots=True, eq=False)
class _Buffer:
    """An array and its versions in a turn; views of it."""

    names: set[Atom]
    now: Value
    views: set[Atom] = field(default_factory=set)

    def last(self, body: Block) -> Value | None:
        """The last version, if all that a turn does with the array is to store and to read items."""
        fine = all(map(self.takes, body.ops)) and not self.holds(body.results)
        return self.now if fine else None

    def holds(self, atoms: tuple[Atom, ...]) -> bool:
        return any(a in self.names or a in self.views for a in atoms)

    def takes(self, op: Op) -> bool:
        """Whether an op only stores or reads items, or does not know the array."""
        if op.blocks:
            return self.loop(op) if op.name in ("for", "while") else self.is_apart(op)
        if not self.holds(op.args):
            return True
        if self.holds(op.args[1:]):
            return False
        if op.name == "len":
            return True
        if op.name == "getitem":
            if not isinstance(op.outs[0].kind, Scalar):
                self.views.update(op.outs)
            return True
        if op.name not in _CHANGES or op.args[0] is not self.now:
            return False
        self.now = op.outs[0]
        self.names.add(self.now)
        return True

    def loop(self, op: Op) -> bool:
        carried, exits = int(op.attr("carried", 0)), int(op.attr("exits", False))
        taken = sum(s.arity for s in op.attr("sources", ()))
        if self.holds(op.args[:taken]):
            return False
        for k, init in enumerate(op.args[taken : taken + carried]):
            if init in self.views:
                return False
            if init in self.names:
                return init is self.now and self.carries(op, k, exits)
        return self.is_apart(op)

    def carries(self, op: Op, k: int, exits: int) -> bool:
        """Whether a loop that carries the array at one place, and has it from nowhere else, hands it on."""
        body, carried = op.blocks[-1], int(op.attr("carried", 0))
        if sum(self.holds((a,)) for a in op.args) > 1:
            return False
        for block in op.blocks:
            param = block.params[len(block.params) - carried + k]
            self.now = param
            self.names.add(param)
            if not all(map(self.takes, block.ops)):
                return False
            others = (r for n, r in enumerate(block.results) if block is not body or n != exits + k)
            if self.holds(tuple(others)) or (block is not body and self.now is not param):
                return False
        if body.results[exits + k] is not self.now:
            return False
        self.now = op.outs[exits + k]
        self.names.add(self.now)
        return True

    def is_apart(self, op: Op) -> bool:
        """Whether an op with blocks only reads items."""
        if self.holds(op.args):
            return False
        before = self.now
        for block in op.blocks:
            if not all(map(self.takes, block.ops)) or self.holds(block.results):
                return False
        return self.now is before
