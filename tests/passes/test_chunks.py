"""Chunks: the text of a loop, its numbers those of the plain text, and what ends a region."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sourcead
from tests.kit import rng
from tests.sized import both, fast_text, small_chunks
from tests.small import program

DRAW = rng(11)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_chunks(monkeypatch)


@pytest.fixture(params=[np.float64, np.float32])
def vector(request: pytest.FixtureRequest) -> Any:
    return DRAW.normal(size=77).astype(request.param)


CHAIN = """
def f(x):
    a = np.log(2 + np.exp(x))
    b = np.sin(a) * x
    return np.sum(np.tanh(b) * a)
"""


@pytest.mark.optimised
def test_the_text() -> None:
    assert fast_text(CHAIN, DRAW.normal(size=77)).splitlines() == [
        "value = np.float64(0)",
        "dx = np.empty(len(x))",
        "for i in range(0, len(x), 16):",
        "    t = x[i:i + 16]",
        "    t2 = np.exp(t)",
        "    t3 = 2 + t2",
        "    a = np.log(t3)",
        "    t4 = np.sin(a)",
        "    b = t4 * t",
        "    t5 = np.tanh(b)",
        "    value += t5.dot(a)",
        "    db = a * (1 - t5 ** 2)",
        "    da = t5 + db * t * np.cos(a)",
        "    dx[i:i + 16] = db * t4 + da / t3 * t2",
        "return (value, dx)",
    ]


def test_small_arrays_are_left() -> None:
    assert "for" not in fast_text(CHAIN, DRAW.normal(size=50))


def test_few_ops_are_left() -> None:
    assert "for" not in fast_text("def f(x):\n    return np.sum(np.sin(x))", DRAW.normal(size=77))


@pytest.mark.parametrize("size", [51, 64, 65, 79])
@pytest.mark.optimised
def test_every_remainder(size: int) -> None:
    assert "for i" in fast_text(CHAIN, DRAW.normal(size=size))


@pytest.mark.optimised
def test_dtypes_and_strides(vector: Any) -> None:
    assert "for i" in fast_text(CHAIN, vector)
    assert "for i" in fast_text(CHAIN, np.repeat(vector, 2)[::2])
    assert "for i" in fast_text(CHAIN, vector[::-1])


def test_a_text_is_right_for_every_size() -> None:
    """A class says what is fast, never what is right."""
    for text in (CHAIN, GRID):
        f = program(text)
        example = DRAW.normal(size=77) if text is CHAIN else DRAW.normal(size=(20, 30))
        fn = sourcead.value_and_grad(f).specialize(example).fn
        for size in ((0, 5, 16, 17) if text is CHAIN else ((0, 30), (20, 0), (3, 3), (2, 50), (30, 5))):
            x = DRAW.normal(size=size)
            (value, gradient), (expected, wanted) = fn(x), sourcead.value_and_grad(f, style="plain")(x)
            np.testing.assert_allclose(value, expected)
            assert type(value) is type(expected)
            np.testing.assert_allclose(gradient, wanted)


SLICES = """
def f(x):
    r = x[1:] - x[:-1] ** 2
    s = 1 - x[:-1]
    return np.sum(100.0 * r ** 2 + s ** 2)
"""


@pytest.mark.optimised
def test_additions_at_slices(vector: Any) -> None:
    text = fast_text(SLICES, vector)
    step = 16 if vector.dtype == np.float64 else 32
    assert f"dx[1:][i:i + {step}] += " in text and f"dx[:-1][i:i + {step}] -= " in text


GRID = """
def f(u):
    step = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4 * u[1:-1, 1:-1]
    return np.sum(np.exp(-step * step) * step)
"""


@pytest.mark.optimised
def test_matrices_are_cut_into_rows() -> None:
    text = fast_text(GRID, DRAW.normal(size=(20, 30)))
    assert "rows = max(1, 16 * len(t) // max(1, t.size))" in text and "for i in range(0, len(t), rows):" in text
    fast_text(GRID, np.asfortranarray(DRAW.normal(size=(20, 30))))
    fast_text(GRID, DRAW.normal(size=(3, 200)))


@pytest.mark.optimised
def test_what_is_the_same_for_all_rows_is_not_cut() -> None:
    f = "def f(X, s):\n    z = np.tanh(X * s)\n    return np.sum(np.exp(-z * z) * z * np.cos(z))"
    assert "for i" in fast_text(f, DRAW.normal(size=(20, 30)), DRAW.normal(size=30), argnums=(0, 1))
    assert "for i" in fast_text(f, DRAW.normal(size=(20, 30)), DRAW.normal(size=(20, 1)), argnums=(0, 1))
    assert "for i" in fast_text(f, DRAW.normal(size=(20, 30)), 0.5, argnums=(0, 1))


@pytest.mark.optimised
def test_a_mean_is_measured_by_what_was_given() -> None:
    text = fast_text(CHAIN.replace("np.sum", "np.mean"), DRAW.normal(size=77))
    assert text.count("for ") == 1 and text.count(" / x.size") == 3


@pytest.mark.optimised
def test_a_sum_that_is_read_ends_the_loop() -> None:
    f = """
def f(x):
    y = np.tanh(x) * x + np.exp(-x * x) * np.sin(x)
    n = np.sqrt(np.sum(y * y))
    return np.sum(np.exp(-y / n) * y * np.cos(y))
"""
    text = fast_text(f, DRAW.normal(size=77))
    assert text.count("for ") >= 2


BETWEEN = {
    "a store": """
    x = x.copy()
    a = np.exp(x) * x + np.sin(x) * np.cos(x)
    x[3] = 2.0
    return np.sum(a * x * np.exp(-x * x) + a)
""",
    "stores at slices": """
    a = np.exp(x) * x + np.sin(x) * np.cos(x)
    y = np.zeros_like(x)
    y[1:-1] = a[2:] + a[:-2]
    return np.sum(np.exp(-y * y) * y * a + np.tanh(y))
""",
    "a branch": """
    a = np.exp(x) * x + np.sin(x) * np.cos(x)
    if a[0] > 0:
        a = np.exp(-a * a) * a + np.tanh(a)
    return np.sum(a * np.cos(a) * x)
""",
    "a loop": """
    t = 0.0
    for k in range(3):
        a = np.exp(-x * x) * k + np.sin(x) * x * np.cos(x)
        t = t + np.sum(a * a)
    b = np.tanh(x) * x + np.exp(-x * x) * np.sin(x)
    return t + np.sum(b * np.exp(-b))
""",
    "a greatest entry": """
    a = np.exp(-x * x) * x + np.sin(x)
    m = np.max(a)
    return np.sum(np.exp(a - m) * a * np.cos(a) * x) * m
""",
    "running sums": """
    a = np.exp(-x * x) * x + np.sin(x)
    b = np.cumsum(a)
    return np.sum(np.exp(-b * b) * a * np.cos(b) * x)
""",
    "a mask": """
    a = np.exp(-x * x) * x + np.sin(x)
    m = a > 0
    return np.sum(np.where(m, a * a, np.sqrt(np.abs(a))) * x * np.cos(a))
""",
    "views": """
    a = np.exp(-x * x) * x + np.sin(x)
    return np.sum(a[::2] * np.exp(a[::2])) + np.sum(a[::-1] * np.cos(a) * np.tanh(a))
""",
}


@pytest.mark.parametrize("body", BETWEEN.values(), ids=BETWEEN)
def test_what_stands_in_between(body: str, vector: Any) -> None:
    fast_text(f"def f(x):{body}", vector)


def test_effects_keep_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    f = program("""
def f(x, log):
    a = np.exp(-x * x) * x + np.sin(x) * np.cos(x)
    log.append(a[0])
    print(a[1])
    b = np.tanh(a) * a + np.exp(-a)
    print(b[2])
    return np.sum(a * b)
""")
    x = DRAW.normal(size=77)
    seen: list[Any] = []
    for style in ("plain", "fast"):
        log: list[float] = []
        gradient = sourcead.grad(f, style=style)(x, log)
        seen.append((log, capsys.readouterr().out, gradient))
    assert seen[0][:2] == seen[1][:2]
    np.testing.assert_allclose(seen[0][2], seen[1][2])


def test_exceptions_keep_their_order() -> None:
    f = program("""
def f(x, y):
    a = np.exp(-x * x) * x + np.sin(x) * np.cos(x) * np.tanh(x)
    b = a[100]
    return np.sum(a * (x @ y)) * b
""")
    with pytest.raises(IndexError):
        sourcead.value_and_grad(f)(DRAW.normal(size=77), DRAW.normal(size=5))


def test_the_value_and_aux_are_new_arrays() -> None:
    f = program("def f(x):\n    a = np.exp(-x * x) * x + np.sin(x) * np.cos(x)\n    return np.sum(a * np.tanh(a)), a")
    x = DRAW.normal(size=77)
    derivative = sourcead.value_and_grad(f, has_aux=True)
    (_, aux), gradient = derivative(x)
    np.testing.assert_allclose(aux, f(x)[1])
    assert not np.shares_memory(aux, gradient) and not np.shares_memory(gradient, x)


def test_a_sum_that_the_program_looks_at_is_taken_at_once() -> None:
    f = """
def f(x):
    a = np.exp(-x * x) * x + np.sin(x) * np.cos(x)
    s = np.sum(a)
    if s > 0:
        return s
    return -s
"""
    text = both(program(f), DRAW.normal(size=77))
    assert "s += " not in text


def test_second_derivatives() -> None:
    f, x, v = program(CHAIN), DRAW.normal(size=77), DRAW.normal(size=77)
    np.testing.assert_allclose(
        sourcead.hvp(f, (x,), (v,)),
        (sourcead.grad(f, style="plain")(x + 1e-6 * v) - sourcead.grad(f, style="plain")(x - 1e-6 * v)) / 2e-6,
        rtol=1e-4,
        atol=1e-7,
    )
