"""Functions that stand for syntax: `operator.iadd(a, b)` for `a += b`, `setattr(x, "h", v)` for `x.h = v`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.frontend.abstract import Abstract, Ref, Static
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.surroundings import in_library
from sourcead.ir import Const, Hole, Path
from sourcead.kinds import Array, Scalar, Tree

NOTHING = Const(None)
_ITEM: Path = ((Hole(0),),)


def _augmented(symbol: str) -> Callable[..., Abstract]:
    """`a op= b`, and what a is then."""

    def resolve(resolver: Resolver, a: Abstract, b: Abstract, /) -> Abstract:
        from sourcead.frontend.arithmetic import binary

        return binary(resolver, symbol, a, b, augmented=True)

    return resolve


def _getitem(resolver: Resolver, a: Abstract, b: Abstract, /) -> Abstract:
    from sourcead.frontend.calls import call
    from sourcead.frontend.data import item
    from sourcead.frontend.objects import method_of

    own = method_of(resolver, a, "__getitem__")
    return item(resolver, a, _ITEM, [b]) if own is None else call(resolver, own, [b], {})


def _setitem(resolver: Resolver, a: Abstract, b: Abstract, c: Abstract, /) -> Abstract:
    from sourcead.frontend.calls import call
    from sourcead.frontend.objects import method_of
    from sourcead.frontend.stores import store_item

    own = method_of(resolver, a, "__setitem__")
    if own is None:
        store_item(resolver, a, _ITEM, [b], c)
    else:
        call(resolver, own, [b, c], {})
    return NOTHING


def _setattr(resolver: Resolver, obj: Abstract, name: Abstract, value: Abstract, /) -> Abstract:
    from sourcead.frontend.objects import set_attribute

    set_attribute(resolver, obj, _name(resolver, name), value)
    return NOTHING


def _getattr(resolver: Resolver, obj: Abstract, name: Abstract, default: Abstract | None = None, /) -> Abstract:
    from sourcead.frontend.data import attribute

    word = _name(resolver, name)
    if default is not None and not has_attribute(resolver, obj, word):
        return default
    return attribute(resolver, obj, word)


def _hasattr(resolver: Resolver, obj: Abstract, name: Abstract, /) -> Abstract:
    return Const(has_attribute(resolver, obj, _name(resolver, name)))


def _name(resolver: Resolver, name: Abstract) -> str:
    word = resolver.need_static(name, "the name of an attribute")
    if not isinstance(word, str):
        resolver.refuse("the name of an attribute is no text", "write `x.name`")
    return str(word)


def has_attribute(resolver: Resolver, holder: Abstract, name: str) -> bool:
    """Whether something has an attribute, at this call and at every other one that the same code serves."""
    from sourcead.frontend.data import attribute
    from sourcead.frontend.intrinsics import python_type
    from sourcead.frontend.objects import class_attribute, stored_attribute

    if isinstance(holder, Static):
        if stored_attribute(resolver, holder, name) is not None:
            return True
        if hasattr(holder.obj, name):
            attribute(resolver, holder, name)  # that it is there is relied on from here on
            return True
        if in_library(holder.path or (("object", holder.obj),)):
            return False
        return _refuse(resolver, name)
    kind = resolver.kind(holder)
    cls = np.ndarray if isinstance(kind, Array) else python_type(kind) if isinstance(kind, Scalar | Tree) else None
    if cls is None:
        return _refuse(resolver, name)
    if isinstance(kind, Tree) and name in kind.keys and cls not in (tuple, list, dict):
        return True
    if class_attribute(cls, name) is not None:
        return True
    if class_attribute(cls, "__getattr__") is None and (isinstance(holder, Ref) or cls.__dictoffset__ == 0):
        return False
    return _refuse(resolver, name)


def _refuse(resolver: Resolver, name: str) -> bool:
    resolver.refuse(
        f"whether something has an attribute `{name}` is asked, which it may get between two calls",
        "give it the attribute, with None for its value where there is none",
    )


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    operator.iadd: _augmented("+"),
    operator.isub: _augmented("-"),
    operator.imul: _augmented("*"),
    operator.itruediv: _augmented("/"),
    operator.ifloordiv: _augmented("//"),
    operator.imod: _augmented("%"),
    operator.ipow: _augmented("**"),
    operator.imatmul: _augmented("@"),
    operator.iand: _augmented("&"),
    operator.ior: _augmented("|"),
    operator.ixor: _augmented("^"),
    operator.ilshift: _augmented("<<"),
    operator.irshift: _augmented(">>"),
    operator.getitem: _getitem,
    operator.setitem: _setitem,
    setattr: _setattr,
    getattr: _getattr,
    hasattr: _hasattr,
}
