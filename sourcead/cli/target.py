"""What the command line is asked to differentiate: `FILE:FUNC` or `MODULE:FUNC`, and the arguments given with it."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from sourcead.emission import BACKENDS, STYLES
from sourcead.records import dataclass


class UsageError(Exception):
    """The command cannot be carried out as it was given; its text says why, its cause is the user's own error."""


@dataclass(frozen=True, slots=True)
class Target:
    """A function and the module that it was found in."""

    function: Callable[..., Any]
    module: ModuleType


def load(text: str) -> Target:
    """The function that `FILE:FUNC` or `MODULE:FUNC` names; `FUNC` may be dotted (`Class.method`)."""
    place, colon, name = text.rpartition(":")
    if not (place and colon and name):
        raise UsageError(f"expected FILE:FUNC or MODULE:FUNC, not {text!r}")
    module = load_module(place)
    found: Any = module
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise UsageError(f"{place} has no {name!r}; it has {_functions(module)}") from None
    if not callable(found):
        raise UsageError(f"{name} of {place} is no function but {type(found).__name__}")
    return Target(found, module)


def load_module(place: str) -> ModuleType:
    """The module that a FILE or MODULE names."""
    try:
        return _load_file(Path(place)) if place.endswith(".py") else _load_module(place)
    except UsageError:
        raise
    except Exception as error:
        raise UsageError(f"{place} cannot be imported") from error


def _load_file(path: Path) -> ModuleType:
    """Import a file under its own stem, its folder first on the path, as `python FILE` would have it."""
    if not path.is_file():
        raise UsageError(f"no such file: {path}")
    path, name = path.resolve(), path.stem
    loaded = sys.modules.get(name)
    if loaded is not None:
        file = getattr(loaded, "__file__", None)
        if file is not None and Path(file).resolve() == path:
            return loaded
        raise UsageError(f"{path.name} cannot be imported: a module named {name} is already loaded; rename the file")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} cannot be imported")
    sys.path.insert(0, str(path.parent))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _load_module(name: str) -> ModuleType:
    """Import a module by name, the current folder first on the path, as `python -m` would have it."""
    sys.path.insert(0, os.getcwd())
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        hint = " (a file is named with its .py)" if Path(f"{name}.py").is_file() else ""
        raise UsageError(f"no module named {error.name}{hint}") from None


def _functions(module: ModuleType) -> str:
    functions = inspect.getmembers(module, inspect.isfunction)
    return ", ".join(name for name, value in functions if value.__module__ == module.__name__) or "no functions"


def parse_argnums(text: str | None) -> int | str | tuple[int | str, ...]:
    """`--wrt`: the names (or positions) of parameters, separated by commas."""
    if text is None:
        return 0
    names = [int(part) if part.isdecimal() else part for part in map(str.strip, text.split(","))]
    return names[0] if len(names) == 1 else tuple(names)


def evaluate_arguments(text: str, target: Target) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """`--args`: what would stand between the parentheses of a call, evaluated in the module (`np` is always known)."""
    names = {"np": np, **vars(target.module), "__sourcead_arguments": lambda *args, **kwargs: (args, kwargs)}
    try:
        args, kwargs = eval(f"__sourcead_arguments({text}\n)", names)
    except Exception as error:
        raise UsageError(f"--args {text}: {type(error).__name__}: {error}") from None
    try:
        signature = inspect.signature(target.function)
    except ValueError:  # a NumPy function may have none; then the call itself will say
        return args, kwargs
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        raise UsageError(f"--args {text}: {error}") from None
    return args, kwargs


def add_target_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that every command takes which differentiates a function."""
    parser.add_argument("target", metavar="FILE:FUNC", help="the function; also MODULE:FUNC, and Class.method for FUNC")
    parser.add_argument("--wrt", metavar="NAMES", help="parameters to differentiate, as W1,b1 (default: the first one)")
    parser.add_argument(
        "--mode",
        choices=("reverse", "value_and_grad", "forward", "vjp", "hvp"),
        default="reverse",
        help="the gradient (default); value and gradient; value and tangent (forward); value and pullback (vjp); "
        "gradient and its tangent (hvp)",
    )
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument(
        "--args", metavar="EXPR", help="example arguments, evaluated in the module; code for their kinds"
    )
    kinds.add_argument("--generic", action="store_true", help="code for arguments of any kind (default)")
    parser.add_argument(
        "--style",
        choices=STYLES,
        default="fast",
        help="an expert's NumPy where it pays at these sizes (default), or the textbook's text",
    )
    parser.add_argument("--backend", choices=BACKENDS, default="numpy", help="what the source is written for")
    parser.add_argument(
        "--no-stabilize", dest="stabilize", action="store_false", help="leave text that overflows as it is"
    )
