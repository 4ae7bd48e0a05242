"""What can be gone through once only: the results of `zip`, `enumerate` and `reversed`.

Resolving takes them for what they go through, which is right where one place of the text reads them, once; a variable
that holds one and is read by several places, or by each turn of a loop around which it was made, is refused.
"""

from __future__ import annotations

from sourcead.frontend import surface
from sourcead.frontend.abstract import Abstract, Iteration
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Value

_ONCE = ("enumerate", "zip")
_LOOPS = (surface.FOR, surface.WHILE)


def check_gone_through_once(resolver: Resolver, name: Value, item: Abstract | None = None) -> None:
    """Refuse a variable that holds an iterator and is read again. item: what it holds, if that tells."""
    if item is not None and not (isinstance(item, Iteration) and item.form in _ONCE):
        return
    body = resolver.frames[-1].body
    if body is not None and _reads(body, name, 0) > 1:
        resolver.refuse("an iterator is read here that is read again later", "make a list of it: `list(...)`")


def _reads(block: Block, name: Value, within: int) -> int:
    """How often a value is read, as far as it matters: in a loop that does not make it, more than once."""
    found = 0
    if name in block.params:
        within = 0
    for op in block.ops:
        if name in op.outs:
            within = 0
        found += (within + 1) * _count(op.args, name)
        for inner in op.blocks:
            found += _reads(inner, name, within + (op.primitive in _LOOPS))
    return found + (within + 1) * _count(block.results, name)


def _count(atoms: tuple[Atom, ...], name: Value) -> int:
    return sum(atom is name for atom in atoms)
