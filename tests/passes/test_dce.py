"""Dead code: what has an effect of its own stays, what nothing reads goes, and loops keep only what is read."""

from __future__ import annotations

import numpy as np
import pytest

from tests.compiling import ops_named
from tests.small import around, gradient, program, stages

VECTOR = np.array([0.5, 1.5, -0.7, 1.1])


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("assert x[0] < 9, 'large'", "assert x[0] < 9, 'large'"),
        ("y = x[2]", "x[2]"),
        ("a, b, c, d = x", " = x"),
        ("q = 1 / n", "1 / n"),
        ("q = 7 % n", "7 % n"),
        ("show(n)", "show(n)"),
    ],
)
@pytest.mark.optimised
def test_what_may_raise_or_be_seen_stays(line: str, kept: str) -> None:
    text = gradient(f"def f(x, n):\n    {line}\n    return np.sum(x * x)", VECTOR, 2, show=repr)
    assert text.count(kept) == 1 and "2 * x" in text


def test_a_raise_that_nothing_reads_stays() -> None:
    found = stages("def f(x):\n    if x > 9:\n        raise ValueError('large')\n    return x * x", 0.5)
    with pytest.raises(ValueError, match=r"^large$"):
        found.run_text(10.0)


@pytest.mark.parametrize("line", ["y = np.exp(x)", "y = x @ x", "y = x * n", "y = 1.0 / x"])
@pytest.mark.optimised
def test_pure_work_that_nothing_reads_goes(line: str) -> None:
    found = stages(f"def f(x, n):\n    {line}\n    return np.sum(x * x)", VECTOR, 2)
    before, after = around(found, "dead code")
    (dead,) = (o for o in found.seen["resolve"].body.ops if o.outs[0].hint == "y")
    assert dead in before.ops and dead not in after.ops


@pytest.mark.optimised
def test_a_loop_that_nothing_reads_goes() -> None:
    text = gradient(
        "def f(x, n):\n    s = 0.0\n    for i in range(n):\n        s = s + i * x\n    return x * x", 0.9, 3
    )
    assert "for" not in text


@pytest.mark.optimised
def test_a_loop_keeps_only_the_state_that_is_read() -> None:
    found = stages(
        (
            "def f(x, n):\n    s = 0.0\n    t = 1.0\n    for i in range(n):\n        s = s + 2.0\n"
            "        t = t * x\n    return t"
        ),
        0.9,
        3,
    )
    before, after = around(found, "dead code")
    assert ops_named(before, "for")[0].attr("carried") == 3, "i, s and t"
    assert ops_named(after, "for")[0].attr("carried") == 1
    assert "2.0" not in gradient(
        (
            "def f(x, n):\n    s = 0.0\n    t = 1.0\n    for i in range(n):\n        s = s + 2.0\n"
            "        t = t * x\n    return t"
        ),
        0.9,
        3,
    )


def test_a_look_up_is_not_made_twice_for_its_failure() -> None:
    text = gradient("def f(x):\n    return x[1] * 3.0", VECTOR)
    assert text.count("[1]") == 1, "dx[1] fails as x[1] does"


def test_a_failing_look_up_in_a_dead_loop_still_fails() -> None:
    f = "def f(x, n):\n    s = 0.0\n    for i in range(n):\n        s = s + x[i]\n    return np.sum(x)"
    found = stages(f, VECTOR, 4)
    with pytest.raises(IndexError) as own:
        program(f)(VECTOR, 5)
    with pytest.raises(IndexError) as ours:
        found.run_text(VECTOR, 5)
    assert ours.value.args == own.value.args
