"""Reversing regions: the reverse of an `if` is an `if` on the same condition, the reverse of a loop is a loop
backwards.

    if c: A else: B                 if c: reverse(A) else: reverse(B)
    for i in 0..n-1: s = body(s)    for i in n-1..0: ds = reverse(body)(ds)

Values defined outside and read inside collect their contributions through the region: out of the branches, or as
accumulators that the reversed loop carries. What the reversed body reads of the primal body is seen to by `residuals`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from sourcead.ir import Atom, Block, Builder, Const, Hole, Op, Source, Value, walk
from sourcead.kinds import INT, Array, Dim, Kind, Tree, may_carry_derivative
from sourcead.primitives import lists, structural
from sourcead.records import dataclass, replace
from sourcead.transform.adjoint import Extras, Reverse
from sourcead.transform.cotangents import Branches, Cotangent, Update, adjoint_hint, part_hint
from sourcead.transform.residuals import legalise_branch, legalise_turn
from sourcead.transform.turns import index_hint, trip_count


def defined_in(block: Block) -> set[Value]:
    """The values that a block (not the blocks in it) defines."""
    return {*block.params, *(o for op in block.ops for o in op.outs)}


def saved_extras(self: Reverse, op: Op) -> dict[Op, Extras]:
    """The requests made so far of the regions within an op, to go back to after a trial of it."""
    inside = {o: self.extras[o] for o in walk(Block((), (op,), ())) if o in self.extras}
    return {o: replace(e, stacks=dict(e.stacks), exports=dict(e.exports)) for o, e in inside.items()}


def restore_extras(self: Reverse, op: Op, saved: dict[Op, Extras]) -> None:
    """Go back to the requests made before a trial of an op."""
    for inner in walk(Block((), (op,), ())):
        self.extras.pop(inner, None)
    self.extras.update(saved)


@dataclass(slots=True)
class _Side:
    builder: Builder
    totals: dict[Value, Cotangent]


def reverse_if(self: Reverse, op: Op) -> None:
    """Reverse an `if`."""
    given = [self.cotangents.pop(o) for o in op.outs]
    if all(g is None for g in given):
        return
    resolver, place = self.resolver, self.resolver.override
    gs = [None if g is None else self.cotangents.filled(g, o) for g, o in zip(given, op.outs, strict=True)]
    targets = _targets(self, op, gs)
    priors = _priors(self, targets)
    sides = [fork_branch(self, block, gs, priors) for block in op.blocks]
    columns: list[list[Atom]] = []
    for block, side in zip(op.blocks, sides, strict=True):
        resolver.builder, outer = side.builder, resolver.builder
        resolver.override = place
        columns.append([leaf for t, mask in targets.items() for leaf in _leaves(self, t, side.totals.get(t), mask)])
        resolver.builder = outer
        position = op.blocks.index(block)
        side.builder = legalise_branch(self, op, position, side.builder, columns[position])
    outs: list[Value] = []
    same: dict[Atom, Atom] = {}
    for target, mask in targets.items():
        contribution, made = _outs_like(self, target, mask)
        same.update(_agreeing(made, len(outs), columns))
        outs.extend(made)
        self.cotangents.add(target, _replaced(contribution, same))
    keep = [k for k, out in enumerate(outs) if out not in same]
    outs, columns = [outs[k] for k in keep], [[c[k] for k in keep] for c in columns]
    if not outs:
        return
    blocks = tuple(s.builder.block((), tuple(c)) for s, c in zip(sides, columns, strict=True))
    resolver.override = place
    resolver.append(Op(structural.IF, op.args, tuple(outs), (), blocks, place, "", True))


def _targets(self: Reverse, op: Op, gs: list[Cotangent | None]) -> dict[Value, Mask]:
    """Which outer values get contributions from an `if`: found by a trial, once for the results that have adjoints."""
    key = (op, tuple(g is not None for g in gs))
    if key not in self.reached:
        extras = saved_extras(self, op)
        trial = [fork_branch(self, block, gs, {}) for block in op.blocks]
        restore_extras(self, op, extras)
        self.reached[key] = {
            t: _mask(t.kind, [side.totals.get(t) for side in trial]) for side in trial for t in side.totals
        }
    found: dict[Value, Mask] = self.reached[key]
    return found


def _agreeing(made: list[Value], start: int, columns: list[list[Atom]]) -> dict[Atom, Atom]:
    """The adjoints that are the same value in both branches: they need no `if`."""
    pairs = [(out, columns[0][start + k], columns[1][start + k]) for k, out in enumerate(made)]
    return {out: a for out, a, b in pairs if a == b}


def _replaced(contribution: Cotangent, same: dict[Atom, Atom]) -> Cotangent:
    if isinstance(contribution, Branches):
        return Branches(contribution.kind, tuple(None if i is None else _replaced(i, same) for i in contribution.items))
    return same.get(contribution, contribution)


def fork_branch(self: Reverse, block: Block, gs: list[Cotangent | None], priors: dict[Value, Cotangent]) -> _Side:
    """Reverse one branch into a builder of its own; gives the adjoints of the outer values that it reads."""
    resolver = self.resolver
    outer, resolver.builder = resolver.builder, Builder()
    cotangents, self.cotangents = self.cotangents, self.cotangents.fork()
    for target, prior in priors.items():
        self.cotangents.add(target, prior)
    for result, g in zip(block.results, gs, strict=True):
        if g is not None and result in self.varied:
            self.cotangents.hand(result, g)
    self.block(block.ops)
    totals = {t: c for t in list(self.cotangents.pending) if (c := self.cotangents.pop(t)) is not None}
    side = _Side(resolver.builder, totals)
    resolver.builder, self.cotangents = outer, cotangents
    return side


def _priors(self: Reverse, targets: dict[Value, Mask]) -> dict[Value, Cotangent]:
    """The adjoints so far of the leaves that a region adds to; they go on within it, those of other leaves wait."""
    found: dict[Value, Cotangent] = {}
    for target, mask in targets.items():
        within, rest = _split(self.cotangents.pop(target), mask)
        self.cotangents.add(target, rest)
        if within is not None:
            found[target] = within
    return found


Mask: TypeAlias = "bool | tuple[Mask, ...]"  # which leaves of a value get an adjoint in a region


def _mask(kind: Kind, totals: Iterable[Cotangent | None]) -> Mask:
    """The leaves that any of these cotangents touches."""
    present = [t for t in totals if t is not None]
    if not isinstance(kind, Tree):
        return bool(present)
    if not all(isinstance(t, Branches) for t in present):
        return tuple(_mask(k, (Const(0.0),)) if may_carry_derivative(k) else False for k in kind.items)
    return tuple(
        _mask(item, [t.items[k] for t in present if isinstance(t, Branches)]) for k, item in enumerate(kind.items)
    )


def _everything(kind: Kind) -> Mask:
    return _mask(kind, (Const(0.0),))


def _split(total: Cotangent | None, mask: Mask) -> tuple[Cotangent | None, Cotangent | None]:
    """What of a cotangent belongs to the leaves of a mask, and the rest."""
    if not isinstance(total, Branches) or not isinstance(mask, tuple):
        return (total, None) if mask else (None, total)
    pairs = [_split(item, inner) for item, inner in zip(total.items, mask, strict=True)]
    return Branches(total.kind, tuple(a for a, _ in pairs)), Branches(total.kind, tuple(b for _, b in pairs))


def _leaves(self: Reverse, target: Value, total: Cotangent | None, mask: Mask) -> list[Atom]:
    """The adjoint of a value as atoms: one, or one for each leaf of a container that the mask names."""
    if isinstance(target.kind, Tree) and isinstance(mask, tuple):
        items = total.items if isinstance(total, Branches) else (None,) * len(target.kind.items)
        found: list[Atom] = []
        for key, kind, item, inner in zip(target.kind.keys, target.kind.items, items, mask, strict=True):
            if _any(inner):
                found.extend(_leaves(self, self.cotangents.child(target, target.kind, key, kind), item, inner))
        return found
    if total is None:
        outer, self.resolver.override, self.resolver.at = (self.resolver.override, self.resolver.at), None, None
        zeros = self.cotangents.typed(self.cotangents.zeros(target), target)
        self.resolver.override, self.resolver.at = outer
        return [zeros]
    return [self.cotangents.typed(self.cotangents.whole(self.cotangents.atom(total, target), target), target)]


def _any(mask: Mask) -> bool:
    return any(map(_any, mask)) if isinstance(mask, tuple) else mask


def _outs_like(self: Reverse, target: Value, mask: Mask, hint: str = "") -> tuple[Cotangent, list[Value]]:
    """Fresh values for the adjoint of a value, in its structure, for the leaves of the mask."""
    hint = hint or adjoint_hint(target) or part_hint(self.resolver, target)
    if not isinstance(target.kind, Tree) or not isinstance(mask, tuple):
        value = Value(hint, target.kind)
        return value, [value]
    items: list[Cotangent | None] = []
    made: list[Value] = []
    parts = self.resolver.parts.get(target)
    for key, kind, inner in zip(target.kind.keys, target.kind.items, mask, strict=True):
        if not _any(inner):
            items.append(None)
            continue
        known = parts.get(key) if parts is not None else None
        name = adjoint_hint(known) if isinstance(known, Value) else ""
        own = f"d{key}" if isinstance(key, str) and key.isidentifier() else f"{hint}_{key}" if hint else ""
        item, values = _outs_like(self, Value("", kind), inner, name or own)
        items.append(item)
        made.extend(values)
    return Branches(target.kind, tuple(items)), made


def _sized_as(like: Atom, adjoint: Cotangent, values: list[Value]) -> tuple[Cotangent, list[Value]]:
    """The adjoint of what a loop carries, of the sizes of the value that it belongs to: of the state after a turn where
    it comes in, of the state before the first turn where it leaves the loop."""
    for value in values:
        if isinstance(value.kind, Array):
            have = like.kind if isinstance(like, Value) and adjoint is value else None
            known = isinstance(have, Array) and len(have.dims) == len(value.kind.dims)
            dims = have.dims if isinstance(have, Array) and known else tuple(Dim(None, d.one) for d in value.kind.dims)
            value.kind = Array(value.kind.dtype, dims)
    return adjoint, values


def reverse_for(self: Reverse, op: Op) -> None:
    """Reverse a `for` or `while`."""
    exits, count = int(op.attr("exits", False)), op.attr("carried", 0)
    outs = op.outs[exits : exits + count]
    body = op.blocks[-1]
    params = body.params[len(body.params) - count :]
    given: dict[int, Cotangent] = {}
    for k, out in enumerate(outs):
        g = self.cotangents.pop(out)
        if g is not None and params[k] in self.varied:
            given[k] = g
    stacks = _stack_cotangents(self, op)
    if not given and not stacks:
        return
    resolver, place = self.resolver, self.resolver.override
    inits = op.args[len(op.args) - count :]
    active, targets = _reached(self, op, set(given), stacks)
    starts: list[Atom] = []
    masks = {k: _everything(params[k].kind) for k in active}
    for k in active:
        starts.extend(_leaves(self, outs[k], given.get(k), masks[k]))
    priors = _priors(self, targets)
    for t, mask in targets.items():
        starts.extend(_leaves(self, t, priors.get(t), mask))
    n = trip_count(self, op)
    turn = Value("turn", INT)
    index = Value(index_hint(op), INT)
    carried: list[Value] = []
    incoming: dict[int, Cotangent] = {}
    accumulated: dict[Value, Cotangent] = {}
    for k in active:
        incoming[k], made = _sized_as(body.results[exits + k], *_outs_like(self, params[k], masks[k]))
        carried.extend(made)
    for t, mask in targets.items():
        accumulated[t], made = _outs_like(self, t, mask)
        carried.extend(made)
    self.in_loop += 1
    side = turn_side(self, op, index, incoming, accumulated, stacks)
    outer, resolver.builder = resolver.builder, side.builder
    resolver.override = place
    ends = [leaf for k in active for leaf in _leaves(self, params[k], side.totals.get(params[k]), masks[k])]
    ends += [leaf for t, mask in targets.items() for leaf in _leaves(self, t, side.totals.get(t), mask)]
    resolver.builder = outer
    side.builder = legalise_turn(self, op, index, side.builder, ends)
    self.in_loop -= 1
    results: list[Value] = []
    starting: list[tuple[Atom, Cotangent]] = []
    for k in active:
        contribution, made = _sized_as(inits[k], *_outs_like(self, params[k], masks[k]))
        results.extend(made)
        starting.append((inits[k], contribution))
    for t, mask in targets.items():
        contribution, made = _outs_like(self, t, mask)
        results.extend(made)
        self.cotangents.add(t, contribution)
    attrs = {"carried": len(starts), "exits": False, "reverse": True, "sources": (Source("range"),), "text": ("range",)}
    block = side.builder.block((turn, index, *carried), tuple(ends))
    resolver.append(
        Op(
            structural.FOR,
            (Const(0), n, Const(1), *starts),
            tuple(results),
            tuple(sorted(attrs.items())),
            (block,),
            place,
            "",
            True,
        )
    )
    for init, contribution in starting:
        if isinstance(init, Value) and init in self.varied:
            self.cotangents.hand(init, contribution)


Stacks: TypeAlias = "tuple[tuple[Value, Value], ...]"


def _stack_cotangents(self: Reverse, op: Op) -> Stacks:
    """The items that a loop gives out, one each turn, with the list of their cotangents."""
    first = int(op.attr("exits", False)) + op.attr("carried", 0)
    found: list[tuple[Value, Value]] = []
    for item, out in zip(op.blocks[-1].results[first:], op.outs[first:], strict=False):
        g = self.cotangents.pop(out)
        if g is not None and isinstance(item, Value) and item in self.varied:
            atom = self.cotangents.atom(g, out)
            assert isinstance(atom, Value)
            found.append((item, atom))
    return tuple(found)


def _reached(self: Reverse, op: Op, given: set[int], stacks: Stacks) -> tuple[list[int], dict[Value, Mask]]:
    """Which carried values get an adjoint, and which outer values contributions: a fixed point over the turns."""
    key = (op, frozenset(given), tuple(item for item, _ in stacks))
    if key not in self.reached:
        self.reached[key] = _reach(self, op, given, stacks)
    found: tuple[list[int], dict[Value, Mask]] = self.reached[key]
    return found


def _reach(self: Reverse, op: Op, given: set[int], stacks: Stacks) -> tuple[list[int], dict[Value, Mask]]:
    body, count, exits = op.blocks[-1], op.attr("carried", 0), int(op.attr("exits", False))
    params = body.params[len(body.params) - count :]
    reached = set(given)
    index = Value("", INT)
    while True:
        coming = {k: _outs_like(self, params[k], _everything(params[k].kind)) for k in reached}
        incoming = {k: _sized_as(body.results[exits + k], *made)[0] for k, made in coming.items()}
        extras = saved_extras(self, op)
        side = turn_side(self, op, index, incoming, {}, stacks)
        restore_extras(self, op, extras)
        found = reached | {k for k, p in enumerate(params) if p in side.totals}
        if found == reached:
            own = defined_in(body)
            return sorted(reached), {t: _mask(t.kind, (total,)) for t, total in side.totals.items() if t not in own}
        reached = found


def turn_side(
    self: Reverse,
    op: Op,
    index: Value,
    incoming: dict[int, Cotangent],
    accumulated: dict[Value, Cotangent],
    stacks: Stacks = (),
) -> _Side:
    """Reverse the body for one turn: adjoints of the next state come in, those of the state and of outer values go
    out."""
    resolver = self.resolver
    body, exits = op.blocks[-1], int(op.attr("exits", False))
    outer, resolver.builder = resolver.builder, Builder()
    cotangents, self.cotangents = self.cotangents, self.cotangents.fork()
    for target, total in accumulated.items():
        self.cotangents.add(target, total)
    for k, coming in incoming.items():
        result = body.results[exits + k]
        if result in self.varied:
            self.cotangents.hand(result, coming)
    for item, whole in stacks:
        kind = lists.item_of(whole.kind)
        self.contribute(item, resolver.emit(structural.GETITEM, (whole, index), kind=kind, path=((Hole(0),),)), False)
    self.block(body.ops)
    position = 0
    for source, item in zip(op.attr("sources", ()), body.params[1:], strict=False):
        rows = op.args[position]
        g = self.cotangents.pop(item)
        if g is not None and source.form == "rows":
            _row_contribution(self, rows, index, g, item, op)
        position += source.arity
    totals = {t: c for t in list(self.cotangents.pending) if (c := self.cotangents.pop(t)) is not None}
    side = _Side(resolver.builder, totals)
    resolver.builder, self.cotangents = outer, cotangents
    return side


def _row_contribution(self: Reverse, rows: Atom, index: Value, g: Cotangent, item: Value, op: Op) -> None:
    from sourcead import runtime
    from sourcead.frontend.helper_calls import emit_helper
    from sourcead.kinds import List

    self.resolver.override = op.at
    kind = self.resolver.kind(rows)
    atom = g if isinstance(kind, List) else self.cotangents.atom(g, item)
    if isinstance(kind, Array | List):
        self.contribute(rows, Update(((Hole(0),),), (index,), atom, op.at), False)
    else:
        assert not isinstance(atom, Branches)
        self.contribute(rows, emit_helper(self.resolver, runtime.item_adjoint, [rows, index, atom], {}), False)
