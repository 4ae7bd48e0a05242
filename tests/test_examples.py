"""The examples run as a person would run them, and the gradients they train with are right."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sourcead
from examples import digits_mlp
from tests import digits_by_hand as by_hand

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
RNG = np.random.default_rng(3)


@pytest.mark.parametrize("size", [1, 2, 32])
def test_digits_gradient_is_the_hand_written_one(size: int) -> None:
    arguments = by_hand.arguments(size, "float64")
    value, gradient = sourcead.value_and_grad(digits_mlp.loss)(*arguments)
    expected_value, expected = by_hand.value_and_grad(*arguments)
    assert value == pytest.approx(expected_value, rel=1e-13)
    assert isinstance(gradient, tuple)
    for got, want in zip(gradient, expected, strict=True):
        assert got.shape == want.shape
        np.testing.assert_allclose(got, want, rtol=1e-11, atol=1e-14)


def test_digits_gradient_keeps_single_precision() -> None:
    arguments = by_hand.arguments(16, "float32")
    gradient = sourcead.grad(digits_mlp.loss)(*arguments)
    for got, want in zip(gradient, by_hand.value_and_grad(*arguments)[1], strict=True):
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, want, rtol=2e-4, atol=1e-6)


def test_digits_gradient_is_the_slope_of_the_loss() -> None:
    params, X, y = by_hand.arguments(16, "float64")
    directions = tuple(RNG.normal(size=p.shape) for p in params)

    def along(t):
        return digits_mlp.loss(tuple(p + t * d for p, d in zip(params, directions, strict=True)), X, y)

    step = 1e-5
    slope = (along(step) - along(-step)) / (2 * step)
    gradient = sourcead.grad(digits_mlp.loss)(params, X, y)
    assert sum(np.sum(g * d) for g, d in zip(gradient, directions, strict=True)) == pytest.approx(slope, rel=1e-7)


def test_digits_data_is_split_honestly() -> None:
    X, y, X_held, y_held = digits_mlp.load_data()
    assert (X.shape, X_held.shape) == ((1297, 64), (500, 64))
    assert set(np.bincount(y_held) // 5) <= {9, 10}
    assert not {row.tobytes() for row in X} & {row.tobytes() for row in X_held}
    assert len(y) == len(X)


def test_digits_example_runs_and_learns(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", str(EXAMPLES / "digits_mlp.py"), "--epochs", "12", "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert "def loss_value_and_grad(params, X, y):" in done.stdout
    assert "import numpy as np" in done.stdout
    found = re.search(r"accuracy on 500 held-out digits: ([\d.]+)%", done.stdout)
    assert found is not None
    assert float(found[1]) >= 96
    for name in ("digits_curves.png", "digits_weights.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
        assert (tmp_path / name).stat().st_size > 10_000
