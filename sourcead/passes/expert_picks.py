"""Picks of one element a row: the gradient of logarithms that are picked of a softmax is the one that experts write.

    d = np.zeros(p.shape)                             df = p
    d[rows, y] = -1 / n                          ->   df[len(y):] = 0        where p may have more rows than y has items
    df = d - p * d.sum(axis=1, keepdims=True)         df[rows, y] -= 1
                                                      df /= n

`rows` is np.arange(len(y)): a row of d holds at most one number, and that is its sum.
"""

from __future__ import annotations

import operator

import numpy as np

from sourcead.ir import Atom, Const, Function, Hole, Op, Path, Primitive, Span, Value
from sourcead.kinds import Array, Scalar, dtype_of, same_size
from sourcead.passes.dce import eliminate_dead_code
from sourcead.passes.facts import alike, is_number, same_shape
from sourcead.passes.forms import Forms, axis_of, float_array, primitives, reduction, rewritten
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace
from sourcead.sizes import Sizes

_ARANGE, _MUL, _DIV, _NEG = (primitive_of(f) for f in (np.arange, operator.mul, operator.truediv, operator.neg))
_PICK: Path = ((Hole(0), Hole(1)),)
_REST: Path = ((Span(Hole(0)),),)


def subtract_picks(function: Function, sizes: Sizes) -> Function:
    """Take what is picked away from the probabilities themselves."""
    changed: list[Op] = []

    def without_picks(op: Op, forms: Forms) -> Op | None:
        made = _without_picks(op, forms)
        changed.extend([op] if made is not None else [])
        return made

    made = rewritten(function, sizes, (without_picks,), primitives(operator.sub))
    return eliminate_dead_code(made) if changed else function


def _without_picks(op: Op, forms: Forms) -> Op | None:
    """d - p * d.sum(axis=1, keepdims=True)"""
    if op.primitive.form != "binary -" or not op.backward:
        return None
    d, product = op.args
    picks, shares, out = _one_a_row(d, forms), _shares(product, d, forms), op.outs[0]
    if picks is None or shares is None or not alike(shares.outs[0].kind, out.kind):
        return None
    _, rows, columns, number = picks.args
    versions = [Value(out.hint, out.kind)]
    forms.before.append(replace(shares, outs=(versions[0],)))

    def change(primitive: Primitive, *args: Atom, note: str = "", **attrs: object) -> None:
        outs = (Value(out.hint, out.kind),)
        made = replace(op, primitive=primitive, args=(versions[-1], *args), outs=outs, form="", note=note)
        forms.before.append(made.with_attrs(**attrs))
        versions.extend(outs)

    if not _has_rows(out, rows):
        change(structural.STORE, forms.makers[rows].args[0], Const(0.0), path=_REST, note="nothing is picked of these")
    change(structural.ADD_AT, rows, columns, Const(1.0), path=_PICK, minus=True)
    primitive, factor = _scaling(number, op, forms)
    return replace(op, primitive=primitive, args=(versions[-1], factor), form="").with_attrs(inplace=True)


def _has_rows(array: Value, rows: Atom) -> bool:
    """Whether an array certainly has as many rows as are counted."""
    kind, counted = array.kind, atom_kind(rows)
    return isinstance(kind, Array) and isinstance(counted, Array) and same_size(kind.dims[0], counted.dims[0])


def _one_a_row(d: Atom, forms: Forms) -> Op | None:
    """The op that stores one and the same number into each of the first rows of zeros."""
    store, kind = forms.makers.get(d), float_array(d, 2)
    if store is None or kind is None or store.primitive is not structural.STORE or store.attr("path") != _PICK:
        return None
    zeros, rows, columns, number = store.args
    made, counting, column = forms.makers.get(zeros), forms.makers.get(rows), atom_kind(columns)
    if made is None or made.name != "np.zeros_like" or forms.reads[zeros] != 1 or forms.reads[d] != 2:
        return None
    if counting is None or counting.primitive is not _ARANGE or len(counting.args) != 1 or counting.keywords:
        return None
    one_each = same_shape(atom_kind(rows), column) and dtype_of(column) not in (None, "bool")
    fits = isinstance(atom_kind(number), Scalar) and dtype_of(atom_kind(number)) in ("pyfloat", kind.dtype)
    return store if one_each and fits else None


def _shares(product: Atom, d: Atom, forms: Forms) -> Op | None:
    """The op that makes the p of p * d.sum(axis=1, keepdims=True), which nothing else reads."""
    multiplied = forms.makers.get(product)
    if multiplied is None or multiplied.primitive is not _MUL or forms.reads[product] != 1:
        return None
    for p, total in (multiplied.args, multiplied.args[::-1]):
        summed, made = forms.makers.get(total), forms.makers.get(p)
        if summed is None or made is None or summed.args != (d,) or forms.reads[total] != 1 or forms.reads[p] != 1:
            continue
        by_row = reduction(summed, np.sum, 2) is not None and axis_of(summed, 2) == 1 and summed.attr("keepdims")
        if by_row and made.backward and made.primitive.elementwise and made.primitive.result == "fresh":
            return made
    return None


def _scaling(number: Atom, like: Op, forms: Forms) -> tuple[Primitive, Atom]:
    """What is done with p minus what is picked, where `number` was picked: * -number, or / n for -1 / n."""
    made = forms.makers.get(number)
    over = made.args[0] if made is not None and made.primitive is _DIV else None
    if made is None or over is None or not is_number(over):
        return _MUL, Const(-number.value) if is_number(number) else forms.needs(like, _NEG, number)
    n = made.args[1]
    return (_DIV, n) if over.value == -1 else (_MUL, forms.needs(like, _DIV, Const(-over.value), n))
