"""Resolving calls: primitives by object identity, Python functions inlined, everything else kept as an opaque call."""

from __future__ import annotations

import contextlib
import functools
import inspect
import types
from typing import Any

import numpy as np

from sourcead.frontend import drawing
from sourcead.frontend.abstract import (
    Abstract,
    Bound,
    Closure,
    Differential,
    Method,
    Partial,
    Pullback,
    Ref,
    Static,
)
from sourcead.frontend.cached import kind_of_cached
from sourcead.frontend.derivatives import DRIVERS, differential_of
from sourcead.frontend.entries import call_entry
from sourcead.frontend.helper_calls import call_helper
from sourcead.frontend.inlining import bind, call_closure, inline
from sourcead.frontend.resolver import Resolver, Undecided
from sourcead.frontend.surroundings import from_object, object_atom, object_capture
from sourcead.ir import Atom, Const, Value
from sourcead.kinds import TEXT, TOP, Kind
from sourcead.primitives import structural
from sourcead.primitives.registry import dotted_name, entry_of, is_matrix, method_entry, signature_of
from sourcead.rules.registry import is_helper

_REFUSED_NAMES = frozenset(["eval", "exec", "compile", "locals", "vars", "globals", "delattr"])
_READERS = ("builtins", "logging", "math", "numpy", "operator", "statistics", "time", "warnings")
_WRITERS = frozenset(
    [
        "setattr",
        "delattr",
        "exec",
        "eval",
        "next",
        "shuffle",
        "put",
        "place",
        "putmask",
        "copyto",
        "fill_diagonal",
        "put_along_axis",
        "at",
        "setfield",
    ]
)
_DRIVERS = ("sourcead.api", "sourcead.derivative", "sourcead.drivers", "sourcead.jacobians", "sourcead.products")
LIBRARIES = ("numpy", "scipy", "math", "builtins", "statistics")


def call(
    resolver: Resolver, callee: Abstract, args: list[Abstract], kwargs: dict[str, Abstract], hint: str = ""
) -> Abstract:
    """Resolve one call."""
    from sourcead.frontend.intrinsics import methods_of
    from sourcead.frontend.objects import method_of

    if isinstance(callee, Closure):
        return call_closure(resolver, callee, args, kwargs)
    if isinstance(callee, Bound):
        return inline(resolver, callee.function, [callee.holder, *args], kwargs)
    if isinstance(callee, Method):
        method = methods_of(resolver.kind(callee.receiver)).get(callee.name)
        if method is not None:
            bind(resolver, signature_of(method), callee.name, [Const(None), callee.receiver, *args], kwargs)
            return method(resolver, callee.receiver, *args, **kwargs)  # type: ignore[no-any-return]
        entry = method_entry(callee.name)
        if entry is None:
            return opaque(
                resolver,
                resolver.emit(structural.GETATTR, (resolver.atom(callee.receiver),), kind=TOP, name=callee.name),
                words_of(callee),
                args,
                kwargs,
            )
        return call_entry(resolver, entry, [callee.receiver, *args], kwargs)
    if isinstance(callee, Differential):
        return resolver.nested.derivative(resolver, callee, args, kwargs)  # type: ignore[no-any-return]
    if isinstance(callee, Pullback):
        if len(args) != 1 or kwargs:
            resolver.refuse("a pullback takes one cotangent")
        return callee.pull(resolver, callee, args[0])  # type: ignore[no-any-return]
    if isinstance(callee, Partial):
        return call(resolver, callee.callee, [*callee.args, *args], {**dict(callee.kwargs), **kwargs})
    if isinstance(callee, Static):
        return call_static(resolver, callee, args, kwargs)
    own = method_of(resolver, callee, "__call__")
    if own is not None:
        return call(resolver, own, args, kwargs)
    made = next((op for op in reversed(resolver.builder.ops) if callee in op.outs), None)
    if made is None or made.primitive is not structural.GETATTR:
        return opaque(resolver, resolver.atom(callee), words_of(callee), args, kwargs)
    (holder,) = made.args
    words = f"{getattr(holder, 'hint', '')}.{made.attr('name')}"
    if drawing.is_of_generator(resolver.kind(holder), made.attr("name")) and "out" not in kwargs:
        kind = drawing.drawn(resolver, made.attr("name"), args, kwargs)
        return opaque(resolver, resolver.atom(callee), words, args, kwargs, True, kind)
    of_text = resolver.kind(holder) == TEXT or isinstance(resolver.static(holder)[1], str)
    return opaque(resolver, resolver.atom(callee), words, args, kwargs, harmless=of_text)


def call_static(resolver: Resolver, callee: Static, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """Resolve a call of a Python object that is known by identity."""
    from sourcead.frontend import records
    from sourcead.frontend.intrinsics import INTRINSICS
    from sourcead.frontend.objects import instantiate

    function = callee.obj
    try:
        intrinsic = INTRINSICS.get(function)
    except TypeError:
        intrinsic = None
    if intrinsic is not None:
        bind(resolver, signature_of(intrinsic), words_of(callee), [Const(None), *args], kwargs)
        result = intrinsic(resolver, *args, **kwargs)
        if result is not NotImplemented:
            return result  # type: ignore[no-any-return]
    if isinstance(function, types.BuiltinFunctionType) and function.__name__ in _REFUSED_NAMES:
        resolver.refuse(f"`{function.__name__}` is not differentiated", "write what it does as plain statements")
    if getattr(type(function), "is_derivative", False):
        return call(resolver, differential_of(function), args, kwargs)
    if (getattr(function, "__module__", None) or "").startswith("sourcead."):
        driver = DRIVERS.get(function.__name__)
        if driver is not None:
            bind(resolver, signature_of(driver), function.__name__, [Const(None), *args], kwargs)
            return driver(resolver, *args, **kwargs)  # type: ignore[no-any-return]
        if function.__module__.startswith(_DRIVERS):
            resolver.refuse(
                f"`{function.__name__}` is called inside the function that is differentiated",
                "call `grad`, `value_and_grad`, `jvp`, `vjp` or `hvp`",
            )
    if is_helper(function):
        return call_helper(resolver, function, args, kwargs)
    entry = entry_of(function)
    if entry is not None:
        return call_entry(resolver, entry, args, kwargs)
    if isinstance(function, functools.partial):
        bound = [_held(resolver, a) for a in function.args]
        named = {k: _held(resolver, a) for k, a in function.keywords.items()}
        return call(resolver, Static(function.func, (("object", function.func),)), [*bound, *args], {**named, **kwargs})
    made = records.make(resolver, function, args)
    if made is not None:
        return made
    of_matrix = isinstance(function, types.MethodType) and is_matrix(type(function.__self__))
    if isinstance(function, types.MethodType) and isinstance(function.__func__, types.FunctionType) and not of_matrix:
        holder = Static(function.__self__, callee.path[:-1] if callee.path and callee.path[-1][0] == "attr" else None)
        return inline(resolver, function.__func__, [holder, *args], kwargs)
    if isinstance(function, types.FunctionType) and not in_libraries(function) and not is_manager_maker(function):
        return inline(resolver, function, args, kwargs)
    if isinstance(function, type):
        made = instantiate(resolver, function, args, kwargs)
        if made is not None:
            return made
    if not isinstance(function, type | types.FunctionType | types.BuiltinFunctionType):
        method = getattr(type(function), "__call__", None)  # noqa: B004 -- looked up on the class, as Python does
        if isinstance(method, types.FunctionType):
            return inline(resolver, method, [callee, *args], kwargs)
    if drawing.is_of_module(function):
        return drawing.draw(resolver, function, args, kwargs)
    harmless, kind = is_harmless(function) and "out" not in kwargs, drawing.generator_of(function)
    if drawing.is_bound(function) and "out" not in kwargs:
        harmless, kind = True, drawing.drawn(resolver, function.__name__, args, kwargs)
    if kind == TOP:
        kind = kind_of_cached(resolver, function, args, kwargs)
    return opaque(resolver, object_atom(resolver, callee), words_of(callee), args, kwargs, harmless, kind)


def _held(resolver: Resolver, obj: Any) -> Abstract:
    """What a `functools.partial` holds for a parameter."""
    return from_object(resolver, obj, (("object", obj),), lambda kind: object_capture(resolver, obj))


def is_manager_maker(function: Any) -> bool:
    """Whether a function makes a context manager out of a generator (`contextlib.contextmanager`)."""
    made = getattr(function, "__wrapped__", None)
    return function.__code__.co_filename == contextlib.__file__ and inspect.isgeneratorfunction(made)


def is_harmless(function: Any) -> bool:
    """Whether a function that is called as it is certainly leaves the data that it is given unchanged."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, (np.ufunc, *drawing.generators())):
        return getattr(function, "__name__", "") not in _WRITERS
    if owner is not None and not isinstance(owner, types.ModuleType):
        return False  # a method: it may do anything to what it is given
    name = getattr(function, "__name__", "")
    module = (getattr(function, "__module__", None) or type(function).__module__ or "").split(".")[0]
    return module in _READERS and name not in _WRITERS


def in_libraries(function: Any) -> bool:
    """Whether a function belongs to a library that is differentiated by rules, never by its text."""
    return (getattr(function, "__module__", None) or "").split(".")[0] in LIBRARIES


def words_of(callee: Abstract) -> str:
    """A callee as it is called in messages."""
    if isinstance(callee, Static):
        return dotted_name(callee.obj) if hasattr(callee.obj, "__name__") else type(callee.obj).__name__
    if isinstance(callee, Method):
        receiver = getattr(callee.receiver, "hint", "") or "value"
        return f"{receiver}.{callee.name}"
    return getattr(callee, "hint", "") or "this function"


def opaque(
    resolver: Resolver,
    callee: Atom,
    what: str,
    args: list[Abstract],
    kwargs: dict[str, Abstract],
    harmless: bool = False,
    kind: Kind = TOP,
) -> Value:
    """A call that stays a call: its effects keep their place; the adjoint refuses it where a derivative would flow."""
    if resolver.decided_only:
        raise Undecided
    atoms = tuple(map(resolver.atom, [*args, *kwargs.values()]))
    attrs: dict[str, Any] = {"keywords": tuple(kwargs), "what": what}
    if not harmless:
        attrs["may_write"] = True
    result = resolver.emit(structural.CALL, (callee, *atoms), kind=kind, **attrs)
    if not harmless:
        for given in (*args, *kwargs.values()):
            if isinstance(given, Ref):
                resolver.memory.lost(given.region, what, resolver.place)
    return result
