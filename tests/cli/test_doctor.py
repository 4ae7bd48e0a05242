"""`sourcead doctor`: everything that is refused, at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import command

TEXT = '''import numpy as np
import scipy.special as special


def helper(x):
    yield x


def loss(x, W):
    a = special.struve(1.0, x)
    b = undefined(a)
    yield b
    for i in range(3):
        b = b + special.struve(2.0, x)
    return np.sum(b)


class Net:
    def forward(self, x):
        class Inner:
            pass
        return x * x

    @staticmethod
    def act(x):
        return np.tanh(x)


def pair(x):
    return x, x


def apply(f, x):
    return f(x)
'''


@pytest.fixture
def ill(model: Path) -> Path:
    pytest.importorskip("scipy.special")
    model.write_text(TEXT)
    return model


def test_everything_that_is_refused_is_listed_at_once(ill: Path) -> None:
    done = command("doctor", str(ill))
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith("cli_model: 6 functions, 3 refused, in 6 places\n")
    for line in (6, 10, 11, 12, 14, 20):
        assert f"cli_model.py:{line}:" in done.out
    assert done.out.count("no derivative rule for scipy.special.struve") == 1
    group = done.out[done.out.index("no derivative rule for scipy.special.struve") :].split("\n\n")[0]
    assert group.count("-->") == 2
    assert "help: declare one:  @sourcead.adjoint(scipy.special.struve)" in group
    assert "           ^^^^^^^^^^^^^^^^^^^^^^\n" in done.out  # a caret under what is meant


def test_what_example_arguments_decide_is_no_refusal(ill: Path) -> None:
    done = command("doctor", f"{ill}:apply")
    assert done.code == 0
    assert done.out.startswith("apply: nothing is refused\n\nNot refused, but only example arguments can tell:\n")
    assert command("doctor", f"{ill}:apply", "--args", "np.sin, 1.0").out == "apply: nothing is refused\n"


def test_a_function_that_gives_no_number_is_a_note(ill: Path) -> None:
    done = command("doctor", f"{ill}:pair")
    assert done.code == 0
    assert "pair returns a tuple" in done.out


def test_a_class_and_its_methods(ill: Path) -> None:
    done = command("doctor", f"{ill}:Net")
    assert done.code == 1
    assert done.out.startswith("Net: 2 functions, 1 refused, in 1 place\n")
    assert command("doctor", f"{ill}:Net.act").code == 0


def test_nothing_refused_is_exit_0(model: Path) -> None:
    model.write_text("def square(x):\n    return x * x\n")
    assert command("doctor", str(model)).out == "cli_model: nothing is refused\n"
    assert command("doctor", str(model)).code == 0


def test_a_file_without_functions(model: Path) -> None:
    model.write_text("x = 1\n")
    assert command("doctor", str(model)).out == "cli_model: no functions\n"


def test_a_module_by_name(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(model.parent)
    assert command("doctor", "cli_model:loss").code == 0


@pytest.mark.parametrize(
    ("text", "argv", "complaint"),
    [
        ("def f(:\n", ["{model}"], "SyntaxError"),
        ("1 / 0\n", ["{model}"], "ZeroDivisionError"),
        ("", ["nowhere.py"], "no such file"),
        ("", ["cli_nowhere"], "no module named cli_nowhere"),
        ("def f(x):\n    return x\n", ["{model}", "--args", "1"], "--args needs a function"),
        ("def f(x):\n    return x\n", ["{model}:f", "--args", "1, 2"], "too many positional arguments"),
    ],
)
def test_what_cannot_be_looked_at_is_wrong_usage(model: Path, text: str, argv: list[str], complaint: str) -> None:
    model.write_text(text)
    done = command("doctor", *(word.format(model=model) for word in argv))
    assert (done.code, done.out) == (2, "")
    assert complaint in done.err
