"""The structural primitives: containers, subscripts, control flow, captures and calls that stay calls."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from importlib import import_module
from typing import Any

import numpy as np

from sourcead.ir import Hole, Path, Primitive, Span
from sourcead.kinds import ANY, ONE, TOP, Array, Dim, Kind, Known, List, Scalar, Tree
from sourcead.primitives.shapes import as_array


def library_number(name: str) -> Any:
    """The number that a library module holds under a dotted name: `np.pi`."""
    module, _, word = name.rpartition(".")
    first, *rest = module.split(".")
    return getattr(import_module(".".join(["numpy" if first == "np" else first, *rest])), word)


def index_value(path: Path, dynamic: tuple[Any, ...], level: int = 0) -> Any:
    """The subscript that a template stands for, given the values of its holes."""

    def part(item: Any) -> Any:
        return dynamic[item.index] if isinstance(item, Hole) else item

    def element(item: Any) -> Any:
        if isinstance(item, Span):
            return slice(part(item.start), part(item.stop), part(item.step))
        return part(item)

    elements = tuple(map(element, path[level]))
    return elements[0] if len(elements) == 1 else elements


def _run_getitem(container: Any, *dynamic: Any, path: Path) -> Any:
    for level in range(len(path)):
        container = container[index_value(path, dynamic, level)]
    return container


def _run_store(container: Any, *rest: Any, path: Path) -> Any:
    *dynamic, value = rest
    result = container.copy()
    target = result
    for level in range(len(path) - 1):
        target = target[index_value(path, tuple(dynamic), level)]
    target[index_value(path, tuple(dynamic), len(path) - 1)] = value
    return result


def _run_add_at(container: Any, *rest: Any, path: Path, gather: bool = False, minus: bool = False) -> Any:
    *dynamic, value = rest
    result = container.copy()
    if isinstance(result, list):
        index = index_value(path, tuple(dynamic))
        result[index] = result[index] + value
        return result
    target = result
    for level in range(len(path) - 1):
        target = target[index_value(path, tuple(dynamic), level)]
    (np.subtract if minus else np.add).at(target, index_value(path, tuple(dynamic), len(path) - 1), value)
    return result


def item_kind(container: Kind, path: Path, dynamic: tuple[Kind, ...]) -> Kind:
    """The kind of `container[path]`."""
    kind = container
    for level in path:
        kind = _level_kind(kind, level, dynamic)
    return kind


def _level_kind(container: Kind, level: tuple[Any, ...], dynamic: tuple[Kind, ...]) -> Kind:
    if isinstance(container, List):
        return _list_item(container, level)
    if isinstance(container, Tree):
        key = level[0] if len(level) == 1 else level
        if isinstance(key, int) and container.type is not dict and -len(container.items) <= key < len(container.items):
            return container.items[key]
        return container.items[container.keys.index(key)] if key in container.keys else TOP
    if isinstance(container, Array):
        return _array_item(container, level, dynamic)
    return TOP


def _list_item(container: List, level: tuple[Any, ...]) -> Kind:
    if isinstance(level[0], Span):
        return List(container.item, Dim(("slice", container.length, level[0])))
    return container.item


def _array_item(container: Array, level: tuple[Any, ...], dynamic: tuple[Kind, ...]) -> Kind:
    level, dynamic = _spliced(level, dynamic)
    dynamic = tuple(as_array(k) or k if is_list(k) else k for k in dynamic)  # x[[0, 2]] as x[np.array([0, 2])]
    consumed = sum(_axes_consumed(e, dynamic) for e in level)
    whole = any(e is Ellipsis for e in level)  # an array even where no axis is left
    if whole:
        at = next(k for k, e in enumerate(level) if e is Ellipsis)
        level = (*level[:at], *(Span() for _ in range(len(container.dims) - consumed)), *level[at + 1 :])
    else:
        level = (*level, *(Span() for _ in range(len(container.dims) - consumed)))
    dims: list[Dim] = []
    advanced: list[Array | Scalar] = []
    first_advanced, axis, separated, gap = -1, 0, False, False
    for position, element in enumerate(level):
        if element is None:
            dims.append(ONE)
            gap = bool(advanced)
            continue
        if isinstance(element, Span):
            dims.append(span_dim(container.dims[axis], element, dynamic, position))
            gap = bool(advanced)
            axis += 1
            continue
        kind: Kind = dynamic[element.index] if isinstance(element, Hole) else Scalar("pyint")
        if isinstance(kind, Known):
            kind = Scalar("pybool" if isinstance(kind.value, bool) else "pyint")
        if isinstance(kind, Array):
            if not advanced:
                first_advanced = len(dims)
            separated = separated or gap
            advanced.append(_mask_indices(kind) if kind.dtype == "bool" else kind)
            axis += len(kind.dims) if kind.dtype == "bool" else 1
        elif isinstance(kind, Scalar) and kind.dtype not in ("pybool", "bool", None):
            axis += 1
            if _has_array(level, dynamic):  # an integer beside an index array counts as one
                first_advanced = len(dims) if not advanced else first_advanced
                separated = separated or gap
                advanced.append(kind)
        else:
            return TOP
    if advanced:
        from sourcead.kinds import broadcast_dims

        shapes = [a.dims if isinstance(a, Array) else () for a in advanced]
        at = 0 if separated else first_advanced
        dims[at:at] = broadcast_dims(*shapes)
    if not dims and not whole:
        return Scalar(container.dtype)
    return Array(container.dtype, tuple(dims))


def _spliced(level: tuple[Any, ...], dynamic: tuple[Kind, ...]) -> tuple[tuple[Any, ...], tuple[Kind, ...]]:
    """A subscript with the items of a tuple in its place: x[np.ix_(i, j)] as x[i, j]."""
    if len(level) != 1 or not isinstance(level[0], Hole):
        return level, dynamic
    kind = dynamic[level[0].index]
    if not isinstance(kind, Tree) or kind.type is not tuple:
        return level, dynamic
    return tuple(map(Hole, range(len(kind.items)))), kind.items


def names_all(path: Path, kind: Kind) -> bool:
    """Whether a subscript names every item once: `a[...]`, `a[:]`, and whatever finds the item of a 0-d array."""
    elements = [element for level in path for element in level]
    if isinstance(kind, Array) and not kind.dims:
        return not any(isinstance(element, Hole) for element in elements)
    return all(element is Ellipsis or element == Span() for element in elements)


def leaving_out_new_axes(path: Path) -> Path | None:
    """The subscript that undoes one which does nothing but add axes: `g[:, 0]` of `a[:, None]`; None of any other."""
    if len(path) != 1 or None not in path[0] or not all(e is None or e is Ellipsis or e == Span() for e in path[0]):
        return None
    return (tuple(0 if element is None else element for element in path[0]),)


def is_list(kind: Kind) -> bool:
    """Whether a value of this kind is a list, which a subscript takes for an array."""
    return isinstance(kind, List) or (isinstance(kind, Tree) and kind.type is list)


def holds_array(kind: Kind) -> bool:
    """Whether a subscript of this kind is an array, or a list or tuple that stands for one or holds one."""
    if isinstance(kind, Tree) and kind.type is tuple:
        return any(map(holds_array, kind.items))
    return isinstance(kind, Array) or is_list(kind)


def _axes_consumed(element: Any, dynamic: tuple[Kind, ...]) -> int:
    if element is None or element is Ellipsis:
        return 0
    kind = dynamic[element.index] if isinstance(element, Hole) else None
    return len(kind.dims) if isinstance(kind, Array) and kind.dtype == "bool" else 1


def _has_array(level: tuple[Any, ...], dynamic: tuple[Kind, ...]) -> bool:
    return any(isinstance(e, Hole) and isinstance(dynamic[e.index], Array) for e in level)


def counted_by(kind: Array, masks: tuple[Hashable, ...]) -> Array:
    """An array of what a mask selects: as long as any other that the same mask selects, and no others."""

    def counted(dim: Dim) -> Dim:
        selected = isinstance(dim.key, tuple) and dim.key[:1] == ("selected",)
        return Dim((*dim.key, *masks), dim.one) if selected and isinstance(dim.key, tuple) else dim

    return Array(kind.dtype, tuple(map(counted, kind.dims)))


def _mask_indices(mask: Array) -> Array:
    return Array("int64", (Dim(("selected", mask.dims)),))


def span_dim(dim: Dim, span: Span, dynamic: tuple[Kind, ...] = (), position: int = 0) -> Dim:
    """The size that a slice leaves: x[1:] and x[:-1] have the same one, n - 1 (or 0)."""
    if span in (Span(), Span(None, None, -1)):
        return dim
    if dim.key is None:
        return ANY
    parts = (span.start, span.stop, span.step)
    if any(isinstance(p, Hole) for p in parts):
        known = tuple(dynamic[p.index] if isinstance(p, Hole) else p for p in parts)
        if any(isinstance(k, Scalar) and k.size is None for k in known):
            return ANY
        return Dim(("slice", dim, known), _first_items(dim, *known))
    start: Any
    stop: Any
    step: Any
    start, stop, step = parts
    if dim.one:
        size = len(range(1)[slice(start, stop, step)])
        return ONE if size == 1 else Dim(size, False)
    if step in (None, 1) and _end_relative(start, stop) is not None:
        removed = _end_relative(start, stop)
        return dim if removed == 0 else Dim(("less", dim, removed))
    return Dim(("slice", dim, span), _first_items(dim, *parts))


def _first_items(dim: Dim, start: Any, stop: Any, step: Any) -> bool | None:
    """Whether x[:stop] has one item: the lesser of two sizes is not 1 where neither of them is."""
    if start not in (None, 0) or step not in (None, 1) or dim.one is not False:
        return None
    size = stop.size if isinstance(stop, Scalar) else Dim(stop, stop == 1) if type(stop) is int else None
    if size is None or (isinstance(size.key, int) and size.key < 0):
        return None  # counted from the end
    return False if size.one is False else None


def _end_relative(start: Any, stop: Any) -> int | None:
    """How many items x[start:stop] leaves out, where that does not depend on the size."""
    start = start or 0
    if start >= 0 and (stop is None or stop < 0):
        return int(start) - int(stop or 0)
    return None


def _store_kind(container: Kind, *rest: Kind, path: Path) -> Kind:
    return container


def _field_kind(*args: Kind, name: str) -> Kind:
    whole = args[0] if args else TOP
    return whole.items[whole.keys.index(name)] if isinstance(whole, Tree) and name in whole.keys else TOP


def _container(kind_type: type) -> Callable[..., Kind]:
    def infer(*items: Kind) -> Kind:
        return Tree(kind_type, tuple(range(len(items))), items)

    return infer


TUPLE = Primitive("tuple", "tuple", _container(tuple), lambda *items: items, result="fresh")
LIST = Primitive("list", "list", _container(list), lambda *items: list(items), result="fresh")
DICT = Primitive(
    "dict",
    "dict",
    lambda *items, keys: Tree(dict, keys, items),
    lambda *items, keys: dict(zip(keys, items, strict=True)),
    result="fresh",
)
UNPACK = Primitive("unpack", "unpack", None, None, result="view")
GETATTR = Primitive("getattr", "getattr", _field_kind, lambda obj, name: getattr(obj, name), result="view")
CAPTURE = Primitive("capture", "capture", lambda name: TOP, None, result="view", differentiable=False)
CONSTANT = Primitive(
    "constant",
    "constant",
    lambda name: TOP,
    lambda name: library_number(name),
    result="scalar",
    differentiable=False,
)  # a number of a library module, read where it stands: `np.pi`
LITERAL = Primitive("literal", "literal", None, lambda value: value, result="scalar", differentiable=False)
CALL = Primitive("call", "call", lambda *args, keywords=(): TOP, None, frozenset({"io"}), result="maybe")
SUBSCRIPT = Primitive(
    "subscript",
    "subscript",
    lambda *dyn, path: TOP,
    lambda *dyn, path: index_value(path, dyn),
    result="scalar",
    differentiable=False,
)  # a subscript as a value: `i`, `(i, j)`, or `np.s_[i, 1:]` where it holds slices
GETITEM = Primitive("getitem", "getitem", lambda a, *dyn, path: item_kind(a, path, dyn), _run_getitem, result="maybe")
STORE = Primitive("store", "store", _store_kind, _run_store, result="base")
ADD_AT = Primitive(
    "add_at", "add_at", lambda a, *rest, path, gather=False, minus=False: a, _run_add_at, result="base"
)  # gather: an index may repeat, and each item counts; minus: the value is taken away



def _run_setattr(holder: Any, value: Any, name: str) -> None:
    setattr(holder, name, value)


def _run_setkey(container: Any, value: Any, *dynamic: Any, path: Path) -> None:
    for level in range(len(path) - 1):
        container = container[index_value(path, dynamic, level)]
    container[index_value(path, dynamic, len(path) - 1)] = value


SETATTR = Primitive(
    "setattr", "setattr", None, _run_setattr, frozenset({"writes"}), differentiable=False
)  # args: the object, the value; `object.name = value` in an object of the caller's
SETKEY = Primitive(
    "setkey", "setkey", None, _run_setkey, frozenset({"writes"}), differentiable=False
)  # args: the container, the value, the dynamic indices; `container[path] = value` in a dict or list of the caller's
IN = Primitive(
    "in",
    "compare in",
    lambda item, container: Scalar("pybool"),
    lambda item, container: item in container,
    result="scalar",
    differentiable=False,
)
NOT_IN = Primitive(
    "not in",
    "compare not in",
    lambda item, container: Scalar("pybool"),
    lambda item, container: item not in container,
    result="scalar",
    differentiable=False,
)
IF = Primitive("if", "if")
FOR = Primitive("for", "for")
WHILE = Primitive("while", "while")
ASSERT = Primitive("assert", "assert", None, None, frozenset({"raises"}), differentiable=False)
RAISE = Primitive("raise", "raise", None, None, frozenset({"raises"}), differentiable=False)
FORMAT = Primitive("format", "format", None, None, differentiable=False, result="scalar")
INVOKE_BACKWARD = Primitive("invoke", "invoke", None, None, result="maybe")
PULLBACK = Primitive(
    "pullback", "pullback", None, None, frozenset({"io"}), result="maybe"
)  # args: what the attr callee reads; a function of the cotangent
# Markers of a stretch of a block: nothing moves across them.
ENTER = Primitive(
    "enter", "enter", lambda manager: TOP, None, frozenset({"io"}), result="maybe"
)  # `with manager as out:`, up to `leave`
LEAVE = Primitive("leave", "leave", None, None, frozenset({"io"}), differentiable=False)
TRY = Primitive("try", "try", None, None, frozenset({"io"}), differentiable=False)  # up to `caught` or `finally`
CAUGHT = Primitive(
    "caught", "caught", None, None, frozenset({"io"}), differentiable=False
)  # outs: the number of the handler (0: no exception was raised), the exception
FINALLY = Primitive("finally", "finally", None, None, frozenset({"io"}), differentiable=False)  # up to `end`
END = Primitive("end", "end", None, None, frozenset({"io"}), differentiable=False)
RANGE_LENGTH = Primitive(
    "range_length",
    "range_length",
    lambda *args: Scalar("pyint"),
    lambda a, b, c: len(range(a, b, c)),
    result="scalar",
    differentiable=False,
)

CONTROL = frozenset({IF, FOR, WHILE})


@functools.cache
def invoke(effects: frozenset[str] = frozenset(), ends: bool = False) -> Primitive:
    """A call of a further function of the module. One that may go on for ever raises as the user's own call does."""
    return Primitive("invoke", "invoke", None, None, effects if ends else effects | {"raises"}, result="maybe")
