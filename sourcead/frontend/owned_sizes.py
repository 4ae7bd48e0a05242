"""Sizes of their own: a size that nothing is known of is equal to that of what has the same shape.

    d = x[i + 1:] - x[i];  e = np.sin(d) * d        d and e have one size, whatever it is

A size is named after the value that has it. In a loop that is another one in each turn: what a turn hands on is joined
with what the turns before it have handed on, whose names are others, so that nothing is known of it.
"""

from __future__ import annotations

import numpy as np

from sourcead.ir import Op, Value
from sourcead.kinds import INT, Array, Dim, Kind, Tree

_OF_ONE_LENGTH = (np.nonzero, np.tril_indices, np.triu_indices, np.tril_indices_from, np.triu_indices_from)


def own_sizes(op: Op) -> None:
    """Name the sizes of an op's results that have no name."""
    for out in op.outs:
        if isinstance(out.kind, Tree) and op.primitive.target in _OF_ONE_LENGTH:
            length = (_own(None),)
            items = (Array(k.dtype, length) if isinstance(k, Array) else k for k in out.kind.items)
            out.kind = Tree(out.kind.type, out.kind.keys, tuple(items))
        else:
            out.kind = owned(out.kind)


def owned(kind: Kind) -> Kind:
    """The kind of one value, with names for the sizes that have none."""
    if isinstance(kind, Array) and any(d.key is None for d in kind.dims):
        return Array(kind.dtype, tuple(_own(d.one) if d.key is None else d for d in kind.dims))
    return kind


def handed_on(kind: Kind, init: Kind | None) -> Kind:
    """The kind of what a loop gives, out of that of the values of its turns, whose own sizes it need not have."""
    if not isinstance(kind, Array):
        return kind
    outer = init.dims if isinstance(init, Array) and len(init.dims) == len(kind.dims) else (None,) * len(kind.dims)
    pairs = zip(kind.dims, outer, strict=True)
    return Array(kind.dtype, tuple(_own(d.one) if _is_own(d) and d != o else d for d, o in pairs))


def _is_own(dim: Dim) -> bool:
    return isinstance(dim.key, tuple) and dim.key[:1] == ("own",)


def _own(one: bool | None) -> Dim:
    """A size that is equal to no other that is known."""
    return Dim(("own", Value("n", INT)), one)
