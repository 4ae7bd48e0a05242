"""Python's own `sum`: of an array by halves, of a display term by term.

sum((x, y, z))    ->    0 + x + y + z
sum(xs, start)    ->    start + total(xs)
"""

from __future__ import annotations

from sourcead.backend.numba.rewriting import Rewriter, kind_of, refuse, step
from sourcead.ir import Atom, Const, Op
from sourcead.kinds import Array, Scalar, Tree

_FLOATS = frozenset({"pyfloat", "real", "float64"})


def builtin_sum(op: Op, rewriter: Rewriter) -> None:
    """Emit the sum of an array of one axis, or of a tuple or list of a known length."""
    kind, out = kind_of(op.args[0]), op.outs[0]
    start = op.args[1] if len(op.args) > 1 else Const(0)
    if isinstance(kind, Array) and kind.dtype == "float64" and len(kind.dims) == 1:
        terms: list[Atom] = [rewriter.emit(step("helper total", op.args[:1], Scalar("float64"), op))]
    elif isinstance(kind, Tree) and kind.items:
        terms = _items(op.args[0], kind, op, rewriter)
    else:
        refuse("the sum of what are no floats", op.at)
    if start != Const(0) or len(terms) > 1:
        terms = [start, *terms]
    if not _can_be_added([a for a in terms if not isinstance(a, Const)], out.kind == Scalar("pyint")):
        refuse("the sum of what are no floats", op.at)
    total = terms[0]
    for term in terms[1:]:
        total = rewriter.emit(step("binary +", (total, term), out.kind, op))
    rewriter.values[out] = total


def _items(display: Atom, kind: Tree, op: Op, rewriter: Rewriter) -> list[Atom]:
    maker = rewriter.makers.get(display)
    if maker is not None and maker.name in ("tuple", "list") and len(maker.args) == len(kind.items):
        return list(maker.args)
    return [rewriter.emit(step("getitem", (display,), k, op, path=((n,),))) for n, k in enumerate(kind.items)]


def _can_be_added(terms: list[Atom], of_ints: bool) -> bool:
    """Whether Numba adds up as Python does: floats, or whole numbers alone, which are bounded one by one."""
    kinds = [kind_of(a) for a in terms]
    dtypes = [k.dtype for k in kinds if isinstance(k, Scalar)]
    if len(dtypes) < len(kinds):
        return False
    wanted = {"pyint"} if of_ints else _FLOATS
    return all(d in wanted for d in dtypes)
