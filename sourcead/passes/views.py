"""Additions through views: what is added to zeros in the shape of a view, and then to that view, is added there.

    dv = np.zeros_like(x[1:])                  ->   dx[1:][::2] += t
    dv[::2] += t
    dx[1:] += dv

Only where nothing else reads the zeros, and the view is made of slices and positions.
"""

from __future__ import annotations

from collections.abc import Mapping

from sourcead.ir import Atom, Block, Hole, Op, Path, Span, Subscript, Value, read_counts
from sourcead.kinds import Array, Scalar, dtype_of
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import structural
from sourcead.records import replace

MOST = 2  # additions to one view: more are cheaper on an array of its own
MAX_DEPTH = 8  # of views of views


def add_through_views(block: Block) -> Block:
    """Apply the rule in a block and those inside it, from the innermost view on."""
    for _ in range(MAX_DEPTH):
        made = _block(block, read_counts(block))
        if made is block:
            break
        block = made
    return block


def _block(block: Block, counts: Mapping[Atom, int]) -> Block:
    inner = {op: tuple(_block(b, counts) for b in op.blocks) for op in block.ops if op.blocks}
    changed = any(new is not b for op, blocks in inner.items() for new, b in zip(blocks, op.blocks, strict=True))
    ops = [replace(op, blocks=inner[op]) if op in inner else op for op in block.ops] if changed else list(block.ops)
    makers: dict[Atom, Op] = {o: op for op in ops for o in op.outs}
    gone: set[Op] = set()
    made: dict[Op, list[Op]] = {}
    for op in ops:
        found = _added(op, makers, counts)
        if found is not None and not any(step in made for step in found[1]):
            zeros, chain = found
            gone.update((zeros, *chain))
            made[op] = _through(op, chain)
    if not made:
        return replace(block, ops=tuple(ops)) if changed else block
    return replace(block, ops=tuple(new for op in ops if op not in gone for new in made.get(op, [op])))


def _added(op: Op, makers: Mapping[Atom, Op], counts: Mapping[Atom, int]) -> tuple[Op, list[Op]] | None:
    """The zeros, and what is added to them before they are added to a view, in the order of the text."""
    if not _is_addition(op) or not _is_view(op):
        return None
    chain: list[Op] = []
    value = op.args[-1]
    while counts.get(value) == 1 and value in makers and _is_addition(makers[value]) and len(chain) <= MOST:
        chain.insert(0, makers[value])
        value = chain[0].args[0]
    zeros = makers.get(value)
    if not chain or len(chain) > MOST or zeros is None or counts.get(value) != 1 or zeros.name != "np.zeros_like":
        return None
    view = makers.get(zeros.args[0])
    same = view is not None and view.primitive is structural.GETITEM and view.attr("path") == op.attr("path")
    if not same or view is None or view.args[1:] != op.args[1:-1] or zeros.attrs:
        return None
    kind, base = atom_kind(value), atom_kind(op.args[0])
    fits = isinstance(kind, Array) and bool(kind.dims) and dtype_of(kind) == dtype_of(base) is not None
    return (zeros, chain) if fits else None


def _is_addition(op: Op) -> bool:
    own = op.primitive is structural.ADD_AT and op.backward
    return own and not op.attr("gather", False) and not op.attr("minus", False)


def _is_view(op: Op) -> bool:
    """Whether a subscript is made of slices and positions: it gives a view, not a copy."""
    elements = [element for level in op.attr("path") for element in level]
    plain = all(isinstance(e, Span | Hole | int) or e is Ellipsis or e is None for e in elements)
    return plain and all(isinstance(atom_kind(a), Scalar) for a in op.args[1:-1])


def _through(op: Op, chain: list[Op]) -> list[Op]:
    """The additions, each through the view."""
    base, *places, _ = op.args
    found: list[Op] = []
    for step in chain:
        path: Path = (*op.attr("path"), *_renumbered(step.attr("path"), len(places)))
        out = op.outs[0] if step is chain[-1] else Value(op.outs[0].hint, op.outs[0].kind)
        found.append(replace(step, args=(base, *places, *step.args[1:]), outs=(out,)).with_attrs(path=path))
        base = out
    return found


def _renumbered(path: Path, by: int) -> Path:
    """A subscript whose dynamic parts stand behind so many others."""

    def moved(element: Subscript) -> Subscript:
        if isinstance(element, Hole):
            return Hole(element.index + by)
        if isinstance(element, Span):
            parts = (element.start, element.stop, element.step)
            return Span(*(Hole(p.index + by) if isinstance(p, Hole) else p for p in parts))
        return element

    return tuple(tuple(map(moved, level)) for level in path)
