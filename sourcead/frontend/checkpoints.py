"""`checkpoint(f)(x, ...)`: f becomes a function of the module, whose derivative computes it again from its arguments.

    h = checkpoint(f)(x, W)     ->     h = f(x, W)     ...     dx, dW = f_bwd(x, W, dh)

A function of its own is the scope that what f computes inside ends with; see `transform.checkpoints`.
"""

from __future__ import annotations

import contextlib
import inspect
import types
from collections.abc import Callable, Iterable
from typing import Any

from sourcead.frontend import surface
from sourcead.frontend.abstract import Abstract, Aggregate, Apart, Bound, Closure, Partial, Ref, Static
from sourcead.frontend.contents import makes_itself
from sourcead.frontend.lowering import Surface
from sourcead.frontend.procedures import known_procedure, make_procedure
from sourcead.frontend.resolver import Frame, Resolver
from sourcead.frontend.signatures import hints_of, outlines_of, signature_of, statics_of
from sourcead.ir import Block, Op, Value
from sourcead.kinds import Tree
from sourcead.primitives.markers import checkpoint
from sourcead.primitives.registry import is_matrix

_NAMED = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def checkpointed(resolver: Resolver, f: Abstract) -> Abstract:
    """Call `checkpoint`."""
    return Partial(Static(call_again, (("object", call_again),)), (f,), ())


def call_again(resolver: Resolver, f: Abstract, /, *args: Abstract, **kwargs: Abstract) -> Abstract:
    """Call what `checkpoint(f)` gave."""
    from sourcead.frontend.calls import call

    if resolver.backward or resolver.decided_only or isinstance(f, Value):
        return call(resolver, f, list(args), kwargs)
    method = f.obj if isinstance(f, Static) and isinstance(f.obj, types.MethodType) else None
    if method is not None and inspect.isfunction(method.__func__) and not is_matrix(type(method.__self__)):
        assert isinstance(f, Static)
        path = f.path[:-1] if f.path and f.path[-1][0] == "attr" else (("object", method.__self__),)
        f = Bound(method.__func__, Static(method.__self__, path))
    if isinstance(f, Bound):
        f = Bound(f.function, _apart(resolver, f.holder))
    args, kwargs = tuple(_apart(resolver, a) for a in args), {k: _apart(resolver, a) for k, a in kwargs.items()}
    code = _code(resolver, f, args, kwargs)
    frame = _frame(resolver, code, [f, *args, *kwargs.values()], tuple(kwargs))
    known = known_procedure(resolver, frame, frame.values)
    if known is not None:
        return known
    hints = hints_of(resolver, list(code.params), frame.values)
    closing = signature_of(resolver, hints, frame.values)
    return make_procedure(resolver, code, frame, closing, f"checkpoint({code.name})")


def _apart(resolver: Resolver, item: Abstract) -> Abstract:
    """A container as its items, read now: stores into it are none of what is computed again."""
    from sourcead.frontend.data import child

    kind = resolver.kind(item) if isinstance(item, Value | Aggregate | Ref) else None
    if not isinstance(kind, Tree) or not (kind.type in (tuple, list, dict) or makes_itself(kind.type)):
        return item
    items = tuple(_apart(resolver, child(resolver, item, kind, key)) for key in kind.keys)
    return Apart(kind.type, kind.keys, items)


def _frame(resolver: Resolver, code: Surface, values: list[Abstract], keywords: tuple[str, ...]) -> Frame:
    around = resolver.frames[-1]
    frame = Frame(code, around.globals, around.cells, around.root, code.name)
    frame.values = values
    frame.key = ("checkpoint", len(values), keywords)
    frame.outline, frame.statics = outlines_of(resolver, values), statics_of(resolver, values)
    return frame


def _code(resolver: Resolver, f: Abstract, args: Iterable[Abstract], kwargs: dict[str, Abstract]) -> Surface:
    """def f(f, x, ...): return f(x, ...)"""
    name, at = _title(resolver, f)
    given = list(args)
    names = ["self", *_names(f, len(given)), *kwargs]
    params = tuple(map(Value, names))
    out, place = Value(""), resolver.place
    call = Op(surface.CALL, params, (out,), (("keywords", tuple(kwargs)),), (), place)
    kinds = ("POSITIONAL_OR_KEYWORD",) * len(params)
    return Surface(name, (), tuple(names), kinds, (), Block(params, (call,), (out,)), None, at or place)


def _title(resolver: Resolver, f: Abstract) -> tuple[str, Any]:
    """What a callable is called, and where it stands."""
    from sourcead.frontend.calls import words_of
    from sourcead.frontend.inlining import surface_of

    if isinstance(f, Closure):
        return f.function.name, f.function.at
    if isinstance(f, Partial):
        return _title(resolver, f.callee)
    function = _function(f)
    if not inspect.isfunction(function):
        return words_of(f).rpartition(".")[2], None
    read = surface_of if resolver.collector is None else resolver.collector.surface_of
    return function.__name__, read(function).at


def _function(f: Abstract) -> Any:
    """The Python function behind a callable, where there is one."""
    found: Any = f.function if isinstance(f, Bound) else f.obj if isinstance(f, Static) else None
    found = getattr(found, "checkpointed", found)
    return getattr(found, "__func__", found)


def _names(f: Abstract, count: int) -> list[str]:
    """A name for each positional argument: the parameter's, where it is known."""
    found: list[str] = []
    if isinstance(f, Closure):
        found = list(f.function.params)
    elif isinstance(f, Static | Bound):
        function: Callable[..., Any] = f.function if isinstance(f, Bound) else f.obj
        with contextlib.suppress(TypeError, ValueError):
            found = [p.name for p in inspect.signature(function).parameters.values() if p.kind in _NAMED]
        found = found[isinstance(f, Bound) :]
    taken = found[:count]
    return [*taken, *(f"x{k}" for k in range(len(taken), count))]


FUNCTIONS: dict[Any, Any] = {checkpoint: checkpointed, call_again: call_again}

__all__ = ["FUNCTIONS", "call_again"]
