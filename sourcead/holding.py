"""A function of some of the arguments of another, the others held: as text, so that it can be differentiated."""

from __future__ import annotations

import builtins
import linecache
from collections.abc import Sequence
from types import FunctionType
from typing import Any


def holding(f: Any, args: Sequence[Any], free: Sequence[int]) -> Any:
    """`f` as a function of the arguments at these positions; `f` itself where that is all of them."""
    if len(free) == len(args):
        return f
    passed = ", ".join(f"x{k}" for k in range(len(args)))
    text = f"def held({', '.join(f'x{k}' for k in free)}):\n    return f({passed})\n"
    filename = f"<held {len(args)} {' '.join(map(str, free))}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    code = compile(text, filename, "exec")
    body = next(const for const in code.co_consts if isinstance(const, type(code)))
    others = {f"x{k}": arg for k, arg in enumerate(args) if k not in free}
    return FunctionType(body, {"f": f, **others, "__name__": __name__, "__builtins__": builtins}, "held")
