"""Style "fast" opened up for tests: the texts of both styles, run side by side."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.passes import chunk_loops
from sourcead.sizes import Sizes
from tests.kit import tree_map
from tests.small import program


def close(fast: Any, plain: Any) -> None:
    """Equal but for rounding, and of one kind."""
    assert type(fast) is type(plain)
    fast, plain = np.asarray(fast), np.asarray(plain)
    assert (fast.dtype, fast.shape) == (plain.dtype, plain.shape)
    tolerance = 3e-4 if fast.dtype == np.float32 else 1e-9
    np.testing.assert_allclose(fast, plain, rtol=tolerance, atol=tolerance * (1 + np.abs(plain).max(initial=0)))


def both(function: Callable[..., Any], *args: Any, argnums: Any = 0) -> str:
    """The statements of value and gradient in style "fast", which computes what style "plain" does."""
    plain = sourcead.value_and_grad(function, argnums, style="plain")(*args)
    fast = sourcead.value_and_grad(function, argnums)
    tree_map(close, fast(*args), plain)
    source = fast.specialize(*args).source
    made = ast.parse(source).body[-1]
    assert isinstance(made, ast.FunctionDef)
    return "\n".join(map(ast.unparse, made.body[1:]))


def fast_text(text: str, *args: Any, argnums: Any = 0, **names: Any) -> str:
    """The same of a program."""
    return both(program(text, **names), *args, argnums=argnums)


def small_chunks(monkeypatch: pytest.MonkeyPatch, large: int = 50, elements: int = 16) -> None:
    """Arrays of more than a few elements count as large, and chunks are tiny."""
    monkeypatch.setattr("sourcead.sizes.LARGE", large)
    monkeypatch.setattr(chunk_loops, "CHUNK", 8 * elements)


def sizes_of(**arrays: Any) -> Sizes:
    """The sizes of arguments."""
    from sourcead.signature import kind_of

    sizes = Sizes()
    for name, array in arrays.items():
        path = (("param", name),)
        sizes.add(kind_of(array, path), array, path)
    return sizes
