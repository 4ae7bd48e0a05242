"""The heap: where it is not known what memory a store changes, or whether it changed what is read, that is refused.

Both names and both lines are named. What is decided is differentiated: see the tables of programs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.refusing import refused
from tests.small import gradient

VECTOR = np.array([0.5, 1.5, -0.7])
MATRIX = np.array([[0.5, 1.5], [-0.7, 2.0]])


def lines(*body: str) -> str:
    return "\n    ".join(("def f(x):", *body)) + "\n"


READS = [  # body, argument, what is read, what was changed, the line of the change, the line of the read
    (("y = x.ravel()", "x[0] = 2.0", "return np.sum(y)"), MATRIX, "y", "x", 3, 4),
    (("a = x * 2", "z = a.T.ravel()", "a[0] = 2.0", "return np.sum(z)"), MATRIX, "z", "a", 4, 5),
    (("a, b = x * 2, x * 3", "c = a if x[0] > 9 else b", "a[0] = 1.0", "return c @ x"), VECTOR, "c", "a", 4, 5),
    (("a, b = x * 2, x * 3", "c = a if x[0] > 9 else b", "c[0] = 1.0", "return a @ x"), VECTOR, "a", "c", 4, 5),
    (("a, b = x * 2, x * 3", "c = a if x[0] > 9 else b", "c += 1.0", "return b @ x"), VECTOR, "b", "c", 4, 5),
    (("p, q = [x, x], [x]", "r = p if x[0] > 9 else q", "r[0] = x * 2", "return p[0] @ x"), VECTOR, "p", "r", 4, 5),
    (("p, q = [x, x], [x, x]", "r = p if x[0] > 9 else q", "p[0] = x * 2", "return r[0] @ x"), VECTOR, "r", "p", 4, 5),
    (("z = np.asarray(x)", "x[0] = 2.0", "return np.sum(z)"), VECTOR, "z", "x", 3, 4),
]


@pytest.mark.parametrize(("body", "x", "read", "changed", "first", "line"), READS)
def test_reads_of_what_may_have_been_changed(
    body: tuple[str, ...], x: Any, read: str, changed: str, first: int, line: int
) -> None:
    words = refused(lines(*body), x.copy())
    head, place, *_ = words.splitlines()
    changes = f"`{changed}`, which was changed at line {first}"
    assert head == f"`{read}` is read here, and may share its memory with {changes}"
    assert place.startswith(f"  --> model.py:{line}:")
    assert f"  help: make `{read}` a copy before the change" in words


STORES = [  # body, argument, what is said of the memory, the line
    (("y = x.reshape(-1)", "y[0] = 2.0", "return np.sum(x)"), MATRIX,
     "`y`, made at line 2, which may be a view of `x` or a copy", 3),
    (("y = np.asarray(x)", "y += 2.0", "return np.sum(x)"), VECTOR,
     "`y`, made at line 2, which may be a view of `x` or a copy", 3),
    (("a = x * 2", "c = a if x[0] > 9 else x", "c[0] = 1.0", "return x @ x"), VECTOR,
     "`c`, made at line 3, which may be `x` or `a`", 4),
    (("for row in x:", "    row[0] = 1.0", "return x[0] @ x[1]"), [VECTOR, VECTOR],
     "`row`, which may be any item of `x`", 3),
    (("x[0][1] = 1.0", "return x[0] @ x[1]"), [VECTOR, VECTOR], "an array, which may be any item of `x`", 2),
]  # fmt: skip


@pytest.mark.parametrize(("body", "x", "what", "line"), STORES)
def test_stores_into_memory_that_is_not_known(body: tuple[str, ...], x: Any, what: str, line: int) -> None:
    head, place, *rest = refused(lines(*body), x).splitlines()
    assert head == f"a store into {what}"
    assert place.startswith(f"  --> model.py:{line}:")
    assert any(part.startswith("  help: work on a copy") for part in rest)


@pytest.mark.parametrize(
    "body",
    [
        ("a, b = x * 2, x * 3", "c = a if x[0] > 9 else b", "c[0] = x[1]", "return c @ x"),
        ("a = x * 2", "b = a if x[0] > 9 else a", "b[0] = x[1]", "return a @ b"),
        ("a = x * 2", "b = a.reshape(3, 1)", "a[0] = x[1]", "return (b * b).sum()"),
        ("a = x * 2", "b = a[1:]", "c = b[::-1]", "c[0] = x[0]", "return a @ x + b @ c"),
        ("a = x * 2", "z = a.ravel().copy()", "a[0] = x[1]", "return a @ z"),
        ("p = [x * 2, x * 3]", "q = p", "q[0] = x", "return p[0] @ p[1]"),
    ],
)
def test_what_is_decided_is_differentiated(body: tuple[str, ...]) -> None:
    assert gradient(lines(*body), VECTOR.copy())
