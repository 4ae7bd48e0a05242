"""Sums as an expert takes them: by products with ones, and along the longer axis.

    np.sum(a * b)             ->    np.vdot(a, b)                          0.2 to 0.3
    Z.sum(axis=0)             ->    np.dot(np.ones(len(Z)), Z)             Z tall: 0.2 to 0.65 from 128 rows on
                                                                           in a loop: 0.15 to 0.6, the ones made once
    Z.sum(axis=1)             ->    np.dot(Z, np.ones(Z.shape[1]))         Z tall and narrow: 0.12 to 0.4
    Z.max(axis=1)             ->    Z.T.copy().max(axis=0)                 Z tall and narrow: 0.1 to 0.6

All of float32 and float64. The sum of a column is as naive in NumPy as in a product. A sum of products in float32 goes
by `np.vdot` only where it is known not to be large: there NumPy's pairwise sum keeps more digits.
"""

from __future__ import annotations

import operator

import numpy as np

from sourcead.ir import Const, Function, Op, Value
from sourcead.kinds import Array, same_size
from sourcead.passes.forms import Forms, axis_of, dtype_attrs, float_array, new_axis, primitives, reduction, rewritten
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace
from sourcead.sizes import Sizes

_WAKES = primitives(np.max, np.min, np.sum)
_SUB, _VDOT = primitive_of(operator.sub), primitive_of(np.vdot)


def sum_by_products(function: Function, sizes: Sizes) -> Function:
    """Replace sums of columns, of narrow rows, and of products of two arrays; and greatest entries of narrow rows."""
    rules = (_dot_of_two, _losses, _columns, _narrow_rows, _narrow_extremes)
    return rewritten(function, sizes, rules, _WAKES, measuring=True)


def _dot_of_two(op: Op, forms: Forms) -> Op | None:
    """np.sum(a * b) reads np.vdot(a, b); a ** 2 is a * a."""
    kind = reduction(op, np.sum)
    product = forms.alone(op.args[0]) if kind is not None and op.attr("axis") is None else None
    if kind is None or product is None or op.attr("keepdims") or not _is_product(product):
        return None
    left, right = product.args[0], product.args[product.primitive.form == "binary *"]
    one, other = float_array(left), float_array(right)
    if one is None or other is None or one.dtype != other.dtype or not (left is right or _same(one, other)):
        return None
    return replace(op, primitive=_VDOT, args=(left, right), attrs=(), form="") if _may_dot(forms, kind) else None


def _may_dot(forms: Forms, *kinds: Array) -> bool:
    """Whether a sum of products of arrays of a kind, or of several which have one shape, loses no digits in np.vdot."""
    return kinds[0].dtype == "float64" or any(map(forms.sizes.is_small, kinds))


def _losses(op: Op, forms: Forms) -> Op | None:
    """np.sum(np.log1p(e) - z * (y - (z >= 0))) reads np.sum(np.log1p(e)) - np.vdot(z, y - (z >= 0)).

    The difference of two sums loses nothing: both are sums of what is not negative, for y between 0 and 1.
    """
    kind = reduction(op, np.sum)
    loss = forms.alone(op.args[0]) if kind is not None and op.attr("axis") is None and not op.attr("keepdims") else None
    if kind is None or loss is None or loss.primitive.form != "binary -":
        return None
    log, product = map(forms.alone, loss.args)
    if log is None or log.primitive.target is not np.log1p or product is None or product.primitive.form != "binary *":
        return None
    z, d = product.args
    less = forms.makers.get(d)
    above = forms.makers.get(less.args[-1]) if less is not None and less.primitive is _SUB else None
    y = None if less is None else float_array(less.args[0])
    if above is None or above.primitive.form != "compare >=" or above.args != (z, Const(0)) or y is None:
        return None
    if not _may_dot(forms, kind, y):
        return None
    total = forms.needs(op, op.primitive, loss.args[0], form=op.form)
    return replace(op, primitive=_SUB, args=(total, forms.needs(op, _VDOT, z, d)), attrs=(), form="")


def _is_product(op: Op) -> bool:
    return op.primitive.form == "binary *" or (op.primitive.form == "binary **" and op.args[1] == Const(2))


def _same(a: Array, b: Array) -> bool:
    return len(a.dims) == len(b.dims) and all(same_size(x, y) for x, y in zip(a.dims, b.dims, strict=True))


def _columns(op: Op, forms: Forms) -> Op | None:
    """Z.sum(axis=0) reads np.dot(np.ones(len(Z)), Z)."""
    kind = reduction(op, np.sum, 2)
    if kind is None or axis_of(op, 2) != 0 or op.attr("keepdims") or kind.dims[1].one:
        return None
    if not forms.sizes.is_wide(kind.dims[0]) and forms.measure(op, kind.dims[0]) is None:
        return None
    ones = _ones(op, forms, kind, 0)
    made = replace(op, primitive=primitive_of(np.dot), args=(ones, op.args[0]), attrs=(), form="")
    return replace(made, note="sums of columns")


def _ones(op: Op, forms: Forms, kind: Array, axis: int) -> Value:
    """As many ones as the reduced array is long on an axis."""
    measure = forms.measure(op, kind.dims[axis])
    array, along = measure or (op.args[0], axis)

    def make() -> Value:
        if along == 0:
            size = forms.needs(op, primitive_of(len), array)
        else:
            shape = forms.needs(op, primitive_of(np.shape), array, form="attribute shape")
            size = forms.needs(op, structural.GETITEM, shape, attrs=(("path", ((along,),)),))
        return forms.needs(op, primitive_of(np.ones), size, attrs=tuple(dtype_attrs(kind.dtype).items()))

    return forms.of_size(kind.dims[axis], kind.dtype, "ones", make, measure is not None)


def _narrow_rows(op: Op, forms: Forms) -> Op | None:
    """Z.sum(axis=1) reads np.dot(Z, np.ones(Z.shape[1]))."""
    kind = reduction(op, np.sum, 2)
    if kind is None or axis_of(op, 2) != 1 or not _is_tall_and_narrow(kind, forms):
        return None
    args = op.args[0], _ones(op, forms, kind, 1)
    if op.attr("keepdims"):
        total = forms.needs(op, primitive_of(np.dot), *args)
        return replace(new_axis(op, total, 1), note="sums of rows")
    return replace(op, primitive=primitive_of(np.dot), args=args, attrs=(), form="", note="sums of rows")


def _narrow_extremes(op: Op, forms: Forms) -> Op | None:
    """Z.max(axis=1) reads Z.T.copy().max(axis=0): along the rows of the copy."""
    kind = reduction(op, np.max, 2) or reduction(op, np.min, 2)
    if kind is None or axis_of(op, 2) != 1 or not _is_tall_and_narrow(kind, forms):
        return None
    turned = forms.needs(op, primitive_of(np.transpose), op.args[0], form="attribute T")
    copied = forms.needs(op, primitive_of(np.copy), turned, form="method copy")
    word = "method max" if op.primitive.target is np.max else "method min"
    if not op.attr("keepdims"):
        return replace(op, args=(copied,), attrs=(("axis", 0),), form=word)
    best = forms.needs(op, op.primitive, copied, form=word, attrs=(("axis", 0),))
    return new_axis(op, best, 1)


def _is_tall_and_narrow(kind: Array, forms: Forms) -> bool:
    return forms.sizes.is_wide(kind.dims[0]) and forms.sizes.is_narrow(kind.dims[1])

