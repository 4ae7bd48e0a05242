"""The public face of the package: what can be imported, what importing costs, differentiating NumPy functions."""

from __future__ import annotations

import inspect
import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.frontend.wrapper import wrapper_of
from sourcead.primitives.registry import declare, entry_of
from tests.fakes import Compiler, compiler

__all__ = ["compiler"]


def test_public_names() -> None:
    assert {"grad", "value_and_grad", "SourceADError", "ArgumentError", "InternalError"} <= set(sourcead.__all__)
    assert all(
        issubclass(getattr(sourcead, name), sourcead.SourceADError)
        for name in sourcead.__all__
        if name.endswith("Error")
    )


HEAVY = ("scipy", "matplotlib", "pandas", "numba", "pytest", "importlib.metadata", "sourcead.cli")


def test_importing_loads_the_compiler_and_nothing_heavy() -> None:
    code = (
        "import sys, numpy, numpy.fft, numpy.polynomial, numpy.random\n"
        "before = set(sys.modules)\n"
        "import sourcead\n"
        "print(*sorted(set(sys.modules) - before), sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"sourcead.pipeline", "sourcead.backend.load", "gast", "astor"} <= loaded
    assert not loaded.intersection(HEAVY)
    foreign = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names
    assert foreign == {"sourcead", "gast", "astor"}


def declared_function(a: object, axis: object = None, out: object = None) -> object:
    return a


def test_library_functions_are_called_by_a_def_with_source(compiler: Compiler) -> None:
    if entry_of(np.nansum) is None:
        declare(np.nansum, static="axis keepdims", refuse="dtype out")(
            lambda a, axis=None, dtype=None, out=None, keepdims=False: a
        )
    wrapper = wrapper_of(np.nansum)
    assert wrapper is not None and wrapper is wrapper_of(np.nansum)
    assert "return np.nansum(a, axis=axis, dtype=dtype, keepdims=keepdims)" in inspect.getsource(wrapper)
    assert wrapper(np.array([[1.0, np.nan]]), axis=1, keepdims=True) == [[1.0]]
    compiler.write = lambda request: "def derived(a, axis, dtype, keepdims): return a, axis, keepdims"
    derivative = sourcead.grad(np.nansum)
    assert derivative.__wrapped__ is np.nansum
    assert derivative(1.0, keepdims=True) == (1.0, None, True)
    assert sourcead.grad(np.nansum)(2.0) == (2.0, None, False)
    assert compiler.count == 2
    with pytest.raises(ValueError, match="nansum has no parameter 'out'"):
        sourcead.grad(np.nansum, "out")
    assert wrapper_of(declared_function) is None


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (np.sin, "return np.sin(x, casting=casting"),
        (np.sum, "return np.sum(a, axis=axis, dtype=dtype, keepdims=keepdims)"),
        (np.linalg.norm, "return np.linalg.norm(x, ord=ord, axis=axis, keepdims=keepdims)"),
        (math.log, "return math.log(x)"),
        (abs, "return abs(x)"),
    ],
)
def test_wrappers_of_the_tables(function: Any, text: str) -> None:
    wrapper = wrapper_of(function)
    assert wrapper is not None and text in inspect.getsource(wrapper)
    assert wrapper(np.float64(0.25)) == function(0.25)
