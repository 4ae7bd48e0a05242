"""Calls of Python functions: the body takes the place of the call."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.errors import UnsupportedError
from sourcead.frontend.abstract import Abstract, Closure, Static
from sourcead.frontend.checkpoints import call_again
from sourcead.frontend.expansion import gathered
from sourcead.frontend.functions import lower
from sourcead.frontend.lowering import Surface
from sourcead.frontend.procedures import enter
from sourcead.frontend.resolver import MAX_DEPTH, Frame, Resolver
from sourcead.frontend.source import read
from sourcead.frontend.stored import store, stored
from sourcead.frontend.surroundings import from_object, object_capture
from sourcead.frontend.text import is_own
from sourcead.ir import Const, Value
from sourcead.kinds import Kind, Scalar
from sourcead.primitives import structural
from sourcead.primitives.registry import signature_of

MAX_INLINED = 4000  # each call is expanded where it stands
_SURFACES: dict[tuple[types.CodeType, str], Surface] = {}  # equal code may stand in two files


def inline(
    resolver: Resolver, function: Callable[..., Any], args: list[Abstract], kwargs: dict[str, Abstract]
) -> Abstract:
    """Resolve the body of a Python function in place of a call of it, unless it calls itself."""
    marked = getattr(function, "checkpointed", None)
    if marked is not None:
        return call_again(resolver, Static(marked, (("object", marked),)), *args, **kwargs)
    if len(resolver.frames) > MAX_DEPTH:
        resolver.refuse(f"calls are nested over {MAX_DEPTH} deep")
    resolver.inlined += not resolver.backward
    if resolver.inlined > MAX_INLINED:
        resolver.refuse(
            f"over {MAX_INLINED} calls are expanded here", "call the function in a loop, or keep what it returned"
        )
    surface = surface_of(function) if resolver.collector is None else resolver.collector.surface_of(function)
    code = function.__code__
    bare = not code.co_kwonlyargcount and not code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS)
    if bare and not kwargs and len(args) == code.co_argcount and not hasattr(function, "__signature__"):
        values = args  # each by position
    else:
        values = _bound_values(resolver, function, args, kwargs)
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    outer = resolver.frames[0] if resolver.frames else None
    at_home = outer is not None and outer.root and outer.globals is function.__globals__
    frame = Frame(function.__code__, function.__globals__, cells, at_home, function.__name__)
    return enter(resolver, surface, frame, values)


def _bound_values(
    resolver: Resolver, function: Callable[..., Any], args: list[Abstract], kwargs: dict[str, Abstract]
) -> list[Abstract]:
    """What each parameter of a Python function gets."""
    own = is_own(function.__code__, function.__globals__)
    signature = signature_of(function) if own else inspect.signature(function, follow_wrapped=False)
    bound = bind(resolver, signature, function.__name__, args, kwargs)
    bound = gathered(bound, {p.name: p.kind.name for p in signature.parameters.values()})
    values: list[Abstract] = []
    for parameter in signature.parameters.values():
        if parameter.name in bound:
            values.append(bound[parameter.name])
        else:
            default = parameter.default
            values.append(
                from_object(resolver, default, (("object", default),), functools.partial(_default, resolver, default))
            )
    return values


def _default(resolver: Resolver, value: Any, kind: Kind) -> Value:
    return constant(resolver, value)


def constant(resolver: Resolver, value: Any) -> Value:
    """A number that is a default: it is bound when the function is defined, so it is a literal here."""
    if isinstance(value, int | float) and not isinstance(value, np.generic):
        out = resolver.emit(structural.LITERAL, (Const(value),), kind=Scalar(f"py{type(value).__name__}"))
        if isinstance(value, int):
            resolver.known[out] = value
        return out
    return object_capture(resolver, value)


def surface_of(function: Any) -> Surface:
    """The lowered form of a function, made once for each code object."""
    code = function.__code__
    key = (code, code.co_filename)
    surface = _SURFACES.get(key)
    if surface is None:
        if len(_SURFACES) > 4096:
            _SURFACES.clear()
        lowered = _lowered_rule if is_own(code, function.__globals__) else _lowered
        surface = _SURFACES[key] = lowered(function)
    return surface


def _lowered_rule(function: Any) -> Surface:
    """That of a rule of this package's own."""
    surface = stored(function.__code__)
    if surface is None:
        surface = lower(read(function))
        store(function.__code__, surface)
    return surface


def _lowered(function: Any) -> Surface:
    from sourcead.frontend.fence import fence

    source = read(function)
    refusals = fence(source)
    if refusals:
        raise UnsupportedError(*refusals)
    return lower(source)


def call_closure(resolver: Resolver, closure: Closure, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """Call a nested function or lambda."""
    surface = closure.function
    if len(resolver.frames) > MAX_DEPTH:
        resolver.refuse(f"calls are nested over {MAX_DEPTH} deep")
    defaults = dict(zip(surface.defaulted, closure.defaults, strict=True))
    parameters = [
        inspect.Parameter(n, getattr(inspect.Parameter, k), default=None if n in defaults else inspect.Parameter.empty)
        for n, k in zip(surface.params, surface.kinds, strict=True)
    ]
    bound = bind(resolver, inspect.Signature(parameters), surface.name, args, kwargs)
    bound = gathered(bound, dict(zip(surface.params, surface.kinds, strict=True)))
    values = [bound.get(n, defaults.get(n)) for n in surface.params]
    home = closure.home
    frame = Frame(surface, home.globals, home.cells, home.root, surface.name, home)
    return enter(resolver, surface, frame, [*closure.captured, *values])  # type: ignore[list-item]


def bind(
    resolver: Resolver, signature: inspect.Signature, name: str, args: list[Abstract], kwargs: dict[str, Abstract]
) -> dict[str, Any]:
    """Match a call to parameters, as Python does."""
    try:
        return dict(signature.bind(*args, **kwargs).arguments)
    except TypeError as error:
        resolver.refuse(f"this call of `{name}` does not fit: {error}", "call it as its signature says")
