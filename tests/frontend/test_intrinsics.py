"""Functions that resolving answers itself: lengths, ranks, classes and items that kinds decide leave no op behind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.compiling import ops_named, primal
from tests.refusing import refused
from tests.small import gradient, program


@pytest.mark.parametrize(
    ("question", "p", "answer"),
    [
        ("len(p)", (1.0, 2.0), 2),
        ("len(p)", {"a": 1.0}, 1),
        ("np.ndim(p)", np.ones((2, 2)), 2),
        ("np.ndim(p)", 1.5, 0),
        ("isinstance(p, tuple)", (1.0,), True),
        ("isinstance(p, (int, float))", 1.5, True),
        ("isinstance(p, np.ndarray)", 1.5, False),
    ],
)
def test_kinds_answer(question: str, p: Any, answer: Any) -> None:
    body = primal(program(f"def f(x, p):\n    if {question} == {answer}:\n        return x * x\n    return x"), 1.5, p)
    assert not ops_named(body, "if") and len(ops_named(body, "operator.mul")) == 1


@pytest.mark.parametrize(
    "body",
    [
        "sum(p)",
        "sum(p, 1.0)",
        "sum(tuple(p)) * p[0]",
        "sum(list(p))",
        "dict(a=p[0])['a']",
        "{'a': p[1]}.get('a')",
        "{'a': p[1]}.get('z', p[0])",
    ],
)
def test_containers_are_seen_through(body: str) -> None:
    assert gradient(f"def f(p):\n    return {body} * 2.0", (1.5, 2.0))


def test_a_strict_zip_is_refused() -> None:
    words = refused("def f(x):\n    for a, b in zip(x, x, strict=True):\n        pass\n    return x[0]", np.ones(2))
    assert words.startswith("`zip` with `strict=` is not differentiated\n  --> model.py:2:")
