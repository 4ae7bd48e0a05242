"""What stands around the function in its module: imports, and the helper functions that it calls."""

from __future__ import annotations

import ast
import builtins
import functools
import inspect
import io
import sys
import tokenize
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

from sourcead.backend.forms import name
from sourcead.records import dataclass, field

_NUMPY = "np"
_HELPERS_SEE = {_NUMPY: "np.ndarray", "math": "math.inf"}


@dataclass(slots=True)
class Library:
    """The names under which text reaches modules, builtins and helpers; it records which of them were asked for.

    `blocked` are names that mean something else inside the function: its parameters, its captures, and variables that
    the user called like a module.
    """

    blocked: frozenset[str]
    helpers: dict[str, str] = field(default_factory=dict)  # by name; what each is called in this text
    routines: dict[str, str] = field(default_factory=dict)  # the further functions of the module by name
    imports: dict[str, str] = field(default_factory=dict)
    plain: dict[str, None] = field(default_factory=dict)

    def __call__(self, dotted: str) -> ast.expr:
        """The expression that reaches a library function."""
        root, _, rest = dotted.partition(".")
        if dotted in self.routines:
            return name(self.routines[dotted])
        if dotted in self.helpers:
            self.plain[dotted] = None
            return name(self.helpers[dotted])
        if not rest:
            return self._builtin(dotted)
        if root == _NUMPY:
            return name(f"{self._module('numpy', _NUMPY)}.{rest}")
        module, _, function = dotted.rpartition(".")
        while module not in sys.modules and "." in module:  # a method of an object in a module: scipy.stats.norm.pdf
            module, _, holder = module.rpartition(".")
            function = f"{holder}.{function}"
        if root not in self.blocked:
            self.imports[module] = ""
            return name(dotted)
        return name(f"{self._module(module, module.replace('.', '_'))}.{function}")

    def _builtin(self, word: str) -> ast.expr:
        if word in self.blocked and hasattr(builtins, word):
            return name(f"{self._module('builtins', 'builtins')}.{word}")
        self.plain[word] = None
        return name(word)

    def _module(self, module: str, alias: str) -> str:
        while alias in self.blocked:
            alias += "_"
        self.imports[module] = alias
        return alias

    def import_lines(self) -> list[str]:
        """The import statements, standard library first."""
        lines = [
            f"import {module}" + (f" as {alias}" if alias and alias != module else "")
            for module, alias in self.imports.items()
        ]
        return sorted(lines, key=lambda line: (line.split()[1].split(".")[0] in ("numpy", "scipy"), line))

    def names(self) -> set[str]:
        """Every name of the module's level that the function reads."""
        roots = {alias or module.split(".")[0] for module, alias in self.imports.items()}
        return {*(self.helpers.get(word, word) for word in self.plain), *roots}


def unblocked(words: Iterable[str], blocked: frozenset[str]) -> dict[str, str]:
    """What each helper is called in a text: another name where its own means something else inside the function."""
    found = {}
    for word in words:
        found[word] = word
        while found[word] in blocked:
            found[word] += "_"
    return found


def helper_sources(
    targets: Iterable[tuple[str, Any]], given: Callable[[str], str] | None
) -> tuple[list[str], dict[str, str]]:
    """The text of each helper and of the helpers that it calls, callees first, each once; the modules that they use, by
    what each is called there, with something that is in it.

    `given` gives the text of a helper by name, "" for what is none."""
    texts: dict[str, str] = {}

    seen: set[str] = set()

    def include(called: str, function: Any) -> None:
        if called in seen:
            return
        seen.add(called)
        if given is not None:
            text = given(called).rstrip()
            for other in sorted(word for word in _names(text) - {called} if given(word)):
                include(other, None)
            texts[called] = text
            return
        function = inspect.unwrap(function)
        for other, value in _callees(function):
            include(other, value)
        texts[called] = _source(function)

    for called, function in targets:
        include(called, function)
    words = frozenset[str]().union(*map(_names, texts.values()))
    return list(texts.values()), {word: there for word, there in _HELPERS_SEE.items() if word in words}


def _callees(function: FunctionType) -> list[tuple[str, FunctionType]]:
    package = function.__module__.partition(".")[0]
    found = [(word, function.__globals__.get(word)) for word in sorted(_code_names(function.__code__))]
    return [(w, v) for w, v in found if isinstance(v, FunctionType) and v.__module__.partition(".")[0] == package]


def _code_names(code: Any) -> set[str]:
    inner = (c for c in code.co_consts if inspect.iscode(c))
    return set(code.co_names).union(*map(_code_names, inner))


@functools.cache
def _source(function: FunctionType) -> str:
    """The text of a helper, without decorators."""
    lines = inspect.cleandoc("\n" + inspect.getsource(function)).splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("def "))
    return "\n".join(lines[start:]).rstrip()


@functools.lru_cache(256)
def _names(text: str) -> frozenset[str]:
    return frozenset(t.string for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.NAME)


def renamed(text: str, old: str, new: str) -> str:
    """Text with one free name replaced, strings, comments and attributes left alone."""
    lines = text.splitlines()
    tokens = list(tokenize.generate_tokens(io.StringIO(text + "\n").readline))
    for k in range(len(tokens) - 1, -1, -1):
        token = tokens[k]
        after_dot = k > 0 and tokens[k - 1].string == "."
        if token.type == tokenize.NAME and token.string == old and not after_dot:
            (row, start), (_, end) = token.start, token.end
            lines[row - 1] = lines[row - 1][:start] + new + lines[row - 1][end:]
    return "\n".join(lines)
