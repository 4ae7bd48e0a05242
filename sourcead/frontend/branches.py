"""Resolving branches: one that the condition decides folds, of others both sides are resolved and their results
joined."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sourcead.frontend.abstract import UNBOUND, Abstract, Aggregate, Poison, Static, is_unbound
from sourcead.frontend.lowering import MAX_BRANCHES, TOO_DEEP
from sourcead.frontend.resolver import Resolver, UnboundRead, Undecided
from sourcead.ir import Atom, Builder, Const, Op, Value
from sourcead.kinds import TOP, Kind, Known, Scalar, join
from sourcead.primitives import structural

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
    if resolver.depth >= MAX_BRANCHES:
        resolver.refuse(*TOO_DEEP)
    resolver.depth += 1
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
    resolver.depth -= 1
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
