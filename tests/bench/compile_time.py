"""How long compiling takes, by the length of the program: 10 to 10,000 statements."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np

import sourcead
from tests.compiling import function_of

LENGTHS = (10, 30, 100, 300, 1000, 3000, 10_000)
STRAIGHT = (
    "    a = np.sin(a) * x + b\n",
    "    b = a * b - 0.5 * x\n",
    "    c = np.tanh(c + a) * b\n",
    "    a = a + b * c\n",
)
CONTROL = (  # four statements each
    "    for i in range(n):\n        a = a * b + x\n        c = np.sin(c)\n    b = b + a\n",
    "    if n > {k}:\n        a = a + 1.5\n    else:\n        b = b * a\n    c = c * a + b\n",
)


def straight(statements: int) -> str:
    return _function("".join(STRAIGHT[k % 4] for k in range(statements)))


def mixed(statements: int) -> str:
    """As many statements, a fifth of them in loops and branches."""
    groups = max(statements // 20, 1)
    body = "".join(STRAIGHT[k % 4] for k in range(max(statements - 4 * groups, 0)))
    lines = body.splitlines(keepends=True)
    step = max(len(lines) // groups, 1)
    parts = ("".join(lines[k * step : (k + 1) * step]) + CONTROL[k % 2].format(k=k) for k in range(groups))
    return _function("".join(parts))


def _function(body: str) -> str:
    return f"def f(x, b, n):\n    a = x\n    c = b\n{body}    return np.sum(a * c)\n"


SHAPES: dict[str, Callable[[int], str]] = {"straight": straight, "with loops and branches": mixed}


def measure(longest: int) -> dict[str, dict[int, float]]:
    """By shape and number of statements: CPU seconds of value_and_grad for given kinds of arguments."""
    compiled(straight(10))
    return {
        shape: {length: compiled(make(length)) for length in LENGTHS if length <= longest}
        for shape, make in SHAPES.items()
    }


def compiled(text: str) -> float:
    function = function_of(text, np=np)
    start = time.process_time()
    sourcead.value_and_grad(function).specialize(np.ones(3), np.ones(3), 2)
    return time.process_time() - start


def exponent(times: dict[int, float]) -> float:
    """The slope of log time over log length from 100 statements on: 1 is linear."""
    points = [(math.log(length), math.log(seconds)) for length, seconds in times.items() if length >= 100]
    slope, _ = np.polyfit(*zip(*points, strict=True), 1)
    return float(slope)
