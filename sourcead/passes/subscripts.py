"""Subscripts that the transform made, as a person writes them.

    g[start:stop], with start = 0         -> g[:stop]
    x.sum(axis=1, keepdims=True)[:, 0]    -> x.sum(axis=1)
"""

from __future__ import annotations

import numpy as np

from sourcead.ir import Atom, Const, Hole, Op, Path, Span, Subscript, Value
from sourcead.kinds import Array
from sourcead.primitives import structural
from sourcead.records import replace

_REDUCTIONS = (np.sum, np.mean, np.max, np.min, np.prod)
_WITH_VALUE = (structural.STORE, structural.ADD_AT)


def with_literals(op: Op) -> Op | None:
    """The op with literal ints put into its subscripts; None where there are none."""
    if op.primitive is not structural.GETITEM and op.primitive not in _WITH_VALUE:
        return None
    end = len(op.args) - (op.primitive in _WITH_VALUE)
    dynamic = op.args[1:end]
    literals = {
        k: a.value for k, a in enumerate(dynamic) if isinstance(a, Const) and type(a.value) in (int, type(None))
    }
    path: Path = op.attr("path")
    if not literals or any(isinstance(e, Hole) and literals.get(e.index, 0) is None for level in path for e in level):
        return None
    left = [k for k in range(len(dynamic)) if k not in literals]
    numbers = {k: Hole(position) for position, k in enumerate(left)}

    def number(part: int | Hole | None) -> int | Hole | None:
        return literals.get(part.index, numbers.get(part.index)) if isinstance(part, Hole) else part

    def written(element: Subscript) -> Subscript:
        if isinstance(element, Span):
            start, stop, step = map(number, (element.start, element.stop, element.step))
            return Span(None if start == 0 and step in (None, 1) else start, stop, step)
        return number(element) if isinstance(element, Hole) else element

    new = tuple(tuple(written(element) for element in level) for level in path)
    args: tuple[Atom, ...] = (op.args[0], *(dynamic[k] for k in left), *op.args[end:])
    return replace(op, args=args).with_attrs(path=new)


def without_kept_axis(op: Op, producers: dict[Atom, Op]) -> list[Op] | None:
    """The reduction that an op reads, without the axis that it kept and the op leaves out, and what the op does but for
    that; None if it does not."""
    if op.primitive is not structural.GETITEM or not op.backward or len(op.args) > 1 or len(op.attr("path")) != 1:
        return None
    reduction = producers.get(op.args[0])
    if reduction is None or not reduction.backward or reduction.primitive.target not in _REDUCTIONS:
        return None
    if reduction.attr("keepdims") is not True:
        return None
    (elements,), axis, kind = op.attr("path"), reduction.attr("axis"), reduction.outs[0].kind
    if not isinstance(kind, Array) or type(axis) is not int or Ellipsis in elements or None in elements:
        return None
    axis %= len(kind.dims)
    if len(elements) <= axis or elements[axis] != 0:
        return None
    rest = (*elements[:axis], *elements[axis + 1 :])
    attrs = tuple((name, value) for name, value in reduction.attrs if name != "keepdims")
    if all(element == Span() for element in rest):
        return [replace(op, primitive=reduction.primitive, args=reduction.args, attrs=attrs, form=reduction.form)]
    lower = Value("", replace(kind, dims=(*kind.dims[:axis], *kind.dims[axis + 1 :])))
    return [replace(reduction, outs=(lower,), attrs=attrs), replace(op, args=(lower,)).with_attrs(path=(rest,))]


def known_item(op: Op, producers: dict[Atom, Op]) -> Atom | None:
    """An item of `[c] * n` in the backward sweep, where c is a number: c."""
    if op.primitive is not structural.GETITEM or not op.backward or op.attr("path") not in (((Hole(0),),), ((0,),)):
        return None
    repeated = producers.get(op.args[0])
    if repeated is None or repeated.primitive.form != "binary *":
        return None
    display = producers.get(repeated.args[0])
    if display is None or display.primitive is not structural.LIST or len(display.args) != 1:
        return None
    (item,) = display.args
    return item if isinstance(item, Const) else None
