"""Stores into the caller's arrays, at indices that repeat, and in loops: behind the front end.

The front end's memory check is left out here: every program below means the same functionally and in place.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sourcead import pipeline
from sourcead.frontend import stores
from sourcead.frontend.data import normal_path
from sourcead.verify import verify
from tests.compiling import Stages, compiled
from tests.kit import assert_trees_close, central_differences
from tests.small import program, statements

VECTOR = np.array([0.5, 1.5, -0.7, 1.1])
MATRIX = np.arange(12.0).reshape(3, 4) / 7 + 0.3
ORDER = np.array([0, 2, 0])


@pytest.fixture(autouse=True)
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the check of which stores the front end decides."""
    for name in ("check_stores", "check_calls"):
        monkeypatch.setattr(pipeline, name, lambda function: None, raising=False)


def checked(text: str, *args: Any, argnums: tuple[int, ...] = (0,), aux: bool = False) -> Stages:
    """A program's stages. Its gradient is that of central differences, in the IR and in the text; its arguments are
    changed as one plain call changes them, its value and aux are what the function gives."""
    function = program(text)

    def alone(*given: Any) -> Any:
        result = function(*copy.deepcopy(given))
        return result[0] if aux else result

    found = compiled(function, *args, argnums=argnums, mode="value_and_grad", has_aux=aux)
    for stage in found.seen.values():
        verify(stage)
    expected = tuple(central_differences(alone, args, k) for k in argnums)
    plain, given = copy.deepcopy(args), copy.deepcopy(args)
    result = function(*plain)
    value, gradient = found.run_text(*given)
    assert_trees_close(gradient, expected if len(argnums) > 1 else expected[0])
    np.testing.assert_equal(value, result)
    np.testing.assert_equal(given, plain)
    if aux:
        assert aliases((given, value[1])) == aliases((plain, result[1]))
    leaves = gradient if isinstance(gradient, tuple) else (gradient,)
    for leaf in leaves:
        assert not any(np.shares_memory(leaf, other) for other in arrays((given, value)))
    last = list(found.seen)[-1]
    _, again = found.run(last, *copy.deepcopy(args))
    assert_trees_close(again, expected if len(argnums) > 1 else expected[0])
    return found


def arrays(tree: Any) -> list[Any]:
    """The arrays in a tree of tuples and lists."""
    if isinstance(tree, tuple | list):
        return [a for item in tree for a in arrays(item)]
    return [tree] if isinstance(tree, np.ndarray) else []


def aliases(tree: Any) -> list[bool]:
    """Which arrays of a tree share memory."""
    found = arrays(tree)
    return [np.shares_memory(a, b) for k, a in enumerate(found) for b in found[:k]]


def copies_in_loops(found: Stages) -> int:
    """The copies that are made in every turn of a loop."""
    tree = ast.parse(statements(found.final).replace("return", "pass; "))
    loops = [n for n in ast.walk(tree) if isinstance(n, ast.For | ast.While)]
    inner = {n for loop in loops for n in ast.walk(loop) if isinstance(n, ast.Attribute) and n.attr == "copy"}
    return len(inner)


@pytest.mark.parametrize(
    "body",
    [
        "x[0] = 2.0\n    return np.sum(x * x)",
        "z = x * x\n    x[0] = 2.0\n    return np.sum(z * x)",
        "x[0] = x[1] * x[2]\n    x[1] *= x[0]\n    return x[1] * np.sum(x)",
        "v = x[1:]\n    z = v * v\n    x[2] = 3.0\n    return np.sum(z) + np.sum(x * x)",
        "z = np.exp(x) * x\n    x += z\n    return np.sum(x * x)",
        "x[x > 0] *= 2.0\n    return np.sum(x * x)",
        "z = x * x\n    if x[0] > 0:\n        x[1] = x[2] * x[0]\n    return np.sum(z * x)",
        "z = x * x\n    if x[0] < 0:\n        x[1] = x[2]\n    return np.sum(z * x)",
        "z = x * x\n    if x[0] > 0:\n        x[1] = 1.0\n    else:\n        x[2] = 1.0\n    return np.sum(z * x)",
        "for i in range(1, len(x)):\n        x[i] = np.sin(x[i - 1]) * x[i]\n    return np.sum(x)",
        "z = x * x\n    for i in range(2):\n        for j in range(2):\n            x[2 * i + j] = z[j]\n"
        "    return z @ x",
        "s = 0.0\n    for i in range(3):\n        s += np.sum(x * x)\n        x[i] = s\n    return s + np.sum(x)",
        "i = 0\n    while x[i] > 0:\n        x[i] = x[i] * x[i + 1]\n        i += 1\n    return np.sum(x * x)",
        "for i in range(3):\n        if x[i] < 0:\n            break\n        x[i] = x[i] ** 2\n"
        "    return np.sum(x * x)",
        "for i in range(3):\n        x[i] = x[i] ** 2\n        if i == 1:\n            return np.sum(x)\n"
        "    return x[0]",
        "z = 0.0\n    for i in range(3):\n        v = x[i:]\n        z += np.sum(v * v)\n        x[i] = z\n"
        "    return z",
        "x[:] = x[::-1] * x\n    return np.sum(x * x)",
        "x[1:] = x[:-1] * 2.0\n    return np.sum(x * x)",
    ],
)
def test_the_callers_array_changes_as_the_function_changes_it(body: str) -> None:
    checked(f"def f(x):\n    {body}", VECTOR)


@pytest.mark.parametrize(
    "text",
    [
        "def f(x, buf):\n    for i in range(4):\n        buf[i] = 1.0\n    return np.sum(x * x)",
        "def f(x, buf):\n    buf[:] = x * 3.0\n    return np.sum(x)",
        "def f(x, buf):\n    if x[0] > 0:\n        buf[1] = x[0]\n    return np.sum(x * x)",
        "def f(x, buf):\n    buf += 1.0\n    return np.sum(x * x)",
        "def f(x, buf):\n    buf *= x\n    return np.sum(x * buf)",
        "def f(x, buf):\n    i = 0\n    while i < 3:\n        buf[i] = i\n        i += 1\n    return np.sum(x * x)",
        "def f(x, buf):\n    y = np.sum(x * buf)\n    buf[0] = y\n    buf[1] = buf[0] * y\n    return np.sum(x * buf)",
    ],
)
def test_a_store_stays_where_nothing_reads_it(text: str) -> None:
    checked(text, VECTOR, VECTOR[::-1].copy())
    checked(text, VECTOR, VECTOR[::-1].copy(), argnums=(0, 1))


def test_a_dead_store_into_memory_of_its_own_goes() -> None:
    found = checked("def f(x):\n    y = x * 2.0\n    y[0] = 1.0\n    return np.sum(x * x)", VECTOR)
    assert "y[" not in statements(found.final)


@pytest.mark.parametrize(
    "text",
    [
        "def f(x, b):\n    b[0] = x[0]\n    return np.sum(x * b), b",
        "def f(x, b):\n    return np.sum(x * b), (x, b, x)",
        "def f(x, b):\n    y = x * 2.0\n    s = np.sum(y * y)\n    y[0] = 1.0\n    return s, (y, y)",
        "def f(x, b):\n    y = x * b\n    return np.sum(y), y",
        "def f(x, b):\n    z = x * x\n    x[1] = 4.0\n    return np.sum(z * b), [x, b]",
    ],
)
def test_value_and_aux_alias_what_the_functions_do(text: str) -> None:
    checked(text, VECTOR, VECTOR * 0.5, argnums=(0, 1), aux=True)


@pytest.mark.parametrize(
    "body",
    [
        "a = np.zeros(4)\n    a[0] = x[0]\n    for i in range(1, 4):\n        a[i] = a[i - 1] * 0.5 + x[i]",
        "a = np.zeros(4)\n    a[0] = x[0]\n    for i in range(1, 4):\n        a[i] = np.sin(a[i - 1]) * x[i]",
        "a = x + 1.0\n    for i in range(1, 4):\n        a[i] *= a[i - 1]",
        "a = x\n    for i in range(1, 4):\n        a[i] *= a[i - 1]",
        "a = x * 1.0\n    for t in range(3):\n        for i in range(1, 3):\n"
        "            a[i] = a[i - 1] * a[i] + a[i + 1]",
        "a = np.zeros(4)\n    for i in range(4):\n        s = 0.0\n        for j in range(i):\n"
        "            s += x[j] * a[j]\n"
        "        a[i] = x[i] - s",
        "a = x\n    for i in range(4):\n        s = 0.0\n        for j in range(4):\n"
        "            s += a[j] * a[j]\n"
        "        a[i] = np.sqrt(s)",
        "a = x + 0.0\n    i = 3\n    while i > 0:\n        a[i - 1] += a[i] * a[i - 1]\n        i -= 1",
        "a = x * 1.0\n    for i in range(3):\n        if a[i] > 0.6:\n            a[i + 1] *= a[i]\n        else:\n"
        "            a[i] = np.cos(a[i + 1])",
    ],
)
def test_a_loop_of_scalar_stores_copies_no_array(body: str) -> None:
    found = checked(f"def f(x):\n    {body}\n    return np.sum(a)", VECTOR)
    assert copies_in_loops(found) == 0, statements(found.final)


def test_a_stencil_in_nested_loops_copies_no_array() -> None:
    text = (
        "def f(u):\n    for t in range(2):\n        for i in range(1, 2):\n            for j in range(1, 3):\n"
        "                u[i, j] = u[i, j] * u[i - 1, j] + np.sin(u[i, j - 1]) * u[i + 1, j]\n    return np.sum(u * u)"
    )
    assert copies_in_loops(checked(text, MATRIX)) == 0


def test_a_view_that_an_outer_turn_keeps_is_saved_from_the_stores_of_an_inner_loop() -> None:
    text = (
        "def f(x, b):\n    s = 0.1\n    for i in range(2):\n        for j in range(3):\n"
        "            s = s * 0.5 + b[j]\n"
        "            x += np.sin(x)\n        b[1:] += x[:-1] * s\n    return s + np.sum(x * b)"
    )
    checked(text, VECTOR, VECTOR[::-1].copy(), argnums=(0, 1))


def test_rows_of_an_elimination_are_saved_not_the_matrix() -> None:
    text = (
        "def f(A):\n    U = A + 3.0\n    for k in range(3):\n        for i in range(k + 1, 3):\n"
        "            U[i, k:] -= U[i, k] / U[k, k] * U[k, k:]\n    return U[0, 0] * U[1, 1] * U[2, 2]"
    )
    found = checked(text, MATRIX[:, :3] + np.eye(3))
    assert "U = U.copy()" not in statements(found.final) and "dU = dU.copy()" not in statements(found.final)


@pytest.mark.parametrize(
    "body",
    [
        "y[i] = np.sin(x[:3])",
        "y[i] += np.sin(x[:3])",
        "y[i] *= x[1:]",
        "y[i] = x[1]",
        "y[i] = np.sqrt(x[:3] * x[:3])",
        "y[[0, 2, 0]] = x[1:]",
        "y[[0, 2]] = x[1:3]",
        "y[i - 3] = x[:3] * x[0]",
        "for k in range(2):\n        y[i + k] += x[k]",
    ],
)
def test_of_two_items_stored_at_one_place_the_last_is_seen(body: str) -> None:
    checked(f"def f(x, i):\n    y = x * 2.0\n    {body}\n    return np.sum(y * y * x)", VECTOR, ORDER)
    checked(f"def f(x, i):\n    y = x\n    {body}\n    return np.sum(y * y)", VECTOR, ORDER)


@pytest.mark.parametrize("index", ["i, :", ":, i", "i[:, None], i", "i, i", "i, None, ::2", "..., i", "1, i"])
def test_repeated_indices_among_others(index: str) -> None:
    checked(f"def f(x, i):\n    y = x * 2.0\n    y[{index}] = y[{index}] * x[0, 1]\n    return np.sum(y * y * x)",
            np.vstack([MATRIX, MATRIX[:1]]), ORDER)  # fmt: skip


def additions(sign: str) -> Callable[..., None]:
    """What the front end does at `np.add.at(a, path, v)`, for a program that says `a[path] = v`."""

    def store(resolver: Any, container: Any, path: Any, dynamic: Any, value: Any) -> None:
        path, atoms = normal_path(resolver, path, dynamic)
        stores.store_array(resolver, container, path, atoms, resolver.atom(value), add=sign)

    return store


@pytest.mark.parametrize("name", ["add", "subtract"])
@pytest.mark.parametrize(
    "body",
    [
        "y = x * 2.0\n    {y[i] <- np.sin(x[:3])}",
        "y = x * 2.0\n    {y[i] <- x[0]}",
        "y = x\n    {y[i] <- np.sin(x[1:]) * x[0]}",
        "y = np.zeros(4)\n    for k in range(3):\n        {y[k] <- x[k] * x[k + 1]}",
        "y = x * 1.0\n    {y[1:] <- y[:-1] * y[1:]}\n    {y[1:] <- x[0]}",
        "y = x\n    if x[0] > 0:\n        {y[i] <- x[0] * x[1]}",
        "y = np.zeros(4)\n    {y[i] <- x[1:]}\n    y = y * x",
    ],
)
def test_additions_at_a_place(monkeypatch: pytest.MonkeyPatch, name: str, body: str) -> None:
    monkeypatch.setattr(stores, "store_item", additions({"add": "+", "subtract": "-"}[name]))
    pattern, tail = r"\{(\w+)\[(.*?)\] <- (.*?)\}", "\n    return np.sum(y * y * y)"
    said = re.sub(pattern, rf"np.{name}.at(\1, \2, \3)", body).replace("1:, ", "slice(1, None), ")
    given = re.sub(pattern, r"\1[\2] = \3", body)
    function = program(f"def f(x, i):\n    {said}{tail}")
    made = compiled(program(f"def f(x, i):\n    {given}{tail}"), VECTOR, ORDER)
    expected = central_differences(lambda *args: function(*copy.deepcopy(args)), (VECTOR, ORDER))
    ours, plain = (VECTOR.copy(), ORDER), (VECTOR.copy(), ORDER)
    function(*plain)
    assert_trees_close(made.run_text(*ours), expected)
    np.testing.assert_equal(ours, plain)
    assert_trees_close(made.run(list(made.seen)[-1], VECTOR, ORDER), expected)
    assert f"np.{name}.at(y, " in statements(made.final) or f"np.{name}.at(x, " in statements(made.final)
