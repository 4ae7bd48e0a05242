"""How many array operations one call performs: calls of ufuncs and of NumPy's other functions; views are free.

Unlike a time, this number is the same on every machine and at every load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import numpy as np

import sourcead
from tests.bench.workloads import ROWS, Row

SIDES = ("readable", "primal", "tuned", "sourcead")


class Counted(np.ndarray[Any, Any]):
    """An array that counts what is done with it, and with what comes of it."""

    calls = 0

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        Counted.calls += 1
        if "out" in kwargs:
            kwargs["out"] = tuple(_plain(x) for x in kwargs["out"])
        result = getattr(ufunc, method)(*map(_plain, inputs), **kwargs)
        given = inputs[0] if method == "at" else kwargs.get("out", (result,))[0]
        return None if method == "at" else _counted(given if result is not None else None)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        before = Counted.calls
        result = super().__array_function__(function, types, args, kwargs)
        Counted.calls = before + 1  # whatever it is made of
        return _counted(result)

    def dot(self, *args: Any) -> Any:  # the one method that does not pass by here
        return np.dot(self, *args)


def _plain(x: Any) -> Any:
    return x.view(np.ndarray) if isinstance(x, Counted) else x


def _counted(x: Any) -> Any:
    return x.view(Counted) if isinstance(x, np.ndarray) else x


def counted(tree: Any) -> Any:
    """The arrays of a tree of arguments as ones that count; arrays of integers are left as they are."""
    if isinstance(tree, tuple | list):
        return type(tree)(counted(item) for item in tree)
    return _counted(tree) if getattr(tree, "dtype", None) in (np.float32, np.float64) else tree


def of(call: Callable[..., Any], arguments: tuple[Any, ...]) -> int:
    """The array operations of a call."""
    given = counted(arguments)
    with _new_arrays_count():
        before = Counted.calls
        call(*given)
        return Counted.calls - before


@contextmanager
def _new_arrays_count() -> Iterator[None]:
    """Arrays that are made from nothing count what is done with them, too; making them does not count."""

    def counting(make: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **kwargs: _counted(make(*args, **kwargs))

    with ExitStack() as stack:
        for name in ("empty", "full", "ones", "zeros"):
            stack.enter_context(mock.patch.object(np, name, counting(getattr(np, name))))
        yield


def of_row(row: Row) -> dict[str, int]:
    """By contestant; the emitted function is called as it is, without a guard that would refuse such arrays."""
    module, arguments = row.module, row.arguments()
    text = sourcead.value_and_grad(module.loss).specialize(*arguments).fn
    calls = {"readable": module.readable, "primal": module.loss, "tuned": module.tuned, "sourcead": text}
    return {name: of(call, arguments) for name, call in calls.items()}


def measure() -> dict[str, dict[str, int]]:
    """By row and contestant; loops over numbers have none."""
    return {row.key: of_row(row) for row in ROWS if not row.key.startswith("W6") and row.key != "W7.loop"}
