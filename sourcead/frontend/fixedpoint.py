"""Resolving loops that stay loops: the body is resolved until what it carries no longer changes.

Carried are the names that the body rebinds, and the content of every region that was there before the loop and that the
body stores into. What both have in common over all turns is a `Shape`: a constant, a leaf of some kind, a container.
"""

from __future__ import annotations

from typing import Any

from sourcead.frontend.abstract import Abstract, Aggregate, Ref, Region, Stale
from sourcead.frontend.contents import first_content
from sourcead.frontend.iteration import Loop, sources
from sourcead.frontend.lowering import hint_of
from sourcead.frontend.memory import Content
from sourcead.frontend.objects import fill
from sourcead.frontend.owned_sizes import handed_on
from sourcead.frontend.resolver import Resolver, UnknownResult
from sourcead.frontend.shapes import Fixed, Parts, Shape, Shapes
from sourcead.ir import NEXT, UNDEFINED, Atom, Block, Builder, Const, Op, Value
from sourcead.kinds import INT, Tree
from sourcead.primitives import structural

Env = dict[Value, Abstract]


WIDEN_AFTER = 3  # joins of kinds, before a kind that still changes is given up
MAX_LOOKS = 12


def fixed_point(
    resolver: Resolver, op: Op, env: Env, inits: list[Abstract], iterable: Abstract | None
) -> list[Abstract]:
    """Resolve the body until what is carried no longer changes."""
    mark = resolver.memory.count
    shapes = Shapes(resolver, mark, resolver.memory.state)
    names = [hint_of(n) for n in op.attr("names")]
    augmented = set(op.attr("augmented", ()))
    carried: list[Shape] = [shapes.of(i, n in augmented) for i, n in zip(inits, names, strict=True)]
    regions: dict[Region, Shape] = {}
    before = resolver.builder, len(resolver.frames), resolver.memory.state
    for attempt in range(MAX_LOOKS):
        outer_unseen = resolver.take_unseen(None)
        looking = any(isinstance(s, Fixed) and s.item == Const(UNDEFINED) for s in carried)
        resolver.first_look += looking
        resolver.memory.state = before[2]
        try:
            trial = _Trial(resolver, op, env, carried, regions, iterable, names, mark)
        except UnknownResult as error:  # the look is not final: what the loop starts from tells the kinds
            resolver.builder, frames, resolver.memory.state = before
            del resolver.frames[frames:]
            resolver.unseen = error
            return [*([Const(NEXT)] if op.attr("exits") else []), *inits]
        finally:
            resolver.first_look -= looking
        missed = resolver.take_unseen(outer_unseen)
        again, changed = trial.joined(shapes, attempt >= WIDEN_AFTER)
        trial.check_length()
        if not changed:
            if missed is not None and not resolver.first_look:
                raise missed
            resolver.unseen = missed or resolver.unseen
            return trial.emit(inits)
        carried, regions = again
    resolver.refuse("the kinds of what this loop carries do not settle", "give each variable one kind")


class _Trial:
    """One resolution of a loop's body under assumed shapes of what it carries."""

    def __init__(
        self,
        resolver: Resolver,
        op: Op,
        env: Env,
        shapes: list[Shape],
        regions: dict[Region, Shape],
        iterable: Abstract | None,
        names: list[str],
        mark: int,
    ) -> None:
        from sourcead.frontend.resolve import block

        memory = resolver.memory
        self.resolver, self.op = resolver, op
        self.shapes, self.regions, self.names = shapes, regions, names
        self.outer, self.mark, self.stores = memory.state, mark, memory.stores
        self.resized = memory.resized
        outer = resolver.builder
        memory.state = self.before = self.outer.fork()  # what is read before the loop is read by this trial alone
        self.blocks: list[Block] = []
        self.turn = Value("turn", INT)
        self.setup = resolver.builder = Builder()
        self.loop: Loop | None = None
        if iterable is not None:
            self.loop = sources(resolver, iterable, op, set(regions))
        self.leaves: list[Value] = []
        if self.loop is None:
            test = op.blocks[0]
            inner = self._enter(env, test.params)
            (cond,) = block(resolver, test, inner)
            self.blocks.append(resolver.builder.block(tuple(self.leaves), (resolver.atom(cond),)))
            heap, entered = memory.state.heap, self._entered
            if any(entered.get(r) is not c and r.number <= self.mark for r, c in heap.items()):
                resolver.refuse("the test of a `while` stores into memory", "store in the body of the loop")
        items = op.blocks[-1].params[: 1 if self.loop is not None else 0]
        inner = self._enter(env, op.blocks[-1].params[len(items) :])
        if self.loop is not None:
            inner[items[0]] = self.loop.begin(resolver, self.turn)
        found = block(resolver, op.blocks[-1], inner)
        self.code: Abstract | None = None
        if op.attr("exits"):
            self.code, *found = found
        self.results = found
        self.body, resolver.builder = resolver.builder, outer
        self.after, memory.state = memory.state, self.before

    def _enter(self, env: Env, params: tuple[Value, ...]) -> Env:
        """Begin a block of the loop: parameters for all leaves of what is carried."""
        memory = self.resolver.memory
        self.resolver.builder, memory.state = Builder(), self.before.fork()
        self.leaves = []
        inner = dict(env)
        made = [s.param(self.resolver, n, self.leaves) for s, n in zip(self.shapes, self.names, strict=True)]
        inner.update(zip(params, made, strict=True))
        for region, shape in self.regions.items():
            content = shape.param(self.resolver, region.hint, self.leaves)
            if isinstance(content, Value):
                memory.regions[content] = region
            memory.set(region, content)
        self._entered = dict(memory.state.heap)
        return inner

    def joined(self, shapes: Shapes, widen: bool) -> tuple[tuple[list[Shape], dict[Region, Shape]], bool]:
        """The shapes that hold before and after the body, and whether they differ from those assumed."""
        memory = self.resolver.memory
        memory.state = self.after
        try:
            carried = [shapes.join(s, r, widen) for s, r in zip(self.shapes, self.results, strict=True)]
            regions = dict(self.regions)
            for region, held in self.after.heap.items():
                stored = self._entered.get(region) is not held
                content: Any = memory.current(region) if stored or region in regions else held
                if region in memory.first and isinstance(content, Aggregate):
                    self._fill(region, content, regions, shapes)
                if region in regions:
                    regions[region] = shapes.join_content(regions[region], content, widen)
                elif stored and self._lasts(region):
                    opened = self._opened(region, content, shapes)
                    regions[region] = opened or shapes.join_content(self._first(region, shapes), content, widen)
        finally:
            memory.state = self.before
        old, new = (*self.shapes, *self.regions.values()), (*carried, *regions.values())
        same = len(old) == len(new) and all(shapes.same(a, b) for a, b in zip(old, new, strict=True))
        if same:  # what is stored into later, here or behind the loop, may be the same memory
            same = shapes.overlaps(old) == shapes.overlaps(new)
        return (carried, regions), not same

    def _lasts(self, region: Region) -> bool:
        """Whether memory was there before the loop, even if the body is where it is met first."""
        return region.number <= self.mark or region.op is not None or region in self.resolver.memory.first

    def _fill(self, region: Region, content: Aggregate, regions: dict[Region, Shape], shapes: Shapes) -> None:
        """Attributes of an object that the body stores into are read before the loop, where nothing has stored them."""
        memory = self.resolver.memory
        memory.state = self.before
        known = memory.content(region)
        memory.state = self.after
        if isinstance(known, Aggregate) and any(k not in known.keys for k in content.keys):
            memory.state = self.before
            full = fill(self.resolver, region, map(str, content.keys))
            memory.state = self.after
            regions.pop(region, None)
            assert isinstance(full, Aggregate)

    def _opened(self, region: Region, content: Content, shapes: Shapes) -> Shape | None:
        """The shape of a container that is a value before the loop, of which the body stores into some item: its items
        are read before the loop; those that stay what they are, are not carried."""
        from sourcead.frontend.data import expanded

        memory = self.resolver.memory
        first = region.birth if region not in self.before.heap and region not in memory.first else None
        if not isinstance(content, Aggregate) or first is None or not isinstance(first.kind, Tree):
            return None
        if content.keys != first.kind.keys:  # a list that grows, a dict with a new key
            return None
        memory.state = self.before
        value = first_content(self.resolver, region)
        assert isinstance(value, Value)
        items = expanded(self.resolver, value)
        self.before.heap[region] = self.outer.heap[region] = items
        memory.state = self.after
        return Parts(items.type, items.keys, tuple(shapes.of(i) for i in items.items))

    def check_length(self) -> None:
        """Refuse a list that changes its length while the loop runs over it."""
        changed = self.resolver.memory.resized > self.resized
        if changed and self.loop is not None and self.loop.runs_over & set(self.regions):
            self.resolver.refuse(
                "a list changes its length while a loop runs over it", "loop over a copy of it: `for x in list(xs)`"
            )

    def _first(self, region: Region, shapes: Shapes) -> Shape:
        memory = self.resolver.memory
        state, memory.state = memory.state, self.before
        content = memory.current(region)
        first = memory.first.get(region, region.birth) if content is None else content
        shape = shapes.of_content(first)  # type: ignore[arg-type]
        memory.state = state
        return shape

    def emit(self, inits: list[Abstract]) -> list[Abstract]:
        """Append the loop, and give what its variables are after it."""
        resolver, op, memory = self.resolver, self.op, self.resolver.memory
        for made in self.setup.ops:
            resolver.builder.add(made)
        starts: list[Atom] = []
        for shape, init in zip(self.shapes, inits, strict=True):
            shape.flatten(resolver, init, starts)
        for region, shape in self.regions.items():
            content = memory.current(region)
            if not isinstance(shape, Fixed):
                shape.flatten(resolver, first_content(resolver, region) if content is None else content, starts)
        outer, resolver.builder, memory.state = resolver.builder, self.body, self.after
        ends: list[Atom] = []
        for shape, result in zip(self.shapes, self.results, strict=True):
            shape.flatten(resolver, result, ends)
        for region, shape in self.regions.items():
            shape.flatten(resolver, memory.current(region), ends)
        codes = [] if self.code is None else [resolver.atom(self.code)]
        items = [] if self.loop is None else self.loop.items
        body = self.body.block((self.turn, *items, *self.leaves), (*codes, *ends))
        resolver.builder, memory.state = outer, self.before
        kinds = [s.kind if isinstance(s, Value) else None for s in starts]
        leaf_outs = [Value(p.hint, handed_on(p.kind, k)) for p, k in zip(self.leaves, kinds, strict=True)]
        code_out = [Value("", INT)] if codes else []
        attrs: dict[str, Any] = {"exits": bool(codes), "carried": len(starts)}
        if op.attr("comprehension", False):
            attrs["comprehension"] = True
        args = list(starts)
        if self.loop is not None:
            attrs.update(sources=tuple(self.loop.sources), text=self.loop.text)
            args = [*self.loop.args, *starts]
        primitive = structural.WHILE if self.loop is None else structural.FOR
        resolver.builder.add(
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
        after = [s.rebuild(resolver, remaining) for s in self.shapes]
        for region, shape in self.regions.items():
            content = shape.rebuild(resolver, remaining)
            if isinstance(content, Value):
                memory.regions[content] = region
            memory.set(region, content)
        return [*code_out, *after]


__all__ = ["Aggregate", "Ref", "Stale", "fixed_point"]
