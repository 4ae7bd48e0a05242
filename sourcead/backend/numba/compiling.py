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
    """A kernel would be called now."""


def compile_kernels(call: Callable[[], Any], fn: Callable[..., Any], at: Place | None) -> None:
    """Compile what a call of `fn` calls.

    Raises:
        UnsupportedError: with the line of the generated text.
    """
    import numba
    from numba.core.errors import NumbaError, NumbaPerformanceWarning

    for cell in getattr(fn, "__closure__", None) or ():
        kernel = cell.cell_contents
        if not is_compiled(kernel):
            continue
        given = _given(call, cell)
        if given is None:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", NumbaPerformanceWarning)
                kernel.compile(tuple(map(numba.typeof, given)))
        except (NumbaError, NotImplementedError, AssertionError) as error:  # Numba's own defects are such, too
            raise UnsupportedError(_diagnosis(error, kernel, at)) from None


def is_compiled(value: object) -> bool:
    """Whether a value is a function that Numba compiles."""
    return hasattr(value, "py_func") and hasattr(value, "compile")


def _given(call: Callable[[], Any], cell: CellType) -> tuple[Any, ...] | None:
    """What the kernel in a cell gets in a call: what comes before it in the text only takes arguments apart."""
    found: list[tuple[Any, ...]] = []

    def recorder(*given: Any) -> None:
        found.append(given)
        raise _Called

    kernel, cell.cell_contents = cell.cell_contents, recorder
    try:
        call()
    except Exception:  # `_Called`, or what f raises itself: the call will raise it again
        pass
    finally:
        cell.cell_contents = kernel
    return found[0] if found else None


def _diagnosis(error: Exception, kernel: Any, at: Place | None) -> Diagnosis:
    message = next((m for m in map(str.strip, str(error).splitlines()) if m and not m.startswith("Failed in")), "")
    line = getattr(getattr(error, "loc", None), "line", None)
    text = linecache.getline(kernel.py_func.__code__.co_filename, line or 0).strip()
    notes = (f"in the generated line `{text}`",) if text else ()
    return Diagnosis(f"Numba cannot compile this: {message}", at, notes, REMEDY)
