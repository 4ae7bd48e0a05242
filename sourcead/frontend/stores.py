"""Stores: what `a[i] = v`, `x.h = v` and `a += v` do to the heap, and the ops that say so.

    store through a view b = a[p]:   a2 = store(a1, p then i, v)         one op, with a subscript of two levels
    store through b = a.T:           b2 = store(b1, i, v);  a2 = b2.T    the view is undone
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from sourcead.errors import Diagnosis, UnsupportedError
from sourcead.frontend.abstract import Abstract, Aggregate, Method, Ref, Region
from sourcead.frontend.contents import content_of, current
from sourcead.frontend.data import child, normal_path, shifted, static_key
from sourcead.frontend.levels import merged
from sourcead.frontend.lists import as_list
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.surroundings import writes
from sourcead.ir import Atom, Op, Path, Span, Value
from sourcead.kinds import Array, Known, List, Opaque, Scalar, Top, Tree
from sourcead.primitives import structural
from sourcead.primitives.registry import attribute_entry, primitive_of

WHOLE: Path = ((Ellipsis,),)


def store_item(resolver: Resolver, container: Abstract, path: Path, dynamic: list[Abstract], value: Abstract) -> None:
    """`container[path] = value`."""
    if isinstance(container, Method):
        from sourcead.frontend.flat import store_item_of_flat

        store_item_of_flat(resolver, container, path, dynamic, value)
        return
    kind = resolver.kind(container)
    if isinstance(kind, Tree | List):
        _store_into_container(resolver, container, kind, path, dynamic, value)
        return
    if not isinstance(container, Value) or isinstance(kind, Scalar | Opaque | Known):
        resolver.refuse("a store is differentiated only into an array, a list or a dict")
    assert isinstance(container, Value)
    path, atoms = normal_path(resolver, path, dynamic)
    store_array(resolver, container, path, atoms, resolver.atom(value))


def store_array(
    resolver: Resolver, target: Value, path: Path, atoms: tuple[Atom, ...], value: Atom, *, add: str = ""
) -> None:
    """Store into the memory of an array. add: "" to replace, "+" or "-" to add each occurrence of an index."""
    region = resolver.memory.region_in_rule(target) if resolver.backward else resolver.memory.region(target)
    _check(resolver, target, region)
    if isinstance(target.kind, Array) and not target.kind.dims and not add:  # every subscript is all of it
        path, atoms = WHOLE, ()
    _write(resolver, target, path, atoms, value, add)
    resolver.memory.changed(region, resolver.place, target.hint)


def _write(resolver: Resolver, target: Value, path: Path, atoms: tuple[Atom, ...], value: Atom, add: str) -> None:
    memory = resolver.memory
    view = memory.views.get(target)
    if view is None:
        _version(resolver, target, _store(resolver, target, path, atoms, value, add))
        return
    base, op, _ = view
    if op.primitive is structural.GETITEM:
        inner = op.args[1:]
        moved = shifted(path, len(inner))
        if moved == WHOLE and not add and _keeps_axes(op.attr("path")):
            moved = ()
        _write(resolver, base, (*op.attr("path"), *moved), (*inner, *atoms), value, add)
        return
    undo = _UNDO.get(op.primitive.name)
    if undo is None:
        name = target.hint or "this"
        resolver.refuse(
            f"a store through `{name}`, which `{op.primitive.name}` made, is not differentiated",
            "store into the array itself",
        )
    assert undo is not None
    changed = _store(resolver, target, path, atoms, value, add)
    whole = undo(resolver, base, op, changed)
    if base in memory.views:
        _write(resolver, base, WHOLE, (), whole, "")
    else:
        _version(resolver, base, whole)


def _keeps_axes(path: Path) -> bool:
    """Whether `a[path] = v` says the same as `a[path][...] = v`: always, but for what is no view at all."""
    return bool(path)


def _store(resolver: Resolver, target: Value, path: Path, atoms: tuple[Atom, ...], value: Atom, add: str) -> Value:
    base = current(resolver, target)
    path = merged(path, atoms)
    if add:
        attrs: dict[str, Any] = {"minus": True} if add == "-" else {}
        return resolver.emit(
            structural.ADD_AT, (base, *atoms, value), kind=target.kind, path=path, gather=True, **attrs
        )
    return resolver.emit(structural.STORE, (base, *atoms, value), kind=target.kind, hint=target.hint, path=path)


def _version(resolver: Resolver, target: Value, new: Value) -> None:
    region = resolver.memory.region(target)
    if resolver.backward:
        resolver.memory.of_rules.add(region)
    new.call_it(target.hint)
    resolver.memory.regions[new] = region
    resolver.memory.views.pop(new, None)  # the view that undoes a view is the whole again
    resolver.memory.set(region, new)


def _check(resolver: Resolver, target: Value, region: Region) -> None:
    """Refuse a store where it is not known which memory it changes."""
    name = target.hint or "this array"
    if resolver.generic and region.origin == "argument" and isinstance(target.kind, Top):
        resolver.refuse(
            f"`{name}` is changed here; whether that changes the caller's array depends on its kind",
            "give example arguments (`specialize`, `--args`), or work on a copy",
        )
    if region.origin in ("several", "unknown", "perhaps") or region.summary:
        _refuse_undecided(resolver, target.hint, region)
    if region.origin != "local" and isinstance(target.kind, Top):
        resolver.refuse(
            f"a store into `{name}`, of which nothing is known",
            "give example arguments (`specialize`, `--args`), or work on a copy",
        )
    if region.origin in ("argument", "captured"):
        path = region.path
        if path is None:
            resolver.refuse(f"a store into `{name}`, which this function did not allocate", "work on a copy")
        writes(resolver, path)


def _refuse_undecided(resolver: Resolver, name: str, region: Region) -> NoReturn:
    """The refusal of a store of which it is not known what memory it changes: what that may be is named."""
    others = [f"`{other}`" for other in resolver.memory.relatives(region) if other != name][:3]
    whole = " or ".join(others)
    several = " or ".join([*others, "another array"][: max(2, len(others))])
    made = f", made at line {region.at.line}," if region.at is not None else ","
    holder = region.whole[0].words if region.whole is not None else ""
    words = {
        "perhaps": f"which may be a view {f'of {whole} ' if others else ''}or a copy",
        "several": f"which may be {several}" if others else "which may be one array or another here",
        "unknown": "which a function without source has handed out",
    }.get(region.origin, f"which may be any item of {f'`{holder}`' if holder else 'a list'}")
    what = f"`{name}`" if name else "an array"
    resolver.refuse(
        f"a store into {what}{made} {words}",
        f"work on a copy: `{name} = {name}.copy()` first" if name else "work on a copy",
        "which memory it changes is not known when the gradient is generated",
    )


# -- views that are undone -----------------------------------------------------------------------------------


def _transposed(resolver: Resolver, base: Value, op: Op, new: Value) -> Value:
    axes = op.attr("axes")
    attrs: dict[str, Any] = {}
    if axes is not None:
        attrs["axes"] = tuple(int(k) for k in np.argsort([a % len(axes) for a in axes]))
    return resolver.emit(op.primitive, (new,), form="" if attrs else op.form, **attrs)


def _swapped(resolver: Resolver, base: Value, op: Op, new: Value) -> Value:
    return resolver.emit(op.primitive, (new,), form=op.form, **op.keywords)


def _moved(resolver: Resolver, base: Value, op: Op, new: Value) -> Value:
    return resolver.emit(op.primitive, (new,), source=op.attr("destination"), destination=op.attr("source"))


def _rolled(resolver: Resolver, base: Value, op: Op, new: Value) -> Value:
    assert isinstance(base.kind, Array)
    axis, start, rank = op.attr("axis"), op.attr("start", 0), len(base.kind.dims)
    axis, start = axis % rank, start + rank if start < 0 else start
    place = start - 1 if axis < start else start
    return resolver.emit(primitive_of(np.moveaxis), (new,), source=place, destination=axis)


def _turned(resolver: Resolver, base: Value, op: Op, new: Value) -> Value:
    return resolver.emit(op.primitive, (new,), **{**op.keywords, "k": -op.attr("k", 1)})


def _reshaped(resolver: Resolver, base: Value, op: Op, new: Value) -> Value:
    entry = attribute_entry("shape")
    assert entry is not None
    shape = resolver.emit(entry.primitive, (current(resolver, base),), form=entry.form)
    return resolver.emit(primitive_of(np.reshape), (new, shape), kind=base.kind)


_UNDO: dict[str, Callable[[Resolver, Value, Op, Value], Value]] = {
    "np.transpose": _transposed,
    "np.swapaxes": _swapped,
    "np.moveaxis": _moved,
    "np.matrix_transpose": _swapped,
    "np.rollaxis": _rolled,
    "np.flip": _swapped,
    "np.flipud": _swapped,
    "np.fliplr": _swapped,
    "np.rot90": _turned,
    "np.squeeze": _reshaped,
    "np.expand_dims": _reshaped,
    "np.reshape": _reshaped,
    "np.ravel": _reshaped,
}


# -- containers ----------------------------------------------------------------------------------------------


def region_of(resolver: Resolver, container: Abstract) -> Region:
    """The region of a list or dict."""
    if isinstance(container, Ref):
        return container.region
    if not isinstance(container, Value):
        resolver.refuse("this container cannot be changed here", "make a list or dict of its own")
    assert isinstance(container, Value)
    return resolver.memory.region(container)


def contents(resolver: Resolver, container: Abstract) -> Aggregate | Value:
    """What a list or dict holds: its items where its structure is static, else the current version of the value."""
    parts = resolver.parts_of(container)
    if parts is not None:
        return parts
    kind = resolver.kind(container)
    if isinstance(kind, Tree):
        return Aggregate(kind.type, kind.keys, tuple(child(resolver, container, kind, k) for k in kind.keys))
    atom = resolver.atom(container)
    assert isinstance(atom, Value)
    return atom


def check_no_cycle(resolver: Resolver, region: Region, value: Abstract) -> None:
    """Refuse a container that is stored into itself."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, Ref):
            if item.region is region:
                resolver.refuse("a container is stored into itself", "store a copy of it")
            stack.append(content_of(resolver, item))
        elif isinstance(item, Aggregate):
            stack.extend(item.items)


def change(resolver: Resolver, container: Abstract, new: Aggregate | Value, resized: bool = False) -> None:
    """A list or dict holds something else from here on."""
    region = region_of(resolver, container)
    resolver.memory.resized += resized
    if region.origin in ("several", "unknown", "perhaps") or region.summary:
        resolver.refuse(
            "this container is changed here, and may be one of several", "change a copy of it", "which one is not known"
        )
    if isinstance(new, Value):
        resolver.memory.regions[new] = region
    resolver.memory.set(region, new)
    resolver.memory.changed(region, resolver.place)
    if region.origin in ("argument", "captured"):
        path = region.path
        if path is None:
            raise UnsupportedError(Diagnosis("a container of the caller's is changed here", resolver.place))
        writes(resolver, path)


def _store_into_container(
    resolver: Resolver, container: Abstract, kind: Tree | List, path: Path, dynamic: list[Abstract], value: Abstract
) -> None:
    if isinstance(kind, Tree) and kind.type not in (list, dict):
        resolver.refuse(f"a {kind.type.__name__} cannot be changed")
    check_no_cycle(resolver, region_of(resolver, container), value)
    key = static_key(resolver, path, dynamic)
    held = contents(resolver, container)
    if isinstance(held, Aggregate) and key is not None and not isinstance(key[0], slice):
        physical(resolver, container, path, dynamic, value)
        change(resolver, container, _with_item(resolver, held, key[0], value))
        return
    if isinstance(kind, Tree) and kind.type is dict:
        resolver.need_static(dynamic[0], "the key of a store into a dict")
    if any(isinstance(e, Span) for e in path[0]):
        resolver.refuse("a store into a slice of a list is not differentiated", "store the items one by one")
    whole = as_list(resolver, held)
    resolver.memory.hold(whole, value)
    path, atoms = normal_path(resolver, path, dynamic)
    new = resolver.emit(
        structural.STORE, (whole, *atoms, resolver.atom(value)), kind=whole.kind, hint=whole.hint, path=path
    )
    change(resolver, container, new)


def _with_item(resolver: Resolver, held: Aggregate, key: Any, value: Abstract) -> Aggregate:
    if held.type is list:
        if not isinstance(key, int) or not -len(held.items) <= key < len(held.items):
            resolver.refuse("a store into a list is out of range")
        key = key % len(held.items)
    if key in held.keys:
        at = held.keys.index(key)
        return Aggregate(held.type, held.keys, (*held.items[:at], value, *held.items[at + 1 :]))
    return Aggregate(held.type, (*held.keys, key), (*held.items, value))


def physical(
    resolver: Resolver, container: Abstract, path: Path, dynamic: list[Abstract], value: Abstract
) -> None:
    """The store itself, where the container is the caller's: others see it."""
    region = region_of(resolver, container)
    handle = region.birth if region.origin in ("argument", "captured") else None
    if handle is not None:
        path, atoms = normal_path(resolver, path, dynamic)
        resolver.append(
            Op(structural.SETKEY, (handle, resolver.atom(value), *atoms), (), (("path", path),), (), resolver.place)
        )


def physical_call(resolver: Resolver, container: Abstract, method: str, args: tuple[Abstract, ...]) -> None:
    """The call of a method that changes a container, where that is the caller's."""
    region = region_of(resolver, container)
    if region.origin in ("argument", "captured") and region.birth is not None:
        bound = resolver.emit(structural.GETATTR, (region.birth,), kind=Opaque(object), name=method, handle=True)
        atoms = tuple(map(resolver.atom, args))
        resolver.append(
            Op(
                structural.CALL,
                (bound, *atoms),
                (Value("", Opaque(object)),),
                (("keywords", ()), ("what", method)),
                (),
                resolver.place,
            )
        )


__all__ = ["change", "contents", "region_of", "store_array", "store_item"]
