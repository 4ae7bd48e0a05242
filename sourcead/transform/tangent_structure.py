"""Tangents of what builds, reads and changes containers, arrays and lists: they do the same to the tangents.

y = (a, b)            y_dot = (a_dot, b_dot)           b = a with a[p] = v      b_dot = a_dot with a_dot[p] = v_dot
y = a[p]              y_dot = a_dot[p]                 ys = xs + [v]            ys_dot = xs_dot + [v_dot]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.ir import Atom, Const, Op, Value
from sourcead.kinds import Array, Kind, Scalar, Top, Tree
from sourcead.primitives import lists, structural
from sourcead.primitives.registry import primitive_of
from sourcead.records import replace
from sourcead.transform.adjoint import missing
from sourcead.transform.containers import Branches
from sourcead.transform.pairs import cotangent_kind
from sourcead.transform.parts_adjoint import position_of
from sourcead.transform.tangent import Forward, tangent_hint


def _container(self: Forward, op: Op) -> None:
    (out,) = op.outs
    if isinstance(out.kind, Tree):
        self.give(out, Branches(out.kind, tuple(map(self.of, op.args))))
        return
    atoms = tuple(map(self.atom, op.args))
    self.give(out, self.resolver.emit(op.primitive, atoms, kind=cotangent_kind(out.kind), **op.keywords))


def _object(self: Forward, op: Op) -> None:
    """y = Class(a, b)."""
    if not op.attr("makes"):
        missing(self.resolver, op, self.producers)
    _container(self, replace(op, args=op.args[1:]))


def _unpack(self: Forward, op: Op) -> None:
    (x,) = op.args
    tangent = self.of(x)
    if isinstance(tangent, Branches):
        for out, item in zip(op.outs, tangent.items, strict=True):
            self.give(out, item)
        return
    outs = tuple(Value(tangent_hint(o), cotangent_kind(o.kind)) for o in op.outs)
    self.resolver.append(Op(op.primitive, (self.atom(x),), outs, op.attrs, (), op.at, op.form, True))
    for out, item in zip(op.outs, outs, strict=True):
        self.give(out, item)


def _getitem(self: Forward, op: Op) -> None:
    (out,), (a, *dynamic) = op.outs, op.args
    tangent, path = self.of(a), op.attr("path")
    if isinstance(tangent, Branches) and not dynamic:
        position = position_of(tangent.kind, path[0][0])
        if position is not None and len(path) == 1:
            self.give(out, tangent.items[position])
            return
    base = self.atom(a)
    if isinstance(self.resolver.kind(base), Scalar) and isinstance(self.resolver.kind(a), Array):
        base = self.resolver.emit(primitive_of(np.asarray), (base,))  # NumPy's arithmetic gives a number for 0-d arrays
    made = self.resolver.emit(structural.GETITEM, (base, *dynamic), kind=_like(out), path=path)
    self.give(out, made)


def _getattr(self: Forward, op: Op) -> None:
    (out,), (x,) = op.outs, op.args
    tangent = self.of(x)
    if not isinstance(tangent, Branches):
        self.resolver.refuse(
            f"the attribute `{op.attr('name')}` of something unknown is differentiated here", "give example arguments"
        )
    self.give(out, tangent.items[tangent.kind.keys.index(op.attr("name"))])


def _store(self: Forward, op: Op) -> None:
    """Also what is added at a place. What a number is stored into gets 0.0 there."""
    (out,), (a, *dynamic, v) = op.outs, op.args
    value = Const(0.0) if self.of(v) is None and _is_plain(self.resolver.kind(v)) else self.atom(v)
    attrs = {key: value for key, value in op.attrs if key in ("path", "gather", "minus")}
    made = self.resolver.emit(
        op.primitive, (self.atom(a), *dynamic, value), kind=_like(out), hint=tangent_hint(out), **attrs
    )
    self.give(out, made)


def _is_plain(kind: Kind) -> bool:
    return isinstance(kind, Scalar | Array)


def _like(out: Value) -> Kind:
    """The kind of a tangent; that of what was read of an unknown value is unknown."""
    return cotangent_kind(out.kind)


# -- lists ---------------------------------------------------------------------------------------------------------


def _changed(self: Forward, op: Op) -> None:
    """append, insert, extend, reverse, clear, copies: positions stay, values are the tangents."""
    (out,) = op.outs
    self.give(out, self.resolver.emit(op.primitive, _operands(self, op), kind=_like(out), hint=tangent_hint(out)))


def _operands(self: Forward, op: Op) -> tuple[Atom, ...]:
    """The arguments with those that hold values replaced by their tangents."""
    where = op.args[1:2] if op.primitive is lists.INSERT or (op.primitive is lists.POP and len(op.args) > 1) else ()
    return tuple(a if a in where else self.atom(a) for a in op.args)


def _pop(self: Forward, op: Op) -> None:
    outs = tuple(Value(tangent_hint(o), _like(o)) for o in op.outs)
    self.resolver.append(Op(op.primitive, _operands(self, op), outs, (), (), op.at, op.form, True))
    for out, made in zip(op.outs, outs, strict=True):
        self.give(out, made)


def _sum_of_lists(self: Forward, op: Op) -> None:
    (out,) = op.outs
    self.give(out, self.resolver.emit(op.primitive, tuple(map(self.atom, op.args)), kind=_like(out)))


def of_operator(self: Forward, op: Op) -> None:
    """`xs + ys` and `xs * n`."""
    (out,) = op.outs
    kinds = list(map(self.resolver.kind, op.args))
    if not all(map(lists.is_list, kinds)) and any(isinstance(k, Top) for k in kinds):
        self.resolver.refuse("a list is joined with something of which nothing is known", "give example arguments")
    args = tuple(self.atom(a) if lists.is_list(k) else a for a, k in zip(op.args, kinds, strict=True))
    self.give(out, self.resolver.emit(op.primitive, args, kind=_like(out), form=op.form))


STRUCTURE: dict[Any, Callable[[Forward, Op], None]] = {
    structural.TUPLE: _container,
    structural.LIST: _container,
    structural.DICT: _container,
    structural.CALL: _object,
    structural.UNPACK: _unpack,
    structural.GETITEM: _getitem,
    structural.GETATTR: _getattr,
    structural.STORE: _store,
    structural.ADD_AT: _store,
    lists.APPEND: _changed,
    lists.EXTEND: _changed,
    lists.INSERT: _changed,
    lists.REVERSE: _changed,
    lists.CLEAR: _changed,
    lists.COPY: _changed,
    lists.new_list: _changed,
    lists.POP: _pop,
    lists.SUM: _sum_of_lists,
}

