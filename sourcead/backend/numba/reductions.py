"""Sums, means and extremes of arrays: along axes and with `keepdims` Numba knows few, and its sums are not NumPy's.

    np.sum(x)                            total(x)                         by halves, as accurate as NumPy's
    np.sum(x, axis=1, keepdims=True)     row_sums(x)[:, None]
    x.max(axis=0)                        column_maxima(x)
    np.max(x, initial=-np.inf)           largest(x)                       -inf of no items
    np.mean(x)                           total(x) / np.size(x)
"""

from __future__ import annotations

import math
from typing import Any

from sourcead.backend.numba.numbers import with_strong_numbers
from sourcead.backend.numba.rewriting import Rewriter, is_const, kind_of, refuse, step
from sourcead.ir import Atom, Const, Op, Span, Value
from sourcead.kinds import INT, ONE, Array, Kind, Scalar
from sourcead.records import replace

_WORDS = {"np.sum": "sums", "np.mean": "sums", "np.max": "maxima", "np.min": "minima"}
_WHOLE = {"np.any": "np.any", "np.all": "np.all", "np.prod": "np.prod", "np.argmax": "np.argmax",
          "np.argmin": "np.argmin", "np.cumsum": "np.cumsum"}  # fmt: skip
REDUCTIONS = frozenset({*_WORDS, *_WHOLE})


def reduction(op: Op, rewriter: Rewriter) -> None:
    """Emit a reduction as Numba takes it."""
    (array,) = op.args[:1]
    kind = kind_of(array)
    others = {k: v for k, v in op.keywords.items() if k not in ("axis", "keepdims") and v is not None}
    from_least = op.name == "np.max" and len(op.args) == 2 and _is_least(op.args[1], rewriter)
    if others or (len(op.args) > 1 and not from_least) or not isinstance(kind, Array):
        refuse(f"`{op.name}` of these arguments", op.at)
    axes, kept = _axes(op.attr("axis"), len(kind.dims)), bool(op.attr("keepdims", False))
    if op.name in _WHOLE:
        whole = len(axes) == len(kind.dims) and not kept and (op.name != "np.cumsum" or len(kind.dims) == 1)
        if not whole:
            refuse(f"`{op.name}` along an axis", op.at)
        rewriter.ops.append(replace(step(f"call {_WHOLE[op.name]}", (array,), op.outs[0].kind, op), outs=op.outs))
        return
    out = op.outs[0]
    found = _reduced(op, array, kind, axes, rewriter, from_least)
    if op.name == "np.mean":
        found = _divided(op, found, array, kind, axes, rewriter)
    if kept:
        found = _with_axes(op, found, kind, axes, rewriter)
    rewriter.values[out] = found
    found.call_it(out.hint)


def _is_least(atom: Atom, rewriter: Rewriter) -> bool:
    """Whether a number is -inf, written as it may be."""
    maker = rewriter.makers.get(atom)
    if maker is None or maker.name != "operator.neg":
        return is_const(atom, -math.inf)
    source = rewriter.makers.get(maker.args[0])
    known = is_const(maker.args[0], math.inf)
    return known or (source is not None and source.name == "constant" and source.attr("name") == "np.inf")


def _axes(axis: Any, rank: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(rank))
    return tuple(sorted(a % rank for a in (axis if isinstance(axis, tuple) else (axis,))))


def _reduced(
    op: Op, array: Any, kind: Array, axes: tuple[int, ...], rewriter: Rewriter, from_least: bool = False
) -> Value:
    rank, word = len(kind.dims), _WORDS[op.name]
    floating = kind.dtype in ("float32", "float64")
    if not floating and op.name == "np.mean":
        refuse("`np.mean` of whole numbers", op.at)
    inner: Kind = Array(kind.dtype, tuple(d for k, d in enumerate(kind.dims) if k not in axes))
    if len(axes) == rank:
        inner = Scalar(kind.dtype if floating else "int64")
        if from_least and floating:
            flat = rewriter.emit(step("call np.ravel", (array,), kind, op)) if rank > 1 else array
            return rewriter.emit(step("helper largest", (flat,), inner, op))
        if word != "sums" or not floating:
            return rewriter.emit(step(f"call np.{'sum' if word == 'sums' else op.name[3:]}", (array,), inner, op))
        flat = array
        if rank > 1:
            flat = rewriter.emit(step("call np.ravel", (array,), kind, op))
        return rewriter.emit(step("helper total", (flat,), inner, op))
    if rank != 2 or not floating:
        refuse(f"`{op.name}` along an axis of an array of {rank} axes, or of whole numbers", op.at)
    lines = "row" if axes == (1,) else "column"
    return rewriter.emit(step(f"helper {lines}_{word}{'_or_least' if from_least else ''}", (array,), inner, op))


def _divided(op: Op, found: Value, array: Any, kind: Array, axes: tuple[int, ...], rewriter: Rewriter) -> Value:
    """The sums over the number of items of each."""
    if len(axes) == len(kind.dims):
        count = rewriter.emit(step("attribute size", (array,), INT, op))
    else:
        shape = rewriter.emit(step("attribute shape", (array,), Scalar("pyint"), op))
        count = rewriter.emit(step("getitem", (shape,), INT, op, path=((axes[0],),)))
    quotient = with_strong_numbers(step("binary /", (found, count), found.kind, op), rewriter)
    return rewriter.emit(quotient)


def _with_axes(op: Op, found: Value, kind: Array, axes: tuple[int, ...], rewriter: Rewriter) -> Value:
    """The result with axes of size 1 where the others were."""
    if len(axes) == len(kind.dims):
        shape = Const((1,) * len(kind.dims))
        return rewriter.emit(step("call np.full", (shape, found), Array(kind.dtype, (ONE,) * len(kind.dims)), op))
    path = (tuple(None if k in axes else Span() for k in range(len(kind.dims))),)
    dims = tuple(ONE if k in axes else d for k, d in enumerate(kind.dims))
    return rewriter.emit(step("getitem", (found,), Array(kind.dtype, dims), op, "", "view", path=path))
