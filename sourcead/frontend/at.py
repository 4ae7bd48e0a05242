"""`at` of ufuncs: what stands at an index is changed as often as the index names it.

    np.add.at(a, i, v)           v added to a at i, item after item
    np.multiply.at(a, i, v)      a[...] = multiplied_at(a, i, v)
    np.multiply.at(a, 2, v)      a[2] = np.multiply(a[2], v)         an index that names no place twice
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead import runtime
from sourcead.frontend.abstract import Abstract
from sourcead.frontend.data import item, normal_path
from sourcead.frontend.flat import in_array
from sourcead.frontend.outputs import array_of, check_cast
from sourcead.frontend.resolver import Resolver, Undecided
from sourcead.frontend.stores import WHOLE, store_array
from sourcead.ir import Atom, Const, Hole, Path, Span
from sourcead.kinds import Array
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of

NOTHING = Const(None)


def _added(sign: str, ufunc: np.ufunc) -> Callable[..., Abstract]:
    """`np.add.at` or `np.subtract.at`."""

    def resolve(resolver: Resolver, a: Abstract, indices: Abstract, b: Abstract) -> Abstract:
        name = f"np.{ufunc.__name__}.at"
        target, kind = array_of(resolver, name, a)
        total = resolver.infer(primitive_of(ufunc), (target, resolver.atom(b)), {})
        check_cast(resolver, name, kind, total)
        path, atoms = normal_path(resolver, ((Hole(0),),), [indices])
        store_array(resolver, target, path, atoms, resolver.atom(b), add=sign)
        return NOTHING

    return resolve


def _changed(ufunc: np.ufunc, helper: Callable[..., Any]) -> Callable[..., Abstract]:
    """The `at` of a ufunc for which a helper says what it makes of an array."""

    def resolve(resolver: Resolver, a: Abstract, indices: Abstract, b: Abstract) -> Abstract:
        from sourcead.frontend.helper_calls import emit_helper

        if resolver.decided_only:  # in the helper itself, which is called as it is
            raise Undecided
        name = f"np.{ufunc.__name__}.at"
        target, kind = array_of(resolver, name, a)
        operand = resolver.atom(in_array(resolver, b))
        check_cast(resolver, name, kind, resolver.infer(primitive_of(ufunc), (target, operand), {}))
        path, atoms = normal_path(resolver, ((Hole(0),),), [indices])
        if all(map(_names_once, map(resolver.kind, atoms))):
            there = resolver.atom(item(resolver, a, ((Hole(0),),), [indices]))
            made = resolver.emit(primitive_of(ufunc), (there, operand))
            store_array(resolver, target, path, atoms, made)
            return NOTHING
        index = _as_value(resolver, path, atoms)
        whole = emit_helper(resolver, helper, [target, index, operand], {}, kind)
        store_array(resolver, target, WHOLE, (), resolver.atom(whole))
        return NOTHING

    return resolve


def _names_once(kind: Any) -> bool:
    """Whether what stands in an index names no place twice: it is no array of integers, and no list."""
    return not structural.holds_array(kind) or (isinstance(kind, Array) and kind.dtype == "bool")


def _as_value(resolver: Resolver, path: Path, atoms: tuple[Atom, ...]) -> Atom:
    """An index as one value."""
    (level,) = path
    if any(isinstance(e, Span) or e is Ellipsis or e is None for e in level):
        return resolver.emit(structural.SUBSCRIPT, atoms, path=path)
    parts = [resolver.atom(in_array(resolver, atoms[e.index])) if isinstance(e, Hole) else Const(e) for e in level]
    return parts[0] if len(parts) == 1 else resolver.emit(structural.TUPLE, tuple(parts))


def _no_at(resolver: Resolver, a: Abstract, indices: Abstract, b: Abstract = NOTHING) -> Abstract:
    resolver.refuse(
        "of the `at` of ufuncs, those of add, subtract, multiply, maximum and minimum are differentiated",
        "write it with one of these, or as a store, where no index is named twice: `a[i] /= v`",
    )


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    **{u.at: _no_at for u in vars(np).values() if isinstance(u, np.ufunc) and u.signature is None},
    np.add.at: _added("+", np.add),
    np.maximum.at: _changed(np.maximum, runtime.maximum_at),
    np.minimum.at: _changed(np.minimum, runtime.minimum_at),
    np.multiply.at: _changed(np.multiply, runtime.multiplied_at),
    np.subtract.at: _added("-", np.subtract),
}
