"""Resolving calls: primitives by object identity, Python functions inlined, everything else kept as an opaque call."""

from __future__ import annotations

import contextlib
import functools
import inspect
import operator
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead import runtime
from sourcead.errors import SourceADError, UnsupportedError
from sourcead.frontend import drawing
from sourcead.frontend.abstract import (
    Abstract,
    Aggregate,
    Bound,
    Closure,
    Differential,
    Method,
    Partial,
    Pullback,
    Ref,
    Static,
)
from sourcead.frontend.checkpoints import call_again
from sourcead.frontend.derivatives import DRIVERS, differential_of
from sourcead.frontend.expansion import gathered
from sourcead.frontend.functions import lower
from sourcead.frontend.lowering import Surface
from sourcead.frontend.masked import merged, taken_mask
from sourcead.frontend.procedures import enter
from sourcead.frontend.resolver import MAX_DEPTH, Frame, Resolver, Undecided
from sourcead.frontend.source import read
from sourcead.frontend.stored import store, stored
from sourcead.frontend.text import is_own
from sourcead.ir import Atom, Const, Op, Primitive, Value
from sourcead.kinds import TEXT, TOP, Array, Kind, Known, Scalar, is_float_dtype
from sourcead.primitives import structural
from sourcead.primitives.registry import Entry, dotted_name, entry_of, is_matrix, method_entry, signature_of
from sourcead.rules.registry import is_helper, kind_of_helper

MAX_INLINED = 4000  # each call is expanded where it stands
_SURFACES: dict[tuple[types.CodeType, str], Surface] = {}  # equal code may stand in two files
_HELPERS: dict[int, Primitive] = {}
_FRESH_HELPERS = frozenset(  # what others return may be an argument, or a view
    {"bessel_ratio", "cofactors", "cumprod_along_first", "cumprod_tangent_along_first", "held_entries", "match",
     "maximum_at", "minimum_at", "multiplied_at", "products_before", "quantiles_adjoint", "stored", "stored_adjoint",
     "zeros"}
)  # fmt: skip
_LINEAR_HELPERS = frozenset(  # in the first argument; of the others they read what has no derivative
    {"cast", "match", "real_like", "restore", "shared_among_items", "spread_over_items", "stored", "stored_adjoint",
     "stretched", "total_of_items", "unbroadcast", "unreduce"}
)  # fmt: skip
_CONSTANT_HELPERS = frozenset({"nesting", "place", "real_sign", "seed", "zeros"})
"""They read shapes, dtypes, positions and signs alone."""
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
_LIKE_LAST = (
    runtime.cast, runtime.cofactors, runtime.gathered_at_records, runtime.one_each,
    runtime.one_each_adjoint, runtime.square_alone, runtime.stored_adjoint, runtime.taken_at_records,
    runtime.unbroadcast,
)  # fmt: skip
_FLOATS = {"pyfloat", "pyint", "real", "real64", "float64"}
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
    return opaque(resolver, resolver.named(callee), words_of(callee), args, kwargs, harmless, kind)


def _held(resolver: Resolver, obj: Any) -> Abstract:
    """What a `functools.partial` holds for a parameter."""
    return resolver.from_object(obj, (("object", obj),), lambda kind: resolver.object_capture(obj))


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
                resolver.from_object(default, (("object", default),), functools.partial(_default, resolver, default))
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
    return resolver.object_capture(value)


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


def call_entry(resolver: Resolver, entry: Entry, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """Emit the op of a primitive."""
    if entry.adapt is not None:
        adapted, kwargs = entry.adapt(tuple(args), dict(kwargs))
        args = [Aggregate(tuple, tuple(range(len(a))), a) if isinstance(a, tuple) else a for a in adapted]
    name = entry.form.split()[-1]
    bound = bind(resolver, entry.signature, name, args, kwargs)
    out = None
    if "out" in bound:
        from sourcead.frontend.outputs import store_out, taken_out

        out = taken_out(resolver, entry, bound)
    mask = taken_mask(resolver, entry, bound, out)
    atoms: list[Atom] = []
    attrs: dict[str, Any] = {}
    last_given = -1
    for parameter in entry.signature.parameters.values():
        given: Any = bound.get(parameter.name)
        if parameter.name in entry.refuse:
            if parameter.name in bound and not is_default(resolver, given, parameter.default):
                resolver.refuse(
                    f"`{name}` with `{parameter.name}=` is not differentiated", f"call it without `{parameter.name}`"
                )
        elif parameter.name in entry.static:
            if parameter.name in bound and not is_default(resolver, given, parameter.default):
                attrs[parameter.name] = resolver.need_static(given, f"`{parameter.name}` of `{name}`")
        elif parameter.kind is parameter.VAR_POSITIONAL:
            atoms.extend(map(resolver.atom, given or ()))
            last_given = len(atoms) - 1
        else:
            atoms.append(resolver.atom(given) if parameter.name in bound else Const(parameter.default))
            last_given = len(atoms) - 1 if parameter.name in bound else last_given
    del atoms[last_given + 1 :]
    primitive = entry.of_one if entry.of_one is not None and len(atoms) == 1 else entry.primitive
    form = entry.form if entry.form != primitive.form and not (entry.adapt and attrs) else ""
    if "<" in entry.form and entry.form.startswith("call "):  # mod.f.<locals>.g: no text reaches it by that name
        resolver.object_capture(entry.target)
        form = f"captured {resolver.builder.ops[-1].attr('name')}"
    result = emit_folded(resolver, primitive, tuple(atoms), attrs, form)
    if out is None:
        return result
    chosen = result if mask is None else merged(resolver, mask, result, out)
    return store_out(resolver, entry, out, tuple(atoms), chosen)


def emit_folded(
    resolver: Resolver, primitive: Primitive, atoms: tuple[Atom, ...], attrs: dict[str, Any], form: str
) -> Abstract:
    """Emit an op; where the value of an int or bool result is known, remember it (the text stays the user's)."""
    out = Value("", resolver.infer(primitive, atoms, attrs))
    named = tuple(sorted(attrs.items()))
    resolver.append(Op(primitive, atoms, (out,), named, (), resolver.place, form, resolver.backward))
    if isinstance(out.kind, Known):
        resolver.known[out] = out.kind.value
    elif primitive.run is not None and not primitive.acts:
        found = [resolver.static(a) for a in atoms]
        if primitive.target is operator.neg and found[0][0] and isinstance(found[0][1], float):
            resolver.known[out] = -found[0][1]  # of a named constant: -np.inf
        if all(ok and (v is None or isinstance(v, int | bool | tuple)) for ok, v in found) and isinstance(
            out.kind, Scalar
        ):
            try:
                args, named_args = primitive.split([v for _, v in found], [v is None for _, v in found])
                value = primitive.run(*args, **named_args, **attrs)
            except Exception:  # the op itself raises when the program runs
                return out
            if isinstance(value, int | bool | np.bool_):
                resolver.known[out] = bool(value) if isinstance(value, np.bool_) else value
    return out


def is_default(resolver: Resolver, given: Any, default: Any) -> bool:
    """Whether an argument is certainly what it would be if it were left out."""
    found, value = resolver.static(given)
    return found and type(value) is type(default) and bool(value == default)


def call_helper(resolver: Resolver, function: Any, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """A helper of the runtime: inlined where all its branches fold, otherwise emitted and called."""
    mark, known = len(resolver.builder.ops), len(resolver.frames)
    if any(resolver.kind(a) != TOP for a in args):
        resolver.decided_only += 1
        before, resolver.memory.state = resolver.memory.state, resolver.memory.state.fork()
        try:
            return inline(resolver, function, args, kwargs)
        except (Undecided, SourceADError):
            del resolver.builder.ops[mark:]
            del resolver.frames[known:]
            resolver.memory.state = before
        finally:
            resolver.decided_only -= 1
    return emit_helper(resolver, function, args, kwargs)


def emit_helper(
    resolver: Resolver, function: Any, args: list[Abstract], kwargs: dict[str, Abstract], kind: Kind | None = None
) -> Abstract:
    """Emit a call of a helper that is written into the generated module; of two numbers np.divide is the quotient."""
    quotient = Static(np.divide, (("object", np), ("attr", "divide")))
    if function is runtime.quotient and all(isinstance(resolver.kind(a), Scalar) for a in args):
        return call_static(resolver, quotient, args, kwargs)
    if function is runtime.dividend_cotangent and all(_is_real(resolver.kind(a)) for a in args):
        return call_static(resolver, quotient, [args[0], args[2]], kwargs)  # where Python's would raise, a / b has
    primitive = _HELPERS.get(id(function))
    if primitive is None:
        name = function.__name__
        primitive = Primitive(
            f"helper {name}",
            f"helper {name}",
            functools.partial(_helper_kind, function),
            function,
            differentiable=name not in _CONSTANT_HELPERS,
            target=function,
            result="fresh" if name in _FRESH_HELPERS else "maybe",
            linear=_linear_in(function),
        )
        _HELPERS[id(function)] = primitive
    signature = signature_of(function)
    bound = bind(resolver, signature, function.__name__, args, kwargs)
    atoms: list[Atom] = []
    attrs: dict[str, Any] = {}
    for name, parameter in signature.parameters.items():
        if name not in bound:
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            atoms.extend(map(resolver.atom, bound[name]))
        elif parameter.kind is parameter.KEYWORD_ONLY:
            attrs[name] = resolver.need_static(bound[name], name)
        else:
            atoms.append(resolver.atom(bound[name]))
    return resolver.emit(primitive, tuple(atoms), kind=kind, **attrs)


def _is_real(kind: Kind) -> bool:
    return isinstance(kind, Scalar) and kind.dtype in _FLOATS


def _linear_in(function: Any) -> tuple[tuple[int, ...], ...]:
    """The arguments in which a helper is linear, as a primitive says it."""
    if function is runtime.unpack_adjoint:
        return (tuple(range(1, 256)),)  # as many as a call may have
    if function in (runtime.add, runtime.item_adjoint):
        return ((0, 1) if function is runtime.add else (2,),)
    return ((0,),) if function.__name__ in _LINEAR_HELPERS else ()


def _helper_kind(function: Any, *kinds: Kind, **attrs: Any) -> Kind:
    """The kind of a helper's result, where it follows from the arguments: that of one, or a number of numbers."""
    if function in (runtime.digamma, runtime.trigamma) and all(isinstance(k, Scalar) for k in kinds):
        floats = {k.dtype for k in kinds if isinstance(k, Scalar)} <= _FLOATS
        return Scalar("real64" if floats else None)
    said = kind_of_helper(function, *kinds)
    if said is not None:
        return said
    like = kinds[-1] if function in _LIKE_LAST else TOP
    return like if isinstance(like, Array) and like.dims and is_float_dtype(like.dtype) else TOP


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
