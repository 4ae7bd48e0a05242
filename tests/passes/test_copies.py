"""Copies before stores: exactly where an old version is read again, and at the entry of the loop that carries it."""

from __future__ import annotations

import ast

import numpy as np

import sourcead
from sourcead.passes.copies import insert_copies
from tests.compiling import ops_named
from tests.small import gradient, stages

VECTOR = np.array([0.5, 1.5, -0.7, 1.1])


def test_a_version_that_is_read_again_is_copied_once() -> None:
    text = gradient(
        (
            "def f(x):\n    y = x * 2.0\n    z = np.exp(y)\n    y[0] = 1.0\n    y[1] = 3.0\n"
            "    return np.sum(z * np.sin(y))"
        ),
        VECTOR,
    )
    assert text.count("copy") == 0, "nothing reads the old y: exp is kept by its result"
    text = gradient(
        "def f(x):\n    y = x * 2.0\n    z = y * y\n    y[0] = 1.0\n    y[1] = 3.0\n    return np.sum(z * y)", VECTOR
    )
    assert text.count("copy") == 1
    copy, store, second = text.index("copy"), text.index("[0] = 1.0"), text.index("[1] = 3.0")
    assert copy < store < second


def test_what_a_loop_carries_is_copied_at_its_entry() -> None:
    text = gradient(
        (
            "def f(x):\n    y = x * 2.0\n    z = y * y\n    for i in range(4):\n"
            "        y[i] = x[i]\n    return np.sum(z * y)"
        ),
        VECTOR,
    )
    copies = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Attribute) and n.attr == "copy"]
    loops = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.For)]
    assert len(copies) == 1 and len(loops) == 2
    assert not any(a.attr == "copy" for loop in loops for a in ast.walk(loop) if isinstance(a, ast.Attribute))
    assert copies[0].lineno < loops[0].lineno


def test_two_loops_inside_one_another_copy_before_the_outer_one() -> None:
    text = gradient(
        "def f(x):\n    y = x * 2.0\n    z = y * y\n    for i in range(2):\n        for j in range(2):\n"
        "            y[2 * i + j] = x[j]\n    return np.sum(z * y)",
        VECTOR,
    )
    assert text.count("copy") == 1 and text.index("copy") < text.index("for ")


def test_an_array_that_only_its_stores_read_is_not_copied() -> None:
    text = gradient(
        "def f(x):\n    h = np.zeros(4)\n    for i in range(4):\n        h[i] = x[i] * x[i]\n    return h @ h", VECTOR
    )
    assert "copy" not in text


def test_the_pass_is_done_when_it_is_done() -> None:
    found = stages("def f(x):\n    y = x * 2.0\n    z = y * y\n    y[0] = 1.0\n    return np.sum(z * y)", VECTOR)
    once = len(ops_named(found.final.body, "np.copy"))
    again = len(ops_named(insert_copies(found.final).body, "np.copy"))
    assert once == again == 1


FACTORS = np.array([1.0, 2.0, 3.0])


def stores_into_a_global(x):
    y = FACTORS * x
    FACTORS[0] = 5.0
    z = np.sum(y * y)
    FACTORS[0] = 1.0
    return z


def test_every_read_of_a_name_gives_the_same_array() -> None:
    x = np.array([0.5, -1.0, 2.0])
    np.testing.assert_allclose(sourcead.grad(stores_into_a_global)(x), 2 * FACTORS**2 * x)
