"""What is picked of the rows of a softmax: before and after in the text, and the numbers of the textbook's text."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import sourcead
from tests.kit import rng
from tests.sized import close, fast_text
from tests.small import program

DRAW = rng(11)
LOSS = """
def f(z, y):
    z = z - np.max(z, axis=1, keepdims=True)
    logp = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(logp[np.arange(len(y)), y])
"""
SUBTRACTED = "dz[t3, y] -= 1.0"


def arguments(rows: int = 6, labels: int = 6, classes: int = 4, dtype: Any = np.float64) -> tuple[Any, Any]:
    return DRAW.normal(size=(rows, classes)).astype(dtype), DRAW.integers(-classes, classes, labels)


@pytest.mark.optimised
def test_what_is_picked_is_subtracted() -> None:
    text = fast_text(LOSS, *arguments())
    assert "dz = t / t2\ndz[len(y):] = 0.0\ndz[t3, y] -= 1.0\ndz /= max(y.size, 1)" in text, text
    assert "np.zeros(" not in text


@pytest.mark.optimised
def test_rows_that_are_counted_themselves_are_all_picked_of() -> None:
    text = fast_text(LOSS.replace("len(y)", "len(z)"), *arguments())
    assert SUBTRACTED in text and "] = 0.0" not in text, text
    text = fast_text(LOSS, *arguments(1, 1))
    assert SUBTRACTED in text and "] = 0.0" not in text, text


SAME = {
    "sums": (LOSS.replace("np.mean", "np.sum"), True),
    "a positive sign": (LOSS.replace("-np.mean", "np.mean"), True),
    "a factor": (LOSS.replace("-np.mean", "-2.5 * np.mean"), True),
    "a factor that is computed": (LOSS.replace("-np.mean", "-(z[0, 0] + 1) * np.mean"), True),
    "probabilities that are read again": (LOSS.replace("return -", "return np.sum(np.exp(logp) ** 2) - "), False),
    "one number a row": (LOSS.replace("-np.mean(logp", "-np.sum(np.arange(len(y)) * logp"), False),
    "repeated rows": (LOSS.replace("np.arange(len(y))", "y"), False),
    "rows from the second on": (LOSS.replace("np.arange(len(y))", "np.arange(1, len(y) + 1)"), False),
    "two picks": (LOSS.replace("return -", "k = np.arange(len(y))\n    return logp[k, y // 2].mean() - "), False),
    "one row, many columns": (LOSS.replace("np.arange(len(y))", "np.arange(1)"), False),
}


@pytest.mark.parametrize("name", SAME)
def test_numbers_are_those_of_the_textbook(name: str) -> None:
    source, _ = SAME[name]
    for rows, labels, dtype in ((6, 6, np.float64), (6, 4, np.float32)):
        fast_text(source, *arguments(rows + (rows == labels and "+ 1" in source), labels, dtype=dtype))


@pytest.mark.optimised
@pytest.mark.parametrize("name", [name for name, (_, certain) in SAME.items() if certain])
def test_what_is_picked_may_be_scaled(name: str) -> None:
    assert "-= 1.0" in fast_text(SAME[name][0], *arguments())


VECTOR = """
def f(z, k):
    z = z - np.max(z)
    return -(z - np.log(np.sum(np.exp(z))))[k]
"""


@pytest.mark.optimised
def test_a_vector() -> None:
    z = DRAW.normal(size=5)
    assert "dz = t / t2\ndz[k] -= 1.0\n" in fast_text(VECTOR, z, 3)
    assert "dz[k] -= 1.0\ndz *= 0.5" in fast_text(VECTOR.replace("[k]", "[k] / 2"), z, np.int64(-1))
    assert "-= 1.0" not in fast_text(VECTOR.replace("[k]", "[k:].sum()"), z, 2)


@pytest.mark.optimised
def test_a_size_that_may_be_0_divides() -> None:
    text = fast_text(LOSS.replace("-np.mean", "-1 / len(y) * np.sum"), *arguments())
    assert "-= 1.0\ndz /= len(y)" in text or "-= 1.0\ndz *= " in text, text
    text = fast_text(LOSS.replace("-np.mean(", "-np.sum(").replace("])", "]) / len(z)"), *arguments())
    assert "-= 1.0\ndz /= len(z)" in text and "--" not in text, text


def test_any_number_of_labels() -> None:
    f = program(LOSS)
    fast, plain = sourcead.grad(f), sourcead.grad(f, style="plain")
    for labels in (0, 1, 2, 6):
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the mean of nothing
            args = arguments(6, labels)
            close(fast(*args), plain(*args))


def test_second_derivatives() -> None:
    f, (z, y) = program(LOSS), arguments(6, 5)
    close(sourcead.hessian(f)(z, y), sourcead.hessian(f, style="plain")(z, y))
