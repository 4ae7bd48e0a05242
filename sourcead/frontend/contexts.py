"""Resolving `with`: which context managers are entered, and which of them let every exception pass.

The derivative takes the body as run to its end. A manager that may swallow an exception of the body is refused.
"""

from __future__ import annotations

import contextlib
import inspect
import textwrap
from types import FunctionType
from typing import Any

import gast

from sourcead.frontend.abstract import Abstract, Static
from sourcead.frontend.resolver import Resolver
from sourcead.ir import Op
from sourcead.kinds import TOP, Opaque
from sourcead.primitives import structural

_COMPILED = ("_io", "_thread", "decimal", "numpy", "tempfile", "threading")  # their managers swallow nothing


def enter(resolver: Resolver, maker: Abstract, manager: Abstract) -> Abstract:
    """Enter a manager (the result of calling `maker`, where the two differ); gives what `as` binds."""
    parts = resolver.parts_of(manager)
    if parts is not None and parts.type is contextlib.nullcontext:
        return parts.items[0]
    reason = _why_not(resolver, maker, manager)
    if reason:
        resolver.refuse(reason, "enter it around the call of the differentiated function, or take it out")
    return resolver.emit(structural.ENTER, (resolver.atom(manager),), kind=TOP)


def leave(resolver: Resolver, manager: Abstract) -> None:
    """The end of the body."""
    parts = resolver.parts_of(manager)
    if parts is None or parts.type is not contextlib.nullcontext:
        resolver.append(Op(structural.LEAVE, (), (), (), (), resolver.place))


def _why_not(resolver: Resolver, maker: Abstract, manager: Abstract) -> str:
    """Why a manager is refused, if it is."""
    if maker is manager:
        kind = resolver.kind(manager)
        known, obj = resolver.static(manager)
        cls = type(obj) if known else kind.type if isinstance(kind, Opaque) else None
    else:
        cls = maker.obj if isinstance(maker, Static) else None
    if cls is None:
        return "which context manager this is is not known here"
    passes = _class_passes(cls) if isinstance(cls, type) else _generator_passes(cls)
    name = getattr(cls, "__name__", "this context manager")
    return "" if passes else f"`{name}` may swallow an exception, after which the body has no derivative"


def _class_passes(cls: type) -> bool:
    function = getattr(cls, "__exit__", None)
    if not isinstance(function, FunctionType):
        return cls.__module__.partition(".")[0] in _COMPILED
    tree = _tree(function)
    return tree is not None and all(
        node.value is None or (isinstance(node.value, gast.Constant) and not node.value.value)
        for node in gast.walk(tree)
        if isinstance(node, gast.Return)
    )


def _generator_passes(maker: Any) -> bool:
    """Whether this is a function of `contextlib.contextmanager` whose generator catches nothing."""
    function = getattr(maker, "__wrapped__", None)
    if not isinstance(function, FunctionType) or not inspect.isgeneratorfunction(function):
        return False
    tree = _tree(function)
    return tree is not None and not any(isinstance(node, gast.ExceptHandler | gast.With) for node in gast.walk(tree))


def _tree(function: FunctionType) -> Any:
    try:
        return gast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError, TypeError):
        return None
