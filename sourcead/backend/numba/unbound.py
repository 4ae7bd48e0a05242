"""Names that may be unbound where they are read: there Python raises, and Numba would read a zero.

    if c: y = x * x             y is read where c holds: nothing can go wrong
    if c: dx = 2 * y

A value is followed from where it may be unbound through the branches and loops that hand it on to what reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from sourcead.backend.numba.rewriting import refuse
from sourcead.ir import UNDEFINED, Atom, Block, Const, Function, Op, Value
from sourcead.records import dataclass, field

Arm: TypeAlias = "tuple[Atom, int]"  # a condition, and the block that runs by it


def check_bound(function: Function) -> None:
    """Refuse a function of which a name of the user's is read that may be unbound.

    Raises:
        UnsupportedError: with the line.
    """
    uses = _Uses()
    uses.block(function.body, frozenset())
    for atom in function.body.results:
        uses.read(atom, frozenset())
    for op, steps in uses.unbound:
        for step in steps:
            if step.value.hint and not uses.is_harmless(step.value, step.apart):
                refuse(f"`{step.value.hint}`, which may be unbound", op.at, "give it a value before")


@dataclass(frozen=True, slots=True)
class _Step:
    """Where a value is handed on to; `apart`: arms in which what comes that way is not read; `inside`: conditions that
    are others in the next turn."""

    value: Value
    apart: frozenset[Arm] = frozenset()
    inside: frozenset[Atom] = frozenset()


@dataclass(slots=True, eq=False)
class _Uses:
    """What reads each value: in which arms, and where it goes from there (None: it is computed with)."""

    uses: dict[Atom, list[tuple[frozenset[Arm], _Step | None]]] = field(default_factory=dict)
    unbound: list[tuple[Op, list[_Step]]] = field(default_factory=list)

    def read(self, atom: Atom, arms: frozenset[Arm], step: _Step | None = None) -> None:
        self.uses.setdefault(atom, []).append((arms, step))

    def hand(self, op: Op, atom: Atom, arms: frozenset[Arm], steps: list[_Step]) -> None:
        if atom == Const(UNDEFINED):
            self.unbound.append((op, steps))
        for step in steps:
            self.read(atom, arms, step)

    def block(self, block: Block, arms: frozenset[Arm]) -> None:
        for op in block.ops:
            if op.name in ("for", "while"):
                self.loop(op, arms)
            elif op.name == "if":
                self.choice(op, arms)
            else:
                for atom in op.args:
                    self.read(atom, arms)
                for inner in op.blocks:
                    self.block(inner, arms)
                    for atom in inner.results:
                        self.read(atom, arms)

    def choice(self, op: Op, arms: frozenset[Arm]) -> None:
        (condition,) = op.args
        self.read(condition, arms)
        for number, block in enumerate(op.blocks):
            inside = arms | {(condition, number)}
            self.block(block, inside)
            for atom, out in zip(block.results, op.outs, strict=True):
                self.hand(op, atom, inside, [_Step(out, frozenset({(condition, 1 - number)}))])

    def loop(self, op: Op, arms: frozenset[Arm]) -> None:
        carried, exits, body = int(op.attr("carried", 0)), int(op.attr("exits", False)), op.blocks[-1]
        taken = sum(s.arity for s in op.attr("sources", ()))
        for atom in op.args[:taken]:
            self.read(atom, arms)
        endless = op.name == "while" and op.blocks[0].results == (Const(True),)
        inside = frozenset(_defined(body))
        for k, init in enumerate(op.args[taken : taken + carried]):
            params = [b.params[len(b.params) - carried + k] for b in op.blocks]
            out = op.outs[exits + k]
            self.hand(op, init, arms, [_Step(p) for p in (params if endless else [*params, out])])
            self.hand(op, body.results[exits + k], arms, [_Step(p, inside=inside) for p in (*params, out)])
        for k, atom in enumerate(body.results):
            if not exits <= k < exits + carried:
                self.hand(op, atom, arms, [_Step(op.outs[k], inside=inside)])
        for block in op.blocks:
            self.block(block, arms)
        for atom in op.blocks[0].results if op.name == "while" else ():
            self.read(atom, arms)

    def is_harmless(self, value: Value, apart: frozenset[Arm]) -> bool:
        """Whether nothing computes with a value but in arms where it is bound."""
        seen: set[tuple[Value, frozenset[Arm]]] = set()
        waiting = [(value, apart)]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            for arms, step in self.uses.get(one[0], ()):
                if not one[1].isdisjoint(arms):
                    continue
                if step is None:
                    return False
                kept = frozenset(arm for arm in one[1] | step.apart if arm[0] not in step.inside)
                waiting.append((step.value, kept))
        return True


def _defined(block: Block) -> Iterator[Atom]:
    """What a block defines, blocks inside it included."""
    yield from block.params
    for op in block.ops:
        yield from op.outs
        for inner in op.blocks:
            yield from _defined(inner)
