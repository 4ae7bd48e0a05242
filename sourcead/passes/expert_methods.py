"""Methods in place of functions: NumPy's functions in Python take longer to reach the method than small arrays do.

    np.sum(x), np.max(x), np.all(x)     ->   x.sum(), x.max(), x.all()     0.45 of the time up to 500 elements, 0.7 at
                                                                           16,000, no loss beyond
    np.argmax(x), np.ravel(x)           ->   x.argmax(), x.ravel()         0.2
    np.mean(x), np.mean(x, axis=0)      ->   x.sum() / x.size, x.sum(axis=0) / x.shape[0]     0.2 to 0.6
    np.expand_dims(x, 1)                ->   x[:, None]                    0.1
    Z.sum(axis=0)  with one row         ->   Z[0]                          0.2
    np.zeros_like(x)                    ->   np.zeros(x.shape)             0.25 up to 500 elements, no loss beyond
    np.dot(x, y), np.vdot(x, y)         ->   x.dot(y)                      0.4 us less a call

Only of arrays: the functions take lists and numbers, too. The mean of float16 is taken in float32: it is left alone.
"""

from __future__ import annotations

import functools
import operator

import numpy as np

from sourcead.ir import Atom, Function, Op, Primitive, Value
from sourcead.kinds import Array, Scalar, same_size
from sourcead.passes.forms import Forms, axis_of, dtype_attrs, float_array, new_axis, primitives, reduction, rewritten
from sourcead.passes.rewriting import atom_kind
from sourcead.primitives import structural
from sourcead.primitives.registry import method_entry, primitive_of
from sourcead.records import replace
from sourcead.sizes import Sizes

_METHODS = (
    "all", "any", "argmax", "argmin", "cumprod", "cumsum", "max", "min", "prod", "ravel", "squeeze", "sum", "swapaxes",
    "trace",
)  # fmt: skip

_WAKES = primitives(np.expand_dims, np.mean, np.sum)


@functools.cache
def _methods() -> dict[Primitive, str]:
    """How the functions that are methods, too, are written as such."""
    entries = [entry for entry in map(method_entry, _METHODS) if entry is not None and entry.adapt is None]
    return {entry.primitive: entry.form for entry in reversed(entries)}


def call_methods(function: Function, sizes: Sizes) -> Function:
    """Replace the functions of arrays that are methods, too."""
    return rewritten(function, sizes, (_mean, _one_row, _column, _method), _WAKES.union(_methods()))


def make_zeros(function: Function, sizes: Sizes) -> Function:
    """Make zeros of a shape; behind what looks for zeros like an array."""
    return rewritten(function, sizes, (_zeros,), primitives(np.zeros_like))


def multiply_by_methods(function: Function, sizes: Sizes) -> Function:
    """Call the method of a factor; behind what looks for products."""
    return rewritten(function, sizes, (_product,), primitives(np.dot, np.vdot))


def _product(op: Op, forms: Forms) -> Op | None:
    """np.dot(x, y) reads x.dot(y), and so does np.vdot(x, y) of vectors of floats."""
    vectors = op.primitive.target is np.vdot and all(float_array(a, 1) is not None for a in op.args)
    if op.form or len(op.args) != 2 or op.keywords or not (vectors or op.primitive.target is np.dot):
        return None
    if not isinstance(atom_kind(op.args[0]), Array):
        return None
    return replace(op, primitive=primitive_of(np.dot), form="method dot")


def _mean(op: Op, forms: Forms) -> Op | None:
    kind = reduction(op, np.mean)
    if kind is None:
        return None
    whole = op.attr("axis") is None
    axis = axis_of(op, len(kind.dims))
    if axis is None and (not whole or op.attr("keepdims")):
        return None
    total = forms.needs(op, primitive_of(np.sum), op.args[0], form="method sum", attrs=op.attrs)
    measured = _of_this_shape(op.args[0], forms)
    if whole:
        count = forms.needs(op, primitive_of(np.size), measured, form="attribute size")
    else:
        shape = forms.needs(op, primitive_of(np.shape), measured, form="attribute shape")
        count = forms.needs(op, structural.GETITEM, shape, attrs=(("path", ((axis,),)),))
    return replace(op, primitive=primitive_of(operator.truediv), args=(total, count), attrs=(), form="")


def _of_this_shape(atom: Atom, forms: Forms) -> Atom:
    """A named value of the same shape as a temporary that an elementwise op made."""
    maker = None if not isinstance(atom, Value) or atom.hint else forms.makers.get(atom)
    if maker is None or not maker.primitive.elementwise or forms.reads.get(atom, 0) > 1:
        return atom
    arrays = [a for a in maker.args if not isinstance(atom_kind(a), Scalar)]
    same = [a for a in arrays if len(arrays) == 1 or _has_these_sizes(a, atom)]
    named = sorted(same, key=lambda a: not (isinstance(a, Value) and a.hint))
    return _of_this_shape(named[0], forms) if named else atom


def _has_these_sizes(atom: Atom, other: Atom) -> bool:
    kind, wanted = atom_kind(atom), atom_kind(other)
    if not isinstance(kind, Array) or not isinstance(wanted, Array) or len(kind.dims) != len(wanted.dims):
        return False
    return all(same_size(a, b) for a, b in zip(kind.dims, wanted.dims, strict=True))


def _one_row(op: Op, forms: Forms) -> Op | None:
    kind = reduction(op, np.sum, 2)
    if kind is None or not op.backward or axis_of(op, 2) != 0 or op.attr("keepdims") or not kind.dims[0].one:
        return None
    return replace(op, primitive=structural.GETITEM, attrs=(("path", ((0,),)),), form="")


def _column(op: Op, forms: Forms) -> Op | None:
    """np.expand_dims(x, 1) reads x[:, None]."""
    kind, axis = atom_kind(op.args[0]) if op.args else None, op.attr("axis")
    if op.primitive.target is not np.expand_dims or not isinstance(kind, Array) or type(axis) is not int:
        return None
    rank = len(kind.dims) + 1
    return new_axis(op, op.args[0], axis % rank) if -rank <= axis < rank else None


def _zeros(op: Op, forms: Forms) -> Op | None:
    """np.zeros_like(x) reads np.zeros(x.shape)."""
    kind = float_array(op.args[0]) if op.args else None
    if op.primitive.target is not np.zeros_like or kind is None or len(op.args) != 1 or op.keywords or not op.backward:
        return None
    if not forms.is_bound(op.args[0]):
        return None  # None has no length
    if len(kind.dims) == 1:
        shape = forms.needs(op, primitive_of(len), op.args[0])
    else:
        shape = forms.needs(op, primitive_of(np.shape), op.args[0], form="attribute shape")
    attrs = tuple(dtype_attrs(kind.dtype).items())
    return replace(op, primitive=primitive_of(np.zeros), args=(shape,), attrs=attrs, form="")


def _method(op: Op, forms: Forms) -> Op | None:
    """np.sum(x, ...) reads x.sum(...)."""
    if op.form.startswith("method") or len(op.args) != 1 or not isinstance(atom_kind(op.args[0]), Array):
        return None
    form = _methods().get(op.primitive)
    return None if form is None else replace(op, form=form)
