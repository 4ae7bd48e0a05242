"""What lies around a function: the objects, globals and cells that it reaches; what compiling relies on of them."""

from __future__ import annotations

import keyword
import types
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from sourcead.frontend.abstract import Abstract, Static
from sourcead.frontend.layouts import immutable
from sourcead.guard import AccessPath, facts_of_method
from sourcead.ir import Atom, Capture, Const, Value
from sourcead.kinds import TOP, Fact, Kind, Known, Opaque, is_complex
from sourcead.primitives import structural
from sourcead.primitives.registry import is_matrix
from sourcead.signature import kind_of

if TYPE_CHECKING:
    from sourcead.frontend.resolver import Resolver


def object_atom(resolver: Resolver, item: Static) -> Atom:
    """The IR value of a Python object: a literal, or a name under which generated text can reach it."""
    obj = item.obj
    if obj is None or isinstance(obj, str | bool | int | float | bytes) or obj is Ellipsis:
        return Const(obj)
    path = item.path
    if path is None or isinstance(obj, types.ModuleType):
        return object_capture(resolver, obj)
    (root, where), *rest = path
    if rest and in_library(path) and all(step == "attr" for step, _ in rest):  # np.errstate
        module = {"numpy": "np"}.get(where.__name__, where.__name__)
        return resolver.emit(structural.CONSTANT, (), kind=TOP, name=".".join([module, *(n for _, n in rest)]))
    value = root_value(resolver, root, where)
    for step, name in rest:
        if step == "attr":
            value = resolver.emit(structural.GETATTR, (value,), name=name, kind=TOP)
        else:
            value = resolver.emit(structural.GETITEM, (value,), path=((name,),), kind=TOP)
    return resolver.of_kind(value, Opaque(type(obj), obj)) if is_matrix(type(obj)) else value


def root_value(resolver: Resolver, root: str, where: Any) -> Value:
    """The value of the first step of an access path."""
    if root == "param":
        return resolver.params[where]
    if root == "global":
        return capture(resolver, where, "global", None)
    if root == "cell":
        return capture(resolver, where[0], "cell", where[1])
    if root == "builtin":
        return resolver.emit(structural.CAPTURE, (), kind=TOP, name=where)
    return object_capture(resolver, where)  # root == "object"


def object_capture(resolver: Resolver, obj: Any) -> Value:
    """A free name for an object itself: a module, a bound method's resolver, a function of another module."""
    name = getattr(obj, "__name__", None) or ("resolver" if not isinstance(obj, dict) else "globals_")
    if isinstance(obj, types.CellType):
        name = "cell"
    if isinstance(obj, types.ModuleType):
        name = {"numpy": "np"}.get(obj.__name__, obj.__name__)
        if "." in name:
            name = name.replace(".", "_")
    name = name.strip("<>")
    return capture(resolver, f"{name}_" if keyword.iskeyword(name) else name, "object", obj)


def capture(resolver: Resolver, name: str, how: str, root: Any, kind: Kind = TOP) -> Value:
    """Emit the read of a free name, made unique among those in use."""
    module = resolver.frames[0].globals if resolver.frames else {}
    known = resolver.captures.get(name)
    if how == "global" and known is not None and known.how == "object" and known.root is module.get(name):
        # the same object, known by identity
        return resolver.emit(structural.CAPTURE, (), kind=kind, name=name, in_module=True)
    unique, n = name, 2
    while (how != "global" and (module.get(unique, root) is not root or unique in resolver.params)) or (
        unique in resolver.captures and not same_capture(resolver.captures[unique], how, root, name, unique)
    ):
        unique, n = f"{name}_{n}", n + 1
    resolver.captures.setdefault(unique, Capture(unique, how, root))
    return resolver.emit(structural.CAPTURE, (), kind=kind, name=unique, in_module=how == "global")


def assume(resolver: Resolver, path: AccessPath, fact: Fact) -> None:
    """Record a fact about the surroundings of the function that compiling relies on; what this package's own rules
    find in modules is none."""
    how, root = path[0]
    own = resolver.frames and str(resolver.frames[-1].globals.get("__name__", "")).startswith("sourcead.")
    if not (own and how == "object" and isinstance(root, types.ModuleType)):
        resolver.assumptions[path_key(path)] = (path, fact)


def from_object(resolver: Resolver, obj: Any, path: AccessPath, read: Callable[[Kind], Value]) -> Abstract:
    """What a captured object is to the compiler: numbers and arrays are read at each call, code is known by
    identity."""
    if obj is None or isinstance(obj, bool | str | bytes) or obj is Ellipsis:
        assume(resolver, path, Known(obj))
        return Const(obj)
    if is_code(obj):
        assume(resolver, path, Known(obj))
        return Static(obj, path)
    key = path_key(path)
    if key not in resolver.looked_at:  # a large container is walked through once
        resolver.looked_at[key] = kind_of(obj, path)
    kind = resolver.looked_at[key]
    if isinstance(kind, Opaque):
        assume(resolver, path, kind)
        return Static(obj, path)
    if isinstance(kind, Known):
        assume(resolver, path, kind)
        return Static(obj, path)
    resolver.complexes = resolver.complexes or bool(is_complex(kind))
    if resolver.generic and not in_library(path):
        kind = TOP
    elif not in_library(path):
        assume(resolver, path, kind)
    value = read(kind)
    if in_library(path):
        resolver.known[value] = obj
    else:
        resolver.origins[value] = path
        if not immutable(kind):
            resolver.memory.captured(value, obj, resolver.builder.ops[-1], path)
        if isinstance(obj, int):
            resolver.objects[value] = obj
    return value


def attribute_of(resolver: Resolver, holder: Static, name: str) -> Abstract:
    """An attribute of a captured object, looked at now and read at each call."""
    try:
        obj = getattr(holder.obj, name)
    except AttributeError:
        resolver.refuse(f"{type(holder.obj).__name__} has no attribute `{name}`")
    path: AccessPath = (*(holder.path or (("object", holder.obj),)), ("attr", name))
    if isinstance(obj, types.MethodType) and obj.__self__ is not holder.obj:  # of another object, or of the class
        assume(resolver, path, Known(obj))
        return Static(obj, (("object", obj),))
    if isinstance(obj, types.MethodType):
        for assumption in facts_of_method(path, obj):
            assume(resolver, assumption.path, assumption.fact)
        return Static(obj, path)
    if isinstance(holder.obj, types.ModuleType) and in_library(path):  # np.pi, math.inf
        module = {"numpy": "np"}.get(holder.obj.__name__, holder.obj.__name__)
        word = f"{module}.{name}"
        return from_object(
            resolver, obj, path, lambda kind: resolver.emit(structural.CONSTANT, (), kind=kind, name=word)
        )
    return from_object(
        resolver,
        obj,
        path,
        lambda kind: resolver.emit(structural.GETATTR, (object_atom(resolver, holder),), kind=kind, name=name),
    )


def writes(resolver: Resolver, path: AccessPath) -> None:
    """The caller's memory at this path is stored into, here for the first time or again."""
    resolver.memory.written.setdefault(path_key(path), (path, resolver.place))


def path_key(path: AccessPath) -> Hashable:
    """An access path as a key."""
    (root, where), *steps = path
    return (root, where if root in ("param", "global", "builtin") else id_of(where), *steps)


def id_of(where: Any) -> Hashable:
    """A key for the root of a path that is a cell (with its name) or an object."""
    return (where[0], id(where[1])) if isinstance(where, tuple) and len(where) == 2 else id(where)


def same_capture(old: Capture, how: str, root: Any, name: str, unique: str) -> bool:
    """Whether a free name in use means the same thing."""
    return old.how == how and (old.root is root) and (how != "global" or name == unique)


def is_code(obj: Any) -> bool:
    """Whether an object is code: a function, method, class or module, known by identity."""
    return isinstance(obj, types.ModuleType | type) or callable(obj)


def in_library(path: AccessPath) -> bool:
    """Whether a path starts at a module of a library: np.pi and math.e never change."""
    root, where = path[0]
    return (
        root == "object"
        and isinstance(where, types.ModuleType)
        and where.__name__.split(".")[0] in ("numpy", "math", "scipy")
    )
