"""Resolving loops that stay loops: the body is resolved until the kinds of what it carries no longer change."""

from __future__ import annotations

from typing import Any

from sourcead.frontend.abstract import UNBOUND, Abstract, Aggregate, Poison, Static, is_unbound
from sourcead.frontend.branches import forget
from sourcead.frontend.iteration import sources
from sourcead.frontend.lowering import hint_of
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Builder, Const, Op, Value
from sourcead.kinds import INT, TOP, join
from sourcead.primitives import structural

Env = dict[Value, Abstract]


WIDEN_AFTER = 3  # joins of kinds, before a kind that still changes is given up
MAX_LOOKS = 12


def fixed_point(
    resolver: Resolver, op: Op, env: Env, inits: list[Abstract], iterable: Abstract | None
) -> list[Abstract]:
    """Resolve the body until the kinds of what is carried no longer change."""
    hints = [hint_of(name) for name in op.attr("names")]
    seeds = [_seed(i) for i in inits]
    for attempt in range(MAX_LOOKS):
        outer_unseen = resolver.take_unseen(None)
        looking = any(map(is_unbound, seeds))
        resolver.first_look += looking
        try:
            trial = _Trial(resolver, op, env, seeds, iterable, hints)
        finally:
            resolver.first_look -= looking
        missed = resolver.take_unseen(outer_unseen)
        joined = [
            _join_shape(resolver, s, r, attempt >= WIDEN_AFTER) for s, r in zip(seeds, trial.results, strict=True)
        ]
        if all(_same_shape(resolver, s, j) for s, j in zip(seeds, joined, strict=True)):
            if missed is None:
                return trial.emit(inits)
            if not resolver.first_look:
                raise missed
            resolver.unseen = missed
            return trial.emit(inits)
        seeds = joined
    resolver.refuse("the kinds of what this loop carries do not settle", "give each variable one kind")


def _seed(init: Abstract) -> Abstract:
    """The shape of a carried variable before the first turn: leaves are values that only carry a kind."""
    if isinstance(init, Aggregate):
        return Aggregate(init.type, init.keys, tuple(map(_seed, init.items)))
    return init


def _join_shape(resolver: Resolver, a: Abstract, b: Abstract, widen: bool) -> Abstract:
    if a is b or is_unbound(b) or (isinstance(a, Static) and isinstance(b, Static) and a.obj is b.obj):
        return a
    if isinstance(a, Aggregate) and isinstance(b, Aggregate) and (a.type, a.keys) == (b.type, b.keys):
        return Aggregate(
            a.type, a.keys, tuple(_join_shape(resolver, x, y, widen) for x, y in zip(a.items, b.items, strict=True))
        )
    if is_unbound(a):
        return _template(resolver, b)
    if isinstance(a, Value | Const | Aggregate) and isinstance(b, Value | Const | Aggregate):
        if isinstance(a, Const) and a == b:
            return a
        kind = join(forget(resolver.kind(a)), forget(resolver.kind(b)))
        return Value("", TOP if widen and kind != forget(resolver.kind(a)) else kind)
    return Poison("a name stands for different functions or objects from turn to turn of a loop", resolver.place)


def _template(resolver: Resolver, item: Abstract) -> Abstract:
    if isinstance(item, Aggregate):
        return Aggregate(item.type, item.keys, tuple(_template(resolver, i) for i in item.items))
    return Value("", forget(resolver.kind(item))) if isinstance(item, Value | Const) else item


def _same_shape(resolver: Resolver, a: Abstract, b: Abstract) -> bool:
    if a is b:
        return True
    if isinstance(a, Aggregate) and isinstance(b, Aggregate):
        return (a.type, a.keys) == (b.type, b.keys) and all(
            _same_shape(resolver, x, y) for x, y in zip(a.items, b.items, strict=True)
        )
    if isinstance(a, Poison) and isinstance(b, Poison):
        return True
    if isinstance(a, Value) and isinstance(b, Value):
        return forget(a.kind) == forget(b.kind)
    if isinstance(a, Const) and isinstance(b, Value) and not is_unbound(a):
        return forget(resolver.kind(a)) == b.kind
    return isinstance(a, Const) and a == b


class _Trial:
    """One resolution of a loop's body under assumed kinds of what it carries."""

    def __init__(
        self, resolver: Resolver, op: Op, env: Env, seeds: list[Abstract], iterable: Abstract | None, hints: list[str]
    ) -> None:
        from sourcead.frontend.resolve import block

        self.resolver, self.op = resolver, op
        self.seeds = seeds
        self.leaves: list[Value] = []
        self.carried = [self._params(s, h) for s, h in zip(seeds, hints, strict=True)]
        outer = resolver.builder
        self.blocks: list[Block] = []
        turn = Value("turn", INT)
        self.setup = Builder()
        resolver.builder = self.setup
        self.loop = None if iterable is None else sources(resolver, iterable, op)
        resolver.builder = Builder()
        inner = dict(env)
        if self.loop is None:
            test = op.blocks[0]
            inner.update(zip(test.params, self.carried, strict=True))
            (cond,) = block(resolver, test, inner)
            self.blocks.append(resolver.builder.block(tuple(self.leaves), (resolver.atom(cond),)))
            resolver.builder, inner = Builder(), dict(env)
            self.leaves = []
            self.carried = [self._params(s, h) for s, h in zip(seeds, hints, strict=True)]
        first = [] if self.loop is None else [self.loop.item]
        inner.update(zip(op.blocks[-1].params, [*first, *self.carried], strict=True))
        found = block(resolver, op.blocks[-1], inner)
        self.code: Abstract | None = None
        if op.attr("exits"):
            self.code, *found = found
        self.results = found
        self.body, self.turn, resolver.builder = resolver.builder, turn, outer

    def _params(self, seed: Abstract, hint: str) -> Abstract:
        if isinstance(seed, Aggregate):
            names = [f"{hint}_{k}" if hint else "" for k in seed.keys]
            return Aggregate(
                seed.type, seed.keys, tuple(self._params(s, n) for s, n in zip(seed.items, names, strict=True))
            )
        if is_unbound(seed) or not isinstance(seed, Value | Const):
            return seed
        param = Value(hint, forget(self.resolver.kind(seed)))
        self.leaves.append(param)
        return param

    def emit(self, inits: list[Abstract]) -> list[Abstract]:
        """Append the loop, and give what its variables are after it."""
        resolver, op = self.resolver, self.op
        for made in self.setup.ops:
            resolver.append(made)
        starts: list[Atom] = []
        for seed, init in zip(self.seeds, inits, strict=True):
            self._flatten(seed, init, starts)
        outer, resolver.builder = resolver.builder, self.body
        ends: list[Atom] = []
        for seed, result in zip(self.seeds, self.results, strict=True):
            self._flatten(seed, result, ends)
        codes = [] if self.code is None else [resolver.atom(self.code)]
        items = [] if self.loop is None else self.loop.items
        body = self.body.block((self.turn, *items, *self.leaves), (*codes, *ends))
        resolver.builder = outer
        leaf_outs = [Value(p.hint, p.kind) for p in self.leaves]
        code_out = [Value("", INT)] if codes else []
        attrs: dict[str, Any] = {"exits": bool(codes), "carried": len(starts)}
        args = list(starts)
        if self.loop is not None:
            attrs.update(sources=tuple(self.loop.sources), text=self.loop.text)
            args = [*self.loop.args, *starts]
        primitive = structural.WHILE if self.loop is None else structural.FOR
        resolver.append(
            Op(
                primitive,
                tuple(args),
                (*code_out, *leaf_outs),
                tuple(sorted(attrs.items())),
                (*self.blocks, body),
                op.at,
            )
        )
        remaining = iter(leaf_outs)
        after = [self._rebuild(s, remaining) for s in self.seeds]
        return [*code_out, *after]

    def _flatten(self, seed: Abstract, item: Abstract, atoms: list[Atom]) -> None:
        if isinstance(seed, Aggregate):
            if is_unbound(item):
                for inner in seed.items:
                    self._flatten(inner, UNBOUND, atoms)
                return
            assert isinstance(item, Aggregate)
            for inner, part in zip(seed.items, item.items, strict=True):
                self._flatten(inner, part, atoms)
        elif isinstance(seed, Value | Const) and not is_unbound(seed):
            atoms.append(item if is_unbound(item) else self.resolver.atom(item))  # type: ignore[arg-type]

    def _rebuild(self, seed: Abstract, outs: Any) -> Abstract:
        if isinstance(seed, Aggregate):
            return Aggregate(seed.type, seed.keys, tuple(self._rebuild(s, outs) for s in seed.items))
        if is_unbound(seed) or not isinstance(seed, Value | Const):
            return seed
        return next(outs)  # type: ignore[no-any-return]
