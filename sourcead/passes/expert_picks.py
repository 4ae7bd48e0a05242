"""Picks of one element a row: the gradient of logarithms that are picked of a softmax is the one that experts write.

    d = np.zeros(p.shape)                             df = p
    d[rows, y] = -1 / n                          ->   df[len(y):] = 0        where p may have more rows than y has items
    df = d - p * d.sum(axis=1, keepdims=True)         df[rows, y] -= 1
                                                      df /= n

`rows` is np.arange(len(y)): a row of d holds at most one number, and that is its sum. A vector d holds one number, too:

    d[k] = -1;  df = d - p * d.sum()             ->   df = p;  df[k] -= 1
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
_DIVISIONS = (_DIV, primitive_of(np.divide))
_OF_ROWS: Path = ((Hole(0), Hole(1)),)
_OF_VECTOR: Path = ((Hole(0),),)
_REST: Path = ((Span(Hole(0)),),)
_NOTHING = "nothing is picked of these"


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
    picks, shares, out = _picks(d, forms), _shares(product, d, forms), op.outs[0]
    if picks is None or shares is None or not alike(shares.outs[0].kind, out.kind):
        return None
    versions = [Value(out.hint, out.kind)]
    forms.before.append(replace(shares, outs=(versions[0],)))

    def change(primitive: Primitive, *args: Atom, note: str = "", **attrs: object) -> None:
        outs = (Value(out.hint, out.kind),)
        made = replace(op, primitive=primitive, args=(versions[-1], *args), outs=outs, form="", note=note)
        forms.before.append(made.with_attrs(**attrs))
        versions.extend(outs)

    _, *place, number = picks.args
    if picks.attr("path") == _OF_ROWS and not _has_rows(out, place[0]):
        change(structural.STORE, forms.makers[place[0]].args[0], Const(0.0), path=_REST, note=_NOTHING)
    change(structural.ADD_AT, *place, Const(1.0), path=picks.attr("path"), minus=True)
    scaling = _scaling(number, op, forms)
    if scaling is None:
        last = forms.before.pop()
        return replace(last, outs=op.outs)
    primitive, factor = scaling
    return replace(op, primitive=primitive, args=(versions[-1], factor), form="").with_attrs(inplace=True)


def _has_rows(array: Value, rows: Atom) -> bool:
    """Whether an array certainly has as many rows as are counted."""
    kind, counted = array.kind, atom_kind(rows)
    return isinstance(kind, Array) and isinstance(counted, Array) and same_size(kind.dims[0], counted.dims[0])


def _picks(d: Atom, forms: Forms) -> Op | None:
    """The op that stores into zeros: one number into a vector, or the same one into each of the first rows."""
    store, kind = forms.makers.get(d), float_array(d)
    if store is None or kind is None or store.primitive is not structural.STORE or forms.reads[d] != 2:
        return None
    zeros, *place, number = store.args
    made = forms.makers.get(zeros)
    if made is None or made.name != "np.zeros_like" or forms.reads[zeros] != 1:
        return None
    if not isinstance(atom_kind(number), Scalar) or dtype_of(atom_kind(number)) not in ("pyfloat", kind.dtype):
        return None
    index = atom_kind(place[0]) if store.attr("path") == _OF_VECTOR and len(kind.dims) == 1 else None
    one = isinstance(index, Scalar) and index.dtype in ("pyint", "int64")
    return store if one or _one_a_row(store, kind, forms) else None


def _one_a_row(store: Op, kind: Array, forms: Forms) -> bool:
    """Whether an op stores at most once into each row, and that into the first rows."""
    if len(kind.dims) != 2 or store.attr("path") != _OF_ROWS:
        return False
    rows, columns = store.args[1:3]
    counting = forms.makers.get(rows)
    if counting is None or counting.primitive is not _ARANGE or len(counting.args) != 1 or counting.keywords:
        return False
    column = atom_kind(columns)
    return same_shape(atom_kind(rows), column) and dtype_of(column) not in (None, "bool")


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
        whole = reduction(summed, np.sum, 1) is not None
        if (by_row or whole) and made.backward and made.primitive.elementwise and made.primitive.result == "fresh":
            return made
    return None


def _scaling(number: Atom, like: Op, forms: Forms) -> tuple[Primitive, Atom] | None:
    """What is done with p minus what is picked: times -number, or / n for a number of -1 / n; nothing for -1."""
    if is_number(number):
        return None if number.value == -1 else (_MUL, Const(-number.value))
    made, sign = forms.makers.get(number), -1
    if made is not None and made.primitive is _NEG:
        number, sign = made.args[0], 1
        made = forms.makers.get(number)
    over = made.args[0] if made is not None and made.primitive in _DIVISIONS else None
    if made is None or over is None or not is_number(over) or len(made.args) != 2:
        return _MUL, number if sign == 1 else forms.needs(like, _NEG, number)
    n = made.args[1]
    return (_DIV, n) if over.value == sign else (_MUL, forms.needs(like, made.primitive, Const(sign * over.value), n))
