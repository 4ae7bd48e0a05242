"""Residuals: what the backward sweep reads of a primal region and can no longer see is recomputed there, or kept.

In a reversed branch everything of the primal branch that is cheap is computed again from what the branch itself read;
at the top level, outside loops, a value is simply exported from the branch: keeping it costs nothing.
In a reversed loop the state at the start of the turn is kept on a stack; what follows from it cheaply is computed
again, what is dear, drawn, printed or read from outside is kept on a stack of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sourcead.ir import UNDEFINED, Atom, Block, Builder, Const, Hole, Op, Value, walk
from sourcead.kinds import ANY, List, Scalar
from sourcead.primitives import structural
from sourcead.records import replace
from sourcead.switches import is_on
from sourcead.transform.adjoint import Extras, Reverse
from sourcead.transform.binding import Bindings
from sourcead.transform.keeping import AGAIN, FREE, STACK, Keeping
from sourcead.transform.reading import free_values
from sourcead.transform.state import first_reads, is_part, reads_state, rebound

_DEAR = (
    "matmul",
    "np.dot",
    "np.matmul",
    "np.outer",
    "np.exp",
    "np.log",
    "np.tanh",
    "np.sin",
    "np.cos",
    "np.sinh",
    "np.cosh",
    "np.tan",
    "np.arctan",
    "np.log1p",
    "np.expm1",
    "np.logaddexp",
    "np.power",
    "pow",
    "np.linalg.norm",
    "np.concatenate",
    "np.stack",
)


def substitute(ops: Iterable[Op], mapping: dict[Atom, Atom]) -> list[Op]:
    """The ops with atoms replaced, in the blocks that they own too."""
    if not mapping:
        return list(ops)
    return [_substitute(op, mapping) for op in ops]


def _substitute(op: Op, mapping: dict[Atom, Atom]) -> Op:
    args = tuple(mapping.get(a, a) for a in op.args)
    blocks = tuple(
        Block(b.params, tuple(_substitute(o, mapping) for o in b.ops), tuple(mapping.get(r, r) for r in b.results))
        for b in op.blocks
    )
    return replace(op, args=args, blocks=blocks)


def is_pure(op: Op) -> bool:
    """Whether an op may be computed a second time."""
    inner = walk(Block((), (op,), ()))
    return not any(o.primitive.acts or o.name == "invoke" for o in inner)


def is_count(op: Op) -> bool:
    """Whether an op is cheap arithmetic on counts, a size, or a comparison of numbers, which cannot fail twice."""
    numbers = all(isinstance(a, Const) or isinstance(a.kind, Scalar) for a in op.args)
    whole = all(isinstance(o.kind, Scalar) and o.kind.dtype in ("pyint", "pybool", "bool") for o in op.outs)
    return whole and bool(op.outs) and is_pure(op) and (op.name == "len" or (op.primitive.elementwise and numbers))


def is_dear(op: Op) -> bool:
    """Whether computing an op again costs more than keeping its result."""
    if op.name == "invoke":
        return True
    if op.primitive in structural.CONTROL:
        return op.name != "if" or any(is_dear(inner) for block in op.blocks for inner in block.ops)
    if op.name in _DEAR:
        return any(not isinstance(o.kind, Scalar) for o in op.outs)
    return op.name in ("np.sum", "np.mean", "np.prod", "np.max", "np.min")


class _Again:
    """Collects the ops that compute values of a primal block again."""

    def __init__(self, self_: Reverse, block: Block, keep: Callable[[Value, Op | None], Atom | None]) -> None:
        self.reverse = self_
        self.producers = {o: op for op in block.ops for o in op.outs}
        self.params = set(block.params)
        self.keep = keep
        self.mapping: dict[Atom, Atom] = {}
        self.ops: list[Op] = []

    def need(self, value: Value) -> None:
        """Make a value of the primal block readable."""
        if value in self.mapping or (value not in self.producers and value not in self.params):
            return
        op = self.producers.get(value)
        kept = self.keep(value, op)
        if kept is not None:
            self.mapping[value] = kept
            return
        assert op is not None
        for read in free_values([op], ()):
            self.need(read)
        fresh: dict[Atom, Atom] = {o: Value(o.hint, o.kind) for o in op.outs}
        again = _fresh_blocks(_substitute(_bound(self.reverse.bindings, op), self.mapping))
        self.mapping.update(fresh)
        outs = tuple(o for o in fresh.values() if isinstance(o, Value))
        self.ops.append(replace(again, outs=outs, backward=True).with_attrs(repeated=True))


def _bound(bindings: Bindings, op: Op) -> Op:
    """An op in which what has to be bound is bound, as `rebuild` makes it."""
    if not op.blocks:
        return op
    blocks = tuple(replace(b, ops=tuple(_bound(bindings, inner) for inner in b.ops)) for b in op.blocks)
    return bindings.apply(replace(op, blocks=blocks))


def _fresh_blocks(op: Op) -> Op:
    """A copy of an op whose blocks define values of their own."""
    if not op.blocks:
        return op
    mapping: dict[Atom, Atom] = {}
    blocks = []
    for block in op.blocks:
        mapping.update({p: Value(p.hint, p.kind) for p in block.params})
        ops = []
        for inner in block.ops:
            copied = _fresh_blocks(_substitute(inner, mapping))
            fresh = {o: Value(o.hint, o.kind) for o in inner.outs}
            mapping.update({o: f for o, f in fresh.items()})
            ops.append(replace(copied, outs=tuple(fresh.values()), backward=True))
        params = tuple(mapping[p] for p in block.params)
        blocks.append(Block(params, tuple(ops), tuple(mapping.get(r, r) for r in block.results)))  # type: ignore[arg-type]
    return replace(op, blocks=tuple(blocks))


def _extra_outs(self: Reverse, block: Block) -> dict[Value, Op]:
    """The values that earlier requests made the regions of this block give out."""
    found: dict[Value, Op] = {}
    for op in block.ops:
        extras = self.extras.get(op)
        if extras is not None:
            found.update(dict.fromkeys(extras.stacks.values(), op))
            found.update(dict.fromkeys((v for _, v in extras.exports.values()), op))
            found.update({v: op for v in (extras.turns, extras.residual) if v is not None})
    return found


def legalise_branch(self: Reverse, op: Op, position: int, builder: Builder, results: list[Atom]) -> Builder:
    """Make what the reversed branch reads of the primal branch readable in it."""
    block = op.blocks[position]
    extra = _extra_outs(self, block)
    producers = {o: inner for inner in block.ops for o in inner.outs}
    given_out = dict(zip(block.results, op.outs, strict=False))

    def keep(value: Value, producer: Op | None) -> Atom | None:
        again = producer is not None and value not in extra and is_pure(producer)
        again = again and (self.in_loop > 0 or (self.in_procedure and producer is not None and is_count(producer)))
        if again and producer and not reads_state(self.writes, producer, self.changing, {}, producers):
            return None
        if value in given_out:
            return given_out[value]
        extras = self.extras.setdefault(op, Extras())
        if value not in extras.exports:
            out = Value(value.hint, value.kind)
            extras.exports[value] = (position, out)
            self.bindings.unbound.add(out)
            self.bindings.missing.add(out)
            self.bindings.sources[out] = (value,)
        return extras.exports[value][1]

    again = _Again(self, block, keep)
    again.producers.update(extra)
    return _readable(again, builder, results)


def legalise_turn(self: Reverse, op: Op, index: Value, builder: Builder, results: list[Atom]) -> Builder:
    """Make what the reversed turn reads of the primal turn readable in it."""
    body, count = op.blocks[-1], op.attr("carried", 0)
    own = set(body.params[len(body.params) - count :])
    carried, rebound_ones = own | self.changing, rebound(body, own) if is_on("kept results") else set()
    invariant = _invariants(op)
    items = _item_definitions(self, op, index)
    extra = _extra_outs(self, body)
    prelude = Builder()
    first = first_reads(body)

    start = int(op.attr("exits", False)) + count
    kept = {r: o for r, o in zip(body.results[start:], op.outs[start:], strict=False) if isinstance(r, Value)}

    def stacked(value: Value) -> Atom:
        value = first.get(value, value)
        extras = self.extras.setdefault(op, Extras())
        self.bindings.bind(value)
        if value not in kept and value not in extras.stacks:
            extras.stacks[value] = Value(f"{value.hint}s" if value.hint else "", List(value.kind, ANY))
        out = Value(value.hint, value.kind)
        prelude.add(
            Op(
                structural.GETITEM,
                (kept.get(value) or extras.stacks[value], index),
                (out,),
                (("path", ((Hole(0),),)),),
                (),
                None,
                "",
                True,
            )
        )
        return out

    def manner(value: Value) -> str:
        producer = again.producers.get(value)
        if value in invariant or value in items or (producer is None and value not in again.params):
            return FREE
        if value in own or value in kept or value in extra or producer is None:
            return STACK
        if not is_pure(producer) or is_dear(producer):
            return STACK
        if any(read in guarded for read in free_values([producer], ())):
            return STACK  # computing again what a `try` guards might raise
        if is_part(producer, rebound_ones):
            return AGAIN
        return STACK if reads_state(self.writes, producer, carried, invariant, producers) else AGAIN

    def keep(value: Value, producer: Op | None) -> Atom | None:
        if value in invariant:
            return invariant[value]
        if value in items:
            return items[value](prelude)
        return stacked(value) if value in chosen or manner(value) == STACK else None

    producers = {o: o_op for o_op in body.ops for o in o_op.outs}
    guarded = {o for o, o_op in producers.items() if o_op.attr("guarded", False)}
    again = _Again(self, body, keep)
    again.producers.update(extra)
    keeping = Keeping(body, builder.ops, results, manner, producers)
    chosen = keeping.chosen()
    made = _readable(again, Builder(keeping.ops), results)
    return Builder([*prelude.ops, *made.ops])


def _readable(again: _Again, builder: Builder, results: list[Atom]) -> Builder:
    for value in free_values(builder.ops, results):
        again.need(value)
    ops = substitute(builder.ops, again.mapping)
    results[:] = [again.mapping.get(r, r) for r in results]
    return Builder([*again.ops, *ops])


def _invariants(op: Op) -> dict[Value, Atom]:
    """Carried values that every turn hands on unchanged."""
    body, exits, count = op.blocks[-1], int(op.attr("exits", False)), op.attr("carried", 0)
    params = body.params[len(body.params) - count :]
    inits = op.args[len(op.args) - count :]
    pairs = zip(params, body.results[exits : exits + count], inits, strict=True)
    return {p: init for p, result, init in pairs if result is p and init != Const(UNDEFINED)}


def _item_definitions(self: Reverse, op: Op, index: Value) -> dict[Value, Callable[[Builder], Atom]]:
    """How the items of a turn are read again, given the number of the turn."""
    body = op.blocks[-1]
    found: dict[Value, Callable[[Builder], Atom]] = {}
    found[body.params[0]] = lambda prelude: index
    position = 0
    for source, item in zip(op.attr("sources", ()), body.params[1:], strict=False):
        args = op.args[position : position + source.arity]
        position += source.arity
        found[item] = _again_item(self, source.form, args, item, index, op)
    return found


def _again_item(
    self: Reverse, form: str, args: tuple[Atom, ...], item: Value, index: Value, op: Op
) -> Callable[[Builder], Atom]:
    import operator

    from sourcead.primitives.registry import primitive_of

    def rows(prelude: Builder) -> Atom:
        out = Value(item.hint, item.kind)
        prelude.add(Op(structural.GETITEM, (args[0], index), (out,), (("path", ((Hole(0),),)),), (), None, "", True))
        return out

    def counted(prelude: Builder) -> Atom:
        start, step = args[0], args[2] if form == "range" else Const(1)
        current: Atom = index
        if step != Const(1):
            scaled = Value("", item.kind)
            prelude.add(Op(primitive_of(operator.mul), (current, step), (scaled,), (), (), op.at, "", True))
            current = scaled
        if start != Const(0):
            moved = Value(item.hint, item.kind)
            prelude.add(Op(primitive_of(operator.add), (start, current), (moved,), (), (), op.at, "", True))
            current = moved
        return current

    return rows if form == "rows" else counted


def rebuild(self: Reverse, ops: tuple[Op, ...]) -> list[Op]:
    """The primal ops with what the backward sweep asks of them: stacks, exports and turn counts."""
    return [_rebuild(self, op) for op in ops]


def _rebuild(self: Reverse, op: Op) -> Op:
    extras = self.extras.get(op, Extras())
    if extras.residual is not None:
        op = op.with_attrs(callee=extras.forward, part="forward")
        return replace(op, outs=(*op.outs, extras.residual))
    if not op.blocks:
        return op
    blocks = [Block(b.params, tuple(rebuild(self, b.ops)), b.results) for b in op.blocks]
    outs = list(op.outs)
    op = replace(self.bindings.apply(replace(op, blocks=tuple(blocks))), outs=op.outs)
    blocks, args = list(op.blocks), op.args
    if op.name == "if":
        for value, (position, out) in extras.exports.items():
            outs.append(out)
            for k, block in enumerate(blocks):
                missing = Const(None) if out in self.bindings.bound else Const(UNDEFINED)
                blocks[k] = replace(block, results=(*block.results, value if k == position else missing))
        return replace(op, blocks=tuple(blocks), outs=tuple(outs))
    if extras.stacks:
        body = blocks[-1]
        blocks[-1] = replace(body, results=(*body.results, *extras.stacks))
        end = len(outs) - bool(op.attr("counted", False))
        outs[end:end] = extras.stacks.values()
    result = replace(op, args=args, blocks=tuple(blocks))
    if extras.turns is not None:
        result = result.with_attrs(counted=True)
        outs.append(extras.turns)
    return replace(result, outs=tuple(outs))
