"""The other libraries on the same workloads: one file each, imported only where the library is installed.

Each file's `made(row, arguments)` returns a call without arguments that gives value and gradient in the library's own
arrays, made beforehand; None where the library has no sensible form of the workload.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any


def with_numpy(loss: Callable[..., Any], numpy: Any) -> Callable[..., Any]:
    """The same text where `np` means another module, in the functions that it calls too."""
    assert isinstance(loss, FunctionType)
    names: dict[str, Any] = dict(loss.__globals__)
    for name, value in loss.__globals__.items():
        if isinstance(value, FunctionType) and value.__module__ == loss.__module__:
            names[name] = FunctionType(value.__code__, names, name)
    names["np"] = numpy
    return FunctionType(loss.__code__, names, loss.__name__)


def mapped(tree: Any, make: Callable[[Any], Any]) -> Any:
    """A tree of tuples and lists with every leaf replaced."""
    if isinstance(tree, tuple | list):
        return type(tree)(mapped(item, make) for item in tree)
    return make(tree)
