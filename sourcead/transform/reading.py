"""What ops read: the values that are to be there before them."""

from __future__ import annotations

from collections.abc import Iterable

from sourcead.ir import Atom, Block, Op, Value, walk


def free_values(ops: Iterable[Op], results: Iterable[Atom]) -> dict[Value, None]:
    """What ops and results read, in order of appearance."""
    found: dict[Value, None] = {}
    for op in ops:
        for inner in walk(Block((), (op,), ())):
            found.update(dict.fromkeys(a for a in inner.args if isinstance(a, Value)))
            for block in inner.blocks:
                found.update(dict.fromkeys(r for r in block.results if isinstance(r, Value)))
    found.update(dict.fromkeys(r for r in results if isinstance(r, Value)))
    return found
