"""Library functions as functions with source: `np.sin` becomes `def sin(x): return np.sin(x)`."""

from __future__ import annotations

import builtins
import functools
import importlib
import inspect
import linecache
import math
import pkgutil
import sys
from collections.abc import Callable, Hashable
from types import FunctionType
from typing import Any

import numpy as np

import sourcead.primitives
from sourcead.primitives.registry import Entry, entry_of, identity

_WRAPPERS: dict[Hashable, tuple[object, Callable[..., Any]]] = {}
_ROOTS: dict[str, Any] = {"np": np, "math": math}


def wrapper_of(target: object) -> Callable[..., Any] | None:
    """A Python function that calls a library function, or None where that is no primitive; always the same one."""
    known = _WRAPPERS.get(identity(target))
    if known is not None:
        return known[1]
    _load_tables()
    entry = entry_of(target)
    if entry is None or not entry.form.startswith("call "):
        return None
    wrapper = _made(entry)
    _WRAPPERS[identity(target)] = (target, wrapper)
    return wrapper


@functools.cache
def _load_tables() -> None:
    """Import every table of primitives."""
    for module in pkgutil.iter_modules(sourcead.primitives.__path__):
        importlib.import_module(f"sourcead.primitives.{module.name}")


def _made(entry: Entry) -> Callable[..., Any]:
    """Write, register and load the wrapper."""
    dotted = entry.form.removeprefix("call ")
    parameters = [p for p in entry.signature.parameters.values() if _kept(p, entry)]
    header = [_parameter(p) for p in parameters]
    named = next((k for k, p in enumerate(parameters) if p.kind is p.KEYWORD_ONLY), None)
    if named is not None and not any(p.kind is p.VAR_POSITIONAL for p in parameters):
        header.insert(named, "*")
    passed = [_passed(p) for p in parameters]
    name = dotted.rpartition(".")[2]
    text = f"def {name}({', '.join(header)}):\n    return {dotted}({', '.join(passed)})\n"
    filename = f"<{dotted}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    code = compile(text, filename, "exec")
    body = next(const for const in code.co_consts if isinstance(const, type(code)))
    root = dotted.partition(".")[0]
    others = {root: sys.modules[root]} if root not in _ROOTS and root in sys.modules else {}  # scipy
    module = {**_ROOTS, **others, "__name__": __name__, "__builtins__": builtins}
    wrapper = FunctionType(body, module, name)
    wrapper.__defaults__ = (
        tuple(p.default for p in parameters if p.default is not p.empty and p.kind is not p.KEYWORD_ONLY) or None
    )
    wrapper.__kwdefaults__ = {
        p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is not p.empty
    } or None
    return wrapper


def _kept(p: inspect.Parameter, entry: Entry) -> bool:
    """Required parameters and static ones; what else may be left out, is left out."""
    return p.kind is not p.VAR_KEYWORD and (p.default is p.empty or p.name in entry.static - entry.refuse)


def _parameter(p: inspect.Parameter) -> str:
    if p.kind is p.VAR_POSITIONAL:
        return f"*{p.name}"
    default = p.default.__name__ if isinstance(p.default, type) else repr(p.default)
    return p.name if p.default is p.empty else f"{p.name}={default}"


def _passed(p: inspect.Parameter) -> str:
    if p.kind is p.VAR_POSITIONAL:
        return f"*{p.name}"
    return p.name if p.default is p.empty else f"{p.name}={p.name}"
