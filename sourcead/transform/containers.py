"""Cotangents of containers of known structure, and of single places of arrays and lists."""

from __future__ import annotations

from typing import Any, TypeAlias

from sourcead.frontend.abstract import Aggregate
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.surroundings import object_capture
from sourcead.ir import Atom, Const, Path, Value
from sourcead.kinds import Tree
from sourcead.primitives import structural
from sourcead.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Branches:
    """A container of cotangents, for a value of kind `Tree`; None is zero."""

    kind: Tree
    items: tuple[Cotangent | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """`v[path] += g`; a container where v is a list of them."""

    path: Path
    dynamic: tuple[Atom, ...]
    g: Atom | Branches
    at: Any = None


Cotangent: TypeAlias = "Atom | Branches"
Contribution: TypeAlias = "Atom | Branches | Update"


def branches_of(resolver: Resolver, kind: Tree, items: Aggregate) -> Branches:
    """The cotangent of a container out of the container of cotangents that a rule returned."""
    found: list[Cotangent | None] = []
    for inner_kind, item in zip(kind.items, items.items, strict=True):
        if isinstance(item, Aggregate) and isinstance(inner_kind, Tree):
            found.append(branches_of(resolver, inner_kind, item))
        elif isinstance(item, Const) and item.value is None:
            found.append(None)
        else:
            found.append(resolver.atom(item))
    return Branches(kind, tuple(found))


def parts_of(resolver: Resolver, kind: Tree, g: Atom) -> Branches:
    """The cotangent of a container out of that of the array made of it: its rows."""
    found: list[Cotangent | None] = []
    for key, inner in zip(kind.keys, kind.items, strict=True):
        row = resolver.emit(structural.GETITEM, (g,), path=((key,),))
        found.append(parts_of(resolver, inner, row) if isinstance(inner, Tree) else row)
    return Branches(kind, tuple(found))


def build(resolver: Resolver, kind: Tree, values: tuple[Atom, ...]) -> Value:
    """Emit the container of a kind."""
    tree = Tree(kind.type, kind.keys, tuple(map(resolver.kind, values)))
    if kind.type is dict:
        return resolver.emit(structural.DICT, values, kind=tree, keys=kind.keys)
    if kind.type in (tuple, list):
        return resolver.emit(structural.TUPLE if kind.type is tuple else structural.LIST, values, kind=tree)
    maker = object_capture(resolver, kind.type)
    return resolver.emit(structural.CALL, (maker, *values), kind=tree, keywords=tuple(map(str, kind.keys)), makes=True)
