"""The function that is differentiated, as its callers see it: parameters, how calls bind to them, its environment."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Hashable
from types import CodeType, FunctionType, MethodType
from typing import Any, TypeAlias

from sourcead.errors import ArgumentError, ArgumentValueError, Diagnosis, SourceUnavailableError
from sourcead.guard import Environment
from sourcead.primitives.markers import unmarked
from sourcead.records import dataclass

Argnum: TypeAlias = int | str
Argnums: TypeAlias = Argnum | tuple[Argnum, ...]

_PYTHON = (FunctionType, MethodType, functools.partial)
_LIBRARIES = ("builtins", "math", "numpy", "scipy")
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@dataclass(frozen=True, slots=True, eq=False)
class Callee:
    """A function to differentiate.

    given: what the user passed; function: the one that is compiled (a def that calls it, for a NumPy function).
    names: its parameters. arity: their number where a call with as many positional arguments needs no binding, else -1.
    bind: the arguments of a call to one value for each parameter; raises what the function itself would raise.
    spread: `spread(fn, values)` calls a function of the same parameters.
    identity: equal for functions that share compiled code; anchors: objects that identity speaks of, to be kept alive.
    """

    given: Callable[..., Any]
    function: Callable[..., Any]
    parameters: tuple[inspect.Parameter, ...]
    names: tuple[str, ...]
    arity: int
    bind: Callable[..., tuple[Any, ...]]
    spread: Callable[..., Any]
    environment: Environment
    identity: Hashable
    anchors: tuple[object, ...]

    @property
    def name(self) -> str:
        """How messages call it."""
        return str(getattr(self.given, "__name__", type(self.given).__name__))

    def defaults_text(self) -> tuple[str, ...]:
        """The defaults as text may show them."""
        return tuple("" if p.default is p.empty else repr(p.default) for p in self.parameters)


def callee_of(given: Any) -> Callee:
    """Look at what the user wants differentiated."""
    if not callable(given):
        raise ArgumentError(f"a function is needed, got {type(given).__name__}")
    function, (plain, args, kwargs) = _compiled_function(unmarked(given))
    parameters = tuple(_signature(plain, args, kwargs).parameters.values())
    objects, anchors = _identity(function, plain)
    cells = dict(zip(plain.__code__.co_freevars, plain.__closure__ or (), strict=True))
    return Callee(
        given=given,
        function=function,
        parameters=parameters,
        names=tuple(p.name for p in parameters),
        arity=len(parameters) if all(p.kind in _POSITIONAL for p in parameters) else -1,
        bind=_binder(given, parameters),
        spread=_spreader(parameters),
        environment=Environment(plain.__globals__, cells, objects),
        identity=(tuple(map(id, anchors)), tuple((p.name, p.kind.name) for p in parameters)),
        anchors=anchors,
    )


def _compiled_function(given: Any) -> tuple[Any, _Unwrapped]:
    """The function to compile, and the plain Python function behind it."""
    function = given
    if not isinstance(given, _PYTHON) or str(given.__module__).partition(".")[0] in _LIBRARIES:
        from sourcead.frontend.wrapper import wrapper_of

        function = wrapper_of(given) or given
    found = _unwrapped(function)
    if found is None:
        name = getattr(given, "__qualname__", None) or repr(given)
        raise SourceUnavailableError(Diagnosis(f"{name} has neither Python source nor a derivative rule"))
    return function, found


_Unwrapped: TypeAlias = tuple[FunctionType, tuple[Any, ...], dict[str, Any]]


def _unwrapped(target: Any) -> _Unwrapped | None:
    """The plain Python function that a call runs, and the arguments that are bound already."""
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}
    for _ in range(100):  # a __wrapped__ may lead back to itself
        if isinstance(target, FunctionType):
            return target, args, kwargs
        if isinstance(target, functools.partial):
            args, kwargs, target = target.args + args, {**target.keywords, **kwargs}, target.func
        elif isinstance(target, MethodType):
            args, target = (target.__self__, *args), target.__func__
        elif not isinstance(target, type) and isinstance(call := _call_of(target), FunctionType):
            target = MethodType(call, target)
        elif not isinstance(target, type) and hasattr(target, "__wrapped__"):
            target = target.__wrapped__
        else:
            return None
    return None


def _call_of(target: object) -> object:
    return inspect.getattr_static(type(target), "__call__", None)


def _signature(plain: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> inspect.Signature:
    """What the code takes, whatever `__wrapped__` or `__signature__` claims, less what is bound."""
    bare = FunctionType(plain.__code__, {}, plain.__name__, plain.__defaults__, plain.__closure__)
    bare.__kwdefaults__ = plain.__kwdefaults__
    try:
        return inspect.signature(functools.partial(bare, *args, **kwargs) if args or kwargs else bare)
    except ValueError as error:
        raise ArgumentError(f"{plain.__name__} does not take the arguments that are bound to it: {error}") from None


def _identity(function: Any, plain: FunctionType) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """The objects that a function is bound to, and those that identify its code among all that code is kept for."""
    code = plain.__code__
    if isinstance(function, FunctionType):
        return (), (code,)
    if isinstance(function, MethodType) and function.__func__ is plain:
        owner = function.__self__ if isinstance(function.__self__, type) else type(function.__self__)
        return (function.__self__,), (code, owner)
    if _call_of(function) is plain and not hasattr(function, "__wrapped__"):
        return (function,), (code, type(function))
    return (), (function,)


def _binder(given: Any, parameters: tuple[inspect.Parameter, ...]) -> Callable[..., tuple[Any, ...]]:
    """A function of these parameters that returns their values in order: Python itself binds, and words the errors."""
    namespace: dict[str, Any] = {f"_d{k}": p.default for k, p in enumerate(parameters)}
    header = _header(parameters, lambda k, p: p.name if p.default is p.empty else f"{p.name}=_d{k}")
    exec(_compiled(f"def bind({header}): return ({''.join(f'{p.name}, ' for p in parameters)})"), namespace)
    bind: Callable[..., tuple[Any, ...]] = namespace["bind"]
    bind.__name__ = getattr(given, "__name__", type(given).__name__)
    bind.__qualname__ = getattr(given, "__qualname__", bind.__name__)
    return bind


def _spreader(parameters: tuple[inspect.Parameter, ...]) -> Callable[..., Any]:
    """What passes values in order to a function of these parameters."""
    if all(p.kind in _POSITIONAL for p in parameters):
        return lambda fn, values: fn(*values)
    parts = []
    for k, p in enumerate(parameters):
        parts.append(f"{p.name}=v[{k}]" if p.kind is p.KEYWORD_ONLY else f"{_star(p)}v[{k}]")
    namespace: dict[str, Any] = {}
    exec(_compiled(f"def spread(fn, v): return fn({', '.join(parts)})"), namespace)
    spread: Callable[..., Any] = namespace["spread"]
    return spread


@functools.lru_cache(1024)
def _compiled(text: str) -> CodeType:
    return compile(text, "<sourcead>", "exec")


def _header(parameters: tuple[inspect.Parameter, ...], write: Callable[[int, inspect.Parameter], str]) -> str:
    """The text of a parameter list."""
    parts: list[str] = []
    slash = sum(p.kind is p.POSITIONAL_ONLY for p in parameters)
    starred = False
    for k, p in enumerate(parameters):
        if p.kind is p.KEYWORD_ONLY and not starred:
            parts.append("*")
            starred = True
        starred = starred or p.kind is p.VAR_POSITIONAL
        parts.append(_star(p) + write(k, p))
        if k + 1 == slash:
            parts.append("/")
    return ", ".join(parts)


def _star(p: inspect.Parameter) -> str:
    return "*" if p.kind is p.VAR_POSITIONAL else "**" if p.kind is p.VAR_KEYWORD else ""


def positions(argnums: Argnums, callee: Callee) -> tuple[int, ...]:
    """Which parameters `argnums` means."""
    wanted = argnums if isinstance(argnums, tuple) else (argnums,)
    found = tuple(_position(argnum, callee) for argnum in wanted)
    if not found:
        raise ArgumentValueError(f"argnums is empty: name at least one of {callee.name}'s parameters")
    if len(set(found)) != len(found):
        raise ArgumentValueError(f"argnums={argnums!r} names a parameter of {callee.name} twice")
    return found


def check_argnums(argnums: object) -> None:
    """Refuse what cannot be argnums of any function."""
    for item in argnums if isinstance(argnums, tuple) else (argnums,):
        if isinstance(item, bool) or not isinstance(item, int | str):
            words = f"argnums is an int, a parameter name, or a tuple of them, not {argnums!r}"
            raise ArgumentError(
                Diagnosis(words, help="write a tuple: argnums=(0, 1)" if isinstance(argnums, list) else "")
            )


def _position(argnum: Argnum, callee: Callee) -> int:
    known = ", ".join(callee.names) or "none"
    if isinstance(argnum, str):
        if argnum in callee.names:
            return callee.names.index(argnum)
        raise ArgumentValueError(f"{callee.name} has no parameter {argnum!r}; its parameters: {known}")
    count = sum(p.kind in _POSITIONAL for p in callee.parameters)
    if -count <= argnum < count:
        return argnum % count
    collected = next((p.name for p in callee.parameters if p.kind is p.VAR_POSITIONAL), None)
    if collected is not None and argnum >= count:
        words = f"argument {argnum} of {callee.name} is collected by *{collected}, and has no name of its own"
        raise ArgumentValueError(Diagnosis(words, help=f"differentiate the whole tuple: argnums={collected!r}"))
    raise ArgumentValueError(
        f"argnums={argnum} is out of range: {callee.name} has {count} positional parameters ({known})"
    )
