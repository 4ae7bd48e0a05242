"""What loops run over: zips, counts, rows and ranges, and what is nothing to loop over."""

from __future__ import annotations

import numpy as np
import pytest

from tests.compiling import ops_named, primal
from tests.refusing import refused
from tests.small import gradient, program

VECTOR = np.array([0.5, 1.5, -0.7])


@pytest.mark.parametrize(
    ("head", "forms"),
    [
        ("a in x", ["rows"]),
        ("a in range(3)", ["range"]),
        ("a in range(3, 0, -1)", ["range"]),
        ("k, a in enumerate(x)", ["count", "rows"]),
        ("k, a in enumerate(x, 2)", ["count", "rows"]),
        ("a, b in zip(x, range(2))", ["rows", "range"]),
        ("k, (a, b) in enumerate(zip(x, x))", ["count", "rows", "rows"]),
    ],
)
def test_sources_in_the_order_of_the_text(head: str, forms: list[str]) -> None:
    f = f"def f(x):\n    s = x[0]\n    for {head}:\n        s = s * x[1] + a\n    return s"
    (loop,) = ops_named(primal(program(f), VECTOR), "for")
    assert [source.form for source in loop.attr("sources")] == forms
    assert gradient(f, VECTOR).count("reversed(") == 1


def test_a_zip_of_static_containers_unrolls_to_the_shortest() -> None:
    f = "def f(p, q):\n    s = 0.0\n    for a, b in zip(p, q):\n        s = s + a * b\n    return s"
    assert not ops_named(primal(program(f), (1.0, 2.0, 3.0), (4.0, 5.0)), "for")
    assert gradient(f, (1.0, 2.0, 3.0), (4.0, 5.0))


def test_a_number_is_nothing_to_loop_over() -> None:
    words = refused("def f(x):\n    for a in x:\n        pass\n    return x", 1.5)
    assert words.startswith("this is nothing to loop over\n  --> model.py:2:")
