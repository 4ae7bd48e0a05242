"""Methods that change a list of unknown length: each call is an op that gives the list's new version.

    xs.append(v)     xs.extend(ys)     v = xs.pop(i)     xs.insert(i, v)     xs.reverse()     xs.clear()
"""

from __future__ import annotations

from sourcead.frontend.abstract import Abstract
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Const, Op, Value
from sourcead.kinds import ANY, Kind, List
from sourcead.primitives import lists

CHANGES = {
    "append": (lists.APPEND, 1, 1),
    "extend": (lists.EXTEND, 1, 1),
    "insert": (lists.INSERT, 2, 2),
    "pop": (lists.POP, 0, 1),
    "reverse": (lists.REVERSE, 0, 0),
    "clear": (lists.CLEAR, 0, 0),
}
_REFUSED = {
    "sort": "sort an array of the items (np.sort), or keep the items in order",
    "remove": "take the item out by its position (`pop`)",
}


def change(resolver: Resolver, name: str, xs: Atom, args: list[Abstract]) -> tuple[Abstract, Value]:
    """`xs.name(*args)`: what the call gives, and the new version of the list."""
    if name not in CHANGES:
        resolver.refuse(f"`.{name}` of a list is not differentiated", _REFUSED.get(name, "write it as a loop"))
    primitive, least, most = CHANGES[name]
    if not least <= len(args) <= most:
        resolver.refuse(f"this call of `{name}` does not fit: it takes {most} arguments", "call it as Python documents")
    atoms = tuple(map(resolver.atom, args))
    if primitive is lists.POP:
        item, rest = emit_pop(resolver, xs, atoms).outs
        return item, rest
    return Const(None), resolver.emit(primitive, (xs, *atoms), hint=getattr(xs, "hint", ""))


def emit_pop(resolver: Resolver, xs: Atom, at: tuple[Atom, ...] = (), hint: str = "", kind: Kind | None = None) -> Op:
    """Emit `v = xs.pop(*at)`; its results are the item and the list without it."""
    have = lists.item_of(resolver.kind(xs))
    outs = (Value(hint, have if kind is None else kind), Value(getattr(xs, "hint", ""), List(have, ANY)))
    op = Op(lists.POP, (xs, *at), outs, (), (), resolver.place, "", resolver.backward)
    resolver.append(op)
    return op
