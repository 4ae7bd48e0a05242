"""Helpers are emitted into generated modules: each documents itself and knows NumPy and other helpers alone."""

# mypy: allow-untyped-calls

from __future__ import annotations

import builtins
import inspect
from collections.abc import Iterator
from types import CodeType
from typing import Any

import numpy as np
import pytest

from sourcead import rules, runtime
from sourcead.rules.registry import is_helper

HELPERS: list[Any] = [getattr(runtime, name) for name in runtime.__all__]


def codes(code: CodeType) -> Iterator[CodeType]:
    """A code object and those nested in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


@pytest.mark.parametrize("helper", HELPERS, ids=lambda h: h.__name__)
def test_a_helper_stands_alone(helper: Any) -> None:
    rules.load()
    assert is_helper(helper)
    assert helper.__doc__ and len(helper.__doc__.splitlines()) <= 3
    used = {name for code in codes(helper.__code__) for name in code.co_names if name in helper.__globals__}
    for name in used - set(dir(builtins)):
        assert helper.__globals__[name] is np or helper.__globals__[name] in HELPERS


def test_the_text_of_the_helpers_runs_by_itself() -> None:
    scope: dict[str, Any] = {"np": np}
    for helper in HELPERS:
        exec(inspect.getsource(helper), scope)
    assert scope["unbroadcast"](np.ones((2, 3)), np.ones(3)).tolist() == [2, 2, 2]
    assert scope["add"]([1.0], [2.0]) == [3.0]
