"""Resolving control flow: static branches fold, static containers unroll, loops are brought to a fixed point of kinds."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sourcead.frontend.abstract import UNBOUND, Abstract, Aggregate, Iteration, Poison, Static, is_unbound
from sourcead.frontend.resolver import Resolver, UnboundRead, Undecided
from sourcead.ir import BREAK, CONTINUE, NEXT, Atom, Block, Builder, Const, Hole, Op, Source, Value
from sourcead.kinds import INT, TOP, Array, Kind, Known, List, Scalar, Top, Tree, join
from sourcead.primitives import structural
from sourcead.primitives.registry import entry_of

WIDEN_AFTER = 3
Env = dict[Value, Abstract]


def resolve_if(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    """An `if`: the branch taken where the condition is known, otherwise both, joined."""
    from sourcead.frontend.resolve import block, read

    cond = read(env, op.args[0])
    truth = resolver.truth(cond)
    if truth is not None:
        return block(resolver, op.blocks[0 if truth else 1], env)
    if resolver.decided_only:
        raise Undecided
    hints = [o.hint for o in op.outs]
    return choose(resolver, cond, [partial(block, resolver, b, dict(env)) for b in op.blocks], hints, op)


def choose(
    resolver: Resolver, cond: Abstract, sides: list[Callable[[], list[Abstract]]], hints: list[str], op: Op
) -> list[Abstract]:
    """Resolve two alternatives under a condition that is not known, and join their results."""
    atom = resolver.atom(cond)
    place, outer = resolver.at, resolver.builder
    results: list[list[Abstract]] = []
    builders: list[Builder] = []
    frames = len(resolver.frames)
    for side in sides:
        resolver.builder, resolver.at = Builder(), place
        try:
            results.append(side())
        except UnboundRead as error:
            if not resolver.first_look:
                raise
            resolver.unseen = error
            del resolver.frames[frames:]
            continue
        builders.append(resolver.builder)
    resolver.builder, resolver.at = outer, place
    if len(results) < len(sides):  # the look is not final: the other path tells the kinds
        if not results:
            assert resolver.unseen is not None
            raise resolver.unseen
        return results[0]
    joiner = _Join(resolver, builders)
    joined = [joiner.join(a, b, hint) for a, b, hint in zip(*results, hints, strict=True)]
    blocks = tuple(b.block((), tuple(c)) for b, c in zip(builders, joiner.columns, strict=True))
    resolver.append(
        Op(
            structural.IF,
            (atom,),
            tuple(joiner.outs),
            (),
            blocks,
            op.at if resolver.override is None else resolver.override,
            op.form,
            resolver.backward,
        )
    )
    return joined


class _Join:
    """Collects the results of an `if`: one out for each atom that differs."""

    def __init__(self, resolver: Resolver, builders: list[Builder]) -> None:
        self.resolver = resolver
        self.builders = builders
        self.columns: tuple[list[Atom], list[Atom]] = ([], [])
        self.outs: list[Value] = []

    def join(self, a: Abstract, b: Abstract, hint: str) -> Abstract:
        """The value after the `if` of something that is `a` in one branch and `b` in the other."""
        if a is b or (isinstance(a, Const) and a == b):
            return a
        if isinstance(a, Static) and isinstance(b, Static) and a.obj is b.obj:
            return a
        if isinstance(a, Aggregate) and is_unbound(b):
            return self._items(a, [UNBOUND] * len(a.items), a.items, hint, swap=True)
        if isinstance(b, Aggregate) and is_unbound(a):
            return self._items(b, [UNBOUND] * len(b.items), b.items, hint, swap=False)
        if isinstance(a, Aggregate) and isinstance(b, Aggregate) and (a.type, a.keys) == (b.type, b.keys):
            return self._items(a, list(a.items), b.items, hint, swap=False)
        atoms: list[Atom] = []
        for item, builder in ((a, self.builders[0]), (b, self.builders[1])):
            if isinstance(item, Value) or is_unbound(item):
                atoms.append(item)  # type: ignore[arg-type]
            elif isinstance(item, Poison):
                return item
            elif isinstance(item, Const | Aggregate):
                atoms.append(self._atom(item, builder))
            else:
                return Poison(
                    "a name stands for different functions or objects on the paths that lead here", self.resolver.place
                )
        return self._out(atoms[0], atoms[1], hint)

    def _items(self, shape: Aggregate, left: list[Abstract], right: Any, hint: str, swap: bool) -> Abstract:
        pairs = zip(right, left, strict=True) if swap else zip(left, right, strict=True)
        names = [f"{hint}_{k}" if hint else "" for k in shape.keys]
        items = tuple(self.join(x, y, n) for (x, y), n in zip(pairs, names, strict=True))
        return Aggregate(shape.type, shape.keys, items)

    def _atom(self, item: Abstract, builder: Builder) -> Atom:
        outer, self.resolver.builder = self.resolver.builder, builder
        try:
            return self.resolver.atom(item)
        finally:
            self.resolver.builder = outer

    def _out(self, a: Atom, b: Atom, hint: str) -> Value:
        kinds = [self.resolver.kind(x) for x in (a, b) if not is_unbound(x)]
        out = Value(hint, forget(kinds[0]) if len(kinds) == 1 else join(forget(kinds[0]), forget(kinds[1])))
        self.columns[0].append(a)
        self.columns[1].append(b)
        self.outs.append(out)
        return out


def forget(kind: Kind) -> Kind:
    """A kind without the values that it knows of."""
    if isinstance(kind, Known):
        value = kind.value
        return Scalar(f"py{type(value).__name__}") if isinstance(value, int | float) else TOP
    return Scalar(kind.dtype) if isinstance(kind, Scalar) else kind


# -- loops --------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Loop:
    """A loop being resolved: how the items of a turn are made, and the emitted sources."""

    sources: list[Source]
    args: list[Atom]
    text: Any
    items: list[Value]
    item: Abstract


def resolve_for(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    """A `for`: unrolled over containers of static structure, otherwise a loop op."""
    from sourcead.frontend.resolve import read

    if resolver.decided_only and static_items(resolver, read(env, op.args[0])) is None:
        raise Undecided
    iterable, *inits = (read(env, a) for a in op.args)
    items = static_items(resolver, iterable)
    if items is not None:
        return _unroll(resolver, op, env, items, inits)
    return _fixed_point(resolver, op, env, inits, iterable)


def resolve_while(resolver: Resolver, op: Op, env: Env) -> list[Abstract]:
    """A `while`: always a loop op, unless its test is known to fail at once."""
    from sourcead.frontend.resolve import read

    if resolver.decided_only:
        raise Undecided
    return _fixed_point(resolver, op, env, [read(env, a) for a in op.args], None)


def static_items(resolver: Resolver, iterable: Abstract) -> list[Abstract] | None:
    """The items of a loop whose number is known: those of tuples, lists of mixed kinds, dicts, and zips of them."""
    from sourcead.frontend.data import child

    parts = resolver.parts_of(iterable)
    if parts is not None:
        return [Const(k) for k in parts.keys] if parts.type is dict else list(parts.items)
    kind = resolver.kind(iterable)
    if isinstance(kind, Tree):
        if kind.type is dict:
            return [Const(k) for k in kind.keys]
        return [child(resolver, iterable, kind, k) for k in range(len(kind.items))]
    if isinstance(iterable, Iteration):
        if iterable.form == "zip":
            columns = [static_items(resolver, p) for p in iterable.parts]
            found = [c for c in columns if c is not None]
            if len(found) == len(columns) and found:
                return [Aggregate(tuple, tuple(range(len(row))), row) for row in zip(*found)]  # noqa: B905 -- as zip does
        if iterable.form == "enumerate":
            start, inner = iterable.parts
            known, first = resolver.static(start)
            values = static_items(resolver, inner)
            if known and values is not None:
                return [Aggregate(tuple, (0, 1), (Const(first + k), v)) for k, v in enumerate(values)]
    return None


def _unroll(resolver: Resolver, op: Op, env: Env, items: list[Abstract], carried: list[Abstract]) -> list[Abstract]:
    """One copy of the body for each item; an exit code that is not known guards the copies after it."""
    from sourcead.frontend.resolve import block

    exits, body = op.attr("exits"), op.blocks[0]
    hints = [o.hint for o in op.outs]
    if not items:
        return [*([Const(NEXT)] if exits else []), *carried]
    inner = dict(env)
    inner.update(zip(body.params, [items[0], *carried], strict=True))
    results = block(resolver, body, inner)
    if not exits:
        return _unroll(resolver, op, env, items[1:], results)
    code, *carried = results
    known, value = resolver.static(code)
    if known:
        return _unroll(resolver, op, env, items[1:], carried) if value in (NEXT, CONTINUE) else [Const(value), *carried]
    goes_on = _goes_on(resolver, code)
    return choose(
        resolver, goes_on, [lambda: _unroll(resolver, op, env, items[1:], carried), lambda: [code, *carried]], hints, op
    )


def _goes_on(resolver: Resolver, code: Abstract) -> Abstract:
    from sourcead.frontend.calls import emit_folded

    entry = entry_of(operator.eq)
    assert entry is not None
    return emit_folded(resolver, entry.primitive, (resolver.atom(code), Const(NEXT)), {}, "")


def _fixed_point(
    resolver: Resolver, op: Op, env: Env, inits: list[Abstract], iterable: Abstract | None
) -> list[Abstract]:
    """Resolve the body until the kinds of what is carried no longer change."""
    hints = list(op.attr("names"))
    hints = ["" if h == "return" else h for h in hints]
    seeds = [_seed(i) for i in inits]
    for attempt in range(12):
        outer_unseen, resolver.unseen = resolver.unseen, None
        looking = any(map(is_unbound, seeds))
        resolver.first_look += looking
        try:
            trial = _Trial(resolver, op, env, seeds, iterable, hints)
        finally:
            resolver.first_look -= looking
        missed, resolver.unseen = resolver.unseen, outer_unseen
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


def sources(resolver: Resolver, iterable: Abstract, op: Op) -> _Loop:
    """What a `for` runs over: its sources, in the order of the text."""
    loop = _Loop([], [], None, [], UNBOUND)
    hint = op.blocks[-1].params[0].hint
    loop.text, loop.item = _source(resolver, iterable, loop, hint)
    return loop


def _source(resolver: Resolver, iterable: Abstract, loop: _Loop, hint: str) -> tuple[Any, Abstract]:
    if isinstance(iterable, Iteration) and iterable.form == "zip":
        found = [_source(resolver, p, loop, "") for p in iterable.parts]
        return ("zip", *(t for t, _ in found)), Aggregate(tuple, tuple(range(len(found))), tuple(i for _, i in found))
    if isinstance(iterable, Iteration) and iterable.form == "enumerate":
        start, inner = iterable.parts
        count = _add_source(resolver, loop, "count", [start], Value("", INT))
        text, item = _source(resolver, inner, loop, "")
        has_start = not (isinstance(start, Const) and start.value == 0)
        return ("enumerate", has_start, text), Aggregate(tuple, (0, 1), (count, item))
    if isinstance(iterable, Iteration) and iterable.form == "range":
        return ("range",), _add_source(resolver, loop, "range", list(iterable.parts), Value(hint, INT))
    rows = iterable.parts[0] if isinstance(iterable, Iteration) else iterable
    kind = resolver.kind(rows)
    if isinstance(kind, Scalar | Known) or (isinstance(kind, Array) and not kind.dims):
        resolver.refuse("this is nothing to loop over")
    return ("rows",), _add_source(resolver, loop, "rows", [rows], Value(hint, row_kind(kind)))


def _add_source(resolver: Resolver, loop: _Loop, form: str, parts: list[Abstract], item: Value) -> Value:
    loop.sources.append(Source(form))
    loop.args.extend(resolver.atom(p) for p in parts)
    loop.items.append(item)
    return item


def row_kind(kind: Kind) -> Kind:
    """The kind of the items that iterating over something gives."""
    if isinstance(kind, List):
        return kind.item
    if isinstance(kind, Array):
        return structural.item_kind(kind, ((Hole(0),),), (INT,))
    if isinstance(kind, Tree) and kind.items:
        items = [forget(k) for k in kind.items]
        found = items[0]
        for other in items[1:]:
            found = join(found, other)
        return found
    return TOP


__all__ = ["BREAK", "Top", "choose", "resolve_for", "resolve_if", "resolve_while", "row_kind", "static_items"]
