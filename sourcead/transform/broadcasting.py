"""Un-broadcasting: the adjoint of broadcasting x to the shape of the result is the sum over the axes that it was
stretched along.

y = x broadcast to a wider shape     dx = sum of g over the new axes and over those where x has size 1
x = v[None] stored into y = a[:]     dx = g[None]
x may have size 1 on an axis         dx = g if x.shape[1] != 1 else g.sum(axis=1, keepdims=True)
"""

from __future__ import annotations

import operator

import numpy as np

from sourcead import runtime
from sourcead.frontend.entries import call_entry
from sourcead.frontend.helper_calls import emit_helper
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Builder, Const, Op, Value
from sourcead.kinds import Array, Dim, Scalar, broadcast_parts, dims_of, same_size
from sourcead.primitives import structural
from sourcead.primitives.registry import Entry, attribute_entry, method_entry, primitive_of

LAST = 8  # ops: what a rule makes for one argument
MOST_TESTS = 2  # of axes that may have size 1: more are left to the helper


def unbroadcast(resolver: Resolver, g: Atom, x: Atom) -> Atom:
    """The contribution g to the adjoint of x, in the shape of x."""
    have, want = dims_of(resolver.kind(g)), dims_of(resolver.kind(x))
    if isinstance(g, Const) and want != ():
        have = None
    if have is None or want is None:
        return _helper(resolver, g, x)
    if not have and not want:
        return g
    lead = len(have) - len(want)
    if lead < 0 and have:  # the program demands that x has size 1 on the axes that the result does not have
        return unbroadcast(resolver, resolver.emit(structural.GETITEM, (g,), path=((None,) * -lead,)), x)
    if lead < 0:
        shape = resolver.atom(call_entry(resolver, _shape(), [x], {}))
        kind = Array(_dtype(resolver, g), want)
        return resolver.emit(primitive_of(np.broadcast_to), (g, shape), kind=kind)
    ones: list[int] = []
    unsure: list[int] = []
    for position, dim in enumerate(want):
        other = have[lead + position]
        if dim.one is False or same_size(dim, other) or (dim.one and other.one):
            continue
        if other.key is not None and other in broadcast_parts(dim):  # x has it, or is 1 where all parts are
            continue
        one = resolver.is_one(dim)
        if one is not False:
            (unsure if one is None else ones).append(lead + position)
    if len(unsure) > MOST_TESTS or (unsure and ones and lead):
        return _helper(resolver, g, x)
    g = _summed(resolver, g, x, lead, ones, want)
    for axis in unsure:
        g = _summed_if_one(resolver, g, x, axis - lead)
    return g


def measure(resolver: Resolver, g: Atom, x: Value) -> None:
    """A contribution that a rule has just made in the shape of x has the sizes of x, whatever they are called."""
    have, want = g.kind if isinstance(g, Value) else None, x.kind
    if not isinstance(g, Value) or not isinstance(have, Array) or not isinstance(want, Array):
        return
    if len(have.dims) != len(want.dims) or have.dims == want.dims:
        return
    if not any(g in op.outs for op in resolver.builder.ops[-LAST:]):
        return
    pairs = zip(have.dims, want.dims, strict=True)
    g.kind = Array(have.dtype, tuple(w if _says_more(w, h) else h for h, w in pairs))


def _says_more(want: Dim, have: Dim) -> bool:
    """Whether the first of two names of a size says no less than the second."""
    composed = have.key is not None and len(broadcast_parts(want)) > 1
    return want.key is not None and not composed and (want.one is not None or have.one is None)


def _summed(resolver: Resolver, g: Atom, x: Atom, lead: int, ones: list[int], want: tuple[Dim, ...]) -> Atom:
    """The sum over the axes that x does not have, and over those where it has size 1."""
    axes = (*range(lead), *ones)
    if not axes:
        return g
    entry = method_entry("sum")
    assert entry is not None
    if not want:
        return _emit_sum(resolver, g)
    axis = axes[0] if len(axes) == 1 else axes
    if not ones:
        return resolver.emit(entry.primitive, (g,), form=entry.form, axis=axis)
    summed = resolver.emit(entry.primitive, (g,), form=entry.form, axis=axis, keepdims=True)
    if not lead:
        return summed
    reshape = method_entry("reshape")
    assert reshape is not None
    return resolver.emit(
        reshape.primitive,
        (summed, resolver.atom(call_entry(resolver, _shape(), [x], {}))),
        form=reshape.form,
        kind=Array(_dtype(resolver, g), want),
    )


def _summed_if_one(resolver: Resolver, g: Atom, x: Atom, axis: int) -> Atom:
    """The sum over an axis along which x may have size 1: only then is there anything to sum."""
    have, want = resolver.kind(g), resolver.kind(x)
    entry = method_entry("sum")
    assert entry is not None and isinstance(have, Array) and isinstance(want, Array)
    shape = resolver.atom(call_entry(resolver, _shape(), [x], {}))
    size = resolver.emit(structural.GETITEM, (shape,), kind=Scalar("pyint", want.dims[axis]), path=((axis,),))
    wide = resolver.emit(primitive_of(operator.ne), (size, Const(1)))
    outer, resolver.builder = resolver.builder, Builder()
    total = resolver.emit(entry.primitive, (g,), form=entry.form, axis=axis, keepdims=True)
    summed, resolver.builder = resolver.builder, outer
    out = Value("", Array(have.dtype, (*have.dims[:axis], want.dims[axis], *have.dims[axis + 1 :])))
    blocks = Block((), (), (g,)), summed.block((), (total,))
    resolver.append(Op(structural.IF, (wide,), (out,), (), blocks, resolver.place, "ternary", True))
    return out


def _shape() -> Entry:
    entry = attribute_entry("shape")
    assert entry is not None
    return entry


def _emit_sum(resolver: Resolver, g: Atom) -> Value:
    entry = method_entry("sum")
    assert entry is not None
    return resolver.emit(entry.primitive, (g,), form=entry.form)


def _dtype(resolver: Resolver, g: Atom) -> str | None:
    kind = resolver.kind(g)
    return kind.dtype if isinstance(kind, Array | Scalar) else None


def _helper(resolver: Resolver, g: Atom, x: Atom) -> Atom:
    result = emit_helper(resolver, runtime.unbroadcast, [g, x], {})
    assert isinstance(result, Value)
    return result
