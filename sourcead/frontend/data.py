"""Resolving what touches data: attributes, items, stores, unpacking, membership."""

from __future__ import annotations

import enum
import inspect
import types
from collections.abc import Hashable
from typing import Any

from sourcead.frontend.abstract import (
    Abstract,
    Aggregate,
    Cell,
    Closure,
    Method,
    Ref,
    Static,
    Super,
    is_unbound,
)
from sourcead.frontend.entries import call_entry
from sourcead.frontend.inlining import inline
from sourcead.frontend.levels import merged
from sourcead.frontend.protocol import ask
from sourcead.frontend.resolver import Resolver, UnboundRead, is_known_by_type
from sourcead.frontend.surroundings import attribute_of, from_object, is_code, object_atom
from sourcead.ir import Const, Hole, Path, Span, Value
from sourcead.kinds import PYTHON_DTYPES, TOP, Array, Kind, Known, List, Opaque, Scalar, Tree
from sourcead.primitives import structural
from sourcead.primitives.registry import attribute_entry, is_matrix, method_entry


def attribute(resolver: Resolver, holder: Abstract, name: str) -> Abstract:
    """`holder.name`."""
    from sourcead.frontend import objects
    from sourcead.frontend.intrinsics import methods_of

    if isinstance(holder, Static):
        stored = objects.stored_attribute(resolver, holder, name)
        if stored is not None:
            return stored
        if is_matrix(type(holder.obj)) and name in ("T", "dot"):
            entry = attribute_entry(name)
            return Method(holder, name) if entry is None else call_entry(resolver, entry, [holder], {})
        found = inspect.getattr_static(type(holder.obj), name, None)
        if is_matrix(type(holder.obj)):
            return attribute_of(resolver, holder, name)
        if isinstance(found, property) and isinstance(found.fget, types.FunctionType):
            return inline(resolver, found.fget, [holder], {})
        return attribute_of(resolver, holder, name)
    if isinstance(holder, Super):
        return objects.inherited(resolver, holder, name)
    kind = resolver.kind(holder)
    if isinstance(kind, Tree):
        return _tree_attribute(resolver, holder, kind, name)
    entry = attribute_entry(name)
    if entry is not None:
        return call_entry(resolver, entry, [holder], {})
    known = method_entry(name) is not None or name in methods_of(kind) or (name == "flat" and isinstance(kind, Array))
    if known or isinstance(holder, Closure) or isinstance(kind, List):
        return Method(holder, name)
    if isinstance(kind, Array | Scalar):
        resolver.refuse(
            f"`.{name}` of {_words(kind)} is not differentiated", "use the NumPy function of the same meaning"
        )
    return resolver.emit(structural.GETATTR, (resolver.atom(holder),), kind=TOP, name=name)


def _words(kind: Kind) -> str:
    return {Array: "an array", Scalar: "a number"}[type(kind)]


def _tree_attribute(resolver: Resolver, holder: Abstract, kind: Tree, name: str) -> Abstract:
    from sourcead.frontend import objects
    from sourcead.frontend.intrinsics import methods_of

    if name in methods_of(kind):
        return Method(holder, name)
    if kind.type not in (tuple, list, dict) and name in kind.keys:
        found = child(resolver, holder, kind, name)
        if kind.type is Cell and is_unbound(found) and isinstance(holder, Ref):
            variable, remedy = holder.region.name, "bind it on every path that reaches this line"
            resolver.refuse(f"`{variable}` is not bound here", remedy, error=UnboundRead)
        return found
    return objects.class_member(resolver, holder, kind.type, name)


def expanded(resolver: Resolver, container: Value) -> Aggregate:
    """The items of a container of static structure that is a value, read where this stands."""
    kind = container.kind
    assert isinstance(kind, Tree)
    return Aggregate(kind.type, kind.keys, tuple(child(resolver, container, kind, k) for k in kind.keys))


def is_object(kind: Kind) -> bool:
    """Whether a value is an object whose attributes can be looked at while compiling."""
    return isinstance(kind, Opaque) and kind.example is not None


def child(resolver: Resolver, holder: Abstract, kind: Tree, key: Hashable) -> Abstract:
    """The item of a container of static structure under a key, read from the container where it is a parameter's."""
    parts = resolver.parts_of(holder)
    if parts is not None:
        found = parts.get(key)
        if found is not None:
            return found
    position = kind.keys.index(key) if key in kind.keys else range(len(kind.items))[key]  # type: ignore[call-overload]
    item = kind.items[position]
    if isinstance(item, Known):
        return of_known(resolver, item)
    step = ("item" if kind.type in (tuple, list, dict) else "attr", kind.keys[position])
    if isinstance(holder, Value) and holder in resolver.origins and is_object(item):
        return Static(item.example, (*resolver.origins[holder], step))  # type: ignore[union-attr]
    atom = resolver.atom(holder)
    if kind.type in (tuple, list, dict) or isinstance(key, int):
        value = resolver.emit(structural.GETITEM, (atom,), kind=item, path=((key,),))
    else:
        value = resolver.emit(structural.GETATTR, (atom,), kind=item, name=key)
    trace(resolver, atom, value, step)
    return value


def trace(resolver: Resolver, holder: Any, value: Value, step: tuple[str, Any]) -> None:
    if holder in resolver.origins:
        resolver.origins[value] = (*resolver.origins[holder], step)
        region = resolver.memory.regions.get(value)
        if region is not None and region.path is None:
            region.path = resolver.origins[value]


def of_known(resolver: Resolver, kind: Known) -> Abstract:
    obj = kind.value
    return Static(obj, (("object", obj),)) if is_code(obj) or isinstance(obj, enum.Enum) else Const(obj)


def item(resolver: Resolver, container: Abstract, path: Path, dynamic: list[Abstract]) -> Abstract:
    """`container[path]`."""
    if isinstance(container, Static):
        key = static_key(resolver, path, dynamic)
        if key is not None and isinstance(container.obj, dict | list | tuple) and not isinstance(key[0], slice):
            (wanted,) = key
            obj = container.obj[wanted]
            steps = (*(container.path or (("object", container.obj),)), ("item", wanted))
            return from_object(
                resolver,
                obj,
                steps,
                lambda kind: resolver.emit(
                    structural.GETITEM, (object_atom(resolver, container),), kind=kind, path=((wanted,),)
                ),
            )
    if isinstance(container, Method):
        from sourcead.frontend.flat import item_of_flat

        return item_of_flat(resolver, container, path, dynamic)
    kind = resolver.kind(container)
    if isinstance(kind, Tree):
        key = static_key(resolver, path, dynamic)
        if key is not None:
            found = _tree_item(resolver, container, kind, key[0])
            if found is not None:
                return found
        parts = resolver.parts_of(container) if isinstance(container, Ref | Aggregate) else None
        if parts is not None and any(map(_is_reference, parts.items)):
            resolver.refuse("which of several containers this is, is not known", "use an index that is known")
        items = dict.fromkeys(kind.items)
        whole = next(iter(items)) if len(items) == 1 else TOP
        atoms = tuple(map(resolver.atom, dynamic))
        return resolver.emit(structural.GETITEM, (resolver.atom(container), *atoms), kind=whole, path=path)
    atom = resolver.atom(container)
    path, atoms = normal_path(resolver, path, dynamic)
    if isinstance(kind, Scalar):
        if path == ((),) and kind.dtype is not None and kind.dtype not in PYTHON_DTYPES:
            return atom  # NumPy's numbers have one item, themselves
        resolver.refuse("a number has no items")
    return _item_of_row(resolver, atom, path, atoms) or resolver.emit(structural.GETITEM, (atom, *atoms), path=path)


def _item_of_row(resolver: Resolver, row: Any, path: Path, atoms: tuple[Any, ...]) -> Value | None:
    """`a[i][j]`, where the row has no name: `a[i, j]`."""
    made = resolver.builder.ops[-1] if resolver.builder.ops else None
    if made is None or made.outs != (row,) or made.primitive is not structural.GETITEM or row.hint or resolver.backward:
        return None
    base, *before = made.args
    if not isinstance(resolver.kind(base), Array):
        return None
    whole = merged((*made.attr("path"), *shifted(path, len(before))), (*before, *atoms))
    return resolver.emit(structural.GETITEM, (base, *before, *atoms), path=whole) if len(whole) == 1 else None


def shifted(path: Path, by: int) -> Path:
    """A path whose holes are counted from another number on."""

    def part(item: Any) -> Any:
        return Hole(item.index + by) if isinstance(item, Hole) else item

    def element(item: Any) -> Any:
        return Span(part(item.start), part(item.stop), part(item.step)) if isinstance(item, Span) else part(item)

    return tuple(tuple(map(element, level)) for level in path)


def key_of(resolver: Resolver, path: Path, dynamic: list[Abstract]) -> Abstract:
    """A subscript as one value."""
    (level,) = path
    items: list[Abstract] = []
    for element in level:
        if isinstance(element, Span):
            resolver.refuse("a slice is handed to a method of an object", "write the method with plain indices")
        items.append(dynamic[element.index] if isinstance(element, Hole) else Const(element))
    return items[0] if len(items) == 1 else Aggregate(tuple, tuple(range(len(items))), tuple(items))


def _is_reference(item: Abstract) -> bool:
    return isinstance(item, Ref)


def normal_path(resolver: Resolver, path: Path, dynamic: list[Abstract]) -> tuple[Path, tuple[Any, ...]]:
    """The path with tuples spliced in and literals in place of holes that they fill."""
    atoms: list[Any] = []

    def part(element: Any) -> Any:
        if not isinstance(element, Hole):
            return element
        value = dynamic[element.index]
        if isinstance(value, Const) and (value.value is None or type(value.value) in (int, str)):
            return value.value
        atoms.append(resolver.atom(value))
        return Hole(len(atoms) - 1)

    def elements(element: Any) -> list[Any]:
        if isinstance(element, Hole):
            parts = resolver.parts_of(dynamic[element.index])
            if parts is not None and parts.type is tuple:
                found = []
                for inner in parts.items:
                    dynamic.append(inner)
                    found.append(part(Hole(len(dynamic) - 1)))
                return found
            return [part(element)]
        if element is None or element is Ellipsis or isinstance(element, int | str):
            return [element]
        return [type(element)(part(element.start), part(element.stop), part(element.step))]

    return tuple(tuple(e for element in level for e in elements(element)) for level in path), tuple(atoms)


def static_key(resolver: Resolver, path: Path, dynamic: list[Abstract]) -> tuple[Any] | None:
    (level,) = path
    values = []
    for element in level:
        if isinstance(element, Hole):
            found, value = resolver.static(dynamic[element.index])
            if not found:
                return None
            values.append(value)
        elif isinstance(element, Span):
            parts = (element.start, element.stop, element.step)
            ends = [resolver.static(dynamic[p.index] if isinstance(p, Hole) else Const(p)) for p in parts]
            if not all(found for found, _ in ends):
                return None
            values.append(slice(*(value for _, value in ends)))
        else:
            values.append(element)
    return (values[0] if len(values) == 1 else tuple(values),)


def _tree_item(resolver: Resolver, container: Abstract, kind: Tree, key: Any) -> Abstract | None:
    if isinstance(key, slice) and kind.type in (tuple, list):
        positions = range(len(kind.items))[key]
        items = tuple(child(resolver, container, kind, p) for p in positions)
        return Aggregate(kind.type, tuple(range(len(items))), items)
    if kind.type is dict:
        return child(resolver, container, kind, key) if key in kind.keys else None
    if isinstance(key, int) and -len(kind.items) <= key < len(kind.items):
        return child(resolver, container, kind, key)
    return None


def contains(resolver: Resolver, needle: Abstract, container: Abstract, negated: bool) -> Abstract:
    """`needle in container`."""
    answer = ask(resolver, container, "__contains__", needle)
    if answer is not None:
        truth = resolver.truth(answer)
        if truth is None:
            resolver.refuse("whether `in` holds is decided by a method, for values that are not known", "call a method")
        return Const(truth != negated)
    found, value = resolver.static(needle)
    kind = resolver.kind(container)
    if found and isinstance(kind, Tree) and kind.type is dict:
        return Const((value in kind.keys) != negated)
    ok, whole = resolver.static(container)
    by_value = found and ok and not is_known_by_type(container)
    if by_value and isinstance(whole, tuple | list | dict | str | range | set | frozenset):
        return Const((value in whole) != negated)
    parts = resolver.parts_of(container)
    if parts is not None and parts.type is set:
        container = Aggregate(tuple, parts.keys, parts.items)
    primitive = structural.NOT_IN if negated else structural.IN
    return resolver.emit(primitive, (resolver.atom(needle), resolver.atom(container)))


def identity(resolver: Resolver, left: Abstract, right: Abstract) -> bool | None:
    """Whether `left is right`, where kinds decide: a number or array is never None."""
    for a, b in ((left, right), (right, left)):
        if isinstance(a, Const) and a.value is None:
            kind = resolver.kind(b)
            if isinstance(kind, Opaque):
                return kind.type is type(None)
            if isinstance(kind, Known):
                return kind.value is None
            if isinstance(kind, Array | Scalar | List | Tree):
                return False
    if isinstance(left, Static) and isinstance(right, Static):
        return left.obj is right.obj
    return None
