"""Objects: attributes of those that were there before, and of those made here.

An object of the caller's is read at each call, and what the function stores into its attributes is remembered on the
heap beside it and stored in the text, too. An object made here exists only on the heap.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import textwrap
import types
from collections.abc import Iterable
from typing import Any

import gast

from sourcead.frontend.abstract import (
    UNBOUND,
    Abstract,
    Aggregate,
    Bound,
    Outside,
    Ref,
    Region,
    Static,
    Super,
)
from sourcead.frontend.contents import changeable, content_of, escape
from sourcead.frontend.resolver import Resolver
from sourcead.frontend.surroundings import attribute_of, from_object, object_atom, object_capture, writes
from sourcead.ir import Const, Op, Value
from sourcead.kinds import Array, Opaque, Scalar, Tree
from sourcead.primitives import structural
from sourcead.primitives.registry import is_matrix


def overlay(resolver: Resolver, holder: Static) -> Region:
    """The region of what this function has stored into the attributes of a captured object."""
    memory = resolver.memory
    found = memory.objects.get(id(holder.obj))
    if found is None:
        region = memory.make(getattr(type(holder.obj), "__name__", "object"), (), "captured")
        memory.set_first(region, Aggregate(type(holder.obj), (), ()))
        found = memory.objects[id(holder.obj)] = (region, holder)
    return found[0]


def stored_attribute(resolver: Resolver, holder: Static, name: str) -> Abstract | None:
    """What this function has stored into an attribute of a captured object."""
    if id(holder.obj) not in resolver.memory.objects:
        return None
    content = content_of(resolver, Ref(overlay(resolver, holder)))
    return content.get(name) if isinstance(content, Aggregate) else None


def stored_outside(resolver: Resolver, frame: Any, name: str) -> Abstract | None:
    """What this function has stored into a global or an outer variable."""
    region = resolver.memory.names.get(_key(frame, name))
    return None if region is None else content_of(resolver, Ref(region))


def _key(frame: Any, name: str) -> tuple[int, str]:
    return (id(frame.cells[name]) if name in frame.cells else id(frame.globals), name)


def set_outside(resolver: Resolver, holder: Outside, name: str, value: Abstract) -> None:
    """`name = value` where `name` is declared `global` or `nonlocal`: others see it; no derivative leaves so."""
    from sourcead.frontend.free_names import free_name

    frame, memory = holder.frame, resolver.memory
    region = memory.names.get(_key(frame, name))
    if region is None:
        region = memory.names[_key(frame, name)] = memory.make(name, (), "captured")
        bound = name in frame.cells or name in frame.globals
        first = free_name(resolver, name, frame) if bound else UNBOUND
        if isinstance(first, Value):
            region.birth, region.op = first, resolver.builder.ops[-1]
        else:
            memory.set_first(region, first)
    atom = resolver.atom(value)
    if holder.how == "global":
        target = object_capture(resolver, frame.globals)
        op = Op(structural.SETKEY, (target, atom), (), (("leaves", True), ("path", ((name,),))), (), resolver.place)
    else:
        if name not in frame.cells:
            resolver.refuse(f"`{name}` is no variable of an enclosing function")
        target = object_capture(resolver, frame.cells[name])
        op = Op(
            structural.SETATTR, (target, atom), (), (("leaves", True), ("name", "cell_contents")), (), resolver.place
        )
    resolver.append(op)
    escape(resolver, value, atom)
    memory.set(region, value)
    memory.changed(region, resolver.place)


def fill(resolver: Resolver, region: Region, keys: Iterable[str]) -> Aggregate:
    """An overlay with more attributes, read as they are here: not stored into on this path."""
    _, holder = next(o for o in resolver.memory.objects.values() if o[0] is region)
    content = content_of(resolver, Ref(region))
    assert isinstance(content, Aggregate)
    items = dict(zip(content.keys, content.items, strict=True))
    for key in keys:
        if key not in items:
            items[key] = attribute_of(resolver, holder, key)
    full = Aggregate(content.type, tuple(items), tuple(items.values()))
    resolver.memory.set(region, full)
    return full


def class_attribute(cls: type, name: str) -> Any:
    """What a class says of an attribute, descriptors as they are."""
    return inspect.getattr_static(cls, name, None)


def class_of(resolver: Resolver, holder: Abstract) -> type | None:
    """The class of an object, where it is known."""
    if isinstance(holder, Static):
        return type(holder.obj)
    kind = resolver.kind(holder)
    return kind.type if isinstance(kind, Tree | Opaque) else None


def class_member(resolver: Resolver, holder: Abstract, cls: type, name: str, mro: tuple[type, ...] = ()) -> Abstract:
    """What an object's class says that its attribute is: a method bound to it, the value of a property, a constant."""
    for owner in mro or cls.__mro__:
        if name in vars(owner):
            return _member(resolver, holder, cls, owner, name)
    resolver.refuse(f"`.{name}` of a {cls.__name__} is not differentiated")


def _member(resolver: Resolver, holder: Abstract, cls: type, owner: type, name: str) -> Abstract:
    from sourcead.frontend.inlining import inline

    found = vars(owner)[name]
    if isinstance(found, property) and isinstance(found.fget, types.FunctionType):
        return inline(resolver, found.fget, [holder], {})
    if isinstance(found, functools.cached_property):
        value = inline(resolver, found.func, [holder], {})
        set_attribute(resolver, holder, name, value)
        return value
    if isinstance(found, staticmethod):
        return Static(found.__func__, (("object", found.__func__),))
    if isinstance(found, classmethod):
        return Bound(found.__func__, Static(cls, (("object", cls),)))
    if isinstance(found, types.FunctionType):
        return Bound(found, holder)
    if hasattr(type(found), "__get__"):
        resolver.refuse(f"`.{name}` of a {cls.__name__} is not differentiated")
    return from_object(
        resolver,
        found,
        (("object", owner), ("attr", name)),
        lambda kind: resolver.emit(
            structural.GETATTR, (object_atom(resolver, Static(owner, (("object", owner),))),), kind=kind, name=name
        ),
    )


def inherited(resolver: Resolver, holder: Super, name: str) -> Abstract:
    """`super().name`."""
    cls = class_of(resolver, holder.holder)
    if cls is type and isinstance(holder.holder, Static):
        cls = holder.holder.obj
    if cls is None:
        resolver.refuse(
            "`super()` of an object whose class is not known here", "give example arguments (`specialize`, `--args`)"
        )
    mro = cls.__mro__
    after = mro[mro.index(holder.cls) + 1 :]
    if name == "__init__" and all("__init__" not in vars(c) for c in after[:-1]):
        return Static(_nothing, (("object", _nothing),))
    return class_member(resolver, holder.holder, cls, name, after)


def _nothing() -> None:
    """What `object.__init__` does."""


def exits_plainly(cls: type) -> bool:
    """Whether the methods of a context manager are Python text that can stand in place of a `with`: `__exit__` is told
    of no exception there, so it must not ask, nor swallow one."""
    methods = [class_attribute(cls, name) for name in ("__enter__", "__exit__")]
    if not all(isinstance(m, types.FunctionType) for m in methods):
        return False
    try:
        tree = gast.parse(textwrap.dedent(inspect.getsource(methods[1]))).body[0]
    except (OSError, SyntaxError, TypeError):
        return False
    arguments = tree.args
    told = {a.id for a in (*arguments.args[1:], *([arguments.vararg] if arguments.vararg else []))}
    nodes = [n for part in tree.body for n in gast.walk(part)]
    returns = [n.value for n in nodes if isinstance(n, gast.Return)]
    silent = all(v is None or (isinstance(v, gast.Constant) and not v.value) for v in returns)
    return silent and not any(isinstance(n, gast.Name) and n.id in told for n in nodes)


def instantiate(
    resolver: Resolver, cls: type, args: list[Abstract], kwargs: dict[str, Abstract]
) -> Abstract | None:
    """A call of a class: an object on the heap; None for a class that is called as it is."""
    from sourcead.frontend.calls import call, in_libraries
    from sourcead.frontend.inlining import bind, inline

    fields = getattr(cls, "_fields", None)
    if issubclass(cls, tuple) and isinstance(fields, tuple) and cls.__init__ is object.__init__:
        bound = bind(resolver, inspect.signature(cls), cls.__name__, args, kwargs)
        defaults = cls._field_defaults  # type: ignore[attr-defined]
        items = tuple(bound[f] if f in bound else Const(defaults[f]) for f in fields)
        return Aggregate(cls, fields, items)
    made = dataclasses.is_dataclass(cls) and "__init__" in vars(cls) and _is_generated(vars(cls)["__init__"])
    init, new = (inspect.getattr_static(cls, name) for name in ("__init__", "__new__"))
    own = new is object.__dict__["__new__"] and not in_libraries(cls)
    plain, written = own and init is object.__init__, own and isinstance(init, types.FunctionType)
    entered = hasattr(cls, "__exit__") and not exits_plainly(cls)  # the `with` of the text enters a real object
    called = type(cls).__call__ is type.__call__ and not inspect.isabstract(cls)  # an abstract one raises by itself
    if not called or not (made or plain or written) or issubclass(cls, BaseException) or entered:
        return None
    region = resolver.memory.make(cls.__name__)
    ref = Ref(region)
    resolver.memory.set(region, Aggregate(cls, (), ()))
    if not made:
        if written:
            inline(resolver, init, [ref, *args], kwargs)
        return ref
    bound = bind(resolver, inspect.signature(cls), cls.__name__, args, kwargs)
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        if field.name in bound:
            value = bound[field.name]
        elif field.default is not dataclasses.MISSING:
            value = class_member(resolver, ref, cls, field.name)
        elif field.default_factory is not dataclasses.MISSING:
            factory = field.default_factory
            value = changeable(resolver, call(resolver, Static(factory, (("object", factory),)), [], {}))
        else:
            continue
        _change(resolver, region, field.name, value)
    after = getattr(cls, "__post_init__", None)
    if isinstance(after, types.FunctionType):
        inline(resolver, after, [ref], {})
    return ref


def _is_generated(function: Any) -> bool:
    """Whether the dataclass decorator wrote this function: it has no text to read."""
    code = getattr(function, "__code__", None)
    return code is not None and code.co_filename == "<string>"


def set_attribute(resolver: Resolver, holder: Abstract, name: str, value: Abstract) -> None:
    """`holder.name = value`."""
    from sourcead.frontend.inlining import inline

    if isinstance(holder, Outside):
        set_outside(resolver, holder, name, value)
        return
    kind, cls = resolver.kind(holder), class_of(resolver, holder)
    if cls is None:
        resolver.refuse("an attribute is stored into something of which nothing is known", "give example arguments")
    assert cls is not None
    found = class_attribute(cls, name)
    if isinstance(found, property):
        if not isinstance(found.fset, types.FunctionType):
            resolver.refuse(f"the property `{name}` cannot be set")
        inline(resolver, found.fset, [holder, value], {})
        return
    if class_attribute(cls, "__setattr__") not in (object.__setattr__, None):
        resolver.refuse(f"a {cls.__name__} decides itself what storing an attribute does", "store into another object")
    if isinstance(holder, Static):
        _set_captured(resolver, holder, name, value)
        return
    _set_own(resolver, holder, kind, name, value)


def _set_captured(resolver: Resolver, holder: Static, name: str, value: Abstract) -> None:
    if isinstance(holder.obj, type | types.ModuleType):
        resolver.refuse("an attribute of a class or module is stored into", "store into an object of it")
    region = overlay(resolver, holder)
    atom = resolver.atom(value)
    resolver.append(
        Op(structural.SETATTR, (object_atom(resolver, holder), atom), (), (("name", name),), (), resolver.place)
    )
    escape(resolver, value, atom)
    if holder.path is not None:
        writes(resolver, holder.path)
    _change(resolver, region, name, value)


def _change(resolver: Resolver, region: Region, name: str, value: Abstract) -> None:
    from sourcead.frontend.stores import check_no_cycle

    check_no_cycle(resolver, region, value)
    content = content_of(resolver, Ref(region))
    assert isinstance(content, Aggregate)
    keys = content.keys if name in content.keys else (*content.keys, name)
    items = dict(zip(content.keys, content.items, strict=True)) | {name: value}
    resolver.memory.set(region, Aggregate(content.type, keys, tuple(items[k] for k in keys)))
    resolver.memory.changed(region, resolver.place)


def _set_own(resolver: Resolver, holder: Abstract, kind: Any, name: str, value: Abstract) -> None:
    from sourcead.frontend.stores import change, contents, region_of

    region = region_of(resolver, holder)
    if isinstance(holder, Ref):
        _change(resolver, region, name, value)
        return
    assert isinstance(holder, Value)
    if issubclass(kind.type, tuple) or getattr(kind.type, "__dataclass_params__", None) is None:
        resolver.refuse(f"a {kind.type.__name__} cannot be changed")
    held = contents(resolver, holder)
    assert isinstance(held, Aggregate)
    if region.origin in ("argument", "captured") and region.birth is not None:
        atom = resolver.atom(value)
        resolver.append(Op(structural.SETATTR, (region.birth, atom), (), (("name", name),), (), resolver.place))
        escape(resolver, value, atom)
    items = dict(zip(held.keys, held.items, strict=True)) | {name: value}
    change(resolver, holder, Aggregate(held.type, tuple(items), tuple(items.values())))


def _of_matrix(resolver: Resolver, item: Abstract) -> bool:
    cls = class_of(resolver, item) if isinstance(item, Value | Static) else None
    return cls is not None and is_matrix(cls)


def method_of(resolver: Resolver, holder: Abstract, name: str) -> Abstract | None:
    """The special method that an object's class defines in Python, bound to the object."""
    if not isinstance(holder, Value | Ref | Aggregate | Static):
        return None
    cls = class_of(resolver, holder)
    if cls is None or cls.__module__ in ("builtins", "numpy") or is_matrix(cls):
        return None
    found = class_attribute(cls, name)
    return Bound(found, holder) if isinstance(found, types.FunctionType) else None


_SPECIAL = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "@": "matmul",
    "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
}  # fmt: skip
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}


def _is_number(resolver: Resolver, item: Abstract) -> bool:
    """Whether this is a number, an array or a literal: no class of the user's has a say."""
    return isinstance(item, Const) or (isinstance(item, Value) and isinstance(item.kind, (Array, Scalar)))


def operator_of(
    resolver: Resolver, symbol: str, left: Abstract, right: Abstract, augmented: bool
) -> Abstract | None:
    """An operator as the classes of the operands define it in Python; None where they do not."""
    from sourcead.frontend.calls import call

    word = _SPECIAL.get(symbol)
    if word is None or (_is_number(resolver, left) and _is_number(resolver, right)):
        return None
    if symbol != "@" and (_of_matrix(resolver, left) or _of_matrix(resolver, right)):
        resolver.refuse(
            f"`{symbol}` with a sparse matrix is not differentiated: only products `@` are",
            "make the matrix outside the function",
        )
    names = [f"__i{word}__"] if augmented else []
    for name in (*names, f"__{word}__"):
        own = method_of(resolver, left, name)
        if own is not None:
            return call(resolver, own, [right], {})
    mirrored = f"__{_SPECIAL[_MIRRORED[symbol]]}__" if symbol in _MIRRORED else f"__r{word}__"
    own = method_of(resolver, right, mirrored)
    return None if own is None else call(resolver, own, [left], {})
