"""Integers that are counted with: what they are made of, so that sizes made of them can be compared.

    x[k:] + y[k:]          both have the size len(range(n)[k:])
    np.zeros(n - m + 1)    has the size n - m + 1

An int is a polynomial over sizes, int arguments and ints of which nothing more is known, each of which stands for
itself. One that a loop counts with, or makes, stands for what it is in one turn: the body is resolved anew with new
values until what it carries has settled, so that no name of a turn's own is left in a kind that is carried.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sourcead.ir import Atom, Const, Op, Primitive, Span, Value, is_hashable
from sourcead.kinds import INT, ONE, Array, Dim, Kind, Known, Scalar, Tree, broadcast_dims, dim_of
from sourcead.measures import Polynomial, integer, is_positive, plus, polynomial, times
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of

if TYPE_CHECKING:
    from sourcead.frontend.resolver import Resolver

_OF_SHAPE: tuple[Any, ...] = (np.zeros, np.ones, np.empty, np.full)
_RESHAPE, _SQUEEZE = primitive_of(np.reshape), primitive_of(np.squeeze)
MEASURED = frozenset({structural.GETITEM, _RESHAPE, _SQUEEZE, *map(primitive_of, _OF_SHAPE)})
_PLUS: dict[Primitive, Callable[[Polynomial, Polynomial], Polynomial]] = {
    primitive_of(operator.add): plus,
    primitive_of(operator.sub): lambda a, b: plus(a, b, -1),
    primitive_of(operator.mul): times,
    primitive_of(operator.neg): lambda zero, a: plus(zero, a, -1),
}
_WORDS = {primitive_of(operator.floordiv): "floor", primitive_of(operator.mod): "modulo"}
_UNASKED: Callable[[Dim], bool] = lambda dim: False  # noqa: E731
COUNTING = frozenset({*_PLUS, *_WORDS})


def note(resolver: Resolver, op: Op) -> None:
    """Take down what an int is made of, and how a mask is computed."""
    (out,) = op.outs
    if isinstance(out.kind, Array) and out.kind.dtype == "bool":
        parts = (resolver.masks.get(a, a) if isinstance(a, Value) else a for a in op.args)
        resolver.masks[out] = (op.name, op.attrs, *parts)
    if out.kind != INT or op.primitive not in COUNTING:
        return
    a, b = (_polynomial(resolver, atom) for atom in (Const(0), *op.args)[-2:])
    if a is None or b is None:
        return
    if op.primitive in _PLUS:
        resolver.counted[out] = _PLUS[op.primitive](a, b)
    else:
        resolver.counted[out] = _itself((_WORDS[op.primitive], integer(a).size, integer(b).size))


def masks(resolver: Resolver, indices: Sequence[Atom]) -> tuple[Hashable, ...]:
    """The masks in a subscript: two that are computed alike are one."""
    found = [i for i in indices if isinstance(i, Value) and isinstance(i.kind, Array) and i.kind.dtype == "bool"]
    return tuple(resolver.masks.get(mask, mask) for mask in found)


def named(resolver: Resolver, primitive: Primitive, args: Sequence[Atom], attrs: dict[str, Any]) -> list[Kind]:
    """The kinds of arguments, where each int stands for itself; in a new shape if it is certainly no -1. Which axes
    `np.squeeze` drops is asked."""
    if primitive is _SQUEEZE and attrs.get("axis") is None:
        return [_asked(resolver, resolver.kind(atom)) for atom in args]
    kinds = [_named(resolver, atom) for atom in args]
    return [_not_negative(resolver, kind) for kind in kinds] if primitive is _RESHAPE else kinds


def _not_negative(resolver: Resolver, kind: Kind) -> Kind:
    if isinstance(kind, Tree):
        return Tree(kind.type, kind.keys, tuple(_not_negative(resolver, item) for item in kind.items))
    size = kind.size if isinstance(kind, Scalar) else None
    if size is None or isinstance(size.key, int | str) or resolver.is_positive(size):
        return kind
    return INT


def _asked(resolver: Resolver, kind: Kind) -> Kind:
    if not isinstance(kind, Array):
        return kind
    return Array(kind.dtype, tuple(Dim(d.key, resolver.is_one(d)) if d.one is None else d for d in kind.dims))


def settled(resolver: Resolver, primitive: Primitive, kinds: Sequence[Kind], kind: Array) -> Array:
    """The kind of a result, with the sizes that the program's own numbers and arguments decide."""
    if primitive is structural.GETITEM:
        return Array(kind.dtype, tuple(_length(resolver, dim) for dim in kind.dims))
    if not primitive.elementwise or all(dim.one is not None for dim in kind.dims):
        return kind
    shapes = [k.dims for k in kinds if isinstance(k, Array)]
    last = range(-len(kind.dims), 0)
    columns = [[dims[axis] for dims in shapes if -axis <= len(dims)] for axis in last]
    return Array(kind.dtype, tuple(_broadcast(resolver, d, c) for d, c in zip(kind.dims, columns, strict=True)))


def _broadcast(resolver: Resolver, dim: Dim, parts: list[Dim]) -> Dim:
    """One of several sizes that may be 1: that which the arguments say is not."""
    if dim.one is not None or all(part == dim for part in parts):
        return dim
    ones = [resolver.is_one(part) if part.key is not None else part.one for part in parts]
    wide = [Dim(part.key, one) for part, one in zip(parts, ones, strict=True) if not one]
    if not wide:
        return ONE
    return next((part for part in wide if part.one is False), broadcast_dims(*((part,) for part in wide))[0])


def _length(resolver: Resolver, dim: Dim) -> Dim:
    """The size of `x[i:j]` as j - i, where neither end is beyond those of x."""
    if dim.one is not None or not isinstance(dim.key, tuple) or dim.key[:1] != ("slice",):
        return dim
    _, whole, span = dim.key
    start, stop, step = (span.start, span.stop, span.step) if isinstance(span, Span) else span
    if step not in (None, 1, Scalar("pyint", dim_of(1))) or not isinstance(whole, Dim) or whole.key is None:
        return dim
    size = polynomial(Scalar("pyint", whole)) or {}
    first, last = _end({}, size, start), _end(size, size, stop)
    if first is None or last is None:
        return dim
    from_end = type(stop) is int and stop < 0  # where x is shorter than that, both say that nothing is left
    inside = [first, *([] if from_end or stop is None else [last]), *([] if stop is None else [plus(size, last, -1)])]
    in_loop = any(key in resolver.bounds for end in (first, last) for monomial in end for key, _ in monomial)
    ask = resolver.is_positive if in_loop else _UNASKED  # other sizes are asked of the arguments where they matter
    if not all(is_positive(terms, resolver.bounds, ask) for terms in reversed(inside)):
        return dim
    found = integer(plus(last, first, -1)).size
    if found is None or (isinstance(found.key, int) and (found.key <= 0 or from_end)):
        return dim
    return found


def _end(default: Polynomial, size: Polynomial, part: object) -> Polynomial | None:
    if part is None:
        return default
    if type(part) is int:
        return plus(size if part < 0 else {}, polynomial(Known(part)) or {})
    return polynomial(part) if isinstance(part, Scalar | Known) else None


def bound(resolver: Resolver, item: Value, ends: Sequence[Atom]) -> None:
    """Take down between which numbers the index of a `for` is."""
    start, stop, step = ends
    first, last = _polynomial(resolver, start), _polynomial(resolver, stop)
    if first is None or last is None or not isinstance(step, Const) or step.value not in (1, -1):
        return
    one = polynomial(Known(1)) or {}
    low, high = (first, plus(last, one, -1)) if step.value == 1 else (plus(last, one), first)
    resolver.bounds["at", item] = (low, high)


def _named(resolver: Resolver, atom: Any) -> Kind:
    kind = resolver.kind(atom)
    if isinstance(kind, Scalar) and kind.dtype == "pyint" and kind.size is None:
        found = _polynomial(resolver, atom)
        return kind if found is None else integer(found)
    parts = resolver.parts_of(atom) if isinstance(kind, Tree) and kind.type is tuple else None
    if parts is None or not isinstance(kind, Tree):
        return kind
    return Tree(tuple, kind.keys, tuple(_named(resolver, item) for item in parts.items))


def _polynomial(resolver: Resolver, atom: Any) -> Polynomial | None:
    kind = resolver.kind(atom)
    found = polynomial(kind)
    if found is not None or not isinstance(atom, Value) or not isinstance(kind, Scalar) or kind.dtype != "pyint":
        return found
    if atom in resolver.counted:
        return resolver.counted[atom]
    path = resolver.origins.get(atom)
    if path is None or path[0][0] != "param" or not is_hashable(path):
        return _itself(("at", atom))
    return _itself(("at", path))


def _itself(key: Hashable) -> Polynomial:
    return {frozenset({(key, 1)}): 1}


__all__ = ["COUNTING", "MEASURED", "bound", "masks", "named", "note", "settled"]
