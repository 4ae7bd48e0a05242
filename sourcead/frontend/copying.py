"""`copy.copy` and `copy.deepcopy`: which memory is new, and which is shared.

A deep copy keeps what is shared: what is one object in the original is one object in the copy.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from typing import Any, NoReturn

import numpy as np

from sourcead.frontend.abstract import Abstract, Aggregate, Bound, Cell, Closure, Method, Partial, Ref, Static
from sourcead.frontend.contents import changeable
from sourcead.frontend.layouts import immutable
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.surroundings import is_code
from sourcead.ir import Const, Value
from sourcead.kinds import Array, List, Tree
from sourcead.primitives import lists
from sourcead.primitives.registry import primitive_of
from sourcead.records import dataclass, field

_DECIDES = ("__reduce__", "__getstate__", "__setstate__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__")
Record = Callable[[tuple[Hashable, ...], tuple[Abstract, ...]], Aggregate]


def shallow(resolver: Resolver, item: Abstract) -> Any:
    """`copy.copy(x)`."""
    from sourcead.frontend.calls import call
    from sourcead.frontend.objects import method_of
    from sourcead.frontend.stores import contents

    kind = resolver.kind(item)
    if isinstance(kind, Array):
        return resolver.emit(primitive_of(np.copy), (resolver.atom(item),))
    own = method_of(resolver, item, "__copy__")
    if own is not None:
        return call(resolver, own, [], {})
    if _is_plain(resolver, item):
        return item
    if isinstance(kind, List):
        return resolver.emit(lists.COPY, (resolver.atom(item),))
    if not isinstance(kind, Tree):
        _refuse(resolver, "copy.copy")
    held = contents(resolver, item)
    assert isinstance(held, Aggregate)
    return _object(resolver, held) if _is_object(held.type) else Aggregate(held.type, held.keys, held.items)


def deep(resolver: Resolver, item: Abstract, memo: Abstract | None = None, *, record: Record | None = None) -> Abstract:
    """`copy.deepcopy(x)`. record: what instances of dataclasses become, in `asdict` and `astuple`."""
    if memo is not None and resolver.static(memo) != (True, None):
        resolver.refuse("`copy.deepcopy` with `memo` is not differentiated", "call it without")
    return _Deep(resolver, record).copy(item)


def _refuse(resolver: Resolver, name: str) -> NoReturn:
    resolver.refuse(
        f"what `{name}` copies here is not known",
        "give example arguments, or copy its arrays: `[x.copy() for x in xs]`",
    )


def _is_plain(resolver: Resolver, item: Abstract) -> bool:
    """Whether a copy of something is the thing itself: a number, text, function, class."""
    if isinstance(item, Const | Closure | Bound | Method | Partial):
        return True
    if isinstance(item, Static):
        return is_code(item.obj) or isinstance(item.obj, str | bool | int | float | None)
    return not isinstance(item, Ref | Aggregate) and immutable(resolver.kind(item))


def _is_object(cls: type) -> bool:
    return not issubclass(cls, tuple | list | dict | set)


def _object(resolver: Resolver, held: Aggregate) -> Ref:
    """A new object with the attributes of another."""
    decides = [name for name in _DECIDES if getattr(held.type, name, None) is not getattr(object, name, None)]
    if decides or held.type is Cell or hasattr(held.type, "__slots__"):
        resolver.refuse(f"a {held.type.__name__} decides itself how it is copied", "make the copy where it is needed")
    region = resolver.memory.make(held.type.__name__)
    resolver.memory.set(region, Aggregate(held.type, held.keys, held.items))
    return Ref(region)


@dataclass
class _Deep:
    """One deep copy; `known` are the objects that were copied so far."""

    resolver: Resolver
    record: Record | None
    known: dict[object, Abstract] = field(default_factory=dict)

    def copy(self, item: Abstract) -> Abstract:
        resolver = self.resolver
        if _is_plain(resolver, item):
            return item
        name = self._identity(item)
        found = self.known.get(name) if self.record is None else None
        if found is None:
            found = self._new(item)
            self.known[name] = found
        return found

    def _identity(self, item: Abstract) -> object:
        """What is the same for two names of one object."""
        if isinstance(item, Ref):
            return item.region
        memory = self.resolver.memory
        return memory.regions.get(item, item) if isinstance(item, Value) and item not in memory.views else item

    def _new(self, item: Abstract) -> Abstract:
        from sourcead.frontend.objects import method_of
        from sourcead.frontend.stores import contents

        resolver, kind = self.resolver, self.resolver.kind(item)
        if method_of(resolver, item, "__deepcopy__") is not None:
            resolver.refuse(f"a {kind.type.__name__} decides itself how it is copied", "call what copies it")  # type: ignore[union-attr]
        if isinstance(kind, Array):
            return self._apart(item, resolver.emit(primitive_of(np.copy), (resolver.atom(item),)))
        if isinstance(kind, List) and immutable(kind.item):
            return resolver.emit(lists.COPY, (resolver.atom(item),))
        if not isinstance(kind, Tree):
            _refuse(resolver, "copy.deepcopy")
        held = contents(resolver, item)
        assert isinstance(held, Aggregate)
        items = tuple(map(self.copy, held.items))
        if self.record is not None and hasattr(held.type, "__dataclass_fields__"):
            return changeable(resolver, self.record(held.keys, items))
        new = Aggregate(held.type, held.keys, items)
        return _object(resolver, new) if _is_object(held.type) else changeable(resolver, new)

    def _apart(self, item: Abstract, made: Value) -> Value:
        """Copies of what may be one object may be one object, too."""
        memory = self.resolver.memory
        region = memory.region(item) if isinstance(item, Value) else None
        if region is not None:
            shared = {("copied", id(self), t) for t in region.tokens if t is not region}
            if region.origin != "local":
                shared.add(("copied", id(self), "of the caller"))
            memory.meet(memory.region(made), shared)
        return made


FUNCTIONS: dict[Any, Callable[..., Any]] = {copy.copy: shallow, copy.deepcopy: deep}
