"""The judge itself: each kind of failure is found, and what says nothing is told apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sourcead
from tests.fuzz.generator import Case
from tests.fuzz.judge import CRASH, OK, REFUSED, SKIPPED, WRONG, judge
from tests.fuzz.shrink import shrink

SQUARES = "import numpy as np\n\n\ndef f(x):\n    print('once')\n    y = x * 2\n    return (y * y).sum()\n"


def case(text: str, arguments: str = "(np.array([0.5, -0.7]),)") -> Case:
    return Case(0, text, arguments, (0,))


def answering(monkeypatch: pytest.MonkeyPatch, answer: Callable[[Any, Any], Any]) -> None:
    """The derivative is what answer(f, x) gives."""
    monkeypatch.setattr(sourcead, "value_and_grad", lambda f, argnums, **options: lambda x: answer(f, x))


def test_right(tmp_path: Path) -> None:
    assert judge(case(SQUARES), tmp_path).word == OK


@pytest.mark.parametrize(
    ("answer", "word", "reason"),
    [
        (lambda f, x: (f(x), (8 * x,)), OK, ""),
        (lambda f, x: (f(x), (8.001 * x,)), WRONG, "gradient"),
        (lambda f, x: (f(x) + 1e-12, (8 * x,)), WRONG, "value"),
        (lambda f, x: (f(x), (8 * x[:1],)), WRONG, "shape"),
        (lambda f, x: (f(x) + 0 * f(x), (8 * x,)), WRONG, "printed"),
        (lambda f, x: (f(x), (np.multiply(x, 8, out=x),)), WRONG, "arguments"),
        (lambda f, x: 1 // 0, CRASH, "ZeroDivisionError"),
    ],
)
def test_each_failure(
    answer: Callable[[Any, Any], Any], word: str, reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answering(monkeypatch, answer)
    verdict = judge(case(SQUARES), tmp_path)
    assert verdict.word == word
    assert reason in verdict.reason


def test_refused(tmp_path: Path) -> None:
    verdict = judge(case("import numpy as np\n\n\ndef f(x):\n    yield x\n"), tmp_path)
    assert verdict.word == REFUSED
    assert "yield" in verdict.reason


@pytest.mark.parametrize("result", ["np.maximum(x[0], 0.5)", "abs(x[0] - 0.5)", "1.0 if x[0] > 0.5 else x[1]"])
def test_kinks_are_skipped(result: str, tmp_path: Path) -> None:
    text = f"import numpy as np\n\n\ndef f(x):\n    return {result}\n"
    assert judge(case(text), tmp_path).word == SKIPPED


def test_shrinking_keeps_the_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, lambda f, x: (f(x), (0 * x,)))
    small, verdict = shrink(case(SQUARES), tmp_path, seconds=20)
    assert verdict.word == WRONG
    assert len(small.text) < len(SQUARES)
    assert "print" not in small.text
