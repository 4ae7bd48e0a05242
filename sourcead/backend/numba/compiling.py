"""Compiling the kernels of loaded text for the arguments of a call, before the call: so that what Numba cannot type is
refused like all else."""

from __future__ import annotations

import linecache
import warnings
from collections.abc import Callable
from types import CellType
from typing import Any

from sourcead.backend.numba.rewriting import REMEDY
from sourcead.errors import Diagnosis, Place, UnsupportedError


class _Called(Exception):
    """The last kernel would be called now."""


def compile_kernels(call: Callable[[], Any], fn: Callable[..., Any], at: Place | None) -> None:
    """Compile what a call of `fn` calls.

    Raises:
        UnsupportedError: with the line of the generated text.
    """
    import numba
    from numba.core.errors import NumbaError, NumbaPerformanceWarning

    cells = [c for c in getattr(fn, "__closure__", None) or () if is_compiled(c.cell_contents)]

    def compiled(kernel: Any, given: tuple[Any, ...]) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", NumbaPerformanceWarning)
                kernel.compile(tuple(map(numba.typeof, given)))
        except (NumbaError, NotImplementedError, AssertionError) as error:  # Numba's own defects are such, too
            raise UnsupportedError(_diagnosis(error, kernel, at)) from None

    _run(call, cells, compiled)


def is_compiled(value: object) -> bool:
    """Whether a value is a function that Numba compiles."""
    return hasattr(value, "py_func") and hasattr(value, "compile")


def _run(call: Callable[[], Any], cells: list[CellType], compiled: Callable[[Any, tuple[Any, ...]], None]) -> None:
    """Run a call up to its last kernel: what comes before a kernel in the text takes arguments apart, and calls others.
    Nothing of that has effects: Numba takes none."""
    kernels = [cell.cell_contents for cell in cells]
    waiting = set(range(len(cells)))
    refused: list[UnsupportedError] = []

    def recorder(number: int) -> Callable[..., Any]:
        def record(*given: Any) -> Any:
            try:
                compiled(kernels[number], given)
            except UnsupportedError as error:
                refused.append(error)
                raise
            waiting.discard(number)
            if not waiting:
                raise _Called
            return kernels[number](*given)

        return record

    for number, cell in enumerate(cells):
        cell.cell_contents = recorder(number)
    try:
        call()
    except Exception:  # `_Called`, what is refused, or what f raises itself: the call will raise it again
        pass
    finally:
        for cell, kernel in zip(cells, kernels, strict=True):
            cell.cell_contents = kernel
    if refused:
        raise refused[0]


def _diagnosis(error: Exception, kernel: Any, at: Place | None) -> Diagnosis:
    message = next((m for m in map(str.strip, str(error).splitlines()) if m and not m.startswith("Failed in")), "")
    line = getattr(getattr(error, "loc", None), "line", None)
    text = linecache.getline(kernel.py_func.__code__.co_filename, line or 0).strip()
    notes = (f"in the generated line `{text}`",) if text else ()
    return Diagnosis(f"Numba cannot compile this: {message}", at, notes, REMEDY)
