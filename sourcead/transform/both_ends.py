"""The cotangent of a list out of those of its two parts: all items but the last (or the first), and that one.

    for W, b in params[:-1]: ...;  W, b = params[-1]        dparams = those of the loop;  dparams.append((dW, db))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sourcead.ir import Atom, Const, Path, Span, Value
from sourcead.kinds import List, Tree, may_carry_derivative
from sourcead.primitives import lists, structural
from sourcead.transform.containers import Branches, Cotangent, Update, build

if TYPE_CHECKING:
    from sourcead.transform.cotangents import Cotangents

_PARTS: dict[Path, tuple[Path, bool]] = {
    ((-1,),): (((Span(None, -1),),), False),
    ((0,),): (((Span(1, None),),), True),
}


def of_both_ends(self: Cotangents, value: Value, updates: Sequence[Update]) -> Atom | None:
    """The cotangent of a list, if two updates are all of it; the primal has read the item, so there is one."""
    if len(updates) != 2 or not isinstance(value.kind, List):
        return None
    for one, rest in (updates, updates[::-1]):
        wanted = _PARTS.get(one.path)
        if wanted is None or rest.path != wanted[0] or one.dynamic or rest.dynamic or isinstance(rest.g, Branches):
            continue
        have = self.resolver.kind(rest.g)
        if not isinstance(have, List) or not lists.plain_items(have):
            return None
        self.resolver.override = one.at
        item = self.resolver.emit(structural.GETITEM, (value,), kind=value.kind.item, path=one.path)
        g = _complete(self, one.g, item)
        end = (Const(0), g) if wanted[1] else (g,)
        return self.resolver.emit(lists.INSERT if wanted[1] else lists.APPEND, (rest.g, *end), kind=value.kind)
    return None


def _complete(self: Cotangents, g: Cotangent, item: Value) -> Atom:
    """The cotangent of an item, with the shapes and dtypes of what it holds."""
    if not isinstance(item.kind, Tree):
        assert not isinstance(g, Branches)
        return self.conform(self.whole(g, item), item)
    branches = g if isinstance(g, Branches) else self.parts(item.kind, g)
    values: list[Atom] = []
    for key, kind, inner in zip(item.kind.keys, item.kind.items, branches.items, strict=True):
        if not may_carry_derivative(kind):
            values.append(Const(None))
            continue
        part = self.child(item, item.kind, key, kind)
        values.append(self.zeros(part) if inner is None else _complete(self, inner, part))
    return build(self.resolver, item.kind, tuple(values))
