"""`doctor`: everything that would be refused in a function, a class or a module, at once, grouped by reason.

Each function is examined by itself, with respect to every parameter that may carry a derivative, `self` apart; what a
refusal hides behind it is found too. Without example arguments some questions stay open: those are notes, no refusals.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from sourcead.callee import Callee, callee_of
from sourcead.compiling import Options, with_request
from sourcead.errors import ArgumentError, Diagnosis, SourceADError, indented, located
from sourcead.kinds import Kind, List, Tree, may_carry_derivative
from sourcead.signature import kind_of


@dataclass(frozen=True, slots=True)
class Examined:
    """One function: what is refused in it and in what it calls; `open`: what example arguments would tell."""

    name: str
    refusals: tuple[Diagnosis, ...]
    open: tuple[Diagnosis, ...]
    returns: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is refused."""
        return not self.refusals


@dataclass(frozen=True, slots=True)
class Report:
    """What `doctor` found; printing it shows every refusal with its places and its remedy."""

    name: str
    functions: tuple[Examined, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is refused in any function."""
        return all(function.ok for function in self.functions)

    @property
    def refusals(self) -> tuple[Diagnosis, ...]:
        """What is refused, each once, in the order of the functions."""
        return tuple(dict.fromkeys(d for function in self.functions for d in function.refusals))

    @property
    def open(self) -> tuple[Diagnosis, ...]:
        """What only example arguments can tell, each once."""
        return tuple(dict.fromkeys(d for function in self.functions for d in function.open))

    def __str__(self) -> str:
        parts = [self._summary(), *_grouped(self.refusals)]
        if self.open:
            parts.append("Not refused, but only example arguments can tell:")
            parts += _grouped(self.open)
        others = [f"  {f.name} returns {f.returns}" for f in self.functions if f.ok and f.returns]
        if others:
            parts.append("\n".join(["Differentiated within others; a gradient of their own needs a number:", *others]))
        return "\n\n".join(parts)

    def _summary(self) -> str:
        if not self.functions:
            return f"{self.name}: no functions"
        refused = sum(not function.ok for function in self.functions)
        if len(self.functions) == 1:
            return f"{self.name}: {_counted(len(self.refusals), 'refusal') if refused else 'nothing is refused'}"
        verdict = f"{refused} refused, in {_counted(len(self.refusals), 'place')}" if refused else "nothing is refused"
        return f"{self.name}: {len(self.functions)} functions, {verdict}"


def doctor(target: Any, /, *args: Any, **kwargs: Any) -> Report:
    """Everything that would be refused in a function, a class or a module.

    args, kwargs: example arguments of a function; without them it is examined for arguments of any kind.
    """
    if isinstance(target, ModuleType | type):
        if args or kwargs:
            raise ArgumentError(f"example arguments are for a function; {target.__name__} is a {_word(target)}")
        found = _functions_of(target)
        return Report(target.__name__, tuple(examine(name, f, is_method) for name, f, is_method in found))
    name = str(getattr(target, "__qualname__", None) or getattr(target, "__name__", type(target).__name__))
    example = (args, kwargs) if args or kwargs else None
    return Report(name, (examine(name, target, _is_method(target), example),))


def examine(
    name: str, function: Any, is_method: bool, example: tuple[tuple[Any, ...], dict[str, Any]] | None = None
) -> Examined:
    """Examine one function."""
    try:
        callee = callee_of(function)
        values = None if example is None else callee.bind(*example[0], **example[1])
        kinds = None if values is None else _kinds(callee, values)
        wanted = tuple(k for k in range(int(is_method), len(callee.names)) if _may_be_active(kinds, callee.names[k]))
        options = Options(wanted, "grad", False)
        found = with_request(callee, wanted, options, kinds, values, lambda pipeline, r: pipeline.examine(r))
    except SourceADError as error:
        return Examined(name, error.diagnoses, ())
    waits = [example is None and d.needs_examples for d in found.refusals]
    refusals = tuple(d for d, wait in zip(found.refusals, waits, strict=True) if not wait)
    unknown = {d.at: d for d, wait in zip(found.refusals, waits, strict=True) if wait}  # one question a place
    return Examined(name, refusals, tuple(unknown.values()), found.returns)


def _kinds(callee: Callee, values: tuple[Any, ...]) -> dict[str, Kind]:
    return {name: kind_of(value, (("param", name),)) for name, value in zip(callee.names, values, strict=True)}


def _may_be_active(kinds: dict[str, Kind] | None, name: str) -> bool:
    return kinds is None or may_carry_derivative(kinds[name]) or isinstance(kinds[name], Tree | List)


# -- the functions of a module or class --------------------------------------------------------------------------------


def _functions_of(owner: ModuleType | type) -> list[tuple[str, Callable[..., Any], bool]]:
    """The functions that are written in a module or class, in the order of the text: (name, function, is a method)."""
    module = owner if isinstance(owner, ModuleType) else sys.modules.get(owner.__module__)
    file = getattr(module, "__file__", None)
    name = module.__name__ if module is not None else owner.__module__
    found: dict[object, tuple[str, Callable[..., Any], bool]] = {}
    for label, function, is_method in _members(owner, "" if isinstance(owner, ModuleType) else f"{owner.__name__}."):
        plain = _written_in(function, name, file)
        if plain is not None:
            found.setdefault(plain.__code__, (label, plain, is_method))
    return sorted(found.values(), key=lambda item: item[1].__code__.co_firstlineno)


def _members(owner: ModuleType | type, prefix: str) -> Iterator[tuple[str, Any, bool]]:
    in_class = isinstance(owner, type)
    for name, member in vars(owner).items():
        if isinstance(member, type):
            if member.__module__ == (owner.__module__ if in_class else owner.__name__) and name == member.__name__:
                yield from _members(member, f"{prefix}{name}.")
        elif isinstance(member, property | functools.cached_property):
            function = member.fget if isinstance(member, property) else member.func
            yield f"{prefix}{name}", function, in_class
        elif callable(member) or isinstance(member, staticmethod | classmethod):
            yield f"{prefix}{name}", member, in_class and not isinstance(member, staticmethod)


def _written_in(function: Any, module: str, file: str | None) -> FunctionType | None:
    """The plain function behind what a module holds, where it is that module's own text."""
    for _ in range(100):  # a __wrapped__ may lead back to itself
        if isinstance(function, FunctionType):
            code = function.__code__
            own = function.__module__ == module and not (code.co_filename.startswith("<") and file is not None)
            if own and (file is None or not hasattr(function, "__wrapped__") or code.co_filename == file):
                return function
        function = getattr(function, "__func__", None) or inspect.getattr_static(function, "__wrapped__", None)
        if function is None:
            return None
    return None


def _is_method(function: Any) -> bool:
    """Whether a function is the plain function of a class, whose first parameter is the object."""
    owner: Any = sys.modules.get(getattr(function, "__module__", None) or "")
    if not isinstance(function, FunctionType):
        return False
    *path, name = function.__qualname__.rpartition("<locals>.")[2].split(".")
    for part in path:
        owner = getattr(owner, part, None)
    if "<locals>" in function.__qualname__:
        return bool(path)
    return isinstance(owner, type) and not isinstance(inspect.getattr_static(owner, name, None), staticmethod)


# -- text --------------------------------------------------------------------------------------------------------------


def _grouped(diagnoses: Iterable[Diagnosis]) -> list[str]:
    """One paragraph for each reason, with all its places."""
    groups: dict[tuple[object, ...], list[Diagnosis]] = {}
    for diagnosis in diagnoses:
        groups.setdefault((diagnosis.message, diagnosis.notes, diagnosis.help), []).append(diagnosis)
    return ["\n".join(_group(members)) for members in groups.values()]


def _group(members: list[Diagnosis]) -> Iterator[str]:
    first = members[0]
    yield first.message
    for place in sorted((m.at for m in members if m.at is not None), key=lambda at: (at.file, at.line, at.column)):
        yield from located(place)
    yield from (indented("", note) for note in first.notes)
    if first.help:
        yield indented("help: ", first.help)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _word(target: object) -> str:
    return "module" if isinstance(target, ModuleType) else "class"
