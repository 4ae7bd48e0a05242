"""Large and deeply nested functions: compiled before the time-out, or refused in words, never by a crash.

A small part of the size by default; SOURCEAD_SWEEP=1 (`make sweep`) takes 5,000 lines.
"""

from __future__ import annotations

import os

import numpy as np
import pytest

import sourcead
from tests.compiling import function_of

LINES = 5000 if os.environ.get("SOURCEAD_SWEEP") else 400


def straight(lines: int) -> str:
    return "def f(x):\n    y = x\n" + "    y = y * 1.0001 + x\n" * lines + "    return y\n"


def many_names(lines: int) -> str:
    body = "".join(f"    y{k + 1} = y{k} * y{k}\n" for k in range(lines))
    return f"def f(x):\n    y0 = x\n{body}    return y{lines}\n"


def mixed(lines: int) -> str:
    parts = [
        "    if x > {k}:\n        y = y * 1.5\n    else:\n        y = y + 1.0\n",
        "    for i in range(3):\n        t = t + y * 0.5\n",
        "    y = np.sin(y) + {k}.0\n",
        "    z{k} = y * t\n    t = t + z{k}\n",
    ]
    body = "".join(parts[k % 4].format(k=k) for k in range(lines * 4 // 9))
    return f"def f(x):\n    y = x\n    t = 0.0\n{body}    return y + t\n"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("make", [straight, many_names, mixed])
@pytest.mark.parametrize("generic", [True, False])
def test_a_long_function_is_compiled(make, generic: bool) -> None:
    gradient = sourcead.grad(function_of(make(LINES), np=np))
    source = gradient.source if generic else gradient.specialize(0.5).source
    assert source


def repeated(text: str, count: int) -> str:
    return "".join(text.format(k=k, last=k - 1, indent=" " * k) for k in range(count))


TOO_MUCH = {
    "calls in calls": "def f(x):\n    return " + "np.sin(" * 150 + "x" + ")" * 150 + "\n",
    "lists in lists": "def f(x):\n    y = " + "[" * 150 + "x" + "]" * 150 + "\n    return x\n",
    "attributes": "def f(x):\n    return x" + ".T" * 1000 + "\n",
    "elif": "def f(x):\n    if x == 0:\n        y = x\n" + repeated("    elif x == {k}:\n        y = x * {k}\n", 600)
    + "    return y\n",
    "guards": "def f(x):\n" + repeated("    if x == {k}:\n        return x * {k}\n", 600) + "    return x\n",
    "and": "def f(x):\n    if " + " and ".join(f"x > {k}" for k in range(600)) + ":\n        x = x * 2\n    return x\n",
    "comparisons": "def f(x):\n    if " + " < ".join(["x"] * 600) + ":\n        return x * 2\n    return x\n",
    "functions": "def f0(x):\n    return x\n"
    + "".join(f"def f{k}(x):\n    return f{k - 1}(x) * 1.01\n" for k in range(1, 300))
    + "f = f299\n",
    "calls": "def f0(x):\n    return x * 2\n"
    + "".join(f"def f{k}(x):\n    return f{k - 1}(x) + f{k - 1}(x + 1)\n" for k in range(1, 20))
    + "f = f19\n",
    "items": "def f(x):\n    y = [x] * 100000\n    return y[0]\n",
    "doubled": "def f(x):\n    y = [x]\n" + "    y = y + y\n" * 30 + "    return y[0]\n",
}  # fmt: skip


LONG_CHAINS = {
    "sum": ("def f(x):\n    return " + " + ".join(f"x * {k}.0" for k in range(600)) + "\n", 599 * 300.0),
    "parentheses": ("def f(x):\n    return " + "(" * 150 + "x" + " + 1)" * 150 + "\n", 1.0),
    "chains in chains": (
        "def f(x):\n    return " + " + ".join("(" + " - ".join([f"{k} * x"] * 30) + ")" for k in range(30)) + "\n",
        -28.0 * 435,
    ),
}


@pytest.mark.parametrize("name", LONG_CHAINS)
@pytest.mark.parametrize("generic", [True, False])
def test_a_long_expression_is_differentiated(name: str, generic: bool) -> None:
    text, derivative = LONG_CHAINS[name]
    gradient = sourcead.grad(function_of(text, np=np))
    assert gradient(0.5) == derivative
    assert gradient.source if generic else gradient.specialize(0.5).source


@pytest.mark.parametrize("name", TOO_MUCH)
@pytest.mark.parametrize("generic", [True, False])
def test_too_much_is_refused_in_words(name: str, generic: bool) -> None:
    gradient = sourcead.grad(function_of(TOO_MUCH[name], np=np))
    with pytest.raises(sourcead.UnsupportedError, match=r"too deep|over \d+|\d+ items|deep"):
        gradient.source if generic else gradient.specialize(0.5)
    report = sourcead.doctor(function_of(TOO_MUCH[name], np=np))
    assert not report.ok and "sourcead failed" not in str(report)


def test_a_list_of_many_items_unrolls() -> None:
    text = "def f(x):\n    y = x\n    for a in (" + "1.5, " * 990 + "):\n        y = y + a\n    return y\n"
    assert sourcead.grad(function_of(text))(2.0) == 1.0
