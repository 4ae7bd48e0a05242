"""The reverse transform: one pass over the ops backwards, contributions to what varies, refusals where no rule is."""

from __future__ import annotations

import numpy as np
import pytest

from sourcead import MissingRuleError
from tests.compiling import compiled
from tests.refusing import refused
from tests.small import gradient, program, stages

VECTOR = np.array([0.5, 1.5, -0.7])


def test_the_backward_sweep_follows_the_forward_one_in_reverse() -> None:
    ops = (
        stages("def f(x):\n    y = np.sin(x)\n    z = np.exp(y)\n    return np.sum(z * z)", VECTOR)
        .seen["adjoint"]
        .body.ops
    )
    first = next(k for k, op in enumerate(ops) if op.backward)
    assert all(op.backward for op in ops[first:]) and not any(op.backward for op in ops[:first])
    places = [op.at.column for op in ops[first:] if op.at is not None and op.at.line == 4]
    lines = [op.at.line for op in ops[first:] if op.at is not None]
    assert places and lines == sorted(lines, reverse=True)


def test_what_is_not_varied_gets_nothing() -> None:
    text = gradient("def f(x, w):\n    return np.sum(np.exp(x) * np.tanh(w))", VECTOR, VECTOR)
    assert text.count("np.tanh") == 1 and "dw" not in text


def test_a_constant_function_has_the_gradient_zero() -> None:
    assert gradient("def f(x):\n    return 3.0", 1.5) == "return 0.0"
    assert gradient("def f(x):\n    return 3.0", VECTOR).count("zeros_like(x)") == 1


def test_a_function_without_a_rule_is_refused_where_it_is_varied_only() -> None:
    f = "def f(x, w):\n    return np.sum({}) * np.sum(x)"
    words = refused(f.format("np.poly(x)"), VECTOR, VECTOR, error=MissingRuleError)
    assert words.startswith("no derivative rule for np.poly\n  --> model.py:2:")
    assert gradient(f.format("np.poly(w)"), VECTOR, np.sort(VECTOR)).count("np.poly") == 1


def test_aux_and_value_come_along() -> None:
    f = program("def f(x):\n    return x * x, 7")
    made = compiled(f, 1.5, has_aux=True, mode="value_and_grad")
    assert made.run_text(1.5) == ((2.25, 7), 3.0)


@pytest.mark.parametrize("argnums", [(0, 1), (1, 0), (1,)])
def test_gradients_come_in_the_order_asked_for(argnums: tuple[int, ...]) -> None:
    assert stages("def f(x, y):\n    return x * y", 2.0, 5.0, argnums=argnums).final.name == "f_grad"
