"""`sourcead check`: right and wrong derivatives, keywords, refusals, wrong usage."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import command

TEXT = '''import numpy as np
import sourcead


def loss(W, b, *, rate=1.0):
    return np.sum(W * W * b) * rate


def rows(W, kind, scale=2.0):
    return {"out": np.tanh(W) * scale, "kind": kind}


def shady(x):
    return x**3


@sourcead.adjoint(shady)
def rule(g, y, x):
    return g * np.where(x > 1, 4.0, 3.0) * x**2


def wrong(x):
    return np.sum(shady(x))


def prints(x):
    print(x)
    return x * x


def point():
    return np.ones(3), np.arange(3.0)
'''


@pytest.fixture
def checked(model: Path) -> Path:
    model.write_text(TEXT)
    return model


@pytest.mark.parametrize(
    "argv",
    [
        ["{model}:loss", "--args", "np.ones(3), np.arange(3.0)"],
        ["{model}:loss", "--args", "*point()"],
        ["{model}:loss", "--args", "np.ones(3), b=np.arange(3.0), rate=0.5", "--order", "2"],
        ["{model}:rows", "--args", "np.ones(3), 'tanh'"],
        ["{model}:rows", "--args", "np.ones(3), scale=3.0, kind='tanh'"],
    ],
)
def test_right_derivatives_are_exit_0(checked: Path, argv: list[str]) -> None:
    done = command("check", *(word.format(model=checked) for word in argv))
    assert (done.code, done.err) == (0, "")
    order = 2 if "--order" in argv else 1
    assert done.out.endswith(
        f"forward and reverse mode agree with central differences, up to order {order}\n"
    )


def test_one_mode(checked: Path) -> None:
    done = command("check", f"{checked}:rows", "--args", "np.ones(3), 'tanh'", "--mode", "fwd")
    assert done.out.endswith("rows: forward mode agrees with central differences, up to order 1\n")


def test_a_wrong_derivative_is_exit_1_and_named(checked: Path) -> None:
    done = command("check", f"{checked}:wrong", "--args", "np.array([0.5, 2.0])", "--mode", "rev")
    assert (done.code, done.out) == (1, "")
    assert "sourcead.CheckError: the derivative of wrong with respect to x[1] is 16; " in done.err
    assert "the central difference is 12" in done.err
    loose = ["--rtol", "0.5", "--mode", "rev"]
    assert command("check", f"{checked}:wrong", "--args", "np.array([0.5, 2.0])", *loose).code == 0


def test_what_is_refused_is_exit_1(checked: Path) -> None:
    done = command("check", f"{checked}:prints", "--args", "2.0")
    assert (done.code, done.out) == (1, "")
    assert "check_grads evaluates prints several times, and it calls `print`" in done.err
    assert "cli_model.py:27:" in done.err


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        (["{model}:loss"], "--args"),
        (["{model}:lost", "--args", "1.0"], "has no 'lost'"),
        (["{model}:loss", "--args", "1.0"], "missing a required argument: 'b'"),
        (["{model}:loss", "--args", "1.0, 2.0", "--order", "0"], "--order is 1, 2"),
        (["{model}:loss", "--args", "1.0, 2.0", "--mode", "sideways"], "invalid choice"),
    ],
)
def test_wrong_usage_is_exit_2(checked: Path, argv: list[str], complaint: str) -> None:
    done = command("check", *(word.format(model=checked) for word in argv))
    assert (done.code, done.out) == (2, "")
    assert complaint in done.err


def test_nothing_to_differentiate(checked: Path) -> None:
    done = command("check", f"{checked}:prints", "--args", "2")
    assert done.code == 1
    assert "no argument is a float" in done.err
