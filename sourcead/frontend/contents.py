"""What a reference, a container or a view holds now: the current version of what stores may have changed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NoReturn

from sourcead.errors import Diagnosis, Place, UnsupportedError
from sourcead.frontend.abstract import Abstract, Aggregate, Ref, Region, Stale, Static
from sourcead.frontend.memory import UNDONE
from sourcead.frontend.surroundings import object_atom
from sourcead.ir import Atom, Value
from sourcead.kinds import Tree
from sourcead.primitives import structural
from sourcead.records import replace

if TYPE_CHECKING:
    from sourcead.frontend.resolver import Resolver


def content_of(resolver: Resolver, ref: Ref) -> Abstract:
    """What a reference refers to, as it is now."""
    content = resolver.memory.content(ref.region)
    if content is None:
        refuse_unknown(resolver, ref.region)
    if isinstance(content, Stale):
        raise UnsupportedError(stale_diagnosis(content, resolver.place))
    return content


def content_of_value(resolver: Resolver, value: Value) -> Abstract:
    """The content of a container that is a value: the value itself where nothing was stored into it."""
    region = resolver.memory.regions.get(value)
    content = None if region is None else resolver.memory.current(region)
    if isinstance(content, Stale):
        raise UnsupportedError(stale_diagnosis(content, resolver.place))
    return value if content is None else content


def is_stale(resolver: Resolver, item: Abstract) -> Stale | None:
    """Whether what something holds may have been changed through another name."""
    region = item.region if isinstance(item, Ref) else None
    if isinstance(item, Value):
        region = resolver.memory.regions.get(item)
    content = None if region is None else resolver.memory.content(region)
    return content if isinstance(content, Stale) else None


def refuse_unknown(resolver: Resolver, region: Region) -> NoReturn:
    """Refuse to read a container that was made on one of the paths that lead here."""
    name = f"`{region.hint}`" if region.hint else "a container"
    resolver.refuse(f"what {name} holds here depends on the path that leads here", "make it before the branch or loop")


def current(resolver: Resolver, value: Value) -> Atom:
    """The current version of a value: a view is derived again where a store has changed what it is a view of."""
    memory = resolver.memory
    region = memory.regions.get(value)
    if region is None:
        return value
    content = memory.current(region)
    if isinstance(content, Stale):
        raise UnsupportedError(stale_diagnosis(content, resolver.place))
    view = memory.views.get(value)
    if view is None:
        return value if content is None or content is value else resolver.atom(content)
    base, op, version = view
    if content is version:
        return value
    again = memory.state.derived.get(value)
    if again is not None and again[0] is content:
        return again[1]
    out = Value(value.hint, value.kind)
    memory.regions[out] = region
    memory.views[out] = (base, op, content)
    resolver.append(replace(op, args=(current(resolver, base), *op.args[1:]), outs=(out,)))
    memory.state.derived[value] = (content, out)
    return out


def first_content(resolver: Resolver, region: Region) -> Abstract:
    """What a region held before any store: where it is part of something else, that is read here again."""
    op = region.op
    if op is None:
        first = resolver.memory.first.get(region, region.birth)
        if first is None or isinstance(first, Stale):
            refuse_unknown(resolver, region)
        return first
    args = op.args
    if args and isinstance(args[0], Value) and resolver.memory.region(args[0]).op is not None:
        args = (resolver.atom(first_content(resolver, resolver.memory.region(args[0]))), *args[1:])
    assert region.birth is not None
    out = Value(region.birth.hint, region.birth.kind)
    resolver.memory.regions[out] = region
    if op.primitive is structural.UNPACK:
        path = ((op.outs.index(region.birth),),)
        op = replace(op, primitive=structural.GETITEM, attrs=(("path", path),))
    resolver.builder.add(replace(op, args=args, outs=(out,)))
    return out


def changeable(resolver: Resolver, item: Abstract) -> Abstract:
    """A list or dict that was just made is one that may be changed: a reference to it."""
    if resolver.backward or not isinstance(item, Aggregate) or item.type not in (list, dict):
        return item
    region = resolver.memory.make("")
    resolver.memory.set(region, item)
    return Ref(region)


def escape(resolver: Resolver, item: Abstract, atom: Atom) -> None:
    """A container was handed to others as an IR value: what changes it from here on is done to that, too."""
    if isinstance(item, Ref) and isinstance(atom, Value) and item.region.origin == "local":
        item.region.origin, item.region.birth = "captured", atom
        item.region.path = (("object", item.region),)


def container_atom(resolver: Resolver, item: Aggregate) -> Atom:
    """The IR value of a container."""
    if item.value is not None:
        return item.value
    if item.type is set:
        resolver.refuse("a set is used as a value", "use a tuple or a list: a set has no order of its items")
    if item.type not in (tuple, list, dict, set) and not makes_itself(item.type):
        resolver.refuse(
            f"an object of class {item.type.__name__} that is made here is used as a value",
            "use its attributes and methods",
        )
    args = tuple(map(resolver.atom, item.items))
    kind = Tree(item.type, item.keys, tuple(map(resolver.kind, item.items)))
    if item.type is dict:
        value = resolver.emit(structural.DICT, args, kind=kind, keys=item.keys)
    elif item.type in (tuple, list):
        value = resolver.emit(structural.TUPLE if item.type is tuple else structural.LIST, args, kind=kind)
    else:
        maker = object_atom(resolver, Static(item.type, None))
        value = resolver.emit(structural.CALL, (maker, *args), kind=kind, keywords=item.keys, makes=True)
    resolver.parts[value] = item
    return value


def makes_itself(cls: type) -> bool:
    """Whether calling a class with its fields gives the object back: named tuples and plain dataclasses."""
    plain = dataclasses.is_dataclass(cls) and not hasattr(cls, "__post_init__")
    return issubclass(cls, tuple) or (plain and all(f.init for f in dataclasses.fields(cls)))  # type: ignore[arg-type]



def stale_diagnosis(stale: Stale, at: Place | None) -> Diagnosis:
    """The refusal of reading what a store may have changed."""
    what = f"`{stale.name}`" if stale.name else "it"
    if stale.by == UNDONE:
        return Diagnosis(
            f"{what if stale.name else 'this'} is read where an exception may have interrupted what changes it",
            at,
            ("what it holds then is not known when the gradient is generated",),
            "change it before or after the `try` or `with`",
        )
    line = f" at line {stale.at.line}" if stale.at is not None else ""
    through = f"`{stale.by}`" if stale.by else "something else"
    if stale.name and stale.name == stale.by:
        return Diagnosis(
            f"{what} was changed{line}, and is read here by another name, whose memory that may be",
            at,
            ("whether its memory or only the name was changed depends on its kind",),
            "give example arguments (`specialize`, `--args`), or make a copy before the change",
        )
    read = f"{what} is read here, and" if stale.name else "what is read here"
    return Diagnosis(
        f"{read} may share its memory with {through}, which was changed{line}",
        at,
        ("whether they share memory is not known when the gradient is generated",),
        f"make {what} a copy before the change",
    )
