"""A function of some of the arguments of another, the others held: as text, so that it can be differentiated."""

from __future__ import annotations

import builtins
import linecache
from collections.abc import Mapping, Sequence
from types import FunctionType
from typing import Any


def holding(
    f: Any, args: Sequence[Any], free: Sequence[int], names: Sequence[str], keywords: Mapping[str, Any] | None = None
) -> Any:
    """`f` as a function of the arguments at these positions; `f` itself where that is all of them.

    names: how to call the arguments; keywords: arguments by name, all of them held.
    """
    keywords = keywords or {}
    if len(free) == len(args) and not keywords:
        return f
    words = [name if name.isidentifier() else f"x{k}" for k, name in enumerate(names)]
    passed = [word if k in free else f"_held_{word}" for k, word in enumerate(words)]
    passed += [f"{name}=_held_{name}" for name in keywords]
    text = f"def held({', '.join(words[k] for k in free)}):\n    return _function({', '.join(passed)})\n"
    others = {f"_held_{word}": arg for word, arg in zip(words, args, strict=True)}
    others |= {f"_held_{name}": arg for name, arg in keywords.items()}
    return function_of(text, {"_function": f, **others})


def function_of(text: str, module: dict[str, Any]) -> FunctionType:
    """The function that a text defines, over a module of these names; the text can be read like that of any other."""
    filename = f"<{text.splitlines()[1].strip()}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    code = compile(text, filename, "exec")
    body = next(const for const in code.co_consts if isinstance(const, type(code)))
    return FunctionType(body, {**module, "__name__": __name__, "__builtins__": builtins}, body.co_name)
