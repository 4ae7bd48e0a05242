"""Names that may be unbound: kept across turns as None, and found by following what may flow where."""

from __future__ import annotations

import pytest

from sourcead.transform.binding import Bindings
from tests.compiling import compiled
from tests.small import gradient, program, stages

LATE = (
    "def f(x, n):\n    for i in range(n):\n        if i > 0:\n            x = x * y\n        y = x * 2.0\n    return x"
)


def unbound(text: str, *args: object) -> set[str]:
    return {v.hint for v in Bindings.of(compiled(program(text), *args).seen["resolve"].body).unbound if v.hint}


def test_what_only_a_turn_binds_may_be_unbound() -> None:
    assert "y" in unbound(LATE, 0.9, 3) and "x" not in unbound(LATE, 0.9, 3)


def test_what_both_sides_bind_is_bound() -> None:
    f = "def f(x):\n    if x > 0:\n        y = x\n        z = x\n    else:\n        y = -x\n    return y"
    assert "y" not in unbound(f, 0.5)


def test_what_is_kept_each_turn_is_none_before_it_is_bound() -> None:
    text = gradient(LATE, 0.9, 3)
    assert text.count("y = None") == 1 and text.index("y = None") < text.index("for ")


def test_a_name_that_is_bound_before_the_loop_is_not_bound_again() -> None:
    assert "None" not in gradient(LATE.replace("    for", "    y = 1.0\n    for", 1), 0.9, 3)


@pytest.mark.parametrize("n", [0, 1])
def test_no_turn_needs_no_value(n: int) -> None:
    assert stages(LATE, 0.9, 3).run_text(0.9, n) == 1.0
