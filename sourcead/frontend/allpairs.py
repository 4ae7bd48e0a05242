"""`np.add.outer(a, b)`: the ufunc of all pairs of items, which is broadcasting.

    np.add.outer(x, y)     np.add(np.expand_dims(x, 1), y)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.resolver import Resolver
from sourcead.kinds import Array
from sourcead.primitives.registry import entry_of, primitive_of
from sourcead.primitives.shapes import as_array


def _outer(ufunc: np.ufunc) -> Callable[..., Any]:
    """The method `outer` of a ufunc."""

    def resolve(resolver: Resolver, a: Abstract, b: Abstract, /, **keywords: Abstract) -> Any:
        from sourcead.frontend.entries import call_entry
        from sourcead.frontend.inlining import inline

        entry = entry_of(ufunc)
        if entry is None:
            return NotImplemented
        left, right = (_array(resolver, x) for x in (a, b))
        first, second = (as_array(resolver.kind(x)) for x in (left, right))
        if first is None or second is None:
            left = inline(resolver, _spread, [left, right], {})
        elif second.dims:
            axes = tuple(range(len(first.dims), len(first.dims) + len(second.dims)))
            axis = axes[0] if len(axes) == 1 else axes
            left = resolver.emit(primitive_of(np.expand_dims), (resolver.atom(left),), axis=axis)
        return call_entry(resolver, entry, [left, right], keywords)

    return resolve


def _array(resolver: Resolver, x: Abstract) -> Abstract:
    """An operand as the array that `outer` makes of it: a number of Python's is one of float64."""
    if isinstance(resolver.kind(x), Array):
        return x
    return resolver.emit(primitive_of(np.asarray), (resolver.atom(x),))


def _spread(a: Any, b: Any) -> Any:
    """a with as many axes of size 1 behind its own as b has."""
    return np.reshape(a, np.shape(a) + (1,) * np.ndim(b))


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    u.outer: _outer(u) for u in vars(np).values() if isinstance(u, np.ufunc) and u.signature is None and u.nin == 2
}
