"""Functions and methods of named tuples and dataclasses that Python generates, or writes in ways of its own."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

from sourcead.frontend import copying
from sourcead.frontend.abstract import Abstract, Aggregate, Static
from sourcead.frontend.data import child
from sourcead.frontend.expansion import finite_items
from sourcead.frontend.iterables import aggregate
from sourcead.frontend.resolver import Resolver
from sourcead.kinds import Tree


def _record(resolver: Resolver, item: Abstract, name: str) -> Tree:
    """The kind of an instance of a dataclass."""
    kind = resolver.kind(item)
    if not isinstance(kind, Tree) or not dataclasses.is_dataclass(kind.type):
        resolver.refuse(f"`{name}` is asked of something that is no instance of a dataclass", "give it one")
    assert isinstance(kind, Tree)
    return kind


def _replace(resolver: Resolver, obj: Abstract, /, **changes: Abstract) -> Abstract:
    """`dataclasses.replace(obj, name=value)`: an object of the same class, made as any is."""
    from sourcead.frontend.calls import call

    kind = resolver.kind(obj)
    if isinstance(kind, Tree) and hasattr(kind.type, "_fields"):
        return _with_fields(resolver, obj, **changes)  # copy.replace takes named tuples, too
    cls: Any = _record(resolver, obj, "replace").type
    given = dict(changes)
    for field in dataclasses.fields(cls):
        if not field.init and field.name in given:
            what = f"`{field.name}` is no parameter of `{cls.__name__}`: Python raises here"
            resolver.refuse(what, "store it instead")
        if field.init and field.name not in given:
            given[field.name] = child(resolver, obj, kind, field.name)  # type: ignore[arg-type]
    return call(resolver, Static(cls, (("object", cls),)), [], given)


def _asdict(resolver: Resolver, obj: Abstract, /) -> Abstract:
    """`dataclasses.asdict(obj)`: dicts all the way down, of copies."""
    _record(resolver, obj, "asdict")
    return copying.deep(resolver, obj, record=lambda names, items: Aggregate(dict, names, items))


def _astuple(resolver: Resolver, obj: Abstract, /) -> Abstract:
    """`dataclasses.astuple(obj)`: tuples all the way down, of copies."""
    _record(resolver, obj, "astuple")
    return copying.deep(resolver, obj, record=lambda names, items: aggregate(tuple, list(items)))


def _with_fields(resolver: Resolver, obj: Abstract, /, **changes: Abstract) -> Abstract:
    """`point._replace(x=0.0)`."""
    kind = resolver.kind(obj)
    assert isinstance(kind, Tree)
    wrong = [name for name in changes if name not in kind.keys]
    if wrong:
        what = f"a {kind.type.__name__} has no field `{wrong[0]}`: Python raises here"
        resolver.refuse(what, "name one of its fields")
    items = [changes[k] if k in changes else child(resolver, obj, kind, k) for k in map(str, kind.keys)]
    return Aggregate(kind.type, kind.keys, tuple(items))


def _fields_of(resolver: Resolver, obj: Abstract, /) -> Abstract:
    """`point._asdict()`."""
    kind = resolver.kind(obj)
    assert isinstance(kind, Tree)
    return Aggregate(dict, kind.keys, tuple(child(resolver, obj, kind, k) for k in kind.keys))


def make(resolver: Resolver, function: Any, args: list[Abstract]) -> Abstract | None:
    """`Point._make(items)`."""
    cls = getattr(function, "__self__", None)
    if not isinstance(cls, type) or not issubclass(cls, tuple) or getattr(cls, "_make", None) != function:
        return None
    items = finite_items(resolver, args[0]) if len(args) == 1 else None
    fields: tuple[str, ...] = cls._fields  # type: ignore[attr-defined]
    if items is None:
        resolver.refuse(f"how many items `{cls.__name__}._make` gets is not known here", "call the class itself")
    assert items is not None
    if len(items) != len(fields):
        resolver.refuse(f"{len(items)} values do not make a {cls.__name__}: Python raises here")
    return Aggregate(cls, fields, tuple(items))


METHODS: dict[str, Callable[..., Any]] = {"_replace": _with_fields, "_asdict": _fields_of}
"""The methods of named tuples."""

FUNCTIONS: dict[Any, Callable[..., Any]] = {
    dataclasses.replace: _replace,
    dataclasses.asdict: _asdict,
    dataclasses.astuple: _astuple,
    **({copy.replace: _replace} if hasattr(copy, "replace") else {}),
}
