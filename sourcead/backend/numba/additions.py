"""First additions: what a loop adds to zeros at places that move along with its index is assigned, where no turn before
has been there.

    dx = np.zeros_like(x)                       dx = np.empty_like(x)
    for i in range(len(x) - 1):         ->      dx[:1] = 0.0
        dx[i] -= a                              for i in range(len(x) - 1):
        dx[i + 1] += b                              dx[i] -= a
                                                    dx[i + 1] = b

The zeros stay where the loop does not come first: before the first place that it assigns.
"""

from __future__ import annotations

from sourcead.backend.numba.bounds import Facts
from sourcead.backend.numba.rewriting import Rewriter, is_const, kind_of, step
from sourcead.ir import Atom, Block, Const, Function, Hole, Op, Span, read_counts
from sourcead.kinds import Array
from sourcead.records import replace
from sourcead.switches import is_on

_EMPTY = {"np.zeros_like": "np.empty_like", "np.zeros": "np.empty"}
_FLOATS = ("float64", "float32")


def with_first_additions_assigned(function: Function) -> Function:
    """The function whose loops assign what they add first."""
    if not is_on("first additions"):
        return function
    facts, counts = Facts(), read_counts(function.body)
    facts.block(function.body)

    def visit(op: Op, rewriter: Rewriter) -> None:
        if op.name == "for" and not op.attr("exits", False):
            op = _assigning(op, rewriter, facts, counts)
        rewriter.ops.append(op)

    return Rewriter(visit).function(function)


def _assigning(loop: Op, rewriter: Rewriter, facts: Facts, counts: dict[Atom, int]) -> Op:
    carried = int(loop.attr("carried", 0))
    if [s.form for s in loop.attr("sources", ())] != ["range"] or not isinstance(loop.args[0], Const):
        return loop
    for k in range(carried):
        init = loop.args[len(loop.args) - carried + k]
        zeros = next((op for op in rewriter.ops if init in op.outs), None)
        kind = kind_of(init)
        if zeros is None or zeros.name not in _EMPTY or counts.get(init) != 1 or not isinstance(kind, Array):
            continue
        first = _first(loop, k, facts, counts)
        if first is None or kind.dtype not in _FLOATS or len(kind.dims) != 1:
            continue
        addition, place = first
        stop, size = facts.form(loop.args[1]), facts.size(init, 0)
        if size is None or (stop[0], stop[1] + place - loop.args[0].value) != size:
            continue  # the last turn does not come to the end
        loop = _with_first_assigned(loop, addition, rewriter, zeros, place)
    return loop


def _first(loop: Op, k: int, facts: Facts, counts: dict[Atom, int]) -> tuple[Op, int] | None:
    """The addition that comes first to each place, and to which place in the first turn, if there is such."""
    body, (start, _, rise) = loop.blocks[-1], loop.args[:3]
    if not is_const(rise, 1) or not isinstance(start, Const):
        return None
    index = body.params[1]
    now: Atom = body.params[len(body.params) - int(loop.attr("carried", 0)) + k]
    found: list[tuple[Op, int]] = []
    for op in body.ops:
        if now not in op.args:
            continue
        plain = op.name == "add_at" and op.attr("path") == ((Hole(0),),) and not op.attr("gather")
        if not plain or op.args[0] is not now or counts.get(now) != 1 or isinstance(kind_of(op.args[2]), Array):
            return None
        symbol, added = facts.form(op.args[1])
        if symbol is not index:
            return None
        found.append((op, start.value + added))
        now = op.outs[0]
    if not found or body.results[k] is not now or counts.get(now) != 1 or min(place for _, place in found) < 0:
        return None
    return max(found, key=lambda one: one[1])


def _with_first_assigned(loop: Op, addition: Op, rewriter: Rewriter, zeros: Op, place: int) -> Op:
    """The loop that assigns, after what makes the array and clears what it does not assign."""
    form = f"call {_EMPTY[zeros.name]}"
    (array,) = zeros.outs
    empty = replace(step(form, zeros.args, array.kind, zeros, array.hint), attrs=zeros.attrs, note=zeros.note)
    at = rewriter.ops.index(zeros)
    rewriter.ops[at] = empty
    init = empty.outs[0]
    if place:
        path = ((Span(None, place),),)
        store = step("store", (init, Const(0.0)), array.kind, zeros, array.hint, "base", path=path, proven=True)
        rewriter.ops.insert(at + 1, store)
        init = store.outs[0]
    value, before = addition.args[2], []
    if addition.attr("minus"):
        before = [step("unary -", (value,), kind_of(value), addition)]
        value = before[0].outs[0]
    assigned = step("store", (*addition.args[:2], value), array.kind, addition, array.hint, "base",
                    path=addition.attr("path"), proven=bool(addition.attr("proven")))  # fmt: skip
    assigned = replace(assigned, outs=addition.outs, note=addition.note)
    body = loop.blocks[-1]
    ops = [made for op in body.ops for made in ([*before, assigned] if op is addition else [op])]
    args = tuple(init if a is array else a for a in loop.args)
    return replace(loop, args=args, blocks=(Block(body.params, tuple(ops), body.results),))
