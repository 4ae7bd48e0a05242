"""Read: from a callable to the text, tree and surroundings of the def or lambda behind it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from types import CellType, FunctionType, MethodType
from typing import Any

from sourcead.digests import digest
from sourcead.errors import ArgumentError, Diagnosis, Place, SourceUnavailableError
from sourcead.frontend.samecode import short_name
from sourcead.frontend.text import place_in, text_of
from sourcead.records import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class SourceText:
    """A function as text, with all that its text refers to.

    node: the gast tree of exactly this def or lambda, without decorators, at its own lines (columns are byte offsets:
        use `place`). Trees are shared between readers of the same code: never change one.
    function: the plain Python function whose text this is.
    bound_args: what a call passes before its own arguments: the object of a method, then those of `functools.partial`.
    self_object: the object of a method or callable object (the first of `bound_args`), or None.
    signature: how the callable that was read is called; bound parameters are gone.
    globals, cells, defaults, kwdefaults: of `function`; the live objects.
    lines: the file's lines that the text covers, by number. digest: of the dedented text.
    """

    node: Any
    file: str
    first_line: int
    qualname: str
    text: str
    lines: Mapping[int, str]
    function: FunctionType
    globals: dict[str, Any]
    cells: dict[str, CellType]
    defaults: tuple[Any, ...]
    kwdefaults: dict[str, Any]
    self_object: Any = None
    bound_args: tuple[Any, ...] = ()
    bound_kwargs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        return digest(self.text)

    @property
    def signature(self) -> inspect.Signature:
        return _signature(self.function, self.bound_args, self.bound_kwargs)

    @property
    def name(self) -> str:
        """The name under which messages speak of it: `loss`, `Model.loss`, `<lambda>`."""
        return short_name(self.qualname)

    def place(self, node: Any, statement: Any) -> Place:
        """Where a node of the tree stands, within its innermost statement (for a lambda: the lambda)."""
        return place_in(self.lines, self.file, self.name, node, statement)


def read(function: Callable[..., Any]) -> SourceText:
    """The source of a def, lambda, method, partial or callable object; a wrapper is read as the wrapper that it is."""
    raw, self_object, args, kwargs = _unwrapped(function)
    code = raw.__code__
    qualname = _qualname(raw)
    if args or kwargs:
        _signature(raw, args, kwargs)  # what cannot be bound is refused
    text = text_of(code, getattr(code, "co_qualname", raw.__qualname__), raw.__globals__)
    return SourceText(
        node=text.node,
        file=code.co_filename,
        first_line=text.first_line,
        qualname=qualname,
        text=text.text,
        lines=text.lines,
        function=raw,
        globals=raw.__globals__,
        cells=dict(zip(code.co_freevars, raw.__closure__ or (), strict=True)),
        defaults=raw.__defaults__ or (),
        kwdefaults=raw.__kwdefaults__ or {},
        self_object=self_object,
        bound_args=args,
        bound_kwargs=kwargs,
    )


def _unwrapped(function: Any) -> tuple[FunctionType, Any, tuple[Any, ...], dict[str, Any]]:
    """The plain function that a call of `function` runs, the object it belongs to, and the arguments bound already."""
    target, self_object = function, None
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}
    seen: set[int] = set()
    while not isinstance(target, FunctionType):
        if id(target) in seen:  # an object whose __wrapped__ leads back to itself
            raise _no_source(function)
        seen.add(id(target))
        if isinstance(target, functools.partial):
            args, kwargs, target = target.args + args, {**target.keywords, **kwargs}, target.func
        elif isinstance(target, MethodType):
            self_object, args, target = target.__self__, (target.__self__, *args), target.__func__
        elif isinstance(target, staticmethod | classmethod):
            target = target.__func__
        elif isinstance(target, type):
            raise _class_refused(target)
        elif isinstance(call := inspect.getattr_static(type(target), "__call__", None), FunctionType):
            target = MethodType(call, target)
        elif hasattr(target, "__wrapped__"):  # no code of its own, as functools.lru_cache
            target = target.__wrapped__
        elif callable(target):
            raise _no_source(target)
        else:
            raise ArgumentError(f"a function is needed, not {_article(type(target).__name__)}")
    return target, self_object, args, kwargs


def _qualname(function: FunctionType) -> str:
    """The qualified name, unless it was borrowed from another function as functools.wraps does."""
    name = function.__code__.co_name
    return function.__qualname__ if function.__qualname__.rpartition(".")[2] == name else name


def _signature(function: FunctionType, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> inspect.Signature:
    """What the code takes, whatever `__signature__` or `__wrapped__` claim, less what is bound."""
    bare = FunctionType(function.__code__, {}, function.__name__, function.__defaults__, function.__closure__)
    bare.__kwdefaults__ = function.__kwdefaults__
    if not args and not kwargs:
        return inspect.signature(bare)
    try:
        return inspect.signature(functools.partial(bare, *args, **kwargs))
    except ValueError as error:
        what = f"{short_name(_qualname(function))} does not take the arguments that are bound to it: {error}"
        raise ArgumentError(what) from None


def _no_source(target: Any) -> SourceUnavailableError:
    name = getattr(target, "__qualname__", None) or getattr(target, "__name__", None) or repr(target)
    module = getattr(target, "__module__", None) or type(target).__module__
    name = name if module == "builtins" else f"{module}.{name}"
    return SourceUnavailableError(
        Diagnosis(
            f"{name} has no Python source",
            notes=("it is compiled code, or a Python object that hides the function it calls",),
            help=f"declare its derivative:  @sourcead.adjoint({name})  def rule(g, y, ...): ...",
        )
    )


def _class_refused(target: type) -> SourceUnavailableError:
    return SourceUnavailableError(
        Diagnosis(
            f"{target.__qualname__} is a class, not a function",
            notes=("making an instance runs more than the text of one function",),
            help="pass a function that makes the instance and returns the number to differentiate",
        )
    )


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
