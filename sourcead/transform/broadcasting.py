"""Un-broadcasting: the adjoint of broadcasting x to the shape of the result is the sum over the axes that it was
stretched along.

y = x broadcast to a wider shape     dx = sum of g over the new axes and over those where x has size 1
"""

from __future__ import annotations

from sourcead import runtime
from sourcead.frontend.calls import call_entry, emit_helper
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Const, Value
from sourcead.kinds import Array, Scalar, dims_of, same_size
from sourcead.primitives.registry import attribute_entry, method_entry


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
    if lead < 0:
        return _helper(resolver, g, x)
    ones = []
    for position, dim in enumerate(want):
        other = have[lead + position]
        if dim.one is False or same_size(dim, other) or (dim.one and other.one):
            continue
        if dim.one is None:
            return _helper(resolver, g, x)
        ones.append(lead + position)
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
    shape, reshape = attribute_entry("shape"), method_entry("reshape")
    assert shape is not None and reshape is not None
    return resolver.emit(
        reshape.primitive,
        (summed, resolver.atom(call_entry(resolver, shape, [x], {}))),
        form=reshape.form,
        kind=Array(_dtype(resolver, g), want),
    )


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
