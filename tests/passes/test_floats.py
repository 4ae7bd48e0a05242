"""Items as floats: loops that count with Python's floats give what they gave, of the same types, and raise no more."""

from __future__ import annotations

import ast
import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.switches import without
from tests.kit import tree_map
from tests.passes import float_programs
from tests.sized import close, fast_text

X = np.array([1.5, -0.5, 2.0, 0.3])
PROGRAMS = [f for f in vars(float_programs).values() if inspect.isfunction(f) and hasattr(f, "args")]


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.optimised
def test_the_numbers_are_those_of_plain_text(f: Any) -> None:
    fast = sourcead.value_and_grad(f)
    with np.errstate(all="ignore"):
        plain = sourcead.value_and_grad(f, style="plain")(*f.args)
        tree_map(close, fast(*f.args), plain)
    source = ast.parse(fast.specialize(*f.args).source).body[-1]
    text = "\n".join(map(ast.unparse, source.body[1:]))  # type: ignore[attr-defined]
    counts = "tolist" in text or "float(" in text or "[0.0] *" in text
    assert counts == (f.__name__ not in float_programs.NUMPYS)


def raised(function: Callable[..., Any], *args: Any) -> tuple[type, str]:
    with pytest.raises((IndexError, ValueError, ZeroDivisionError)) as caught:
        function(*args)
    return caught.type, str(caught.value)


def past_the_end(x: Any) -> Any:
    s = 0.0
    for i in range(len(x)):
        s = s + x[i] * x[i + 1]
    return s


def of_a_python_number(x: Any) -> Any:
    s = 0.0
    for v in x:
        s = s + v
    return 1.0 / (s - s) if len(x) else 1.0 / s


def of_python_first(x: Any) -> Any:
    s = 0.0
    for v in x:
        s = (1.0 / s) * v
    return s


def told(x: Any) -> Any:
    s = 0.0
    for v in x:
        s = s + v * v
        if s > 3:
            raise ValueError(s)
    return s


@pytest.mark.parametrize(("f", "x"), [(past_the_end, X), (of_a_python_number, X[:0]), (of_python_first, X), (told, X)])
def test_exceptions_stay(f: Any, x: Any) -> None:
    assert raised(sourcead.grad(f), x) == raised(f, x)


def test_numpys_divisions_do_not_raise() -> None:
    with np.errstate(all="ignore"):
        value, dx = sourcead.value_and_grad(of_a_python_number)(X)
        assert math.isinf(value) and np.isnan(dx).all()


def test_objects_see_numpys_numbers() -> None:
    seen = float_programs.Seen()

    def loss(x: Any) -> Any:
        s = 0.0
        for v in x:
            s = s + v * v
            seen.last = s
        return s

    sourcead.grad(loss)(X)
    assert type(seen.last) is np.float64


def test_prints_see_numpys_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    def loss(x: Any) -> Any:
        s = 0.0
        for v in x:
            s = s + v * v
        print(s, [s])
        return s

    loss(X)
    expected = capsys.readouterr().out
    sourcead.grad(loss)(X)
    assert capsys.readouterr().out == expected


ROSENBROCK = """
def f(x):
    total = 0.0
    for i in range(len(x) - 1):
        total += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
    return total
"""


@pytest.mark.optimised
def test_items_of_arrays() -> None:
    assert fast_text(ROSENBROCK, X) == "\n".join(
        [
            "total = 0.0",
            "x = x.tolist()",
            "dx = [0.0] * len(x)",
            "for i in range(len(x) - 1):",
            "    t = x[i + 1] - x[i] * x[i]",
            "    t2 = 1.0 - x[i]",
            "    total += 100.0 * (t * t) + t2 * t2",
            "    dx[i] -= 2.0 * t2 + 400.0 * t * x[i]",
            "    dx[i + 1] += 200.0 * t",
            "return (np.float64(total), np.array(dx))",
        ]
    )


RECURRENCE = """
def f(params, steps):
    a, b = params
    x = 0.5
    for _ in range(steps):
        x = np.sin(a * x) + b
    return x
"""


@pytest.mark.optimised
def test_a_recurrence() -> None:
    text = fast_text(RECURRENCE, X[:2], 5)
    assert "a, b = params.tolist()" in text and "x = sin(a * x) + b" in text and "t = np.float64(x)" in text
    assert "cos(a * x)" in text and "np.cos" not in text


def test_off_and_plain() -> None:
    f = float_programs.quotient_of_items
    with without("items as floats"):
        assert "tolist" not in sourcead.grad(f).specialize(X).source
    assert "tolist" not in sourcead.grad(f, style="plain").specialize(X).source


CALLED_LIKE_HELPERS = """
def f(x, sin):
    math, divided = sin, 1.0
    for v in x:
        divided = divided * np.sin(v * math) / v
    return divided
"""


@pytest.mark.optimised
def test_a_user_may_call_things_like_helpers() -> None:
    assert "divided2 = divided(" in fast_text(CALLED_LIKE_HELPERS, X, 2.0)


def test_saved_text_stands_alone(tmp_path: Any) -> None:
    f = float_programs.quotient_of_items
    path = tmp_path / "saved.py"
    sourcead.grad(f).specialize(X).save(path)
    space: dict[str, Any] = {}
    exec(compile(path.read_text(), path, "exec"), space)
    (name,) = [n for n in space if n.startswith("quotient_of_items")]
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(space[name](X), sourcead.grad(f)(X))
