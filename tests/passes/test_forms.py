"""A pass of style "fast" is woken by the primitives that its rules look for."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.ir import Function, Op
from sourcead.passes.forms import Forms, primitives, rewritten
from sourcead.pipeline import OBSERVERS
from sourcead.sizes import Sizes
from tests.compiling import function_of


def last_stage(text: str, *args: Any) -> Function:
    import sourcead

    seen: list[Function] = []

    def see(stage: str, function: Function) -> None:
        seen.append(function)

    OBSERVERS.append(see)
    try:
        sourcead.grad(function_of(text, np=np)).specialize(*args)
    finally:
        OBSERVERS.remove(see)
    return seen[-1]


def test_nothing_is_looked_at_where_nothing_wakes_it() -> None:
    function = last_stage("def f(x):\n    return np.sum(np.sin(x) * x)\n", np.ones(3))
    asked: list[str] = []

    def rule(op: Op, forms: Forms) -> Op | None:
        asked.append(op.name)

    assert rewritten(function, Sizes(), (rule,), primitives(np.tanh)) is function and not asked
    rewritten(function, Sizes(), (rule,), primitives(np.sin))
    assert asked == ["np.sin"]
