"""Activity: which values depend on what is differentiated, and where the dependence ends."""

from __future__ import annotations

import numpy as np
import pytest

from sourcead.ir import walk
from sourcead.transform.activity import varied_values
from tests.compiling import compiled
from tests.small import gradient, program

VECTOR = np.array([0.5, 1.5, -0.7])


def varied_names(text: str, *args: object) -> set[str]:
    """The user's names of which some value depends on the first argument."""
    body = compiled(program(text), *args).seen["resolve"].body
    varied = varied_values(body, body.params[:1])
    assert varied <= {
        *body.params,
        *(v for op in walk(body) for v in (*op.outs, *(p for b in op.blocks for p in b.params))),
    }
    return {v.hint for v in varied if v.hint}


def test_what_is_computed_from_the_argument_and_nothing_else() -> None:
    f = "def f(x, w):\n    y = x * w\n    z = w * 2.0\n    u = y + z\n    return u * z"
    assert varied_names(f, 1.5, 2.0) == {"x", "y", "u"}


@pytest.mark.parametrize("stop", ["int(x)", "x > 0", "np.shape(x)", "np.sign(x) > 0", "round(x)"])
def test_ints_and_bools_of_a_float_end_it(stop: str) -> None:
    assert "y" not in varied_names(f"def f(x):\n    y = {stop}\n    return x * 2.0", 1.5)


def test_a_cast_to_int_stops() -> None:
    assert varied_names(
        "def f(x):\n    k = x.astype(int)\n    y = k * 2.0\n    return np.sum(x) + np.sum(y)", VECTOR
    ) == {"x"}


@pytest.mark.parametrize("through", ["np.square(n)", "np.asarray(n)", "n + 1", "n * n"])
def test_a_differentiated_int_goes_on_through_numpy(through: str) -> None:
    assert varied_names(f"def f(n):\n    y = {through}\n    return y * 2.0", 3) == {"n", "y"}
    assert gradient("def f(n):\n    y = np.square(n)\n    return y * 2.0", 3) != "return 0.0"


def test_a_loop_is_brought_to_a_fixed_point() -> None:
    f = (
        "def f(x, n):\n    a = b = c = d = 0.0\n    for i in range(n):\n        c = b * 2.0\n"
        "        b = a * 2.0\n        a = x\n        d = d + 1.0\n    return c * d"
    )
    assert varied_names(f, 1.5, 4) == {"x", "a", "b", "c"}


def test_either_side_of_a_branch_makes_its_result_vary() -> None:
    f = (
        "def f(x, c):\n    if c > 0:\n        y = x\n        z = 1.0\n    else:\n"
        "        y = 2.0\n        z = 2.0\n    return y * z"
    )
    assert varied_names(f, 1.5, 1.0) == {"x", "y"}
