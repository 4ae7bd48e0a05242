"""The adjoints of what makes containers and takes them apart: displays, unpacking, items, attributes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead import runtime
from sourcead.frontend.helper_calls import emit_helper
from sourcead.ir import Op, Span, Value
from sourcead.kinds import Array, List, Tree
from sourcead.primitives import structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace
from sourcead.transform.adjoint import Reverse, missing
from sourcead.transform.containers import Branches, Cotangent, Update


def _tuple(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """y = (a, b): each item's cotangent goes to its item."""
    (g,) = cotangents
    out = op.outs[0]
    assert g is not None and isinstance(out.kind, Tree | List)
    keys = out.kind.keys if isinstance(out.kind, Tree) else range(len(op.args))
    for position, (x, key) in enumerate(zip(op.args, keys, strict=True)):
        if x not in self.varied:
            continue
        if isinstance(g, Branches):
            self.contribute(x, g.items[position], False)
        else:
            self.contribute(x, self.resolver.emit(structural.GETITEM, (g,), path=((key,),)), False)


def _unpack(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """a, b = x: the cotangents of the items make the cotangent of the container."""
    (x,) = op.args
    assert isinstance(x, Value)
    if isinstance(x.kind, Tree):
        self.cotangents.add(x, Branches(x.kind, tuple(cotangents)))
        return
    pairs = zip(cotangents, op.outs, strict=True)
    values = [self.cotangents.zeros(o) if c is None else self.cotangents.atom(c, o) for c, o in pairs]
    if isinstance(x.kind, Array) and values:
        kind = Tree(list, tuple(range(len(values))), tuple(map(self.resolver.kind, values)))
        items = self.resolver.emit(structural.LIST, tuple(values), kind=kind)
        maker = np.array if len(x.kind.dims) == 1 else np.stack
        self.contribute(x, self.resolver.emit(primitive_of(maker), (items,)), False)
        return
    if isinstance(x.kind, List) and values:
        self.contribute(x, self.resolver.emit(structural.LIST, tuple(values), kind=x.kind), False)
        return
    self.contribute(x, emit_helper(self.resolver, runtime.unpack_adjoint, [x, *values], {}), False)


def position_of(kind: Tree, key: Any) -> int | None:
    """Where the item under a key or position stands; None where there is none."""
    if key in kind.keys:
        return kind.keys.index(key)
    count = len(kind.items)
    if isinstance(key, int) and issubclass(kind.type, tuple | list) and -count <= key < count:
        return key % count
    return None


def _getitem(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """y = a[path]: g is added at that path of the adjoint of a."""
    (g,) = cotangents
    a, *dynamic = op.args
    path = op.attr("path")
    assert g is not None
    if not isinstance(a, Value):
        return  # an item of a literal: nothing is differentiated through an index
    if isinstance(a.kind, Tree) and not dynamic:
        position = position_of(a.kind, path[0][0])
        if position is None:
            return  # the look-up raises when the program runs
        items: list[Cotangent | None] = [None] * len(a.kind.items)
        items[position] = g
        self.cotangents.add(a, Branches(a.kind, tuple(items)))
        return
    if isinstance(a.kind, List) and isinstance(g, Branches) and len(path) == 1:
        self.contribute(a, Update(path, tuple(dynamic), g, op.at), False)
        return
    atom = self.cotangents.atom(g, op.outs[0])
    if isinstance(a.kind, List) and path == ((Span(),),):
        self.cotangents.add(a, atom)  # a copy of the whole list
        return
    if isinstance(a.kind, Array) and structural.names_all(path, a.kind):
        self.contribute(a, atom, True)
        return
    undone = structural.leaving_out_new_axes(path)
    if isinstance(a.kind, Array) and undone is not None:
        self.contribute(a, self.resolver.emit(structural.GETITEM, (atom,), path=undone), True)
        return
    if isinstance(a.kind, Array | List):
        self.contribute(a, Update(path, tuple(dynamic), atom, op.at), False)
        return
    key = self.resolver.emit(structural.SUBSCRIPT, tuple(dynamic), path=path)
    self.contribute(a, emit_helper(self.resolver, runtime.item_adjoint, [a, key, atom], {}), False)


def _getattr(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """y = x.name of a container of static structure."""
    (g,) = cotangents
    (x,) = op.args
    assert isinstance(x, Value)
    made_by = self.producers.get(x)
    if made_by is not None and made_by.primitive is structural.CALL and not made_by.attr("makes"):
        self.resolver.override = made_by.at
        missing(self.resolver, made_by, self.producers)
    if not isinstance(x.kind, Tree):
        self.resolver.refuse(
            f"the attribute `{op.attr('name')}` of something unknown is differentiated here", "give example arguments"
        )
    items: list[Cotangent | None] = [None] * len(x.kind.items)
    items[x.kind.keys.index(op.attr("name"))] = g
    self.cotangents.add(x, Branches(x.kind, tuple(items)))


def _call(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """y = Class(a, b): each field's cotangent goes to its argument."""
    if not op.attr("makes"):
        missing(self.resolver, op, self.producers)
    _tuple(self, replace(op, args=op.args[1:]), cotangents)


STRUCTURAL: dict[Any, Callable[[Reverse, Op, list[Cotangent | None]], None]] = {
    structural.TUPLE: _tuple,
    structural.LIST: _tuple,
    structural.DICT: _tuple,
    structural.UNPACK: _unpack,
    structural.GETITEM: _getitem,
    structural.GETATTR: _getattr,
    structural.CALL: _call,
}
