"""Names that are bound outside of the function: globals, cells and builtins, looked up where they are read."""

from __future__ import annotations

import builtins
import types
from typing import Any

from sourcead.frontend.abstract import Abstract, AccessPath, Static
from sourcead.frontend.resolver import Frame, Resolver
from sourcead.frontend.surroundings import assume, from_object, object_capture, root_value
from sourcead.ir import Value
from sourcead.primitives import structural
from sourcead.records import replace


def free_name(resolver: Resolver, name: str, frame: Any, builtin: bool = False) -> Abstract:
    """What a free name stands for when the function begins."""
    if builtin:
        return Static(getattr(builtins, name), (("builtin", name),))
    if name in frame.cells:
        cell = frame.cells[name]
        try:
            obj = cell.cell_contents
        except ValueError:
            resolver.refuse(f"`{name}` is not bound yet in the enclosing function")
        path: AccessPath = (("cell", (name, cell)),)
    elif name in frame.globals:
        obj = frame.globals[name]
        if isinstance(obj, types.ModuleType):
            if frame.root:
                assume(resolver, (("global", name),), resolver.kind(Static(obj)))
            return Static(obj, (("object", obj),))
        path = (("global", name),) if frame.root else _foreign_global(resolver, frame.globals, name)
    elif hasattr(builtins, name):
        return Static(getattr(builtins, name), (("builtin", name),))
    else:
        resolver.refuse(
            f"the name `{name}` is not defined", "define or import it before the function is differentiated"
        )

    def emit(kind: Any) -> Value:
        if len(path) == 1:
            value = root_value(resolver, *path[0])
        else:
            holder = object_capture(resolver, path[0][1])
            if path[1][0] == "item":
                return resolver.emit(structural.GETITEM, (holder,), kind=kind, path=((name,),))
            return resolver.emit(structural.GETATTR, (holder,), kind=kind, name=name)
        return retyped(resolver, value, kind)

    return from_object(resolver, obj, path, emit)


def late(resolver: Resolver, frame: Frame, name: str) -> Abstract:
    """A nested function that is bound when this name is read, though not yet when the reader was defined."""
    around = frame.enclosing
    while around is not None:
        if name in around.defs:
            return around.defs[name]  # type: ignore[no-any-return]
        around = around.enclosing
    resolver.refuse(f"`{name}` is read before it is defined", "define it above the call")


def _foreign_global(resolver: Resolver, namespace: dict[str, Any], name: str) -> Any:
    """The way to a global of another module: through the module, or through its dict where it has none."""
    import sys

    module = sys.modules.get(namespace.get("__name__", ""))
    if module is not None and vars(module) is namespace:
        return (("object", module), ("attr", name))
    return (("object", namespace), ("item", name))


def retyped(resolver: Resolver, value: Value, kind: Any) -> Value:
    last = resolver.builder.ops[-1]
    typed = Value(value.hint, kind)
    resolver.builder.ops[-1] = replace(last, outs=(typed,))
    return typed
