"""Reversing stores: the new version's cotangent is that of what was stored, and of what was there before.

    b = a with a[path] = v           dv = db[path]      da = db with zeros there
    b = a with v added at path       dv = db[path]      da = db
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from sourcead import runtime
from sourcead.frontend.helper_calls import emit_helper
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Const, Op, Path, Value
from sourcead.kinds import Array, Scalar
from sourcead.primitives import lists, structural
from sourcead.primitives.registry import primitive_of
from sourcead.transform.adjoint import Reverse
from sourcead.transform.cotangents import Cotangent
from sourcead.transform.lists import store_item
from sourcead.transform.updates import may_repeat


def _store(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """b = a with a[path] = v: dv = db[path], and da is db with zeros there."""
    (g,) = cotangents
    a, *dynamic, v = op.args
    path = op.attr("path")
    resolver = self.resolver
    if lists.is_list(resolver.kind(a)):
        assert g is not None
        store_item(self, op, g)
        return
    atom = self.cotangents.whole(self.cotangents.atom(g, op.outs[0]), op.outs[0]) if g is not None else None
    assert atom is not None
    if structural.names_all(path, resolver.kind(a)):
        if v in self.varied:
            self.contribute(v, atom, True)
        return
    if v in self.varied and may_repeat(self.cotangents, path, tuple(dynamic)):
        target, key = _last_level(resolver, atom, tuple(dynamic), path)
        seen = emit_helper(resolver, runtime.stored_adjoint, [target, key, v], {})
        if not isinstance(resolver.kind(v), Array | Scalar):
            seen = emit_helper(resolver, runtime.cast, [seen, v], {})
        self.contribute(v, seen, False)
    elif v in self.varied:
        item = resolver.emit(structural.GETITEM, (atom, *dynamic), path=path)
        self.contribute(v, item, True)
    if a in self.varied and isinstance(a, Value):
        rest = resolver.emit(
            structural.STORE, (atom, *dynamic, Const(0.0)), kind=resolver.kind(atom), hint=f"d{a.hint}", path=path
        )
        self.contribute(a, rest, False)


def _last_level(resolver: Resolver, array: Atom, dynamic: tuple[Atom, ...], path: Path) -> tuple[Atom, Atom]:
    """The array that the last subscript of a path is applied to, and that subscript as a value."""
    *views, last = path
    if views:
        array = resolver.emit(structural.GETITEM, (array, *dynamic), path=tuple(views))
    return array, resolver.emit(structural.SUBSCRIPT, dynamic, path=(last,))


def _add_at(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """b = a, and v added at path, as often as an index names a place: da = db, dv = db[path] (or -db[path])."""
    (g,) = cotangents
    a, *dynamic, v = op.args
    assert g is not None
    atom = self.cotangents.whole(self.cotangents.atom(g, op.outs[0]), op.outs[0])
    if v in self.varied:
        item = self.resolver.emit(structural.GETITEM, (atom, *dynamic), path=op.attr("path"))
        if op.attr("minus"):
            item = self.resolver.emit(primitive_of(operator.neg), (item,))
        self.contribute(v, item, True)
    self.contribute(a, atom, False)


STORES: dict[Any, Callable[[Reverse, Op, list[Cotangent | None]], None]] = {
    structural.STORE: _store,
    structural.ADD_AT: _add_at,
}
