"""Aliasing: which values may be one memory, and which memory the function allocated."""

from __future__ import annotations

import numpy as np
import pytest

from sourcead.ir import Value, walk
from sourcead.passes.aliasing import Aliases
from sourcead.passes.reads import uses
from tests.compiling import compiled, ops_named
from tests.small import program

VECTOR = np.array([0.5, 1.5, -0.7])


def analysed(text: str, *args: object) -> tuple[Aliases, dict[str, Value]]:
    """The aliases of a resolved program, and the last value of each name."""
    function = compiled(program(text), *args).seen["resolve"]
    named = {v.hint: v for v in function.body.params}
    named.update({o.hint: o for op in walk(function.body) for o in op.outs if o.hint})
    named.update({o.hint: o for op in function.body.ops for o in op.outs if o.hint})
    return Aliases.of(function), named


@pytest.mark.parametrize(
    ("made", "shares", "own"),
    [
        ("x[1:]", True, False),
        ("x.T", True, False),
        ("x[None]", True, False),
        ("x.reshape(3, 1)", True, False),
        ("x.ravel()", True, False),
        ("np.asarray(x)", True, False),
        ("np.broadcast_to(x, (2, 3))", True, False),
        ("x * 2.0", False, True),
        ("x.copy()", False, True),
        ("np.array(x)", False, True),
        ("x[np.array([0, 1])]", False, True),
        ("x[x > 0]", False, True),
        ("np.zeros_like(x)", False, True),
        ("x.copy()[1:]", False, True),
    ],
)
def test_views_share_and_copies_do_not(made: str, shares: bool, own: bool) -> None:
    aliases, named = analysed(f"def f(x):\n    y = {made}\n    return np.sum(y)", VECTOR)
    assert aliases.share(named["x"], named["y"]) is shares
    assert aliases.own(named["y"]) is own and not aliases.own(named["x"])


def test_a_store_is_a_version_of_the_same_memory_or_a_new_one_that_is_owned() -> None:
    aliases, named = analysed("def f(x):\n    y = x * 2.0\n    y[0] = 1.0\n    return np.sum(y)", VECTOR)
    assert aliases.own(named["y"]) and not aliases.share(named["x"], named["y"])


def test_numbers_share_nothing() -> None:
    aliases, named = analysed("def f(x):\n    y = x\n    z = x * x\n    return y * z", 2.0)
    assert not aliases.share(named["x"], named["x"]) and aliases.of_atom(named["z"]) == frozenset()


def test_a_branch_may_be_either_side() -> None:
    aliases, named = analysed(
        "def f(x, c):\n    if c > 0:\n        y = x\n    else:\n        y = x * 2.0\n    return np.sum(y)", VECTOR, 1.0
    )
    assert aliases.share(named["x"], named["y"]) and not aliases.own(named["y"])


def test_what_a_loop_carries_may_be_what_it_started_from() -> None:
    text = "def f(x, n):\n    y = {}\n    for i in range(n):\n        y = y * 2.0\n    return np.sum(y)"
    aliases, named = analysed(text.format("x"), VECTOR, 2)
    assert aliases.share(named["x"], named["y"]) and not aliases.own(named["y"])
    aliases, named = analysed(text.format("x.copy()"), VECTOR, 2)
    assert not aliases.share(named["x"], named["y"]) and aliases.own(named["y"])


def test_a_region_uses_what_it_reads_from_outside() -> None:
    function = compiled(
        program(
            "def f(x, n):\n    s = 0.0\n    for i in range(n):\n        t = i * x\n        s = s + t\n    return s"
        ),
        0.5,
        2,
    ).seen["resolve"]
    (loop,) = ops_named(function.body, "for")
    names = [v.hint for v in uses(loop)]
    assert "x" in names and "n" in names and "t" not in names
