"""Adjoints of what changes, joins and copies lists: the cotangent of a list is the list of its items' cotangents.

    ys = xs + [v]        dv = dys[-1], dxs = dys[:-1]           written  dv = dxs.pop()
    v, ys = pop(xs)      dxs = dys + [dv]                                dxs.append(dv)
    zs = xs + ys         dxs = dzs[:len(xs)], dys = dzs[len(xs):]
    ys = xs, ys[i] = v   dv = dys[i], dxs = dys with 0 at i

Lengths and items that a change makes unreadable are taken before it: see `measured`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead import runtime
from sourcead.frontend.helper_calls import emit_helper
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Atom, Block, Const, Hole, Op, Span, Value, walk
from sourcead.kinds import ANY, INT, TOP, Array, Kind, List, Scalar, Top, Tree
from sourcead.passes.facts import same_shape
from sourcead.primitives import lists, structural
from sourcead.primitives.registry import primitive_named
from sourcead.records import replace
from sourcead.transform.adjoint import Reverse, by_rule
from sourcead.transform.cotangents import Branches, Cotangent, primitive_of

Adjoint = Callable[[Reverse, Op, "list[Cotangent | None]"], None]
_FLOATS = ("pyfloat", "real64", "float64")
_LENGTH = (lists.EXTEND, lists.POP, lists.INSERT)


def measured(ops: tuple[Op, ...]) -> tuple[tuple[Op, ...], dict[Op, Value]]:
    """The ops with what the adjoints of changed lists read taken before the change: a length, or the old item."""
    found: dict[Op, Value] = {}
    return _measured(ops, found, _state(ops)), found


def _state(ops: tuple[Op, ...]) -> set[Atom]:
    """The lists that are changed, or carried by a loop: what is read of them later may no longer be there."""
    found: set[Atom] = set()
    for op in walk(Block((), ops, ())):
        if op.primitive in lists.CHANGES or op.primitive is structural.STORE:
            found.add(op.args[0])
        for block in op.blocks:
            found.update((*block.params, *block.results))
    return found


def _measured(ops: tuple[Op, ...], found: dict[Op, Value], state: set[Atom]) -> tuple[Op, ...]:
    made: list[Op] = []
    for op in ops:
        if op.blocks:
            inner = tuple(_measured(b.ops, found, state) for b in op.blocks)
            if any(new is not b.ops for new, b in zip(inner, op.blocks, strict=True)):
                blocks = tuple(replace(b, ops=new) for new, b in zip(inner, op.blocks, strict=True))
                op = replace(op, blocks=blocks)
        taken = None if op.blocks else _taken(op, state)
        if taken is not None:
            made.append(taken)
            found[op] = taken.outs[0]
        made.append(op)
    return ops if len(made) == len(ops) and all(a is b for a, b in zip(made, ops, strict=True)) else tuple(made)


def _taken(op: Op, state: set[Atom]) -> Op | None:
    """The op that reads what the adjoint of another one needs of a list and could not read later."""
    kinds = [a.kind for a in op.args if isinstance(a, Value)]
    summed = op.primitive.target in (sum, math.fsum) and op.args[0] in state and isinstance(kinds[0], List)
    if summed or op.primitive in _LENGTH or lists.joins_lists(op.primitive.target, kinds):
        holder = next((a for a in op.args if isinstance(a, Value) and lists.is_list(a.kind)), None)
        if holder is None or (op.primitive is lists.POP and len(op.args) == 1):
            return None
        return Op(primitive_named("len"), (holder,), (Value("", INT),), (), (), op.at, "", True)
    if op.primitive is structural.STORE and lists.is_list(op.args[0].kind if isinstance(op.args[0], Value) else TOP):
        item = lists.item_of(op.args[0].kind)  # type: ignore[union-attr]
        if isinstance(item, Scalar) or any(isinstance(e, Span) for e in op.attr("path")[-1]):
            return None
        old = Value("", item)
        return Op(structural.GETITEM, op.args[:-1], (old,), (("path", op.attr("path")),), (), op.at, "", True)
    return None


# -- emitting ------------------------------------------------------------------------------------------------------


def _emit_pop(resolver: Resolver, xs: Atom, at: tuple[Atom, ...] = (), hint: str = "", kind: Kind | None = None) -> Op:
    """Emit `v = xs.pop(*at)`; its results are the item and the list without it."""
    have = lists.item_of(resolver.kind(xs))
    outs = (Value(hint, have if kind is None else kind), Value(getattr(xs, "hint", ""), List(have, ANY)))
    op = Op(lists.POP, (xs, *at), outs, (), (), resolver.place, "", resolver.backward)
    resolver.append(op)
    return op


def _slice(resolver: Resolver, xs: Atom, start: Atom | None, stop: Atom | None) -> Value:
    given = [a for a in (start, stop) if a is not None]
    first = None if start is None else Hole(0)
    last = None if stop is None else Hole(len(given) - 1)
    kind = List(lists.item_of(resolver.kind(xs)), ANY)
    return resolver.emit(structural.GETITEM, (xs, *given), kind=kind, path=((Span(first, last),),))


def _of_item(have: Kind, x: Kind) -> Kind:
    """The kind of an item's cotangent: the sizes are those of the item."""
    if isinstance(have, Array) and isinstance(x, Array) and len(have.dims) == len(x.dims):
        return Array(have.dtype, x.dims)
    return x if isinstance(have, Top) else have


def _list_of(self: Reverse, op: Op, given: Cotangent | None, out: Value) -> Atom:
    """The cotangent of a list as a list; zeros where there is none."""
    return self.cotangents.zeros(out) if given is None else self.cotangents.atom(given, out)


def _as_rows(self: Reverse, ys: Atom, g: Value) -> Atom:
    """The cotangent of what was read item by item, out of the list of its items' cotangents."""
    kind = self.resolver.kind(ys)
    if isinstance(kind, Top):
        return self.resolver.atom(emit_helper(self.resolver, runtime.rows_adjoint, [g, ys], {}))
    if not isinstance(kind, Array):
        return g
    narrow = kind.dtype not in ("float64", None)  # zeros among the items are Python's, and no item is of no dtype
    attrs = {"dtype": getattr(np, str(kind.dtype))} if narrow else {}
    made = self.resolver.emit(primitive_of(np.array), (g,), kind=Array(kind.dtype, kind.dims), **attrs)
    shape = self.resolver.emit(primitive_of(np.shape), (ys,))
    return self.resolver.emit(primitive_of(np.reshape), (made, shape), kind=kind)


# -- adjoints ------------------------------------------------------------------------------------------------------


def _append(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    xs, v = op.args
    g = _list_of(self, op, cotangents[0], op.outs[0])
    have = _of_item(lists.item_of(self.resolver.kind(g)), self.resolver.kind(v))
    popped = _emit_pop(self.resolver, g, kind=have)
    self.contribute(v, popped.outs[0], False)
    self.contribute(xs, popped.outs[1], False)


def _insert(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    xs, i, v = op.args
    g = _list_of(self, op, cotangents[0], op.outs[0])
    have = _of_item(lists.item_of(self.resolver.kind(g)), self.resolver.kind(v))
    popped = _emit_pop(self.resolver, g, (_place(self, op, i),), kind=have)
    self.contribute(v, popped.outs[0], False)
    self.contribute(xs, popped.outs[1], False)


def _place(self: Reverse, op: Op, i: Atom) -> Atom:
    """The position that an index means in the list before its change."""
    if i == Const(0):
        return i
    made = emit_helper(self.resolver, runtime.place, [i, self.measured[op]], {}, INT)
    assert isinstance(made, Value)
    return made


def _pop(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    xs, *at = op.args
    item, rest = op.outs
    g = _list_of(self, op, cotangents[1], rest)
    dv = cotangents[0]
    value = self.cotangents.zeros(item) if dv is None else self.cotangents.whole(self.cotangents.atom(dv, item), item)
    kind = List(lists.item_of(self.resolver.kind(g)), ANY)
    if not at or at[0] == Const(-1):
        made = self.resolver.emit(lists.APPEND, (g, value), kind=kind)
    else:
        made = self.resolver.emit(lists.INSERT, (g, _place(self, op, at[0]), value), kind=kind)
    self.contribute(xs, made, False)


def _extend(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """Also `xs + ys`."""
    xs, ys = op.args
    g = _list_of(self, op, cotangents[0], op.outs[0])
    split = _first_length(self, op)
    if ys in self.varied:
        self.contribute(ys, _as_rows(self, ys, _slice(self.resolver, g, split, None)), False)
    if xs in self.varied:
        self.contribute(xs, _slice(self.resolver, g, None, split), False)


def _first_length(self: Reverse, op: Op) -> Atom:
    """How many items the first of two joined lists has."""
    first = self.resolver.kind(op.args[0])
    return Const(len(first.items)) if isinstance(first, Tree) else self.measured[op]


def _repeat(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    xs = next(a for a in op.args if lists.is_list(self.resolver.kind(a)))
    g = _list_of(self, op, cotangents[0], op.outs[0])
    self.contribute(xs, emit_helper(self.resolver, runtime.repeat_adjoint, [g, xs], {}, self.resolver.kind(xs)), False)


def _reverse(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    g = _list_of(self, op, cotangents[0], op.outs[0])
    turned = self.resolver.emit(structural.GETITEM, (g,), kind=self.resolver.kind(g), path=((Span(None, None, -1),),))
    self.contribute(op.args[0], turned, False)


def _clear(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """What was in the list has no part in what follows."""


def _copy(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """Also `list(x)` of an array, whose rows are the items."""
    (x,) = op.args
    g = cotangents[0]
    if isinstance(self.resolver.kind(x), Array | Top):
        atom = _list_of(self, op, g, op.outs[0])
        assert isinstance(atom, Value)
        self.contribute(x, _as_rows(self, x, atom), False)
        return
    self.contribute(x, g, False)


def _sum(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """y = sum(xs): every item gets dy, where it has the shape of y."""
    xs, (given,) = op.args[0], cotangents
    kind = self.resolver.kind(xs)
    if not isinstance(kind, List) or len(op.args) > 1 or given is None or isinstance(given, Branches):
        by_rule(self, op, cotangents)
        return
    have, item = self.resolver.kind(given), kind.item
    fits = isinstance(have, Array | Scalar) and isinstance(item, Array | Scalar) and same_shape(have, item)
    real = isinstance(item, Scalar) and item.dtype is None and not self.resolver.complexes
    if not fits or (isinstance(item, Scalar) and item.dtype not in _FLOATS and not real):
        by_rule(self, op, cotangents)
        return
    one = self.resolver.emit(structural.LIST, (given,))
    length: Atom = self.measured.get(op) or self.resolver.emit(primitive_of(len), (xs,))
    made = List(item if isinstance(given, Const) else have, kind.length)
    self.contribute(xs, self.resolver.emit(primitive_of(operator.mul), (one, length), kind=made), False)


def store_item(self: Reverse, op: Op, given: Cotangent) -> None:
    """ys = xs with ys[i] = v."""
    xs, *dynamic, v = op.args
    path = op.attr("path")
    resolver = self.resolver
    if len(path) > 1 or any(isinstance(e, Span) for e in path[-1]):
        resolver.refuse("a store at a slice of a list is not differentiated", "store its items one by one")
    g = self.cotangents.atom(given, op.outs[0])
    if v in self.varied:
        have = _of_item(lists.item_of(resolver.kind(g)), resolver.kind(v))
        self.contribute(v, resolver.emit(structural.GETITEM, (g, *dynamic), kind=have, path=path), False)
    if xs in self.varied:
        old = self.measured.get(op)
        zero = Const(0.0) if old is None else self.cotangents.zeros(old)
        kind = List(lists.item_of(resolver.kind(g)), ANY)
        self.contribute(xs, resolver.emit(structural.STORE, (g, *dynamic, zero), kind=kind, path=path), False)


def _each(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """The items of lists summed: each has the cotangent of the sum."""
    for x in op.args:
        self.contribute(x, cotangents[0], False)


ADJOINTS: dict[Any, Adjoint] = {
    lists.APPEND: _append,
    lists.INSERT: _insert,
    lists.POP: _pop,
    lists.EXTEND: _extend,
    lists.REVERSE: _reverse,
    lists.CLEAR: _clear,
    lists.COPY: _copy,
    lists.new_list: _copy,
    lists.SUM: _each,
    primitive_of(sum): _sum,
    primitive_of(math.fsum): _sum,
}


def of_operator(self: Reverse, op: Op, cotangents: list[Cotangent | None]) -> None:
    """`xs + ys` and `xs * n`."""
    both = all(lists.is_list(self.resolver.kind(a)) for a in op.args)
    adds = op.primitive is primitive_of(operator.add)
    if not both and (adds or any(isinstance(self.resolver.kind(a), Top) for a in op.args)):  # it may be an array
        word = "joined with" if adds else "multiplied with"
        self.resolver.refuse(f"a list is {word} something of which nothing is known", "give example arguments")
    (_extend if both else _repeat)(self, op, cotangents)


__all__ = ["ADJOINTS", "measured", "of_operator", "store_item"]
