"""Matrix products, which Numba hands to BLAS; those with a dimension of 1 are no products of matrices:

    x @ y       ->  x * y                                   x (n, 1), y (1, m): a loop
                ->  (x[0] @ y).reshape(1, -1)       x (1, n)
                ->  (x @ np.ravel(y)).reshape(-1, 1)    y (n, 1)
"""

from __future__ import annotations

import importlib.util

from sourcead.backend.numba.rewriting import Rewriter, kind_of, refuse, step
from sourcead.ir import Atom, Const, Op
from sourcead.kinds import Array
from sourcead.records import replace


def product(op: Op, rewriter: Rewriter) -> None:
    """Emit a product of matrices and vectors."""
    kinds = [kind_of(a) for a in op.args]
    ranks = [len(k.dims) if isinstance(k, Array) else 0 for k in kinds]
    if 0 in ranks and op.name == "np.dot":
        refuse("`np.dot` of a number", op.at)
    if not set(ranks) <= {1, 2} or len({getattr(k, "dtype", None) for k in kinds}) > 1:
        refuse("a matrix product of these kinds", op.at)
    if getattr(kinds[0], "dtype", None) not in ("float32", "float64"):
        refuse("a matrix product of whole numbers", op.at)
    if importlib.util.find_spec("scipy") is None:
        refuse("Numba's matrix products need SciPy, which is not installed", op.at, "pip install scipy")
    x, y = kinds
    assert isinstance(x, Array) and isinstance(y, Array)
    if ranks == [2, 2] and x.dims[1].one and y.dims[0].one:
        rewriter.ops.append(replace(step("binary *", op.args, op.outs[0].kind, op), outs=op.outs))
        return
    if op.name == "matmul":
        op = replace(op, form="")
    first, second = (_in_one_piece(a, op, rewriter) for a in op.args)
    if ranks == [2, 2] and x.dims[0].one:
        row = rewriter.emit(step("getitem", (first,), Array(x.dtype, x.dims[1:]), op, "", "view", path=((0,),)))
        _reshaped(op, (row, second), (1, -1), rewriter)
    elif ranks == [2, 2] and y.dims[1].one:
        column = rewriter.emit(step("call np.ravel", (second,), Array(y.dtype, y.dims[:1]), op, "", "maybe"))
        _reshaped(op, (first, column), (-1, 1), rewriter)
    else:
        rewriter.ops.append(replace(op, args=(first, second)))


def _reshaped(op: Op, args: tuple[Atom, Atom], shape: tuple[int, int], rewriter: Rewriter) -> None:
    """A product with a vector, as the matrix that it was."""
    kind = op.outs[0].kind
    assert isinstance(kind, Array)
    vector = Array(kind.dtype, tuple(d for d, n in zip(kind.dims, shape, strict=True) if n == -1))
    found = rewriter.emit(replace(op, args=args, outs=(step("", (), vector, op).outs[0],)))
    sizes = tuple(map(Const, shape))
    rewriter.ops.append(replace(step("method reshape", (found, *sizes), kind, op), outs=op.outs))


def _in_one_piece(atom: Atom, op: Op, rewriter: Rewriter) -> Atom:
    """The array, in one piece where it is a slice of another."""
    if atom not in rewriter.pieces:
        return atom
    return rewriter.emit(step("call np.ascontiguousarray", (atom,), kind_of(atom), op))
