"""Clearings that nobody sees: the adjoint of an item that a loop stored is read once, so it need not be set to 0.

    for i in reversed(range(n)):              for i in reversed(range(n)):
        t = dy[i]                      ->         t = dy[i]
        dy[i] = 0.0

Each turn has an item of its own (the index of the loop, or of each loop of a nest, names it, and none is negative), the
body does nothing else with the array, and nothing reads it behind the loop: what it was made of stays as it was.
"""

from __future__ import annotations

from sourcead.ir import Atom, Const, Function, Hole, Op, Value, read_counts, walk
from sourcead.passes.invariants import hoist_invariants
from sourcead.passes.rewriting import Rewriter
from sourcead.primitives import structural


def leave_out_clearings(function: Function) -> Function:
    """Let the loops hand on the arrays that they clear for nobody."""
    loops = [op for op in walk(function.body) if op.name == "for" and op.backward and op.attr("reverse", False)]
    counts = read_counts(function.body)
    needless = {store for op in loops for k in range(op.attr("carried", 0)) for store in _clearing(op, k, (), counts)}
    if not needless:
        return function

    def visit(op: Op, rewriter: Rewriter) -> None:
        if op in needless:
            rewriter.values[op.outs[0]] = op.args[0]
        else:
            rewriter.emit(op)

    return hoist_invariants(Rewriter(visit).function(function))


def _clearing(loop: Op, k: int, indices: tuple[Atom, ...], counts: dict[Atom, int]) -> list[Op]:
    """The store that clears what a loop carries in this place; none where somebody may see that."""
    index, body, count = _index(loop), loop.blocks[-1], loop.attr("carried", 0)
    seen = counts.get(loop.outs[k], 0) != (1 if indices else 0)  # within a nest the outer loop hands it on
    if index is None or seen or loop.attr("exits", False):
        return []
    param, result = body.params[len(body.params) - count + k], body.results[k]
    readers = [op for op in body.ops if param in op.args]
    if counts.get(param) != len(readers) or not isinstance(result, Value) or counts[result] != 1:
        return []
    (last,) = [op for op in body.ops if result in op.outs] or (None,)
    if last is None or last not in readers:
        return []
    if last.name == "for" and last.backward and readers == [last]:
        inner = last.outs.index(result)
        first = len(last.args) - last.attr("carried", 0)
        return _clearing(last, inner, (*indices, index), counts) if last.args[first + inner] is param else []
    return [last] if _reads_and_clears(readers, last, (*indices, index)) else []


def _index(loop: Op) -> Atom | None:
    """What runs over a range of different ints, none of which is negative."""
    sources = loop.attr("sources", ())
    if len(sources) != 1 or sources[0].form != "range" or not loop.attr("reverse", False):
        return None
    first, _, step = loop.args[:3]
    body = loop.blocks[-1]
    ordered = isinstance(first, Const) and isinstance(step, Const) and first.value >= 0 < step.value
    return body.params[1] if ordered and len(body.params) - loop.attr("carried", 0) == 2 else None


def _reads_and_clears(readers: list[Op], store: Op, indices: tuple[Atom, ...]) -> bool:
    """Whether all that is done with an array is to read one item, which the indices name, and to set it to 0."""
    if store.primitive is not structural.STORE or not store.backward or store.args[-1] != Const(0.0):
        return False
    place, path = store.args[1:-1], store.attr("path")
    reads = (op for op in readers if op is not store)
    if len(path) != 1:
        return False
    if any((op.primitive, op.args[1:], op.attr("path")) != (structural.GETITEM, place, path) for op in reads):
        return False
    named = [place[e.index] for e in path[0] if isinstance(e, Hole)]
    return all(index in named for index in indices)
